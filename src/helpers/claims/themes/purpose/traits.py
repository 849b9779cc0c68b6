"""Correlations between traits of successful groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.quantities.codings import measure_coded
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.quantity import Quantity
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.wording import join_messages, say

TRAITS = ("retention", "replies", "we")
CODED = ("retention", "replies", "identification", "sales")
GROUP = ("group", "network", "batch")


@estimates("s0-success-traits-cohere")
@stands_in("s0-success-traits-cohere", needs=("groups", "senders", "months", "voices"))
def traits_cohere(evidence: Evidence) -> Finding:
    """Estimate rank correlations between groups' traits, such as retention.

    Two traits of one message cannot meet: one is read of other months than the other.
    """
    coded = evidence.records("replies", "identification", "sales")
    traits = (_coded_traits if coded else _traits_months_apart)(evidence)
    rows = traits.rows(**traits.chosen)
    passed = gates.pass_gates(*gates.require_sampled(rows))

    def estimate(rows: pd.DataFrame) -> tuple[Interval, ...]:
        return tuple(
            _estimate_spearman(evidence, rows, *pair)
            for pair in combinations(_list_traits(rows), 2)
        )

    note = say("success is defined by some of these traits: partly true by definition")
    return traits.build_finding(rows, estimate, passed, note=note)


def _list_traits(rows: pd.DataFrame) -> list[str]:
    """List the traits that the columns of a table measure, each once."""
    names = [str(name).removesuffix(say(" 0")).removesuffix(say(" 1")) for name in rows]
    return [name for name in dict.fromkeys(names) if name not in GROUP]


def _state_pairs(traits: Iterable[str]) -> str:
    """Describe each pair of group traits that is correlated, in words."""
    pairs = combinations(traits, 2)
    return join_messages(", ", (say("{a} with {b}", a=a, b=b) for a, b in pairs))


def _coded_traits(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return counted retention and replies by group, and hand-coded other traits.

    Posters kept from month to month in days 28–83, replies a message in days 84–181.
    """
    pairs = _state_pairs(CODED)
    return Quantity(
        rows=partial(_build_traits, evidence),
        definition=say("Spearman's correlations: {pairs}", pairs=pairs),
        sets={
            "replies": {
                "all replies": "replies",
                say("explicit replies only"): "replies_explicit",
            }
        },
        qualifiers=(),
    )


def _build_traits(evidence: Evidence, replies: str) -> pd.DataFrame:
    months = evidence.months[evidence.months["month"].isin([1, 2])]
    member_sums = months.groupby("group")[["retained", "posters"]].sum()
    later = evidence.window("84-181").set_index("group")
    columns = {
        "retention": member_sums["retained"]
        / member_sums["posters"].where(member_sums["posters"] > 0),
        "replies": later[replies] / later["messages"].where(later["messages"] > 0),
    } | {name: measure_coded(evidence, name) for name in CODED[2:]}
    return select_groups_with_values(evidence, **columns)


def _traits_months_apart(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return each group's traits measured in odd months and in even months.

    Sales and belief are not known: all three pairs may fail to go together, and cannot
    show that all traits of success do.
    """
    pairs = _state_pairs(TRAITS)
    return Quantity(
        rows=partial(_split_halves, evidence),
        definition=say(
            "Spearman's correlations over groups of 100 messages, one trait"
            " of odd and the other of even months, and back: {pairs}"
            " (messages with we, our, us)",
            pairs=pairs,
        ),
        sets={
            "least": {
                say("{least} messages", least=least): least for least in (100, 50, 200)
            }
        },
        qualifiers=("proxy", "partly tautological"),
        standing={"may": "contradict"},
    )


def _split_halves(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return each group's traits from odd months, and from even months."""
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


def _estimate_spearman(
    evidence: Evidence, rows: pd.DataFrame, first: str, other: str
) -> Interval:
    """Estimate the rank correlation of two traits, measured in different months."""
    columns = [(first, other)]
    if first not in rows:
        columns = [(f"{first} {half}", f"{other} {1 - half}") for half in (0, 1)]
    pairs = [[standardise_ranks(rows[name]) for name in pair] for pair in columns]

    def statistic(weights: Floats) -> Floats:
        both = [resample_correlation(weights, *pair) for pair in pairs]
        correlations: Floats = np.mean(both, axis=0)
        return correlations

    clusters = choose_clusters_for(evidence, rows["group"])
    return bootstrap_statistic(statistic, clusters, "identity", seed=SEED)


def standardise_ranks(values: pd.Series[float]) -> Floats:
    """Return standardised ranks of values over groups."""
    return np.asarray(stats.zscore(values.rank().to_numpy(np.float64)), np.float64)


def resample_correlation(weights: Floats, x: Floats, y: Floats) -> Floats:
    """Return the correlation of two variables in each bootstrap sample.

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
