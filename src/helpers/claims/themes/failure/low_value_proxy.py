"""Groups of little content or many advertisements, told by length and links.

Length stands for value, and a link may be an advertisement or not.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.content_counts import (
    DEFINITIONS,
    alive,
    items_in,
    share_among,
)
from helpers.claims.definitions.spans import MONTH
from helpers.claims.definitions.unsampled_intervals import hull
from helpers.claims.themes.failure.low_value import AT, FLOODED, THIN, THINS
from helpers.survival import Interval

SETS: Sets = {
    "definition": DEFINITIONS,
    "thin": THINS,
    "flooded": {"links over 50 %": FLOODED, "over 25 %": 0.25, "over 75 %": 0.75},
}


def _judged(
    evidence: Evidence, definition: str, thin: float, flooded: float
) -> pd.DataFrame:
    """Return of each group with talk whether it is low, and whether it is settled."""
    counts = items_in(evidence, AT - MONTH, AT - 1)
    rows = counts[counts.index.isin(alive(evidence, AT, AT).index)]
    low = rows[definition] < thin * rows["messages"]
    return pd.DataFrame(
        {"low": low, "open": ~low & (rows["links"] > flooded * rows["messages"])}
    )


def _low(
    evidence: Evidence,
    *,
    definition: str = "items",
    thin: float = THIN,
    flooded: float = FLOODED,
) -> Interval:
    """Return the share of low value, the unsettled all without and all with it."""
    rows = _judged(evidence, definition, thin, flooded)
    none = share_among(evidence, rows.index, rows["low"])
    if not rows["open"].any():
        return none
    every = share_among(evidence, rows.index, rows["low"] | rows["open"])
    return hull(none, every, why="unsettled groups of low value and not")


@stands_in("s2-low-value-majority", needs=("groups", "births", "content_by_length"))
def low_value(evidence: Evidence) -> Finding:
    """Return the share of groups of little content, or of advertisements, at day 90."""
    rows = _judged(evidence, "items", THIN, FLOODED)
    groups = evidence.groups[evidence.groups["group"].isin(rows.index)]
    passed = gates.passed(*gates.sampled(groups))
    return Finding(
        legs=(_low(evidence),),
        definition="messages of 60 words, or links with a comment, under 5 % of the"
        " messages of days 62–89, in groups alive at day 90 with a message in these"
        " days",
        gates=passed,
        specifications=multiplied(SETS, partial(_low, evidence)),
        qualifiers=("proxy",),
        variant="length",
        note=f"length stands for value; {int(rows['open'].sum())} groups with content,"
        " in which most messages carry a link, may be mostly advertisements or not:"
        " the limits hold both",
    )
