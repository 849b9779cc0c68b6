"""Survival curves: published values, other routes, and what must hold of any curve."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.kaplan_meier import estimate_survival

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
    return estimate_survival(patients["time"], patients["status"] == 2)


def test_median_of_lung_equals_r(lung):
    """R prints 228 165 310 285 363 for survfit(Surv(time, status) ~ 1, lung)."""
    median = lung.median_interval(scale="log")
    assert (lung.n, lung.events.sum()) == (228, 165)
    assert (median.estimate, median.low, median.high) == (310, 285, 363)
    loglog = lung.median_interval(scale="loglog")
    assert (loglog.low, loglog.high) == (284, 361)


@given(lifetimes)
def test_survival_equals_exact_fractions(rows):
    """Late entry, ties, and deaths at age 0 follow the definition."""
    durations, ended, entry = zip(*rows, strict=True)
    curve = estimate_survival(durations, ended, entry)
    for time in range(max(durations) + 1):
        assert curve.at(time) == pytest.approx(float(by_hand(rows, time)), abs=1e-12)


@given(lifetimes)
def test_survival_and_error_equal_statsmodels(rows):
    """Survival and its standard error without late entry, by another route."""
    durations, ended, _ = zip(*[(t + 1, e, s) for t, e, s in rows], strict=True)
    other = SurvfuncRight(np.array(durations), np.array(ended, int))
    curve = estimate_survival(durations, ended)
    index = np.searchsorted(curve.times, other.surv_times)
    errors = curve.survival * np.sqrt(np.minimum(curve.log_variance, 1e9))
    some = curve.survival[index] > 0
    assert curve.survival[index] == pytest.approx(other.surv_prob, abs=1e-12)
    assert errors[index][some] == pytest.approx(other.surv_prob_se[some], abs=1e-12)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=99))
def test_without_censoring_is_the_empirical_distribution(values):
    """S is the share above, and the median the middle value."""
    curve = estimate_survival(values, np.ones(len(values)))
    for value in values:
        assert curve.at(value) == pytest.approx(np.mean(np.array(values) > value))
    assert curve.median == np.median(values)


@given(lifetimes)
def test_weights_equal_repeated_rows(rows):
    """A weight of 2 is the row twice, a weight of 0 is no row."""
    durations, ended, entry = zip(*rows, strict=True)
    weights = np.arange(len(rows)) % 3
    if not weights.any():
        weights[0] = 1
    rows = np.repeat(np.array(rows), weights, axis=0)
    weighted = estimate_survival(durations, ended, entry, weights=weights)
    copied = estimate_survival(rows[:, 0], rows[:, 1], rows[:, 2])
    for time in copied.times:
        assert weighted.at(time) == pytest.approx(copied.at(time), abs=1e-12)


def test_conditional_start_after_small_risk_sets():
    """One early death among two late entrants does not send the curve to 0."""
    entry = np.concatenate([[1.0, 2.0], np.full(30, 5.0)])
    durations = np.concatenate([[3.0, 4.0], np.arange(6.0, 36.0)])
    curve = estimate_survival(durations, np.ones(32), entry)
    later = curve.from_at_risk(20)
    assert curve.at(10) == 0
    assert (later.times[0], later.n, later.at(10)) == (5.0, 30, pytest.approx(25 / 30))
    assert later.at_risk[1] == 30


@pytest.mark.parametrize(
    ("durations", "entry", "words"),
    [
        ([1, 2], [1, 1], "enter no sooner"),
        ([-1, 2], None, "negative or missing duration"),
        ([np.nan, 2], None, "negative or missing duration"),
        ([-0.5, 2], None, "negative or missing duration"),
        ([1, 2], [-0.5, 0], "negative or missing duration"),
        ([1, 2, 3], None, "differ in length"),
        ([], None, "no lifetimes"),
    ],
)
def test_impossible_lifetimes_are_refused(durations, entry, words):
    """An entry at the duration would silently send S to 0; others are plain wrong."""
    with pytest.raises(ShequnError, match=words):
        estimate_survival(durations, [True] * min(len(durations), 2), entry)


def test_survival_beyond_follow_up_is_refused():
    """The curve ends with the last lifetime unless all have ended."""
    curve = estimate_survival([1, 5], [True, False])
    with pytest.raises(NotIdentifiableError, match="outside the observed ages"):
        curve.at(6)
    assert estimate_survival([1, 5], [True, True]).at(6) == 0
    assert estimate_survival([1, 5, 5], [True, False, False]).median == np.inf


def test_plain_limits_stay_in_bounds():
    """A probability's limits are probabilities."""
    curve = estimate_survival(np.arange(1.0, 11.0), np.ones(10))
    ends = [curve.interval(t, scale="plain") for t in (1, 9)]
    assert ends[0].high == 1
    assert ends[1].low == 0


HALF = {
    "plain": (0.5 - 1.959964 * 0.25, 0.5 + 1.959964 * 0.25),
    "log": (0.5 * math.exp(-1.959964 * 0.5), 1.0),
    "loglog": tuple(0.5 ** math.exp(s * 1.959964 * 0.5 / math.log(2)) for s in (1, -1)),
}


@pytest.mark.parametrize("scale", HALF)
def test_greenwoods_limits_by_hand(scale):
    """Two of four have ended: var(log S) is 1/(4·3) + 1/(3·2), a quarter."""
    curve = estimate_survival([1, 2, 3, 4], [True] * 4)
    found = curve.interval(2, scale=scale)
    both = [limits[2] for limits in curve.limits(0.95, scale)]
    assert (found.low, found.high) == pytest.approx(HALF[scale], abs=1e-6)
    assert both == pytest.approx(HALF[scale], abs=1e-6)
    assert (found.n, found.clusters, found.level) == (4, 4, 0.95)


@pytest.mark.parametrize("entry", [[0, 2.0], [0, 2.5]])
def test_which_lifetime_is_wrong_is_reported(entry):
    """The first faulty row is named, and how many there are."""
    with pytest.raises(
        ShequnError, match="1 of 2 lifetimes enter no sooner"
    ) as refused:
        estimate_survival([1, 2], [1, 1], entry)
    assert refused.value.where == "durations, row 1"


def test_censored_rows_leave_the_risk_set():
    """Of thirty watched, one is lost before another comes: never 31 at once."""
    entry = np.r_[np.zeros(30), 5.0]
    curve = estimate_survival(np.r_[2.0, np.arange(9.0, 39.0)], [0] + [1] * 30, entry)
    with pytest.raises(NotIdentifiableError, match="never 31 at risk"):
        curve.from_at_risk(31)


def test_time_differences_are_days():
    """A timedelta was read as nanoseconds."""
    days = pd.to_timedelta([1, 2], unit="D")
    curve = estimate_survival(days, [True, False])
    assert curve.times.tolist() == [0, 1, 2]
    late = estimate_survival([3.0, 4.0], [True, False], entry=days)
    assert late.times.tolist() == [0, 1, 2, 3, 4]


def test_an_interval_before_the_first_end_is_that_of_the_frame():
    """The frame had 1 to 1, the interval had no numbers."""
    curve = estimate_survival([5.0, 6.0, 7.0], [False, False, True])
    row = curve.to_frame().query("days <= 5").iloc[-1]
    found = curve.interval(5.0)
    assert (found.low, found.high) == (row["lower"], row["upper"]) == (1.0, 1.0)
