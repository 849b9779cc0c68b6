"""Who brings members: inviters, promoters, rewards for inviting, gifts and raids.

Where who invited whom is not recorded, people who write for the first time stand for
those who came. What is compared is the time after an event with as long a time before
it; or who came alone, uninvited, with a crowd that a channel sent (a raid), which is an
audience.
"""

from __future__ import annotations

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
    take_first_choices,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    cluster_by_group_week,
    estimate_adjusted_difference,
    estimate_difference,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.count_regression import compare_kinds
from helpers.claims.designs.event_study import (
    Series,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
)
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.founders import ADJUSTED, SIZED_AT, early_friends_of
from helpers.claims.quantities.members import BROUGHT, list_joins, select_stayed
from helpers.claims.quantities.spans import MONTH, to_local_day
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.records import MINUTE_US
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

QUARTER = 0.25
LEAST_JOINS = 100
PROMOTED = ("owner", "advertisement")
SOON = (1, 14)
A_WEEK = (1, 7)
PERKS = ("red_packet", "gift to many")
RAID = "raid"
LEAST_PERKS = 50
STIRRED_MINUTES = 30  # a gift so soon after a raid meets the raid's newcomers
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES  # minutes are no days 1–7: what they give is shown
LEAST_COMEBACKS = 200


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
@stands_in("s3-perks-spread", tuple(f"responses.kind={kind}" for kind in PERKS))
def perks_spread(evidence: Evidence) -> Finding:
    """Estimate the ratio of invited joins after to before a reward for inviting.

    Where who invited whom is not recorded, of people who write for the first time.
    """
    if not evidence.records("perk", "inviter"):
        return _compare_after_perks(evidence)
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


def _compare_after_perks(evidence: Evidence) -> Finding:
    """Estimate the ratio of newcomers after to before gifts to members.

    Perks soon after a crowd was brought are left out.
    """
    rows = evidence.table("responses")
    spans = sorted(rows.loc[rows["kind"].isin(PERKS), "minutes"].unique(), reverse=True)
    sets: Sets = {
        "minutes": {
            say("{span} before and after", span=_describe_span(span)): span
            for span in spans
        },
        "apart": {"not soon after a crowd": True, say("all perks"): False},
    }
    perks = _list_perks(evidence, **take_first_choices(sets))
    passed = _check_gates(perks)
    return Finding(
        cases="perks",
        variant="writers",
        components=(_require_newcomers(perks),),
        definition=say(
            "people who wrote for the first time in the {span} after a perk"
            " was given, over those in as long a time before",
            span=_describe_span(spans[0]),
        ),
        gates=passed,
        specifications=multiply_sets(
            sets,
            lambda **values: _require_newcomers(
                _check_input(_list_perks(evidence, **values))
            ),
        ),
        qualifiers=QUALIFIERS,
        may="both" if spans[0] == WEEK_MINUTES else "nothing",
        note=say(
            "{n} perks, {new_before} newcomers before, {new_after} after;"
            " whether anybody was invited is not recorded, and perks are"
            " given when a room is lively",
            n=len(perks),
            new_before=People(perks["new_before"].sum()),
            new_after=People(perks["new_after"].sum()),
        ),
    )


def _describe_span(minutes: int) -> str:
    """Format a time span in words, in days or minutes.

    >>> _describe_span(10080), _describe_span(60), _describe_span(10)
    ('7 days', '60 minutes', '10 minutes')
    """
    days, remainder = divmod(minutes, DAY_MINUTES)
    return (
        say("{minutes} minutes", minutes=minutes)
        if remainder
        else say("{days} days", days=days)
    )


def _list_perks(evidence: Evidence, minutes: int, *, apart: bool) -> pd.DataFrame:
    rows = evidence.table("responses")
    perks = rows[rows["kind"].isin(PERKS) & (rows["minutes"] == minutes)]
    return perks[~_mark_stirred(perks, rows[rows["kind"] == RAID])] if apart else perks


def _mark_stirred(given: pd.DataFrame, raids: pd.DataFrame) -> pd.Series[bool]:
    """Return which gifts to members followed shortly after a raid."""
    pairs = given[["group", "time_us"]].reset_index().merge(raids, on="group")
    since = pairs["time_us_x"] - pairs["time_us_y"]
    is_soon = since.between(0, STIRRED_MINUTES * MINUTE_US)
    return pd.Series(given.index.isin(pairs.loc[is_soon, "index"]), given.index)


def _check_gates(given: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        gates.require_units(len(given), "{n} perks, {least} needed", LEAST_PERKS)
    )


def _check_input(given: pd.DataFrame) -> pd.DataFrame:
    _check_gates(given)
    return given


def _require_newcomers(given: pd.DataFrame) -> Interval:
    time = np.ones(len(given))
    weeks = cluster_by_group_week(given)
    return estimate_rate_ratio(
        given["new_after"], time, given["new_before"], time, weeks, seed=SEED
    )


@stands_in("s3-users-best-promoters", ("comebacks",), planned=True)
def came_alone(evidence: Evidence) -> Finding:
    """Estimate the difference in share returning, newcomers alone versus in a raid."""
    rows = evidence.table("comebacks")
    alone, brought = (
        People(rows.loc[rows["brought"] == side, "came"].sum())
        for side in (False, True)
    )
    detail = say(
        "{alone} people alone and {brought} after a crowd,"
        " {least_comebacks} needed in each",
        alone=alone,
        brought=brought,
        least_comebacks=LEAST_COMEBACKS,
    )
    passed = gates.pass_gates(
        gates.Gate("arms", min(alone, brought) >= LEAST_COMEBACKS, detail),
        gates.require_units(rows["day"].nunique(), "{n} days, {least} needed"),
    )
    alternatives = {
        say("days 28–90"): partial(
            _estimate_return_difference, evidence, "came_90", "again_28_90"
        ),
        say("days 1–60"): partial(
            _estimate_return_difference, evidence, "came", "again_1_60"
        ),
    }
    return Finding.estimated(
        partial(_estimate_return_difference, evidence, "came", "again_28_60"),
        say("share of newcomers who wrote again on one of the days 28–60,"
" who came alone less who first wrote within ten minutes after"
" another channel sent its viewers"),
        passed, alternatives, qualifiers=QUALIFIERS, variant="raids",
        note=say("{alone} and {brought} newcomers; days are drawn, so that a"
" crowd is one", alone=alone, brought=brought),
    )  # fmt: skip


def _estimate_return_difference(evidence: Evidence, came: str, again: str) -> Interval:
    rows = evidence.table("comebacks")
    days = cluster_by_label(rows["day"])
    return estimate_difference(rows[again], ~rows["brought"], days, exposure=rows[came])
