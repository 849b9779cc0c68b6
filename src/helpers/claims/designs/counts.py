"""Later counts regressed on earlier ones: a negative binomial mean with a log link.

Errors are sandwiches over clusters with t(K − 1), so the variance need not be right.

References
----------
Gourieroux, Monfort and Trognon (1984), Econometrica 52, 701–720.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special

from helpers.arrays import Floats
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import Wald

STEPS, CLOSE, NEAR = 200, 1e-9, 1e-6
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
        k = self.clusters
        rule = Wald(float(np.exp(value)), error, "log", k - 1)
        method = f"negative binomial mean, {k} clusters, t({k - 1})"
        return Interval.of(rule.estimate, rule, method=method, n=self.n, clusters=k)


def fit_counts(
    counts: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Counts:
    """Regress counts on covariates by a negative binomial model, with robust errors.

    Parameters
    ----------
    counts : shape (n,)
    exposures : shape (n, coefficients)
        Numbers, in named columns; a constant is added.

    Examples
    --------
    >>> from helpers.inference import cluster_by_label
    >>> x = pd.DataFrame({"x": [0.0, 1.0] * 10})
    >>> fit = fit_counts([2, 4, 4, 8] * 5, x, cluster_by_label(range(20)))
    >>> round(fit.ratio(x=1.0).estimate, 6)
    2.0
    """
    y = np.asarray(counts, np.float64)
    x = np.column_stack([np.ones(len(y)), exposures.to_numpy(np.float64)])
    largest = np.abs(x).max(axis=0, initial=CLOSE)
    if len(x) == 0 or np.linalg.matrix_rank(x / largest) < x.shape[1]:
        raise UndeterminedError("a covariate does not vary or repeats others")
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(max(y.mean(), CLOSE))
    spread = 0.0
    for _ in range(STEPS):
        beta, information, score = _fit_mean(y, x, beta, spread)
        dispersion = _estimate_dispersion(y, _compute_mean(x, beta))
        if abs(dispersion - spread) < CLOSE * (1 + spread):
            break
        spread = dispersion
    names = ("constant", *map(str, exposures.columns))
    covariance = clusters.sandwich(information, score)
    return Counts(names, beta, covariance, len(y), clusters.count)


def _compute_mean(x: Floats, beta: Floats) -> Floats:
    mean: Floats = np.exp(np.clip(x @ beta, -30, 30))
    return mean


def _fit_mean(
    y: Floats, x: Floats, beta: Floats, spread: float
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, information and scores at a given dispersion."""
    for _ in range(STEPS):
        mean = _compute_mean(x, beta)
        weight = 1 / (1 + spread * mean)
        score = x * ((y - mean) * weight)[:, None]
        information = (x.T * (mean * weight)) @ x
        try:
            step: Floats = np.linalg.solve(information, score.sum(axis=0))
        except np.linalg.LinAlgError as error:
            raise UndeterminedError(
                "the data do not determine the effects", where="counts"
            ) from error
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), CLOSE))
        if np.abs(step).max() < CLOSE:
            break
    if not np.abs(step).max() < NEAR:
        raise UndeterminedError("the fit does not converge", where="counts")
    return beta, information, score


def _estimate_dispersion(y: Floats, mean: Floats) -> float:
    """Estimate the dispersion by maximum likelihood; 0 is Poisson."""

    def unlikely(log_dispersion: float) -> float:
        size = np.exp(-log_dispersion)
        log_coefficients = special.gammaln(y + size) - special.gammaln(size)
        log_likelihoods = (
            log_coefficients
            + y * np.log(mean / (mean + size))
            - size * np.log1p(mean / size)
        )
        return -float(np.sum(log_likelihoods))

    optimum = optimize.minimize_scalar(
        unlikely, bounds=DISPERSIONS, method="bounded", options={"xatol": CLOSE}
    )
    return float(np.exp(optimum.x))
