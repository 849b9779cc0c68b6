"""`python -m helpers.room_tone RAW`: tables on the tone of public rooms."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.files import write_text
from helpers.room_tone.questions import (
    Estimate,
    estimate_contagion,
    estimate_hazards,
    estimate_last_months,
    select_months,
)
from helpers.room_tone.rooms import FOLDER, Talk, count_by_month, find_ends, read_talk


class Use(NamedTuple):
    """What a claim takes from an estimate."""

    claim: str
    measure: str
    of: str
    directly: str
    definition_en: str
    definition_zh: str


USES = (
    Use(
        "s4-link-tone-matters", "ten points more negative", "ratio", "indirect",
        "hazard of falling silent for 60 days within three months, per ten points more"
        " negative messages in a month, given the number of writers",
        "负面消息占比每高十个百分点，三个月内开始沉寂（60 天没人说话）的风险之比；"
        "发言人数已计入",
    ),
    Use(
        "s4-link-tone-matters", "ten points more positive", "ratio", "indirect",
        "hazard of falling silent for 60 days within three months, per ten points more"
        " positive messages in a month, given the number of writers",
        "正面消息占比每高十个百分点，三个月内开始沉寂（60 天没人说话）的风险之比；"
        "发言人数已计入",
    ),
    Use(
        "s0-mutual-influence", "negative after negative", "difference", "direct",
        "standard deviations by which a message is more negative per standard deviation"
        " of the ten before it by others, same person and room, net of the day's topic",
        "前面别人的十条每负面一个标准差，自己这条负面多少个标准差；同一人、同一群，已扣掉当天话题",
    ),
    Use(
        "s0-mutual-influence", "positive after positive", "difference", "direct",
        "standard deviations by which a message is more positive per standard deviation"
        " of the ten before it by others, same person and room, net of the day's topic",
        "前面别人的十条每正面一个标准差，自己这条正面多少个标准差；同一人、同一群，已扣掉当天话题",
    ),
)  # fmt: skip


def write_tone(raw: Path, folder: Path = FOLDER) -> None:
    """Read the rooms' messages and write counts, estimates and what claims take.

    Parameters
    ----------
    raw
        The folder of raw corpora.
    folder
        Where the CSVs go.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If a corpus is not there or not as it was recorded.
    """
    talk = read_talk(raw)
    by_month, ends = count_by_month(talk), find_ends(talk)
    _write(folder / "rooms_by_month.csv", by_month)
    _write(folder / "rooms.csv", ends)
    estimates = estimate_all(by_month, ends, talk)
    for name, rows in estimates.items():
        _write(folder / f"{name}.csv", pd.DataFrame([asdict(row) for row in rows]))
    _write(folder / "claims.csv", list_claims(estimates))


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


def list_claims(estimates: dict[str, list[Estimate]]) -> pd.DataFrame:
    """List what each claim takes from the estimates."""
    every = [row for rows in estimates.values() for row in rows]
    rows = [
        {
            "claim": use.claim, "study": row.source, "estimate": row.estimate,
            "low": row.low, "high": row.high, "n": row.rooms, "of": use.of,
            "role": use.directly, "definition_en": use.definition_en,
            "definition_zh": use.definition_zh,
        }
        for use in USES
        for row in every
        if row.measure == use.measure
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _write(path: Path, table: pd.DataFrame) -> None:
    write_text(
        path, table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    )


if __name__ == "__main__":
    write_tone(Path(sys.argv[1]))
