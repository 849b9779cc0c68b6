"""Survival of groups in which many members arrived within days."""

from __future__ import annotations

from dataclasses import replace

from helpers.claims.contract.finding import (
    Finding,
    Sets,
    estimates,
    multiply_sets,
    stratified,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.quantities.arrivals import EarlyArrivals, early_arrivals_of
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.two_dates import enclose_both
from helpers.survival import Interval
from helpers.wording import say


@stratified("s0-hasty-copycat-dies")
@stands_in("s0-hasty-copycat-dies", needs=FROM_FIRST_MESSAGES)
@stands_in(
    "s0-hasty-copycat-dies", needs=("births", "member_series"), planned=True, alone=True
)
@estimates("s0-hasty-copycat-dies")
def hasty_copycat(evidence: Evidence) -> Finding:
    """Estimate death hazard ratio, top to bottom third by share joining by day 2."""
    arrivals = early_arrivals_of(evidence)
    sets: Sets = {**arrivals.sets, **RC}
    deciding = arrivals.rows(**arrivals.chosen)
    if deciding.readings:
        return _enclose_readings(arrivals, deciding, sets)

    def build(day: int, soon: int) -> Landmark:
        return _select_rushed(arrivals.rows(day, soon), day)

    finding = _select_rushed(deciding, arrivals.chosen["day"]).finding(
        arrivals.definition, qualifiers=arrivals.qualifiers, sets=sets, build=build
    )
    return replace(finding, **arrivals.standing)


def _select_rushed(arrivals: EarlyArrivals, day: int) -> Landmark:
    """Define the death hazard model by thirds of the share who joined in first days."""
    counts = arrivals.counts
    return Landmark(
        evidence=arrivals.evidence,
        exposure=counts["soon"] / counts["members"],
        adjust=log_adjusted(counts, "members", "messages"),
        day=float(day),
        last_day=day - 1.0,
        coding=mark_terciles,
    )


def _enclose_readings(
    arrivals: Quantity[EarlyArrivals], deciding: EarlyArrivals, sets: Sets
) -> Finding:
    """Estimate the hazard ratio with limits that cover all silence thresholds."""
    day = arrivals.chosen["day"]
    landmark = _select_rushed(deciding, day)
    data = landmark.at_risk(deciding.readings[0])
    ratio = _estimate_ratio(deciding, day)

    def estimate(day: int, soon: int, model: str) -> Interval:
        return _estimate_ratio(arrivals.rows(day, soon), day, model)

    return Finding(
        components=(ratio,),
        definition=arrivals.definition,
        gates=landmark.gated(data),
        specifications=multiply_sets(sets, estimate),
        permuted=Permutations.of(ratio, data, landmark.fitted),
        qualifiers=arrivals.qualifiers,
        note=say(
            "{n} groups in the two terciles; members are counted, their"
            " joining is not stamped",
            n=len(data),
        ),
        **arrivals.standing,
    )


def _estimate_ratio(arrivals: EarlyArrivals, day: int, model: str = "Cox") -> Interval:
    landmark = _select_rushed(arrivals, day)
    return enclose_both(
        landmark.fitted(landmark.at_risk(ends), model) for ends in arrivals.readings
    )
