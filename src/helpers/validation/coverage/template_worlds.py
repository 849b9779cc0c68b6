"""Every decision template on the simplest estimator of its kind, and on a naive one.

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
from helpers.claims.rules.templates import parse
from helpers.errors import NotIdentifiableError
from helpers.inference import (
    clusters_by,
    mean_interval,
    median_interval,
    rate_ratio,
    share_interval,
)
from helpers.survival import (
    Interval,
    Lifetimes,
    cox,
    failure_difference,
    failure_probability,
    mean_lifetime_ratio,
)
from helpers.validation.coverage.cells import Judged, Subject, Way
from helpers.validation.coverage.samples import (
    MEAN_LIFE,
    REPLICATES,
    arms_of_lives,
    clustered,
    counts_of_two_windows,
    hazard_for_mean_ratio,
    lives_of,
    plain_share,
    wald,
)
from helpers.validation.coverage.truths import Truth, truths

Estimated = tuple[Interval, Interval | None]
Sampled = Callable[[float, int, np.random.Generator], Estimated]

HORIZON = 365.0
LEG = "P>(0.50)"
ALL = f"ALL({LEG}; {LEG})"
# naive ways, in words
SEEN = "share of groups seen to fail"
INDEPENDENT = "groups of a cluster taken as independent"
IMMORTAL = "survivors counted as exposed"
MESSAGES = "messages taken as independent"


def _failed(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Estimate F(365) of exponential lives, censored uniformly over two years."""
    life = rng.exponential(-HORIZON / np.log1p(-value), n)
    lives = lives_of(life, rng.uniform(0, 2 * HORIZON, n))
    right = failure_probability(lives, HORIZON, seed=1, replicates=REPLICATES)
    return right, plain_share(lives.ended)


def _share(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Estimate a share among clusters that differ; taken as independent it is naive."""
    true, cluster = clustered(value, n, rng)
    right = share_interval(true, clusters_by(cluster), seed=1, replicates=REPLICATES)
    return right, plain_share(true)


def _counted(value: float, n: int, rng: np.random.Generator) -> Estimated:
    return plain_share(rng.random(n) < value), None


def _hazards(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare hazards; who lives longer is more often watched to be exposed (naive)."""
    lives, exposed, life = arms_of_lives(value, n, rng)
    each = np.arange(n)
    right = cox(lives.durations, lives.ended, _column(exposed), cluster=each)
    late = exposed | (np.arange(n) // 2 % 2 == 0) & (life > np.median(life))
    try:
        wrong = cox(lives.durations, lives.ended, _column(late), cluster=each)
    except NotIdentifiableError:  # a naive way may find nothing either
        return right["exposed"].ratio, None
    return right["exposed"].ratio, wrong["exposed"].ratio


def _column(exposed: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return pd.DataFrame({"exposed": exposed.astype(float)})


def _rates(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare two windows of groups; messages taken as independent are naive."""
    first, second = counts_of_two_windows(value, n, rng)
    days = np.full(n, 28.0)
    units = clusters_by(np.arange(n))
    right = rate_ratio(second, days, first, days, units, seed=1, replicates=REPLICATES)
    logs = 1 / first.sum() + 1 / second.sum()
    return right, wald(second.sum() / first.sum(), float(np.sqrt(logs)), n)


def _median(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Estimate a median of skewed values; their mean is naive."""
    values = value * np.exp(0.8 * rng.standard_normal(n))
    units = clusters_by(np.arange(n))
    right = median_interval(values, units, seed=1, replicates=REPLICATES)
    return right, mean_interval(values, units, seed=1, replicates=REPLICATES)


def _odds(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Estimate an odds ratio from a two-by-two table; a ratio of shares is naive."""
    exposed = np.arange(n) % 2 == 0
    odds = np.where(exposed, value, 1.0)  # half of the unexposed have it
    true = rng.random(n) < odds / (1 + odds)
    each = [(e, t) for e in (True, False) for t in (True, False)]
    counts = [np.sum((exposed == e) & (true == t)) for e, t in each]
    a, b, c, d = (float(cell) + 0.5 for cell in counts)  # Haldane and Anscombe
    right = wald(a * d / (b * c), (1 / a + 1 / b + 1 / c + 1 / d) ** 0.5, n)
    shares = (a / (a + b)) / (c / (c + d))
    error = (1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) ** 0.5
    return right, wald(shares, error, n)


def _times(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare geometric means of waiting times; leaving out the long ones is naive."""
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
    return wald(float(np.exp(arms[0].mean() - arms[1].mean())), error, len(logs))


def _watched_unequally(
    hazard_ratio: float, mean: float, n: int, rng: np.random.Generator
) -> tuple[Lifetimes, npt.NDArray[np.bool_]]:
    """Return exponential lives of two arms; the exposed are watched for longer."""
    exposed = np.arange(n) % 2 == 0
    life = rng.exponential(mean / np.where(exposed, hazard_ratio, 1.0))
    longest = np.where(exposed, 3, 2) * HORIZON
    return lives_of(life, rng.uniform(0, longest)), exposed


def _means(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare mean lifetimes within a year; means of what was seen are naive."""
    hazard = hazard_for_mean_ratio(value, HORIZON)
    lives, exposed = _watched_unequally(hazard, MEAN_LIFE, n, rng)
    right = mean_lifetime_ratio(lives, exposed, HORIZON, seed=1, replicates=REPLICATES)
    seen = np.log(np.minimum(lives.durations, HORIZON) + 0.5)
    return right, _log_difference(seen, exposed)


def _difference(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare failure by a year; shares of groups seen to fail are naive."""
    base = 0.5
    hazard = np.log1p(-(base + value)) / np.log1p(-base)
    lives, exposed = _watched_unequally(hazard, -HORIZON / np.log1p(-base), n, rng)
    right = failure_difference(lives, exposed, HORIZON, seed=1, replicates=REPLICATES)
    failed = lives.ended & (lives.durations <= HORIZON)
    shares = [float(failed[arm].mean()) for arm in (exposed, ~exposed)]
    error = float(np.sqrt(sum(p * (1 - p) / (n / 2) for p in shares)))
    return right, wald(shares[0] - shares[1], error, n, scale="identity")


def _importance(value: float, n: int, rng: np.random.Generator) -> Estimated:
    """Compare two measures on the same groups; forgetting the pairing is naive."""
    shared = 2 * rng.standard_normal(n)
    first, second = (shared + rng.standard_normal(n) for _ in range(2))
    first = first + value
    units = clusters_by(np.arange(n))
    right = mean_interval(first - second, units, seed=1, replicates=REPLICATES)
    error = float(np.sqrt((first.var() + second.var()) / n))
    centre = float(first.mean() - second.mean())
    return right, wald(centre, error, n, scale="identity")


def _judge(
    code: str, sample: Sampled, truth: Truth, groups: int, seed: np.random.SeedSequence
) -> Judged:
    try:
        leg, naive = sample(truth.value, groups, np.random.default_rng(seed))
    except NotIdentifiableError:  # as `evaluate` says of data that cannot show it
        return Judged(Word.UNTESTABLE, None)
    return Judged(parse(code).decide(leg).word, leg, naive)


def _both(truth: Truth, groups: int, seed: np.random.SeedSequence, code: str) -> Judged:
    """Judge two legs, the first of them true; the second is the one on trial."""
    rng = np.random.default_rng(seed)
    sure, _ = _share(_true_share(), groups, rng)
    leg, naive = _share(truth.value, groups, rng)
    return Judged(parse(code).decide(sure, leg).word, leg, naive)


def _true_share() -> float:
    return truths(parse(LEG))[0].value


def _subject(
    code: str, sample: Sampled, estimand: str, naive: str = "", groups: int = 300
) -> Subject:
    way: Way = partial(_judge, code, sample)
    return Subject(
        name=code,
        kind="template",
        template=code,
        estimand=estimand,
        naive=naive,
        leg=code,
        truths=truths(parse(code)),
        way=way,
        groups=groups,
    )


TEMPLATES: tuple[Subject, ...] = (
    _subject("P>(0.90)", _failed, "failure within a year, censored", SEEN),
    _subject("P<(0.05)", _share, "a share in 20 clusters", INDEPENDENT, 1000),
    _subject("P≈(0.50, 0.10)", _share, "a share in 20 clusters", INDEPENDENT),
    _subject("HR>(1.25)", _hazards, "a hazard ratio", IMMORTAL, 1000),
    _subject("HR<(0.80)", _hazards, "a hazard ratio", IMMORTAL, 1000),
    _subject("noHR<(0.87)", _hazards, "a hazard ratio", IMMORTAL, 1000),
    _subject("RR>(1.2)", _rates, "a ratio of rates", MESSAGES),
    _subject("RR<(0.50)", _rates, "a ratio of rates", MESSAGES),
    _subject("noRR>(1.11)", _rates, "a ratio of rates", MESSAGES),
    _subject("EQ(0.8,1.25)", _rates, "a ratio of rates", MESSAGES),
    _subject("OR>(1.5)", _odds, "an odds ratio", "a ratio of shares"),
    _subject("TR>(1.25)", _times, "a ratio of times", "long waits left out"),
    _subject(
        "RMST(365,1.15)", _means, "a ratio of mean lifetimes", "means of what was seen"
    ),
    _subject("LIT>(3)", _median, "a median", "the mean"),
    _subject("LIT<(60)", _median, "a median", "the mean"),
    _subject("Δ>(0.05)", _difference, "a difference of failure", SEEN, 1000),
    _subject("Δ<(0.03)", _difference, "a difference of failure", SEEN, 1000),
    _subject("DOM>", _importance, "a difference of two measures", "pairs taken apart"),
    _subject("D", _counted, "a share of counter-examples"),
    Subject(
        name=ALL,
        kind="template",
        template=ALL,
        estimand="the second of two shares; the first is true",
        naive=INDEPENDENT,
        leg=LEG,
        truths=truths(parse(LEG)),
        way=partial(_both, code=ALL),
    ),
)
