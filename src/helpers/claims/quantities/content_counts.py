"""Counts of content (long messages and links) per group up to an age.

What an item is stands in `helpers.measures.content`. Nobody judged what was said.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import DECIDING, SEED, select_recorded
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

DEFINITIONS: Mapping[str, str] = {
    "long, or a link with a comment": "items",
    say("long alone"): "long",
    say("links with a comment alone"): "commented",
    say("half as long"): "half_long",
}


def select_alive(evidence: Evidence, day: float, watched: float) -> pd.DataFrame:
    """Select groups active at or after an age and observed for at least `watched` days.

    Parameters
    ----------
    day
        The age; groups silent from before it, for 60 days, are out.
    watched
        Least days from the origin to the end of observation.
    """
    lives = select_recorded(evidence)
    lives = lives.where(lives.durations > day)
    groups = evidence.groups.set_index("group", drop=False)
    rows = groups.loc[lives.group].rename_axis(None)
    return rows[rows["end_us"] - rows["origin_us"] >= watched * DAY_US]


def count_items(evidence: Evidence, from_day: int, to_day: int) -> pd.DataFrame:
    """Count messages, links and long messages by group in a range of ages in days."""
    days = evidence.table("content")
    inside = days[days["age_day"].between(from_day, to_day)]
    return inside.drop(columns="age_day").groupby("group").sum()


def count_items_by_span(evidence: Evidence, days: int = MONTH_DAYS) -> pd.DataFrame:
    """Count messages, links and long messages by group and period of group age.

    The index is ``group, span``, spans numbered from the origin, those with a message.
    """
    rows = evidence.table("content")
    spans = rows.assign(span=rows["age_day"] // days).drop(columns="age_day")
    return spans.groupby(["group", "span"]).sum()


def summarise_supply(evidence: Evidence, definition: str) -> pd.DataFrame:
    """Return by group if content was scheduled, and how many people posted later."""
    rows = evidence.table("supply")
    return rows[rows["definition"] == definition].set_index("group")


def estimate_share_among(
    evidence: Evidence, groups: pd.Index[int], yes: pd.Series[bool]
) -> Interval:
    """Estimate in which share of given groups a property is true, with interval.

    Raises
    ------
    NotIdentifiableError
        If there is no group, or there are too few networks for one interval.
    """
    if groups.empty:
        raise NotIdentifiableError("there is no such group", where="content")
    rows = evidence.groups.set_index("group").loc[groups]
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(yes[groups], clusters, seed=SEED, replicates=DECIDING)
