"""Convert the raw files of public chat corpora to records or counts.

A reader labels every row and drops none; what is set aside, and why, is counted later
in the study's ledger; a module in `sources` is a corpus, `shared` what several need. No
raw file is read before its checksum was compared with the one recorded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from helpers.corpora.shared.corpus import Corpus, Counted, RawFolder, Supplements
from helpers.corpora.shared.raw_files import find_raw_folder, verify_corpus
from helpers.errors import ShequnError
from helpers.files import import_modules_in
from helpers.records import Batch

__all__ = [
    "AWAITED",
    "CORPORA",
    "count",
    "find_raw_folder",
    "list_corpora_to_build",
    "load_corpus",
    "read",
    "read_supplements",
]

_ALL: Mapping[str, Corpus] = MappingProxyType(
    {
        module.CORPUS.name: module.CORPUS
        for module in import_modules_in("helpers.corpora.sources")
    }
)
CORPORA: Mapping[str, Corpus] = MappingProxyType(
    {name: corpus for name, corpus in _ALL.items() if not corpus.awaited}
)
AWAITED: Mapping[str, Corpus] = MappingProxyType(
    {name: corpus for name, corpus in _ALL.items() if corpus.awaited}
)


def load_corpus(name: str) -> Corpus:
    """Load the description of a public corpus by name, or list the valid names.

    Raises
    ------
    ShequnError
        If there is none, with the names there are.

    Examples
    --------
    >>> load_corpus("fcc_gitter").licence.name
    'ODbL-1.0'
    """
    if name not in _ALL:
        raise ShequnError(
            f"there is no corpus {name!r}", remedy=f"name one of {', '.join(_ALL)}"
        )
    return _ALL[name]


def list_corpora_to_build(raw: Path) -> list[str]:
    """List the corpora that are recorded, and awaited ones that have been brought."""
    return [*CORPORA, *(name for name in AWAITED if (raw / name).is_dir())]


def read(name: str, raw: Path, tally: Counter[str]) -> Iterator[Batch]:
    """Verify the raw files of a corpus by checksum and yield its records.

    Parameters
    ----------
    name
        Of the corpus.
    raw
        The folder that holds one folder a corpus.
    tally
        Filled while reading: the rows that were read from each raw file.

    Raises
    ------
    MissingSourceError, BrokenFileError
        Before anything is yielded, if a raw file is absent or not the one recorded.
    """
    reader, folder = load_corpus(name).read, _verify_folder(name, raw, tally)
    if reader:
        yield from reader(folder)


def read_supplements(name: str, raw: Path) -> Supplements:
    """Verify a corpus's raw files and read its tables other than messages.

    Raises
    ------
    MissingSourceError, BrokenFileError
        As `read`.
    """
    reader = load_corpus(name).beside
    return reader(_verify_folder(name, raw, Counter())) if reader else Supplements()


def count(name: str, raw: Path, tally: Counter[str]) -> Counted | None:
    """Build the tables of a corpus published as counts; None if it has messages.

    Raises
    ------
    MissingSourceError, BrokenFileError
        As `read`.
    """
    counting = load_corpus(name).count
    return counting(_verify_folder(name, raw, tally)) if counting else None


def _verify_folder(name: str, raw: Path, tally: Counter[str]) -> RawFolder:
    files = verify_corpus(raw / name, name)
    return RawFolder.of(raw / name, [file.name for file in files], tally)
