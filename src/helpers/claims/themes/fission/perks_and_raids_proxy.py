"""Claims about what stirs a room: perks given, crowds brought by somebody known.

Who invited whom is not recorded; people who write for the first time stand for those
who came. What is compared is the time after an event with as long a time before it;
or who came alone, uninvited, with a crowd that was sent, which is an audience.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets, first_of, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import SEED
from helpers.claims.designs.arms import difference, room_weeks
from helpers.inference import clusters_by, rate_ratio
from helpers.records import MINUTE_US
from helpers.small_counts import People
from helpers.survival import Interval

PERKS = ("red_packet", "gift to many")
RAID = "raid"
LEAST_PERKS = 50
STIRRED_MINUTES = 30  # a gift so soon after a raid meets the raid's newcomers
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES  # minutes are no days 1–7: what they give is shown
LEAST_COMEBACKS = 200


@stands_in("s3-perks-spread", tuple(f"responses.kind={kind}" for kind in PERKS))
def perks_stir(evidence: Evidence) -> Finding:
    """Compare newcomers after perks were given with newcomers before.

    Perks soon after a crowd was brought are left out.
    """
    rows = evidence.table("responses")
    spans = sorted(rows.loc[rows["kind"].isin(PERKS), "minutes"].unique(), reverse=True)
    sets: Sets = {
        "minutes": {f"{_span(one)} before and after": one for one in spans},
        "apart": {"not soon after a crowd": True, "all perks": False},
    }
    given = _perks(evidence, **first_of(sets))
    passed = _gated(given)
    return Finding(
        cases="perks",
        variant="writers",
        legs=(_newcomers(given),),
        definition=f"people who wrote for the first time in the {_span(spans[0])} after"
        " a perk was given, over those in as long a time before",
        gates=passed,
        specifications=multiplied(
            sets, lambda **values: _newcomers(_checked(_perks(evidence, **values)))
        ),
        qualifiers=QUALIFIERS,
        may="both" if spans[0] == WEEK_MINUTES else "nothing",
        note=f"{len(given)} perks, {People(given['new_before'].sum())} newcomers"
        f" before, {People(given['new_after'].sum())} after; whether anybody was"
        " invited is not recorded, and perks are given when a room is lively",
    )


def _span(minutes: int) -> str:
    """Return a span in words.

    >>> _span(10080), _span(60), _span(10)
    ('7 days', '60 minutes', '10 minutes')
    """
    days, rest = divmod(minutes, DAY_MINUTES)
    return f"{minutes} minutes" if rest else f"{days} days"


def _perks(evidence: Evidence, minutes: int, *, apart: bool) -> pd.DataFrame:
    rows = evidence.table("responses")
    given = rows[rows["kind"].isin(PERKS) & (rows["minutes"] == minutes)]
    return given[~_stirred(given, rows[rows["kind"] == RAID])] if apart else given


def _stirred(given: pd.DataFrame, raids: pd.DataFrame) -> pd.Series[bool]:
    """Tell which perks were given soon after a crowd had been brought."""
    pairs = given[["group", "time_us"]].reset_index().merge(raids, on="group")
    since = pairs["time_us_x"] - pairs["time_us_y"]
    soon = since.between(0, STIRRED_MINUTES * MINUTE_US)
    return pd.Series(given.index.isin(pairs.loc[soon, "index"]), given.index)


def _gated(given: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.passed(gates.units(len(given), "perks", LEAST_PERKS))


def _checked(given: pd.DataFrame) -> pd.DataFrame:
    _gated(given)
    return given


def _newcomers(given: pd.DataFrame) -> Interval:
    time = np.ones(len(given))
    weeks = room_weeks(given)
    return rate_ratio(
        given["new_after"], time, given["new_before"], time, weeks, seed=SEED
    )


@stands_in("s3-users-best-promoters", ("comebacks",), planned=True)
def came_alone(evidence: Evidence) -> Finding:
    """Compare who came back on days 28–60: came alone, less brought by a crowd."""
    rows = evidence.table("comebacks")
    alone, brought = (
        People(rows.loc[rows["brought"] == side, "came"].sum())
        for side in (False, True)
    )
    detail = (
        f"{alone} people alone and {brought} after a crowd, {LEAST_COMEBACKS} needed in"
        " each"
    )
    passed = gates.passed(
        gates.Gate("arms", min(alone, brought) >= LEAST_COMEBACKS, detail),
        gates.units(rows["day"].nunique(), "days"),
    )
    others = {
        "days 28–90": partial(_apart, evidence, "came_90", "again_28_90"),
        "days 1–60": partial(_apart, evidence, "came", "again_1_60"),
    }
    return Finding.estimated(
        partial(_apart, evidence, "came", "again_28_60"),
        "share of newcomers who wrote again on one of the days 28–60, who came alone"
        " less who first wrote within ten minutes after another channel sent its"
        " viewers",
        passed, others, qualifiers=QUALIFIERS, variant="raids",
        note=f"{alone} and {brought} newcomers; days are drawn, so that a crowd is one",
    )  # fmt: skip


def _apart(evidence: Evidence, came: str, again: str) -> Interval:
    rows = evidence.table("comebacks")
    days = clusters_by(rows["day"])
    return difference(rows[again], ~rows["brought"], days, exposure=rows[came])
