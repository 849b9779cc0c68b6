"""Shapley decomposition of explained log likelihood by family of predictors.

A family's Shapley share is its gain in log likelihood averaged over all orders in which
families can be added, over the gain of all together (a logistic model of yes or no).

References
----------
Budescu (1993), Psychol. Bull. 114, 542–551.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit

from helpers.arrays import Floats

STEPS, CLOSE, RIDGE = 30, 1e-8, 1e-6
ETA = (-30.0, 4.0)  # beyond, a hazard leaves nobody and nothing changes
NEAR = 1e-6  # one more step would change a likelihood by less than rounding


def compute_shapley(gain: Callable[[tuple[int, ...]], float], n_players: int) -> Floats:
    """Compute Shapley values: average gain of each player over all orders.

    >>> compute_shapley(lambda who: float(len(who)), 3).tolist()
    [1.0, 1.0, 1.0]
    """
    players = range(n_players)
    every = [
        coalition
        for size in range(n_players + 1)
        for coalition in combinations(players, size)
    ]
    gains = {coalition: gain(coalition) for coalition in every}
    shares = np.zeros(n_players)
    for coalition in every:
        size = len(coalition)
        weight = (
            factorial(max(size - 1, 0))
            * factorial(n_players - size)
            / factorial(n_players)
        )
        for player in coalition:
            without = tuple(other for other in coalition if other != player)
            shares[player] += weight * (gains[coalition] - gains[without])
    return shares


class Gain(Protocol):
    """Interface: log-likelihood gain of a regression over a constant model."""

    def __call__(self, y: Floats, x: Floats, weight: Floats) -> float:
        """Return the log-likelihood gain for outcomes and covariates."""


def compute_family_shares(
    y: Floats, families: Sequence[Floats], weight: Floats, gain: Gain | None = None
) -> Floats:
    """Compute each family's Shapley share of the gain; NaN if there is none.

    Parameters
    ----------
    y : shape (n,)
        1 or 0.
    families
        Measures of each, of shape (n, k).
    weight : shape (n,)
    gain
        Of a model; by default `compute_logistic_gain`.
    """
    drawn = weight > 0
    ends, weights = y[drawn], weight[drawn]
    measures = [family[drawn] for family in families]

    gained = gain or compute_logistic_gain

    def of(who: tuple[int, ...]) -> float:
        x = np.hstack([np.empty((len(ends), 0)), *(measures[nth] for nth in who)])
        return gained(ends, x, weights)

    shares = compute_shapley(of, len(families))
    total = shares.sum()
    return shares / total if total > CLOSE else np.full(len(families), np.nan)


def compute_logistic_gain(y: Floats, x: Floats, weight: Floats) -> float:
    """Return the log-likelihood gain of a logistic model over a constant.

    >>> y = np.array([1.0, 0.0] * 50)
    >>> round(compute_logistic_gain(y, np.empty((100, 0)), np.ones(100)), 6)
    0.0
    """
    return _compute_gain(
        y, x, weight, _Link(_apply_logit, _compute_logistic_slopes, _log_likelihood)
    )


def compute_cloglog_gain(y: Floats, x: Floats, weight: Floats) -> float:
    """Return the log-likelihood gain of a complementary log-log model.

    It is that of a hazard constant within the time at risk.

    >>> y = np.array([1.0, 0.0] * 50)
    >>> round(compute_cloglog_gain(y, np.empty((100, 0)), np.ones(100)), 6)
    0.0
    """
    return _compute_gain(
        y,
        x,
        weight,
        _Link(_apply_cloglog, _compute_hazard_slopes, _log_hazard_likelihood),
    )


class _Link(NamedTuple):
    """The link function of a binary regression, its slopes and likelihood."""

    of: Callable[[float], float]
    slopes: Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]
    likelihood: Callable[[Floats, Floats, Floats], float]


def _compute_gain(y: Floats, x: Floats, weight: Floats, link: _Link) -> float:
    """Fit a binary regression by damped Fisher scoring; return its gain."""
    design = np.column_stack([np.ones(len(y)), x])
    share = float(np.clip((weight * y).sum() / weight.sum(), CLOSE, 1 - CLOSE))
    beta = np.zeros(design.shape[1])
    beta[0] = link.of(share)
    null = link.likelihood(y, design @ beta, weight)
    for _ in range(STEPS):
        slope, curvature = link.slopes(y, design @ beta, weight)
        bread = (design.T * curvature) @ design
        step = np.linalg.solve(bread + RIDGE * np.eye(len(beta)), design.T @ slope)
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(longest, CLOSE))
        if longest < NEAR:
            break
    return link.likelihood(y, design @ beta, weight) - null


def _apply_logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _apply_cloglog(share: float) -> float:
    return float(np.log(-np.log1p(-share)))


def _compute_logistic_slopes(
    y: Floats, eta: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    fitted = expit(eta)
    return weight * (y - fitted), weight * fitted * (1 - fitted)


def _compute_hazard_slopes(
    y: Floats, eta: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    rate = np.exp(np.clip(eta, *ETA))
    died = np.clip(-np.expm1(-rate), CLOSE, 1.0)
    return weight * rate * (y - died) / died, weight * rate**2 * np.exp(-rate) / died


def _log_hazard_likelihood(y: Floats, eta: Floats, weight: Floats) -> float:
    rate = np.exp(np.clip(eta, *ETA))
    died = np.clip(-np.expm1(-rate), CLOSE, 1.0)
    return float((weight * (y * np.log(died) - (1 - y) * rate)).sum())


def _log_likelihood(y: Floats, eta: Floats, weight: Floats) -> float:
    return float((weight * (y * eta - np.logaddexp(0, eta))).sum())
