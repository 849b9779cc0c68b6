"""Timing of messages: spare time versus working hours, and fixed weekly hours."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Specification,
    estimates,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.permutation import (
    Permutations,
    describe_confounding,
    permute_within,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import estimate_odds_ratio
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.spans import TWELVE_WEEKS
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_rate_ratio
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

SATURDAY = 5
MORNING, AFTERNOON, EVENING, WAKING = (9, 12), (14, 18), (19, 23), (9, 23)
LATE, LEAST_ALIVE = 364, 100
LEAST_ITEMS = 100
CHANCE = 0.05
BLOCK = 20  # groups with about as many long messages
LEAST_IN_CELL = 2  # of best and other groups, with and without a timetable


@estimates("s1-cognitive-surplus")
def cognitive_surplus(evidence: Evidence) -> Finding:
    """Estimate the ratio of hourly messages in spare time to working hours.

    What is handed in for a deadline has the deadline's hours, what is written at work
    an office's: shown, never decided.
    """
    not_free = _explain_unfree_hours(evidence)
    rows = _summarise_own_clock(evidence)
    passed = gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with people's own clock and {least_items}"
            " messages, {least} needed",
            least_items=LEAST_ITEMS,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    alternatives = {
        say("evenings of working days"): partial(
            _estimate_surplus, rows, weekend=False
        ),
        say("weekends only"): partial(_estimate_surplus, rows, evening=False),
        **{
            say("clock {hours:+d} h", hours=hours): partial(
                _estimate_shifted, evidence, hours
            )
            for hours in (-1, 1)
        },
    }
    return Finding(
        components=(_estimate_surplus(rows),),
        definition=say(
            "activity an hour, 19–23 h and weekends 9–23 h over working"
            " days 9–12 and 14–18 h, by people's own clock, groups with"
            " {least_items} messages",
            least_items=LEAST_ITEMS,
        ),
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("proxy",) if not_free else (),
        may="nothing" if not_free else "both",
        note=not_free or say("{n} groups", n=len(rows)),
    )


def _explain_unfree_hours(evidence: Evidence) -> str:
    """Return why messages are not sent at self-chosen hours, or an empty string."""
    tables = evidence.study.manifest.tables
    if "groups" in tables:
        return ""
    if "facts" in tables and evidence.table("facts")["fact"].eq("at_work").any():
        return say("its people write at work, whose hours are not their own")
    return say(
        "what is handed in stands for what is said; deadlines at"
        " midnight make evenings busy"
    )


def _estimate_shifted(evidence: Evidence, hours: int) -> Interval:
    """Estimate the ratio of spare-time messages if all clocks were some hours off."""
    return _estimate_surplus(_summarise_own_clock(evidence, hours))


def _summarise_own_clock(evidence: Evidence, hours: int = 0) -> pd.DataFrame:
    """Sum messages in spare and working hours by group, in its local time."""
    rows = evidence.table("rhythm")
    slot = (rows["weekday"] * 24 + rows["hour"] + hours) % (7 * 24)
    rows = rows.assign(weekday=slot // 24, hour=slot % 24)
    has_enough = rows.groupby("group")["items"].transform("sum") >= LEAST_ITEMS
    slots = rows[rows["group"].isin(_select_human_hours(evidence, rows)) & has_enough]
    free, work = _mark_free_hours(slots), _mark_work_hours(slots)
    sums = (
        slots.assign(
            evening=slots["items"].where(free & (slots["weekday"] < SATURDAY), 0),
            weekend=slots["items"].where(free & (slots["weekday"] >= SATURDAY), 0),
            work=slots["items"].where(work, 0),
        )
        .groupby("group", as_index=False)[["evening", "weekend", "work"]]
        .sum()
    )
    return sums.merge(evidence.groups[["group", "network", "batch"]], on="group")


def _select_human_hours(evidence: Evidence, rows: pd.DataFrame) -> pd.Series[int]:
    """Return the groups with hours of activity typical of people, not bots."""
    try:
        facts = evidence.table("facts")
    except NotIdentifiableError:
        return rows["group"]
    own_clocks = facts[facts["fact"] == "own_clock"]
    return (
        rows["group"]
        if own_clocks.empty
        else own_clocks.loc[own_clocks["value"] == 1, "group"]
    )


def _mark_free_hours(rows: pd.DataFrame) -> pd.Series[bool]:
    weekend = rows["weekday"] >= SATURDAY
    return (weekend & _parse_band(rows, WAKING)) | (
        ~weekend & _parse_band(rows, EVENING)
    )


def _mark_work_hours(rows: pd.DataFrame) -> pd.Series[bool]:
    busy = _parse_band(rows, MORNING) | _parse_band(rows, AFTERNOON)
    return (rows["weekday"] < SATURDAY) & busy


def _parse_band(rows: pd.DataFrame, hours: tuple[int, int]) -> pd.Series[bool]:
    return (rows["hour"] >= hours[0]) & (rows["hour"] < hours[1])


def _estimate_surplus(
    rows: pd.DataFrame, *, evening: bool = True, weekend: bool = True
) -> Interval:
    free = rows["evening"] * evening + rows["weekend"] * weekend
    hours = 20.0 * evening + 28.0 * weekend
    ones = np.ones(len(rows))
    return estimate_rate_ratio(
        free, hours * ones, rows["work"], 35.0 * ones,
        choose_clusters(rows["network"], rows["batch"]), seed=SEED, replicates=DECIDING,
    )  # fmt: skip


@estimates("s1-good-groups-have-schedule")
def schedule(evidence: Evidence) -> Finding:
    """Estimate the odds ratio of fixed weekly hours, most active versus other groups.

    Among groups alive at day 84: long messages in set slots of days 0–83 are the
    timetable; people who wrote short messages in days 84–364 are the success, so that
    no message counts for both.
    """
    rows = _select_alive(evidence)
    passed = gates.pass_gates(
        *gates.require_sampled(rows, LEAST_ALIVE),
        gates.require_dated_exposure(TWELVE_WEEKS - 1, TWELVE_WEEKS),
    )
    is_scheduled = rows["by_chance"] <= CHANCE
    sets: Sets = {
        "kept": {
            "within a day and two hours": "scheduled",
            say("same day, within an hour"): "scheduled_narrow",
        },
        "quantile": {"top decile": 0.9, say("top quintile"): 0.8},
    }
    interval = _estimate_odds(rows, "scheduled")
    adjusted = partial(_estimate_odds, rows, "scheduled", volume=True)
    return Finding(
        components=(interval,),
        definition=say(
            "long messages within a day and two hours of one slot in 3 of 4"
            " weeks of days 0–83; top decile of people who wrote short ones"
            " in days 84–364 against the rest"
        ),
        gates=passed,
        specifications=(
            Specification.tried(
                say("adjusted for long messages"), adjusted, counts=False, decisive=True
            ),
            *multiply_sets(sets, partial(_estimate_odds, rows)),
        ),
        permuted=Permutations(interval, partial(_permute_timetables, rows)),
        qualifiers=("association",),
        note=say(
            "{scheduled} of {n} groups kept a slot, {beyond} more than busy"
            " groups do by chance; length stands for content; {confounding}",
            scheduled=int(rows["scheduled"].sum()),
            n=len(rows),
            beyond=int(is_scheduled.sum()),
            confounding=describe_confounding(interval, 0.1),
        ),
    )


def _select_alive(evidence: Evidence) -> pd.DataFrame:
    """Select groups alive at day 84, with later posters and their weekly hours."""
    groups = evidence.from_birth
    age = (groups["end_us"] - groups["origin_us"]) / DAY_US
    last = (groups["last_us"] - groups["origin_us"]) / DAY_US
    rows = groups[(age > LATE) & (last >= TWELVE_WEEKS)]
    times = evidence.table("timetables")
    short = evidence.table("short_talk")[["group", "posters"]]
    both = (
        rows.drop(columns="posters")
        .merge(times, "left", "group")
        .merge(short, "left", "group")
    )
    return both.assign(
        scheduled=both["scheduled"].eq(True),  # noqa: FBT003 - nothing long: no timetable
        scheduled_narrow=both["scheduled_narrow"].eq(True),  # noqa: FBT003
        by_chance=both["by_chance"].fillna(1.0),
        long_messages=both["long_messages"].fillna(0),
        posters=both["posters"].fillna(0),
    )


def _permute_timetables(rows: pd.DataFrame, seed: int) -> Interval:
    """Estimate the odds ratio if fixed weekly hours fell on random groups."""
    order = rows.groupby("network")["long_messages"].rank(method="first")
    blocks = rows.assign(block=(order - 1) // BLOCK)
    within = ("network", "block")
    return _estimate_odds(
        permute_within(blocks, seed=seed, column="scheduled", within=within),
        "scheduled",
    )


def _estimate_odds(
    rows: pd.DataFrame, kept: str, quantile: float = 0.9, *, volume: bool = False
) -> Interval:
    """Estimate the odds ratio of fixed weekly hours, most active and other groups."""
    best = rows["posters"] > rows["posters"].quantile(quantile)
    cells = pd.crosstab(best, rows[kept].astype(bool))
    least = int(cells.to_numpy().min()) if cells.shape == (2, 2) else 0
    gates.pass_gates(
        gates.require_at_least(
            "cells",
            least,
            LEAST_IN_CELL,
            "{n} groups in the smallest of four cells, {least} needed",
            n=least,
        )
    )
    table = pd.DataFrame({"kept": rows[kept].astype("float64")})
    if volume:
        table["volume"] = np.log1p(rows["long_messages"].astype("float64"))
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_odds_ratio(best, table, clusters)
