"""Simulated messages for claims, as a data collector would observe them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from helpers.claims import parse_rule
from validation.coverage import naive_ways
from validation.coverage.truths import list_truths
from validation.worlds.claims.subject import register_world
from validation.worlds.messages import (
    Exponential,
    Exposure,
    PlantedStudy,
    Watching,
    Weibull,
    World,
    draw_world,
    simulate_published,
)
from validation.worlds.messages.seen import select_visible
from validation.worlds.messages.window_table import build_windows

FOREVER = Exponential(1e6)
SHAPE = Weibull(0.8, 1.0)
DRAWN = 1500  # groups behind a truth that no formula gives
NEARLY_ALONE = Exposure(trait="owner", value=0.9, share=0.15)
SHORT = Watching(to_day=130.0)  # for what happens in the first twelve weeks
SEED = 7  # of worlds whose truth no formula gives
HALVINGS = 9
MANY_CENTRES = list_truths(parse_rule("LIT>(3)"))[0].value


def _simulate_dying(value: float, groups: int, *, by: float) -> World:
    """Simulate groups with a given share dead by an age."""
    return World(
        groups=groups, births_days=880.0, lifetimes=SHAPE.failing(value, by), rate=0.5
    )


def _simulate_top_share(value: float, groups: int) -> World:
    """Simulate groups in which one person posts a given share."""
    return World(
        groups=groups, births_days=40.0, lifetimes=FOREVER, rate=3.0, rate_sd=0.2,
        owner=value, watching=SHORT, exposures=(NEARLY_ALONE,),
    )  # fmt: skip


def _simulate_centred(value: float, groups: int, *, owners: float) -> World:
    """Simulate groups in which one member receives a given share of replies."""
    return World(
        groups=groups, births_days=40.0, lifetimes=FOREVER, rate=3.0, rate_sd=0.2,
        to_hub=value, owner_is_hub=owners, watching=SHORT,
    )  # fmt: skip


def _compute_median(column: str, world: World) -> float:
    """Return the median of a quantity over groups of a simulated study."""
    drawn = draw_world(world, SEED)
    table = build_windows(drawn, select_visible(drawn))
    rows = table[table["window"].eq("28-83") & table["observed"]]
    lively = rows[(rows["posters"] >= 5) & (rows["messages"] >= 100)]  # noqa: PLR2004 - the register's
    return float(np.nanmedian(lively[column]))


def _tune_setting(
    outcome: Callable[[float], float], aim: float, between: tuple[float, float]
) -> float:
    """Find by bisection the setting at which an outcome has a value.

    >>> round(_tune_setting(lambda x: x**2, 4.0, (0.0, 8.0)), 1)
    2.0
    """
    low, high = between
    rising = outcome(high) > outcome(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = outcome(middle) > aim
        low, high = (low, middle) if above == rising else (middle, high)
    return (low + high) / 2


@cache
def _tune_hub(centres: float) -> float:
    def centres_at(share: float) -> float:
        return _compute_median("centres", _simulate_centred(share, DRAWN, owners=0.0))

    return _tune_setting(centres_at, centres, (0.05, 0.75))


@cache
def _tune_owner(top_share: float) -> float:
    def top_share_at(share: float) -> float:
        return _compute_median("top_share", _simulate_top_share(share, DRAWN))

    return _tune_setting(top_share_at, top_share, (0.13, 0.60))


def _simulate_observed(world: World, rng: np.random.Generator) -> PlantedStudy:
    return simulate_published(world, rng, people=False)


@register_world(
    "s0-three-month-death",
    "silent for good by day 105",
    drawn=True,
    naive=(
        "every last message a death",
        naive_ways.count_last_messages_as_deaths(105.0),
    ),
)
def simulate_dead(value: float, groups: int, rng: np.random.Generator) -> PlantedStudy:
    """Simulate a given share of groups dead within 105 days."""
    return _simulate_observed(_simulate_dying(value, groups, by=105.0), rng)


@register_world(
    "s1-over-90-fail",
    "failed within a year",
    drawn=True,
    naive=(
        "every last message a death",
        naive_ways.count_last_messages_as_deaths(365.0),
    ),
)
def simulate_failed(
    value: float, groups: int, rng: np.random.Generator
) -> PlantedStudy:
    """Simulate groups of which a given share is dead within 365 days."""
    return _simulate_observed(_simulate_dying(value, groups, by=365.0), rng)


@register_world(
    "s1-not-centralised",
    "median of the top poster's share",
    drawn=True,
    groups=100,
    naive=(
        "share of the first poster over all messages pooled",
        naive_ways.compute_pooled_top,
    ),
)
def simulate_topped(
    value: float, groups: int, rng: np.random.Generator
) -> PlantedStudy:
    """Simulate a given median share of messages by the top poster."""
    return _simulate_observed(_simulate_top_share(_tune_owner(value), groups), rng)


@register_world(
    "s4-many-centres",
    "groups whose owner is answered most; there are centres enough",
    drawn=True,
    component=1,
)
def simulate_owned_hubs(
    value: float, groups: int, rng: np.random.Generator
) -> PlantedStudy:
    """Simulate a given share of groups with most replies to the owner."""
    share = _tune_hub(MANY_CENTRES)
    return _simulate_observed(_simulate_centred(share, groups, owners=value), rng)
