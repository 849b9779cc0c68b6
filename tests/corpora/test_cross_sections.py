"""Sources that were looked at once, or that know lives without talk."""

from __future__ import annotations

import pandas as pd

from helpers.corpora.sources import apache_podlings, v2ex_nodes
from helpers.records import DAY_US

BOARDS = """node,title,id,parent,created_unix,topics_total,followers,topics_on_page,\
last_activity,oldest_activity_on_page,distinct_authors_on_page
a,A,1,,86400,3,5,3,1970-01-09 08:00:00 +08:00,1970-01-03 08:00:00 +08:00,2
moved,M,2,,864000,3,5,3,1970-01-09 08:00:00 +08:00,1970-01-05 08:00:00 +08:00,2
gated,G,3,,86400,9,,0,,,0
empty,E,4,,86400,0,1,0,,,0
none,,,,,,,0,,,0
"""
PROJECTS = [
    ("a", "graduated", "2003-09", "2004-03-02"),
    ("b", "retired", "2003-09-01", "2004-03"),
    ("c", "current", "2004-05-01", "2003-11"),
    ("d", "graduated", "2003-09-01", None),
    ("e", "retired", "2003-09-05", "2003-09-01"),
]
PODLINGS = "".join(
    f'<podling name="{key.upper()}" resource="{key}" status="{status}"'
    f' startdate="{start}"' + (f' enddate="{end}"/>' if end else "/>")
    for key, status, start, end in PROJECTS
)


def test_members_only_board_is_unobserved_not_silent(counted):
    """It is set aside; an empty one is kept as never active."""
    made = counted(v2ex_nodes, f=BOARDS)
    assert made.became == {None: 3, "members only": 1, "no facts about it": 1}
    boards = made.groups.set_index("key")
    assert boards["last_us"].isna().to_dict() == {"a": 0, "moved": 0, "empty": 1}


def test_the_older_of_creation_and_activity_is_a_boards_origin(counted):
    """Topics are moved between boards; times are at UTC+8."""
    boards = counted(v2ex_nodes, f=BOARDS).groups.set_index("key")
    origin = boards["origin_us"] / DAY_US
    assert origin.to_dict() == {"a": 1, "moved": 4, "empty": 1}
    assert (boards["end_us"] == 8 * DAY_US).all()


def test_graduation_completes_a_project(counted):
    """It competes with retirement; who is still listed is censored at the end."""
    made = counted(apache_podlings, f=f"<all>{PODLINGS}</all>")
    rows = made.groups.set_index("key")
    assert rows["closed_kind"].fillna("").tolist() == ["completed", "retired", ""]
    assert rows.loc["c", "end_us"] > rows.loc["c", "origin_us"]
    assert made.became["ended on an unknown day"] == 1
    assert made.became["ended before it began"] == 1


def test_dates_known_by_month_are_mid_month(counted):
    """Never more than 16 days off."""
    rows = counted(apache_podlings, f=f"<all>{PODLINGS}</all>").groups.set_index("key")
    assert pd.Timestamp(rows.loc["a", "origin_us"], unit="us").day == 15
    assert pd.Timestamp(rows.loc["b", "closed_us"], unit="us").day == 15
