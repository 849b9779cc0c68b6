"""Which exports lie in the files and folders that somebody named."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import checksum, checksum_of
from helpers.formats import recognise
from helpers.formats.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from helpers.formats.source import Options

__all__ = ["Found", "exports_in", "fingerprint"]

# formats whose exports are folders of files that a format would take alone, too
IN_FOLDERS = frozenset(
    {"PyWxDump", "chatlog", "Zulip archive", "Zulip realm export", "Gitter archive"}
)


class Found(NamedTuple):
    """The exports, in order, and what else lay there, with the reason."""

    exports: tuple[Path, ...]
    others: tuple[BrokenFileError, ...]


def exports_in(paths: Iterable[Path], options: Options | None = None) -> Found:
    """Return the exports in some files and folders.

    A folder is one export if a format takes it as a whole, and no two of its entries
    are exports of their own; else it is looked through, hidden files left out.

    Raises
    ------
    MissingSourceError
        If something named isn't there.
    BrokenFileError
        If no export is there: why the first of the files is none.
    """
    named = list(paths)
    exports: list[Path] = []
    others: list[BrokenFileError] = []
    for path in named:
        if not path.exists():
            raise MissingSourceError(
                "is not there", where=str(path), remedy="check the path of the export"
            )
        _look(path, options, exports, others)
    if not exports:
        raise (
            others[0]
            if others
            else BrokenFileError(
                "there is no export here", where=", ".join(map(str, named))
            )
        )
    return Found(tuple(dict.fromkeys(exports)), tuple(others))


def _look(
    path: Path,
    options: Options | None,
    exports: list[Path],
    others: list[BrokenFileError],
) -> None:
    found = _format(path, options)
    if not path.is_dir():
        if isinstance(found, BrokenFileError):
            others.append(found)
        else:
            exports.append(path)
        return
    inside = list(_entries(path))
    if isinstance(found, str) and _is_one(found, inside, options):
        exports.append(path)
        return
    for one in inside:
        _look(one, options, exports, others)


def _is_one(whole: str, inside: list[Path], options: Options | None) -> bool:
    """Tell whether a folder is one export rather than several beside each other."""
    alone = [_format(one, options) for one in inside]
    forms = [form for form in alone if isinstance(form, str)]
    return len(forms) <= 1 or (whole in IN_FOLDERS and set(forms) == {whole})


def _entries(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and not (path.is_dir() and path.is_symlink()):
            yield path


def _format(path: Path, options: Options | None) -> str | BrokenFileError:
    try:
        return recognise(Source(path, options)).NAME
    except BrokenFileError as error:
        return error


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of an export's bytes, whatever it is called.

    Raises
    ------
    MissingSourceError
        If it has vanished.
    """
    try:
        if not path.is_dir():
            return checksum(path)
        files = sorted(file for file in path.rglob("*") if file.is_file())
        parts = [(file.relative_to(path).as_posix(), checksum(file)) for file in files]
        return checksum_of(part for pair in parts for part in pair)
    except OSError as error:
        raise MissingSourceError(
            f"can't be read any more ({(error.strerror or str(error)).lower()})",
            where=str(path),
            remedy="put it back and run again; what was read before is kept",
        ) from error
