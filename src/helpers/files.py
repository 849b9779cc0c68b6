"""Write files atomically, compute checksums, import the modules of a folder."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import re
import secrets
import shutil
import stat
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from helpers.errors import (
    BrokenFileError,
    ShequnError,
    name_broken_row,
    report_system_errors,
)
from helpers.wording import say

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 1 << 20
LOCK = ".lock"
SEALED = re.compile(r'(.*),\s+"sha256": "(\w{64})"\s*\}\s*', re.DOTALL)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# what `shequn run` and `shequn lab` write into a folder, beside its lock
RUN_OUTPUTS = frozenset(
    (
        LOCK, "figures", "lab", "notebooks", "processed", "site", "site.key", "store",
        "tables", "verdicts", "your-groups.html",
    )
)  # fmt: skip


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path; it replaces `path` if the with block succeeds.

    >>> folder = Path(tempfile.mkdtemp())
    >>> with replace_file(folder / "a.txt") as partial:
    ...     _ = partial.write_text("all of it")
    >>> (folder / "a.txt").read_text(), len(list(folder.iterdir()))
    ('all of it', 1)
    """
    with report_system_errors(path, writes=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
        partial.touch(exist_ok=False)  # who may read it, the user's umask says
        try:
            yield partial
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file with LF line ends, completely or not at all."""
    with replace_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_csv(path: Path, table: pd.DataFrame, digits: int | None = None) -> None:
    """Write a table as CSV without its index; floats with so many digits, or all."""
    form = None if digits is None else f"%.{digits}f"
    write_text(path, table.to_csv(index=False, float_format=form, lineterminator="\n"))


def compute_checksum(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hex digits."""
    with path.open("rb") as file:
        return compute_checksum_of(file)


def compute_checksum_of(file: BinaryIO) -> str:
    """Return the SHA-256 of an open file's bytes as hex digits."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def check_checksum(path: Path, sha256: str, remedy: str) -> None:
    """Raise unless a file's bytes have the checksum that was recorded of them.

    A file that has not changed since is not read again.
    """
    found = "" if not path.is_file() else _compute_once(path, *_describe_state(path))
    if found != sha256:
        raise BrokenFileError(
            say("is missing or damaged: not the file that was written"),
            where=str(path),
            remedy=remedy,
        )


def _describe_state(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_mtime_ns, state.st_size


def describe_files(paths: Iterable[Path]) -> list[tuple[str, int, int, str]]:
    """Describe each file in folders or given by name: place, change, size, checksum.

    One whose change and size are those of before is not read again.
    """
    files = (walk_files(one) if one.is_dir() else [one] for one in paths)
    return [
        (str(file), *(state := _describe_state(file)), _compute_once(file, *state))
        for file in chain.from_iterable(files)
    ]


@lru_cache(maxsize=1 << 16)
def _compute_once(path: Path, _: int, __: int) -> str:
    return compute_checksum(path)


def seal_json(values: Mapping[str, Any], indent: int | None = None) -> str:
    """Format an object as JSON that ends with the checksum of what is before.

    >>> read_sealed_json(seal_json({"a": 1}))
    {'a': 1}
    >>> read_sealed_json(seal_json({"a": 1}).replace("1", "3", 1))
    Traceback (most recent call last):
    ValueError: it is not what was written
    """
    whole = json.dumps(values, ensure_ascii=False, indent=indent)
    text = whole[:-1].rstrip()
    gap, end = (" ", "") if indent is None else ("\n" + " " * indent, "\n")
    return f'{text},{gap}"sha256": "{_sum_up(text)}"{end}}}'


def is_sealed_json(text: str) -> bool:
    """Return whether text is what `seal_json` returned."""
    found = SEALED.fullmatch(text)
    return found is not None and _sum_up(found[1]) == found[2]


def read_sealed_json(text: str) -> dict[str, Any]:
    """Read what `seal_json` returned."""
    if not is_sealed_json(text):
        raise ValueError(say("it is not what was written"))
    values: dict[str, Any] = json.loads(text)
    del values["sha256"]
    return values


def _sum_up(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def compute_checksum_of_parts(parts: Iterable[str]) -> str:
    r"""Return the SHA-256 of a sequence of strings, sensitive to boundaries.

    >>> compute_checksum_of_parts(["ab", "c"]) == compute_checksum_of_parts(["a", "bc"])
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogateescape")  # names of files are bytes
        digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.hexdigest()


def is_run_output(path: Path) -> bool:
    """Return whether a path was written by the command `shequn run`.

    Exports are often searched in the folder that also holds an earlier run.

    >>> folder = Path(tempfile.mkdtemp())
    >>> is_run_output(folder / "store")
    False
    >>> with lock_folder(folder):
    ...     is_run_output(folder / "store"), is_run_output(folder / "chat.txt")
    (True, False)
    """
    return path.name in RUN_OUTPUTS and (path.parent / LOCK).is_file()


def walk_files(
    root: Path, onerror: Callable[[OSError], object] | None = None
) -> list[Path]:
    """Return all files under a folder, sorted, without what `shequn run` wrote.

    `onerror` receives the error of a folder that cannot be listed.
    """
    files = []
    for folder, folders, names in os.walk(root, onerror=onerror, followlinks=False):
        at = Path(folder)
        folders[:] = [name for name in folders if not is_run_output(at / name)]
        files += [path for name in names if not is_run_output(path := at / name)]
    return sorted(files)


@contextmanager
def use_temporary_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """Create a temporary folder, used by `tempfile` within the context.

    What is written there by the way stays where the results go: with the user.

    >>> with use_temporary_folder(Path(tempfile.mkdtemp()), "room-") as room:
    ...     Path(tempfile.mkdtemp()).parent == room
    True
    """
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(dir=beside, prefix=prefix) as room:
        tempfile.tempdir = room
        try:
            yield Path(room)
        finally:
            tempfile.tempdir = before


@contextmanager
def replace_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces `path` only if the with block succeeds."""
    with report_system_errors(path, writes=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            partial = room / "new"
            partial.mkdir()
            yield partial
            _swap_folders(partial, path, room / "old")
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _swap_folders(new: Path, path: Path, aside: Path) -> None:
    """Replace a folder by another; restore the old one if that fails."""
    if path.exists():
        path.replace(aside)
    try:
        new.replace(path)
    except OSError:
        if aside.exists():
            aside.replace(path)
        raise


@contextmanager
def keep_private() -> Iterator[None]:
    """Create files and folders that only their owner can read, within the context.

    Where a system has no such modes (Windows), its own rules for the folder apply.

    >>> with keep_private():
    ...     folder = Path(tempfile.mkdtemp()) / "a"
    ...     folder.mkdir()
    >>> oct(folder.stat().st_mode & 0o077) if os.name == "posix" else "0o0"
    '0o0'
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def restrict_to_owner(path: Path) -> None:
    """Let only the owner read a file or folder, if it exists."""
    if path.exists():
        path.chmod(stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder while a with block runs, so that no other process writes to it."""
    with report_system_errors(folder, writes=True):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    with file:
        try:
            _take(file)
        except OSError as error:
            raise ShequnError(
                say("another shequn process is using this folder"),
                where=str(folder),
                remedy=say("wait until it has finished, or choose another folder"),
            ) from error
        yield


@cache
def read_own_rows(*path: str, package: str = "helpers") -> Mapping[str, Any]:
    """Read a TOML file of a package, once; nothing if it is not there.

    >>> read_own_rows("text", "no_table.toml")
    {}
    """
    file = files(package).joinpath(*path)
    with name_broken_row(path[-1]):
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def read_description(source: str) -> Mapping[str, Any]:
    """Read a public source's description; an own study has none."""
    return read_own_rows("sources", f"{source}.toml")


def import_modules_in(package: str) -> Iterator[ModuleType]:
    """Import and yield all modules of a package and its subpackages, by name.

    >>> next(import_modules_in("helpers.claims.designs")).__name__
    'helpers.claims.designs.counts'
    """
    folder = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(folder, f"{package}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)


def to_csv_text(data: pd.DataFrame) -> str:
    r"""Format a table as CSV text with escaped formulas.

    Text that begins like a formula gets an apostrophe before it (OWASP, CSV
    injection); numbers stay numbers, written with up to ten significant digits.
    """
    import numpy as np  # noqa: PLC0415 - not for a command's --help

    safe = data.copy()
    for at, kind in enumerate(data.dtypes):
        if not (isinstance(kind, np.dtype) and kind.kind in "biuf"):
            safe.isetitem(at, data.iloc[:, at].map(_escape_formula).array)
    safe = safe.rename(columns=_escape_formula)
    return safe.to_csv(index=False, lineterminator="\n", float_format="%.10g")


def _escape_formula(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell


if sys.platform == "win32":

    def _take(file: IO[str]) -> None:
        import msvcrt  # noqa: PLC0415 - only there

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _take(file: IO[str]) -> None:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
