"""What was written around an event: each side, nobody twice, not the instant itself."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.records import MINUTE_US
from pipeline.publish.further import count_responses

TALK = [
    (0, 1, 0),
    (0, 1, 10),
    (0, 2, 50),
    (0, 3, 60),
    (0, 3, 61),
    (0, 4, 61),
    (1, 5, 61),
]


def _around(at, talk=TALK, minutes=60):
    events = pd.DataFrame(
        {"group": [0, 2], "time_us": [at * MINUTE_US] * 2, "kind": "red_packet"}
    ).assign(value=1.0)
    messages = pd.DataFrame(talk, columns=["group", "member", "time_us"])
    messages["time_us"] *= MINUTE_US
    return count_responses(events, messages, minutes)


def test_sides_leave_the_instant_out():
    """Three messages by two people before; two new people after, one of them met."""
    (row,) = _around(60).itertuples()
    assert (row.before, row.speakers_before, row.new_before) == (3, 2, 2)
    assert (row.after, row.speakers_after, row.new_after) == (2, 2, 1)
    assert (row.group, row.nth, row.minutes) == (0, 0, 60)


def test_a_newcomer_to_the_group_may_have_written_elsewhere():
    """New is who had never written in the study."""
    talk = [(1, 9, 0), (0, 9, 61), (0, 8, 61)]
    (row,) = _around(60, talk).itertuples()
    assert (row.speakers_after, row.new_after) == (2, 1)


_talk = st.lists(
    st.tuples(st.just(0), st.integers(0, 3), st.integers(0, 40)), min_size=1
)


@given(_talk, st.integers(0, 40), st.integers(1, 20))
def test_counts_are_those_by_hand(talk, at, minutes):
    """A second route, message by message."""
    (row,) = _around(at, talk, minutes).itertuples()
    before = [who for _, who, when in talk if at - minutes <= when < at]
    after = [who for _, who, when in talk if at < when <= at + minutes]
    assert (row.before, row.after) == (len(before), len(after))
    assert (row.speakers_before, row.speakers_after) == (
        len(set(before)),
        len(set(after)),
    )
    first = {w: min(t for _, x, t in talk if x == w) for _, w, _ in talk}
    assert row.new_after == sum(at < t <= at + minutes for t in first.values())
