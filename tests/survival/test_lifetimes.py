"""Lifetimes: who is kept, who came back, and the bounds that slow groups leave."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival import define_lifetimes_by_inactivity
from helpers.survival.lifetimes import compute_silence_days


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


DAILY = np.arange(0.0, 30.0)  # fast enough for W = 60


def one(make_groups, days, *, end=400.0, origin=0.0, entry=None, **options):
    """Return the lifetimes of a single group that spoke on some days."""
    tables = make_groups(
        [origin], [np.asarray(days, float)], end, None if entry is None else [entry]
    )
    return define_lifetimes_by_inactivity(*tables, **options)


@pytest.mark.parametrize(
    ("last", "duration", "dead"),
    [(100.0, 100.0, True), (339.999, 339.999, True), (340.0, 340.0, False),
     (399.0, 340.0, False)],
)  # fmt: skip
def test_death_is_a_last_message_before_the_end_less_w(
    make_groups, last, duration, dead
):
    """Dead iff the last message is older than W at the end; else censored there."""
    lives = one(make_groups, [*DAILY, last])
    assert lives.durations.tolist() == [duration]
    assert lives.ended.tolist() == [dead]
    assert lives.potential.tolist() == [340.0]


def test_archive_shorter_than_the_silence_threshold_is_an_error(make_groups):
    """An archive shorter than W says nothing."""
    with pytest.raises(NotIdentifiableError, match="1 group was not watched"):
        one(make_groups, DAILY, end=50.0)


@pytest.mark.parametrize(
    ("early", "waited", "slow"),
    [(28, 60.0, False), (2, 84.0, False), (1, 168.0, False), (0, 180.0, True)],
)
def test_silence_threshold_follows_early_traffic(make_groups, early, waited, slow):
    """Six messages are expected in W, judged by the first 28 days alone."""
    lives = one(make_groups, [*np.arange(early), *np.linspace(30, 400, 99)])
    assert lives.waited.tolist() == [pytest.approx(waited)]
    assert lives.slow.tolist() == [slow]


def test_silence_threshold_is_never_shorter_than_requested(make_groups):
    """A slow group under W = 200 waits 200 days."""
    assert one(make_groups, [], w_days=200.0).waited.tolist() == [200.0]


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


def test_never_active_groups_count_in_the_first_risk_set(make_groups):
    """S falls at age 0 by their share."""
    groups, gaps = make_groups([0.0] * 4, [DAILY, DAILY, [], []], 400.0)
    assert define_lifetimes_by_inactivity(groups, gaps).curve().at(0) == 0.5


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
    assert (lives.revived[0], lives.revived_share) == (True, 1.0)


def test_gap_shorter_than_the_groups_threshold_is_not_death(make_groups):
    """With two early messages W is 84, so 70 days of silence are nothing."""
    lives = one(make_groups, [0, 1, 71, 390], form="first_gap")
    assert (lives.durations[0], lives.revived[0]) == (71.0, True)


def test_silence_that_counts_as_death_follows_early_traffic(make_groups):
    """Sixty days, the days of six early messages, or 180 at the most."""
    groups, _ = make_groups([0.0] * 3, [DAILY, [0, 1], [50]], 400.0)
    assert compute_silence_days(groups).tolist() == [60.0, 84.0, 180.0]


def test_bounds_move_slow_groups_only(make_groups):
    """One of two is slow: dead as its follow-up ends, or alive as long as watched."""
    groups, gaps = make_groups([0.0, 0.0], [DAILY, [100.0, 399.0]], 400.0)
    dead, alive = define_lifetimes_by_inactivity(groups, gaps).bounds()
    assert (dead.durations.tolist(), dead.ended.tolist()) == ([29, 220], [True] * 2)
    assert (alive.durations.tolist(), alive.ended.tolist()) == (
        [29, 220],
        [True, False],
    )


def test_messages_after_the_end_are_refused(make_groups):
    """Tables that contradict themselves are not estimated from."""
    with pytest.raises(ShequnError, match="outside their observation"):
        one(make_groups, [*DAILY, 401.0])


def test_nulls_read_as_floats(make_groups):
    """Nullable integers come back from files as floats; nothing changes."""
    groups, gaps = make_groups([0.0, 0.0], [DAILY, []], 400.0)
    floats = groups.astype({"first_us": "float64", "last_us": "float64"})
    one_way, other = (
        define_lifetimes_by_inactivity(groups, gaps),
        define_lifetimes_by_inactivity(floats, gaps),
    )
    assert one_way.durations.tolist() == other.durations.tolist()


@pytest.mark.parametrize(("w_days", "refused"), [(28.0, False), (27.99, True)])
def test_silence_threshold_below_28_days_is_refused(make_groups, w_days, refused):
    """Gaps of 28 days are listed, so a silence of so many can be judged."""
    if refused:
        with pytest.raises(ShequnError, match=r"W is 27\.99 d"):
            one(make_groups, DAILY, w_days=w_days)
        return
    assert one(make_groups, DAILY, w_days=w_days).waited.tolist() == [28.0]


@pytest.mark.parametrize(("expected", "slow"), [(22.5, False), (22.6, True)])
def test_a_group_is_slow_beyond_the_longest_w_only(make_groups, expected, slow):
    """Whose messages take 180 days to come is judged by W = 180."""
    lives = one(make_groups, DAILY, early_rate=[0.125], messages_expected=expected)
    assert (lives.waited.tolist(), lives.slow.tolist()) == ([180.0], [slow])


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


def test_first_gap_definition_uses_the_first_of_several_gaps(make_groups):
    """Later gaps, and those of groups that are not there, change nothing."""
    groups, gaps = make_groups([0.0], [[*DAILY, 100.0, 200.0, 300.0]], 400.0)
    other = gaps.assign(group=99, start_us=0)
    lives = define_lifetimes_by_inactivity(
        groups, pd.concat([gaps[::-1], other]), form="first_gap"
    )
    assert lives.durations.tolist() == [29.0]


@pytest.mark.parametrize(("entry", "gone"), [(100.0, 1), (99.999, 0)])
def test_a_last_message_at_entry_is_none_in_view(make_groups, entry, gone):
    """Who spoke last as the watching began was not seen alive in it."""
    days = [[*DAILY, 100.0], DAILY]
    groups, gaps = make_groups([0.0, 0.0], days, 400.0, entry=[entry, 0.0])
    lives = define_lifetimes_by_inactivity(groups, gaps)
    assert (lives.gone_before_entry, lives.listed) == (gone, 2)


def test_entry_before_founding_is_set_to_founding(make_groups):
    """An archive older than the group delays nothing."""
    groups, gaps = make_groups([50.0], [50 + DAILY], 400.0, entry=[0.0])
    assert define_lifetimes_by_inactivity(groups, gaps).entry.tolist() == [0.0]


def test_entry_on_day_28_gives_no_early_rate(make_groups):
    """There is no rate in a window of no length, and it is not divided by."""
    lives = one(make_groups, 28 + DAILY * 12, entry=28.0)
    assert (lives.slow.tolist(), lives.waited.tolist()) == ([True], [180.0])


def test_messages_at_both_ends_are_inside(make_groups):
    """The origin and the end belong to what was watched."""
    assert one(make_groups, [*DAILY, 400.0]).durations.tolist() == [340.0]


def test_messages_before_the_origin_are_refused(make_groups):
    """A first message older than its group is a fault of the tables, by its row."""
    groups, gaps = make_groups([0.0, 0.0], [DAILY, DAILY], 400.0)
    groups.loc[1, "first_us"] = -1
    with pytest.raises(ShequnError, match="1 groups have messages") as refused:
        define_lifetimes_by_inactivity(groups, gaps)
    assert refused.value.where == "groups, row 1"


def test_empty_group_table_is_an_error(make_groups):
    """An empty table is not estimated from."""
    groups, gaps = make_groups([0.0], [DAILY], 400.0)
    with pytest.raises(NotIdentifiableError, match="there is no group"):
        define_lifetimes_by_inactivity(groups[:0], gaps)


def test_gaps_begin_at_an_age(make_groups):
    """The first silence of a group born later is dated from its own origin."""
    groups, gaps = make_groups([100.0], [100 + np.r_[DAILY, 150.0]], 400.0)
    lives = define_lifetimes_by_inactivity(groups, gaps, form="first_gap")
    assert lives.durations.tolist() == [29.0]


def test_gap_one_microsecond_short_is_not_death(make_groups):
    """Born a microsecond before the end less W is early enough, one after is not."""
    tick = 1 / 86_400_000_000
    origins = [340.0 - tick, 340.0 + tick, 0.0]
    groups, gaps = make_groups(origins, [[o] for o in origins], 400.0)
    lives = define_lifetimes_by_inactivity(groups, gaps, early_rate=[1.0] * 3)
    assert (lives.group.tolist(), lives.born_late) == ([0, 2], 1)
    late, gaps = make_groups([0.0, 0.0], [[0.0, tick], DAILY], 400.0, [tick, 0.0])
    assert (
        define_lifetimes_by_inactivity(
            late, gaps, early_rate=[1.0] * 2
        ).gone_before_entry
        == 1
    )


def test_ages_are_in_days(make_groups):
    """Entry, potential and the last message's age are told in days; none spoke at 0."""
    groups, gaps = make_groups([0.0, 0.0], [DAILY, []], 400.0, entry=[20.0, 0.0])
    lives = define_lifetimes_by_inactivity(groups, gaps)
    assert lives.entry.tolist() == [20.0, 0.0]
    assert lives.last_age.tolist() == [29.0, 0.0]
    assert lives.potential.tolist() == [340.0, 220.0]


def test_early_rate_from_half_a_day_is_used(make_groups):
    """One message in the half day that was watched of the first 28 is two a day."""
    lives = one(make_groups, np.r_[27.6, 40.0], entry=27.5)
    assert (lives.slow.tolist(), lives.waited.tolist()) == ([False], [60.0])


def test_unknown_definition_of_death_names_the_known_ones(make_groups):
    """A misspelt one gave the lifetimes of another definition."""
    with pytest.raises(ShequnError, match=r"form: 'gap' is not allowed.*first_gap"):
        one(make_groups, DAILY, form="gap")
