"""A published study with its manifest; tables are verified by checksum when read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow.parquet as pq

from helpers.errors import (
    BrokenFileError,
    MissingSourceError,
    NotIdentifiableError,
    ShequnError,
    report_system_errors,
    suggest_nearest,
)
from helpers.files import (
    check_checksum,
    read_sealed_json,
    seal_json,
)
from helpers.paths import PROCESSED, list_study_folders
from helpers.records import Observability
from helpers.study.ledger import Ledger
from helpers.wording import say
from helpers.wording.messages import pack_message, unpack_message

NETWORK = "own"  # of a user's own study
# where a file is missing or damaged
REMEDY = say(
    "fetch data/processed again, or make it with `make data`; of your own groups: run"
    " `shequn run` again"
)
YOURS = say("yours")  # the licence of a user's own study


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Name, row count and checksum of one raw file of a source."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A processed table's unit (one row per …), row count and checksum."""

    row: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Manifest:
    """Contents of `manifest.json`: a study's source, licence, period and checksums."""

    # name and titles
    study: str
    title_en: str
    title_zh: str
    # where the raw rows come from and under what terms the tables are published
    source: str
    commit: str
    licence: str
    code_version: str  # of this package
    row: str  # what a raw row is
    # of its groups, as `pipeline.corpora.shared.corpus.KINDS`; empty in a user's own
    kind: str = ""
    # added to a time before its calendar day is taken: the study's own zone
    day_offset_us: int
    # how far a time may be from the true one; 0 where times are exact
    time_error_days: float
    # which replies `windows.centres` counts: ``explicit``, ``adjacent`` or none
    centres_from: str
    # what pushes estimates of failure up or down; what is missing or wrong
    frame_notes: tuple[str, ...]
    gaps: tuple[str, ...]
    quarter_ends: tuple[str, ...]  # the dates that windows named ``q…`` lead up to
    observability: Observability  # what the source can show
    files: tuple[FileFacts, ...]  # raw files
    tables: Mapping[str, TableFacts]  # processed tables by name
    ledger: str = ""  # checksum (SHA-256) of ``ledger.csv``

    def __repr__(self) -> str:
        return f"Manifest({self.study}: {len(self.tables)} tables, {self.licence})"

    def as_json(self) -> str:
        """Serialise the manifest as the JSON text of ``manifest.json``."""
        values = asdict(self) | {
            "observability": self.observability.as_dict(),
            "gaps": [pack_message(gap) for gap in self.gaps],
        }
        return f"{seal_json(values, indent=1)}\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse a manifest; raise TypeError, KeyError or ValueError if it is none."""
        values = read_sealed_json(text)
        for name in ("frame_notes", "quarter_ends"):
            values[name] = tuple(values[name])
        values["gaps"] = tuple(unpack_message(gap) for gap in values["gaps"])
        values["observability"] = Observability.from_dict(values["observability"])
        values["files"] = tuple(FileFacts(**facts) for facts in values["files"])
        values["tables"] = {
            name: TableFacts(**facts) for name, facts in values["tables"].items()
        }
        return cls(**values)


OF_A_RUN = "processed/study"  # in the folder that `shequn run` makes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Study:
    """A published study opened from its folder: tables and manifest."""

    name: str
    folder: Path  # where its tables lie
    manifest: Manifest
    ledger: Ledger  # what became of every row read

    @property
    def observability(self) -> Observability:
        """What the source records, such as join dates and replies."""
        return self.manifest.observability

    @property
    def kind(self) -> str:
        """Kind of its groups, such as ``chat``; empty in a user's own study."""
        return self.manifest.kind

    def __repr__(self) -> str:
        facts = self.manifest
        return f"Study({self.name}: {facts.title_en}, {len(facts.tables)} tables)"

    def _repr_html_(self) -> str:
        facts = self.manifest
        rows = "".join(
            f"<tr><td><code>{name}</code></td><td>{table.rows:,}</td>"
            f"<td>{escape(table.row)}</td></tr>"
            for name, table in facts.tables.items()
        )
        gaps = "".join(f"<li>{escape(gap)}</li>" for gap in facts.gaps)
        return (
            f"<p><b>{escape(facts.title_en)}</b> · {escape(facts.title_zh)}<br>"
            f"{escape(facts.source)} · {escape(facts.licence)}</p>"
            f"<table><tr><th>table</th><th>rows</th><th>a row is</th></tr>{rows}"
            f"</table><p>Gaps:</p><ul>{gaps}</ul>"
        )

    def table_with_dates(self, name: str) -> pd.DataFrame:
        """Return a processed table with timestamps and day numbers as dates.

        Times are in UTC, days in the study's own zone; ``last_us`` becomes ``last``.
        """
        return convert_dates(self.table(name))

    @report_system_errors()
    def table(self, name: str) -> pd.DataFrame:
        """Read a processed table by name (see docs/tables.md).

        A study has no table that its source can't show, or that its licence does not
        let be published; a file must be the one that the manifest names.
        """
        path = self.folder / f"{name}.parquet"
        if name not in self.manifest.tables:
            raise NotIdentifiableError(
                say("{study} has no table '{table}'", study=self.name, table=name),
                remedy=say("it has {names}", names=", ".join(self.manifest.tables)),
            )
        if not path.is_file():
            raise MissingSourceError(
                say("the table {name!r} is not there", name=name),
                where=str(path),
                remedy=REMEDY,
            )
        check_checksum(path, self.manifest.tables[name].sha256, REMEDY)
        state = path.stat()
        rows = _read_file(path, state.st_mtime_ns, state.st_size)
        return rows.copy(deep=False)  # copied where it is written to


def list_seen(study: Study) -> pd.Series[int]:
    """Return until when each group was seen at least, in µs, by its number."""
    groups = study.table("groups").set_index("group")
    least = groups["origin_us"]
    if "observed" in study.manifest.tables:
        shown = study.table("observed").set_index("group")[["low_us", "last_us"]]
        least = pd.concat([least, shown.reindex(groups.index)], axis=1).max(axis=1)
    return groups["end_us"].fillna(least).astype("int64")


def convert_dates(table: pd.DataFrame) -> pd.DataFrame:
    """Convert a table's microsecond and day-number columns to dates.

    >>> rows = pd.DataFrame({"last_us": [86_400_000_000], "day": [1]})
    >>> convert_dates(rows).astype(str).values.tolist()
    [['1970-01-02 00:00:00+00:00', '1970-01-02']]
    """
    columns = {}
    for name in map(str, table.columns):
        if name.endswith("_us"):
            times = pd.to_datetime(table[name], unit="us", utc=True)
            columns[name.removesuffix("_us")] = times
        elif name == "day":
            columns[name] = pd.to_datetime(table[name], unit="D")
        else:
            columns[name] = table[name]
    return pd.DataFrame(columns)


@lru_cache(maxsize=48)
def _read_file(path: Path, _: int, __: int) -> pd.DataFrame:
    """Read a table file; cached while unchanged.

    Nullable integers become floats with NaN; microseconds stay exact below 2⁵³, that is
    until the year 2255.
    """
    rows: pd.DataFrame = pq.ParquetFile(path).read().to_pandas()
    return rows


def open_study(name_or_path: str | Path) -> Study:
    """Open a published study by name or folder, or one that `shequn run` wrote.

    Parameters
    ----------
    name_or_path
        Name of a study under ``data/processed``, or a folder: a study's, or a run's.

    Raises
    ------
    MissingSourceError
        If there is no such study.
    BrokenFileError
        If its manifest or ledger can't be read.
    ShequnError
        If what is given is neither a name nor a path.

    Examples
    --------
    >>> study = open_study("fcc_gitter")
    >>> len(study.table("groups")) == study.manifest.tables["groups"].rows
    True
    """
    if not isinstance(name_or_path, str | Path) or not str(name_or_path):
        raise ShequnError(
            f"{name_or_path!r} is neither the name of a study nor a path",
            remedy="give a name such as 'fcc_gitter', or a folder made by shequn run",
        )
    folder = PROCESSED / name_or_path  # an absolute path stays as it is
    if not (folder / "manifest.json").is_file():
        folder = Path(name_or_path)
    if (folder / OF_A_RUN / "manifest.json").is_file():
        folder = folder / OF_A_RUN
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        names = sorted(path.parent.name for path in PROCESSED.glob("*/manifest.json"))
        nearest = suggest_nearest(str(name_or_path), names)
        raise MissingSourceError(
            say("there is no study here (no manifest.json)"),
            where=str(folder),
            remedy=say(
                "{nearest}name one of {names}, or a folder made by shequn run",
                nearest=nearest,
                names=", ".join(names),
            ),
        )
    try:
        facts = Manifest.from_json(manifest.read_text("utf-8"))
        check_checksum(folder / "ledger.csv", facts.ledger, REMEDY)
        ledger = Ledger.from_csv((folder / "ledger.csv").read_text("utf-8")).checked()
    except (TypeError, KeyError, ValueError, OSError) as error:
        raise BrokenFileError(
            say("the study's manifest or ledger can't be read ({error})", error=error),
            where=str(folder),
            remedy=REMEDY,
        ) from error
    study = Study(facts.study, folder, facts, ledger)
    _check_ends(study)
    return study


def _check_ends(study: Study) -> None:
    """Raise if a user's study has ends of groups whose end is not known.

    Up to version 0.3.1 they were those of the last message: all such groups ended.
    """
    if study.name != NETWORK or not {"groups", "observed"} <= {*study.manifest.tables}:
        return
    seen = study.table("observed").set_index("group")[["until_us", "closed_us"]]
    ends = study.table("groups").set_index("group")["end_us"].dropna()
    if seen.reindex(ends.index).isna().all(axis=1).any():
        raise BrokenFileError(
            say("this study was made by an earlier version, with ends not known"),
            where=str(study.folder),
            remedy=say("make it again with `shequn run` from the exports"),
        )


def open_studies(
    names: Sequence[str | Path] = (), *, having: Collection[str] = ()
) -> list[Study]:
    """Open the named studies (by default all processed ones) with the given tables.

    Parameters
    ----------
    names
        Studies or their folders; by default those of the run.
    having
        Tables that a study must have to be returned.

    Raises
    ------
    MissingSourceError
        As `open_study`.

    Examples
    --------
    >>> [study.name for study in open_studies(["fcc_gitter"], having=["silences"])]
    ['fcc_gitter']
    """
    opened = [open_study(name) for name in list(names) or list_study_folders()]
    return [study for study in opened if set(having) <= set(study.manifest.tables)]
