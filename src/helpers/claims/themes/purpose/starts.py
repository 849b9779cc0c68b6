"""How groups start: early messages, quick arrivals, and a stated vision."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
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
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_difference,
    estimate_mean_ratio,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.hazards.landmark_codings import compare_by_replies
from helpers.claims.quantities.arrivals import EarlyArrivals, early_arrivals_of
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.members import list_joins, select_stayed
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import (
    FROM_FIRST_MESSAGES,
    MONTH,
    SIZE,
    VOLUME,
    select_first_weeks,
)
from helpers.claims.quantities.two_dates import enclose_both
from helpers.survival import Interval
from helpers.wording import say

STEP = 0.2  # of a group's messages
UNANSWERED = {"replies_explicit": "top_unanswered", "replies": "top_unanswered_either"}
COMPANY = 0.20  # of a group's posters, met in one other group


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


@estimates("s4-organisation-not-media")
def organisation_not_media(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per +20 points of unanswered top-poster messages.

    A unit is 0.2 of all messages.
    """

    def share(rows: pd.DataFrame, replies: str) -> pd.Series[float]:
        early = evidence.beginnings.reindex(rows.index)
        return early[UNANSWERED[replies]] / rows["messages"] / STEP

    return compare_by_replies(
        evidence,
        share,
        say(
            "HR per +0.2 of messages by the top poster that nobody answered"
            " within a day, days 0–27"
        ),
    )


@estimates("s2-multi-scene-helps")
def multi_scene_helps(evidence: Evidence) -> Finding:
    """Estimate death hazard ratio if 20 % of early posters shared another group."""
    rows = select_first_weeks(evidence)
    early = evidence.beginnings.reindex(rows.index)
    landmark = Landmark(
        evidence=evidence,
        exposure=_mark_met(early["met_elsewhere"], COMPANY),
        adjust=log_adjusted(rows, VOLUME, SIZE),
    )
    shares = {say("share {share:.0%}", share=share): share for share in (0.1, 0.4)}
    return landmark.finding(
        say(
            "≥ 20 % of the posters of days 0–27 had written in one other"
            " group of the study by then, against none"
        ),
        {
            name: replace(landmark, exposure=_mark_met(early["met_elsewhere"], share))
            for name, share in shares.items()
        },
        ("proxy", "association"),
    )


def _mark_met(share: pd.Series[float], least: float) -> pd.Series[float]:
    between = (share > 0) & (share < least)
    return (share >= least).astype("float64").where(share.notna() & ~between, np.nan)


@estimates("s1-vision-drives-start")
def vision_drives_start(evidence: Evidence) -> Finding:
    """Estimate retention difference and join ratio, groups with a vision to without."""
    vision = read_stated(evidence, "vision", 7)
    rows = _select_unforced(evidence, vision)
    joins = rows.groupby("group").size()
    passed = gates.pass_gates(
        require_both_sides(vision),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(days: float) -> tuple[Interval, Interval]:
        arrivals = select_stayed(rows, days)
        clusters = choose_clusters_for(evidence, arrivals["group"])
        stays = estimate_difference(arrivals["kept"], arrivals["vision"], clusters)
        groups = select_groups_with_values(evidence, vision=vision)
        came_then = groups["group"].map(joins).fillna(0)
        group_clusters = choose_clusters_for(evidence, groups["group"])
        return stays, estimate_mean_ratio(came_then, groups["vision"], group_clusters)

    return Finding.estimated(
        partial(estimate, float(MONTH)),
        "of those who came unforced in days 7–27, share still there 28 days later, with"
        " a vision stated by day 7 less without; then how many came",
        passed,
        {
            say("14 days"): partial(estimate, MONTH / 2),
            say("56 days"): partial(estimate, 2.0 * MONTH),
        },
        qualifiers=("association",),
    )


def _select_unforced(evidence: Evidence, vision: pd.Series[float]) -> pd.DataFrame:
    rows = list_joins(evidence)
    if "channel" in rows:
        rows = rows[rows["channel"] != "owner"]
    rows = rows[rows["joined"].between(7, MONTH, "left")]
    arrivals = rows.assign(vision=rows["group"].map(vision)).dropna(subset="vision")
    return arrivals.reset_index(drop=True)
