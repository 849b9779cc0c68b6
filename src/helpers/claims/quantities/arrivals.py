"""Early members of groups: from dated joins, from counts, or from first messages.

Where nobody's joining is dated, members counted in the first days or the first message
stand for it. Who came early and said nothing yet is missed, and counts come late; both
draw effects towards none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pandas as pd

from helpers.claims.contract.finding import Sets
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.source_facts import read_source_facts
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import Ends, define_silent
from helpers.claims.quantities.members import count_by_age, count_members_at
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import (
    compute_age_at,
    count_early_days,
    list_joins,
    to_local_days,
)
from helpers.claims.quantities.two_dates import list_lifetime_readings, select_followed
from helpers.errors import NotIdentifiableError
from helpers.wording import say

Counting = Callable[[Evidence, int, int], pd.DataFrame]

SEED_DAYS, JOINED_WITHIN = 3, 7
HASTY_SETS: Sets = {
    "day": {say("landmark 28"): 28, say("landmark 14"): 14},
    "soon": {"come by day 2": 2, say("by day 1"): 1, say("by day 6"): 6},
}
DAILY = {"day": (28, 14), "soon": (2, 1, 6)}
MONTHLY = {"day": (62, 93), "soon": (30,)}  # whole months of counts


def seed_users_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return a measure of seed users per group: new by day 7, active 3 of 14 days."""
    if evidence.records("joins", "joined", "member_days"):
        return Quantity(
            rows=partial(_count_nucleus, evidence),
            definition=say(
                "≥ 3 against 0 people who joined by day 7 and wrote on ≥ 3 days"
                " of days 0–13"
            ),
        )
    return Quantity(
        rows=partial(_select_regulars, evidence),
        definition=say(
            "≥ 3 against 0 people other than the first poster who first"
            " wrote by day 7 and wrote on ≥ 3 days of days 0–13"
        ),
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
    )


def _count_nucleus(evidence: Evidence, day: int) -> pd.DataFrame:
    """Count per group messages, posters and seed users before a given age in days."""
    early, joined = count_early_days(evidence, day), list_joins(evidence)
    members = joined[joined["role"].fillna("") != "owner"]
    joined_early = compute_age_at(evidence, members, "came_us") <= JOINED_WITHIN
    nucleus = early.merge(members[joined_early][["group", "member"]])
    seeds = nucleus[nucleus["days"] >= SEED_DAYS].groupby("group").size()
    volume = early.groupby("group").agg(
        messages=("messages", "sum"), posters=("days", "size")
    )
    return volume.join(seeds.rename("seeds")).fillna(0)


def _select_regulars(evidence: Evidence, day: int) -> pd.DataFrame:
    names = ["messages", "posters", "seeds"]
    columns = [f"{name}_{day}" for name in names]
    return evidence.beginnings[columns].set_axis(names, axis=1)


class EarlyArrivals(NamedTuple):
    """Members of groups at an age, and those of them who arrived in the first days.

    Attributes
    ----------
    evidence
        The groups that can be followed.
    counts : index group
        Columns ``members, soon, messages``: people, those of them who had come by the
        end of a day, and messages.
    readings
        Lifetimes under each length of silence that means death, where these are
        fixed by the source; empty where every length can be tried on messages.
    """

    evidence: Evidence
    counts: pd.DataFrame
    readings: tuple[Ends, ...] = ()


def early_arrivals_of(evidence: Evidence) -> Quantity[EarlyArrivals]:
    """Measure the share of each group's members at its day 28 who joined by day 2.

    Where no joins are dated, the share counted by day 2 of the members counted at day
    28; where nobody is counted either, of posters who first wrote by day 2.
    """
    if evidence.records("joins", "joined"):
        return Quantity(
            rows=partial(_observe, evidence, _summarise_members_at),
            definition=say(
                "top against bottom tercile of the share of members at day 28"
                " who had joined by day 2"
            ),
            sets=HASTY_SETS,
        )
    if evidence.records("member_series"):
        return _measure_counted_members(evidence)
    return Quantity(
        rows=partial(_observe, evidence, _count_posters_at),
        definition=say(
            "top against bottom tercile of the share of posters of days"
            " 0–27 who first wrote by day 2"
        ),
        sets=HASTY_SETS,
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
    )


def _observe(evidence: Evidence, count: Counting, day: int, soon: int) -> EarlyArrivals:
    return EarlyArrivals(evidence, count(evidence, day, soon))


def _measure_counted_members(evidence: Evidence) -> Quantity[EarlyArrivals]:
    """Measure early members by counts, which come late or by the month."""
    talks = evidence.records("groups")
    followed_groups, activity = evidence, "mail"
    if not talks:
        followed_groups, source = select_followed(evidence)
        activity = source.what
    by_month = read_source_facts(evidence.study.name).counted_by_month
    days_counted = MONTHLY if by_month else DAILY

    def observe(day: int, soon: int) -> EarlyArrivals:
        silent = (define_silent(followed_groups),) if talks else ()
        return EarlyArrivals(
            followed_groups,
            _count_members_by(followed_groups, day, soon),
            silent or list_lifetime_readings(followed_groups),
        )

    return Quantity(
        rows=observe,
        definition=say(
            "top against bottom tercile of members counted by day {soon}"
            " over those at day {day}; no {what} for 60 days{which} after"
            " day {day}",
            soon=days_counted["soon"][0],
            day=days_counted["day"][0],
            what=activity,
            which="" if talks else say(", or for 180,"),
        ),
        sets={
            "day": {say("landmark {n}", n=n): n for n in days_counted["day"]},
            "soon": {say("counted by day {n}", n=n): n for n in days_counted["soon"]},
        },
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
    )


def _count_members_by(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
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


def _summarise_members_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Count per group members at `day`, those joined by day `soon`, and messages."""
    rows = list_joins(evidence)
    age, leaving_age = (
        compute_age_at(evidence, rows, name) for name in ("came_us", "left_us")
    )
    members = rows.assign(soon=age < soon + 1)[(age < day) & ~(leaving_age < day)]
    by = members.groupby("group").agg(members=("soon", "size"), soon=("soon", "sum"))
    messages = count_early_days(evidence, day).groupby("group")["messages"].sum()
    return by.assign(messages=messages.reindex(by.index, fill_value=0))


def _count_posters_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Count per group posters before `day`, those new by day `soon`, and messages."""
    rows = evidence.beginnings
    rows = rows[rows.index.isin(evidence.from_birth["group"])]
    columns = [f"posters_{day}", f"came_by_{soon}", f"messages_{day}"]
    counts = rows[columns].set_axis(["members", "soon", "messages"], axis=1)
    return counts[counts["members"] > 0]
