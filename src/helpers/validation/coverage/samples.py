"""Samples with known truth for the simplest estimators."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from helpers.arrays import Bools, Floats
from helpers.inference import clopper_pearson
from helpers.survival import Interval, Lifetimes
from helpers.survival.interval import ScaleName, Wald

REPLICATES = 400  # bootstrap samples: enough for an error, few enough for thousands
MEAN_LIFE = 200.0
CLUSTERS, SPREAD = 20, 0.5  # of logits of shares between clusters
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)


def lives_of(life: Floats, watched: Floats) -> Lifetimes:
    """Return lifetimes of one network's groups, each its own unit."""
    n = len(life)
    nothing = np.zeros(n, bool)
    return Lifetimes(
        group=np.arange(n),
        durations=np.minimum(life, watched),
        ended=life <= watched,
        entry=np.zeros(n),
        potential=watched,
        last_age=np.minimum(life, watched),
        waited=np.zeros(n),
        slow=nothing,
        never_active=nothing,
        revived=nothing,
        network=np.full(n, "one", object),
        batch=np.full(n, "one", object),
        listed=n,
        born_late=0,
        gone_before_entry=0,
        definition="drawn",
    )


def arms_of_lives(
    hazard_ratio: float, n: int, rng: np.random.Generator
) -> tuple[Lifetimes, Bools, Floats]:
    """Return exponential lives of two arms, who is exposed, and the uncensored lives.

    The unexposed live for 200 days in the mean; all are watched for 100 to 900.
    """
    exposed = np.arange(n) % 2 == 0
    life = rng.exponential(MEAN_LIFE / np.where(exposed, hazard_ratio, 1.0))
    return lives_of(life, rng.uniform(100.0, 900.0, n)), exposed, life


@cache
def hazard_for_mean_ratio(ratio: float, horizon: float) -> float:
    """Return the hazard ratio of exponential lives with a ratio of restricted means.

    >>> round(hazard_for_mean_ratio(1.0, 365.0), 6)
    1.0
    """

    def mean(hazard: float) -> float:
        life = MEAN_LIFE / hazard
        return float(-life * np.expm1(-horizon / life))

    return float(brentq(lambda h: mean(h) / mean(1.0) - ratio, 1e-3, 1e3))


def clustered(
    share: float, n: int, rng: np.random.Generator
) -> tuple[Bools, npt.NDArray[np.int64]]:
    """Return a yes or no for each group, and the cluster it is in; clusters differ."""
    cluster = np.arange(n) % CLUSTERS
    logit = _centre(share) + SPREAD * rng.standard_normal(CLUSTERS)
    return rng.random(n) < 1 / (1 + np.exp(-logit[cluster])), cluster


@cache
def _centre(share: float) -> float:
    """Return the mean logit at which the mean share over clusters is as asked."""

    def mean(logit: float) -> float:
        shares = 1 / (1 + np.exp(-(logit + SPREAD * NODES)))
        return float(WEIGHTS @ shares / WEIGHTS.sum())

    return float(brentq(lambda logit: mean(logit) - share, -20, 20))


def counts_of_two_windows(
    ratio: float, n: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return counts of each group in two windows; busy groups stay busy."""
    pace = 10 * np.exp(0.5 * rng.standard_normal(n))
    change = np.exp(0.5 * rng.standard_normal(n) - 0.125)  # of mean one
    first, second = rng.poisson(pace), rng.poisson(ratio * pace * change)
    return first.astype(np.float64), second.astype(np.float64)


def plain_share(true: Bools) -> Interval:
    """Return the exact interval of a share of independent groups."""
    return clopper_pearson(int(true.sum()), len(true))


def wald(estimate: float, error: float, n: int, scale: ScaleName = "log") -> Interval:
    """Return an estimate with a normal interval on a scale."""
    limits = Wald(estimate, error, scale)
    return Interval.of(estimate, limits, method=scale, n=n, clusters=n)
