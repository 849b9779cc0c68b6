"""Data of the forecast: features of groups' first days, and their outcomes.

A group is alive 90 days after its first h days if it has a message in the 60 days
that begin then: nothing later is looked at, so that long archives do not flatter it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.forecast.activity import (
    compute_ages,
    count_messages_by_age_day,
    fill_trailing_counts,
    has_message,
)
from helpers.study import Study
from helpers.wording import say

AHEAD, W = 90, 60  # days until the outcome, and of inactivity that is a death
HORIZONS = (28, 7)
DAYS = (*HORIZONS, 1)  # after which a forecast can be made
FEATURES = (
    "messages", "people", "active_days", "answered", "reciprocity", "concentration",
    "return", "growth",
)  # fmt: skip
COUNTS_ALONE = ("messages", "active_days", "growth")
SIZE_ALONE = ("people",)
FIRST_DAY = ("messages", "people", "answered", "reciprocity", "concentration")
# what kind of place a source is; a forecast is made within a kind only
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "fcc_gitter": "chat",
        "houston_slack": "chat",
        "komodo_discord": "chat",
        "meshcore_split": "chat",
        "raku_irc": "chat",
        "rcontrib_slack": "chat",
        "zulip_archives": "chat",
        "zh_s1_lounges": "lounge",
        "w3c_groups": "mailing list",
    }
)
REASONS = ("entered later", "no message by then", "closed before", "record ends before")


def build_first_days(study: Study, days: int = 28) -> pd.DataFrame:
    """Build features and outcome of each group, or the reason for its exclusion.

    Parameters
    ----------
    study
        With the tables ``groups`` and ``rates``; features of people are missing
        without ``first_weeks``. For exports of your own use `helpers.make_study`.
    days
        h: 28, 7 or 1.

    Returns
    -------
    ``source, kind, group, cluster``, the `FEATURES` (``messages``, ``people`` and
    ``growth`` are logarithms, the others shares), ``alive``, ``alive_ever`` (any
    later message), ``alive_90`` (W = 90), ``closed`` (a source's closing act before
    the outcome) and ``excluded``: empty for a group that counts.

    Raises
    ------
    NotIdentifiableError
        If the study has no messages.
    ShequnError
        If this is no study, or `days` is another number.
    """
    if days not in DAYS:
        raise ShequnError(
            f"{days!r} is not allowed",
            where="days",
            remedy=f"use one of {', '.join(map(str, DAYS))}",
        )
    if not callable(getattr(study, "table", None)):
        raise ShequnError(
            f"this is no study but {type(study).__name__}",
            where="build_first_days",
            remedy="build one: sq.make_study('exports', 'my-study')",
        )
    groups = study.table("groups")
    counts = count_messages_by_age_day(study.table("rates"), groups)
    rows = pd.DataFrame(
        {
            "source": study.name,
            "kind": KINDS.get(study.name, "chat"),
            "group": groups["group"],
            "cluster": groups["batch"],
        }
    )
    features = _describe_counts(counts, days)
    features |= _describe_people(study, groups, days)
    outcomes = _observe_outcomes(groups, counts, days)
    return rows.assign(**features, **outcomes, excluded=_exclude(groups, counts, days))


def select_counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the groups at risk that have a message and enough follow-up."""
    return rows[rows["excluded"] == ""].reset_index(drop=True)


def collect_first_days(studies: Sequence[Study], days: int = 28) -> pd.DataFrame:
    """Build the forecast's data (features, outcome) from all message studies.

    Raises
    ------
    NotIdentifiableError
        If none does.
    """
    able = [study for study in studies if study.name in KINDS]
    if not able:
        raise NotIdentifiableError(
            say("no source at hand records messages from birth on")
        )
    return pd.concat(
        [build_first_days(study, days) for study in able], ignore_index=True
    )


def _describe_counts(counts: np.ndarray, days: int) -> dict[str, np.ndarray]:
    """Compute forecast features from messages per day alone, such as growth."""
    first = counts[:, :days]
    early, later = first[:, : days // 2], first[:, days // 2 :]
    return {
        "messages": np.log1p(first.sum(axis=1)),
        "active_days": (first > 0).mean(axis=1),
        "growth": np.log1p(later.sum(axis=1)) - np.log1p(early.sum(axis=1)),
    }


def _describe_people(
    study: Study, groups: pd.DataFrame, days: int
) -> dict[str, np.ndarray]:
    """Compute forecast features from senders and replies; NaN if not recorded."""
    posters = study.table("rates")["posters_28"]
    missing = np.full(len(groups), np.nan)
    people = missing
    if posters.notna().all():
        trailing = fill_trailing_counts(study.table("rates"), groups, "posters_28")
        people = np.log1p(trailing[:, days - 1])
    if "first_weeks" not in study.manifest.tables:
        names = ("answered", "reciprocity", "concentration", "return")
        return {"people": people, **dict.fromkeys(names, missing)}
    early = study.table("first_weeks").query("days == @days").set_index("group")
    early = early.reindex(groups["group"]).astype("float64")
    return {
        "people": people,
        "answered": _divide(early["answered"], early["posters"]),
        "reciprocity": _divide(early["mutual"], early["pairs"]),
        "concentration": _divide(early["top_messages"], early["messages"]),
        "return": _divide(early["returned"], early["first_posters"]),
    }


def _divide(part: pd.Series[float], whole: pd.Series[float]) -> np.ndarray:
    """Divide two columns; 0 for a zero denominator, NaN for missing counts."""
    share = (part / whole).where(whole > 0, 0.0)
    return share.where(part.notna()).to_numpy()


def _observe_outcomes(
    groups: pd.DataFrame, counts: np.ndarray, days: int
) -> dict[str, np.ndarray]:
    first = np.full(len(groups), days + AHEAD)
    closed = compute_ages(groups, "closed_us") < days + AHEAD + W
    return {
        "alive": has_message(counts, first, W),
        "alive_90": has_message(counts, first, 90),
        "alive_ever": has_message(counts, first, counts.shape[1]),
        "closed": closed,
    }


def _exclude(groups: pd.DataFrame, counts: np.ndarray, days: int) -> np.ndarray:
    """Return why each group is excluded from the forecast, or an empty string."""
    late = compute_ages(groups, "entry_us") > days
    silent = counts[:, :days].sum(axis=1) == 0
    short = compute_ages(groups, "end_us") < days + AHEAD + W
    closed = short & groups["closed_us"].notna().to_numpy()
    return np.select([late, silent, closed, short], REASONS, "")
