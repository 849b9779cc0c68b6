"""Kinds of groups: their lifetimes and activity."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_mean_ratio,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.importance.heterogeneity import estimate_spread
from helpers.claims.designs.simultaneous import estimate_pairwise_means
from helpers.claims.quantities.codings import classify_kinds, is_kind
from helpers.claims.quantities.death_definitions import SEED, define_silent
from helpers.claims.quantities.deaths import Ends
from helpers.claims.quantities.members import count_members_at
from helpers.claims.quantities.spans import YEAR
from helpers.survival import Interval, Lifetimes, estimate_mean_lifetime_ratio
from helpers.survival.silence import SILENCE_DAYS

LANDMARK = 28
FEWEST_KINDS = 3
FEWEST_CATEGORIES = 8


@estimates("s3-types-differ-in-survival")
def types_differ(evidence: Evidence) -> Finding:
    """Compare mean lifetimes between all pairs of types of groups."""
    ends = define_silent(evidence)
    names = _describe_common_definition(evidence, ends)
    passed = gates.pass_gates(
        gates.require_units(len(names), "types with 30 groups or more", FEWEST_KINDS),
        gates.require_clusters(ends.lives.network, ends.lives.batch),
    )
    others = {
        f"W = {w}": partial(_compare_pairs, evidence, names, float(w)) for w in (30, 90)
    }
    pairs = ", ".join(f"{a} over {b}" for a, b in combinations(sorted(names), 2))
    return Finding.estimated(
        partial(_compare_pairs, evidence, names),
        f"mean days of the first year, {pairs}; simultaneous limits",
        passed, others, qualifiers=("association",),
    )  # fmt: skip


def _describe_common_definition(evidence: Evidence, ends: Ends) -> list[str]:
    kind = classify_kinds(evidence)
    born = ends.lives.group[ends.lives.entry == 0]
    n_groups = kind.reindex(born).value_counts()
    return sorted(n_groups[n_groups >= gates.LEAST_IN_ARM].index)


def _compare_pairs(
    evidence: Evidence, names: list[str], w_days: float = SILENCE_DAYS
) -> tuple[Interval, ...]:
    lives = define_silent(evidence, w_days=w_days).lives
    kind = classify_kinds(evidence).reindex(lives.group)
    keep = kind.isin(names).to_numpy() & (lives.entry == 0)
    return tuple(
        estimate_pairwise_means(lives.where(keep), kind[keep].to_numpy(), YEAR).values()
    )


@estimates("s1-any-industry")
def any_industry(evidence: Evidence) -> Finding:
    """Estimate how much log hazards vary between industries of groups.

    Each category's deaths over those expected at its groups' ages from all groups.
    """
    category = classify_kinds(evidence, "category")
    table = _count_by_category(evidence, category)
    passed = gates.pass_gates(
        gates.require_units(len(table), "categories with 30 groups", FEWEST_CATEGORIES)
    )

    def estimate(w_days: float) -> Interval:
        return estimate_kind_spread(_count_by_category(evidence, category, w_days))

    return Finding.estimated(
        partial(estimate_kind_spread, table),
        "standard deviation between categories of log(deaths over those expected)",
        passed, {f"W = {w}": partial(estimate, float(w)) for w in (30, 90)},
        qualifiers=("proxy",),
    )  # fmt: skip


def _count_by_category(
    evidence: Evidence, kind: pd.Series[str], w_days: float = SILENCE_DAYS
) -> pd.DataFrame:
    return count_deaths_by_kind(define_silent(evidence, w_days=w_days).lives, kind)


def count_deaths_by_kind(lives: Lifetimes, kind: pd.Series[str]) -> pd.DataFrame:
    """Count observed and expected deaths of groups by kind."""
    category = kind.reindex(lives.group)
    keep = category.notna().to_numpy() & (lives.entry == 0)
    lives, category = lives.where(keep), category[keep]
    order = np.sort(lives.durations)
    dead, deaths = np.unique(lives.durations[lives.ended], return_counts=True)
    at_risk = len(order) - np.searchsorted(order, dead)
    hazard = np.concatenate([[0.0], np.cumsum(deaths / at_risk)])
    expected = hazard[np.searchsorted(dead, lives.durations, side="right")]
    rows = pd.DataFrame(
        {"category": category.to_numpy(), "died": lives.ended, "expected": expected}
    )
    table = rows.groupby("category").agg(
        groups=("died", "size"), died=("died", "sum"), expected=("expected", "sum")
    )
    large = table["groups"] >= gates.LEAST_IN_ARM
    return table[large & table["died"].gt(0)]


def estimate_kind_spread(table: pd.DataFrame) -> Interval:
    """Estimate the between-kind standard deviation of log hazards."""
    return estimate_spread(
        np.log(table["died"] / table["expected"]), table["died"] ** -0.5
    )


@estimates("s3-friend-groups-active")
def friends_active(evidence: Evidence) -> Finding:
    """Compare messages per member and lifetimes of friends' and other groups."""
    friends = is_kind(evidence, "friends")
    rows = _compute_per_member(evidence, friends)
    passed = gates.pass_gates(
        require_both_sides(rows["friends"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )

    def estimate(
        rows: pd.DataFrame, w_days: float = SILENCE_DAYS
    ) -> tuple[Interval, Interval]:
        ratio = estimate_mean_ratio(
            rows["messages"],
            rows["friends"],
            choose_clusters_for(evidence, rows["group"]),
            exposure=rows["members"],
        )
        return ratio, _compare_lifetimes(evidence, friends, w_days)

    half = rows["members"] >= rows["members"].median()
    return Finding.estimated(
        partial(estimate, rows),
        "messages a member in days 28–83, friends' groups over others; then mean days"
        " of the first year",
        passed,
        {
            "large groups": partial(estimate, rows[half]),
            "small groups": partial(estimate, rows[~half]),
            "W = 90": partial(estimate, rows, 90.0),
        },
        qualifiers=("association",),
    )


def _compute_per_member(evidence: Evidence, friends: pd.Series[float]) -> pd.DataFrame:
    messages = evidence.window("28-83").set_index("group")["messages"]
    members = count_members_at(evidence, LANDMARK)
    return select_groups_with_values(
        evidence, messages=messages, members=members[members > 0], friends=friends
    )


def _compare_lifetimes(
    evidence: Evidence, exposed: pd.Series[float], w_days: float = SILENCE_DAYS
) -> Interval:
    lives = define_silent(evidence, w_days=w_days).lives
    side = exposed.reindex(lives.group)
    lives, side = lives.where(side.notna()), side.dropna()
    return estimate_mean_lifetime_ratio(lives, side.to_numpy() == 1, YEAR, seed=SEED)
