"""Correlations between traits of successful groups."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.quantities.codings import measure_coded
from helpers.claims.quantities.death_definitions import SEED
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic


@estimates("s0-success-traits-cohere")
def traits_cohere(evidence: Evidence) -> Finding:
    """Estimate rank correlations between traits of groups.

    Posters kept from month to month in days 28–83, replies a message in days 84–181,
    so that two traits of one message cannot meet; the others as they were coded.
    """
    rows, names = _build_traits(evidence)
    passed = gates.pass_gates(
        *gates.require_sampled(rows),
    )

    def estimate(replies: str) -> tuple[Interval, ...]:
        rows, names = _build_traits(evidence, replies)
        return tuple(
            _estimate_spearman(evidence, rows, *pair) for pair in combinations(names, 2)
        )

    pairs = ", ".join(f"{a} with {b}" for a, b in combinations(names, 2))
    return Finding.estimated(
        partial(estimate, "replies"), f"Spearman's correlations: {pairs}", passed,
        {"explicit replies only": partial(estimate, "replies_explicit")},
        note="success is defined by some of these traits: partly true by definition",
    )  # fmt: skip


def _build_traits(
    evidence: Evidence, replies: str = "replies"
) -> tuple[pd.DataFrame, list[str]]:
    months = evidence.months[evidence.months["month"].isin([1, 2])]
    member_sums = months.groupby("group")[["retained", "posters"]].sum()
    later = evidence.window("84-181").set_index("group")
    columns = {
        "retention": member_sums["retained"]
        / member_sums["posters"].where(member_sums["posters"] > 0),
        "replies": later[replies] / later["messages"].where(later["messages"] > 0),
    } | {name: measure_coded(evidence, name) for name in ("identification", "sales")}
    rows = select_groups_with_values(evidence, **columns)
    return rows, list(columns)


def _estimate_spearman(
    evidence: Evidence, rows: pd.DataFrame, one: str, other: str
) -> Interval:
    x, y = (standardise_ranks(rows[name]) for name in (one, other))
    clusters = choose_clusters_for(evidence, rows["group"])
    return bootstrap_statistic(
        lambda weights: resample_correlation(weights, x, y),
        clusters,
        "identity",
        seed=SEED,
    )


def standardise_ranks(values: pd.Series[float]) -> Floats:
    """Return standardised ranks of values over groups."""
    return np.asarray(stats.zscore(values.rank().to_numpy(np.float64)), np.float64)


def resample_correlation(weights: Floats, x: Floats, y: Floats) -> Floats:
    """Return the correlation of two traits in each bootstrap sample.

    Parameters
    ----------
    weights : shape (samples, n)
    x, y : shape (n,)

    Examples
    --------
    >>> resample_correlation(np.ones((1, 3)), np.arange(3.0), np.arange(3.0)).round(
    ...     6
    ... ).tolist()
    [1.0]
    """
    totals = weights.sum(axis=1)
    mx, my = weights @ x / totals, weights @ y / totals
    both = weights @ (x * y) / totals - mx * my
    correlations: Floats = both / np.sqrt(
        (weights @ x**2 / totals - mx**2) * (weights @ y**2 / totals - my**2)
    )
    return correlations
