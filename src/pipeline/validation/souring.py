"""Invented groups of which some turn sour before they fall silent, with the truth.

``python -m pipeline.validation.souring`` writes ``data/raw/souring``: what everybody
wrote (``groups.zip``, a table), and beside it what was planted (``planted.csv``, a row
a group) and which lines are complaints (``lines.csv``). Of the groups that fall
silent half turn sour: from one message in ten to 45 in a hundred, in the last eight
weeks of their lives.
"""

import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from helpers.files import read_own_rows, write_csv
from helpers.paths import RAW

SEED = 20240815
GROUPS, SILENT, SOUR = 80, 56, 28
START, WATCHED_DAYS = datetime(2023, 1, 2, tzinfo=UTC), 480
BORN_DAYS, LIVES = 60, (60, 300)  # births spread; days that the silent ones live
PEOPLE, MESSAGES_A_DAY = 12, 1.2
USUAL, SOURED, SOUR_DAYS = 0.10, 0.45, 56  # shares of complaints, and of which days
THANKS = 0.25  # of what is no complaint
STAMPED = (2024, 8, 15, 0, 0, 0)
FOLDER = RAW / "souring"


def list_lines() -> dict[str, list[str]]:
    """List the lines of each kind: frames with each of their words."""
    frames = read_own_rows("validation", "souring.toml", package="pipeline")
    return {
        kind: [frame.format(word) for frame, words in rows.items() for word in words]
        for kind, rows in frames.items()
    }


def build_world() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Build the messages and what was planted in each group, the same on each run."""
    draw = random.Random(SEED)  # noqa: S311 - an invented world, nothing secret
    silent = draw.sample(range(GROUPS), SILENT)
    planted = []
    for number in range(GROUPS):
        born = draw.uniform(0, BORN_DAYS)
        days = draw.uniform(*LIVES) if number in silent else WATCHED_DAYS - born
        planted.append(
            {
                "group": f"群{number + 1:02d}",
                "born": born,
                "days": days,
                "falls_silent": number in silent,
                "turns_sour": number in silent[:SOUR],
            }
        )
    lines = list_lines()
    rows = [row for group in planted for row in _write_group(group, lines, draw)]
    return pd.DataFrame(rows), pd.DataFrame(planted)


def _write_group(
    group: dict[str, object], lines: dict[str, list[str]], draw: random.Random
) -> Iterator[dict[str, str]]:
    """Yield the messages of a group, at random times, each by another person."""
    born, days = float(str(group["born"])), float(str(group["days"]))
    day, before = 0.0, -1
    while day <= days:
        late = days - day < SOUR_DAYS and group["turns_sour"]
        kind = "thanks" if draw.random() < THANKS else "everyday"
        if draw.random() < (SOURED if late else USUAL):
            kind = "complaint"
        who = draw.choice([one for one in range(PEOPLE) if one != before])
        at = START + timedelta(days=born + day)
        yield {
            "time": at.isoformat(timespec="seconds"),
            "group": str(group["group"]),
            "sender": f"{group['group']}-{who + 1}",
            "text": draw.choice(lines[kind]),
        }
        before, day = who, day + draw.expovariate(MESSAGES_A_DAY)


def write_world(folder: Path = FOLDER) -> None:
    """Write the messages as one packed table, and the truth beside it."""
    messages, planted = build_world()
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "groups.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("groups.csv", STAMPED)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, messages.to_csv(index=False, lineterminator="\n"))
    kinds = [(line, kind) for kind, lines in list_lines().items() for line in lines]
    first = messages.groupby("group")["time"].min()
    planted = planted.drop(columns="born").assign(first=planted["group"].map(first))
    tables = {
        "planted": planted.round({"days": 1}),
        "lines": pd.DataFrame(kinds, columns=["text", "kind"]),
    }
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table)


if __name__ == "__main__":
    write_world()
