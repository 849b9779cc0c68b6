"""Indirect: groups with little content or many advertisements, by links.

Length stands for value, and a link may be an advertisement or not.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.content_counts import (
    DEFINITIONS,
    count_items,
    estimate_share_among,
    select_alive,
)
from helpers.claims.quantities.spans import MONTH
from helpers.claims.quantities.unsampled_intervals import enclose_bounds
from helpers.claims.themes.failure.low_value import AT, FLOODED, THIN, THINS
from helpers.survival import Interval

SETS: Sets = {
    "definition": DEFINITIONS,
    "thin": THINS,
    "flooded": {"links over 50 %": FLOODED, "over 25 %": 0.25, "over 75 %": 0.75},
}


def _classify_groups(
    evidence: Evidence, definition: str, thin: float, flooded: float
) -> pd.DataFrame:
    """Classify groups as low value or undecided, by length and links."""
    counts = count_items(evidence, AT - MONTH, AT - 1)
    rows = counts[counts.index.isin(select_alive(evidence, AT, AT).index)]
    low = rows[definition] < thin * rows["messages"]
    return pd.DataFrame(
        {"low": low, "open": ~low & (rows["links"] > flooded * rows["messages"])}
    )


def _estimate_low_value_share(
    evidence: Evidence,
    *,
    definition: str = "items",
    thin: float = THIN,
    flooded: float = FLOODED,
) -> Interval:
    """Estimate bounds of the share of low-value groups."""
    rows = _classify_groups(evidence, definition, thin, flooded)
    none = estimate_share_among(evidence, rows.index, rows["low"])
    if not rows["open"].any():
        return none
    every = estimate_share_among(evidence, rows.index, rows["low"] | rows["open"])
    return enclose_bounds(none, every, why="unsettled groups of low value and not")


@stands_in("s2-low-value-majority", needs=("groups", "births", "content_by_length"))
def low_value(evidence: Evidence) -> Finding:
    """Estimate bounds of the share of low-value groups at day 90."""
    rows = _classify_groups(evidence, "items", THIN, FLOODED)
    groups = evidence.groups[evidence.groups["group"].isin(rows.index)]
    passed = gates.pass_gates(*gates.require_sampled(groups))
    return Finding(
        legs=(_estimate_low_value_share(evidence),),
        definition="messages of 60 words, or links with a comment, under 5 % of the"
        " messages of days 62–89, in groups alive at day 90 with a message in these"
        " days",
        gates=passed,
        specifications=multiply_sets(
            SETS, partial(_estimate_low_value_share, evidence)
        ),
        qualifiers=("proxy",),
        variant="length",
        note=f"length stands for value; {int(rows['open'].sum())} groups with content,"
        " in which most messages carry a link, may be mostly advertisements or not:"
        " the limits hold both",
    )
