"""Simulated data for claims about group size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from validation.worlds.claims.beginnings import (
    add_beginnings,
    add_months,
)
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    START_US,
    Planted,
    select_every_other,
    simulate_exponential,
)

LONG = 300.0  # mean days of lives that have to reach day 90
SIZES = np.array([5, 20, 60, 150, 400])
AFTER_THE_ARTICLES = 17_532  # days from 1970 to 2018
TIMES = (
    "created_us", "origin_us", "entry_us", "end_us", "first_us", "last_us",
)  # fmt: skip


def add_members(study: Planted, ages: npt.ArrayLike, members: Floats) -> Planted:
    """Add member counts of groups at given ages to a study."""
    groups, at = study.tables["groups"], np.asarray(ages)
    first = (groups["origin_us"] // DAY_US).to_numpy()
    counted = pd.DataFrame(
        {
            "group": np.repeat(groups["group"].to_numpy(), len(at)),
            "day": (first[:, None] + at).ravel(),
            "members": np.broadcast_to(members, (len(first), len(at))).ravel(),
        }
    )
    last = counted["group"].map(groups.set_index("group")["end_us"] // DAY_US)
    study.tables["snapshots"] = counted[counted["day"] < last]
    return study.seen(members_source="count")


@register_world("s0-size-10-30-best", "10–30 members live longest, or those over 200")
def simulate_best_size(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate lifetimes that are longest at 10–30 members (1), or not (0)."""
    size = SIZES[np.arange(groups) % len(SIZES)]
    best = 20 if value else 400
    study = simulate_exponential(rng, groups, life=np.where(size == best, 900.0, 120.0))
    return add_members(study, np.arange(0, 120, 7), size[:, None])


@register_world(
    "s0-size-stagnation-shell", "hazard ratio of groups that stood still", groups=1000
)
def simulate_stagnation(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of stagnant to growing groups of the same size."""
    still = select_every_other(groups)
    study = simulate_exponential(rng, groups, life=LONG / np.where(still, value, 1.0))
    ages = np.arange(0, 120, 7)
    grown = np.where(still[:, None], 1.0, 0.6 + 0.4 * np.minimum(ages, 84) / 84)
    return add_members(study, ages, rng.uniform(60, 180, groups)[:, None] * grown)


@register_world(
    "s1-zombie-members-useless",
    "elasticity of people who write to members, within groups",
    groups=100,
)
def simulate_zombies(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate monthly numbers of posters as a power of group size."""
    study = simulate_exponential(rng, groups, life=FOREVER)
    month = np.arange(12)
    members = np.exp(4 + 0.5 * rng.standard_normal((groups, len(month)))).round()
    mean = 20 * (members / 55) ** value * rng.gamma(4, 1 / 4, members.shape)
    rates = pd.DataFrame(
        {"group": np.repeat(study.tables["groups"]["group"], len(month)),
         "age_day": np.tile(28 * month + 27, groups),
         "posters_28": rng.poisson(mean).ravel()}
    )  # fmt: skip
    study.tables["rates"] = rates.assign(messages_28=3 * rates["posters_28"])
    return add_members(study, 28 * month, members)


@register_world(
    "s0-future-groups-small",
    "share of 10–30 members in the later of two years; the earlier is surely most",
    component=1,
)
def simulate_small(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a share of small groups that grows with founding year."""
    second = select_every_other(groups)
    origin = rng.uniform(0, 300, groups) + 365 * second
    study = simulate_exponential(rng, groups, life=FOREVER, origin=origin)
    rows = study.tables["groups"].copy()
    for name in TIMES:
        rows[name] = rows[name] - START_US + AFTER_THE_ARTICLES * DAY_US
    study.tables["groups"] = rows
    few = rng.random(groups) < np.where(second, value, 0.9)
    return add_members(study, np.arange(0, 100, 7), np.where(few, 20, 90)[:, None])


@register_world(
    "s4-quality-over-quantity",
    "lives hang on the core's share, or on size",
    groups=100,
    switch=True,
)
def simulate_quality(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate lifetimes that depend on the share of core members (1) or size (0)."""
    posters, share = rng.integers(20, 200, groups), rng.random(groups)
    core = (posters * share).round().astype(int)
    what = 4 * (share - 0.5) if value else 2 * (np.log(posters) - 4.5)
    study = simulate_exponential(rng, groups, life=200 * np.exp(what), posters=posters)
    return add_months(study, posters=posters, core_4=core, core_8=core, core_12=core)


@register_world(
    "s4-retention-beats-acquisition",
    "elasticity of later posters to those kept, less that to those won",
    groups=100,
    decided=False,
)
def simulate_retention(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate later posters, as powers of earlier returning and new posters."""
    retained, won = rng.integers(1, 60, (2, groups))
    study = simulate_exponential(rng, groups, life=FOREVER)
    add_months(study, retained=retained, newcomers=won)
    mean = 5 * (1 + retained) ** ((1 + value) / 2) * (1 + won) ** ((1 - value) / 2)
    drawn = rng.poisson(mean * rng.gamma(4, 1 / 4, groups))
    windows = study.tables["windows"]
    late = windows["window"] == "152-179"
    for column in ("posters", "messages"):
        windows.loc[late, column] = drawn
    return study


@register_world(
    "s0-100-fanatics",
    "what a core member does for later talk, in mild members",
    groups=100,
)
def simulate_fanatics(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate later messages in groups by their numbers of core and casual members."""
    core, mild = rng.integers(0, 21, groups), rng.integers(5, 2000, groups)
    mean = np.exp(3 + 0.001 * (mild + value * core)) * rng.gamma(8, 1 / 8, groups)
    messages = rng.poisson(mean)
    study = simulate_exponential(rng, groups, posters=core + mild + 5, life=FOREVER)
    add_months(study, core_4=core, core_8=core, core_12=core, mild=mild)
    return add_beginnings(study, later_by_others=messages, later_by_newcomers=messages)
