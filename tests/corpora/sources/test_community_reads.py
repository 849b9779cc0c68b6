"""The traps of counted audiences: windows, shares, holes, tables that differ."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.sources import community_reads
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

RAW = SHARED / "community_reads"
STAMP = "interval_start_timestamp"
DAYS = ("2020-02-28T00:00:00+00:00", "2020-02-29T00:00:00+00:00")


def _csv(head, *lines):
    return "\n".join([head, *lines, ""])


def _days(head, *values):
    return _csv(
        f"{STAMP},{head}", *(f"{d},{v}" for d, v in zip(DAYS, values, strict=False))
    )


FILES = {
    "illini/guild-communicators.csv": _days(
        "visitors,pct_communicated", "30,10", "7,0"
    ),
    "illini/guild-message-activity.csv": _days(
        "messages,messages_per_communicator", "12,4", "0,0"
    ),
    "illini/guild-total-membership.csv": _csv(
        f"{STAMP},total_membership", f"{DAYS[1]},100"
    ),
    "itclub/guild-communicators.csv": _days(
        "visitors,pct_communicated", "175,40", "9,0"
    ),
    "itclub/guild-message-activity.csv": _days(
        "messages,messages_per_communicator", "5,1", "0,0"
    ),
    "deadlock_de/windows.csv": _csv(
        f"window_days,{STAMP},visitors,pct_communicated,members_at_stamp,new_members,"
        "pct_opened_channels",
        "30,2020-03-31,865,33.179190751445084,1609,,",
        "7,2020-03-31,420,25,1724,26,57.69",
    ),
    "r4ds_slack/tail_22_days.csv": _csv(
        "date,total_membership,daily_active,daily_posting,weekly_active,weekly_posting",
        "2019-06-15,2956,58,5,248,44",
    ),
} | {
    f"{key}/popular-text-channels.csv": _csv(
        f"{STAMP},channel,one_way,readers,chatters,messages", f"{DAYS[1]},3,1,9,1,2"
    )
    for key in ("illini", "itclub")
}


@pytest.fixture
def corpus(counted):
    """Count all communities in miniature."""
    return counted(community_reads, **FILES)


def test_every_window_keeps_its_length(corpus):
    """Days, weeks, thirty days, and channels that don't say."""
    actual = corpus.tables["audiences"]
    lengths = actual["window_days"].dropna().astype(int).value_counts()
    assert lengths.to_dict() == {1: 3, 7: 4, 30: 1}
    assert actual["channel"].notna().equals(actual["window_days"].isna())


def test_published_share_is_converted_to_a_whole_count(corpus):
    """33.179 % of 865 are 287; nobody is a fraction."""
    actual = corpus.tables["audiences"]
    posters = actual.set_index(["key", "window_days"])["posters"]
    assert posters["deadlock_de", 30] == 287
    assert posters["illini", 1].tolist() == [3, 0]
    assert posters["r4ds_slack", 7] == 44


def test_member_count_is_that_of_the_same_day_or_unknown(corpus):
    """A hole in the membership table is none in the windows; itclub gives none."""
    actual = corpus.tables["audiences"].query("channel.isna()").set_index("key")
    assert actual.loc["illini", "members"].tolist()[1] == 100
    assert pd.isna(actual.loc["illini", "members"].tolist()[0])
    assert actual.loc["itclub", "members"].isna().all()


@needs_raw
def test_posters_are_recomputed_from_messages_per_poster():
    """Messages over messages a poster is a second count of who wrote."""
    said = pd.read_csv(RAW / "illini" / "guild-message-activity.csv")
    writers = (said["messages"] / said["messages_per_communicator"]).round()
    study = open_study("community_reads")
    actual = study.table("audiences").query("group == 0 and channel.isna()")
    assert writers.fillna(0).tolist() == actual.sort_values("day")["posters"].tolist()
