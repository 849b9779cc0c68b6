"""Indirect: retention of members before and after a site charged for entry."""

from __future__ import annotations

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, multiply_sets, take_first_choices
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.interrupted_series import estimate_stopping_ratio
from helpers.claims.quantities.members import (
    JOINERS,
    YEARS,
    summarise_joiners,
)
from helpers.survival import Interval
from helpers.wording import say


@stands_in("s4-entry-threshold-cap", (JOINERS,))
def door_keeps(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of ceasing to write, members of paid versus free entry.

    No cap was ever set, so the second component is None.
    """
    years = summarise_joiners(evidence, **take_first_choices(YEARS))
    passed = gates.pass_gates(
        gates.require_units(len(years), "{n} years of joining, {least} needed")
    )

    def estimate(**chosen: int) -> tuple[Interval, None]:
        return estimate_stopping_ratio(
            summarise_joiners(evidence, **chosen), ["paid", "year"]
        ), None

    return Finding(
        cases="years",
        components=(estimate_stopping_ratio(years, ["paid", "year"]), None),
        definition=say(
            "HR of no longer writing a year later, joiners behind a paid"
            " door to those before it, a steady trend over years of joining"
            " taken off"
        ),
        gates=passed,
        specifications=multiply_sets(YEARS, estimate),
        qualifiers=(*QUALIFIERS, "interrupted series"),
        variant="door",
        note=say("one site, one door; free accounts include those never confirmed"),
    )
