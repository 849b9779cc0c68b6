"""Simulate samples with a given true value for the simplest estimators."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from helpers.arrays import Bools, Floats
from helpers.inference import compute_exact_interval
from helpers.survival import Interval, Lifetimes
from helpers.survival.interval import ScaleName, Wald

REPLICATES = 400  # bootstrap samples: enough for an error, few enough for thousands
MEAN_LIFE = 200.0
CLUSTERS, SPREAD = 20, 0.5  # of logits of shares between clusters
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)


def build_lifetimes(life: Floats, watched: Floats) -> Lifetimes:
    """Build lifetimes of independent groups from true lives and follow-up."""
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


def simulate_arms(
    hazard_ratio: float, n: int, rng: np.random.Generator
) -> tuple[Lifetimes, Bools, Floats]:
    """Simulate exponential lifetimes of two arms with a given hazard ratio.

    The unexposed live for 200 days in the mean; all are watched for 100 to 900.
    """
    exposed = np.arange(n) % 2 == 0
    life = rng.exponential(MEAN_LIFE / np.where(exposed, hazard_ratio, 1.0))
    return build_lifetimes(life, rng.uniform(100.0, 900.0, n)), exposed, life


@cache
def compute_hazard_for_mean_ratio(ratio: float, horizon: float) -> float:
    """Find the hazard ratio that implies a given ratio of restricted mean lifetimes.

    >>> round(compute_hazard_for_mean_ratio(1.0, 365.0), 6)
    1.0
    """

    def mean(hazard: float) -> float:
        life = MEAN_LIFE / hazard
        return float(-life * np.expm1(-horizon / life))

    return float(brentq(lambda h: mean(h) / mean(1.0) - ratio, 1e-3, 1e3))


def simulate_clustered(
    share: float, n: int, rng: np.random.Generator
) -> tuple[Bools, npt.NDArray[np.int64]]:
    """Simulate a yes/no outcome of groups in heterogeneous clusters."""
    cluster = np.arange(n) % CLUSTERS
    logit = _find_mean_logit(share) + SPREAD * rng.standard_normal(CLUSTERS)
    return rng.random(n) < 1 / (1 + np.exp(-logit[cluster])), cluster


@cache
def _find_mean_logit(share: float) -> float:
    """Return the mean logit that yields a given mean share over clusters."""

    def mean(logit: float) -> float:
        shares = 1 / (1 + np.exp(-(logit + SPREAD * NODES)))
        return float(WEIGHTS @ shares / WEIGHTS.sum())

    return float(brentq(lambda logit: mean(logit) - share, -20, 20))


def simulate_two_windows(
    ratio: float, n: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Simulate message counts in two age windows with a rate ratio."""
    pace = 10 * np.exp(0.5 * rng.standard_normal(n))
    change = np.exp(0.5 * rng.standard_normal(n) - 0.125)  # of mean one
    first, second = rng.poisson(pace), rng.poisson(ratio * pace * change)
    return first.astype(np.float64), second.astype(np.float64)


def estimate_exact_share(true: Bools) -> Interval:
    """Compute the Clopper–Pearson interval of independent outcomes."""
    return compute_exact_interval(int(true.sum()), len(true))


def build_wald_interval(
    estimate: float, error: float, n: int, scale: ScaleName = "log"
) -> Interval:
    """Build a Wald confidence interval on a given scale, such as log."""
    limits = Wald(estimate, error, scale)
    return Interval.of(estimate, limits, method=scale, n=n, clusters=n)
