"""Manifest of a study: its source, licence, and checksums of its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from helpers.files import compute_checksum_of_parts
from helpers.records import Observability
from helpers.wording.messages import pack_message, unpack_message

YOURS = "yours"  # the licence of a user's own study


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
    """Contents of `manifest.json`: a study's source, licence, period and checksums.

    Attributes
    ----------
    study, title_en, title_zh
        Name and titles.
    source, commit, licence
        Where the raw rows come from and under what terms the tables are published.
    code_version
        Of this package.
    row
        What a raw row is.
    day_offset_us
        Added to a time before its calendar day is taken: the study's own zone.
    time_error_days
        How far a time may be from the true one; 0 where times are exact.
    centres_from
        Which replies `windows.centres` counts: ``explicit``, ``adjacent`` or none.
    looked_at
        Whether first-look figures were known when the corpus was chosen.
    frame_notes, gaps
        What pushes estimates of failure up or down; what is missing or wrong.
    frame_bias
        ``up`` and ``down``: where the frame pushes estimates of failure.
    pooled
        Whether its frame may be pooled with those of other studies.
    quarter_ends
        The dates that windows named ``q…`` lead up to.
    observability
        What the source can show.
    files
        Raw files.
    tables
        Processed tables by name.
    """

    study: str
    title_en: str
    title_zh: str
    source: str
    commit: str
    licence: str
    code_version: str
    row: str
    day_offset_us: int
    time_error_days: float
    centres_from: str
    looked_at: bool
    frame_notes: tuple[str, ...]
    frame_bias: tuple[str, ...]
    pooled: bool
    gaps: tuple[str, ...]
    quarter_ends: tuple[str, ...]
    observability: Observability
    files: tuple[FileFacts, ...]
    tables: Mapping[str, TableFacts]

    def __repr__(self) -> str:
        return f"Manifest({self.study}: {len(self.tables)} tables, {self.licence})"

    @property
    def checksum(self) -> str:
        """Checksum (SHA-256) of all tables of the study."""
        pairs = ((name, self.tables[name].sha256) for name in sorted(self.tables))
        return compute_checksum_of_parts(part for pair in pairs for part in pair)

    def as_json(self) -> str:
        """Serialise the manifest as the JSON text of ``manifest.json``."""
        values = asdict(self) | {
            "observability": self.observability.as_dict(),
            "gaps": [pack_message(gap) for gap in self.gaps],
        }
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse a manifest from the JSON text of ``manifest.json``.

        Raises
        ------
        TypeError, KeyError, ValueError
            If the text is not a manifest.
        """
        values: dict[str, Any] = json.loads(text)
        for name in ("frame_notes", "frame_bias", "quarter_ends"):
            values[name] = tuple(values[name])
        values["gaps"] = tuple(unpack_message(gap) for gap in values["gaps"])
        values["observability"] = Observability.from_dict(values["observability"])
        values["files"] = tuple(FileFacts(**facts) for facts in values["files"])
        values["tables"] = {
            name: TableFacts(**facts) for name, facts in values["tables"].items()
        }
        return cls(**values)
