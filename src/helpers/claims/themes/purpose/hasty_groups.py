"""Survival of groups in which many members arrived within days.

Where nobody's joining is dated, those counted in a group's first days or month stand
for those who had joined by then; its life is bounded by two readings of two dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from helpers.claims.contract.finding import (
    Finding,
    Sets,
    estimates,
    multiply_sets,
    stratified,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import read_source_facts
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.quantities.arrivals import early_arrivals_of
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.members import count_by_age, count_members_at
from helpers.claims.quantities.spans import to_local_days
from helpers.claims.quantities.two_dates import (
    enclose_both,
    list_lifetime_readings,
    select_followed,
)
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.wording import say

Counted = Callable[[int, int], pd.DataFrame]

HASTY_SETS: Sets = {
    "day": {say("landmark 28"): 28, say("landmark 14"): 14},
    "soon": {"come by day 2": 2, say("by day 1"): 1, say("by day 6"): 6},
    **RC,
}
DAILY = {"day": (28, 14), "soon": (2, 1, 6)}
MONTHLY = {"day": (62, 93), "soon": (30,)}  # whole months of counts


@stands_in("s0-hasty-copycat-dies", needs=("births", "member_series"), planned=True)
def hasty_members(evidence: Evidence) -> Finding:
    """Estimate death hazard ratio, top to bottom third by share of early members."""
    talks = "groups" in evidence.study.manifest.tables
    followed_groups, activity = (
        (evidence, "mail") if talks else _compute_follow_up(evidence)
    )
    by_month = read_source_facts(evidence.study.name).counted_by_month
    days_counted = MONTHLY if by_month else DAILY
    day, soon = days_counted["day"][0], days_counted["soon"][0]
    landmark = _select_counted(followed_groups, day, soon)
    data = landmark.at_risk(_define_lifetimes(landmark)[0])
    ratio = _estimate_ratio(landmark)
    sets: dict[str, Mapping[str, Any]] = {
        "day": {say("landmark {n}", n=n): n for n in days_counted["day"]},
        "soon": {say("counted by day {n}", n=n): n for n in days_counted["soon"]},
        **RC,
    }
    return Finding(
        components=(ratio,),
        definition=say(
            "top against bottom tercile of members counted by day {soon}"
            " over those at day {day}; no {what} for 60 days{which} after"
            " day {day}",
            soon=soon,
            day=day,
            what=activity,
            which="" if talks else say(", or for 180,"),
        ),
        gates=landmark.gated(data),
        specifications=multiply_sets(
            sets, partial(_estimate_rushed_ratio, followed_groups)
        ),
        permuted=Permutations.of(ratio, data, landmark.fitted),
        qualifiers=QUALIFIERS,
        attenuated=True,  # counts come late, or by the month
        note=say(
            "{n} groups in the two terciles; members are counted, their"
            " joining is not stamped",
            n=len(data),
        ),
    )


@estimates("s0-hasty-copycat-dies")
@stratified("s0-hasty-copycat-dies")
@stands_in("s0-hasty-copycat-dies", needs=FROM_FIRST_MESSAGES)
def hasty_copycat(evidence: Evidence) -> Finding:
    """Estimate death hazard ratio, top to bottom third by share joining by day 2."""
    arrivals = early_arrivals_of(evidence)
    build = partial(_select_rushed, evidence, arrivals.rows)
    finding = build(28, 2).finding(
        arrivals.definition,
        qualifiers=arrivals.qualifiers,
        sets=HASTY_SETS,
        build=build,
    )
    return replace(finding, **arrivals.standing)


def _select_rushed(
    evidence: Evidence, counted: Counted, day: int, soon: int
) -> Landmark:
    """Define the death hazard model by thirds of the share who joined in first days.

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


def _compute_follow_up(evidence: Evidence) -> tuple[Evidence, str]:
    followed_groups, source = select_followed(evidence)
    return followed_groups, source.what


def _define_lifetimes(landmark: Landmark) -> tuple[Any, ...]:
    """Return groups' lifetimes under each length of silence that means death."""
    if "groups" in landmark.evidence.study.manifest.tables:
        return (define_silent(landmark.evidence),)
    return list_lifetime_readings(landmark.evidence)


def _estimate_ratio(landmark: Landmark, model: str = "Cox") -> Interval:
    ends = _define_lifetimes(landmark)
    if len(ends) == 1:
        return landmark.fitted(landmark.at_risk(ends[0]), model)
    return enclose_both(landmark.fitted(landmark.at_risk(read), model) for read in ends)


def _estimate_rushed_ratio(
    evidence: Evidence, day: int, soon: int, model: str
) -> Interval:
    return _estimate_ratio(_select_counted(evidence, day, soon), model)


def _select_counted(evidence: Evidence, day: int, soon: int) -> Landmark:
    return _select_rushed(evidence, partial(_count_members_at, evidence), day, soon)


def _count_members_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Return each group's members in its first days and at an age, and its messages."""
    born = evidence.only(evidence.from_birth["group"])
    counts = count_by_age(born)
    early = counts[(counts["age"] > 0) & (counts["age"] <= soon + 1)]
    groups = count_members_at(born, day).rename("members").to_frame()
    groups["soon"] = early.groupby("group")["members"].last()
    groups["messages"] = _count_messages_before(born, day).reindex(
        groups.index, fill_value=0
    )
    return groups[groups["members"] > 0].dropna()


def _count_messages_before(evidence: Evidence, day: int) -> pd.Series[int]:
    """Count each group's messages before a given age in days."""
    try:
        rows = evidence.daily
    except NotIdentifiableError:
        rows = evidence.table("snapshots").iloc[:0].assign(messages=0)
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    messages: pd.Series[int] = early.groupby("group")["messages"].sum()
    return messages
