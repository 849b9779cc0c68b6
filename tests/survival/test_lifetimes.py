"""Lifetimes: who is kept, who came back, and the bounds that slow groups leave."""

from dataclasses import replace

import numpy as np
import pytest


@pytest.fixture
def lives(make_lives):
    """Four groups: two ended, one of them slow; one entered late."""
    found = make_lives(
        [10.0, 20.0, 30.0, 40.0], [1, 0, 1, 0], [0, 0, 5.0, 0],
        potential=[50.0, 20.0, 60.0, 40.0],
    )  # fmt: skip
    return replace(
        found,
        last_age=np.array([10.0, 25.0, 5.0, 45.0]),
        slow=np.array([False, True, True, False]),
        revived=np.array([True, False, False, True]),
        listed=9,
        born_late=3,
        gone_before_entry=2,
    )


@pytest.mark.parametrize(("days", "count"), [(40, 3), (40.001, 2), (60, 1), (61, 0)])
def test_potential_counts_at_the_age_itself(lives, days, count):
    """Who could have been followed so long is counted, ended or not."""
    assert lives.potential_at_least(days) == count


def test_counts_of_those_left_out_stay(lives):
    """A part of the groups remembers what the whole left out."""
    part = lives.where([True, False, True, False])
    assert (len(part), part.listed, part.born_late) == (2, 9, 3)
    assert part.durations.tolist() == [10.0, 30.0]


def test_the_share_that_came_back(lives):
    """Two of the three that were once silent spoke again; of none silent, none did."""
    assert lives.revived_share == pytest.approx(2 / 3)
    assert lives.where([False, True, False, False]).revived_share == 0.0


def test_bounds_of_slow_groups(lives):
    """All dead at their last message, or all alive to the end of their follow-up.

    Who spoke last as the watching began leaves the lower bound.
    """
    dead, alive = lives.bounds()
    assert dead.durations.tolist() == [10.0, 25.0, 40.0]
    assert dead.ended.tolist() == [True, True, False]
    assert alive.durations.tolist() == [10.0, 20.0, 60.0, 40.0]
    assert alive.ended.tolist() == [True, False, False, False]


def test_bounds_keep_who_never_spoke(make_lives):
    """Who was watched from the origin on stays, dead at age 0 or not."""
    lives = make_lives([0.0, 1.0, 9.0], [1, 1, 1], [0.0, 0.5, 1.0])
    dead, alive = replace(lives, slow=np.array([True, False, False])).bounds()
    assert dead.durations.tolist() == [0.0, 1.0, 9.0]
    assert (len(alive), alive.ended.tolist()) == (3, [False, True, True])
    gone = replace(
        lives, last_age=np.array([0, 1, 1.0]), slow=np.array([0, 0, 1], bool)
    )
    assert gone.bounds()[0].durations.tolist() == [0.0, 1.0]
