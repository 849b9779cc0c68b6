"""Lookup tables of SnowNLP's word counts: in memory, on disk, made if missing."""

import atexit
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from helpers.arrays import Bools, Floats
from helpers.errors import MissingSourceError, ShequnError
from helpers.files import compute_checksum, compute_checksum_of_parts, replace_file
from helpers.paths import find_cache_folder

Ints = npt.NDArray[Any]  # of any width
Bytes = npt.NDArray[np.uint8]
Slots = npt.NDArray[np.uint64]
TAGS = 4


class Tables(NamedTuple):
    """SnowNLP's word counts as logarithms in lookup tables."""

    space: Bools
    character: Ints
    unigram: Floats
    pair_slots: Slots
    pair_code: Bytes
    pair_value: Floats
    triple_slots: Slots
    triple_code: Bytes
    triple_value: Floats
    word_slots: Slots
    word_start: Ints
    word_bytes: Bytes
    word_log: Floats
    logs: Floats
    numbers: Ints

    @classmethod
    def empty(cls) -> Self:
        """Return empty lookup tables with the right array types."""
        arrays: dict[str, Any] = {
            name: np.empty(0, _TYPES.get(name, np.uint8)) for name in cls._fields
        }
        for array in arrays.values():
            array.setflags(write=False)
        return cls(**arrays)


_TYPES = MappingProxyType(
    {
        "space": np.bool_, "character": np.int16, "pair_slots": np.uint64,
        "triple_slots": np.uint64, "word_slots": np.uint64, "word_start": np.int64,
        "numbers": np.int64, "unigram": np.float64, "pair_value": np.float64,
        "triple_value": np.float64, "word_log": np.float64, "logs": np.float64,
    }
)  # fmt: skip


class Room(NamedTuple):
    """Scratch arrays for sentiment scoring of messages up to some length."""

    start: Ints
    end: Ints
    ordinal: Ints
    pair: Slots
    triple: Slots
    back: Ints
    tag: Ints
    old: Floats
    new: Floats
    log: Floats

    @classmethod
    def for_bytes(cls, size: int) -> Self:
        """Allocate scratch arrays for scoring messages of up to `size` bytes."""
        tokens, characters = size // 2 + 2, size // 3 + 1
        return cls(
            start=np.empty(tokens, np.int64),
            end=np.empty(tokens, np.int64),
            ordinal=np.empty(characters, np.int16),
            pair=np.empty(characters, np.uint64),
            triple=np.empty(characters, np.uint64),
            back=np.empty(characters, np.uint32),
            tag=np.empty(characters, np.uint8),
            old=np.empty(TAGS**2),
            new=np.empty(TAGS**2),
            log=np.empty(TAGS**3),
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Sentiment scores of texts, with counts of tokens used and recognised."""

    score: Floats  # from 0 (negative) to 1 (positive), float64 of length n
    kept: Ints  # tokens that count (after stop words), int64 of length n
    known: Ints  # those among them that the instrument has met, int64 of length n

    @classmethod
    def blank(cls, n: int) -> Self:
        """Allocate scores for n texts, to be filled in place."""
        return cls(np.full(n, np.nan), np.zeros(n, np.int64), np.zeros(n, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Concatenate several sets of sentiment scores."""
        columns = zip(*(part.columns for part in [cls.blank(0), *parts]), strict=True)
        return cls(*map(np.concatenate, columns))

    @property
    def columns(self) -> tuple[Floats, Ints, Ints]:
        """Arrays of scores, and of numbers of tokens used and recognised."""
        return self.score, self.kept, self.known

    def put(self, rows: Ints, part: Self, source: Ints) -> None:
        """Copy given rows of another set of scores into this one."""
        for whole, column in zip(self.columns, part.columns, strict=True):
            whole[rows] = column[source]


class Golden(NamedTuple):
    """Test texts with the sentiment score that SnowNLP itself gives them."""

    texts: list[str]
    scores: list[float]


def write_file(path: Path, tables: Tables, golden: Golden) -> None:
    """Write SnowNLP's lookup tables and test scores to a file."""
    columns = {name: _to_one_row(table) for name, table in tables._asdict().items()}
    columns["texts"] = pa.array([golden.texts], pa.list_(pa.string()))
    columns["scores"] = pa.array([golden.scores], pa.list_(pa.float64()))
    table = pa.table(columns)
    with (
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table)


def _to_one_row(table: Ints) -> pa.Array:
    flat = pa.array(table.view(np.uint8) if table.dtype == np.bool_ else table)
    return pa.LargeListArray.from_arrays(pa.array([0, len(flat)], pa.int64()), flat)


def read_file(path: Path) -> tuple[Tables, Golden]:
    """Memory-map the SnowNLP lookup tables written by `write_file`."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    arrays = {
        name: table[name].chunk(0).values.to_numpy(zero_copy_only=True)
        for name in Tables._fields
    }
    arrays["space"] = arrays["space"].view(np.bool_)
    golden = Golden(table["texts"][0].as_py(), table["scores"][0].as_py())
    return Tables(**arrays), golden


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
CODE = ("building.py", "kernel.py", "tables.py")


def compute_source_key() -> str:
    """Return a checksum of the SnowNLP files used for sentiment scores."""
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
    return _find_cache() / "sentiment" / key[:16]


@cache
def _find_cache() -> Path:
    try:
        return find_cache_folder()
    except FileNotFoundError:  # who has no home keeps it for this process
        room = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        atexit.register(room.cleanup)
        return Path(room.name)


def open_tables(meanwhile: Callable[[], None]) -> tuple[Tables, Golden]:
    """Open SnowNLP's lookup tables, building them first if missing.

    `meanwhile`: what to do while a child makes them.
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
    source = str(Path(__file__).parents[2])
    search_path = os.pathsep.join(
        [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "helpers.sentiment.building", str(path)],
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
