"""Lifetimes: who is kept, who came back, and the bounds that slow groups leave."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


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
def test_potential_follow_up_includes_the_age_itself(lives, days, count):
    """Who could have been followed so long is counted, ended or not."""
    assert lives.potential_at_least(days) == count


def test_counts_of_excluded_groups_survive_selection(lives):
    """A part of the groups remembers what the whole left out."""
    part = lives.where([True, False, True, False])
    assert (len(part), part.listed, part.born_late) == (2, 9, 3)
    assert part.durations.tolist() == [10.0, 30.0]


def test_revived_share_counts_groups_with_later_messages(lives):
    """Two of the three that were once silent spoke again; of none silent, none did."""
    assert lives.revived_share == pytest.approx(2 / 3)
    assert lives.where([False, True, False, False]).revived_share == 0.0


def test_failure_bounds_assume_slow_groups_all_ended_or_all_alive(lives):
    """All ended, the censored as their follow-up stops; or all alive to its end."""
    ended, alive = lives.bounds()
    assert ended.durations.tolist() == [10.0, 20.0, 30.0, 40.0]
    assert ended.ended.tolist() == [True, True, True, False]
    assert alive.durations.tolist() == [10.0, 20.0, 60.0, 40.0]
    assert alive.ended.tolist() == [True, False, False, False]


def test_never_active_group_is_not_alive_in_the_lower_bound(lives):
    """It is slow too, and stays dead at 0 in both bounds."""
    lives = replace(
        lives, durations=np.array([0.0, 20, 30, 40]), slow=np.array([True] * 4),
        never_active=np.array([True, False, False, False]),
    )  # fmt: skip
    for bound in lives.bounds():
        assert (bound.durations[0], bound.ended[0]) == (0.0, True)


def test_later_last_message_does_not_replace_an_earlier_failure(lives):
    """Failed by few posters at 30, a last message at 55: still failed at 30."""
    lives = replace(lives, last_age=np.array([10.0, 25.0, 55.0, 45.0]))
    ended, _ = lives.bounds()
    assert (ended.durations[2], ended.ended[2]) == (30.0, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bounds_enclose_the_estimate_at_every_age(make_lives, data):
    """Whoever is slow, ended, never active or entered late."""
    n = data.draw(st.integers(1, 12))
    flags = st.lists(st.booleans(), min_size=n, max_size=n).map(np.array)
    ages = st.lists(st.integers(1, 30), min_size=n, max_size=n).map(np.array)
    durations, ended, never = data.draw(ages), data.draw(flags), data.draw(flags)
    lives = replace(
        make_lives(
            np.where(never, 0.0, durations),
            ended | never,
            potential=durations + np.where(ended, data.draw(ages), 0),
        ),
        slow=data.draw(flags) | never,
        never_active=never,
    )
    upper, lower = (bound.curve() for bound in lives.bounds())
    for age in np.arange(lives.durations.max() + 1):
        least, most = upper.at(age), lower.at(age)
        assert least - 1e-9 <= lives.curve().at(age) <= most + 1e-9
