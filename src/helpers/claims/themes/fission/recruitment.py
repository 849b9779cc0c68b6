"""Who recruits members: inviters, promoters, and rewards for inviting."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.rates.count_regression import compare_kinds
from helpers.claims.designs.rates.event_study import (
    Series,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
)
from helpers.claims.quantities.members import BROUGHT, list_joins, select_stayed
from helpers.claims.quantities.spans import MONTH, to_local_day
from helpers.survival import Interval
from helpers.wording import say

FIRST_FEW = 20
QUARTER = 0.25
SIZED_AT = 90
LATER = 180
LEAST_JOINS = 100
PROMOTED = ("owner", "advertisement")
SOON = (1, 14)
A_WEEK = (1, 7)


@estimates("s3-groups-start-with-friends")
def start_with_friends(evidence: Evidence) -> Finding:
    """Estimate the ratio of members at day 90 per +25 points of invited early joins."""
    rows = _summarise_invited(evidence, FIRST_FEW)
    passed = gates.pass_gates(
        *gates.require_sampled(rows),
    )

    def estimate(first: int, day: int) -> Interval:
        rows = _summarise_invited(evidence, first, day)
        share = pd.DataFrame({"share": rows["share"] / QUARTER})
        clusters = choose_clusters_for(evidence, rows["group"])
        return compare_kinds(rows["size"], share, clusters).ratio("share")

    return Finding.estimated(
        partial(estimate, FIRST_FEW, SIZED_AT),
        "members at day 90 per +0.25 of the first 20 joins that a member invited",
        passed,
        {
            "first 10": partial(estimate, 10, SIZED_AT),
            "at day 180": partial(estimate, FIRST_FEW, LATER),
        },
        qualifiers=("association",),
    )


def _summarise_invited(
    evidence: Evidence, first: int, day: int = SIZED_AT
) -> pd.DataFrame:
    rows = (
        list_joins(evidence)
        .dropna(subset="channel")
        .sort_values(["group", "joined_us"])
    )
    rows = rows[rows["until"] > day]
    early = rows.groupby("group").head(first)
    by = early.groupby("group")["channel"]
    share = by.agg(lambda channel: channel.isin(BROUGHT).mean())
    members = rows[(rows["joined"] < day) & ~(rows["left"] < day)]
    size = members.groupby("group").size().reindex(share.index, fill_value=0)
    return select_groups_with_values(
        evidence, share=share[by.size() == first], size=size
    )


@estimates("s3-users-best-promoters")
def best_promoters(evidence: Evidence) -> Finding:
    """Estimate the difference in retention, joiners invited by members or by owners.

    Within groups: each is compared with others of the same group.
    """
    rows = _select_promoted(evidence)
    passed = gates.pass_gates(
        gates.require_units(rows["group"].nunique()),
        require_both_sides(rows["exposed"], LEAST_JOINS, "joiners"),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(days: float) -> Interval:
        rows = select_stayed(_select_promoted(evidence), days)
        by = rows["group"]
        deviations = rows[["kept", "exposed"]] - rows.groupby(by)[
            ["kept", "exposed"]
        ].transform("mean")
        clusters = choose_clusters_for(evidence, by)
        return estimate_adjusted_difference(
            deviations["kept"], deviations[["exposed"]], clusters
        )

    return Finding.estimated(
        partial(estimate, float(MONTH)),
        "share still there after 28 days, invited by members less brought by owner or"
        " advertisement, within groups",
        passed,
        {say("90 days"): partial(estimate, float(SIZED_AT))},
        qualifiers=("association",),
    )


def _select_promoted(evidence: Evidence) -> pd.DataFrame:
    rows = list_joins(evidence)
    rows = rows[rows["channel"].isin([*BROUGHT, *PROMOTED])]
    exposed = rows["channel"].isin(BROUGHT).astype("float64")
    return rows.assign(exposed=exposed).reset_index(drop=True)


@estimates("s3-perks-spread")
def perks_spread(evidence: Evidence) -> Finding:
    """Estimate the ratio of invited joins after to before a reward for inviting."""
    events, arrivals = list_dated_events(evidence, "perk"), evidence.table("arrivals")
    invited = arrivals[arrivals["channel"].isin(BROUGHT)]
    joins = invited.assign(day=to_local_day(evidence, invited["joined_us"]), value=1.0)
    series = Series.of(evidence, joins[["group", "day", "value"]])
    passed = gates.pass_gates(require_enough(events, "{n} perks, {least} needed"))
    return Finding.estimated(
        partial(estimate_event_ratio, evidence, series, events, A_WEEK),
        "joins by members' invitation in days 1–7 after a perk over the week before,"
        " against groups without one",
        passed,
        {
            say("days 1–14"): partial(
                estimate_event_ratio, evidence, series, events, SOON
            )
        },
        beside=select_before_events(evidence, series, events),
        qualifiers=("association",),
        cases="perks",
    )
