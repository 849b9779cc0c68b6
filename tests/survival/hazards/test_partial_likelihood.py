"""Cox's likelihood, its slope and each row's part in it, in plain loops."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival.hazards.partial_likelihood import PartialLikelihood

BETA = np.array([0.4, -0.7])


@pytest.fixture(params=[True, False], ids=["efron", "breslow"])
def ties(request):
    """Efron's rule for ties, or Breslow's."""
    return request.param


@pytest.fixture(params=[False, True], ids=["plain", "weighted"])
def model(request, ties):
    """Thirty rows in whole days: ties, late entries, ends at the origin."""
    rng = np.random.default_rng(11)
    entry = rng.integers(0, 4, 30) * rng.integers(0, 2, 30)
    exits = entry + rng.integers(1, 5, 30)
    exits[:2], entry[:2] = 0, 0
    ended, x = rng.random(30) < 0.7, rng.normal(size=(30, 2))
    ended[:2] = True
    weights = rng.gamma(2, size=30) if request.param else None
    return PartialLikelihood(
        exits.astype(float), ended, entry.astype(float), x, ties, weights
    )


def each(model):
    """Return the weight of each row."""
    return np.ones(30) if model.weights is None else model.weights


def steps(model):
    """Yield, for each end in a tie, the weights ending, and everybody's hazard."""
    risk = each(model) * np.exp(model.x @ BETA)
    for time in np.unique(model.exits[model.ended]):
        watched = (model.exits >= time) & ((model.entry < time) | (model.entry == 0))
        ending = model.ended & (model.exits == time)
        for k in range(ending.sum()):
            gone = k / ending.sum() if model.efron else 0.0
            share = each(model) * ending / ending.sum()
            yield share, risk * (watched - gone * ending)


def test_likelihood_score_and_information_equal_loops(model):
    """Each end against the weighted mean of those at risk, one by one."""
    likelihood, score, information = 0.0, np.zeros(2), np.zeros((2, 2))
    for ending, weight in steps(model):
        mean = weight @ model.x / weight.sum()
        apart = model.x - mean
        likelihood += ending @ (model.x @ BETA - np.log(weight.sum()))
        score += ending @ apart
        spread = (weight[:, None] * apart).T @ apart / weight.sum()
        information += ending.sum() * spread
    at = model.at(BETA)

    assert at.log_likelihood == pytest.approx(likelihood)
    assert at.score == pytest.approx(score)
    assert at.information == pytest.approx(information)


def test_score_contribution_of_each_row_equals_a_loop(model):
    """What a row adds when it ends, less its weighted part while it is at risk."""
    parts = np.zeros((30, 2))
    for ending, weight in steps(model):
        apart = model.x - weight @ model.x / weight.sum()
        parts += ending[:, None] * apart
        parts -= ending.sum() * weight[:, None] * apart / weight.sum()

    assert model.score_residuals(BETA) == pytest.approx(parts)


def test_information_contribution_of_each_row_equals_a_loop(model):
    """How far a row's exposures lie from the mean, weighted, while it is at risk."""
    parts = np.zeros((30, 2, 2))
    for ending, weight in steps(model):
        apart = model.x - weight @ model.x / weight.sum()
        share = ending.sum() * weight / weight.sum()
        parts += share[:, None, None] * apart[:, :, None] * apart[:, None, :]

    assert model.spreads(BETA) == pytest.approx(parts)
    assert model.spreads(BETA).sum(axis=0) == pytest.approx(model.at(BETA).information)


def test_a_step_too_long_is_halved():
    """A full step from 0 would overshoot where one row lies far out."""
    x = np.array([[12.0], [0.1], [-0.1], [0.2], [-12.2]])
    ended = np.ones(5, bool)
    model = PartialLikelihood(
        np.array([2.0, 1.0, 3.0, 4.0, 5.0]), ended, np.zeros(5), x, efron=True
    )

    assert np.abs(model.maximum().score).max() < 1e-6


@pytest.mark.parametrize(
    "x",
    [
        [[1.0, 1.0], [2.0, 2.0], [0.5, 0.5], [3.0, 3.0]],
        [[4.0, 0.0], [3.0, 1.0], [2.0, 0.5], [1.0, 0.1]],
    ],
    ids=["repeats", "orders"],
)
def test_missing_likelihood_maximum_is_reported(x):
    """An exposure that repeats another, or by which all end in order."""
    model = PartialLikelihood(
        np.arange(1.0, 5.0), np.ones(4, bool), np.zeros(4), np.array(x), efron=True
    )
    with pytest.raises(NotIdentifiableError, match="do not determine the effects"):
        model.maximum()


def test_schoenfeld_residuals_add_up_to_score_and_information(model):
    """Tied ends share the mean of their steps, so that nothing is lost or doubled."""
    times, residuals, variances = model.residuals(BETA)
    at = model.at(BETA)
    assert sorted(times) == sorted(model.exits[model.ended])
    assert residuals.sum(axis=0) == pytest.approx(at.score)
    assert variances.sum(axis=0) == pytest.approx(at.information)
