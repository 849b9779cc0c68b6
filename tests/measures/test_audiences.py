"""Shares of windows, and bounds for longer than a window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.measures.audiences import bound_silent_share, summarise_windows


def _windows(rows, length=7, members=100):
    table = pd.DataFrame(rows, columns=["visitors", "posters"])
    return table.assign(
        group=0, channel=None, window_days=length, members=members,
        day=[length * nth for nth in range(len(rows))],
    )  # fmt: skip


def test_windows_without_members_have_no_share():
    """A count of visitors alone has no denominator."""
    table = _windows([(50, 10), (40, 10)])
    table["members"] = [90, np.nan]
    assert summarise_windows(table)["share"].tolist() == [0.5]


def test_channel_visitors_are_not_counted_twice():
    """Who opened a channel is counted again by the community."""
    table = _windows([(50, 10)]).assign(channel=3)
    assert summarise_windows(table).empty


def test_last_stretch_without_a_gap_is_taken():
    """Twelve weeks tile 84 days; after a gap the count begins anew."""
    table = _windows([(50, 10)] * 13)
    assert bound_silent_share(table)[0].first_day == 7
    table.loc[table["day"] >= 42, "day"] += 1
    assert bound_silent_share(table) == []


def test_windows_that_do_not_divide_84_days_give_no_bound():
    """Thirty days do not."""
    assert bound_silent_share(_windows([(50, 10)] * 5, length=30)) == []


def test_many_posters_give_a_lower_bound_of_zero():
    """As many posts as members may be by everybody."""
    one = bound_silent_share(_windows([(60, 10)] * 12, members=100))[0]
    assert one.low == 0.0


@given(st.data())
def test_true_silent_share_lies_within_its_bounds(data):
    """Whoever comes and writes when: the share over 84 days is between the bounds."""
    people, windows = 40, 12
    kind = st.sampled_from(["away", "came", "wrote"])
    acts = np.array(
        data.draw(st.lists(kind, min_size=people * windows, max_size=people * windows))
    ).reshape(people, windows)
    wrote, came = acts == "wrote", acts != "away"
    rows = list(zip(came.sum(axis=0), wrote.sum(axis=0), strict=True))
    silent = ~wrote.any(axis=1)
    if not silent.any() or wrote.sum(axis=0).max() == people:
        return
    truth = came.any(axis=1)[silent].mean()
    (one,) = bound_silent_share(_windows(rows, members=people))
    assert one.low - 1e-9 <= truth <= one.high + 1e-9


def test_bounds_equal_hand_computed_ones():
    """Two windows of 42 days, 100 members, 30 and 40 visitors, 5 and 10 posters."""
    (one,) = bound_silent_share(_windows([(30, 5), (40, 10)], length=42))
    assert one.low == pytest.approx((40 - 15) / (100 - 15))
    assert one.high == pytest.approx((70 - 10) / (100 - 10))
