"""Comparisons within strata, in matched pairs and blocks, and between types.

Each stratum of a life table (a group and a span of time) compares its own people, so
nothing that their group shares can confound. Ties are Efron's, as lives grouped into
spans ask. Randomised trials compare within pairs or blocks. Between types of groups,
clusters are drawn once for all; the limits of all pairs reach as far as the largest of
their standardised deviations does in 95 % of the samples (max |t|).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.quantities.deaths import SEED
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval, Lifetimes, choose_clusters
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    bootstrap_statistic,
    cluster_by_label,
    cluster_weights,
)
from helpers.survival.estimates import build_risk_sets, integrate_to_horizon
from helpers.survival.interval import Wald
from helpers.wording import say

STEPS, CLOSE, FEWEST = 100, 1e-10, 2
LEVEL = 0.95


def estimate_stratified_hazard_ratio(
    at_risk: npt.ArrayLike, ended: npt.ArrayLike, clusters: Clusters
) -> Interval:
    """Estimate a Cox hazard ratio within strata from counts at risk and of events.

    Parameters
    ----------
    at_risk, ended : shape (strata, 2)
        The others, then the exposed.
    clusters
        Of the strata; errors are the sandwich's, with t(K − 1).

    Raises
    ------
    NotIdentifiableError
        If no stratum has events at which both arms are at risk, or all events are in
        one arm.

    References
    ----------
    Efron (1977), JASA 72, 557–565; Lin and Wei (1989), JASA 84, 1074–1078.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.inference import cluster_by_label
    >>> n, d = np.tile([[100, 100]], (20, 1)), np.tile([[10, 10]], (20, 1))
    >>> estimate_stratified_hazard_ratio(n, d, cluster_by_label(range(20))).estimate
    1.0
    """
    risk, ends = np.asarray(at_risk, np.float64), np.asarray(ended, np.float64)
    log_ratio = 0.0
    for _ in range(STEPS):
        score, information = _compute_efron(risk, ends, log_ratio)
        if not information.sum() > 0:
            raise NotIdentifiableError(
                say("no stratum has events at which both arms are at risk"),
                where="strata",
            )
        step = float(score.sum() / information.sum())
        log_ratio += float(np.clip(step, -1, 1))
        if abs(step) < CLOSE:
            break
    else:
        raise NotIdentifiableError("all events are in one arm", where="strata")
    if clusters.count < FEWEST:
        raise NotIdentifiableError(
            f"{clusters.count} clusters are too few for an interval", where="strata"
        )
    sums = np.bincount(clusters.codes, score, minlength=clusters.count)
    k = clusters.count
    error = float(np.sqrt(np.sum(sums**2) * k / (k - 1)) / information.sum())
    ratio = float(np.exp(log_ratio))
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"Cox within strata, {k} clusters, t({k - 1})",
        n=int(risk.sum()), clusters=k,
    )  # fmt: skip


def _compute_efron(
    risk: Floats, ends: Floats, log_ratio: float
) -> tuple[Floats, Floats]:
    """Return score and information by stratum, with Efron's treatment of ties."""
    n_ends = ends.sum(axis=1).astype(int)
    stratum = np.repeat(np.arange(len(n_ends)), n_ends)
    nth = np.arange(len(stratum)) - np.repeat(np.cumsum(n_ends) - n_ends, n_ends)
    tied_share = nth / np.maximum(n_ends, 1)[stratum]
    at_risk = risk[stratum] - ends[stratum] * tied_share[:, None]
    exposed = at_risk[:, 1] * np.exp(log_ratio)
    share = exposed / (exposed + at_risk[:, 0])
    size = len(n_ends)
    score = ends[:, 1] - np.bincount(stratum, share, minlength=size)
    each = np.bincount(stratum, share * (1 - share), minlength=size)
    information: Floats = each.astype(np.float64)
    return score.astype(np.float64), information


def estimate_pairwise_means(
    lives: Lifetimes, kind: npt.ArrayLike, horizon: float
) -> dict[tuple[str, str], Interval]:
    """Estimate mean-lifetime ratios of all pairs of group types, simultaneously.

    Parameters
    ----------
    lives
        Watched from their origin.
    kind : shape (n,)

    Raises
    ------
    NotIdentifiableError
        If nothing ended in two of the kinds: their ratio does not vary.
    """
    kinds = np.asarray(kind, object)
    names = sorted(set(kinds))
    clusters = choose_clusters(lives.network, lives.batch)
    masks = [kinds == name for name in names]
    risks = [build_risk_sets(lives.where(mask), horizon, 0.0) for mask in masks]

    def logs(weights: np.ndarray) -> np.ndarray:
        means = [
            np.log(integrate_to_horizon(risk, horizon, weights[:, mask]))
            for risk, mask in zip(risks, masks, strict=True)
        ]
        return np.column_stack(means)

    drawn = np.concatenate([logs(w) for w in cluster_weights(clusters, seed=SEED)])
    log_means = logs(np.ones((1, len(kinds))))[0]
    pairs = list(combinations(range(len(names)), 2))
    differences = np.column_stack([drawn[:, a] - drawn[:, b] for a, b in pairs])
    gaps = np.array([log_means[a] - log_means[b] for a, b in pairs])
    errors = differences.std(axis=0, ddof=1)
    if not errors.all():
        raise NotIdentifiableError("nothing ended in two kinds", where="lifetimes")
    largest = np.abs((differences - gaps) / errors).max(axis=1)
    wider = np.quantile(largest, LEVEL) / stats.norm.ppf((1 + LEVEL) / 2)
    pooled = [int((masks[a] | masks[b]).sum()) for a, b in pairs]
    return {
        (names[a], names[b]): Interval.of(
            float(np.exp(value)), Wald(float(np.exp(value)), error * wider, "log"),
            method=f"{clusters.method}, simultaneous", n=n, clusters=clusters.count,
        )
        for (a, b), value, error, n in zip(pairs, gaps, errors, pooled, strict=True)
    }  # fmt: skip


def compute_paired_risk_ratio(
    both: int, control: int, treated: int, pairs: int
) -> Interval:
    """Compute the risk ratio (control to treated) of matched pairs.

    Parameters
    ----------
    both, control, treated
        Pairs in which both had the event, only the control, only the treated one.
    pairs
        All pairs.

    Raises
    ------
    GateError
        If no event occurred in one of the arms.

    References
    ----------
    Nam and Blackwelder (2002), Statistics in Medicine 21, 689–699.

    Examples
    --------
    >>> print(compute_paired_risk_ratio(60, 20, 10, 100))
    1.14 [0.99, 1.32]
    """
    first, second = both + control, both + treated
    gates.pass_gates(
        gates.require_units(
            min(first, second), "{n} events in the smaller arm, {least} needed", 1
        )
    )
    ratio = first / second
    error = ((control + treated) / (first * second)) ** 0.5
    return Interval.of(
        ratio,
        Wald(ratio, error, "log"),
        method="matched pairs",
        n=2 * pairs,
        clusters=pairs,
    )


def compute_risk_ratio(events: tuple[int, int], people: tuple[int, int]) -> Interval:
    """Compute the ratio of two independent risks (Katz interval).

    >>> print(compute_risk_ratio((80, 70), (100, 100)))
    1.14 [0.972, 1.34]
    """
    gates.pass_gates(
        gates.require_units(
            min(events), "{n} events in the smaller arm, {least} needed", 1
        )
    )
    (first, second), (one, other) = events, people
    ratio = (first / one) / (second / other)
    error = (1 / first - 1 / one + 1 / second - 1 / other) ** 0.5
    n = one + other
    return Interval.of(
        ratio, Wald(ratio, error, "log"), method="log scale", n=n, clusters=n
    )


def estimate_ratio_of_blocks(
    rows: pd.DataFrame,
    part: str,
    of: str = "",
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate a rate ratio of treatment to control, resampling blocks.

    Parameters
    ----------
    rows
        One row per unit: ``block, treated`` and the outcome.
    part
        The outcome that is summed in each arm.
    of
        What it is divided by; the number of units where empty.
    """
    base = rows[of] if of else pd.Series(1, rows.index)
    arm = rows["treated"].to_numpy(bool)
    sums = pd.DataFrame(
        {
            "treated": rows[part].where(arm, 0),
            "treated_of": base.where(arm, 0),
            "control": rows[part].where(~arm, 0),
            "control_of": base.where(~arm, 0),
        }
    )
    block_sums = sums.groupby(rows["block"]).sum()
    clusters = cluster_by_label(pd.Series(block_sums.index))

    def ratio(weights: Floats) -> Floats:
        treated, treated_of, control, control_of = (
            weights @ block_sums.to_numpy(float)
        ).T
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Floats = (treated / treated_of) / (control / control_of)
        return values

    interval = bootstrap_statistic(
        ratio, clusters, "log", seed=seed, replicates=replicates
    )
    return replace(interval, n=len(rows))
