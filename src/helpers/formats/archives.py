"""Open an export that is a file, a folder, a ZIP or a tar.gz, and refuse hostile ones.

An archive is an untrusted list of names: nothing is written where a name says, and
what it would unfold to is bounded before and while it is read.
"""

from __future__ import annotations

import shutil
import stat
import tarfile
import tempfile
import weakref
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from helpers.errors import BrokenFileError, MissingSourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Container", "open_container"]

MOST_MEMBERS = 1_000_000
MOST_RATIO = 1000
MOST_BYTES = 1 << 40
SMALL = 1 << 20  # a ratio says nothing about a file this small
BLOCK = 1 << 20
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".gz", ".7z", ".rar", ".bz2", ".xz")
_NOISE = ("__MACOSX/", ".DS_Store", "._")


class Container(Protocol):
    """Named files that can be opened any number of times."""

    names: tuple[str, ...]

    def open(self, name: str) -> BinaryIO:
        """Open one of `names` for reading bytes."""


class _Folder:
    def __init__(self, root: Path, names: Iterator[str]) -> None:
        self._root, self.names = root, tuple(sorted(names))

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")


class _Zip:
    def __init__(self, path: Path) -> None:
        self._path, self._zip = path, _zip_file(path)
        members = [m for m in self._zip.infolist() if not m.is_dir()]
        _bound("members", len(members), MOST_MEMBERS, path)
        _bound("bytes", sum(m.file_size for m in members), MOST_BYTES, path)
        for member in members:
            _check_name(member.filename, path)
            if stat.S_ISLNK(member.external_attr >> 16):
                raise _hostile(f"the symbolic link {member.filename!r}", path)
            _check_ratio(member.file_size, member.compress_size, path)
            if member.flag_bits & 1:
                raise BrokenFileError(
                    "is an archive with a password",
                    where=str(path),
                    remedy="unpack it and give the folder",
                )
        names = (m.filename for m in members if not _noise(m.filename))
        self.names = tuple(sorted(names))

    def open(self, name: str) -> BinaryIO:
        # zipfile never yields more than the size in the directory, checked above
        return cast("BinaryIO", self._zip.open(name))


class _Tar:
    """Unpack into a private folder: members of a tar can't be opened at will."""

    def __init__(self, path: Path) -> None:
        root = Path(tempfile.mkdtemp(prefix="shequn-"))
        weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        try:
            self.names = tuple(sorted(_unpack(path, root)))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BrokenFileError(
                f"is no whole archive ({error})",
                where=str(path),
                remedy="copy or download it again",
            ) from error
        self._open = _Folder(root, iter(self.names)).open

    def open(self, name: str) -> BinaryIO:
        return self._open(name)


def open_container(path: Path) -> Container:
    """Open an export, whatever it is wrapped in.

    Raises
    ------
    MissingSourceError
        If there is nothing at `path`.
    BrokenFileError
        If an archive is damaged, has a password, or is hostile: names that lead out
        of it, symbolic links, archives within, more than 10⁶ members, or contents
        more than 1000 times its size.
    """
    if path.is_dir():
        return _Folder(path, _walk(path))
    if not path.is_file():
        raise MissingSourceError(
            "is not there", where=str(path), remedy="check the path of the export"
        )
    if path.suffix.lower() == ".zip":
        return _Zip(path)
    if path.name.lower().endswith((".tar.gz", ".tgz", ".tar")):
        return _Tar(path)
    return _Folder(path.parent, iter([path.name]))


def _walk(root: Path) -> Iterator[str]:
    for count, path in enumerate(sorted(root.rglob("*"))):
        _bound("files", count, MOST_MEMBERS, root)
        name = path.relative_to(root).as_posix()
        if path.is_file() and not _noise(name):
            if path.is_symlink():
                raise _hostile(f"the symbolic link {name!r}", root)
            yield name


def _noise(name: str) -> bool:
    return name.startswith(_NOISE[0]) or PurePosixPath(name).name.startswith(_NOISE[1:])


def _zip_file(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BrokenFileError(
            "is no whole ZIP archive",
            where=str(path),
            remedy="copy or download it again",
        ) from error


def _unpack(path: Path, root: Path) -> Iterator[str]:
    packed, total = path.stat().st_size, 0
    with tarfile.open(path, "r|*") as archive:
        for count, member in enumerate(archive):
            _bound("members", count, MOST_MEMBERS, path)
            if member.isdir():
                continue
            name = member.name.removeprefix("./")
            _check_name(name, path)
            if not member.isfile():
                raise _hostile(f"{name!r}, which is not a plain file", path)
            total += member.size
            _check_ratio(total, packed, path)
            if not _noise(name):
                _copy(archive, member, root / name)
                yield name


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(member)
    with target.open("wb") as file:
        while source and (block := source.read(BLOCK)):
            file.write(block)


def _check_name(name: str, path: Path) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or parts[0] == "/" or ":" in parts[0] or "\0" in name:
        raise _hostile(f"the name {name!r}, which leads out of it", path)
    if name.lower().endswith(_ARCHIVES):
        raise _hostile(f"the archive {name!r} within", path)


def _check_ratio(size: int, packed: int, path: Path) -> None:
    if size > SMALL and size > MOST_RATIO * max(packed, 1):
        raise _hostile(f"contents over {MOST_RATIO} times its size", path)


def _bound(what: str, count: int, most: int, path: Path) -> None:
    if count > most:
        raise _hostile(f"more than {most:,} {what}", path)


def _hostile(why: str, path: Path) -> BrokenFileError:
    return BrokenFileError(
        f"is refused: it has {why}",
        where=str(path),
        remedy="unpack it yourself if you trust it, and give the folder",
    )
