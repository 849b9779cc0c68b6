"""Worlds about how long groups live, and how lively they are until then."""

from __future__ import annotations

import numpy as np

from helpers.validation.coverage import naive_ways
from helpers.validation.coverage.cells import Subject
from helpers.validation.worlds.claims.beginnings import exposed, halved
from helpers.validation.worlds.claims.subject import subject
from helpers.validation.worlds.claims.tabled import END_DAYS, Planted, planted

FOREVER = 90_000.0
MEAN = 5000.0  # days: where many die, later windows tell of decay by deaths
FOLLOWED = 450.0
EARLY, LATE = (1, 14), (56, 84)


def succeeding(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant lively groups of which a share lives on; the rest die within months."""
    lived = np.where(rng.random(groups) < value, FOREVER, rng.uniform(5, 120, groups))
    origin = rng.uniform(0, END_DAYS - FOLLOWED, groups)
    return planted(rng, groups, lived=lived, posters=12, origin=origin)


def fading(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant groups that die and talk otherwise later: rates of all have a ratio."""
    later = value * _alive(EARLY) / _alive(LATE) * rng.gamma(4, 1 / 4, groups)
    return planted(rng, groups, life=MEAN, later=later)


def _alive(window: tuple[int, int]) -> float:
    """Return the mean share of groups alive in a window of ages."""
    start, stop = np.exp(-np.array(window) / MEAN)
    return float(MEAN * (start - stop) / (window[1] - window[0]))


def carried(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant half of the groups carried by their owner."""
    owner = np.where(halved(groups), 0.85, 0.1)
    return planted(rng, groups, life=exposed(value, groups), owner_share=owner)


def shells(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant groups of which most (1) or few (0) die within weeks, the rest never."""
    dead = rng.random(groups) < (0.75 if value else 0.4)
    lived = np.where(dead, rng.uniform(0, 25, groups), FOREVER)
    origin = rng.uniform(0, END_DAYS - 300, groups)
    return planted(rng, groups, lived=lived, origin=origin)


SUBJECTS: tuple[Subject, ...] = (
    subject(
        "s0-success-below-5pct",
        succeeding,
        "alive and lively at a year",
        groups=1000,
    ),
    subject(
        "s0-novelty-decay",
        fading,
        "messages a day, days 56–83 over 1–13",
    ),
    subject(
        "s0-owner-alone-fails",
        carried,
        "hazard ratio of groups that their owner carries",
        groups=1000,
        naive=("their owner's messages of half a year", naive_ways.busy_owners),
    ),
    subject(
        "s0-200-of-343-shells",
        shells,
        "three quarters or two fifths die within weeks; a census has no limits",
        groups=100,
        switch=True,
    ),
)
