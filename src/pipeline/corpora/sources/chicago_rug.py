"""Chicago's R user group, 2010–2019: current members, last web visits, RSVPs.

Members who left are not listed, so everything here is about those who stayed.
"""

import pandas as pd

from helpers.files import read_description
from helpers.group_lives.lurking import LURKING_DAYS
from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.courses import count_steps
from pipeline.corpora.shared.dates import to_days
from pipeline.corpora.shared.joined_members import count_seen_again
from pipeline.corpora.shared.registers import build_registry

MEMBERS, KEY = "members.csv", "chicago"
READING = read_description("chicago_rug")["reading"]


def count(raw: RawFolder) -> Counted:
    """Build tables of an offline group: RSVPs, attendance and web page visits."""
    members = _add_dates(raw.rows(MEMBERS))
    steps = {"joined": members["day"].notna(), "attended": members["attended"].ne(0)}
    return Counted(
        build_registry(KEY, **READING),
        {
            "funnels": count_steps(members, steps),
            "seen_again": count_seen_again(_select_lurkers(members)),
        },
        {},
        {"members": len(members)},
    )


def _add_dates(members: pd.DataFrame) -> pd.DataFrame:
    return members.assign(
        key=KEY,
        cohort=members["joined"].str[:4],
        day=to_days(members["joined"]),
        visited=to_days(members["last_visited"]),
        came=to_days(members["last_attended"]),
    )


def _select_lurkers(members: pd.DataFrame) -> pd.DataFrame:
    """Select members followed for 84 days who never attended, or never sent an RSVP.

    Organizers are left out. Attendance has no first day, so never is never to the end.
    """
    followed = to_day_us(READING["last_us"]) // DAY_US - members["day"]
    plain = members["organizer"].ne("Yes") & followed.ge(LURKING_DAYS)
    dated = members.assign(
        followed=followed,
        seen=members["visited"] - members["day"],
        may_react=None,
        reacted=None,
        did_later=None,
    )
    lurkers = {
        "without an attendance": members["attended"].eq(0) & members["came"].isna(),
        "without an answer": members["rsvps"].eq(0),
    }
    return pd.concat(
        dated[plain & which].assign(lurkers_are=name) for name, which in lurkers.items()
    )
