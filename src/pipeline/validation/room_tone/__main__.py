"""`python -m pipeline.validation.room_tone RAW`: tables on the tone of public rooms."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.files import write_text
from pipeline.validation.room_tone.questions import (
    DRAWS,
    SEED,
    Estimate,
    estimate_contagion,
    estimate_hazards,
    estimate_last_months,
    select_months,
)
from pipeline.validation.room_tone.rooms import (
    FOLDER,
    LENGTHS,
    Talk,
    correct_months,
    count_by_month,
    find_ends,
    read_talk,
)

CORRECTED = ("negative_share", "negative_low", "negative_high")


def write_tone(raw: Path, folder: Path = FOLDER) -> None:
    """Read the rooms' messages and write counts and estimates."""
    talk = read_talk(raw)
    by_month, ends = count_by_month(talk), find_ends(talk)
    _write(folder / "rooms_by_month.csv", add_corrected(by_month))
    _write(folder / "rooms.csv", ends)
    estimates = estimate_all(by_month, ends, talk)
    for name, rows in estimates.items():
        _write(folder / f"{name}.csv", pd.DataFrame([asdict(row) for row in rows]))


def add_corrected(by_month: pd.DataFrame) -> pd.DataFrame:
    """Return monthly counts with the share of negative messages, errors taken out."""
    scored = by_month["scored"].gt(0).to_numpy()
    rng, rows = np.random.default_rng(SEED), by_month[scored]
    lengths = rows[[*LENGTHS]].to_numpy(np.float64)
    found = np.full((len(by_month), len(CORRECTED)), np.nan)
    found[scored] = correct_months(rows["negative"].to_numpy(), lengths, rng, DRAWS)
    return by_month.assign(**dict(zip(CORRECTED, found.T, strict=True)))


def estimate_all(
    by_month: pd.DataFrame, ends: pd.DataFrame, talk: Talk | None = None
) -> dict[str, list[Estimate]]:
    """Estimate every association; contagion only where messages are given."""
    found: dict[str, list[Estimate]] = {"event_study": [], "hazard": []}
    if talk is not None:
        found["contagion"] = []
    months = select_months(by_month, ends)
    for source, rows in months.groupby("source"):
        if talk is not None:
            found["contagion"] += estimate_contagion(talk, str(source))
        try:
            found["event_study"] += estimate_last_months(rows)
            found["hazard"] += estimate_hazards(rows)
        except NotIdentifiableError as error:
            sys.stderr.write(f"{source}: {error}\n")
    return found


def _write(path: Path, table: pd.DataFrame) -> None:
    write_text(
        path, table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    )


if __name__ == "__main__":
    write_tone(Path(sys.argv[1]))
