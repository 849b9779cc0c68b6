"""Lifetimes: who is kept, who came back, and the bounds that slow groups leave."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.errors import ShequnError
from helpers.group_lives.silence import define_lifetimes_by_inactivity


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


DAILY = np.arange(0.0, 30.0)  # fast enough for W = 60


def one(make_groups, days, *, end=400.0, origin=0.0, entry=None, **options):
    """Return the lifetimes of a single group that spoke on some days."""
    tables = make_groups(
        [origin], [np.asarray(days, float)], end, None if entry is None else [entry]
    )
    return define_lifetimes_by_inactivity(*tables, **options)


@pytest.mark.parametrize(
    ("last", "duration", "dead"),
    [(100.0, 100.0, True), (340.0, 340.0, True), (340.001, 340.0, False),
     (399.0, 340.0, False)],
)  # fmt: skip
def test_death_is_a_last_message_before_the_end_less_w(
    make_groups, last, duration, dead
):
    """Dead iff the last message is W old at the end, or older; else censored."""
    lives = one(make_groups, [*DAILY, last])
    assert lives.durations.tolist() == [duration]
    assert lives.ended.tolist() == [dead]
    assert lives.potential.tolist() == [340.0]


@pytest.mark.parametrize(
    ("early", "waited", "slow"),
    [(28, 60.0, False), (2, 84.0, False), (1, 168.0, False), (0, 180.0, True)],
)
def test_silence_threshold_follows_early_traffic(make_groups, early, waited, slow):
    """Six messages are expected in W, judged by the first 28 days alone."""
    lives = one(make_groups, [*np.arange(early), *np.linspace(30, 400, 99)])
    assert lives.waited.tolist() == [pytest.approx(waited)]
    assert lives.slow.tolist() == [slow]


def test_early_rate_uses_only_observed_days(make_groups):
    """Seven messages in the 14 days watched of the first 28 are one in two days."""
    groups, gaps = make_groups([0.0], [14 + DAILY[:7] * 2], 400.0, entry=[14.0])
    assert define_lifetimes_by_inactivity(
        groups, gaps, messages_expected=50
    ).waited.tolist() == [100.0]
    late = groups["entry_us"] * 3
    seen = groups.assign(entry_us=late, first_us=late, last_us=groups["end_us"])
    assert define_lifetimes_by_inactivity(seen, gaps).slow.all()
    known = define_lifetimes_by_inactivity(seen, gaps, early_rate=[1.0])
    assert known.waited.tolist() == [60.0]


@pytest.mark.parametrize(
    ("entry", "waited", "slow"), [(0.0, 84.0, 0), (14.0, 84.0, 0), (300.0, 84.0, 0)]
)
def test_early_days_in_the_archive_count_for_late_entries(
    make_groups, entry, waited, slow
):
    """Two messages in the first 28 days mean W = 84, whenever watching began."""
    lives = one(make_groups, [0, 1, *np.linspace(30, 400, 99)], entry=entry)
    assert (lives.waited.tolist(), lives.slow.tolist()) == ([waited], [slow])


@pytest.mark.parametrize(("origin", "rows"), [(220.0, 1), (220.001, 0)])
def test_never_active_groups_die_at_birth(make_groups, origin, rows):
    """They are dead at 0 if 180 days could be watched, and left out otherwise."""
    groups, gaps = make_groups([0.0, origin], [DAILY, []], 400.0)
    lives = define_lifetimes_by_inactivity(groups, gaps)
    assert int(lives.never_active.sum()) == rows
    assert lives.durations[lives.never_active].tolist() == [0.0] * rows
    assert lives.ended[lives.never_active].all()


@pytest.mark.parametrize(
    ("form", "duration", "dead", "named"),
    [
        ("last_message", 340.0, False, "silence of 60 days (last message)"),
        ("first_gap", 29.0, True, "silence of 60 days (first gap)"),
    ],
)
def test_revived_group_is_not_dead(make_groups, form, duration, dead, named):
    """By its first gap it died before it spoke again; by its last message it lives."""
    lives = one(make_groups, [*DAILY, *(DAILY + 365)], form=form)
    assert lives.definition == named
    assert (lives.durations[0], lives.ended[0]) == (duration, dead)
    assert lives.revived[0]


def test_gap_shorter_than_the_groups_threshold_is_not_death(make_groups):
    """With two early messages W is 84, so 70 days of silence are nothing."""
    lives = one(make_groups, [0, 1, 71, 390], form="first_gap")
    assert (lives.durations[0], lives.revived[0]) == (71.0, True)


def test_messages_after_the_end_are_refused(make_groups):
    """Tables that contradict themselves are not estimated from."""
    with pytest.raises(ShequnError, match="outside their observation"):
        one(make_groups, [*DAILY, 401.0])


@pytest.mark.parametrize(("back", "duration"), [(89.0, 29.0), (88.999, 140.0)])
def test_gap_of_exactly_the_threshold_is_death(make_groups, back, duration):
    """60 days of silence kill by the first gap; a little less does not."""
    lives = one(make_groups, [*DAILY, back, 140.0], form="first_gap")
    assert lives.durations.tolist() == [duration]
    assert lives.revived.tolist() == [duration < back]


@pytest.mark.parametrize(("first", "duration"), [(60.0, 0.0), (59.999, 340.0)])
def test_first_message_after_the_threshold_means_dead_at_founding(
    make_groups, first, duration
):
    """By its first gap a group is dead at birth if it began with W of silence."""
    days = [first, *np.arange(61.0, 400.0)]
    lives = one(make_groups, days, form="first_gap", early_rate=[1.0])
    assert lives.durations.tolist() == [duration]


@pytest.mark.parametrize(("entry", "gone"), [(100.0, 1), (99.999, 0)])
def test_a_last_message_at_entry_is_none_in_view(make_groups, entry, gone):
    """Who spoke last as the watching began was not seen alive in it."""
    days = [[*DAILY, 100.0], DAILY]
    groups, gaps = make_groups([0.0, 0.0], days, 400.0, entry=[entry, 0.0])
    lives = define_lifetimes_by_inactivity(groups, gaps)
    assert (lives.gone_before_entry, lives.listed) == (gone, 2)


def test_entry_on_day_28_gives_no_early_rate(make_groups):
    """There is no rate in a window of no length, and it is not divided by."""
    lives = one(make_groups, 28 + DAILY * 12, entry=28.0)
    assert (lives.slow.tolist(), lives.waited.tolist()) == ([True], [180.0])


def test_gaps_begin_at_an_age(make_groups):
    """The first silence of a group born later is dated from its own origin."""
    groups, gaps = make_groups([100.0], [100 + np.r_[DAILY, 150.0]], 400.0)
    lives = define_lifetimes_by_inactivity(groups, gaps, form="first_gap")
    assert lives.durations.tolist() == [29.0]
