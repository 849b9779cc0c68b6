"""Core members and centred replies: their effect on later activity and survival."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
    stratified,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_difference,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.corpora_strata import (
    build_cluster_gate,
    build_corpus_constants,
    build_stratum_qualifiers,
    choose_clusters_in,
)
from helpers.claims.designs.count_regression import compare_kinds
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted, scale_by_sd
from helpers.claims.designs.panel import Panel
from helpers.claims.quantities.codings import is_kind
from helpers.claims.quantities.deaths import SEED, list_conditions
from helpers.claims.quantities.spans import (
    SIZE,
    VOLUME,
    select_first_weeks,
    summarise_first_month,
)
from helpers.inference import cluster_by_label, estimate_share
from helpers.measures.months import LATER_DAYS as MONTHS_LATER_DAYS
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Clusters, Interval
from helpers.wording import say

BACKBONE = 5
ALONE = 1
LEAST_CORE = 3
LEAST_MILD = 10
LEAST_GROUPS = 30
LATER_DAYS = 118
HALF_YEAR_DAYS = 180


@stratified("s4-core-members-needed")
@estimates("s4-core-members-needed")
def core_members_needed(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, five core members to one or none."""
    panel = Panel(evidence=evidence, exposure=partial(_has_backbone, core="core_8"))
    sets: Sets = {
        "core": {say("core from {n} days", n=n): f"core_{n}" for n in (8, 4, 12)},
        "measure": {
            "≥ 5 against ≤ 1": _has_backbone,
            say("half against a tenth"): _mark_core_share,
        },
        "lag": {"the month after": 0, say("a month later"): 1},
    }
    return panel.finding(
        say(
            "≥ 5 against ≤ 1 posters with ≥ 8 days in the 28 days before;"
            " first silence of 60 days; every 28 days of age"
        ),
        sets,
        lambda core, measure, lag: replace(
            panel, exposure=partial(measure, core=core), lag=lag
        ),
    )


def _has_backbone(rows: pd.DataFrame, core: str) -> pd.Series[float]:
    between_ = (rows[core] > ALONE) & (rows[core] < BACKBONE)
    return (rows[core] >= BACKBONE).astype("float64").where(~between_, np.nan)


def _mark_core_share(rows: pd.DataFrame, core: str) -> pd.Series[float]:
    share = (rows[core] / rows["posters"].where(rows["posters"] > 0)).fillna(0)
    middle = (share > 0.1) & (share < 0.5)  # noqa: PLR2004 - named where it is used
    return (share >= 0.5).astype("float64").where(~middle, np.nan)  # noqa: PLR2004


@stratified("s0-100-fanatics")
@estimates("s0-100-fanatics")
def hundred_fanatics(evidence: Evidence) -> Finding:
    """Estimate the ratio of a core to a casual member's effect on the rest's messages.

    A unit is a group with 3 core and 10 mild members. Later are days 28–117; others
    are neither core nor mild in days 0–27, so that nobody's own writing is counted.
    """
    rows = summarise_first_month(evidence)
    followed = rows["end_us"] - rows["origin_us"] >= LATER_DAYS * DAY_US
    rows = rows[followed].merge(evidence.beginnings, "left", "group")
    rows = rows.fillna({"later_by_others": 0, "later_by_newcomers": 0})
    passed = gates.pass_gates(_require_both_kinds(rows), build_cluster_gate(rows))
    rows = rows.assign(lived=_mark_survivors(rows))
    sets: Sets = {
        "core": {say("core from {n} days", n=n): f"core_{n}" for n in (8, 4, 12)},
        "outcome": {
            "messages by others": "later_by_others",
            say("messages by newcomers"): "later_by_newcomers",
            say("alive at 180 d"): "lived",
        },
        "groups": {
            "with both kinds": _select_both_kinds,
            **list_conditions(evidence),
        },
    }
    return Finding(
        components=(
            _estimate_per_head(_select_both_kinds(rows), "core_8", "later_by_others"),
        ),
        definition=say(
            "change of log messages by others in days 28–117 for one core"
            " member (≥ 8 days in days 0–27) over that for one mild member"
            " (1–2 days), in groups with ≥ {least_core} and ≥ {least_mild}"
            " of these",
            least_core=LEAST_CORE,
            least_mild=LEAST_MILD,
        ),
        gates=passed,
        specifications=multiply_sets(
            sets,
            lambda core, outcome, groups: _estimate_per_head(
                groups(rows), core, outcome
            ),
        ),
        beside=_compare_month_by_month(evidence),
        qualifiers=build_stratum_qualifiers(rows, ("proxy", "association")),
        note=say("invitations are not recorded: messages by others are the outcome"),
    )


def _compare_month_by_month(evidence: Evidence) -> tuple[Supplement, ...]:
    """Estimate the core-to-casual ratio of effects on messages, from later months."""
    months = evidence.months[evidence.months["month"] > 0]
    born = evidence.from_birth.drop(columns=["messages", "posters"])
    rows = born.merge(months, on="group")
    until = (rows["month"] + 1) * MONTH_DAYS + MONTHS_LATER_DAYS
    watched = (rows["end_us"] - rows["origin_us"]) / DAY_US >= until
    rows = _select_both_kinds(rows[watched]).reset_index(drop=True)

    def estimate() -> Interval:
        clusters = cluster_by_label(rows["group"])
        return _estimate_per_head(rows, "core_8", "later_by_others", clusters)

    return Supplement.tried(say("later months of the same groups"), estimate)


def _mark_survivors(rows: pd.DataFrame) -> pd.Series[float]:
    """Return 1 for groups active at day 180, 0 if not, NaN if not followed."""
    is_followed = rows["end_us"] - rows["origin_us"] >= (HALF_YEAR_DAYS + 60) * DAY_US
    later = rows["last_us"] - rows["origin_us"] >= HALF_YEAR_DAYS * DAY_US
    return later.astype("float64").where(is_followed)


def _require_occurrences(outcome: pd.Series[float]) -> gates.Gate:
    """Check that enough groups have a non-zero outcome, and a zero one if binary."""
    n_positive, n_zero = int((outcome > 0).sum()), int((outcome == 0).sum())
    least = n_positive if outcome.max() > 1 else min(n_positive, n_zero)
    return gates.require_at_least(
        "outcome",
        least,
        LEAST_GROUPS,
        "{some} groups with the outcome and {none} without, {least} needed",
        some=n_positive,
        none=n_zero,
    )


def _select_both_kinds(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["core_8"] >= LEAST_CORE) & (rows["mild"] >= LEAST_MILD)]


def _require_both_kinds(rows: pd.DataFrame) -> gates.Gate:
    both = len(_select_both_kinds(rows))
    return gates.require_at_least(
        "core and mild members",
        both,
        LEAST_GROUPS,
        "{n} groups with ≥ {least_core} core and ≥"
        " {least_mild} mild members, {least} needed",
        n=both,
        least_core=LEAST_CORE,
        least_mild=LEAST_MILD,
    )


def _estimate_per_head(
    rows: pd.DataFrame, core: str, outcome: str, clusters: Clusters | None = None
) -> Interval:
    rows = rows[rows[outcome].notna()]
    gates.pass_gates(_require_both_kinds(rows), _require_occurrences(rows[outcome]))
    middle = (rows["posters"] - rows[core] - rows["mild"]).clip(lower=0)
    heads = rows[[core, "mild"]].astype("float64").assign(middle=middle)
    if rows["members"].notna().all():
        heads["log members"] = np.log1p(rows["members"].astype("float64"))
    heads = pd.concat([heads, build_corpus_constants(rows)], axis=1)
    heads = heads.loc[:, heads.max() > heads.min()]
    drawn = clusters or choose_clusters_in(rows)
    return compare_kinds(rows[outcome], heads, drawn).quotient(core, "mild")


@estimates("s0-decentralised-better")
def decentralised_better(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death per SD of reply concentration.

    Centralisation is the log of the effective number of centres that replies at random
    would give, over the one found.
    """
    gates.pass_gates(
        gates.require_explicit_replies(evidence.study.manifest.centres_from)
    )
    rows = select_first_weeks(evidence)
    central = (rows["centres_null"] / rows["centres"]).apply(np.log)
    landmark = Landmark(
        evidence=evidence,
        exposure=central,
        adjust=log_adjusted(rows, VOLUME, SIZE),
        coding=scale_by_sd,
    )
    alternatives = {
        say("Gini of messages"): replace(landmark, exposure=rows["gini"]),
        say("top poster's share"): replace(landmark, exposure=rows["top_share"]),
    }
    if evidence.observability.owner_known:
        alternatives["owner's share"] = replace(landmark, exposure=rows["owner_share"])
    return landmark.finding(
        say("HR per SD of log(centres by chance / centres) of replies in days 0–27"),
        alternatives,
        ("proxy", "association"),
    )


@estimates("s3-friend-groups-centred")
def friends_centred(evidence: Evidence) -> Finding:
    """Estimate the share of friends' groups with most replies to the owner."""
    rows = _summarise_owners_on_top(evidence, "28-83")
    passed = gates.pass_gates(
        require_both_sides(rows["friends"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )

    def estimate(window: str) -> tuple[Interval, Interval]:
        rows = _summarise_owners_on_top(evidence, window)
        clusters = choose_clusters_for(evidence, rows["group"])
        friends_groups = rows[rows["friends"] == 1]
        share = estimate_share(
            friends_groups["top"],
            choose_clusters_for(evidence, friends_groups["group"]),
            seed=SEED,
        )
        return share, estimate_difference(rows["top"], rows["friends"], clusters)

    alternatives = {
        say("days {name}", name=name): partial(estimate, name)
        for name in ("28-55", "84-181")
    }
    return Finding.estimated(
        partial(estimate, "28-83"),
        "friends' groups whose owner receives most replies in days 28–83; then less"
        " the share in other types",
        passed, alternatives, qualifiers=("association",),
    )  # fmt: skip


def _summarise_owners_on_top(evidence: Evidence, window: str) -> pd.DataFrame:
    rows = evidence.window(window).set_index("group")
    top = rows["owner_top"].dropna().astype("float64")
    return select_groups_with_values(
        evidence, top=top, friends=is_kind(evidence, "friends")
    )
