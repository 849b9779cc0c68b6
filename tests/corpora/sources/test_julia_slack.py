"""The traps of a window without births: relays, bots, days that are not whole."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import julia_slack
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole

DAY = 24 * 60
START = julia_slack.FIRST_DAY * DAY
END = julia_slack.END_DAY * DAY
CHANNELS = f"""channel,listed_at_end,first_listed_minute,unlisted_minute
1,1,,
2,0,{START + 9 * DAY},{START + 20 * DAY}
3,1,,
"""
WEEKLY = "".join(f"1,9,{START + 7 * week * DAY},0\n" for week in range(16))
MESSAGES = f"""channel,person,minute,is_bot
{WEEKLY}1,4,{START - 1},0
1,4,{END},0
2,5,{START + 10 * DAY},0
1,,{START},1
1,,{START},2
"""
REACTIONS = f"""channel,person,message_minute,is_bot
1,4,{START + DAY},0
1,5,{START + DAY},0
1,5,{START + DAY},0
"""
JOINS = f"""channel,person,minute,is_bot
1,4,{START},0
1,4,{START + DAY},0
1,5,{START},0
"""
EVENTS = f"channel,minute,kind,person\n1,{START},channel_topic,9\n"


@pytest.fixture
def made(counted):
    """Count a workspace in miniature."""
    return counted(
        julia_slack, channels__csv=CHANNELS, messages__csv__gz=MESSAGES,
        reactions__csv__gz=REACTIONS, joins__csv=JOINS, events__csv=EVENTS,
    )  # fmt: skip


def test_every_row_outside_the_window_has_a_reason(made):
    """Openings of threads from before would date a channel's first message."""
    assert made.became == {
        "before the window": 1,
        "bot": 1,
        "on the last day, which is not whole": 1,
        "relayed from another platform": 1,
        "a second joining": 1,
    }


def test_who_reacts_and_never_writes_is_counted_by_channel_and_in_all(made):
    """Person 5 wrote, but elsewhere; person 4 nowhere in the window."""
    steps = made.tables["funnels"].set_index(["key", "step"])["people"]
    assert steps["channel 001", "reacted, wrote nothing"] == 2
    assert steps["workspace", "reacted, wrote nothing"] == 1
    assert steps["workspace", "wrote or reacted"] == 3


def test_silent_joiners_are_told_apart_by_writing_elsewhere(made):
    """Both joined a channel where somebody else talks each week."""
    row = made.tables["elsewhere"].iloc[0]
    assert row[["lurkers", "lurkers_elsewhere", "speakers"]].tolist() == [2, 1, 0]


def test_channel_without_a_message_is_listed(made):
    """Else the share of silent channels had no denominator."""
    silent = made.groups.set_index("key")["last_us"].isna()
    assert silent["channel 003"]
    assert not silent["channel 001"]


@needs_raw
def test_people_who_only_reacted_are_recomputed_by_sets():
    """Independent recomputation over the whole workspace."""
    tables = []
    for file, minute in (("messages", "minute"), ("reactions", "message_minute")):
        rows = read_whole("julia_slack", f"{file}.csv.gz")
        inside = rows[rows[minute].between(START, END - 1) & rows["is_bot"].eq(0)]
        tables.append(set(inside["person"].astype(int)))
    wrote, reacted = tables
    study = open_study("julia_slack")
    funnels = study.table("funnels").merge(study.table("registry"), on="group")
    steps = funnels[funnels["kind"] == "workspace"].set_index("step")["people"]
    assert steps["wrote"] == len(wrote)
    assert steps["reacted, wrote nothing"] == len(reacted - wrote)
