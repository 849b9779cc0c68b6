"""Cox's likelihood, its slope and each row's part in it, in plain loops."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival.partial_likelihood import PartialLikelihood

BETA = np.array([0.4, -0.7])


@pytest.fixture(params=[True, False], ids=["efron", "breslow"])
def model(request):
    """Thirty rows in whole days: ties, late entries, ends at the origin."""
    rng = np.random.default_rng(11)
    entry = rng.integers(0, 4, 30) * rng.integers(0, 2, 30)
    exits = entry + rng.integers(1, 5, 30)
    exits[:2], entry[:2] = 0, 0
    ended, x = rng.random(30) < 0.7, rng.normal(size=(30, 2))
    ended[:2] = True
    return PartialLikelihood(
        exits.astype(float), ended, entry.astype(float), x, efron=request.param
    )


def steps(model):
    """Yield, for each end in a tie, the rows ending, and everybody's weight."""
    risk = np.exp(model.x @ BETA)
    for time in np.unique(model.exits[model.ended]):
        watched = (model.exits >= time) & ((model.entry < time) | (model.entry == 0))
        ending = model.ended & (model.exits == time)
        for k in range(ending.sum()):
            gone = k / ending.sum() if model.efron else 0.0
            yield ending, risk * (watched - gone * ending)


def test_likelihood_score_and_information(model):
    """Each end against the weighted mean of those at risk, one by one."""
    likelihood, score, information = 0.0, np.zeros(2), np.zeros((2, 2))
    for ending, weight in steps(model):
        mean = weight @ model.x / weight.sum()
        apart = model.x - mean
        likelihood += (model.x @ BETA)[ending].mean() - np.log(weight.sum())
        score += apart[ending].mean(axis=0)
        information += (weight[:, None] * apart).T @ apart / weight.sum()
    at = model.at(BETA)

    assert at.log_likelihood == pytest.approx(likelihood)
    assert at.score == pytest.approx(score)
    assert at.information == pytest.approx(information)


def test_each_rows_part_in_the_score(model):
    """What a row adds when it ends, less its weighted part while it is at risk."""
    parts = np.zeros((30, 2))
    for ending, weight in steps(model):
        apart = model.x - weight @ model.x / weight.sum()
        parts += ending[:, None] * apart / ending.sum()
        parts -= weight[:, None] * apart / weight.sum()

    assert model.score_residuals(BETA) == pytest.approx(parts)


def test_the_maximum_has_no_slope(model):
    """Newton's last step leaves nothing but rounding, wherever it began."""
    best = model.maximum()

    assert np.abs(best.score).max() < 1e-9
    assert best.log_likelihood > max(
        model.at(best.beta + shift).log_likelihood
        for shift in 0.01 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    )


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
def test_no_maximum_is_said(x):
    """An exposure that repeats another, or by which all end in order."""
    model = PartialLikelihood(
        np.arange(1.0, 5.0), np.ones(4, bool), np.zeros(4), np.array(x), efron=True
    )
    with pytest.raises(NotIdentifiableError, match="do not determine the effects"):
        model.maximum()
