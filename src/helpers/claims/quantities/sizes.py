"""Sizes of groups, with the lifetimes that follow: by members, posters or two dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Sets
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.source_facts import SIDE_BY_SIDE, LastActivity
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.members import STALE_DAYS, count_members_at
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.two_dates import list_lifetime_readings, select_followed
from helpers.records import DAY_US
from helpers.survival import Lifetimes
from helpers.wording import join_messages, say

Size: TypeAlias = "Callable[[Evidence, float], pd.Series[float]]"

BINS = (0, 10, 31, 101, 201, 1 << 31)  # the second is the reference
NAMES = (say("< 10"), "10–30", "31–100", "101–200", say("> 200"))
OTHERS = join_messages(", ", (name for name in NAMES if name != NAMES[1]))
DAY = 28.0
DAYS = {say("landmark {day}", day=day): float(day) for day in (28, 14, 56)}
AT_28 = say("at day 28")
LISTING = "listing"  # is no life: what comes of it is shown


class SizedLives(NamedTuple):
    """Groups' lifetimes after their size was counted, and these sizes.

    Attributes
    ----------
    readings
        Lifetimes under each length of silence that means death.
    sizes : index group
    when
        The time of the count, in words.
    """

    readings: tuple[Lifetimes, ...]
    sizes: pd.Series[float]
    when: str = AT_28


def sizes_of(evidence: Evidence) -> Quantity[SizedLives]:
    """Return a measure of group size and of the lifetimes that follow.

    Members at day 28 where they are counted, else posters of days 0–27; without
    messages, members (or active people) and the date of last activity, or members at
    the end of the record, a biased comparison.
    """
    if evidence.records("groups"):
        if evidence.records("member_series") or not evidence.records(
            "senders", "trailing_posters"
        ):
            return _measure_members(evidence)
        return _measure_posters(evidence)
    followed_groups, source = select_followed(evidence)
    if evidence.records("snapshots.members") or evidence.records("snapshots.active"):
        return _measure_by_dates(followed_groups, source)
    return _measure_at_end(followed_groups, source)


def _measure_members(evidence: Evidence) -> Quantity[SizedLives]:
    sizes: dict[str, Size] = {
        "members": count_members_at,
        "posters in 28 days": count_posters_at,
    }
    return Quantity(
        rows=partial(_follow_after, evidence),
        definition=_define_means("members at day 28"),
        sets={"day": DAYS, "size": sizes},
    )


def _measure_posters(evidence: Evidence) -> Quantity[SizedLives]:
    return Quantity(
        rows=partial(_follow_after, evidence),
        definition=_define_means(say("posters of days 0–27")),
        sets={"day": DAYS, "size": {"posters": count_posters_at}},
        qualifiers=QUALIFIERS,
        standing={"variant": "posters"},
    )


def _measure_by_dates(evidence: Evidence, source: LastActivity) -> Quantity[SizedLives]:
    windows = join_messages(" and ", (f"{w:g}" for w in SIDE_BY_SIDE))
    return Quantity(
        rows=partial(_follow_by_dates, evidence),
        definition=say(
            "mean days of the year after day 28 until the last {activity},"
            " W = {windows}, limits of both enclosed; groups of 10–30"
            " {receivers} at day 28 over all others, then over {others}",
            activity=source.what,
            windows=windows,
            receivers=_describe_receivers(evidence),
            others=OTHERS,
        ),
        sets={"day": DAYS},
        qualifiers=QUALIFIERS,
        standing={"may": "nothing" if source.what == LISTING else "both"},
    )


def _measure_at_end(evidence: Evidence, source: LastActivity) -> Quantity[SizedLives]:
    """Measure members at the end: who lived longer had longer to gather them."""
    facts = evidence.table("facts")
    members = facts[facts["fact"].eq("members")].set_index("group")["value"]

    def follow(otherwise: float) -> SizedLives:
        lives = define_registered_lifetimes(evidence, w_days=otherwise).lives
        return SizedLives((lives,), members, say("at the end"))

    w_days: Sets = {
        "otherwise": {
            "as decided": source.windows[-1],
            say("W = {also:g}", also=source.also): source.also,
        }
    }
    return Quantity(
        rows=follow,
        definition=say(
            "mean days of the first year until the last {activity}, W = {w:g}; groups"
            " of 10–30 members at the end over all others, then over {others}",
            activity=source.what,
            w=source.windows[-1],
            others=OTHERS,
        ),
        sets=w_days,
        qualifiers=(*QUALIFIERS, "survivors"),
        standing={"may": "nothing"},
    )


def _define_means(units: str) -> str:
    return say(
        "mean days of the year after day 28 until silence of 60 days, groups of 10–30"
        " {units} over all others, then over {others}",
        units=units,
        others=OTHERS,
    )


def _follow_after(evidence: Evidence, day: float, size: Size) -> SizedLives:
    lives = select_later(define_silent(evidence).lives, day)
    return SizedLives((lives,), size(evidence, day))


def _follow_by_dates(evidence: Evidence, day: float) -> SizedLives:
    born = evidence.only(evidence.from_birth["group"])
    lives = tuple(
        replace(ends.lives, ended=ends.lives.ended & ~ends.competing)
        for ends in list_lifetime_readings(born)
    )
    readings = tuple(select_later(reading, day) for reading in lives)
    return SizedLives(readings, _read_sizes(born, day))


def count_posters_at(evidence: Evidence, day: float) -> pd.Series[float]:
    """Count each group's posters in the 28 days before a given age."""
    rates = evidence.rates[evidence.rates["age_day"] < day]
    rates = rates[rates["group"].isin(evidence.from_birth["group"])]
    last = rates.groupby("group")["posters_28"].last()
    return last[last > 0].astype("float64")


def select_later(lives: Lifetimes, day: float) -> Lifetimes:
    """Select lifetimes beyond a landmark age, and measure them from that age."""
    late = lives.where(lives.durations > day)
    return replace(
        late,
        durations=late.durations - day,
        entry=np.maximum(late.entry - day, 0.0),
        potential=late.potential - day,
    )


def _describe_receivers(evidence: Evidence) -> str:
    """Return what a source's group size counts: members, or active people."""
    counted = evidence.table("snapshots")["members"].notna().any()
    return say("members") if counted else say("people active in a month")


def _read_sizes(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return groups' last member (or active user) count in the month before an age."""
    if _describe_receivers(evidence) == "members":
        return count_members_at(evidence, day)
    rows = evidence.table("snapshots").dropna(subset="active")
    origin = evidence.groups.set_index("group")["origin_us"]
    age = rows["day"] + 1 - rows["group"].map(origin) / DAY_US
    near = rows[(age <= day) & (age > day - STALE_DAYS)].sort_values("day")
    last: pd.Series[float] = near.groupby("group")["active"].last().astype("float64")
    return last
