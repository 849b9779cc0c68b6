"""Owners and leaders: their reputation, and who operates several groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
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
from helpers.claims.designs.variance import estimate_shared_variance
from helpers.claims.quantities.activity import POSTERS, REPLY_RATIO, lively
from helpers.claims.quantities.codings import classify_kinds, read_stated
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.claims.quantities.founders import bignames_of, leaders_of
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


@stands_in("s3-opinion-leader-needed", needs=("founders",), planned=True)
@estimates("s3-opinion-leader-needed")
def leader_needed(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio, groups with a leader of standing to others."""
    leaders = leaders_of(evidence)
    landmark = compare_at_landmark(evidence, leaders.rows(**leaders.chosen), MONTH)
    finding = landmark.finding(
        leaders.definition,
        {
            words: replace(landmark, exposure=leaders.rows(**choice))
            for words, choice in leaders.others.items()
        },
        leaders.qualifiers,
    )
    return replace(finding, **leaders.standing)


@stands_in("s0-bigname-groups-adrift", needs=("founders",), planned=True)
@estimates("s0-bigname-groups-adrift")
def bignames_adrift(evidence: Evidence) -> Finding:
    """Estimate the difference in share barely active, celebrities' minus other groups.

    Adrift is alive at 180 days without 5 posters and 0.3 replies a message.
    """
    bignames = bignames_of(evidence)

    def estimate(
        choice: Mapping[str, Any], posters: int = POSTERS, ratio: float = REPLY_RATIO
    ) -> tuple[Interval, Interval]:
        owners = bignames.rows(**choice)
        rows = _select_adrift_groups(evidence, owners, posters, ratio)
        return _estimate_adrift(evidence, rows)

    chosen = bignames.chosen
    rows = _select_adrift_groups(evidence, bignames.rows(**chosen))
    passed = gates.pass_gates(
        require_both_sides(rows["bigname"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    observed = _estimate_adrift(evidence, rows)
    return Finding.estimated(
        lambda: observed,
        bignames.definition,
        passed,
        {
            **{
                words: partial(estimate, choice)
                for words, choice in bignames.others.items()
            },
            say("3 posters suffice"): partial(estimate, chosen, 3),
            say("reply ratio 0.15"): partial(estimate, chosen, ratio=0.15),
        },
        permuted=Permutations.of(
            observed[0],
            rows,
            lambda permuted: _estimate_adrift(evidence, permuted)[0],
            "bigname",
            ("network",),
            ratio=False,
        ),
        qualifiers=bignames.qualifiers,
        **bignames.standing,
    )


def _estimate_adrift(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Interval, Interval]:
    """Return the difference in barely active shares, and famous owners' share of these.

    Parameters
    ----------
    rows
        As `_select_adrift_groups` returns them.
    """
    difference = estimate_difference(
        rows["adrift"], rows["bigname"], choose_clusters_for(evidence, rows["group"])
    )
    adrift = rows[rows["adrift"] == 1].reset_index(drop=True)
    clusters = choose_clusters_for(evidence, adrift["group"])
    return difference, estimate_share(adrift["bigname"], clusters, seed=SEED)


def _select_adrift_groups(
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
