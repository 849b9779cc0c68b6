"""Worlds of claims about events, and what talk, joins and lives do after them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from helpers.validation.worlds.claims.arrivals import arrived
from helpers.validation.worlds.claims.subject import plants
from helpers.validation.worlds.claims.tabled import (
    FOREVER,
    Planted,
    every_other,
    planted,
)

BORN_WITHIN = 28  # days: groups are compared on the same calendar days
FIRST, EVENT, LAST = 40, 100, 190  # ages at which talk starts, is lifted and ends
PACE = 3.0  # messages a day
LESS_DAYS = 15.0  # mean life from a week after a meeting on, without one


def contemporary(
    groups: int, rng: np.random.Generator, lived: npt.ArrayLike = FOREVER
) -> Planted:
    """Plant groups born at midnights of the same month."""
    return planted(
        rng, groups, lived=lived, origin=rng.integers(0, BORN_WITHIN, groups)
    )


def talking(study: Planted, rng: np.random.Generator, pace: Floats) -> Planted:
    """Draw messages a day of each group, from age `FIRST` on, of mean pace."""
    messages = rng.poisson(pace)
    group, nth = np.nonzero(messages)
    born = study.tables["groups"]["origin_us"].to_numpy() // DAY_US
    rows = pd.DataFrame({"group": group, "day": born[group] + FIRST + nth})
    study.tables["daily"] = rows.assign(posters=2, messages=messages[group, nth])
    return study


def lifted(lift: Floats, days: int = LAST - EVENT) -> Floats:
    """Return each group's pace by age, in a ratio for some days after the event."""
    age = np.arange(FIRST, LAST)
    after = (age > EVENT) & (age <= EVENT + days)
    return PACE * np.where(after, lift[:, None], 1.0)


@plants(
    "s1-single-tactics-dont-last",
    "whether an activation's lift is gone after five days",
    groups=100,
)
def activated(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant activations in every other group whose lift is gone soon, or stays."""
    half = every_other(groups)
    study = contemporary(groups, rng)
    talking(study, rng, lifted(np.where(half, 2.0, 1.0), 5 if value else LAST))
    return study.happened("activation", np.flatnonzero(half), EVENT)


@plants(
    "s3-offline-meetups-help",
    "hazard ratio from a week to 60 days after a meeting",
    groups=1000,
    largest=1000,
)
def met(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant meetings that change hazards from a week to 60 days later, and lift talk.

    Nobody dies earlier, so that all who would meet do.
    """
    half = every_other(groups)
    span = rng.exponential(LESS_DAYS, groups)
    ratio = np.where(half, value, 1.0)
    late = np.clip(span - 53 * ratio, 0, None)  # what is left after day 60
    lived = EVENT + 7 + np.minimum(span / ratio, 53) + late
    study = contemporary(groups, rng, lived)
    age = np.arange(FIRST, LAST)
    pace = lifted(np.where(half, 4.0, 1.0)) * (age < lived[:, None])
    talking(study, rng, pace)
    return study.happened("meetup", np.flatnonzero(half), EVENT)


@plants(
    "s4-offline-is-content", "lift of messages after a meeting over that after a lesson"
)
def taught(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant lifts after meetings, in a ratio to those after lessons."""
    kind = np.arange(groups) % 4
    lift = np.select([kind == 0, kind == 1], [2.0 * value, 2.0], 1.0)
    study = talking(contemporary(groups, rng), rng, lifted(lift))
    study.happened("meetup", np.flatnonzero(kind == 0), EVENT)
    return study.happened("lesson", np.flatnonzero(kind == 1), EVENT)


@plants(
    "s3-perks-spread", "joins by invitation a day, after a perk over before", groups=100
)
def perked(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant perks after which, for two weeks, more are invited a day."""
    half = every_other(groups)
    study = contemporary(groups, rng)
    came = rng.poisson(lifted(np.where(half, value, 1.0), 14))
    group, nth = (
        np.repeat(one, came.ravel()) for one in map(np.ravel, np.indices(came.shape))
    )
    joined = FIRST + nth + rng.random(len(nth))
    arrived(study, group, joined, channel="member")
    return study.happened("perk", np.flatnonzero(half), EVENT)
