"""Chicago's R user group, 2010–2019: current members, last web visits, RSVPs.

Members who left are not listed, so everything here is about those who stayed.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.joined_members import count_seen_again
from helpers.corpora.shared.registers import (
    build_counted,
    build_funnel,
    build_registry_columns,
)
from helpers.measures.lurking import LURKING_DAYS
from helpers.records import DAY_US, to_day_us

MEMBERS, KEY = "members.csv", "chicago"
ORIGIN_US = to_day_us(date(2010, 4, 5))  # the first members joined
END_US = to_day_us(date(2019, 5, 30))  # the last visit was the day before
LAST_DAY = END_US // DAY_US - 1


def count(raw: RawFolder) -> Counted:
    """Build tables of an offline group: RSVPs, attendance and web page visits."""
    members = _add_dates(raw.rows(MEMBERS))
    return build_counted(
        _build_registry(),
        {
            "funnels": _build_funnels(members),
            "seen_again": count_seen_again(_select_lurkers(members)),
        },
        {},
        {"members": len(members)},
    )


def _build_registry() -> pd.DataFrame:
    registry_row = {
        "key": KEY,
        "label": "Chicago R User Group",
        "network": "chicago",
        "kind": "user group",
        "origin_us": ORIGIN_US,
        "end_us": END_US,
        "last_us": END_US - DAY_US,
    }
    return build_registry_columns(pd.DataFrame([registry_row]))


def _add_dates(members: pd.DataFrame) -> pd.DataFrame:
    return members.assign(
        key=KEY,
        cohort=members["joined"].str[:4],
        day=to_days(members["joined"]),
        visited=to_days(members["last_visited"]),
        came=to_days(members["last_attended"]),
    )


def _build_funnels(members: pd.DataFrame) -> pd.DataFrame:
    """Count members by year of joining, and those of them who attended."""
    steps = {"joined": members["day"].notna(), "attended": members["attended"].ne(0)}
    return build_funnel(members, steps)


def _select_lurkers(members: pd.DataFrame) -> pd.DataFrame:
    """Select members followed for 84 days who never attended, or never sent an RSVP.

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


CORPUS = load_description("chicago_rug", count=count)
