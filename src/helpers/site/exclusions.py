"""What each screen excludes, and a warning where lifetimes depend on it."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.prose import count
from helpers.site.languages import Words
from helpers.small_counts import People, shown
from helpers.study import Study

LEVEL = 0.05  # of all screens of a source together
NONE = "–"


class Exclusion(NamedTuple):
    """A screen: its reason, what it excludes, and how long these groups live."""

    screen: str
    numbers: tuple[str, ...]  # under `HEADINGS`


HEADINGS = (
    "messages", "people", "groups", "groups_excluded", "days_excluded", "days_kept",
)  # fmt: skip


def exclusions(study: Study) -> list[Exclusion]:
    """Return one row per screen that excluded a message of a source.

    >>> from helpers.study import open_study
    >>> exclusions(open_study("v2ex_nodes"))
    []
    """
    return [
        Exclusion(row["screen"], tuple(_written(name, row[name]) for name in HEADINGS))
        for row in _screens(study).to_dict("records")
    ]


def warnings(study: Study, t: Words) -> list[str]:
    """Return a sentence per screen whose excluded groups live otherwise than others."""
    rows = _screens(study)
    level = LEVEL / max(1, rows["p"].notna().sum()) if len(rows) else LEVEL
    beyond = rows[rows["p"] < level] if len(rows) else rows
    return [
        t(
            "study.screen_warning",
            screen=t.sentence(row["screen"]) or row["screen"],
            groups=count(row["groups_excluded"]),
            excluded=_days(row["days_excluded"]),
            kept=_days(row["days_kept"]),
        )
        for row in beyond.to_dict("records")
    ]


def _screens(study: Study) -> pd.DataFrame:
    if "screens" not in study.manifest.tables:
        return pd.DataFrame()
    return study.table("screens")


def _written(name: str, value: float) -> str:
    if math.isnan(value):
        return NONE
    if name.startswith("days"):
        return _days(value)
    return shown(f"{People(value)}") if name == "people" else count(value)


def _days(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 else count(value)  # noqa: PLR2004 - short ones keep a decimal
