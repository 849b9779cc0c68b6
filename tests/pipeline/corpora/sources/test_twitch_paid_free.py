"""The traps of a live chat: dealt gifts, included payments, edges of streams."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import twitch_paid_free

PRESENT = """video,date,user,messages,first_sec,b_mod,b_vip,b_broadcaster
1,2023-03-01,a,6,5,0,0,0
1,2023-03-01,b,3,700,0,0,0
1,2023-03-01,m,9,1,1,0,0
2,2023-03-05,a,1,5,0,0,0
2,2023-03-05,c,1,650,0,0,0
3,2025-04-13,a,1,5,0,0,0
"""
NOTICES = """video,date,sec,kind,user,other,tier,count
1,2023-03-01,690,mass_gift,g,,1,2
1,2023-03-01,700,gift,g,b,1,
1,2023-03-01,900,gift,g,d,1,
2,2023-03-05,10,sub,a,,1,
2,2023-03-05,20,resub,c,,prime,
2,2023-03-05,620,raid,other,,,300
"""
MINUTES = """video,date,minute,messages,first_ever
1,2023-03-01,10,5,2
1,2023-03-01,12,7,1
1,2023-03-01,21,4,1
2,2023-03-05,11,1,1
"""
STREAMS = """video,date,last_sec,chatters
1,2023-03-01,1500,3
2,2023-03-05,800,2
3,2025-04-13,900,1
"""


@pytest.fixture
def found(counted):
    """Count three streams."""
    return counted(
        twitch_paid_free,
        user_streams__csv__gz=PRESENT,
        sub_events__csv__gz=NOTICES,
        minutes__csv__gz=MINUTES,
        streams__csv=STREAMS,
    )


def test_bulk_gifts_are_distinguished_from_gifts_to_a_person(found):
    """A gift soon after a gift to many, by the same giver, was dealt out."""
    arms = set(found.tables["lives"]["cohort"])
    assert "dealt a gift: 0 days" in arms
    assert not any(arm.startswith("given") for arm in arms)  # d was not there


def test_included_subscription_is_not_counted_as_payment(found):
    """It is an arm of its own."""
    arms = found.tables["lives"].query("measure == 'writing'").set_index("cohort")
    assert arms["ending"]["paid: 1-2 days"] == "open"
    assert arms["ending"]["included: 0 days"] == "stopped"


def test_staff_are_excluded_from_both_arms(found):
    """The moderator's day counts for nobody: a was free on the first day only."""
    free = found.tables["lives"].query("cohort.str.startswith('free')")
    assert free.groupby("measure")["people"].sum().tolist() == [1, 1]


def test_a_response_needs_ten_minutes_on_either_side(found):
    """A raid just before the end of its stream is set aside."""
    told = found.tables["responses"]
    assert told[["kind", "value"]].to_numpy().tolist() == [["gift to many", 2]]
    columns = ["before", "after", "new_before", "new_after"]
    assert told[columns].to_numpy().tolist() == [[5, 11, 2, 2]]
    assert sum(found.became.values()) == 1


def test_newcomers_are_counted_by_day_and_by_raid(found):
    """One wrote soon after a raid; another came back after four days, one did not."""
    told = found.tables["comebacks"].set_index(["day", "brought"])
    assert told["came"].tolist() == [3, 1]
    assert told["again_1_60"].tolist() == [1, 0]
    assert told["again_28_60"].tolist() == [0, 0]
