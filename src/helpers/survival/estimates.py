"""Failure probability, mean and median lifetime with cluster bootstrap intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import (
    REPLICATES,
    Clusters,
    Draws,
    RiskSets,
    bootstrap_statistic,
    choose_clusters,
    cluster_weights,
    keep_finite,
    resample_statistic,
)
from helpers.survival.interval import (
    SCALES,
    Interval,
    Wald,
    compute_clopper_pearson,
    compute_exact_interval,
)
from helpers.survival.kaplan_meier import find_crossing
from helpers.survival.lifetimes import Lifetimes

DEGENERATE_SHARE = 0.05  # of replicates at 0 or 1, beyond which they say nothing


def estimate_failure_probability(
    lives: Lifetimes,
    horizon_days: float,
    *,
    competing: Bools | None = None,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the probability that a group has ended by a horizon, in days.

    With delayed entry it is conditional on reaching the first age with 20 at risk.
    Where groups are the units, none came late and none was censored before the
    horizon, it is a plain proportion with its exact interval. Groups that entered
    after the horizon are not among its `n`: they tell nothing of the time before.
    """
    watched, start = restrict_to_survivors(lives, horizon_days)
    of = None if competing is None else ~competing[np.isin(lives.group, watched.group)]
    clusters = choose_clusters(watched.network, watched.batch)
    risk = build_risk_sets(watched, horizon_days, start)
    known = ((watched.durations >= horizon_days) | watched.ended) & (watched.entry == 0)
    if clusters.kind == "group" and np.all(known):
        failed = risk.ended if of is None else risk.ended & of
        return compute_exact_interval(int(failed.sum()), len(watched))

    def ended(weights: Floats) -> Floats:
        steps = risk.incidence(weights, of)
        last = steps[:, -1] if steps.shape[1] else np.zeros(len(steps))
        return np.round(last, 12)  # a sum of fractions may miss 1 by rounding

    n = int(np.sum(watched.entry < horizon_days))
    counted = (watched.potential >= horizon_days) & (watched.entry <= start)
    return bootstrap_probability(ended, clusters, counted, n=n, replicates=replicates)


def restrict_to_survivors(
    lives: Lifetimes, horizon: float | None = None
) -> tuple[Lifetimes, float]:
    """Select lifetimes that reach the first age with 20 at risk; return that age."""
    curve = lives.curve()
    if (lives.entry > 0).any():
        curve = curve.from_at_risk()
    if horizon is not None:
        curve.at(horizon)
    start = float(curve.times[0])
    return lives.where((start == 0) | (lives.durations > start)), start


def build_risk_sets(lives: Lifetimes, horizon: float, start: float) -> RiskSets:
    """Build risk sets in which only events up to a horizon count."""
    ended = lives.ended & (lives.durations <= horizon)
    return RiskSets(lives.durations, ended, lives.entry, start)


def integrate_to_horizon(risk: RiskSets, horizon: float, weights: Floats) -> Floats:
    """Return the area under each bootstrap sample's survival curve to a horizon."""
    survival = np.hstack([np.ones((len(weights), 1)), risk.survival(weights)])
    steps = np.concatenate([[risk.start], risk.times, [horizon]])
    areas: Floats = np.sum(survival * np.diff(steps), axis=1)
    return areas


def bootstrap_probability(
    statistic: Callable[[Floats], Floats],
    clusters: Clusters,
    counted: Bools,
    *,
    n: int,
    replicates: Draws,
    drawn: Clusters | None = None,
) -> Interval:
    """Estimate a probability of rows with a cluster bootstrap interval.

    The statistic is of weights of rows, or of `drawn`: clusters that are a row each.
    """
    units = drawn or clusters
    estimate = float(statistic(np.ones((1, len(units.codes))))[0])
    values = resample_statistic(
        statistic, units, "cloglog", estimate,
        n=len(clusters.codes), replicates=replicates,
    )  # fmt: skip
    return bound_probability(estimate, values, clusters, counted, n=n)


def bound_probability(
    estimate: float, replicates: Floats, clusters: Clusters, counted: Bools, *, n: int
) -> Interval:
    """Return a bootstrap interval of a probability; Clopper–Pearson near 0 or 1.

    The rule is the register's: t(K − 1) on the cloglog scale; if the estimate or
    more than 5 % of the replicates are 0 or 1, Clopper–Pearson on n over the design
    effect. The design effect is the replicates' variance over the binomial one.
    An estimate of 0 or 1 shows none, so it gets the largest: each cluster as one.
    """
    replicates = keep_finite(replicates, clusters)
    low = 0.5 / len(counted)
    flat = (replicates <= 0) | (replicates >= 1)
    if estimate in {0.0, 1.0} or flat.mean() > DEGENERATE_SHARE:
        effective = _compute_effective_n(estimate, replicates, clusters, counted)
        rule: Wald | tuple[float, float]
        rule = compute_clopper_pearson(estimate * effective, effective)
        method = f"Clopper–Pearson on {effective:.1f} (degenerate bootstrap)"
    else:
        scaled = SCALES["cloglog"].forward(np.clip(replicates, low, 1 - low))
        spread = float(np.std(scaled, ddof=1))
        rule = Wald(estimate, spread, "cloglog", clusters.count - 1)
        method = f"{clusters.method}, cloglog"
    return Interval.of(estimate, rule, method=method, n=n, clusters=clusters.count)


def _compute_effective_n(
    estimate: float, replicates: Floats, clusters: Clusters, counted: Bools
) -> float:
    n = float(counted.sum())
    if not n:
        return 0.0
    if estimate in {0.0, 1.0}:
        sizes = np.bincount(clusters.codes[counted])
        return n * n / float(np.sum(sizes**2))
    binomial = estimate * (1 - estimate) / n
    return n / max(1.0, float(np.var(replicates, ddof=1)) / binomial)


@dataclass(frozen=True, eq=False, repr=False)
class SurvivalBand:
    """A survival curve with pointwise confidence limits from a cluster bootstrap."""

    times: Floats  # the start and those of the ends
    survival: Floats  # just after each
    se: Floats  # of survival; the limits use it on the log(−log S) scale
    clusters: Clusters  # whose rows were drawn together
    complete: bool  # whether nothing was censored

    def __repr__(self) -> str:
        return f"SurvivalBand({len(self.times)} times, median={self.median:.4g})"

    def limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return lower and upper pointwise confidence limits of survival.

        Where S is 1 the lower is not a number. Where S is 0 the upper is that of
        Clopper and Pearson with each cluster as one, or not a number under censoring.
        """
        forward, inverse, slope = SCALES["loglog"]
        inner = (self.survival > 0) & (self.survival < 1)
        survival = np.where(inner, self.survival, np.nan)
        reach = np.abs(slope(survival)) * self.se
        reach *= scipy.special.stdtrit(self.clusters.count - 1, (1 + level) / 2)
        centre = forward(survival)
        lower, upper = inverse(centre + reach), inverse(centre - reach)
        end = 1 - ((1 - level) / 2) ** (1 / self.clusters.count)
        gone = self.survival <= 0
        lower = np.where(gone, 0.0, lower)
        return lower, np.where(gone, end if self.complete else np.nan, upper)

    @property
    def median(self) -> float:
        """Median survival time; ``inf`` if not reached."""
        return find_crossing(self.times, self.survival, 0.5)

    def median_interval(self) -> Interval:
        """Return the median lifetime with the interval read off the band."""
        low, high = self.limits()
        return Interval.of(
            self.median,
            (find_crossing(self.times, low, 0.5), find_crossing(self.times, high, 0.5)),
            method=f"{self.clusters.method}, band crossing one half",
            n=len(self.clusters.codes),
            clusters=self.clusters.count,
        )


def bootstrap_band(risk: RiskSets, clusters: Clusters, replicates: int) -> SurvivalBand:
    """Bootstrap the Kaplan–Meier curve of weighted risk sets by cluster."""
    total, squares = np.zeros((2, len(risk.times)))
    for weights in cluster_weights(clusters, replicates=replicates):
        survival = risk.survival(weights)
        total += survival.sum(axis=0)
        squares += (survival**2).sum(axis=0)
    variance = np.maximum(squares - total**2 / replicates, 0.0) / (replicates - 1)
    curve = risk.survival(np.ones((1, len(risk.exits))))[0]
    return SurvivalBand(
        np.concatenate([[risk.start], risk.times]),
        np.concatenate([[1.0], curve]),
        np.concatenate([[0.0], np.sqrt(variance)]),
        clusters,
        bool(risk.ended.all()),
    )


def estimate_mean_lifetime_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the ratio of restricted mean lifetimes, exposed to unexposed groups."""
    statistic = _compare_arms(lives, exposed, horizon_days)
    clusters = choose_clusters(lives.network, lives.batch)
    return bootstrap_statistic(statistic, clusters, "log", replicates=replicates)


def _compare_arms(
    lives: Lifetimes, exposed: Bools, horizon: float
) -> Callable[[Floats], Floats]:
    """Return a function that compares two arms of groups under bootstrap weights."""
    arms = [np.asarray(exposed, bool), ~np.asarray(exposed, bool)]
    # both arms are conditional on the same age
    start = max(restrict_to_survivors(lives.where(arm), horizon)[1] for arm in arms)
    late = (start == 0) | (lives.durations > start)
    rows = [arm & late for arm in arms]
    risks = [build_risk_sets(lives.where(arm), horizon, start) for arm in rows]

    def contrast(weights: Floats) -> Floats:
        first, second = (
            np.where(
                weights[:, arm].any(axis=1),
                integrate_to_horizon(risk, horizon, weights[:, arm]),
                np.nan,
            )
            for risk, arm in zip(risks, rows, strict=True)
        )
        return np.divide(first, second)

    return contrast
