"""`python -m pipeline.validation.room_tone RAW`: tables on the tone of public rooms."""

import sys
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.files import write_csv
from pipeline.validation.room_tone.questions import (
    CORRECTED,
    Estimate,
    add_corrected,
    estimate_contagion,
    estimate_hazards,
    estimate_last_months,
    select_months,
)
from pipeline.validation.room_tone.rooms import (
    FOLDER,
    Talk,
    count_by_month,
    find_ends,
    read_talk,
)


def write_tone(raw: Path, folder: Path = FOLDER) -> None:
    """Read the rooms' messages and write counts and estimates."""
    talk = read_talk(raw)
    by_month, ends = count_by_month(talk), find_ends(talk)
    corrected = add_corrected(by_month, CORRECTED)
    write_csv(folder / "rooms_by_month.csv", corrected, digits=4)
    write_csv(folder / "rooms.csv", ends, digits=4)
    estimates = estimate_all(by_month, ends, talk)
    for name, rows in estimates.items():
        write_csv(folder / f"{name}.csv", pd.DataFrame(map(asdict, rows)), digits=4)


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


if __name__ == "__main__":
    write_tone(Path(sys.argv[1]))
