"""Find chat exports in files and folders, and detect their formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from helpers.errors import (
    BrokenFileError,
    build_missing_path_error,
    describe_unforeseen_error,
)
from helpers.files import (
    compute_checksum,
    compute_checksum_of_parts,
    is_run_output,
    walk_files,
)
from helpers.formats import FORMATS, READ_ALONE, has_text, recognise_format
from helpers.formats.reading.source import Options, Source
from helpers.study.store.processes import Processes
from helpers.wording import say

# formats whose exports are folders of files that a format would take alone, too
IN_FOLDERS = frozenset(
    {"pywxdump", "chatlog", "zulip_archive", "zulip_realm", "gitter"}
)


# formats of which a folder need not be read as a whole
OF_ONE_FILE = READ_ALONE | {"discord", "telegram"}
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".parquet")

# what Windows itself puts into folders with pictures or a name of their own
OF_WINDOWS = frozenset({"desktop.ini", "ehthumbs.db", "thumbs.db"})
UNREADABLE = "unreadable"  # in place of the hash of a file
TELEGRAMS_PAGES = "messages.html"  # a folder with it is refused as a whole


class DiscoveredExports(NamedTuple):
    """Chat exports found, with their formats, and the files skipped, with reasons."""

    exports: dict[Path, str]
    others: tuple[BrokenFileError, ...]


def list_exports(
    paths: Iterable[Path],
    options: Options | None = None,
    processes: Processes | None = None,
) -> DiscoveredExports:
    """Find the chat exports in files and folders, with the format of each.

    A folder is one export if a format takes it as a whole, and no two of its entries
    are exports of their own; else it is looked through, hidden files left out.

    Parameters
    ----------
    paths
        Files and folders.
    options
        What files can't say about themselves.
    processes
        Which look at the files of a folder that has many; by default none.

    Raises
    ------
    MissingSourceError
        If something named isn't there.
    BrokenFileError
        If no export is there: why the first of the files is none.
    """
    named = list(paths)
    look = _ExportSearch(options, processes)
    for path in named:
        if not path.exists():
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
        raise summarise_refused(look.others) if look.others else none
    return DiscoveredExports(look.exports, tuple(look.others))


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
    """List the paths that may be chat exports, among files and folders.

    What can't be read is among it, so that whoever looks is told why.
    """
    candidates: list[Path] = []
    for path in paths:
        look = _ExportSearch(options)
        if path.exists():
            look.through(path)
        candidates += sorted(look.left | look.exports.keys()) or [path]
    return candidates


class _ExportSearch:
    """A search for chat exports in files and folders, visiting each path once."""

    def __init__(
        self, options: Options | None, processes: Processes | None = None
    ) -> None:
        self._find = partial(_find_format, options=options)
        self._processes = processes
        self._seen: dict[Path, str | BrokenFileError] = {}
        self.exports: dict[Path, str] = {}
        self.others: list[BrokenFileError] = []
        self.left: set[Path] = set()

    def through(self, path: Path) -> None:
        """Search a file or folder for chat exports; list its other files as well."""
        try:
            inside = list(_list_entries(path)) if path.is_dir() else []
        except OSError as error:
            self._leave(path, _make_unreadable_error(path, error))
            return
        found = self._look_at(inside)  # while the folder is looked at as a whole
        form = self._format(path)
        if isinstance(form, str) or all(one.name != TELEGRAMS_PAGES for one in inside):
            self._seen |= found
        if isinstance(form, str) and (not path.is_dir() or self._is_one(path, inside)):
            self.exports[path] = form
        elif isinstance(form, BrokenFileError) and (
            not path.is_dir() or any(one.name == TELEGRAMS_PAGES for one in inside)
        ):
            self._leave(path, form)
            return
        for one in inside if path not in self.exports else ():
            self.through(one)

    def _look_at(
        self, paths: Iterable[Path]
    ) -> Iterable[tuple[Path, str | BrokenFileError]]:
        """Begin to find the formats of a folder's entries, if workers help with it."""
        if self._processes is None:
            return ()
        unseen = [path for path in paths if path not in self._seen]
        return zip(unseen, self._processes.map(self._find, unseen), strict=True)

    def _leave(self, path: Path, why: BrokenFileError) -> None:
        self.left.add(path)
        self.others.append(why)

    def _is_one(self, folder: Path, inside: list[Path]) -> bool:
        """Return whether a folder is a single export rather than several."""
        form_of_folder = self._format(folder)
        formats = {path: self._format(path) for path in inside}
        forms = {path: form for path, form in formats.items() if isinstance(form, str)}
        parts = not any(path.is_dir() for path in forms)  # else exports side by side
        same = set(forms.values()) == {form_of_folder}
        if len(forms) == 1:  # which may make the whole look so, others beside it
            ((path, form),) = forms.items()
            if form in OF_ONE_FILE and _has_further_texts(inside, path):
                return False
            subfolders = (
                path for path in inside if path.is_dir() and path not in forms
            )
            return not any(
                self._beneath(path) - {form_of_folder} for path in subfolders
            )
        return not forms or (form_of_folder in IN_FOLDERS and same and parts)

    def _beneath(self, folder: Path) -> set[str]:
        """Return the chat formats detected in the subfolders of a folder."""
        forms = set[str]()
        for path in _list_readable(folder):
            form = self._format(path)
            if isinstance(form, str):
                forms.add(form)
            elif path.is_dir():
                forms |= self._beneath(path)
        return forms

    def _format(self, path: Path) -> str | BrokenFileError:
        if path not in self._seen:
            self._seen[path] = self._find(path)
        return self._seen[path]


def _has_further_texts(inside: Iterable[Path], export: Path) -> bool:
    """Return whether a folder has files of text that its only export is not."""
    return any(
        (has_text(path.name) or path.name.lower().endswith(ARCHIVES))
        and not path.is_dir()
        for path in inside
        if path != export and not export.is_dir()
    )


def _make_unreadable_error(path: Path, error: OSError) -> BrokenFileError:
    return BrokenFileError(
        say(
            "can't be read ({error})",
            error=(error.strerror or type(error).__name__).lower(),
        ),
        where=str(path),
        remedy=say("check that you may read it"),
    )


def _list_entries(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        linked = path.is_dir() and path.is_symlink()
        systems = path.name.startswith(".") or path.name.lower() in OF_WINDOWS
        if not (systems or linked or is_run_output(path)):
            yield path


def _list_readable(folder: Path) -> list[Path]:
    try:
        return list(_list_entries(folder))
    except OSError:  # whoever looks through it tells
        return []


def _find_format(path: Path, options: Options | None) -> str | BrokenFileError:
    try:
        form = recognise_format(Source(path, options))
    except BrokenFileError as error:
        return error
    except Exception as error:  # noqa: BLE001  one file is not to cost the others
        return describe_unforeseen_error(error, str(path))
    return next(name for name in FORMATS if FORMATS[name] is form)


def compute_size(path: Path) -> int:
    """Compute the size of a chat export, file or folder, in bytes."""
    files = walk_files(path) if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def compute_fingerprints(paths: Iterable[Path]) -> list[str | BrokenFileError]:
    """Compute the fingerprint of each export, two at a time; or why it has none."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_try_fingerprint, paths))


def _try_fingerprint(path: Path) -> str | BrokenFileError:
    try:
        return compute_fingerprint(path)
    except OSError as error:  # it has vanished, or may not be read
        return _make_unreadable_error(path, error)


def compute_fingerprint(path: Path) -> str:
    """Compute the SHA-256 of an export's bytes, independent of its name.

    A file of a folder that may not be read counts by its name.
    """
    if not path.is_dir():
        return compute_checksum(path)
    parts: list[str] = []
    for file in walk_files(path):
        if file.is_file():
            parts.append(file.relative_to(path).as_posix())
            try:
                parts.append(compute_checksum(file))
            except OSError:
                parts.append(UNREADABLE)
    return compute_checksum_of_parts(parts)
