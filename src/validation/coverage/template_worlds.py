"""Simulate and judge each decision rule on its simplest estimator.

Samples are drawn as numbers, not as groups that speak: here the rule and the interval
are on trial. Claims, with their own estimators and tables, are in `worlds.claims`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.rules.interval_rules import Word
from helpers.claims.rules.templates import parse_rule
from helpers.errors import NotIdentifiableError
from helpers.inference import (
    cluster_by_label,
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
)
from helpers.survival import (
    Interval,
    Lifetimes,
    estimate_failure_difference,
    estimate_failure_probability,
    estimate_mean_lifetime_ratio,
    fit_cox,
)
from validation.coverage.cells import Judged, Subject, Way
from validation.coverage.samples import (
    MEAN_LIFE,
    REPLICATES,
    build_lifetimes,
    build_wald_interval,
    compute_hazard_for_mean_ratio,
    estimate_exact_share,
    simulate_arms,
    simulate_clustered,
    simulate_two_windows,
)
from validation.coverage.truths import Truth, list_truths

Estimated = tuple[Interval, Interval | None]
Sampled = Callable[[float, int, np.random.Generator], Estimated]

HORIZON = 365.0
COMPONENT = "P>(0.50)"
ALL = f"ALL({COMPONENT}; {COMPONENT})"
# naive ways, in words
SEEN = "share of groups seen to fail"
INDEPENDENT = "groups of a cluster taken as independent"
IMMORTAL = "survivors counted as exposed"
MESSAGES = "messages taken as independent"


def _estimate_failure(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate lifetimes and estimate failure by one year."""
    life = rng.exponential(-HORIZON / np.log1p(-value), n)
    lives = build_lifetimes(life, rng.uniform(0, 2 * HORIZON, n))
    right = estimate_failure_probability(lives, HORIZON, seed=1, replicates=REPLICATES)
    return right, estimate_exact_share(lives.ended)


def _estimate_share(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate clustered outcomes and estimate their share."""
    true, cluster = simulate_clustered(value, n, rng)
    right = estimate_share(
        true, cluster_by_label(cluster), seed=1, replicates=REPLICATES
    )
    return right, estimate_exact_share(true)


def _count_share(value: float, n: int, rng: np.random.Generator) -> Estimated:
    return estimate_exact_share(rng.random(n) < value), None


def _compare_hazards(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate two arms and estimate their hazard ratio."""
    lives, exposed, life = simulate_arms(value, n, rng)
    each = np.arange(n)
    right = fit_cox(lives.durations, lives.ended, _build_column(exposed), cluster=each)
    late = exposed | (np.arange(n) // 2 % 2 == 0) & (life > np.median(life))
    try:
        wrong = fit_cox(lives.durations, lives.ended, _build_column(late), cluster=each)
    except NotIdentifiableError:  # a naive way may find nothing either
        return right["exposed"].ratio, None
    return right["exposed"].ratio, wrong["exposed"].ratio


def _build_column(exposed: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return pd.DataFrame({"exposed": exposed.astype(float)})


def _compare_rates(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate message counts and estimate their rate ratio."""
    first, second = simulate_two_windows(value, n, rng)
    days = np.full(n, 28.0)
    units = cluster_by_label(np.arange(n))
    right = estimate_rate_ratio(
        second, days, first, days, units, seed=1, replicates=REPLICATES
    )
    logs = 1 / first.sum() + 1 / second.sum()
    return right, build_wald_interval(
        second.sum() / first.sum(), float(np.sqrt(logs)), n
    )


def _estimate_median(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate skewed values and estimate their median."""
    values = value * np.exp(0.8 * rng.standard_normal(n))
    units = cluster_by_label(np.arange(n))
    right = estimate_median(values, units, seed=1, replicates=REPLICATES)
    return right, estimate_mean(values, units, seed=1, replicates=REPLICATES)


def _estimate_odds(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate outcomes in two arms and estimate the odds ratio."""
    exposed = np.arange(n) % 2 == 0
    odds = np.where(exposed, value, 1.0)  # half of the unexposed have it
    true = rng.random(n) < odds / (1 + odds)
    each = [(e, t) for e in (True, False) for t in (True, False)]
    counts = [np.sum((exposed == e) & (true == t)) for e, t in each]
    a, b, c, d = (float(cell) + 0.5 for cell in counts)  # Haldane and Anscombe
    right = build_wald_interval(
        a * d / (b * c), (1 / a + 1 / b + 1 / c + 1 / d) ** 0.5, n
    )
    shares = (a / (a + b)) / (c / (c + d))
    error = (1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) ** 0.5
    return right, build_wald_interval(shares, error, n)


def _compare_times(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate waiting times and estimate their ratio."""
    exposed = np.arange(n) % 2 == 0
    logs = np.where(exposed, np.log(value), 0.0) + rng.standard_normal(n)
    return _log_difference(logs, exposed), _log_difference(
        logs[logs < 1], exposed[logs < 1]
    )


def _log_difference(
    logs: npt.NDArray[np.float64], exposed: npt.NDArray[np.bool_]
) -> Interval:
    arms = logs[exposed], logs[~exposed]
    error = float(np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms)))
    return build_wald_interval(
        float(np.exp(arms[0].mean() - arms[1].mean())), error, len(logs)
    )


def _simulate_unequal_follow_up(
    hazard_ratio: float, mean: float, n: int, rng: np.random.Generator
) -> tuple[Lifetimes, npt.NDArray[np.bool_]]:
    """Simulate two arms' lifetimes, where the exposed arm is followed for longer."""
    exposed = np.arange(n) % 2 == 0
    life = rng.exponential(mean / np.where(exposed, hazard_ratio, 1.0))
    longest = np.where(exposed, 3, 2) * HORIZON
    return build_lifetimes(life, rng.uniform(0, longest)), exposed


def _summarise_means(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate lifetimes and estimate the ratio of restricted mean lifetimes."""
    hazard = compute_hazard_for_mean_ratio(value, HORIZON)
    lives, exposed = _simulate_unequal_follow_up(hazard, MEAN_LIFE, n, rng)
    right = estimate_mean_lifetime_ratio(
        lives, exposed, HORIZON, seed=1, replicates=REPLICATES
    )
    seen = np.log(np.minimum(lives.durations, HORIZON) + 0.5)
    return right, _log_difference(seen, exposed)


def _compare_failure(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate two arms and estimate their difference in failure probability."""
    base = 0.5
    hazard = np.log1p(-(base + value)) / np.log1p(-base)
    lives, exposed = _simulate_unequal_follow_up(
        hazard, -HORIZON / np.log1p(-base), n, rng
    )
    right = estimate_failure_difference(
        lives, exposed, HORIZON, seed=1, replicates=REPLICATES
    )
    failed = lives.ended & (lives.durations <= HORIZON)
    shares = [float(failed[arm].mean()) for arm in (exposed, ~exposed)]
    error = float(np.sqrt(sum(p * (1 - p) / (n / 2) for p in shares)))
    return right, build_wald_interval(shares[0] - shares[1], error, n, scale="identity")


def _compare_importance(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Simulate two correlated predictors' importance and estimate the difference."""
    shared = 2 * rng.standard_normal(n)
    first, second = (shared + rng.standard_normal(n) for _ in range(2))
    first = first + value
    units = cluster_by_label(np.arange(n))
    right = estimate_mean(first - second, units, seed=1, replicates=REPLICATES)
    error = float(np.sqrt((first.var() + second.var()) / n))
    centre = float(first.mean() - second.mean())
    return right, build_wald_interval(centre, error, n, scale="identity")


def _judge_leg(
    code: str, sample: Sampled, truth: Truth, groups: int, seed: np.random.SeedSequence
) -> Judged:
    try:
        component, naive = sample(truth.value, groups, np.random.default_rng(seed))
    except NotIdentifiableError:  # as `evaluate` says of data that cannot show it
        return Judged(Word.UNTESTABLE, None)
    return Judged(parse_rule(code).decide(component).word, component, naive)


def _judge_both_components(
    truth: Truth, groups: int, seed: np.random.SeedSequence, code: str
) -> Judged:
    """Judge a rule on two shares, where the first certainly meets its condition."""
    rng = np.random.default_rng(seed)
    sure, _ = _estimate_share(_compute_true_share(), groups, rng)
    component, naive = _estimate_share(truth.value, groups, rng)
    return Judged(parse_rule(code).decide(sure, component).word, component, naive)


def _compute_true_share() -> float:
    return list_truths(parse_rule(COMPONENT))[0].value


def _build_subject(
    code: str, sample: Sampled, estimand: str, naive: str = "", groups: int = 300
) -> Subject:
    way: Way = partial(_judge_leg, code, sample)
    return Subject(
        name=code,
        kind="template",
        template=code,
        estimand=estimand,
        naive=naive,
        component=code,
        truths=list_truths(parse_rule(code)),
        way=way,
        groups=groups,
    )


TEMPLATES: tuple[Subject, ...] = (
    _build_subject(
        "P>(0.90)", _estimate_failure, "failure within a year, censored", SEEN
    ),
    _build_subject(
        "P<(0.05)", _estimate_share, "a share in 20 clusters", INDEPENDENT, 1000
    ),
    _build_subject(
        "P≈(0.50, 0.10)", _estimate_share, "a share in 20 clusters", INDEPENDENT
    ),
    _build_subject("HR>(1.25)", _compare_hazards, "a hazard ratio", IMMORTAL, 1000),
    _build_subject("HR<(0.80)", _compare_hazards, "a hazard ratio", IMMORTAL, 1000),
    _build_subject("noHR<(0.87)", _compare_hazards, "a hazard ratio", IMMORTAL, 1000),
    _build_subject("RR>(1.2)", _compare_rates, "a ratio of rates", MESSAGES),
    _build_subject("RR<(0.50)", _compare_rates, "a ratio of rates", MESSAGES),
    _build_subject("noRR>(1.11)", _compare_rates, "a ratio of rates", MESSAGES),
    _build_subject("EQ(0.8,1.25)", _compare_rates, "a ratio of rates", MESSAGES),
    _build_subject("OR>(1.5)", _estimate_odds, "an odds ratio", "a ratio of shares"),
    _build_subject(
        "TR>(1.25)", _compare_times, "a ratio of times", "long waits left out"
    ),
    _build_subject(
        "RMST(365,1.15)",
        _summarise_means,
        "a ratio of mean lifetimes",
        "means of what was seen",
    ),
    _build_subject("LIT>(3)", _estimate_median, "a median", "the mean"),
    _build_subject("LIT<(60)", _estimate_median, "a median", "the mean"),
    _build_subject("Δ>(0.05)", _compare_failure, "a difference of failure", SEEN, 1000),
    _build_subject("Δ<(0.03)", _compare_failure, "a difference of failure", SEEN, 1000),
    _build_subject(
        "DOM>", _compare_importance, "a difference of two measures", "pairs taken apart"
    ),
    _build_subject("D", _count_share, "a share of counter-examples"),
    Subject(
        name=ALL,
        kind="template",
        template=ALL,
        estimand="the second of two shares; the first is true",
        naive=INDEPENDENT,
        component=COMPONENT,
        truths=list_truths(parse_rule(COMPONENT)),
        way=partial(_judge_both_components, code=ALL),
    ),
)
