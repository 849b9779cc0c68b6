"""The traps of a window without births: relays, bots, days that are not whole."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import julia_slack

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


@pytest.fixture
def made(counted):
    """Count a workspace in miniature."""
    return counted(
        julia_slack, channels__csv=CHANNELS, messages__csv__gz=MESSAGES,
        reactions__csv__gz=REACTIONS, joins__csv=JOINS,
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


def test_silent_joiners_are_told_apart_by_writing_elsewhere(made):
    """Both joined a channel where somebody else talks each week."""
    row = made.tables["elsewhere"].iloc[0]
    assert row[["lurkers", "lurkers_elsewhere", "speakers"]].tolist() == [2, 1, 0]


def test_channel_without_a_message_is_listed(made):
    """Else the share of silent channels had no denominator."""
    silent = made.groups.set_index("key")["last_us"].isna()
    assert silent["channel 003"]
    assert not silent["channel 001"]
