"""Description of a public corpus: raw files, origin, licence, what it records."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

import msgspec
import pandas as pd

from helpers.errors import name_broken_row
from helpers.files import read_description, read_own_rows
from helpers.records import HOUR_US, Observability, to_day_us

HELD_OUT = "heldout_quarter"
KINDS: Mapping[str, str] = read_own_rows(
    "corpora", "shared", "kinds.toml", package="pipeline"
)
SOURCES = "pipeline.corpora.sources"
ELSEWHERE = (  # parts of a description with their own readers
    "raw_files", "lives", "carries", "short_parts",
    "houses", "own", "chinese", "corrected", "said", "reading",
)  # fmt: skip

UNSEEN = {  # what a source does not record unless its description says so
    **dict.fromkeys(("joins_observed", "leaves_observed", "reactions_observed"), False),
    **dict.fromkeys(("owner_known", "roles_known", "sender_ids", "text"), False),
    **dict.fromkeys(("members_source", "reads_observed", "replies"), "none"),
}


@dataclass(frozen=True, slots=True)
class RawFolder:
    """The verified raw files of a corpus; counts the rows read from each.

    Held-out units are in files of the same names in the folder
    ``heldout_quarter``; `rows` reads both as one table.
    """

    path: Path
    names: Sequence[str]
    tally: Counter[str] = field(default_factory=Counter)
    held_out: Sequence[str] = ()

    @classmethod
    def of(cls, path: Path, recorded: Iterable[str], tally: Counter[str]) -> Self:
        """Separate a corpus's files from those of its reserved units."""
        names = list(recorded)
        aside = [name for name in names if name.startswith(f"{HELD_OUT}/")]
        return cls(path, [n for n in names if n not in aside], tally, aside)

    def rows(self, name: str, **options: Any) -> pd.DataFrame:  # noqa: ANN401 - pandas'
        """Read a raw file and its reserved units into one table; count the rows."""
        parts = [self._read_part(name, options)]
        if (aside := f"{HELD_OUT}/{name}") in self.held_out:
            parts.append(self._read_part(aside, options))
        return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]

    def _read_part(self, name: str, options: Mapping[str, Any]) -> pd.DataFrame:
        table: pd.DataFrame = pd.read_csv(
            self.path / name, low_memory=False, encoding="utf-8", **options
        )
        self.tally[name] = len(table)
        return table

    def list_files(self) -> dict[str, str]:
        """Map each raw file to the file or folder that was recorded, in order of paths.

        What was recorded of a folder, with a slash at its end, is all that is in it.
        """
        return {
            path.relative_to(self.path).as_posix(): name
            for name in self.names
            for path in sorted(
                (self.path / name).rglob("*")
                if name.endswith("/")
                else [self.path / name]
            )
            if path.is_file()
        }

    def beginning(self, stem: str) -> list[str]:
        """List the recorded raw files with names that begin with a stem."""
        return [n for n in self.names if n.rpartition("/")[2].startswith(stem)]

    def parts(self, stem: str) -> pd.DataFrame:
        """Read and concatenate all raw files with names that begin with a stem."""
        tables = [self.rows(name) for name in self.beginning(stem)]
        return pd.concat(tables, ignore_index=True)


Said = Annotated[str, msgspec.Meta(pattern=r"\S")]  # not empty


class Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Format and network of a source that was published as a chat app's export."""

    form: str
    network: str


class Licence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The licence under which tables of a corpus are published."""

    name: str  # SPDX identifier, or ``none stated``
    text: str  # the notice that goes into the LICENSE file
    # whether rows about members, and the public names of groups, may be published
    members: bool
    names: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Tables of a source that publishes counts: groups, daily counts and more."""

    # one row a group: ``key, label, network, kind, created_us, seen_us, closed_us,
    # closed_kind, end_us, member_count`` where there are `days`, else the columns of
    # `registry` but for ``group`` and ``batch``
    groups: pd.DataFrame
    # further processed tables by name, with ``key`` (``parent_key``) for ordinals
    tables: Mapping[str, pd.DataFrame]
    # raw rows by the reason that set them aside, None where they were kept
    became: Mapping[str | None, int] = field(default_factory=dict)
    # raw rows that were kept otherwise than as messages, by what became of them
    entered: Mapping[str, int] = field(default_factory=dict)
    # one row a person and day: ``key, person, day, messages, chars, first_us,
    # last_us``, people numbered from 0; None where nobody counted messages
    days: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplements:
    """A corpus's tables other than messages, with counts of raw rows not used."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    aside: Mapping[str, int] = field(default_factory=dict)
    entered: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)


class Corpus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public corpus: its origin, what it records and its biases."""

    name: str  # of its raw folder, its module and its study
    title_en: Said
    title_zh: Said
    # who published the data, as BibTeX names authors: people as ``Family, Given``,
    # organisations and accounts as they are, joined by ``and``
    author: Said
    # the repository or repositories, and the version of each
    source: str
    commit: str
    licence: Licence
    row: str  # what a raw row is
    kind: str  # of its groups, one of `KINDS`
    short: str  # the title for axes of figures and tables that are read on a phone
    # of a source that was published as a chat app's export; of others a module of their
    # name reads the files
    export: Export | None = None
    # tables to be made of its records beside those of every study
    further: tuple[str, ...] = ()
    # tables that are published beside the list of groups, where another source counts
    # the same messages; empty for all
    only: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()  # beginnings of the operator's
    long_chars: int = 330  # of a long message, at least
    # what it can show; the window is an empty one until rows were read
    observability: Observability
    # when the archive ends, where that is not each network's last message
    end: date | None = None
    time_error_days: float = 0.0  # how far a message's time may be from its true one
    # the zone that everybody in it lives in, by its IANA name; empty if not known
    clock: str = ""
    zone_hours: int = 0  # the study's own zone, in hours east of UTC
    frame_notes: tuple[str, ...] = ()  # what pushes estimates of failure up or down
    gaps: tuple[str, ...] = ()  # what is missing from it or known to be wrong in it
    words: Mapping[str, str] = {}  # names inside its tables

    def __post_init__(self) -> None:
        """Raise ValueError if there is no such kind of groups, or no such zone."""
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(KINDS)}")
        if self.clock and self.clock not in available_timezones():
            raise ValueError(f"there is no time zone {self.clock!r}")

    @property
    def end_us(self) -> int | None:
        """Midnight that ends observation of the corpus, in its time zone (µs)."""
        if self.end is None:
            return None
        return to_day_us(self.end) - self.zone_hours * HOUR_US

    def observed(self, window_us: tuple[int, int]) -> Observability:
        """Return what the corpus records, such as joins, for a given time span."""
        return replace(self.observability, window_us=window_us)


def load_description(name: str) -> Corpus:
    """Load the description of a corpus from its file ``<name>.toml``."""
    stated = read_description(name).items()
    facts = {key: it for key, it in stated if key not in ELSEWHERE}
    with name_broken_row(f"{name}.toml"):
        observed = UNSEEN | facts.get("observability", {}) | {"window_us": (0, 0)}
        if odd := observed.keys() - Observability.__dataclass_fields__.keys():
            raise ValueError(f"[observability] has no field {', '.join(sorted(odd))}")
        facts |= {"name": name, "observability": observed}
        return msgspec.convert(facts, Corpus)
