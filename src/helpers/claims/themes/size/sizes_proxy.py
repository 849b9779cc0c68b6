"""Indirect: lifetimes by number of posters, or by members and two dates.

Posters rise with life itself, which favours large groups.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from helpers.claims.contract.finding import Finding, stratified
from helpers.claims.contract.proxy import (
    QUALIFIERS,
    stands_in,
)
from helpers.claims.contract.specification import multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.members import STALE_DAYS, count_members_at
from helpers.claims.quantities.two_dates import (
    SIDE_BY_SIDE,
    enclose_both,
    list_lifetime_readings,
    select_followed,
)
from helpers.claims.themes.size.sizes import (
    DAYS,
    OTHERS,
    BySize,
    compare_at_landmark,
    compare_by_size,
    count_posters_at,
    select_later,
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
    """Compare mean lifetimes by number of posters in days 0–27."""
    finding = compare_at_landmark(
        evidence, {"posters": count_posters_at}, "posters of days 0–27"
    )
    return replace(
        finding, qualifiers=("proxy", *finding.qualifiers), variant="posters"
    )


@stands_in(
    "s0-size-10-30-best", ("snapshots.members", "snapshots.active"), planned=True
)
def best_by_dates(evidence: Evidence) -> Finding:
    """Compare mean lifetimes by earlier member counts."""
    seen, source = select_followed(evidence)
    comparison = _compare_windows(seen, DAY)
    windows = " and ".join(f"{w:g}" for w in SIDE_BY_SIDE)
    return Finding(
        legs=comparison.legs,
        definition="mean days of the year after day 28 until the last"
        f" {source.what}, W = {windows}, limits of both enclosed; groups of 10–30"
        f" {_describe_receivers(seen)} at day 28 over all others, then over {OTHERS}",
        gates=comparison.gates,
        specifications=multiply_sets(
            {"day": DAYS}, lambda day: _compare_windows(seen, day).legs
        ),
        qualifiers=QUALIFIERS,
        may="nothing" if source.what == LISTING else "both",
        note=comparison.note,
    )


def _describe_receivers(evidence: Evidence) -> str:
    """Return what a source's size counts: members, or active people."""
    counted = evidence.table("snapshots")["members"].notna().any()
    return "members" if counted else "people active in a month"


def _read_sizes(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return each group's latest count in the month before an age."""
    if _describe_receivers(evidence) == "members":
        return count_members_at(evidence, day)
    rows = evidence.table("snapshots").dropna(subset="active")
    origin = evidence.groups.set_index("group")["origin_us"]
    age = rows["day"] + 1 - rows["group"].map(origin) / DAY_US
    near = rows[(age <= day) & (age > day - STALE_DAYS)].sort_values("day")
    last: pd.Series[float] = near.groupby("group")["active"].last().astype("float64")
    return last


def _compare_windows(evidence: Evidence, day: float) -> BySize:
    """Compare lifetimes by size under each threshold of silence."""
    born = evidence.only(evidence.from_birth["group"])
    sizes = _read_sizes(born, day)
    comparisons = []
    for ends in list_lifetime_readings(born):
        lives = replace(ends.lives, ended=ends.lives.ended & ~ends.competing)
        comparisons.append(compare_by_size(select_later(lives, day), sizes))
    legs = zip(*(one.legs for one in comparisons), strict=True)
    return comparisons[0]._replace(legs=tuple(_enclose_bounds(leg) for leg in legs))


def _enclose_bounds(legs: tuple[Interval | None, ...]) -> Interval | None:
    intervals = [leg for leg in legs if leg is not None]
    return enclose_both(intervals) if len(intervals) == len(legs) else None
