"""Survival of groups in which many members arrived within days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding, estimates, stratified
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.quantities.arrivals import early_arrivals_of
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.wording import say

Counted = Callable[[int, int], pd.DataFrame]

HASTY_SETS: Sets = {
    "day": {say("landmark 28"): 28, say("landmark 14"): 14},
    "soon": {"come by day 2": 2, say("by day 1"): 1, say("by day 6"): 6},
    **RC,
}


@estimates("s0-hasty-copycat-dies")
@stratified("s0-hasty-copycat-dies")
@stands_in("s0-hasty-copycat-dies", needs=FROM_FIRST_MESSAGES)
def hasty_copycat(evidence: Evidence) -> Finding:
    """Compare groups with high and low shares of arrivals in the first days."""
    arrivals = early_arrivals_of(evidence)
    build = partial(select_rushed, evidence, arrivals.rows)
    finding = build(28, 2).finding(
        arrivals.definition,
        qualifiers=arrivals.qualifiers,
        sets=HASTY_SETS,
        build=build,
    )
    return replace(finding, **arrivals.standing)


def select_rushed(
    evidence: Evidence, counted: Counted, day: int, soon: int
) -> Landmark:
    """Build the landmark comparison by share of members who joined in the first days.

    Parameters
    ----------
    counted
        Gives ``members, soon, messages`` by group at a landmark: people, those of them
        who had come by the end of a day, and messages.
    """
    counts = counted(day, soon)
    return Landmark(
        evidence=evidence,
        exposure=counts["soon"] / counts["members"],
        adjust=log_adjusted(counts, "members", "messages"),
        day=float(day),
        last_day=day - 1.0,
        coding=mark_terciles,
    )
