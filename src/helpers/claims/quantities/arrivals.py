"""Early members of groups: from dated joins, or from first messages.

Where nobody's joining is dated, the first message stands for it: who came early and
said nothing yet is missed, which draws effects towards none.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.beginnings import (
    compute_age_at,
    count_early_days,
    list_joins,
)
from helpers.claims.quantities.quantity import Quantity
from helpers.wording import say

SEED_DAYS, JOINED_WITHIN = 3, 7


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


def early_arrivals_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Measure the share of each group's members at its day 28 who joined by day 2.

    Where no joins are recorded, the share of posters who first wrote by day 2.
    """
    if evidence.records("joins", "joined"):
        return Quantity(
            rows=partial(_summarise_members_at, evidence),
            definition=say(
                "top against bottom tercile of the share of members at day 28"
                " who had joined by day 2"
            ),
        )
    return Quantity(
        rows=partial(_count_posters_at, evidence),
        definition=say(
            "top against bottom tercile of the share of posters of days"
            " 0–27 who first wrote by day 2"
        ),
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
    )


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
