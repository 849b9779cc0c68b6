"""Convert the raw files of public chat corpora to records or counts.

A reader labels every row and drops none; what is set aside, and why, is counted later
in the study's ledger; a module in `sources` is a corpus (its description is
``helpers/sources/<name>.toml``), `shared` what several need. No
raw file is read before its checksum was compared with the one recorded here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module, resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from helpers.errors import BrokenFileError, ShequnError
from helpers.formats import FORMATS, Source
from helpers.records import Batch
from pipeline.corpora.shared.corpus import (
    SOURCES,
    Corpus,
    Counted,
    RawFolder,
    Supplements,
    load_description,
)
from pipeline.corpora.shared.raw_files import find_raw_folder, verify_corpus
from pipeline.corpora.sources import contributed

__all__ = [
    "CORPORA",
    "count",
    "count_folder",
    "find_raw_folder",
    "load_corpus",
    "read",
    "read_folder",
    "read_supplements",
]

CORPORA: Mapping[str, Corpus] = MappingProxyType(
    {
        name: load_description(name)
        for name in sorted(
            file.name.removesuffix(".toml")
            for file in (resources.files("helpers") / "sources").iterdir()
            if file.name.endswith(".toml") and file.name != f"{contributed.NAME}.toml"
        )
    }
)


def load_corpus(name: str) -> Corpus:
    """Load the description of a public corpus by name, or list the valid names."""
    if name == contributed.NAME:  # there is one as soon as somebody gave counts
        return load_description(name)
    if name not in CORPORA:
        raise ShequnError(
            f"there is no corpus {name!r}", remedy=f"name one of {', '.join(CORPORA)}"
        )
    return CORPORA[name]


def read(name: str, raw: Path, tally: Counter[str]) -> Iterator[Batch]:
    """Verify the raw files of a corpus by checksum and yield its records."""
    load_corpus(name)
    yield from read_folder(name, _verify_folder(name, raw, tally))


def read_folder(name: str, folder: RawFolder) -> Iterator[Batch]:
    """Yield the records of a corpus from raw files that were verified."""
    if export := load_corpus(name).export:
        yield from read_exported(folder, export.form, export.network)
    elif reader := _find_reader(name, "read"):
        yield from reader(folder)


def read_supplements(name: str, raw: Path) -> Supplements:
    """Verify a corpus's raw files and read its tables other than messages."""
    reader = _find_reader(name, "read_supplements")
    if reader is None:
        return Supplements()
    supplements: Supplements = reader(_verify_folder(name, raw, Counter()))
    return supplements


def count(name: str, raw: Path, tally: Counter[str]) -> Counted | None:
    """Build the tables of a corpus published as counts; None if it has messages."""
    if _find_reader(name, "count") is None:
        return None
    return count_folder(name, _verify_folder(name, raw, tally))


def count_folder(name: str, folder: RawFolder) -> Counted:
    """Build the tables of a corpus published as counts from verified raw files."""
    counted: Counted = import_module(f"{SOURCES}.{name}").count(folder)
    became = {why: rows for why, rows in counted.became.items() if rows}
    return replace(counted, became=became)


def _find_reader(name: str, doing: str) -> Callable[[RawFolder], Any] | None:
    """Return a function of a corpus's module, or None if it has none of that name."""
    if load_corpus(name).export:
        return None
    return getattr(import_module(f"{SOURCES}.{name}"), doing, None)


def _verify_folder(name: str, raw: Path, tally: Counter[str]) -> RawFolder:
    if name == contributed.NAME:
        given = contributed.list_files(raw / name)
        return RawFolder.of(raw / name, [file.name for file in given], tally)
    files = verify_corpus(raw / name, name)
    return RawFolder.of(raw / name, [file.name for file in files], tally)


def read_exported(raw: RawFolder, form: str, network: str) -> Iterator[Batch]:
    """Yield the message records that a chat-export reader finds in a corpus's files."""
    source = Source(raw.path)
    place = {
        name: recorded  # the file, or the folder with a slash at its end
        for name in source.names
        for recorded in raw.names
        if name == recorded or (recorded.endswith("/") and name.startswith(recorded))
    }
    source.names = tuple(place)
    raw.tally.update(dict.fromkeys(raw.names, 0))
    for batch in FORMATS[form].read(source):
        if batch.kind == "message":
            raw.tally.update(place[name] for name in batch.table["file"].to_pylist())
        named = [network] * batch.table.num_rows
        yield batch.with_column("network", named) if batch.kind == "group" else batch
    if source.broken:
        raise source.broken
    if source.losses.rows:
        raise BrokenFileError(
            f"{source.losses.rows} rows can't be read",
            where=str(raw.path),
            remedy="fetch the files again (data/raw/README.md says how)",
        )
