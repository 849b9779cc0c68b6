"""One offline group's whole list of members, 2010–2019: who visits, answers, attends.

Members who left are not listed, so everything here is about those who stayed.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.attention import seen_again
from helpers.corpora.shared.corpus import Counted, RawFolder, described
from helpers.corpora.shared.dates import days
from helpers.corpora.shared.registers import (
    counted,
    facts,
    funnel,
    lives,
    registry,
    share_of_top,
)
from helpers.measures.audiences import LURKING_DAYS
from helpers.records import DAY_US, day_us

MEMBERS, KEY = "members.csv", "chicago"
ORIGIN_US = day_us(date(2010, 4, 5))  # the first members joined
END_US = day_us(date(2019, 5, 30))  # the last visit was the day before
LAST_DAY = END_US // DAY_US - 1
YEAR_AGO = END_US // DAY_US - 366  # 365 days before the last visit


def count(raw: RawFolder) -> Counted:
    """Return the group, how far members went, and how long they visited."""
    members = _dated(raw.rows(MEMBERS))
    return counted(
        _registry(),
        {
            "funnels": _funnels(members),
            "lives": lives(_lives(members)),
            "seen_again": seen_again(_lurkers(members)),
            "facts": _facts(members),
        },
        {},
        {"members": len(members)},
    )


def _registry() -> pd.DataFrame:
    one = {
        "key": KEY,
        "label": "Chicago R User Group",
        "network": "chicago",
        "kind": "user group",
        "origin_us": ORIGIN_US,
        "end_us": END_US,
        "last_us": END_US - DAY_US,
    }
    return registry(pd.DataFrame([one]))


def _dated(members: pd.DataFrame) -> pd.DataFrame:
    return members.assign(
        key=KEY,
        cohort=members["joined"].str[:4],
        day=days(members["joined"]),
        visited=days(members["last_visited"]),
        came=days(members["last_attended"]),
    )


def _funnels(members: pd.DataFrame) -> pd.DataFrame:
    """Return how many of each year's members took each step, or only read."""
    never = members["attended"].eq(0)
    visited = members["visited"] >= YEAR_AGO
    steps = {
        "joined": members["day"].notna(),
        "visited after the day of joining": members["visited"] > members["day"],
        "answered an invitation": members["rsvps"] > 0,
        "attended": ~never,
        "visited in the last year": visited,
        "attended in the last year": members["came"] >= YEAR_AGO,
        "visited after joining, never answered": (members["visited"] > members["day"])
        & members["rsvps"].eq(0),
        "visited in the last year, never attended": visited & never,
    }
    return funnel(members, steps)


def _lives(members: pd.DataFrame) -> pd.DataFrame:
    lately = members["visited"] >= YEAR_AGO
    return members.assign(
        measure="visiting",
        days=(members["visited"] - members["day"]).astype("int64"),
        ending=lately.map({True: "open", False: "stopped"}),
    )


def _lurkers(members: pd.DataFrame) -> pd.DataFrame:
    """Return members of 84 days who never came, and those who never answered.

    Organizers are left out. Attendance has no first day, so never is never to the end.
    """
    followed = LAST_DAY - members["day"]
    plain = members["organizer"].ne("Yes") & followed.ge(LURKING_DAYS)
    dated = members.assign(
        followed=followed,
        seen=members["visited"] - members["day"],
        may_react=None,
        reacted=None,
        did_later=None,
    )
    absent = plain & members["attended"].eq(0) & members["came"].isna()
    return pd.concat(
        [
            dated[absent].assign(lurkers_are="without an attendance"),
            dated[plain & members["rsvps"].eq(0)].assign(
                lurkers_are="without an answer"
            ),
        ]
    )


def _facts(members: pd.DataFrame) -> pd.DataFrame:
    yes = members["yes"]
    one = {
        "key": KEY,
        "members": len(members),
        "organizers": members["organizer"].eq("Yes").sum(),
        "on_mailing_list": members["mailing_list"].ne("No").sum(),
        "yes_answers": yes.sum(),
        "attendances": members["attended"].sum(),
        "no_shows": members["no_shows"].sum(),
        "top_1_share": share_of_top(yes, 0.01),
        "top_10_share": share_of_top(yes, 0.10),
    }
    return facts(pd.DataFrame([one]))


CORPUS = described("chicago_rug", count=count)
