"""Indirect: newcomers after gifts, and after raids (viewers sent by a channel).

Who invited whom is not recorded; people who write for the first time stand for those
who came. What is compared is the time after an event with as long a time before it;
or who came alone, uninvited, with a crowd that was sent, which is an audience.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import cluster_by_group_week, estimate_difference
from helpers.claims.quantities.deaths import SEED
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.records import MINUTE_US
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

PERKS = ("red_packet", "gift to many")
RAID = "raid"
LEAST_PERKS = 50
STIRRED_MINUTES = 30  # a gift so soon after a raid meets the raid's newcomers
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES  # minutes are no days 1–7: what they give is shown
LEAST_COMEBACKS = 200


@stands_in("s3-perks-spread", tuple(f"responses.kind={kind}" for kind in PERKS))
def perks_stir(evidence: Evidence) -> Finding:
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
