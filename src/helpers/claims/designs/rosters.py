"""Shares of members, from samples of groups or complete member lists.

Amendment D3 of the register: one roster is decided within itself, its members being
the units; of two to seven each is, and they are put together in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.quantity import enclose_bounds
from helpers.inference import (
    cluster_by_label,
    compute_exact_interval,
    estimate_mean,
    estimate_rate_ratio,
    estimate_share,
)
from helpers.small_counts import People
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import FEWEST_NETWORKS


def is_one_small_network(rows: pd.DataFrame) -> bool:
    """Return whether the groups are of one network and too few for a bootstrap."""
    return len(rows) < FEWEST_NETWORKS and len(set(rows["network"])) == 1


def estimate_share_of_people(rows: pd.DataFrame, did: str, people: str) -> Interval:
    """Estimate a share of people over groups; exact if there is only one group.

    Of one group it is exact (Clopper–Pearson), people being the units.
    """
    if len(rows) == 1:
        return compute_exact_interval(int(rows[did].iloc[0]), int(rows[people].iloc[0]))
    each = rows.loc[rows.index.repeat(rows[people].astype(int))]
    nth = each.groupby("group").cumcount()
    return estimate_share(
        (nth < each[did]).to_numpy(),
        cluster_by_label(each["group"]),
        seed=SEED,
        replicates=DECIDING,
    )


def estimate_share_of_groups(rows: pd.DataFrame, holds: pd.Series[bool]) -> Interval:
    """Estimate the share of groups for which a condition is true, with its interval."""
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(holds, clusters, seed=SEED, replicates=DECIDING)


def estimate_pooled_share(
    did: pd.Series[int], people: pd.Series[int], clusters: Clusters
) -> Interval:
    """Estimate the share of people who did something, pooled over groups."""
    ones = people / people
    return estimate_rate_ratio(
        did, people, ones, ones, clusters, seed=SEED, replicates=DECIDING
    )


def estimate_mean_of_groups(rows: pd.DataFrame, share: pd.Series[float]) -> Interval:
    """Estimate the mean over groups of a share, such as silent members, per group."""
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_mean(share, clusters, seed=SEED, replicates=DECIDING)


def estimate_share_of_stayers(
    rows: pd.DataFrame,
    silent: pd.Series[int],
    gone_silent: pd.Series[int],
    gone: pd.Series[int] | int = 0,
) -> Interval:
    """Estimate the mean over groups of the silent share of members who stayed.

    Who left in silence may have been one or not: the limits enclose both readings. Of
    one group it is exact, its members being the units.

    Parameters
    ----------
    rows
        A row a group, with its ``members``.
    silent, gone_silent, gone
        How many of them stayed in silence, left in silence, left otherwise.
    """
    members = rows["members"]

    def mean(some_of: pd.Series[int], of: pd.Series[int]) -> Interval:
        if len(rows) > 1:
            has_stayers = of > 0  # of a group that all have left there is no share
            return estimate_mean_of_groups(
                rows[has_stayers], some_of[has_stayers] / of[has_stayers]
            )
        gates.pass_gates(
            gates.require_units(
                People(of.iloc[0]), "{n} members who stayed, {least} needed", 1
            )
        )
        return compute_exact_interval(int(some_of.iloc[0]), int(of.iloc[0]))

    bounds = mean(silent, members), mean(silent + gone_silent, members)
    share = mean(silent, members - gone_silent - gone)
    both = enclose_bounds(share, *bounds, why="both bounds of leavers")
    # the limits of a mean may lie beyond those of a share
    return replace(both, low=max(0.0, both.low), high=min(1.0, both.high))


def build_finding_over_groups(
    rows: pd.DataFrame, find: Callable[[pd.DataFrame], Finding]
) -> Finding:
    """Apply an estimator to all groups, or to each if too few for a bootstrap."""
    if is_one_small_network(rows):
        return build_finding_per_group(rows, find)
    return find(rows)


def build_finding_per_group(
    rows: pd.DataFrame, find: Callable[[pd.DataFrame], Finding]
) -> Finding:
    """Apply an estimator to each group of a network with too few for a bootstrap."""
    findings = [
        (str(name), find(own)) for name, own in rows.groupby("key", observed=True)
    ]
    first = findings[0][1]
    if len(findings) == 1:
        return first
    return Finding(
        components=(),
        definition=first.definition,
        gates=(
            gates.require_units(
                len(findings),
                "{n} groups that stand each on their own, {least} needed",
                1,
            ),
        ),
        qualifiers=first.qualifiers,
        speaks_for=first.speaks_for,
        variant=first.variant,
        cases=first.cases,
        parts=tuple(findings),
    )
