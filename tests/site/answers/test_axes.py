"""Where values fall on small charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.site.answers.axes import Axis, choose_axis
from helpers.site.answers.board import Range


@given(st.lists(st.floats(0.001, 1e4), min_size=2, max_size=2, unique=True))
def test_positions_on_an_axis_keep_the_order_of_values(values):
    """A larger value never lies further left, on either scale."""
    low, high = sorted(values)
    for log in (False, True):
        axis = Axis(0.0005, 2e4, log=log)
        assert 0 <= axis.place(low) <= axis.place(high) <= 100


@given(st.floats(1e-6, 1e6), st.floats(1.01, 1e6))
def test_ticks_lie_on_the_axis(low, times):
    """There are two or more, none outside, whatever the range."""
    for log in (False, True):
        axis = Axis(low, low * times, log=log)
        assert 2 <= len(axis.ticks) <= 14
        assert all(low * 0.9 <= tick <= low * times * 1.1 for tick in axis.ticks)


def test_share_axis_always_runs_from_zero_to_one():
    """One claim's share can be compared with another's."""
    assert choose_axis([Range("", 0.4, 0.3, 0.5)], [0.5], "share") == Axis(
        0, 1, log=False
    )


@pytest.mark.parametrize(("low", "log"), [(0.5, True), (-0.5, False)])
def test_ratio_axis_is_logarithmic_and_shows_the_threshold(low, log):
    """What can be negative is no ratio; an infinite limit does not stretch the axis."""
    axis = choose_axis([Range("", 1.0, low, float("inf"))], [1.25], "ratio")
    assert axis.log is log
    assert 0 < axis.place(1.25) < 100
    assert axis.place(float("inf")) == 100


def test_every_other_tick_of_a_share_axis_includes_both_ends():
    """A phone shows every other number; without 100% the claimed side has no end."""
    assert Axis(0, 1, log=False).ticks[::2] == [0, 0.5, 1]
