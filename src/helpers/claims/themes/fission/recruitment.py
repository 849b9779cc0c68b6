"""Who recruits members: inviters, promoters, and rewards for inviting."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, estimates
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
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
from helpers.claims.quantities.founders import (
    ADJUSTED,
    SIZED_AT,
    early_friends_of,
)
from helpers.claims.quantities.members import BROUGHT, list_joins, select_stayed
from helpers.claims.quantities.spans import MONTH, to_local_day
from helpers.survival import Interval
from helpers.wording import say

QUARTER = 0.25
LEAST_JOINS = 100
PROMOTED = ("owner", "advertisement")
SOON = (1, 14)
A_WEEK = (1, 7)


@stands_in("s3-groups-start-with-friends", needs=("founders",), planned=True)
@estimates("s3-groups-start-with-friends")
def start_with_friends(evidence: Evidence) -> Finding:
    """Estimate the ratio of later members per +25 points of friends among the first."""
    friends = early_friends_of(evidence)

    def select(values: pd.DataFrame) -> pd.DataFrame:
        rows = select_groups_with_values(
            evidence, **{str(name): values[name] for name in values}
        )
        gates.pass_gates(*gates.require_sampled(rows))
        return rows

    def estimate(rows: pd.DataFrame) -> Interval:
        table = rows[rows.columns.intersection(["share", "first"])]
        clusters = choose_clusters_for(evidence, rows["group"])
        counts = compare_kinds(
            rows["size"], table.assign(share=rows["share"] / QUARTER), clusters
        )
        return counts.ratio("share")

    values = friends.rows(**friends.chosen)
    rows = select(values)
    observed = estimate(rows)
    adjusted = friends.others.get(ADJUSTED, {})
    return friends.build_finding(
        values,
        lambda values: estimate(select(values)),
        gates.pass_gates(*gates.require_sampled(rows)),
        permuted=Permutations.of(observed, rows, estimate, "share", ("network",)),
        beside=Supplement.tried(
            ADJUSTED, lambda: estimate(select(friends.rows(**adjusted)))
        )
        if adjusted
        else (),
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
