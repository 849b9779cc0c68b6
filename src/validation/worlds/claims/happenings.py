"""Simulated data for claims about events and their effects."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from validation.worlds.claims.arrivals import record_arrivals
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    Planted,
    select_every_other,
    simulate_exponential,
)

BORN_WITHIN = 28  # days: groups are compared on the same calendar days
FIRST, EVENT, LAST = 40, 100, 190  # ages at which talk starts, is lifted and ends
PACE = 3.0  # messages a day
LESS_DAYS = 15.0  # mean life from a week after a meeting on, without one


def simulate_contemporary(
    groups: int, rng: np.random.Generator, lived: npt.ArrayLike = FOREVER
) -> Planted:
    """Simulate groups that were all founded within the same few weeks."""
    return simulate_exponential(
        rng, groups, lived=lived, origin=rng.integers(0, BORN_WITHIN, groups)
    )


def draw_messages(study: Planted, rng: np.random.Generator, pace: Floats) -> Planted:
    """Simulate daily message counts with a given rate per group."""
    messages = rng.poisson(pace)
    group, nth = np.nonzero(messages)
    born = study.tables["groups"]["origin_us"].to_numpy() // DAY_US
    rows = pd.DataFrame({"group": group, "day": born[group] + FIRST + nth})
    study.tables["daily"] = rows.assign(posters=2, messages=messages[group, nth])
    return study


def build_pace(lift: Floats, days: int = LAST - EVENT) -> Floats:
    """Return message rates by group age, multiplied for some days after an event."""
    age = np.arange(FIRST, LAST)
    after = (age > EVENT) & (age <= EVENT + days)
    return PACE * np.where(after, lift[:, None], 1.0)


@register_world(
    "s1-single-tactics-dont-last",
    "whether an activation's lift is gone after five days",
    groups=100,
)
def simulate_activated(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate activations that raise messages for 5 days (true claim) or for good."""
    half = select_every_other(groups)
    study = simulate_contemporary(groups, rng)
    draw_messages(
        study, rng, build_pace(np.where(half, 2.0, 1.0), 5 if value else LAST)
    )
    return study.happened("activation", np.flatnonzero(half), EVENT)


@register_world(
    "s3-offline-meetups-help",
    "hazard ratio from a week to 60 days after a meeting",
    groups=1000,
    largest=1000,
)
def simulate_met(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate offline meetings after which groups die and write at another rate.

    Nobody dies earlier, so that all who would meet do.
    """
    half = select_every_other(groups)
    span = rng.exponential(LESS_DAYS, groups)
    ratio = np.where(half, value, 1.0)
    late = np.clip(span - 53 * ratio, 0, None)  # what is left after day 60
    lived = EVENT + 7 + np.minimum(span / ratio, 53) + late
    study = simulate_contemporary(groups, rng, lived)
    age = np.arange(FIRST, LAST)
    pace = build_pace(np.where(half, 4.0, 1.0)) * (age < lived[:, None])
    draw_messages(study, rng, pace)
    return study.happened("meetup", np.flatnonzero(half), EVENT)


@register_world(
    "s4-offline-is-content", "lift of messages after a meeting over that after a lesson"
)
def simulate_taught(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate messages after meetings, as a ratio to messages after lessons."""
    kind = np.arange(groups) % 4
    lift = np.select([kind == 0, kind == 1], [2.0 * value, 2.0], 1.0)
    study = draw_messages(simulate_contemporary(groups, rng), rng, build_pace(lift))
    study.happened("meetup", np.flatnonzero(kind == 0), EVENT)
    return study.happened("lesson", np.flatnonzero(kind == 1), EVENT)


@register_world(
    "s3-perks-spread", "joins by invitation a day, after a perk over before", groups=100
)
def simulate_perked(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate rewards that multiply members' invitations for two weeks."""
    half = select_every_other(groups)
    study = simulate_contemporary(groups, rng)
    came = rng.poisson(build_pace(np.where(half, value, 1.0), 14))
    group, nth = (
        np.repeat(index, came.ravel())
        for index in map(np.ravel, np.indices(came.shape))
    )
    joined = FIRST + nth + rng.random(len(nth))
    record_arrivals(study, group, joined, channel="member")
    return study.happened("perk", np.flatnonzero(half), EVENT)
