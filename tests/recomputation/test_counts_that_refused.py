"""Recompute the counts for which surveys and a city's groups were refused."""

from __future__ import annotations

import re

import pandas as pd

from helpers import paths
from helpers.study import open_study
from tests.raw_corpora import needs_raw
from tests.recomputation.register_lifetimes import raw

NOTE = paths.ROOT / "docs/decisions/2026-11-22-evidence-from-the-fourth-shelf.md"
NEVER = 3  # "I never post or comment"


@needs_raw
def test_communities_with_writers_and_never_posters_are_too_few():
    """Five of each in a community, before any rating is compared."""
    rows = raw("reddit_values_survey", "responses.csv.gz").dropna(subset=["lurker"])
    silent = rows["lurker"].eq(NEVER).groupby(rows["group"]).agg(["sum", "size"])
    both = silent["sum"].ge(5) & (silent["size"] - silent["sum"]).ge(5)
    told = re.search(
        r"reddit_values_survey: (\d+) communities", NOTE.read_text("utf-8")
    )
    assert int(told[1]) == both.sum() < 30


def test_users_who_only_use_may_be_nobody(product):
    """Roles could be ticked together: all that is left over by the others."""
    reason = product("s0-lurkers-still-identify", "cn_oss_survey").reason
    rows = open_study("cn_oss_survey").table("survey_percents")
    rows = rows[rows["question"].eq("role")]
    for year, own in rows.groupby("stratum"):
        percents = dict(zip(own["answer"], own["percent"], strict=True))
        uses = percents.pop("uses")
        least = 100 * max(0.0, 100 - sum(percents.values())) / uses
        assert f"{year}: 0% to 100%, at least {least:.1f}% of users only use" in reason


def test_founded_groups_of_ten_to_thirty_members_are_too_few(product):
    """Counted from the day on which founding days are known."""
    study = open_study("nashville_meetup")
    groups = study.table("registry").set_index("group")
    facts = study.table("facts")
    members = facts[facts["fact"].eq("members")].set_index("group")["value"]
    since = pd.Timestamp("2015-11-01", tz="UTC").value // 1000
    founded = members[groups["origin_us"].ge(since).reindex(members.index)]
    few = founded.between(10, 30).sum()
    assert few < 30
    assert f"{few} of 10–30" in product("s0-size-10-30-best", "nashville_meetup").reason
