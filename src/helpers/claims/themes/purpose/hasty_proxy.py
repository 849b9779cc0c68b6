"""Indirect: survival of groups that filled fast, by posters or counts.

Where nobody's joining is dated, the first message stands for it; or those counted in
a group's first days or month, for those who had joined by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd

from helpers.claims.contract.finding import Finding, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.permutation import Permutations
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.quantities.death_definitions import define_silent
from helpers.claims.quantities.members import count_by_age, count_members_at
from helpers.claims.quantities.spans import to_local_days
from helpers.claims.quantities.two_dates import (
    enclose_both,
    list_lifetime_readings,
    select_followed,
)
from helpers.claims.themes.purpose.hasty_groups import (
    HASTY_SETS,
    select_rushed,
)
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval

DAILY = {"day": (28, 14), "soon": (2, 1, 6)}
MONTHLY = {"day": (62, 93), "soon": (30,)}  # whole months of counts
COUNTED = MappingProxyType({"w3c_groups": MONTHLY})


@stratified("s0-hasty-copycat-dies")
@stands_in("s0-hasty-copycat-dies", needs=FROM_FIRST_MESSAGES)
def hasty_posters(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio by share of very early posters."""
    finding = select_rushed(evidence, _count_posters_at, 28, 2).finding(
        "top against bottom tercile of the share of posters of days 0–27 who first"
        " wrote by day 2",
        qualifiers=QUALIFIERS,
        sets=HASTY_SETS,
        build=partial(select_rushed, evidence, _count_posters_at),
    )
    return replace(finding, attenuated=True)


def _count_posters_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Return posters, early posters and messages, by group."""
    rows = evidence.beginnings
    rows = rows[rows.index.isin(evidence.from_birth["group"])]
    columns = [f"posters_{day}", f"came_by_{soon}", f"messages_{day}"]
    counts = rows[columns].set_axis(["members", "soon", "messages"], axis=1)
    return counts[counts["members"] > 0]


@stands_in("s0-hasty-copycat-dies", needs=("births", "member_series"), planned=True)
def hasty_members(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio by share of very early members."""
    talks = "groups" in evidence.study.manifest.tables
    seen, what = (evidence, "mail") if talks else _compute_follow_up(evidence)
    when = COUNTED.get(evidence.study.name, DAILY)
    day, soon = when["day"][0], when["soon"][0]
    landmark = select_rushed(seen, _count_members_at, day, soon)
    data = landmark.at_risk(_define_lifetimes(landmark)[0])
    ratio = _estimate_ratio(landmark)
    sets: dict[str, Mapping[str, Any]] = {
        "day": {f"landmark {n}": n for n in when["day"]},
        "soon": {f"counted by day {n}": n for n in when["soon"]},
        **RC,
    }
    return Finding(
        legs=(ratio,),
        definition="top against bottom tercile of members counted by day"
        f" {soon} over those at day {day}; no {what} for 60 days"
        f"{'' if talks else ', or for 180,'} after day {day}",
        gates=landmark.gated(data),
        specifications=multiply_sets(sets, partial(_estimate_rushed_ratio, seen)),
        permuted=Permutations.of(ratio, data, landmark.fitted),
        qualifiers=QUALIFIERS,
        attenuated=True,  # counts come late, or by the month
        note=f"{len(data)} groups in the two terciles; members are counted, their"
        " joining is not stamped",
    )


def _compute_follow_up(evidence: Evidence) -> tuple[Evidence, str]:
    seen, source = select_followed(evidence)
    return seen, source.what


def _define_lifetimes(landmark: Landmark) -> tuple[Any, ...]:
    """Return lifetimes under each threshold of silence."""
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
    return _estimate_ratio(select_rushed(evidence, _count_members_at, day, soon), model)


def _count_members_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Return members at two ages, and messages, by group."""
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
    """Count messages before an age, by group."""
    try:
        rows = evidence.daily
    except NotIdentifiableError:
        rows = evidence.table("snapshots").iloc[:0].assign(messages=0)
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    messages: pd.Series[int] = early.groupby("group")["messages"].sum()
    return messages
