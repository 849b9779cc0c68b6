"""Owners and leaders: their reputation, and who operates several groups."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_difference,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.designs.importance.variance import estimate_shared_variance
from helpers.claims.quantities.activity import POSTERS, REPLY_RATIO, lively
from helpers.claims.quantities.codings import classify_kinds, is_kind, read_stated
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.claims.quantities.members import FULL, find_filling_times
from helpers.claims.quantities.spans import HALF_YEAR, MONTH
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_median, estimate_share
from helpers.survival import Interval, choose_clusters, fit_cox
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

LEAST_OPERATORS, LEAST_PLATFORMS = 30, 8


@estimates("s2-brand-solves-all")
def brand_solves(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, owned by a famous brand versus not."""
    landmark = compare_at_landmark(
        evidence, read_stated(evidence, "owner_branded", 0), 0
    )
    finding = landmark.finding(
        "owner with a brand before the group's origin, against none"
    )
    return replace(
        finding, beside=(*finding.beside, *count_literal(landmark, 1.0, alive=False))
    )


@estimates("s3-opinion-leader-needed")
def leader_needed(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of training groups' death, without leader to with."""
    leader = read_stated(evidence, "leader", MONTH)
    training = is_kind(evidence, "learning").reindex(leader.index)
    landmark = compare_at_landmark(evidence, leader[training.eq(1)], MONTH)
    return landmark.finding(
        "a leader with outside standing there by day 27, against none; training groups",
        {"all types": replace(landmark, exposure=leader)},
    )


@estimates("s0-bigname-groups-adrift")
def bignames_adrift(evidence: Evidence) -> Finding:
    """Estimate the difference in share barely active, celebrities' minus other groups.

    Adrift is alive at 180 days without 5 posters and 0.3 replies a message.
    """
    build = partial(
        select_adrift_groups, evidence, read_stated(evidence, "owner_bigname", 0)
    )
    rows = build()
    passed = gates.pass_gates(
        require_both_sides(rows["bigname"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )

    def estimate(posters: int, ratio: float) -> tuple[Interval, Interval]:
        return estimate_adrift(evidence, build(posters, ratio))

    return Finding.estimated(
        partial(estimate, POSTERS, REPLY_RATIO),
        "share adrift at 180 d, owners with a big name less others; then their share of"
        " the groups adrift",
        passed,
        {
            say("3 posters suffice"): partial(estimate, 3, REPLY_RATIO),
            say("reply ratio 0.15"): partial(estimate, POSTERS, 0.15),
        },
        qualifiers=("association",),
    )


def estimate_adrift(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Interval, Interval]:
    """Return the difference in barely active shares, and famous owners' share of these.

    Parameters
    ----------
    rows
        As `select_adrift_groups` returns them.
    """
    difference = estimate_difference(
        rows["adrift"], rows["bigname"], choose_clusters_for(evidence, rows["group"])
    )
    adrift = rows[rows["adrift"] == 1].reset_index(drop=True)
    clusters = choose_clusters_for(evidence, adrift["group"])
    return difference, estimate_share(adrift["bigname"], clusters, seed=SEED)


def select_adrift_groups(
    evidence: Evidence,
    bigname: pd.Series[float],
    posters: int = POSTERS,
    ratio: float = REPLY_RATIO,
) -> pd.DataFrame:
    """Return groups followed 180 days, and whether they were alive but inactive.

    Parameters
    ----------
    bigname : index group
        Whether the owner was a big name before.
    """
    lives = define_silent(evidence).lives
    lives = lives.where((lives.entry == 0) & (lives.potential >= HALF_YEAR))
    is_lively = lively(
        evidence, lives.group, HALF_YEAR, posters=posters, reply_ratio=ratio
    )
    adrift = pd.Series((lives.durations >= HALF_YEAR) & ~is_lively, lives.group)
    return select_groups_with_values(
        evidence, adrift=adrift.astype("float64"), bigname=bigname
    )


@estimates("s2-kol-fills-fast")
def fills_fast(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of reaching 100 members, celebrity to other owners."""
    rows = _select_filling(evidence, FULL)
    passed = gates.pass_gates(
        *gates.require_arms(rows["bigname"] == 1, rows["full"]),
        gates.require_ends_in_each_arm(rows["bigname"] == 1, rows["full"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )

    def estimate(full: int) -> Interval:
        rows = _select_filling(evidence, full)
        clusters = choose_clusters(rows["network"], rows["batch"])
        fit = fit_cox(
            rows["days"], rows["full"], rows[["bigname"]], cluster=clusters.codes
        )
        return fit["bigname"].ratio

    big = rows[(rows["bigname"] == 1) & rows["full"]]
    clusters = choose_clusters(big["network"], big["batch"])
    median = estimate_median(big["days"] * 24 * 60, clusters, seed=SEED)
    return Finding.estimated(
        partial(estimate, FULL),
        "HR of reaching 100 members, owners with a big name before the origin over"
        " others",
        passed,
        {
            say("{full} members", full=full): partial(estimate, full)
            for full in (50, 200)
        },
        qualifiers=("association",),
        note=say(
            "median minutes of the big names' groups that filled: {median}",
            median=median,
        ),
    )


def _select_filling(evidence: Evidence, full: int) -> pd.DataFrame:
    rows = find_filling_times(evidence, full)
    groups = rows.assign(
        bigname=rows["group"].map(read_stated(evidence, "owner_bigname", 0))
    )
    return groups.dropna(subset="bigname").reset_index(drop=True)


@estimates("s2-scene-not-skill")
def scene_not_skill(evidence: Evidence) -> Finding:
    """Estimate the share of variance in groups' log lifetimes due to who operates them.

    Platforms are fixed effects; operators with one group say nothing of their share.
    """
    named = _find_operators(evidence)
    rows = _select_operated(evidence, named)
    n_operators = int(rows["operator"].nunique())
    crossed = rows.groupby("operator")["platform"].nunique().gt(1).sum()
    passed = gates.pass_gates(
        gates.require_units(
            n_operators,
            "{n} operators of two groups or more, {least} needed",
            LEAST_OPERATORS,
        ),
        gates.Gate(
            "platforms",
            bool(crossed),
            say(
                "{crossed} operators on several platforms; some are needed to"
                " tell the two apart",
                crossed=crossed,
            ),
        ),
    )

    def estimate(w_days: float) -> Interval:
        rows = _select_operated(evidence, named, w_days)
        dummies = pd.get_dummies(rows["platform"], drop_first=True, dtype=float)
        return estimate_shared_variance(
            np.log(rows["age"]), rows["ended"], rows["operator"], dummies
        )

    return Finding.estimated(
        partial(estimate, SILENCE_DAYS),
        "share of the variance of log lifetimes between operators, platforms adjusted",
        passed,
        {say("W = {w}", w=w): partial(estimate, float(w)) for w in (30, 90)},
        qualifiers=("association",),
        note=say(
            "{platform} platforms; their own share is shown with"
            " {least_platforms} or more",
            platform=rows["platform"].nunique(),
            least_platforms=LEAST_PLATFORMS,
        ),
    )


def _find_operators(evidence: Evidence) -> pd.DataFrame:
    """Return the operator and platform of each group, where they are recorded."""
    try:
        return pd.DataFrame(
            {of: classify_kinds(evidence, of) for of in ("operator", "platform")}
        )
    except NotIdentifiableError as error:
        raise NotIdentifiableError(
            "operators and platforms are not recorded"
        ) from error


def _select_operated(
    evidence: Evidence, named: pd.DataFrame, w_days: float = SILENCE_DAYS
) -> pd.DataFrame:
    lives = define_silent(evidence, w_days=w_days).lives
    lives = lives.where((lives.entry == 0) & (lives.durations > 0))
    rows = pd.DataFrame(
        {"age": lives.durations, "ended": lives.ended}, pd.Index(lives.group)
    )
    rows = rows.join(named).dropna()
    several = rows.groupby("operator")["age"].transform("size") > 1
    return rows[several]
