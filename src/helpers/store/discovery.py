"""Find chat exports in files and folders, and detect their formats."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from helpers.errors import (
    AmbiguousFormatError,
    BrokenFileError,
    MediaError,
    build_missing_path_error,
    describe_unforeseen_error,
    describe_unreadable,
)
from helpers.files import (
    compute_checksum_of,
    compute_checksum_of_parts,
    describe_files,
    is_run_output,
    read_own_rows,
    walk_files,
)
from helpers.formats import FORMATS, READ_ALONE, has_text, recognise_format
from helpers.formats.reading.archives import (
    is_archive,
    is_folder,
    list_entries,
    open_part,
    split_path,
)
from helpers.formats.reading.source import Head, Options, Source
from helpers.machine import count_cores
from helpers.wording import say, say_plural

_TOLD = read_own_rows("store", "discovery.toml")
# formats whose exports are folders of files that a format would take alone, too
IN_FOLDERS = frozenset(_TOLD["in_folders"])
# formats of which a folder need not be read as a whole
OF_ONE_FILE = READ_ALONE | {"discord", "telegram"}
ARCHIVES = tuple(_TOLD["archives"])
NO_EXPORTS = frozenset(_TOLD["no_exports"])
MEDIA = tuple(_TOLD["media"])
UNREADABLE = "unreadable"  # in place of the hash of a file
PAGES = (".html", ".htm")  # made for reading, maybe beside what is read
TELEGRAMS_PAGES = "messages.html"  # the first page of many
_FURTHER_PAGE = re.compile(r"(?:^|/)messages\d+\.html$")


class DiscoveredExports(NamedTuple):
    """Chat exports found, with their formats, and the files skipped, with reasons."""

    exports: dict[Path, str]
    others: tuple[BrokenFileError, ...]


def list_exports(
    paths: Iterable[Path], options: Options | None = None
) -> DiscoveredExports:
    """Find the chat exports in files and folders, with the format of each.

    A folder is one export if a format takes it as a whole, and no two of its entries
    are exports of their own; else it is looked through, hidden files left out.
    """
    named = list(paths)
    look = _ExportSearch(options)
    for path in named:
        if not _exists(path):
            raise build_missing_path_error(path)
        look.through(path)
    if not look.exports:
        where = ", ".join(map(str, named))
        remedy = say(
            "name a file or folder of exports; docs/formats lists what is read"
        )
        none = BrokenFileError(
            say("there is no export here"), where=where, remedy=remedy
        )
        others = look.others or look.media
        raise summarise_refused(others) if others else none
    return DiscoveredExports(look.exports, (*look.media, *look.others))


def summarise_refused(refused: Sequence[BrokenFileError]) -> BrokenFileError:
    """Return one error for several files that can't be read: count and first reason.

    >>> errors = [BrokenFileError("is empty", where=name) for name in ("a", "b")]
    >>> str(summarise_refused(errors))
    'none of 2 files can be read; the first is a: is empty.'
    """
    first = refused[0]
    if len(refused) == 1:
        return first
    what = say(
        "none of {n:,} files can be read; the first is {where}: {what}",
        n=len(refused),
        where=first.where,
        what=first.what,
    )
    return BrokenFileError(what, remedy=first.remedy)


def list_candidates(
    paths: Iterable[Path], options: Options | None = None
) -> list[Path]:
    """List the paths that may be chat exports, among files and folders."""
    candidates: list[Path] = []
    for path in paths:
        look = _ExportSearch(options)
        if _exists(path):
            look.through(path)
        candidates += sorted(look.left | look.exports.keys()) or [path]
    return candidates


def _exists(path: Path) -> bool:
    return path.exists() or bool(split_path(path)[1])


class _ExportSearch:
    """A search for chat exports in files and folders, visiting each path once."""

    def __init__(self, options: Options | None) -> None:
        self._find = partial(_find_format, options=options)
        self._seen: dict[Path, str | BrokenFileError] = {}
        self.exports: dict[Path, str] = {}
        self.others: list[BrokenFileError] = []
        self.left: set[Path] = set()
        self._media = 0

    @property
    def media(self) -> list[MediaError]:
        """Number of pictures, sounds and films among exports."""
        what = say_plural(
            "{n:,} picture, sound or film, which is not read",
            "{n:,} pictures, sounds and films, which are not read",
            n=self._media,
        )
        return [MediaError(what)] * bool(self._media)

    def through(self, path: Path) -> None:
        """Search a file, folder or archive for chat exports; list its other files."""
        try:
            entries = list(_list_entries(path))
        except BrokenFileError as error:
            self._leave(path, error)
            return
        except OSError as error:
            self._leave(path, describe_unreadable(error, str(path)))
            return
        inside = [one for one in entries if not _is_media(one)]
        media = len(entries) - len(inside)
        if _is_media(path) or (media and not inside):
            self._media += media or 1
            return
        form = self._format(path, with_parts=bool(inside))
        if isinstance(form, str) and (not inside or self._is_one(path, form, inside)):
            self.exports[path] = form
            for one in self._list_others(path, form) if inside else ():
                self.through(one)
        elif not inside:
            self._leave(path, cast("BrokenFileError", form))
        else:
            self._media += media
            self._through_parts(path, form, inside)

    def _through_parts(
        self, path: Path, form: str | BrokenFileError, inside: Sequence[Path]
    ) -> None:
        """Search the entries of a folder or archive, one by one."""
        exports, others = len(self.exports), len(self.others)
        for one in inside:
            self.through(one)
        is_page = TELEGRAMS_PAGES in {one.name for one in inside}
        is_none = len(self.exports) == exports and (is_page or not path.is_dir())
        left = [Path(error.where.split(": ")[0]) for error in self.others[others:]]
        is_one = len(left) == 1 and is_archive(left[0])  # which tells more
        if left and is_none and not is_one and isinstance(form, BrokenFileError):
            # an archive or pages without any export are one that is none
            self.left -= {Path(error.where) for error in self.others[others:]}
            del self.others[others:]
            self._leave(path, form)

    def _leave(self, path: Path, why: BrokenFileError) -> None:
        if _is_run_folder(path):
            return
        self.left.add(path)
        self.others.append(why)

    def _is_one(self, folder: Path, whole: str, inside: Sequence[Path]) -> bool:
        """Return whether a folder is a single export rather than several."""
        formats = {path: self._format(path) for path in inside}
        forms = {path: form for path, form in formats.items() if isinstance(form, str)}
        folders = [path for path in inside if is_folder(path)]
        same = [path for path in folders if forms.get(path) == whole]
        if _has_layout(whole):  # and names its own files; others are found apart
            return not same or (len(same) == 1 and not self._list_others(folder, whole))
        if len(forms) == 1:  # which may make the whole look so, others beside it
            ((path, form),) = forms.items()
            inner = _list_readable(path) if path in folders else []
            if form != whole or (inner and not self._is_one(path, form, inner)):
                return False
            is_file = form in OF_ONE_FILE and not is_folder(path)
            left = [one for one in inside if one != path and not is_folder(one)]
            if is_file and any(_may_be_export(one.name) for one in left):
                return False
        elif forms and not (
            whole in IN_FOLDERS
            and set(forms.values()) == {whole}
            and forms.keys().isdisjoint(folders)  # else exports side by side
        ):
            return False
        others = (path for path in folders if path not in forms)
        return not any(self._beneath(path) - {whole} for path in others)

    def _list_others(self, folder: Path, form: str) -> list[Path]:
        """List the files and folders in an export that are no part of it."""
        head = Source(folder).head
        if not _has_layout(form):
            return [] if form in IN_FOLDERS else self._list_left(folder, form, head)
        parts = cast("Any", FORMATS[form]).list_parts(head)
        names = [name for name in head.names if _may_be_export(name)]
        own = {parent for name in parts for parent in PurePosixPath(name).parents}
        tops = dict.fromkeys(
            _find_top(name, own) for name in names if name not in parts
        )
        return [folder / top for top in tops if self._is_other(folder / top, form)]

    def _list_left(self, folder: Path, form: str, head: Head) -> list[Path]:
        """List the files in an export of one file, without those sent in its chat."""
        names = [name for name in head.names if _may_be_export(name)]
        left = [one for one in names if self._format(folder / one) != form]
        own = {PurePosixPath(one).parent for one in names if one not in left}
        left += [one for one in head.names if _is_page(one, own)]
        find_sent = getattr(FORMATS[form], "list_sent", None)
        sent = find_sent(head.source, left) if left and find_sent else ()
        return [folder / name for name in left if name not in sent]

    def _is_other(self, path: Path, form: str) -> bool:
        """Return whether a path is or contains an export of another format."""
        found = self._format(path)
        return found != form if isinstance(found, str) else bool(self._beneath(path))

    def _beneath(self, folder: Path) -> set[str]:
        """Return the chat formats detected in the subfolders of a folder."""
        forms = set[str]()
        for path in _list_readable(folder):
            form = self._format(path)
            if isinstance(form, str):
                forms.add(form)
            else:
                forms |= self._beneath(path)
        return forms

    def _format(self, path: Path, *, with_parts: bool = False) -> str | BrokenFileError:
        if path not in self._seen:
            self._seen[path] = self._find(path)
        form = self._seen[path]
        if with_parts and isinstance(form, AmbiguousFormatError):
            # a layout names its own files: the others make up further exports
            laid = tuple(name for name in FORMATS if _has_layout(name))
            self._seen[path] = form = self._find(path, further=laid)
        return form


def _is_media(path: Path) -> bool:
    return path.name.lower().endswith(MEDIA)


def _has_layout(form: str) -> bool:
    """Return whether a format's exports are folders of files with names of its own."""
    return hasattr(FORMATS[form], "list_parts")


def _find_top(name: str, own: Collection[PurePosixPath]) -> str:
    """Return the outermost folder around a file that is none of an export's own."""
    path = PurePosixPath(name)
    return str(next((one for one in [*path.parents][::-1] if one not in own), path))


def _may_be_export(name: str) -> bool:
    if PurePosixPath(name).name.lower() in NO_EXPORTS:
        return False
    return has_text(name) or name.lower().endswith(ARCHIVES)


def _is_page(name: str, folders: Collection[PurePosixPath]) -> bool:
    """Return whether a file in some folders is a page, the first of many."""
    is_beside = PurePosixPath(name).parent in folders
    is_further = _FURTHER_PAGE.search(name) is not None
    return is_beside and name.lower().endswith(PAGES) and not is_further


def _list_entries(folder: Path) -> Iterator[Path]:
    for path in list_entries(folder):
        linked = path.is_dir() and path.is_symlink()
        systems = path.name.startswith(".") or path.name.lower() in NO_EXPORTS
        further = _FURTHER_PAGE.search(path.name)
        if not (systems or linked or further or is_run_output(path)):
            yield path


def _is_run_folder(path: Path) -> bool:
    """Return whether a folder contains nothing but what `shequn run` wrote."""
    try:
        entries = list(path.iterdir()) if path.is_dir() else []
    except OSError:  # a folder that can't be listed is told as such
        return False
    return bool(entries) and all(map(is_run_output, entries))


def _list_readable(folder: Path) -> list[Path]:
    try:
        return list(_list_entries(folder))
    except (OSError, BrokenFileError):  # whoever looks through it tells
        return []


def _find_format(
    path: Path, options: Options | None, further: tuple[str, ...] = ()
) -> str | BrokenFileError:
    """Find a file's format; `further` ones count where several are possible."""
    try:
        source = Source(path, options)
        if further:
            formats = (*source.options.formats, *further)
            source.options = replace(source.options, formats=formats)
        form = recognise_format(source)
    except BrokenFileError as error:
        return error
    except Exception as error:  # noqa: BLE001  one file is not to cost the others
        return describe_unforeseen_error(error, str(path))
    return next(name for name in FORMATS if FORMATS[name] is form)


def compute_size(path: Path) -> int:
    """Compute the size of a chat export, file, folder or part of one, in bytes."""
    disk, inner = split_path(path)
    if inner:
        return sum(one.measure() for one in open_part(path).files.values())
    files = walk_files(disk) if disk.is_dir() else [disk]
    return sum(file.stat().st_size for file in files if file.is_file())


def compute_fingerprints(paths: Iterable[Path]) -> list[str | BrokenFileError]:
    """Compute the fingerprint of each export, some at a time; or why it has none."""
    with ThreadPoolExecutor(count_cores()) as pool:
        return list(pool.map(_try_fingerprint, paths))


def _try_fingerprint(path: Path) -> str | BrokenFileError:
    try:
        return compute_fingerprint(path)
    except OSError as error:  # it has vanished, or may not be read
        return describe_unreadable(error, str(path))


def compute_fingerprint(path: Path) -> str:
    """Compute the SHA-256 of an export's bytes, independent of its name."""
    if split_path(path)[1]:
        return _compute_inner_fingerprint(path)
    if not path.is_dir():
        return describe_files([path])[0][-1]
    parts: list[str] = []
    for file in walk_files(path):
        if file.is_file():
            parts.append(file.relative_to(path).as_posix())
            try:
                parts.append(describe_files([file])[0][-1])
            except OSError:
                parts.append(UNREADABLE)
    return compute_checksum_of_parts(parts)


def _compute_inner_fingerprint(path: Path) -> str:
    """Compute the fingerprint of a part of an archive, as that of the part unpacked."""
    container = open_part(path)
    parts = list[str]()
    for name in container.names:
        with container.open(name) as file:
            parts += [name, compute_checksum_of(file)]
    is_file = container.names == (path.name,)
    return parts[1] if is_file else compute_checksum_of_parts(parts)
