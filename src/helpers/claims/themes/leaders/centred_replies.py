"""Concentration of replies and survival; owners' place in groups of friends."""

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
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted, scale_by_sd
from helpers.claims.quantities.beginnings import SIZE, VOLUME, select_first_weeks
from helpers.claims.quantities.codings import is_kind
from helpers.claims.quantities.deaths import SEED
from helpers.inference import estimate_share
from helpers.survival import Interval
from helpers.wording import say


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
