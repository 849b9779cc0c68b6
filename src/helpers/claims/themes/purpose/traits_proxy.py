"""Indirect: correlation between traits of groups in alternating months.

Sales and belief are not known: all three pairs may fail to go together, and cannot
show that all traits of success do.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.quantities.death_definitions import SEED
from helpers.claims.themes.purpose.traits import resample_correlation, standardise_ranks
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic

LEAST_MESSAGES = 100
TRAITS = ("retention", "replies", "we")


@stands_in("s0-success-traits-cohere", needs=("groups", "senders", "months", "voices"))
def traits_months_apart(evidence: Evidence) -> Finding:
    """Estimate rank correlations of traits, in odd and even months."""
    rows = _split_halves(evidence, LEAST_MESSAGES)
    passed = gates.pass_gates(
        *gates.require_sampled(rows),
    )

    def estimate(least: int) -> tuple[Interval, ...]:
        rows = _split_halves(evidence, least)
        return tuple(
            _correlate_halves(evidence, rows, *pair) for pair in combinations(TRAITS, 2)
        )

    pairs = ", ".join(f"{a} with {b}" for a, b in combinations(TRAITS, 2))
    return Finding.estimated(
        partial(estimate, LEAST_MESSAGES),
        "Spearman's correlations over groups of 100 messages, one trait of odd and the"
        f" other of even months, and back: {pairs} (messages with we, our, us)",
        passed,
        {f"{least} messages": partial(estimate, least) for least in (50, 200)},
        qualifiers=("proxy", "partly tautological"),
        may="contradict",
        note="success is defined by some of these traits: partly true by definition",
    )


def _split_halves(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return each trait in odd and in even months, by group."""
    voices, months = evidence.table("voices"), evidence.months
    n_messages = voices.groupby("group")["messages"].sum()
    voices = voices[voices["group"].map(n_messages) >= least]
    later = months[months["month"] > 0]  # nobody was there before the first
    member_sums = later.groupby(["group", later["month"] % 2])[
        ["retained", "posters"]
    ].sum()
    halves = voices.groupby(["group", voices["month"] % 2])[
        ["messages", "replies", "we"]
    ]
    sums = halves.sum()
    shares = pd.DataFrame(
        {
            "retention": member_sums["retained"] / member_sums["posters"],
            "replies": sums["replies"] / sums["messages"],
            "we": sums["we"] / sums["messages"],
        }
    )
    both = pd.MultiIndex.from_product([TRAITS, (0, 1)])  # though all be of one month
    wide = pd.DataFrame(shares.unstack()).reindex(columns=both)  # noqa: PD010
    columns = {
        f"{trait} {half}": wide[trait][half] for trait in TRAITS for half in (0, 1)
    }
    return select_groups_with_values(evidence, **columns)


def _correlate_halves(
    evidence: Evidence, rows: pd.DataFrame, one: str, other: str
) -> Interval:
    """Average the rank correlations of two traits across halves."""
    ranks = {
        (trait, half): standardise_ranks(rows[f"{trait} {half}"])
        for trait in (one, other)
        for half in (0, 1)
    }

    def statistic(weights: Floats) -> Floats:
        both = [
            resample_correlation(weights, ranks[one, half], ranks[other, 1 - half])
            for half in (0, 1)
        ]
        correlations: Floats = np.mean(both, axis=0)
        return correlations

    clusters = choose_clusters_for(evidence, rows["group"])
    return bootstrap_statistic(statistic, clusters, "identity", seed=SEED)
