"""Pooling corpora."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from helpers.errors import NotIdentifiableError
from helpers.inference import combine_estimates, compute_exact_interval
from helpers.survival.interval import Interval, Wald


def parts(effects, errors, scale="identity"):
    """Return intervals with given effects and errors on a scale."""
    inverse = {"identity": float, "log": math.exp}[scale]
    return [
        Interval.of(inverse(e), Wald(inverse(e), s, scale), method="", n=10, clusters=5)
        for e, s in zip(effects, errors, strict=True)
    ]


@settings(max_examples=30)
@given(
    st.lists(  # statsmodels overflows where effects differ by next to nothing
        st.tuples(st.integers(-200, 200).map(lambda n: n / 100), st.floats(0.05, 1)),
        min_size=5,
        max_size=12,
    )
)
def test_pooled_mean_equals_statsmodels(found):
    """Mean, Hartung–Knapp error and weights by another route (Paule–Mandel)."""
    effects, errors = map(np.array, zip(*found, strict=True))
    ours = combine_estimates(parts(effects, errors), "identity")
    with np.errstate(divide="ignore"):  # its I² divides by 0 where all agree
        theirs = combine_effects(effects, errors**2, method_re="iterated", use_t=True)
    assert ours.tau**2 == pytest.approx(theirs.tau2, abs=1e-4)
    if ours.tau > 0:
        assert ours.mean.estimate == pytest.approx(theirs.mean_effect_re, abs=1e-3)
        assert ours.mean.se == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-3)
    assert sum(ours.weights) == pytest.approx(1)


def test_equal_weights_are_a_t_interval():
    """With equal errors it is the plain mean with the plain t interval."""
    effects = [0.1, 0.3, 0.2, 0.6, 0.4]
    found = combine_estimates(parts(effects, [0.1] * 5, "log"), "log")
    low, high = stats.t.interval(0.95, 4, np.mean(effects), stats.sem(effects))
    assert found.mean.estimate == pytest.approx(math.exp(0.32))
    assert (found.mean.low, found.mean.high) == pytest.approx(
        (math.exp(low), math.exp(high))
    )


def test_equal_estimates_have_no_between_variance():
    """Estimates closer than their errors allow have tau 0."""
    assert (
        combine_estimates(
            parts([0.1, 0.11, 0.12, 0.1, 0.13], [0.5] * 5), "identity"
        ).tau
        == 0
    )


def test_prediction_interval_is_wider_than_the_mean_interval():
    """The next corpus is less certain than the mean."""
    found = combine_estimates(parts([0.0, 1.0, 2.0, 3.0, 4.0], [0.1] * 5), "identity")
    assert found.prediction.low < found.mean.low
    assert found.prediction.high > found.mean.high
    reach = stats.t.ppf(0.975, 3) * (found.tau**2 + found.mean.se**2) ** 0.5
    assert found.prediction.high - found.mean.estimate == pytest.approx(reach)


@pytest.mark.parametrize(("k", "rule"), [(1, "single"), (4, "listed"), (5, "pooled")])
def test_fewer_than_five_estimates_are_not_pooled(k, rule):
    """No pooled number below five; every part is given at its wider level."""
    found = combine_estimates(
        [compute_exact_interval(5 + i, 50) for i in range(k)], "cloglog"
    )
    assert (found.rule, found.k, found.mean is None) == (rule, k, k < 5)
    assert {part.level for part in found.widened} == {1 - 0.05 / k}


def test_a_corpus_without_survivors_can_be_pooled():
    """All of 30 dead is finite on the cloglog scale."""
    found = combine_estimates(
        [compute_exact_interval(x, 30) for x in (30, 25, 28, 20, 27)], "cloglog"
    )
    assert 20 / 30 < found.mean.estimate < 1
    assert found.mean.high < 1


def test_pooled_interval_covers_the_true_mean():
    """With six corpora and real differences, t(5) covers about 95 %."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        errors = rng.uniform(0.1, 0.4, 6)
        effects = rng.normal(0, np.hypot(0.3, errors))
        mean = combine_estimates(parts(effects, errors), "identity").mean
        hits += mean.low <= 0 <= mean.high
    assert 275 <= hits <= 297


def test_combining_no_estimates_is_an_error():
    """No corpus past its gate is an error, not a number."""
    with pytest.raises(NotIdentifiableError, match="no estimate"):
        combine_estimates([], "log")
