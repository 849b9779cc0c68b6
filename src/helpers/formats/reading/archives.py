"""Open a chat export as a file, folder, ZIP or tar.gz, with safety limits.

An archive is an untrusted list of names: nothing is written where a name says, and
what it would unfold to is bounded before it is read (see `_make_hostile_error`). Damage
inside it is an error like that of any other file. An archive within an archive is read
as a folder too, from a temporary copy.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple, cast
from zoneinfo import ZoneInfo

from helpers.errors import (
    BrokenFileError,
    ShequnError,
    build_missing_path_error,
)
from helpers.files import walk_files
from helpers.records import SECOND_US
from helpers.wording import say

MOST_MEMBERS = 1_000_000
MOST_RATIO = 1000
MOST_BYTES = 1 << 40
LONGEST_HEADER = 1 << 26
MOST_NESTED = 3  # archives, each within the next
SMALL = 1 << 20  # a ratio says nothing about contents this small
_END, _END64 = b"PK\5\6", b"PK\6\6"
_TAIL = 1 << 17  # where the end of a ZIP's directory must lie


def _make_hostile_error(why: str, path: Path) -> BrokenFileError:
    """Return the error for an archive that is not unpacked for safety."""
    what = say("was not unpacked for safety: it has {why}", why=why)
    remedy = say("unpack it yourself if you trust it, and give the folder")
    return BrokenFileError(what, where=str(path), remedy=remedy)


def _check_bounds(what: str, count: int, path: Path) -> None:
    """Raise if an archive's file count or size exceeds a limit."""
    most = MOST_BYTES if what == "bytes" else MOST_MEMBERS
    if count > most:
        raise _make_hostile_error(
            say("more than {n:,} {what}", n=most, what=say(what)), path
        )


def _check_expansion(size: int, packed: int, path: Path) -> None:
    """Raise if an archive expands to over a thousand times its size."""
    if size > SMALL and size > MOST_RATIO * max(packed, 1):
        raise _make_hostile_error(
            say("contents over {n} times its size", n=MOST_RATIO), path
        )


def _check_member_name(name: str, path: Path) -> None:
    """Raise if an archived path is unsafe."""
    parts = PurePosixPath(name.replace("\\", "/")).parts or ("..",)
    drive = len(parts[0]) > 1 and parts[0][1] == ":" and parts[0][0].isascii()
    if ".." in parts or parts[0] == "/" or drive or "\0" in name:
        raise _make_hostile_error(
            say("the name {name!r}, which leads out of it", name=name), path
        )


def _check_unique_names(names: Iterable[str], path: Path) -> None:
    """Raise if two files share a name."""
    for name, files in Counter(names).items():
        if files > 1:  # unpacked, one would replace the other
            what = say("has two files called {name!r}", name=name)
            remedy = say("pack it again, each file under a name of its own")
            raise BrokenFileError(what, where=str(path), remedy=remedy)


def _make_part_error(path: Path) -> BrokenFileError:
    """Return the error for an archive in several files."""
    what = say("is a part of a split archive")
    remedy = say("unpack all parts together, and give the folder")
    return BrokenFileError(what, where=str(path), remedy=remedy)


def _zip_members(path: Path) -> int:
    """Return the number of files in a ZIP, as stated in its end record."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(file.tell() - _TAIL, 0))
        tail = file.read()
    if (at := tail.rfind(_END)) >= 0 and tail[at + 4 : at + 6] not in _WHOLE:
        raise _make_part_error(path)
    if (at := tail.rfind(_END64)) >= 0 and len(tail) >= at + 40:
        return int(struct.unpack_from("<Q", tail, at + 32)[0])
    if (at := tail.rfind(_END)) >= 0 and len(tail) >= at + 12:
        return int(struct.unpack_from("<H", tail, at + 10)[0])
    return 0


BLOCK = 1 << 20
_NOISE = ("__MACOSX/", ".DS_Store", "._")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_PART = re.compile(
    r"\.(?:z\d\d|(?:zip|7z|rar|tar|t?gz)\.\d{3}|part\d+\.rar)$", re.IGNORECASE
)
_WHOLE = {b"", b"\0\0", b"\xff\xff"}  # numbers of the disk of an archive in one file
_TARS = (".tar.gz", ".tgz", ".tar")
_UTF8 = 0x800  # the mark of a name in UTF-8
_OTHERS = (
    b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd",
    *(b"BZh%d1AY&" % size for size in range(1, 10)),
)  # fmt: skip
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


class Container:
    """A folder or archive of named files, each of which can be opened again."""

    def __init__(self, files: Mapping[str, _File], keeper: object = None) -> None:
        self.files, self._keeper = files, keeper
        self.names = tuple(sorted(files))

    def open(self, name: str) -> BinaryIO:
        """Open one of the contained files for reading bytes."""
        return self.files[name].open()

    def find_file(self, name: str) -> Path | None:
        """Return the path of a file on disk, or None for one in an archive."""
        file = self.files[name]
        return file.path if isinstance(file, _OnDisk) else None


def decode_file_name(name: str) -> str:
    r"""Decode a file's name to text, independently of the locale's encoding.

    Names on a disk are bytes. Where the locale cannot decode them, Python keeps lone
    surrogates, which no table can hold.

    >>> decode_file_name("chat.txt"), decode_file_name("\udcff.txt")
    ('chat.txt', '\\xff.txt')
    """
    if name.isascii():
        return name
    data = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):  # as Chinese archives spell them
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("utf-8", "backslashreplace")


def decode_member_name(member: zipfile.ZipInfo) -> str:
    r"""Return the name of a file in a ZIP, in any encoding it is written.

    Names without the mark of UTF-8 are bytes that `zipfile` takes for those of a PC of
    1981; Windows in Chinese writes GBK.

    >>> member = zipfile.ZipInfo("读书会.txt".encode("gb18030").decode("cp437"))
    >>> decode_member_name(member)
    '读书会.txt'
    """
    if member.flag_bits & _UTF8 or member.filename.isascii():
        return member.filename
    with suppress(UnicodeEncodeError):
        data = member.filename.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
    return member.filename


class _OnDisk(NamedTuple):
    path: Path

    def measure(self) -> int:
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        with _translate_errors(str(self.path), say("check that you may read it")):
            return self.path.open("rb")

    def find_date(self, _: str) -> int | None:
        try:
            return self.path.stat().st_mtime_ns // 1000
        except OSError:
            return None


def _open_folder(root: Path, names: Iterable[str]) -> Container:
    return Container({decode_file_name(name): _OnDisk(root / name) for name in names})


class _Packed:
    """The bytes of an archive; of one within another, a temporary copy."""

    def __init__(self, file: Path, where: Path, size: int, depth: int = 0) -> None:
        self.file, self.where, self.size, self.depth = file, where, size, depth

    @classmethod
    def copy(cls, outer: _Archive, name: str, where: Path) -> _Packed:
        """Copy an archive out of another, for as long as it is used."""
        if (depth := outer.packed.depth + 1) >= MOST_NESTED:
            why = say("more than {n} archives within each other", n=MOST_NESTED)
            raise _make_hostile_error(why, where)
        size = outer.files[name].measure()
        root = Path(tempfile.mkdtemp(prefix="shequn-"))
        copy = cls(root / "packed", where, min(size, outer.packed.size), depth)
        weakref.finalize(copy, shutil.rmtree, root, ignore_errors=True)
        _check_room(root, size, where)
        with outer.open(name) as packed, copy.file.open("xb") as file:
            shutil.copyfileobj(packed, file)
        return copy


class _InZip(NamedTuple):
    packed: _Packed
    archive: zipfile.ZipFile
    name: str
    member: zipfile.ZipInfo

    def measure(self) -> int:
        return self.member.file_size

    def open(self) -> BinaryIO:
        # zipfile never yields more than the size in the directory, checked before
        where = f"{self.packed.where}/{self.name}"
        with _translate_errors(where):
            return _Member.buffer(self.archive.open(self.member), where, self.packed)

    def find_date(self, zone: str) -> int | None:
        with suppress(ValueError, OverflowError):
            at = datetime(*self.member.date_time, tzinfo=ZoneInfo(zone))
            return int(at.timestamp()) * SECOND_US
        return None


class _InGzip(NamedTuple):
    packed: _Packed
    name: str
    size: int = 0

    def measure(self) -> int:
        return self.size

    def open(self) -> BinaryIO:
        where = f"{self.packed.where}/{self.name}"
        with _translate_errors(str(self.packed.where)):
            return _Member.buffer(gzip.GzipFile(self.packed.file), where, self.packed)

    def find_date(self, _: str) -> int | None:
        return None  # its own date


_File = _OnDisk | _InZip | _InGzip


class _Archive(Container):
    """A ZIP, a tar unpacked to a private folder, or one file with gzip."""

    def __init__(self, packed: _Packed) -> None:
        """Open the bytes of an archive by their beginning, or else by their name."""
        self.packed, name = packed, packed.where.name.lower()
        with packed.file.open("rb") as file:
            start = file.read(len(_ZIP))
        self.is_tar = False
        if name.endswith(".zip") or start == _ZIP:  # whatever it was renamed to
            files = dict[str, _File](_open_zip(packed))
        elif name.endswith(_TARS):
            self.is_tar, root = True, Path(tempfile.mkdtemp(prefix="shequn-"))
            weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
            with _translate_errors(str(packed.where), say("copy or download it again")):
                _check_room(root, _survey_size(packed), packed.where)
                files = dict(_open_folder(root, _unpack_members(packed, root)).files)
        else:
            files = _open_gzip(packed)
        super().__init__(files)


def _open_zip(packed: _Packed) -> Iterator[tuple[str, _InZip]]:
    path = packed.where
    with _translate_errors(str(path), say("copy or download it again")):
        _check_bounds("members", _zip_members(packed.file), path)
        file = packed.file.open("rb")
        weakref.finalize(packed, file.close)
        archive = zipfile.ZipFile(file)
    listed = archive.infolist()
    # as some programs of Windows separate folders
    backslashes = not any("/" in member.filename for member in listed)
    ends = ("/", "\\") if backslashes else ("/",)
    members = [member for member in listed if not member.filename.endswith(ends)]
    for member in members:
        _check_member(member, path)
    total = sum(member.file_size for member in members)
    _check_bounds("members", len(members), path)
    _check_bounds("bytes", total, path)
    # together, as members may share their bytes
    _check_expansion(total, packed.size, path)
    names = [decode_member_name(member) for member in members]
    _check_unique_names(names, path)
    for stored, member in zip(names, members, strict=True):
        name = stored.replace("\\", "/") if backslashes else stored
        name = name.removeprefix("./")
        if not _is_noise(name):
            yield name, _InZip(packed, archive, name, member)


def _open_gzip(packed: _Packed) -> dict[str, _File]:
    name, size = decode_file_name(packed.where.stem), 0
    with _InGzip(packed, name).open() as file:
        while block := file.read(BLOCK):
            size += len(block)
            _check_bounds("bytes", size, packed.where)
            _check_expansion(size, packed.size, packed.where)
    return {name: _InGzip(packed, name, size)}


class _Member(io.RawIOBase):
    """A file in an archive; damage is reported as an error."""

    def __init__(self, file: Any, where: str, keeper: object = None) -> None:  # noqa: ANN401  ZipExtFile, GzipFile
        self._file, self._where = file, where
        self._keeper = keeper  # of the bytes, as long as this is open

    @classmethod
    def buffer(cls, file: Any, where: str, keeper: object) -> BinaryIO:  # noqa: ANN401
        """Return a file to be read in blocks."""
        return cast("BinaryIO", io.BufferedReader(cls(file, where, keeper), BLOCK))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0, /) -> int:
        with _translate_errors(self._where):
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any buffer
        if len(buffer) > LONGEST_HEADER:
            raise _make_hostile_error(say("a header over 64 MiB"), Path(self._where))
        with _translate_errors(self._where):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _translate_errors(
    where: str, remedy: str = say("copy or download it again; what was whole was read")
) -> Iterator[None]:
    """Turn archive errors in the block into errors with a location."""
    try:
        yield
    except _DAMAGE as error:
        raise BrokenFileError(
            # without quoting any of its content
            say("is damaged or can't be read ({why})", why=type(error).__name__),
            where=where,
            remedy=remedy,
        ) from error


# archives that are in use, and those that were unpacked last
_OPEN: weakref.WeakValueDictionary[tuple[str, int, int], _Archive]
_OPEN = weakref.WeakValueDictionary()
_UNPACKED: deque[_Archive] = deque(maxlen=MOST_NESTED)


def split_path(path: Path) -> tuple[Path, str]:
    """Split a path into what is on the disk and, within an archive, what is in it.

    >>> split_path(Path(__file__) / "talk" / "result.json")[1]
    'talk/result.json'
    """
    if not os.path.lexists(path):
        for parent in path.parents:
            if parent.is_file():
                return parent, path.relative_to(parent).as_posix()
    return path, ""


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive, by its name or first bytes.

    It may itself lie in an archive.
    """
    try:
        if split_path(path)[1]:
            whole, inner = _locate(path)
            return _holds(whole.names, inner) and _is_packed(whole, inner)
        own = _open_folder(path.parent, [path.name])
        return path.is_file() and _is_packed(own, path.name)
    except (OSError, BrokenFileError):
        return False


def _is_packed(whole: Container, name: str) -> bool:
    """Return whether a file of a folder or archive is an archive of several files."""
    if name.lower().endswith((".zip", *_TARS)):
        return True
    with whole.open(name) as file:
        return file.read(len(_ZIP)) == _ZIP


def list_entries(path: Path) -> list[Path]:
    """List the entries of a folder, on the disk or in an archive.

    A file holds nothing, an archive its outermost files and folders.
    """
    if path.is_dir():
        return sorted(path.iterdir())
    if is_archive(path):
        names = open_container(path).names
    elif split_path(path)[1]:
        whole, inner = _locate(path)
        cut = len(inner) + 1
        names = tuple(name[cut:] for name in _list_beneath(whole.names, inner))
    else:
        return []
    return [path / name for name in sorted({name.split("/", 1)[0] for name in names})]


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder, on the disk or in an archive."""
    if not split_path(path)[1]:
        return path.is_dir()
    whole, inner = _locate(path)
    return bool(_list_beneath(whole.names, inner))


def _holds(names: tuple[str, ...], name: str) -> bool:
    """Return whether a name is among sorted ones."""
    at = bisect_left(names, name)
    return at < len(names) and names[at] == name


def _locate(path: Path) -> tuple[_Archive, str]:
    """Return the innermost archive around a path, and the path within it."""
    disk, inner = split_path(path)
    whole, at = _open_archive(disk), disk
    while nested := _find_nested(whole.names, inner):
        at, inner = at / nested, inner[len(nested) + 1 :]
        whole = _open_archive(at)
    return whole, inner


def _find_nested(names: tuple[str, ...], inner: str) -> str | None:
    """Return the archive within an archive that contains a path."""
    ends = (at for at, sign in enumerate(inner) if sign == "/")
    return next((inner[:at] for at in ends if _holds(names, inner[:at])), None)


def _list_beneath(names: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """Return those of sorted names that are in a folder; all for the outermost."""
    if not folder:
        return names
    first, last = (bisect_left(names, folder + end) for end in ("/", chr(ord("/") + 1)))
    return names[first:last]


def _open_archive(path: Path) -> _Archive:
    """Open an archive, or return it if it is open: its list of files may be long."""
    disk, inner = split_path(path)
    facts = disk.stat()
    key = (str(path.absolute()), facts.st_mtime_ns, facts.st_size)
    if (known := _OPEN.get(key)) is None:
        if inner:
            outer, name = _locate(path)
            packed = _Packed.copy(outer, name, path)
        else:
            packed = _Packed(path, path, facts.st_size)
        known = _OPEN[key] = _Archive(packed)
        if inner or known.is_tar:  # which would be unpacked for every file
            _UNPACKED.append(known)
    return known


def open_container(path: Path) -> Container:
    """Open an export as a file, folder or archive, or as a part of an archive."""
    if path.is_dir():
        return _open_folder(path, _walk_files(path))
    if split_path(path)[1]:
        part = open_part(path)
    else:
        _check_plain(path)
        part = _open_folder(path.parent, [path.name])
    if part.names != (decode_file_name(path.name),):
        return part  # a folder within an archive
    unread = _translate_errors(str(path), say("check that you may read it"))
    with unread, part.open(part.names[0]) as file:
        start = file.read(8)
    is_last = path.suffix.lower() == ".zip" and path.with_suffix(".z01").exists()
    if is_last or _PART.search(path.name):
        raise _make_part_error(path)
    if start.startswith(_OTHERS):
        what = say("is an archive in an unsupported format")
        remedy = say("unpack it and give the folder")
        raise BrokenFileError(what, where=str(path), remedy=remedy)
    name = path.name.lower()
    if start.startswith(_ZIP) or name.endswith((".zip", ".gz", *_TARS)):
        return _open_archive(path)
    return part


def open_part(path: Path) -> Container:
    """Open a file or folder within an archive as it is, an archive unopened."""
    whole, inner = _locate(path)
    if _holds(whole.names, inner):
        stored = {PurePosixPath(inner).name: inner}
    else:
        inside = _list_beneath(whole.names, inner)
        stored = {name[len(inner) + 1 :]: name for name in inside}
    if not stored:
        raise build_missing_path_error(path)
    return Container({name: whole.files[one] for name, one in stored.items()}, whole)


def _check_plain(path: Path) -> None:
    """Raise if there is nothing at a path, or no plain file."""
    if not os.path.lexists(path):
        raise build_missing_path_error(path)
    if not path.is_file():
        link = say("is a link to a file that is not there")
        what = link if path.is_symlink() else say("is no plain file")
        raise BrokenFileError(what, where=str(path), remedy=say("leave it out"))


def _walk_files(root: Path) -> Iterator[str]:
    def stop(error: OSError) -> None:
        why, remedy = type(error).__name__, say("check that you may read all of it")
        what = say("contains a folder that can't be read ({why})", why=why)
        raise BrokenFileError(what, where=str(root), remedy=remedy) from error

    for count, path in enumerate(walk_files(root, stop)):
        _check_bounds("files", count, root)
        name = path.relative_to(root).as_posix()
        if path.is_file() and not _is_noise(name):
            if path.is_symlink():
                raise _make_hostile_error(
                    say("the symbolic link {name!r}", name=name), root
                )
            yield name


def _is_noise(name: str) -> bool:
    return name.startswith(_NOISE[0]) or PurePosixPath(name).name.startswith(_NOISE[1:])


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    _check_member_name(member.filename, path)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _make_hostile_error(
            say("the symbolic link {name!r}", name=member.filename), path
        )
    _check_expansion(member.file_size, member.compress_size, path)
    if member.flag_bits & 1:
        what = say("is an archive with a password")
        remedy = say("unpack it and give the folder")
        raise BrokenFileError(what, where=str(path), remedy=remedy)


def _iterate_members(
    packed: _Packed,
) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Yield the members of a tar, compressed or not, one at a time."""
    with packed.file.open("rb") as file:
        zipped = file.read(2) == _GZIP
        file.seek(0)
        content = gzip.GzipFile(fileobj=file) if zipped else file
        plain = _Member(content, str(packed.where))
        with tarfile.open(fileobj=cast("BinaryIO", plain), mode="r:") as archive:
            while member := archive.next():
                cast("Any", archive).members.clear()
                if not member.isdir():
                    yield archive, member


def _survey_size(packed: _Packed) -> int:
    """Return the unpacked size of a tar; raise if it exceeds the limits."""
    path, total, names = packed.where, 0, []
    for count, (_, member) in enumerate(_iterate_members(packed), 1):
        _check_bounds("members", count, path)
        names.append(member.name.removeprefix("./"))
        _check_member_name(names[-1], path)
        if not member.isfile() or member.issparse():
            raise _make_hostile_error(
                f"{member.name!r}, which is not a plain file", path
            )
        total += member.size
        _check_bounds("bytes", total, path)
        _check_expansion(total, packed.size, path)
    _check_unique_names(names, path)
    return total


def _check_room(root: Path, total: int, path: Path) -> None:
    if total > shutil.disk_usage(root).free:
        raise ShequnError(
            say(
                "unpacks to {total:,} bytes, more than there is room for in {parent}",
                total=total,
                parent=root.parent,
            ),
            where=str(path),
            remedy=say("unpack it elsewhere and give the folder, or set TMPDIR"),
        )


def _unpack_members(packed: _Packed, root: Path) -> Iterator[str]:
    for archive, member in _iterate_members(packed):
        name = member.name.removeprefix("./")
        if not _is_noise(name):
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                shutil.copyfileobj(cast("BinaryIO", archive.extractfile(member)), file)
            with suppress(OSError, OverflowError, ValueError):
                os.utime(target, (member.mtime, member.mtime))
            yield name
