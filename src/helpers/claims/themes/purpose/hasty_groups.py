"""Survival of groups that filled within days."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.quantities.beginnings import (
    compute_age_at,
    count_early_days,
    list_joins,
)

Counted = Callable[[Evidence, int, int], pd.DataFrame]

HASTY_SETS: Sets = {
    "day": {"landmark 28": 28, "landmark 14": 14},
    "soon": {"come by day 2": 2, "by day 1": 1, "by day 6": 6},
    **RC,
}


@estimates("s0-hasty-copycat-dies")
def hasty_copycat(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio by share of very early joiners."""
    return select_rushed(evidence, _summarise_members_at, 28, 2).finding(
        "top against bottom tercile of the share of members at day 28 who had joined by"
        " day 2",
        sets=HASTY_SETS,
        build=partial(select_rushed, evidence, _summarise_members_at),
    )


def _summarise_members_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Return members, early joiners and messages, by group."""
    rows = list_joins(evidence)
    age, left = (
        compute_age_at(evidence, rows, name) for name in ("came_us", "left_us")
    )
    there = rows.assign(soon=age < soon + 1)[(age < day) & ~(left < day)]
    by = there.groupby("group").agg(members=("soon", "size"), soon=("soon", "sum"))
    messages = count_early_days(evidence, day).groupby("group")["messages"].sum()
    return by.assign(messages=messages.reindex(by.index, fill_value=0))


def select_rushed(
    evidence: Evidence, counted: Counted, day: int, soon: int
) -> Landmark:
    """Build the landmark comparison by share of early joiners.

    Parameters
    ----------
    counted
        Gives ``members, soon, messages`` by group at a landmark: people, those of them
        who had come by the end of a day, and messages.
    """
    counts = counted(evidence, day, soon)
    return Landmark(
        evidence=evidence,
        exposure=counts["soon"] / counts["members"],
        adjust=log_adjusted(counts, "members", "messages"),
        day=float(day),
        last_day=day - 1.0,
        coding=mark_terciles,
    )
