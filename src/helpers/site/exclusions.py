"""Messages excluded as bots or advertising, per data source, with warnings."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.prose import format_count
from helpers.site.languages import Words
from helpers.small_counts import People, mask_text
from helpers.study import Study

LEVEL = 0.05  # of all screens of a source together
NONE = "–"


class Exclusion(NamedTuple):
    """A rule that excludes messages: its reason, count, and effect."""

    screen: str
    numbers: tuple[str, ...]  # under `HEADINGS`


HEADINGS = (
    "messages", "people", "groups", "groups_excluded", "days_excluded", "days_kept",
)  # fmt: skip


def list_exclusions(study: Study) -> list[Exclusion]:
    """List the rules that excluded messages of a source.

    >>> from helpers.study import open_study
    >>> list_exclusions(open_study("v2ex_nodes"))
    []
    """
    return [
        Exclusion(
            row["screen"], tuple(_format_value(name, row[name]) for name in HEADINGS)
        )
        for row in _read_screens(study).to_dict("records")
    ]


def list_warnings(study: Study, t: Words) -> list[str]:
    """List warnings for exclusion rules that change how long groups seem to live."""
    rows = _read_screens(study)
    level = LEVEL / max(1, rows["p"].notna().sum()) if len(rows) else LEVEL
    beyond = rows[rows["p"] < level] if len(rows) else rows
    return [
        t(
            "study.screen_warning",
            screen=t.sentence(row["screen"]) or row["screen"],
            groups=format_count(row["groups_excluded"]),
            excluded=_format_days(row["days_excluded"]),
            kept=_format_days(row["days_kept"]),
        )
        for row in beyond.to_dict("records")
    ]


def _read_screens(study: Study) -> pd.DataFrame:
    if "screens" not in study.manifest.tables:
        return pd.DataFrame()
    return study.table("screens")


def _format_value(name: str, value: float) -> str:
    if math.isnan(value):
        return NONE
    if name.startswith("days"):
        return _format_days(value)
    return mask_text(f"{People(value)}") if name == "people" else format_count(value)


def _format_days(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 else format_count(value)  # noqa: PLR2004 - short ones keep a decimal
