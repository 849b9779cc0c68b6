"""Ratios and differences of two arms, two periods, or per step of an exposure.

Whole clusters are drawn or summed: one network's groups, one group's days, one week.

Wooldridge (1999), J. Econometrics 90, 77–97, on counts within units; Efron (1977), JASA
72, 557–565, on ties; Bence (1995), Ecology 76, 628–639, on short series.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.group_lives.evidence import require_at_least
from helpers.survival.bootstrap import Clusters, bootstrap_statistic, cluster_by_label
from helpers.survival.interval import Interval, ScaleName, Wald

STEPS, CLOSE, NEAR = 200, 1e-9, 1e-6
HOPELESS = 10.0  # standard error of a log ratio: a cell is all but empty


def compare_means(
    values: npt.ArrayLike,
    exposed: npt.ArrayLike,
    clusters: Clusters,
    exposure: npt.ArrayLike | None = None,
    *,
    scale: ScaleName = "log",
) -> Interval:
    """Estimate the ratio of means (or rates per `exposure`) of two arms.

    With scale ``identity`` it is their difference.

    >>> arms = [1, 0] * 20
    >>> rows = cluster_by_label(range(40))
    >>> compare_means([6, 3, 2, 1] * 10, arms, rows).estimate
    2.0
    """
    y, side = np.asarray(values, np.float64), np.asarray(exposed, np.float64)
    base = np.ones(len(y)) if exposure is None else np.asarray(exposure, np.float64)
    table = np.column_stack([y * side, base * side, y * (1 - side), base * (1 - side)])

    def compare(weights: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            top, of, other, of_other = (weights @ table).T
            first, second = top / of, other / of_other
            value: Floats = first / second if scale == "log" else first - second
        return value

    return bootstrap_statistic(compare, clusters, scale)


def estimate_slope(
    values: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Interval:
    """Estimate the coefficient of the first exposure in a linear regression.

    A constant is added; columns that never vary are dropped.

    >>> x = pd.DataFrame({"x": [1.0, 0.0] * 10})
    >>> rows = cluster_by_label(range(20))
    >>> round(estimate_slope([3, 1, 5, 1] * 5, x, rows).estimate)
    3
    """
    varies = exposures.max() > exposures.min()
    varies.iloc[0] = True
    x = exposures.loc[:, varies].to_numpy(np.float64)
    design = np.column_stack([np.ones(len(x)), x])
    require_full_rank(design)
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 - slow

    fit = OLS(np.asarray(values, np.float64), design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters.codes}
    )
    value, error = float(fit.params[1]), float(fit.bse[1])
    if not (np.isfinite(value) and error > 0):
        raise UndeterminedError("the data do not determine it", where="linear model")
    return build_interval(
        value, error, "identity", k=clusters.count, n=len(x), how="linear"
    )


def estimate_odds_ratio(
    outcome: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Interval:
    """Estimate the odds ratio of the first exposure by logistic regression."""
    x = exposures.to_numpy(np.float64)
    design = np.column_stack([np.ones(len(x)), x])
    require_full_rank(design)
    divided = UndeterminedError("exposures divide yes from no", where="odds")
    within = {"groups": clusters.codes}
    fit = fit_logit(outcome, design, divided, cov_type="cluster", cov_kwds=within)
    value, error_ = float(fit.params[1]), float(fit.bse[1])
    if not (np.isfinite(value) and 0 < error_ < HOPELESS):
        raise UndeterminedError("the data do not determine the odds", where="odds")
    return build_interval(
        value, error_, "log", k=clusters.count, n=len(x), how="logistic"
    )


def require_full_rank(design: Floats) -> None:
    """Raise unless the columns of a design are linearly independent."""
    scaled = design / np.maximum(np.abs(design).max(axis=0, initial=0.0), CLOSE)
    if len(design) == 0 or np.linalg.matrix_rank(scaled) < design.shape[1]:
        raise UndeterminedError("an exposure does not vary or repeats others")


def build_interval(
    value: float, error: float, scale: ScaleName, *, k: int, n: int, how: str
) -> Interval:
    """Return an interval of t(K − 1) for K clusters; a log coefficient as a ratio."""
    estimate = float(np.exp(value)) if scale == "log" else value
    rule = Wald(estimate, error, scale, k - 1)
    method = f"{how}, {k} clusters, t({k - 1})"
    return Interval.of(estimate, rule, method=method, n=n, clusters=k)


def fit_within(
    counts: npt.ArrayLike,
    exposures: pd.DataFrame,
    unit: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Estimate how many times as many counts go with one more of the first exposure.

    A Poisson mean with an effect for each unit, by conditional likelihood; units
    without a count say nothing. Errors are sandwiches over clusters.
    """
    y, x = np.asarray(counts, np.float64), exposures.to_numpy(np.float64)
    codes = pd.factorize(np.asarray(unit))[0]
    total = np.bincount(codes, y)[codes]

    def evaluate(beta: Floats) -> tuple[Floats, Floats]:
        raw = np.exp(np.clip((x - x.mean(axis=0)) @ beta, -30, 30))
        share = raw / np.bincount(codes, raw)[codes]
        centre = [np.bincount(codes, share * column)[codes] for column in x.T]
        deviations = x - np.column_stack(centre)
        score: Floats = deviations * (y - total * share)[:, None]
        return score, (deviations.T * (total * share)) @ deviations

    beta, score, information = climb(evaluate, np.zeros(x.shape[1]))
    error = float(np.sqrt(clusters.sandwich(information, score)[0, 0]))
    value = float(beta[0])
    if not CLOSE * (1 + abs(value)) < error < HOPELESS:
        raise UndeterminedError("the counts do not determine it", where="counts")
    how = "Poisson mean within units"
    return build_interval(value, error, "log", k=clusters.count, n=len(y), how=how)


def climb(
    evaluate: Callable[[Floats], tuple[Floats, Floats]], beta: Floats
) -> tuple[Floats, Floats, Floats]:
    """Climb to the top of a likelihood by Newton's steps, none longer than 2."""
    for _ in range(STEPS):
        score, information = evaluate(beta)
        try:
            step: Floats = np.linalg.solve(information, score.sum(axis=0))
        except np.linalg.LinAlgError as error:
            raise UndeterminedError(
                "an exposure repeats others", where="counts"
            ) from error
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(longest, CLOSE))
        if longest < CLOSE:
            break
    if not longest < NEAR:
        raise UndeterminedError("the fit does not converge", where="counts")
    return beta, score, information


def estimate_stratified_ratio(
    at_risk: npt.ArrayLike, ended: npt.ArrayLike, clusters: Clusters
) -> Interval:
    """Estimate a Cox hazard ratio within strata from counts at risk and of events.

    >>> n, d = np.tile([[100, 100]], (20, 1)), np.tile([[10, 10]], (20, 1))
    >>> estimate_stratified_ratio(n, d, cluster_by_label(range(20))).estimate
    1.0
    """
    risk, ends = np.asarray(at_risk, np.float64), np.asarray(ended, np.float64)
    n_ends = ends.sum(axis=1).astype(int)
    stratum = np.repeat(np.arange(len(n_ends)), n_ends)
    nth = np.arange(len(stratum)) - np.repeat(np.cumsum(n_ends) - n_ends, n_ends)
    tied = nth / np.maximum(n_ends, 1)[stratum]
    left = risk[stratum] - ends[stratum] * tied[:, None]
    log_ratio, score, information = 0.0, np.zeros(len(risk)), 0.0
    for _ in range(STEPS):
        exposed = left[:, 1] * np.exp(log_ratio)
        share = exposed / (exposed + left[:, 0])
        score = ends[:, 1] - np.bincount(stratum, share, minlength=len(n_ends))
        information = float((share * (1 - share)).sum())
        if not information > 0:
            raise NotIdentifiableError("no stratum compares the arms", where="strata")
        step = float(score.sum()) / information
        log_ratio += float(np.clip(step, -1, 1))
        if abs(step) < CLOSE / 10:
            break
    else:
        raise NotIdentifiableError("all events are in one arm", where="strata")
    k = clusters.count
    sums = np.bincount(clusters.codes, score, minlength=k)
    error = float(np.sqrt(np.sum(sums**2) * k / (k - 1))) / information
    how, n = "Cox within strata", int(risk.sum())
    return build_interval(log_ratio, error, "log", k=clusters.count, n=n, how=how)


def compute_paired_difference(first: int, second: int, pairs: int) -> Interval:
    """Compute the difference of two shares in matched pairs.

    >>> print(compute_paired_difference(30, 10, 200))
    0.1 [0.0396, 0.16]
    """
    require_at_least(first + second, 1, "pairs that differ")
    value = (first - second) / pairs
    error = float(np.sqrt((first + second) / pairs - value**2) / np.sqrt(pairs))
    rule = Wald(value, error, "identity")
    return Interval.of(value, rule, method="pairs", n=2 * pairs, clusters=pairs)


def estimate_ratio_of_blocks(rows: pd.DataFrame, part: str, of: str = "") -> Interval:
    """Estimate a rate ratio of treated to control units, resampling blocks."""
    blocks = cluster_by_label(rows["block"])
    base = rows[of] if of else None
    return compare_means(rows[part], rows["treated"], blocks, base)


def fit_logit(
    outcome: npt.ArrayLike, design: Floats, divided: Exception, **options: object
) -> Any:  # noqa: ANN401 - statsmodels'
    """Fit a logistic regression; raise an error if exposures divide yes from no."""
    from statsmodels.genmod import families, generalized_linear_model  # noqa: PLC0415 - slow
    from statsmodels.tools import sm_exceptions as odd  # noqa: PLC0415 - slow

    told, family = np.asarray(outcome, float), families.Binomial()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", odd.PerfectSeparationWarning)
            return generalized_linear_model.GLM(told, design, family).fit(**options)
    except (odd.PerfectSeparationError, odd.PerfectSeparationWarning) as error:
        raise divided from error


def estimate_rate_ratio_in_cells(
    rows: pd.DataFrame, exposed: pd.Series[bool], strata: Sequence[str], events: str
) -> Interval:
    """Estimate the ratio of event rates of exposed to other days, within strata.

    Rows are cells of ``days``; each level of a stratum has a constant hazard, and
    levels without an event are left out.
    """
    used = rows.assign(exposed=exposed.astype(float))
    for name in strata:
        used = used[used.groupby(name)[events].transform("sum") > 0]
    dummies = [
        pd.get_dummies(used[name], drop_first=True, dtype=float) for name in strata
    ]
    design = pd.concat([used[["exposed"]].assign(mean=1.0), *dummies], axis=1)
    x: Floats = design.to_numpy(float)
    require_full_rank(x)
    offset = np.log(used["days"].to_numpy(float))
    from statsmodels.genmod import families, generalized_linear_model  # noqa: PLC0415 - slow

    counts, family = used[events].to_numpy(float), families.Poisson()
    fit = generalized_linear_model.GLM(counts, x, family, offset=offset).fit(tol=1e-8)
    value, error = float(fit.params[0]), float(fit.bse[0])
    if not (fit.converged and 0 < error < HOPELESS):
        raise UndeterminedError("the counts do not determine it", where="cells")
    ratio, n = float(np.exp(value)), int(used[events].sum())
    how = "piecewise constant hazard"
    return Interval.of(ratio, Wald(ratio, error, "log"), method=how, n=n, clusters=n)
