"""What is known about a public corpus before a row of it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.records import Batch, Observability

__all__ = ["Corpus", "Licence", "Reader"]

Reader = Callable[[Path, Sequence[str], Counter[str]], Iterator[Batch]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Under what terms our tables of a corpus are published.

    Attributes
    ----------
    name
        SPDX identifier, or ``none stated``.
    text
        The notice that goes into the LICENSE file.
    members, names
        Whether rows about members, and the public names of groups, may be published.
    """

    name: str
    text: str
    members: bool
    names: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A public corpus: where it comes from, what it shows and what misleads in it.

    Attributes
    ----------
    name
        Of its raw folder, its module and its study.
    title_en, title_zh
        For readers.
    source, commit
        The repository or repositories, and the version of each.
    licence
        Of our tables.
    row
        What a raw row is, for the ledger.
    kind_of_group
        What the source calls most of its groups.
    read
        Raw files → records; rows read per file go into the tally.
    observability
        What it can show, once the window is known.
    end_us
        When the archive ends, where that is not each network's last message.
    time_error_days
        How far a message's time may be from its true one.
    looked_at
        Whether first-look figures were known when the corpus was chosen.
    frame_notes
        What pushes estimates of failure up or down.
    gaps
        What is missing from it or known to be wrong in it.
    """

    name: str
    title_en: str
    title_zh: str
    source: str
    commit: str
    licence: Licence
    row: str
    kind_of_group: str
    read: Reader
    observability: Callable[[tuple[int, int]], Observability]
    end_us: int | None = None
    time_error_days: float = 0.0
    looked_at: bool
    frame_notes: tuple[str, ...]
    gaps: tuple[str, ...]
