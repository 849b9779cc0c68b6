"""Survival curves: published values, other routes, and what must hold of any curve."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival import kaplan_meier

lifetimes = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 12)),
    min_size=1,
    max_size=30,
).map(lambda rows: [(t, e, s) for t, e, s in rows if s == 0 or s < t] or [(1, True, 0)])


def by_hand(rows, time):
    """Multiply the shares that pass each death, in exact fractions."""
    survival = Fraction(1)
    for t in sorted({t for t, ended, _ in rows if ended and t <= time}):
        at_risk = sum((s < t or s == 0) and u >= t for u, _, s in rows)
        deaths = sum(u == t and ended for u, ended, _ in rows)
        survival *= Fraction(at_risk - deaths, at_risk)
    return survival


@pytest.fixture
def lung(table):
    """Return the lung curve, all patients."""
    patients = table("lung")
    return kaplan_meier(patients["time"], patients["status"] == 2)


def test_lung_median(lung):
    """R prints 228 165 310 285 363 for survfit(Surv(time, status) ~ 1, lung)."""
    median = lung.median_interval(scale="log")
    assert (lung.n, lung.events.sum()) == (228, 165)
    assert (median.estimate, median.low, median.high) == (310, 285, 363)
    loglog = lung.median_interval(scale="loglog")
    assert (loglog.low, loglog.high) == (284, 361)


@pytest.mark.parametrize(
    ("column", "value", "printed"),
    [
        ("ph.ecog", 0, (63, 37, 394)),
        ("ph.ecog", 1, (113, 82, 306)),
        ("ph.ecog", 2, (50, 44, 199)),
        ("sex", 1, (138, 112, 270)),
        ("sex", 2, (90, 53, 426)),
    ],
)
def test_lung_by_stratum(table, column, value, printed):
    """Counts and medians are those that R and survminer print."""
    patients = table("lung")
    arm = patients[patients[column] == value]
    curve = kaplan_meier(arm["time"], arm["status"] == 2)
    assert (curve.n, curve.events.sum(), curve.median) == printed


@given(lifetimes)
def test_equals_exact_fractions(rows):
    """Late entry, ties, and deaths at age 0 follow the definition."""
    durations, ended, entry = zip(*rows, strict=True)
    curve = kaplan_meier(durations, ended, entry)
    for time in range(max(durations) + 1):
        assert curve.at(time) == pytest.approx(float(by_hand(rows, time)), abs=1e-12)


@given(lifetimes)
def test_agrees_with_statsmodels(rows):
    """Survival and its standard error without late entry, by another route."""
    durations, ended, _ = zip(*[(t + 1, e, s) for t, e, s in rows], strict=True)
    other = SurvfuncRight(np.array(durations), np.array(ended, int))
    curve = kaplan_meier(durations, ended)
    index = np.searchsorted(curve.times, other.surv_times)
    errors = curve.survival * np.sqrt(np.minimum(curve.log_variance, 1e9))
    some = curve.survival[index] > 0
    assert curve.survival[index] == pytest.approx(other.surv_prob, abs=1e-12)
    assert errors[index][some] == pytest.approx(other.surv_prob_se[some], abs=1e-12)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=99))
def test_without_censoring_is_the_empirical_distribution(values):
    """S is the share above, and the median the middle value."""
    curve = kaplan_meier(values, np.ones(len(values)))
    for value in values:
        assert curve.at(value) == pytest.approx(np.mean(np.array(values) > value))
    assert curve.median == np.median(values)


@pytest.mark.parametrize("n", range(2, 101, 2))
def test_even_medians_are_exact(n):
    """One half is met although its product of fractions is not exactly one half."""
    assert kaplan_meier(np.arange(n), np.ones(n)).median == (n - 1) / 2


@given(lifetimes, st.floats(0.1, 100))
def test_scale_equivariance(rows, unit):
    """Counting in another unit stretches times and leaves survival alone."""
    durations, ended, entry = (np.array(c, float) for c in zip(*rows, strict=True))
    one, other = (kaplan_meier(durations * u, ended, entry * u) for u in (1.0, unit))
    assert other.survival == pytest.approx(one.survival)
    assert other.median == pytest.approx(one.median * unit)


@given(lifetimes)
def test_weights_are_copies(rows):
    """A weight of 2 is the row twice, a weight of 0 is no row."""
    durations, ended, entry = zip(*rows, strict=True)
    weights = np.arange(len(rows)) % 3
    if not weights.any():
        weights[0] = 1
    rows = np.repeat(np.array(rows), weights, axis=0)
    weighted = kaplan_meier(durations, ended, entry, weights=weights)
    copied = kaplan_meier(rows[:, 0], rows[:, 1], rows[:, 2])
    for time in copied.times:
        assert weighted.at(time) == pytest.approx(copied.at(time), abs=1e-12)


@given(lifetimes, st.lists(st.floats(0, 20), min_size=1, max_size=5))
def test_numbers_add_up(rows, ages):
    """Awaited, at risk, ended and censored are everybody at any age."""
    durations, ended, entry = zip(*rows, strict=True)
    numbers = kaplan_meier(durations, ended, entry).numbers(ages)
    assert np.sum(numbers[1:], axis=0).tolist() == [len(rows)] * len(ages)
    watched = [sum(s <= age < t for t, _, s in rows) for age in ages]
    assert numbers.at_risk.tolist() == watched


def test_conditional_start_after_small_risk_sets():
    """One early death among two late entrants does not send the curve to 0."""
    entry = np.concatenate([[1.0, 2.0], np.full(30, 5.0)])
    durations = np.concatenate([[3.0, 4.0], np.arange(6.0, 36.0)])
    curve = kaplan_meier(durations, np.ones(32), entry)
    later = curve.from_at_risk(20)
    assert curve.at(10) == 0
    assert (later.times[0], later.n, later.at(10)) == (5.0, 30, pytest.approx(25 / 30))
    assert later.at_risk[1] == 30


def test_from_at_risk_keeps_deaths_at_the_origin():
    """A curve with enough at risk from the start is left as it is."""
    curve = kaplan_meier([0.0] * 5 + [9.0] * 25, [True] * 30)
    assert curve.from_at_risk(20).at(0) == pytest.approx(25 / 30)


def test_never_enough_at_risk():
    """It is said when the risk set never reaches what was asked."""
    with pytest.raises(NotIdentifiableError, match="never 20 at risk"):
        kaplan_meier([2, 3], [1, 1], entry=[1, 1]).from_at_risk(20)


@pytest.mark.parametrize(
    ("durations", "entry", "words"),
    [
        ([1, 2], [1, 1], "enters no sooner"),
        ([-1, 2], None, "negative or not a number"),
        ([np.nan, 2], None, "negative or not a number"),
        ([1, 2, 3], None, "differ in length"),
        ([], None, "no lifetime"),
    ],
)
def test_refuses_impossible_lifetimes(durations, entry, words):
    """An entry at the duration would silently send S to 0; others are plain wrong."""
    with pytest.raises(ShequnError, match=words):
        kaplan_meier(durations, [True] * min(len(durations), 2), entry)


def test_says_nothing_beyond_what_was_watched():
    """The curve ends with the last lifetime unless all have ended."""
    curve = kaplan_meier([1, 5], [True, False])
    with pytest.raises(NotIdentifiableError, match="outside what was watched"):
        curve.at(6)
    assert kaplan_meier([1, 5], [True, True]).at(6) == 0
    assert kaplan_meier([1, 5, 5], [True, False, False]).median == np.inf


def test_plain_limits_stay_in_bounds():
    """A probability's limits are probabilities."""
    curve = kaplan_meier(np.arange(1.0, 11.0), np.ones(10))
    ends = [curve.interval(t, scale="plain") for t in (1, 9)]
    assert ends[0].high == 1
    assert ends[1].low == 0
