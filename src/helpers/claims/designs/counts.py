"""Later counts regressed on earlier ones: a negative binomial mean with a log link.

Errors are sandwiches over clusters with t(K − 1), so the variance need not be right.

Gourieroux, Monfort and Trognon (1984), Econometrica 52, 701–720.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Floats
from helpers.claims.designs.ratios import (
    CLOSE,
    STEPS,
    build_interval,
    climb,
    require_full_rank,
)
from helpers.errors import UndeterminedError
from helpers.survival.bootstrap import Clusters
from helpers.survival.interval import Interval

DISPERSIONS = (-14.0, 2.5)  # logs: from all but Poisson to twelve


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """Coefficients of a log-linear model of counts, with their covariance."""

    names: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    n: int
    clusters: int

    def ratio(self, **weights: float) -> Interval:
        """Return the ratio of means given by a weighted sum of coefficients."""
        row = np.array([weights.get(name, 0.0) for name in self.names])
        value = float(row @ self.estimates)
        error = float(np.sqrt(row @ self.covariance @ row))
        if not error > CLOSE * (1 + abs(value)):  # also if it is not a number
            raise UndeterminedError("the counts do not vary", where="counts")
        how = "negative binomial mean"
        return build_interval(value, error, "log", k=self.clusters, n=self.n, how=how)


def fit_counts(
    counts: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Counts:
    """Regress counts on covariates by a negative binomial model, with robust errors."""
    y = np.asarray(counts, np.float64)
    x = np.column_stack([np.ones(len(y)), exposures.to_numpy(np.float64)])
    require_full_rank(x)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(max(y.mean(), CLOSE))
    spread = 0.0

    def evaluate(beta: Floats) -> tuple[Floats, Floats]:
        mean = _compute_mean(x, beta)
        weight = 1 / (1 + spread * mean)
        score: Floats = x * ((y - mean) * weight)[:, None]
        return score, (x.T * (mean * weight)) @ x

    for _ in range(STEPS):
        beta, score, information = climb(evaluate, beta)
        dispersion = _estimate_dispersion(y, _compute_mean(x, beta))
        if abs(dispersion - spread) < CLOSE * (1 + spread):
            break
        spread = dispersion
    names = ("constant", *map(str, exposures.columns))
    covariance = clusters.sandwich(information, score)
    return Counts(names, beta, covariance, len(y), clusters.count)


def _compute_mean(x: Floats, beta: Floats) -> Floats:
    return np.exp(np.clip(x @ beta, -30, 30))


def _estimate_dispersion(y: Floats, mean: Floats) -> float:
    """Estimate the dispersion by maximum likelihood; 0 is Poisson."""

    def unlikely(log_dispersion: float) -> float:
        size = np.exp(-log_dispersion)
        log_coefficients = scipy.special.gammaln(y + size) - scipy.special.gammaln(size)
        log_likelihoods = (
            log_coefficients
            + y * np.log(mean / (mean + size))
            - size * np.log1p(mean / size)
        )
        return -float(np.sum(log_likelihoods))

    optimum = scipy.optimize.minimize_scalar(
        unlikely, bounds=DISPERSIONS, method="bounded", options={"xatol": CLOSE}
    )
    return float(np.exp(optimum.x))
