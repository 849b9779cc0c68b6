"""Simulated data for claims about groups' beginnings and lifetimes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from helpers.study.tables.definitions.tables import TABLES
from validation.coverage import naive_ways
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    END_DAYS,
    FOREVER,
    Planted,
    repeat_owners,
    select_every_other,
    simulate_exponential,
)

LIFE = 90.0  # mean days where nothing shortens or stretches them
COUNTS = (
    "messages", "posters", "newcomers", "retained", "mild", "core_4", "core_8",
    "core_12", "unanswered", "unanswered_either", "later_by_others",
)  # fmt: skip
FIRST_DAYS = 28
MEAN = 5000.0  # days: where many die, later windows tell of decay by deaths
FOLLOWED = 450.0
EARLY, LATE = (1, 14), (56, 84)


def build_mean_lives(value: float, groups: int) -> Floats:
    """Return mean lifetimes that give every second group a hazard ratio to the rest."""
    return LIFE / np.where(select_every_other(groups), value, 1.0)


def add_months(study: Planted, **columns: npt.ArrayLike) -> Planted:
    """Add the table of months of each group's life to a study."""
    groups = study.tables["groups"]
    ages = (groups["last_us"] - groups["origin_us"]) / DAY_US
    n_months = np.floor(ages.fillna(0.0).to_numpy() / FIRST_DAYS).astype(int) + 1
    group, month = repeat_owners(n_months)
    table = pd.DataFrame({"group": group, "month": month})
    for name in COUNTS:
        each = np.broadcast_to(np.asarray(columns.get(name, 10)), len(groups))
        table[name] = each[group]
    study.tables["months"] = table
    return study


def add_beginnings(study: Planted, **columns: npt.ArrayLike) -> Planted:
    """Add the table of each group's first weeks to a study."""
    blank: dict[str, Any] = dict.fromkeys(
        (column.name for column in TABLES["beginnings"].columns[1:]), 0
    )
    rows = study.tables["groups"][["group"]].assign(**(blank | columns))
    study.tables["beginnings"] = rows
    return study


@register_world(
    "s0-decentralised-better",
    "hazard ratio per standard deviation of centralisation",
    groups=1000,
)
def simulate_decentralised(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate groups with a hazard that changes with how concentrated replies are."""
    central = rng.standard_normal(groups)
    life = LIFE * np.exp(-np.log(value) * central)
    top, centres = 0.3 + 0.05 * central, 6 * np.exp(-central)
    return simulate_exponential(rng, groups, life=life, centres=centres, top_share=top)


@register_world(
    "s4-organisation-not-media",
    "hazard ratio per fifth of messages that nobody answers",
)
def simulate_broadcast(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups with a hazard that changes with unanswered messages."""
    rate = rng.uniform(2, 6, groups)
    messages = (rate * FIRST_DAYS).round()
    unanswered = np.floor(rng.random(groups) * (messages + 1))
    life = LIFE * np.exp(-np.log(value) * (unanswered / messages - 0.5) / 0.2)
    study = simulate_exponential(rng, groups, life=life, rate=rate)
    return add_beginnings(
        study, top_unanswered=unanswered, top_unanswered_either=unanswered
    )


@register_world(
    "s2-multi-scene-helps",
    "hazard ratio of groups whose posters had met elsewhere",
    groups=1000,
)
def simulate_scenes(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups with early posters known from another group."""
    study = simulate_exponential(rng, groups, life=build_mean_lives(value, groups))
    return add_beginnings(study, met_elsewhere=0.5 * select_every_other(groups))


@register_world(
    "s4-core-members-needed",
    "hazard ratio of months with six core members before",
    groups=1000,
)
def simulate_backbone(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups with six core members to groups with none."""
    study = simulate_exponential(rng, groups, life=build_mean_lives(value, groups))
    core = 6 * select_every_other(groups)
    return add_months(study, core_4=core, core_8=core, core_12=core)


@register_world(
    "s4-aloofness-hurts", "hazard ratio of newcomers who are not answered", groups=100
)
def simulate_aloof(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate newcomers, and groups, that last longer where replies are given."""
    share, came = rng.random(groups), 50
    study = simulate_exponential(rng, groups, life=LIFE * np.exp(-4 * (share - 0.5)))
    add_months(
        study, newcomers=came, unanswered=came * share, unanswered_either=came * share
    )
    study.tables["newcomers"] = build_life_tables(value, groups, rng)
    return study


def build_life_tables(
    ratio: float, groups: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Build life tables of answered and unanswered newcomers."""
    rows, hazard = [], 0.05
    for answered in (True, False):
        chance = 1 - (1 - hazard) ** (1.0 if answered else ratio)
        at_risk = np.full(groups, 40)
        for day in (0, 7, 28, 84):
            ended = rng.binomial(at_risk, chance)
            span = {"group": np.arange(groups), "from_day": day, "answered": answered}
            rows.append(pd.DataFrame({**span, "at_risk": at_risk, "ended": ended}))
            at_risk = at_risk - ended
    one = pd.concat(rows)
    return pd.concat(
        one.assign(within_hours=hours, replies=replies)
        for hours in (1, 24, 72)
        for replies in ("explicit", "either")
    )


@register_world(
    "s0-half-are-lost-type", "alive and not lively at 180 days", plain=(0.5, 0.85)
)
def simulate_adrift(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a share of groups with few posters, or dead, at half a year."""
    survive = 0.98  # where many die, other ages have other shares
    life = -180 / np.log(survive)
    lost = rng.random(groups) < value / survive
    return simulate_exponential(rng, groups, life=life, posters=np.where(lost, 2, 12))


@register_world(
    "s0-later-cohorts-harder",
    "hazard ratio per year of birth",
    groups=1000,
    naive=(
        "death rates by calendar year of birth, uncensored",
        naive_ways.compare_by_birth,
    ),
)
def simulate_cohorts(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate group lifetimes with a hazard that grows with the founding year."""
    origin = rng.uniform(0, END_DAYS - 20, groups)
    life = LIFE * np.exp(-np.log(value) * (origin / 365 - 2))
    return simulate_exponential(rng, groups, life=life, origin=origin)


@register_world(
    "s2-basic-service-fades",
    "hazard ratio of groups in which people are answered",
    groups=1000,
    naive=("many replies in the first half year", naive_ways.compare_by_replies),
)
def simulate_answering(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups with many replies per message to the rest."""
    ratio = np.where(select_every_other(groups), 0.9, 0.1)
    return simulate_exponential(
        rng, groups, life=build_mean_lives(value, groups), reply_ratio=ratio
    )


@register_world("s0-success-below-5pct", "alive and lively at a year", groups=1000)
def simulate_succeeding(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a given share of groups that stay alive and active."""
    lived = np.where(rng.random(groups) < value, FOREVER, rng.uniform(5, 120, groups))
    origin = rng.uniform(0, END_DAYS - FOLLOWED, groups)
    return simulate_exponential(rng, groups, lived=lived, posters=12, origin=origin)


@register_world("s0-novelty-decay", "messages a day, days 56–83 over 1–13")
def simulate_fading(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups with message rates that change by a given ratio with age."""
    later = (
        value
        * _compute_mean_share_alive(EARLY)
        / _compute_mean_share_alive(LATE)
        * rng.gamma(4, 1 / 4, groups)
    )
    return simulate_exponential(rng, groups, life=MEAN, later=later)


def _compute_mean_share_alive(window: tuple[int, int]) -> float:
    """Return the mean share of groups alive over a range of ages."""
    start, stop = np.exp(-np.array(window) / MEAN)
    return float(MEAN * (start - stop) / (window[1] - window[0]))


@register_world(
    "s0-owner-alone-fails",
    "hazard ratio of groups that their owner carries",
    groups=1000,
    naive=(
        "their owner's messages of half a year",
        naive_ways.compare_by_owner_messages,
    ),
)
def simulate_carried(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups dominated by their owner to other groups."""
    owner = np.where(select_every_other(groups), 0.85, 0.1)
    return simulate_exponential(
        rng, groups, life=build_mean_lives(value, groups), owner_share=owner
    )


@register_world(
    "s0-200-of-343-shells",
    "three quarters or two fifths die within weeks; a census has no limits",
    groups=100,
    switch=True,
)
def simulate_shells(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups of which most (true claim) or few (false) die within weeks."""
    dead = rng.random(groups) < (0.75 if value else 0.4)
    lived = np.where(dead, rng.uniform(0, 25, groups), FOREVER)
    origin = rng.uniform(0, END_DAYS - 300, groups)
    return simulate_exponential(rng, groups, lived=lived, origin=origin)
