"""The traps of a workspace: undated members, bots, archived channels, reactions."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.derive.tables.derive import Terms
from pipeline.corpora.sources import rcontrib_slack
from pipeline.publish.counted import derive_counted

DAY = "2024-01-01"
WEEKS = pd.date_range(DAY, periods=30, freq="7D").strftime("%Y-%m-%d")
CHANNELS = f"""channel,created,archived,members_listed,first_day,last_day
talk,{DAY},0,4,{DAY},2026-06-01
gone,,,0,{DAY},2024-03-01
"""
EVENTS = "\n".join(
    [
        "channel,user,day,kind,bot",
        *(f"talk,9,{day},post,0" for day in WEEKS),
        "talk,3,2024-03-24,reply,0",  # day 83
        "talk,4,2024-03-25,post,0",  # day 84
        "talk,5,2024-03-24,reaction,0",
        "talk,6,2024-03-25,reaction,0",
        "gone,5,2024-01-09,post,0",
        "gone,8,2024-01-09,post,1",
        "talk,8,2024-01-09,reaction,1",
        "",
    ]
)
JOINS = "\n".join(
    [
        "channel,user,day,kind,bot",
        *(f"talk,{user},{DAY},join,0" for user in (3, 4, 5, 6)),
        "talk,3,2024-02-01,join,0",
        "talk,8,2024-02-01,join,1",
        "",
    ]
)


@pytest.fixture
def corpus(counted):
    """Count a workspace in miniature."""
    return counted(
        rcontrib_slack,
        events__csv__gz=EVENTS, joins__csv=JOINS,
        channels__csv=CHANNELS,
    )  # fmt: skip


def test_members_without_a_join_date_are_not_lurkers(corpus):
    """Somebody listed without a day is in no roster of 84 days."""
    row = corpus.tables["roster"].query("key == 'talk' and within_days == 84").iloc[0]
    assert row[["members", "lurkers", "undated"]].tolist() == [4, 3, 0]


def test_reactions_and_messages_count_only_within_the_window(corpus):
    """A reaction up to day 83 is one of the 84; words from day 84 on are later."""
    row = corpus.tables["seen_again"].iloc[0]
    assert row[["lurkers", "reacted_84", "did_later"]].tolist() == [3, 1, 1]
    assert row[["seen_7", "seen_28", "seen_84"]].isna().all()


def test_lurker_who_wrote_in_another_channel_is_counted(corpus):
    """In the same 84 days."""
    actual = corpus.tables["elsewhere"].set_index("key").loc["talk"]
    assert actual["quarter"] == "2024Q1"
    assert actual[["lurkers", "lurkers_elsewhere", "speakers"]].tolist() == [3, 1, 1]


def test_bots_and_second_joins_are_excluded(corpus):
    """By reason; every row is accounted for."""
    assert corpus.became == {
        None: 33, "bot": 1, "a bot's reaction or join": 2,
        "a second joining": 1,
    }  # fmt: skip


def test_archived_channel_is_observed_until_its_last_line(corpus):
    """Its silence afterwards is the archive's."""
    gone = corpus.groups.set_index("key").loc["gone"]
    assert gone["closed_us"] == gone["end_us"]
    assert pd.to_datetime(gone["end_us"], unit="us") == pd.Timestamp("2024-03-02")
    tally = {"all": sum([*corpus.became.values(), *corpus.entered.values()])}
    terms = Terms(centres_from="none", names=False, members=False)
    groups = derive_counted(corpus, tally, terms).tables["groups"].set_index("key")
    assert groups.loc["gone", "messages"] == 1
