"""Types of groups, such as friends or interest: their lifetimes and activity."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    take_first_choices,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import SIDE_BY_SIDE
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_mean_ratio,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.strata import estimate_pairwise_means
from helpers.claims.designs.variance import count_by_category, estimate_kind_spread
from helpers.claims.quantities.codings import classify_kinds, is_kind
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.claims.quantities.members import count_members_at
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.spans import YEAR
from helpers.records import DAY_US
from helpers.survival import (
    Interval,
    Lifetimes,
    estimate_mean_lifetime_ratio,
    estimate_survival,
)
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import join_messages, say

LANDMARK = 28
FEWEST_KINDS = 3
FEWEST_CATEGORIES = 8
W, LONG_W = SIDE_BY_SIDE
IDLE, LONG_IDLE = 180, 365  # days without an event
INDUSTRY, FINER = "industry", "subject"
SILENT_FOR = {say("W = 60"): SILENCE_DAYS, say("W = 30"): 30.0, say("W = 90"): 90.0}


@estimates("s3-types-differ-in-survival")
@stands_in("s3-types-differ-in-survival", needs=("type", "births"))
def types_differ(evidence: Evidence) -> Finding:
    """Estimate ratios of mean lifetimes in the first year, for all pairs of types."""
    talks = evidence.records("groups")
    kinds = (_lives_by_type if talks else _lives_of_boards)(evidence)
    passed = gates.pass_gates(*kinds.gate())
    return kinds.build_finding(kinds.rows(**kinds.chosen), _compare_pairs, passed)


def _compare_pairs(rows: tuple[Lifetimes, pd.Series[str]]) -> tuple[Interval, ...]:
    lives, kind = rows
    return tuple(estimate_pairwise_means(lives, kind.to_numpy(), YEAR).values())


def _state_pairs(names: Iterable[str]) -> str:
    """Describe in words which types of groups are compared, pair by pair."""
    pairs = combinations(names, 2)
    return join_messages(", ", (say("{a} over {b}", a=a, b=b) for a, b in pairs))


def _lives_by_type(evidence: Evidence) -> Quantity[tuple[Lifetimes, pd.Series[str]]]:
    """Return lifetimes of groups and their type, for types with 30 groups or more."""
    ends = define_silent(evidence)
    kind = classify_kinds(evidence)
    n_groups = kind.reindex(ends.lives.group[ends.lives.entry == 0]).value_counts()
    names = sorted(n_groups[n_groups >= gates.LEAST_IN_ARM].index)

    def select(w_days: float) -> tuple[Lifetimes, pd.Series[str]]:
        lives = define_silent(evidence, w_days=w_days).lives
        kinds = kind.reindex(lives.group)
        keep = kinds.isin(names).to_numpy() & (lives.entry == 0)
        return lives.where(keep), kinds[keep]

    pairs = _state_pairs(names)
    return Quantity(
        rows=select,
        definition=say(
            "mean days of the first year, {pairs}; simultaneous limits", pairs=pairs
        ),
        sets={"w_days": SILENT_FOR},
        gate=lambda: (
            gates.require_units(
                len(names),
                "{n} types with 30 groups or more, {least} needed",
                FEWEST_KINDS,
            ),
            gates.require_clusters(ends.lives.network, ends.lives.batch),
        ),
    )


def _lives_of_boards(evidence: Evidence) -> Quantity[tuple[Lifetimes, pd.Series[str]]]:
    """Return lifetimes of message boards by topic, for several definitions of death."""
    sets: Sets = {
        "of": {"parents": "type", say("planes"): "plane"},
        "w_days": {say("W = 60"): W, say("W = 180"): LONG_W},
        "used": {"all boards": False, say("ever used"): True},
    }
    lives, kind = _list_boards(evidence, **take_first_choices(sets))
    names = sorted(kind.unique())
    pairs = _state_pairs(names)
    return Quantity(
        rows=partial(_list_boards, evidence),
        definition=say(
            "mean days of the first year, {pairs}; simultaneous limits; no"
            " activity for 60 days",
            pairs=pairs,
        ),
        sets=sets,
        qualifiers=QUALIFIERS,
        gate=lambda: (
            gates.require_at_least(
                "types",
                len(names),
                FEWEST_KINDS,
                "{n} kinds with 30 boards or more, {least} needed",
                n=len(names),
            ),
            gates.require_clusters(lives.network, lives.batch),
        ),
        note=say(
            "{n} boards under parents of 30 or more; the source's kinds,"
            " not the article's; a board was looked at once",
            n=len(lives),
        ),
    )


def _list_boards(
    evidence: Evidence, of: str, w_days: float, *, used: bool
) -> tuple[Lifetimes, pd.Series[str]]:
    """Return lifetimes of message boards, in topics with 30 boards or more."""
    lives = define_registered_lifetimes(evidence, w_days=w_days).lives
    if used:
        lives = lives.where(~lives.never_active)
    kind = classify_kinds(evidence, of).reindex(lives.group)
    n_boards = kind.value_counts()
    keep = kind.isin(n_boards.index[n_boards >= gates.LEAST_IN_ARM]).to_numpy()
    return lives.where(keep), kind[keep]


@estimates("s1-any-industry")
@stands_in("s1-any-industry", needs=("category", "births"))
@stands_in("s1-any-industry", needs=("industry",), planned=True)
def any_industry(evidence: Evidence) -> Finding:
    """Estimate the SD of log death hazards between groups of different industries.

    Each category's deaths over those expected at its groups' ages from all groups.
    Where a list of groups is all there is, closed ones are gone from it, which hides
    differences: a spread may contradict the claim that industry makes none, and no
    spread may not support it. These groups meet about monthly, so an end is a silence
    of 180 days.
    """
    talks = evidence.records("groups")
    listed = evidence.records("industry")
    if listed and not (talks and evidence.records("births", "category")):
        return _compare_listed(evidence)
    define = define_silent if talks else define_registered_lifetimes
    silences = SILENT_FOR if talks else {say("W = 60"): W, say("W = 180"): LONG_W}
    category = classify_kinds(evidence, "category")

    def count(w_days: float) -> pd.DataFrame:
        return _count_deaths(define(evidence, w_days=w_days).lives, category)

    def estimate(w_days: float) -> Interval:
        return estimate_kind_spread(count(w_days))

    w_days, *other_windows = silences.values()
    table = count(w_days)
    n, least = len(table), FEWEST_CATEGORIES
    passed = gates.pass_gates(
        gates.require_units(n, "{n} categories with 30 groups, {least} needed", least)
        if talks
        else gates.require_units(
            n, "{n} categories with 30 boards, {least} needed", least
        )
    )
    return Finding.estimated(
        partial(estimate_kind_spread, table),
        "standard deviation between categories of log(deaths over those expected)",
        passed,
        {say("W = {w:g}", w=w): partial(estimate, w) for w in other_windows},
        qualifiers=("proxy",),
    )


def _compare_listed(evidence: Evidence) -> Finding:
    """Estimate the SD of log death hazards between industries of a city's groups."""
    lives = _list_industry_lives(evidence, INDUSTRY, IDLE)
    large = lives.groupby("category").size()
    n_large = int((large >= gates.LEAST_IN_ARM).sum())
    passed = gates.pass_gates(
        gates.require_units(
            n_large,
            "{n} categories with 30 groups at risk, {least} needed",
            FEWEST_CATEGORIES,
        )
    )
    primary = _estimate_listed_spread(lives)
    return Finding.estimated(
        lambda: primary,
        say(
            "standard deviation between industries of log(groups that"
            " stopped over those expected); no event for {w} days, groups"
            " at risk from the window's start",
            w=IDLE,
        ),
        passed,
        {
            say("W = {long_w}", long_w=LONG_IDLE): lambda: _estimate_listed_spread(
                _list_industry_lives(evidence, INDUSTRY, LONG_IDLE)
            ),
            say("finer categories"): lambda: _estimate_listed_spread(
                _list_industry_lives(evidence, FINER, IDLE)
            ),
        },
        permuted=Permutations(
            primary, partial(_permute_industries, lives), ratio=False
        ),
        beside=_find_lowest_survival(lives),
        qualifiers=("proxy", "survivors"),
        may="contradict",
        note=say(
            "{n} groups at risk, {ended} stopped, {n_large} categories",
            n=len(lives),
            ended=int(lives["ended"].sum()),
            n_large=n_large,
        ),
    )


def _list_industry_lives(evidence: Evidence, of: str, w_days: float) -> pd.DataFrame:
    """Return groups' industries and lifetimes; `w_days` without an event mean death."""
    rows = evidence.groups.set_index("group")
    facts = evidence.table("facts")
    last = facts[facts["fact"].eq("last_event")].set_index("group")["value"]
    born = rows["origin_us"] / DAY_US
    until = rows["end_us"] / DAY_US - w_days
    lives = pd.DataFrame(
        {
            "category": classify_kinds(evidence, of).reindex(rows.index),
            "entry": rows["entry_us"] / DAY_US - born,
            "exit": np.minimum(last.reindex(rows.index) + 0.5, until) - born,
            "ended": last.reindex(rows.index) + 0.5 < until,
        }
    )
    return lives[lives["category"].notna() & lives["exit"].gt(lives["entry"])]


def _estimate_listed_spread(lives: pd.DataFrame) -> Interval:
    """Estimate the SD of log death hazards between categories with enough groups."""
    usable = count_by_category(lives)
    gates.pass_gates(
        gates.require_units(
            len(usable),
            "{n} categories with an end, {least} needed",
            FEWEST_CATEGORIES,
        )
    )
    return estimate_kind_spread(usable)


def _permute_industries(lives: pd.DataFrame, seed: int) -> Interval:
    shuffled = np.random.default_rng(seed).permutation(lives["category"])
    return _estimate_listed_spread(lives.assign(category=shuffled))


def _find_lowest_survival(lives: pd.DataFrame) -> tuple[Supplement, ...]:
    """Return the industry with the lowest one-year survival of groups."""
    shares = []
    for name, own in lives.groupby("category"):
        if len(own) < gates.LEAST_IN_ARM:
            continue
        curve = estimate_survival(own["exit"], own["ended"], own["entry"])
        share = curve.from_at_risk().interval(YEAR)
        shares.append(Supplement(say("alive after a year: {name}", name=name), share))
    return (
        (min(shares, key=lambda supplement: supplement.interval.estimate),)
        if shares
        else ()
    )


def _count_deaths(lives: Lifetimes, kind: pd.Series[str]) -> pd.DataFrame:
    """Count deaths and those expected at equal ages, by type of groups from birth."""
    rows = pd.DataFrame(
        {
            "category": kind.reindex(lives.group).to_numpy(),
            "entry": lives.entry,
            "exit": lives.durations,
            "ended": lives.ended,
        }
    )
    rows = rows[rows["category"].notna() & (rows["entry"] == 0)]
    return count_by_category(rows.assign(entry=-1.0))  # deaths on day 0 count too


@estimates("s3-friend-groups-active")
def friends_active(evidence: Evidence) -> Finding:
    """Estimate ratios of messages per head and lifetimes, friends' to other groups."""
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
            say("W = 90"): partial(estimate, rows, 90.0),
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
