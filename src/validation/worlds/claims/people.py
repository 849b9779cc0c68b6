"""Simulated data for claims about members: silent, new, active hours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US, WEEK_DAYS
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    END_DAYS,
    FOREVER,
    START_US,
    Planted,
    select_every_other,
    simulate_exponential,
)

LIFE = 90.0
MEMBERS = 100
COMMON = 0.4  # timetables among most groups
SPREAD = 8.0  # of shares among groups: a beta's two parameters add up to it


def draw_shares(mean: float, groups: int, rng: np.random.Generator) -> Floats:
    """Draw a share for each group from a beta distribution with a given mean."""
    return rng.beta(SPREAD * mean, SPREAD * (1 - mean), groups)


@register_world(
    "s0-lurkers-are-many",
    "mean share of members who wrote nothing; nobody left before",
    groups=50,
)
def simulate_roster(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate members, a given share of which never writes."""
    study = simulate_exponential(rng, groups, life=FOREVER).seen(
        members_source="roster"
    )
    silent = rng.binomial(MEMBERS, draw_shares(value, groups, rng))
    return _build_roster(study, silent, np.zeros(groups, int))


@register_world("s0-lurkers-still-identify", "share of lurkers who reacted", groups=50)
def simulate_engaged(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate silent members, a given share of which reads or reacts."""
    study = simulate_exponential(rng, groups, life=FOREVER).seen(
        reads_observed="person"
    )
    silent = np.full(groups, MEMBERS // 2)
    return _build_roster(
        study, silent, rng.binomial(silent, draw_shares(value, groups, rng))
    )


def _build_roster(
    study: Planted, silent: npt.NDArray[np.int_], reacted: npt.NDArray[np.int_]
) -> Planted:
    rows = pd.DataFrame({"group": np.arange(len(silent)), "members": MEMBERS})
    rows = rows.assign(lurkers=silent, at_most_1=silent, at_most_3=silent)
    rows = rows.assign(engaged=reacted, quiet=0, undated=0, never=0)
    rows = rows.assign(gone_silent=0, gone_spoke=0)
    weeks = [rows.assign(within_days=days) for days in (28, 84, 365)]
    study.tables["roster"] = pd.concat(weeks)
    return study


@register_world(
    "s0-lurkers-talk-elsewhere",
    "share of lurkers, as many as groups are named, who wrote elsewhere",
    groups=100,
    supports_only=True,
)
def simulate_elsewhere(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate silent members, a given share of which writes in another group."""
    study = simulate_exponential(rng, 2, life=FOREVER)
    start = study.tables["groups"]["origin_us"].max() + 10 * DAY_US
    people = pd.DataFrame({"group": 0, "member": np.arange(groups), "joined_us": start})
    study.tables["memberships"] = people.assign(left_us=np.nan, role=None)
    first = int(start // DAY_US)
    talk = {"group": 0, "member": groups, "day": first + np.arange(0, 700, 7)}
    away = np.flatnonzero(rng.random(groups) < value)
    other = {"group": 1, "member": away, "day": first + 3}
    both = pd.concat([pd.DataFrame(talk), pd.DataFrame(other)])
    study.tables["member_days"] = both.assign(messages=1)
    return study


@register_world(
    "s1-cognitive-surplus",
    "items in a free hour over those in an hour of work",
    groups=50,
)
def simulate_hours(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate messages by hour of the week, with a higher rate in spare time."""
    study = simulate_exponential(rng, groups, life=FOREVER)
    group, weekday, hour = (index.ravel() for index in np.indices((groups, 7, 24)))
    work = (weekday < 5) & (hour >= 9) & (hour < 18)  # noqa: PLR2004 - Saturday; nine to six
    free, busy = 10 * np.exp(0.2 * rng.standard_normal((2, groups)))
    mean = np.where(work, busy[group], value * free[group])
    study.tables["rhythm"] = pd.DataFrame(
        {"group": group, "weekday": weekday, "hour": hour, "items": rng.poisson(mean)}
    )
    return study


@register_world(
    "s1-good-groups-have-schedule",
    "odds ratio of a timetable, the best tenth against the rest",
    groups=3000,
)
def simulate_timetables(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate odds of fixed weekly hours, higher in groups with most posters.

    The odds ratio is the same for the best tenth and for the best fifth, so that the
    wider choice does not dilute it.
    """
    origin = rng.uniform(0, END_DAYS - 400, groups)
    study = simulate_exponential(rng, groups, life=FOREVER, origin=origin)
    posters = rng.permutation(groups)
    tenth = np.minimum((groups - 1 - posters) * 10 // groups, 2)  # 0 is the best
    is_scheduled = (
        rng.random(groups) < np.array([*_compute_best_odds(value), COMMON])[tenth]
    )
    group = np.arange(groups)
    study.tables["timetables"] = pd.DataFrame(
        {"group": group, "long_messages": rng.integers(5, 50, groups),
         "scheduled": is_scheduled, "scheduled_narrow": is_scheduled,
         "by_chance": np.where(is_scheduled, 0.01, 0.9)}
    )  # fmt: skip
    short = pd.DataFrame({"group": group, "messages": 10, "posters": posters})
    study.tables["short_talk"] = short
    return study


def _compute_best_odds(ratio: float) -> tuple[float, float]:
    """Return the shares with fixed weekly hours in the two tenths with most posters."""
    both = _shift_odds(COMMON, ratio)
    second = both
    for _ in range(20):
        first = _shift_odds((second + 8 * COMMON) / 9, ratio)
        second = 2 * both - first
    return first, second


def _shift_odds(share: float, ratio: float) -> float:
    odds = ratio * share / (1 - share)
    return odds / (1 + odds)


def add_memberships(
    study: Planted, days: Sequence[npt.ArrayLike], talking: int
) -> Planted:
    """Add members by the group's age when they joined, with their first messages."""
    origin = study.tables["groups"]["origin_us"].to_numpy()
    n_members = [len(np.atleast_1d(day)) for day in days]
    group = np.repeat(np.arange(len(origin)), n_members)
    age = np.concatenate([np.atleast_1d(day) for day in days])
    rows = pd.DataFrame({"group": group, "member": np.arange(len(group))})
    rows["joined_us"] = origin[group] + (age * DAY_US).astype("int64")
    study.tables["memberships"] = rows.assign(left_us=np.nan, role=None)
    first = origin[group] // DAY_US + np.floor(age).astype(int)
    spoken = [
        rows[["group", "member"]].assign(day=first + nth, messages=1)
        for nth in range(talking)
    ]
    study.tables["member_days"] = pd.concat(spoken)
    return study.seen(joins_observed=True)


@register_world(
    "s0-seed-users-needed", "hazard ratio of groups with seed users", groups=1000
)
def simulate_seeds(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio between groups with four early regulars and none."""
    half = select_every_other(groups)
    study = simulate_exponential(rng, groups, life=LIFE / np.where(half, value, 1.0))
    return add_memberships(
        study, [np.full(4, 1.0 if has_seeds else 9.0) for has_seeds in half], 4
    )


@register_world(
    "s0-hasty-copycat-dies",
    "hazard ratio of groups whose members came at once",
    groups=1000,
)
def simulate_hasty(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups that gain all members at once, or within nine days."""
    half = select_every_other(groups)
    study = simulate_exponential(rng, groups, life=LIFE / np.where(half, value, 1.0))
    soon, late = np.full(9, 0.5), np.full(9, 9.0)
    return add_memberships(
        study, [np.r_[soon if is_hasty else late, 0.5, 9.0] for is_hasty in half], 1
    )


@register_world(
    "s2-slower-fill",
    "ratio of times to the hundredth joining, per year of founding",
    groups=100,
)
def simulate_filling(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate times to fill groups that increase with founding year."""
    study = simulate_exponential(rng, groups, life=FOREVER)
    rows = study.tables["groups"]
    year = pd.to_datetime(rows["origin_us"], unit="us").dt.year
    logs = np.log(value) * (year - year.min()) + 0.5 * rng.standard_normal(groups)
    until = (rows["end_us"] - rows["origin_us"]) / DAY_US
    full = 2 * np.exp(logs)
    steps = np.arange(1, 101) / 100
    days = [is_full * steps for is_full in full]
    joined = [at[at < end] for at, end in zip(days, until, strict=True)]
    return add_memberships(study, joined, 1)


@register_world(
    "s2-overload-fatigue",
    "messages of a week, of people as many as groups are named, per doubling of"
    " those received in the week before; leaving is not recorded, so that the"
    " whole is never decided",
    decided=False,
)
def simulate_loads(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate members who write more, the more messages they received before.

    `groups` counts people; the rooms are forty. Most of what is received comes from
    somebody who writes in one week only, and so says nothing of a person's weeks.
    """
    rooms, weeks = 40, 40
    study = simulate_exponential(rng, rooms, life=FOREVER)
    others = rng.uniform(50, 400, (weeks, rooms)).round().astype(int)
    mine = np.arange(groups)[:, None] + np.array([0, 7])
    mine %= rooms
    messages = np.zeros((weeks, groups), int)
    messages[0] = 1
    for week in range(1, weeks):
        talk = others[week - 1] + np.bincount(mine[:, 0], messages[week - 1], rooms)
        talk += (week == 1) * np.bincount(mine[:, 1], minlength=rooms)
        own = messages[week - 1] * (1 + (week == 1))
        received = talk[mine].sum(axis=1) - own
        messages[week] = rng.poisson(4 * value ** np.log2((1 + received) / 400))
    study.tables["member_days"] = _build_weekly(others, messages, mine)
    return study


def _build_weekly(
    others: npt.NDArray[np.int_],
    messages: npt.NDArray[np.int_],
    mine: npt.NDArray[np.int_],
) -> pd.DataFrame:
    """Return who wrote in which group in each week."""
    week, room = (index.ravel() for index in np.indices(others.shape))
    wrote, person = np.nonzero(messages)
    first = np.arange(len(mine))
    parts = [
        (room, len(mine) + np.arange(others.size), week, others.ravel()),
        (mine[person, 0], person, wrote, messages[wrote, person]),
        (mine[:, 1], first, np.zeros_like(first), np.ones_like(first)),
    ]
    columns = ("group", "member", "week", "messages")
    rows = pd.concat(
        pd.DataFrame(dict(zip(columns, part, strict=True))) for part in parts
    )
    day = START_US // DAY_US + WEEK_DAYS * rows["week"]
    return rows.assign(day=day).drop(columns="week")
