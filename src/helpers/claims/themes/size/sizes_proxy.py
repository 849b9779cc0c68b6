"""Sizes told from who writes, or counted beside lives that two dates tell.

Posters rise with life itself, which favours large groups.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in, too_few
from helpers.claims.contract.specification import multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.members import STALE_DAYS, members_at
from helpers.claims.definitions.two_dates import (
    SIDE_BY_SIDE,
    both,
    followed,
    readings_of,
)
from helpers.claims.themes.size.sizes import (
    DAYS,
    OTHERS,
    BySize,
    by_size,
    compared,
    later,
    posters_at,
)
from helpers.records import DAY_US
from helpers.survival import Interval

DAY = 28.0
LISTING = "listing"  # is no life: what comes of it is shown


@stratified("s0-size-10-30-best")
@stands_in(
    "s0-size-10-30-best", needs=("groups", "births", "senders", "trailing_posters")
)
def best_by_posters(evidence: Evidence) -> Finding:
    """Compare mean lifetimes after day 28 by the people who wrote in days 0–27."""
    finding = compared(evidence, {"posters": posters_at}, "posters of days 0–27")
    return replace(
        finding, qualifiers=("proxy", *finding.qualifiers), variant="posters"
    )


@stands_in(
    "s0-size-10-30-best", ("snapshots.members", "snapshots.active"), planned=True
)
def best_by_dates(evidence: Evidence) -> Finding:
    """Compare mean lifetimes after day 28 by the members counted until then."""
    seen, source = followed(evidence)
    comparison = _compared(seen, DAY)
    windows = " and ".join(f"{w:g}" for w in SIDE_BY_SIDE)
    return Finding(
        legs=comparison.legs,
        definition="mean days of the year after day 28 until the last"
        f" {source.activity}, W = {windows}, limits of both enclosed; groups of 10–30"
        f" {_whom(seen)} at day 28 over all others, then over {OTHERS}",
        gates=comparison.gates,
        specifications=multiplied({"day": DAYS}, lambda day: _compared(seen, day).legs),
        qualifiers=QUALIFIERS,
        may="nothing" if source.activity == LISTING else "both",
        note=comparison.note,
    )


def _whom(evidence: Evidence) -> str:
    """Return who is counted: members, or people active where nobody counts members."""
    counted = evidence.table("snapshots")["members"].notna().any()
    return "members" if counted else "people active in a month"


def _sizes(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return what was counted last in the month up to an age, by group."""
    if _whom(evidence) == "members":
        return members_at(evidence, day)
    rows = evidence.table("snapshots").dropna(subset="active")
    origin = evidence.groups.set_index("group")["origin_us"]
    age = rows["day"] + 1 - rows["group"].map(origin) / DAY_US
    near = rows[(age <= day) & (age > day - STALE_DAYS)].sort_values("day")
    last: pd.Series[float] = near.groupby("group")["active"].last().astype("float64")
    return last


def _compared(evidence: Evidence, day: float) -> BySize:
    """Return the legs by the first W, with limits that enclose those by all."""
    born = evidence.only(evidence.from_birth["group"])
    sizes = _sizes(born, day)
    comparisons = []
    for ends in readings_of(born):
        lives = replace(ends.lives, ended=ends.lives.ended & ~ends.competing)
        comparisons.append(by_size(later(lives, day), sizes))
    legs = zip(*(one.legs for one in comparisons), strict=True)
    return comparisons[0]._replace(legs=tuple(_enclosed(leg) for leg in legs))


def _enclosed(legs: tuple[Interval | None, ...]) -> Interval | None:
    intervals = [leg for leg in legs if leg is not None]
    return both(intervals) if len(intervals) == len(legs) else None


@stands_in("s4-quality-over-quantity", needs=("registry",), planned=True)
@too_few("who was the core of each")
def _listed(evidence: Evidence) -> gates.Gate:
    return gates.groups(len(evidence.groups))
