"""Regress later counts on earlier counts, between groups or within them.

Between groups a negative binomial mean (log link), within them a Poisson one with an
effect for each unit; errors are sandwiches over clusters with t(K − 1), so neither
variance has to be right.

References
----------
Gourieroux, Monfort and Trognon (1984), Econometrica 52, 701–720; Wooldridge (1999),
J. Econometrics 90, 77–97.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from helpers.arrays import Floats, Ints
from helpers.claims.designs.separation import check_counts
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import ScaleName, Wald
from helpers.wording import say

STEPS, CLOSE, NEAR = 200, 1e-9, 1e-6
DISPERSIONS = (-14.0, 2.5)  # logs: from all but Poisson to twelve


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """Coefficients of a log-linear count model with their covariance.

    Attributes
    ----------
    estimates, covariance
        Of the coefficients, in the order of `names`.
    n, clusters
        Rows, and independent units among them.
    method
        In words.
    """

    names: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    n: int
    clusters: int
    method: str

    def ratio(self, name: str) -> Interval:
        """Return the multiplicative effect on the mean per unit of a covariate."""
        return self._of(self._weights({name: 1.0}), "log")

    def coefficient(self, name: str) -> Interval:
        """Return a coefficient of the model, such as an elasticity."""
        return self._of(self._weights({name: 1.0}), "identity")

    def difference(self, first: str, second: str) -> Interval:
        """Return the difference of two coefficients, with its interval."""
        return self._of(self._weights({first: 1.0, second: -1.0}), "identity")

    def quotient(self, top: str, bottom: str) -> Interval:
        """Return the quotient of two coefficients, with Fieller's interval.

        Where the interval of the second contains 0 the quotient may be anything.
        """
        at = [self.names.index(name) for name in (top, bottom)]
        rule = _Fieller(
            tuple(self.estimates[at]),
            self.covariance[np.ix_(at, at)],
            self.clusters - 1,
        )
        return Interval.of(
            float(self.estimates[at[0]] / self.estimates[at[1]]), rule,
            method=f"{self.method}, Fieller", n=self.n, clusters=self.clusters,
        )  # fmt: skip

    def _weights(self, weights: dict[str, float]) -> Floats:
        return np.array([weights.get(name, 0.0) for name in self.names])

    def _of(self, weights: Floats, scale: ScaleName) -> Interval:
        value = float(weights @ self.estimates)
        error = float(np.sqrt(weights @ self.covariance @ weights))
        if not error > CLOSE * (1 + abs(value)):  # also if it is not a number
            raise UndeterminedError(say("the counts do not vary"), where="counts")
        estimate = float(np.exp(value)) if scale == "log" else value
        rule = Wald(estimate, error, scale, self.clusters - 1)
        return Interval.of(
            estimate, rule, method=self.method, n=self.n, clusters=self.clusters
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Fieller:
    """Fieller limits for a quotient of two correlated estimates."""

    estimates: tuple[float, ...]
    covariance: Floats
    df: int

    def __call__(self, level: float) -> tuple[float, float]:
        """Return Fieller's limits; infinite if the denominator may be 0."""
        t = float(stats.t.ppf((1 + level) / 2, self.df)) ** 2
        top, bottom = self.estimates
        (v, c), (_, w) = self.covariance
        a, b, d = bottom**2 - t * w, top * bottom - t * c, top**2 - t * v
        if a <= 0:
            return -np.inf, np.inf
        root = float(np.sqrt(max(b**2 - a * d, 0.0)))
        return (b - root) / a, (b + root) / a

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the quotient on a scale and its standard error (delta method)."""
        top, bottom = self.estimates
        slope = np.array([1 / bottom, -top / bottom**2])
        error = float(np.sqrt(slope @ self.covariance @ slope))
        return Wald(top / bottom, error, "identity").on_scale(scale)


def compare_kinds(
    counts: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Counts:
    """Regress counts on covariates by a negative binomial model, with robust errors.

    Parameters
    ----------
    counts : shape (n,)
    exposures : shape (n, coefficients)
        Numbers, in named columns; a constant is added.

    Raises
    ------
    UndeterminedError
        If the effects are not determined: separation, no variation, no convergence.
    """
    y = np.asarray(counts, np.float64)
    x = np.column_stack([np.ones(len(y)), exposures.to_numpy(np.float64)])
    check_counts(y, x)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(max(y.mean(), CLOSE))
    spread = 0.0
    for _ in range(STEPS):
        beta, information, score = _compute_scores(y, x, beta, spread)
        dispersion = _estimate_dispersion(y, _estimate_mean(x, beta))
        if abs(dispersion - spread) < CLOSE * (1 + spread):
            break
        spread = dispersion
    names = ("constant", *map(str, exposures.columns))
    covariance = clusters.sandwich(information, score)
    method = f"negative binomial mean, {clusters.count} clusters"
    return Counts(names, beta, covariance, len(y), clusters.count, method)


def _estimate_mean(x: Floats, beta: Floats) -> Floats:
    mean: Floats = np.exp(np.clip(x @ beta, -30, 30))
    return mean


def _compute_scores(
    y: Floats, x: Floats, beta: Floats, spread: float
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, information and scores at a given dispersion."""
    for _ in range(STEPS):
        mean = _estimate_mean(x, beta)
        weight = 1 / (1 + spread * mean)
        score = x * ((y - mean) * weight)[:, None]
        information = (x.T * (mean * weight)) @ x
        step = _solve_system(information, score.sum(axis=0))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), CLOSE))
        if np.abs(step).max() < CLOSE:
            break
    _check_converged(step)
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


def fit_within(
    counts: npt.ArrayLike,
    exposures: pd.DataFrame,
    unit: npt.ArrayLike,
    clusters: Clusters,
) -> Counts:
    """Fit a fixed-effects Poisson regression by conditional likelihood.

    Units without a count say nothing and drop out.

    Parameters
    ----------
    counts, unit : shape (n,)
    exposures : shape (n, coefficients)
    clusters
        Of the rows; a unit lies in one cluster.

    Raises
    ------
    UndeterminedError
        If the effects are not determined: separation, no variation, no convergence.
    """
    y, x = np.asarray(counts, np.float64), exposures.to_numpy(np.float64)
    codes = pd.factorize(np.asarray(unit))[0]
    total = np.bincount(codes, y)[codes]
    _check_within(y, x, codes)
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        raw = np.exp(np.clip((x - x.mean(axis=0)) @ beta, -30, 30))
        share = raw / np.bincount(codes, raw)[codes]
        centre = np.column_stack(
            [np.bincount(codes, share * column)[codes] for column in x.T]
        )
        deviations = x - centre
        score = deviations * (y - total * share)[:, None]
        information = (deviations.T * (total * share)) @ deviations
        step = _solve_system(information, score.sum(axis=0))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), CLOSE))
        if np.abs(step).max() < CLOSE:
            break
    _check_converged(step)
    covariance = clusters.sandwich(information, score)
    method = f"Poisson mean within units, {clusters.count} clusters"
    names = tuple(map(str, exposures.columns))
    return Counts(names, beta, covariance, len(y), clusters.count, method)


def _check_within(y: Floats, x: Floats, codes: Ints) -> None:
    """Raise if unit effects and exposures separate the counts completely."""
    counted = np.flatnonzero(y > 0)
    units, first = np.unique(codes[counted], return_index=True)
    reference = np.full(codes.max(initial=-1) + 1, -1)
    reference[units] = counted[first]
    rows = reference[codes] >= 0
    check_counts(y[rows], x[rows] - x[reference[codes[rows]]])


def _check_converged(step: Floats) -> None:
    if not np.abs(step).max() < NEAR:
        raise UndeterminedError(say("the fit does not converge"), where="counts")


def _solve_system(information: Floats, score: Floats) -> Floats:
    try:
        step: Floats = np.linalg.solve(information, score).astype(np.float64)
    except np.linalg.LinAlgError as error:
        raise _make_undetermined_error() from error
    if not np.isfinite(step).all():
        raise _make_undetermined_error()
    return step


def _make_undetermined_error() -> UndeterminedError:
    return UndeterminedError(
        say("the data do not determine the effects"), where="counts"
    )
