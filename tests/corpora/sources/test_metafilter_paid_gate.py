"""The traps of monthly series: parts of a site, running totals, unequal years."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import metafilter_paid_gate

HEAD = (
    "site,month,registered_cum,registered_new,first_time_active,active1,posts,comments"
)
MONTHLY = f"""{HEAD}
all,2004-10,15988,8,11,1831,10,90
all,2004-11,18030,2042,1089,3035,20,180
mefi,2004-11,,,900,2000,15,100
"""
COHORTS = """site,month,join_year,active_users
all,2004-10,2003,17
all,2004-11,2003,18
mefi,2004-11,2003,9
"""


@pytest.fixture
def found(counted):
    """Count a site, a part of it and a year of joiners."""
    return counted(metafilter_paid_gate, monthly__csv=MONTHLY, cohorts__csv=COHORTS)


def test_users_are_grouped_by_year_of_joining(found):
    """They begin with their year, and are followed month by month."""
    groups = found.groups.set_index("key")
    assert groups["kind"].to_dict() == {
        "all": "site",
        "joined/2003": "joiners of a year",
        "mefi": "part of the site",
    }
    assert groups["origin_us"]["joined/2003"] == 12_053 * 86_400_000_000
    months = found.tables["snapshots"].query("key == 'joined/2003'")
    assert months["active"].tolist() == [17, 18]


def test_posts_and_comments_add_up_by_month(found):
    """Posts and comments, up to the month and with it."""
    months = found.tables["snapshots"].set_index("key")
    assert months.loc["all", "posts"].tolist() == [100, 300]
    assert months.loc["mefi", ["members", "joined"]].isna().all()


def test_registered_and_first_writing_users_are_counted_separately(found):
    """By year, for the whole site."""
    told = found.tables["funnels"].set_index("step")["people"]
    assert told.to_dict() == {"registered": 2050, "wrote for the first time": 1100}


def _share(study, year, after):
    """Return the mean monthly share of a year's accounts writing so much later."""
    groups = study.table("registry").set_index("key")["group"]
    months = study.table("snapshots")
    own = months[months["group"] == groups[f"joined/{year}"]]
    then = (own["day"] // 365.25 + 1970).astype(int) == year + after
    made = study.table("funnels").query("step == 'registered'").set_index("cohort")
    return own.loc[then, "active"].mean() / made["people"][str(year)]
