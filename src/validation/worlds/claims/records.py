"""Simulated data for claims about recorded facts: rules, purposes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    Planted,
    simulate_exponential,
)

LIFE = 200.0
FIRST_DAYS = 300  # born then, nearly every group is followed until it dies


def draw_flags(groups: int, rng: np.random.Generator, chance: float = 0.5) -> Floats:
    """Draw a yes/no property for each group."""
    return (rng.random(groups) < chance).astype(float)


def simulate_living(
    ratio: npt.ArrayLike, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate group lifetimes, given each group's hazard ratio to a common rate."""
    origin = rng.uniform(0, FIRST_DAYS, groups)
    return simulate_exponential(
        rng, groups, life=LIFE / np.asarray(ratio, float), origin=origin
    )


@register_world("s1-rules-needed", "hazard ratio of rules", groups=1000)
def simulate_ruled(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups with rules to groups without."""
    rules = draw_flags(groups, rng)
    return simulate_living(value**rules, groups, rng).coded("rules", rules)


@register_world(
    "s1-loose-groups-need-rules-more",
    "hazard ratio of rules in loose groups over that in the others",
    groups=3000,
)
def simulate_loosely_ruled(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate rules that matter only if entry is open."""
    rules, loose = draw_flags(groups, rng), draw_flags(groups, rng)
    study = simulate_living(value ** (rules * loose) * 1.2**loose, groups, rng)
    return study.coded("rules", rules).coded("open_entry", loose)


@register_world(
    "s1-rules-too-strict", "whether hazards rise again beyond a point", groups=1000
)
def simulate_too_strict(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups with a hazard that is lowest at medium strictness of rules."""
    x = rng.standard_normal(groups)
    hazard = np.abs(x) if value else -x
    return simulate_living(np.exp(0.6 * hazard), groups, rng).coded("prohibitions", x)


@register_world(
    "s4-rules-keep-links", "replies a message, with rules less without", groups=100
)
def simulate_linked(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate more replies per message in groups with rules than without."""
    rules = draw_flags(groups, rng)
    ratio = 0.3 + value * rules + rng.uniform(0, 0.2, groups)
    study = simulate_exponential(rng, groups, life=FOREVER, reply_ratio=ratio)
    return study.coded("rules", rules)


@register_world("s4-entry-threshold-cap", "hazard ratio of a gate", groups=1000)
def simulate_gated(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate lifetimes by a hazard ratio of entry requirements or member limits.

    Of no group both are recorded: an effect left out would bend the other's ratio.
    """
    gate, cap = draw_flags(groups, rng), draw_flags(groups, rng)
    capped = np.arange(groups) % 7 == 0
    study = simulate_living(np.where(capped, 0.3**cap, value**gate), groups, rng)
    study.coded("gate", np.where(capped, np.nan, gate))
    return study.coded("cap", np.where(capped, np.where(cap, 100, 500), np.nan))


@register_world("s0-no-purpose-dies", "hazard ratio of no purpose", groups=1000)
def simulate_without_purpose(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate a hazard ratio of groups without to groups with a stated purpose."""
    purpose = draw_flags(groups, rng)
    return simulate_living(value ** (1 - purpose), groups, rng).coded(
        "purpose", purpose
    )


@register_world("s0-no-plan-dies", "hazard ratio of no plan", groups=1000)
def simulate_without_plan(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate a hazard ratio of groups without to groups with scheduled content."""
    plan = draw_flags(groups, rng)
    return simulate_living(value ** (1 - plan), groups, rng).coded(
        "schedule", plan, age=20
    )


@register_world(
    "s0-purpose-clearer-later",
    "odds ratio of a stated purpose, per year of founding",
    groups=1000,
)
def simulate_clearer(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups with yearly growing odds of a stated purpose."""
    study = simulate_exponential(rng, groups)
    year = pd.to_datetime(study.tables["groups"]["origin_us"], unit="us").dt.year
    odds = 0.5 * value ** (year - year.min()).to_numpy(float)
    return study.coded("purpose", rng.random(groups) < odds / (1 + odds))


@register_world("s1-many-have-no-why", "share of company-run groups without a purpose")
def simulate_without_why(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate a given share of company groups without a stated purpose."""
    study = simulate_exponential(rng, groups).coded("company", 1.0)
    return study.coded("purpose", 1 - draw_flags(groups, rng, value))


@register_world("s3-five-types-cover", "share that every coder puts into five types")
def simulate_of_types(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups coded by two coders; a given share is of one of five types."""
    kind = rng.choice(["interest", "friends", "customers", "events"], groups)
    other = np.where(draw_flags(groups, rng, 0.05), "learning", kind)
    covered = draw_flags(groups, rng, value) > 0
    study = simulate_exponential(rng, groups)
    for coder, names in (("a", kind), ("b", other)):
        types = np.where(covered, names, "bots")
        for name in np.unique(types):
            here = np.where(types == name, 1.0, np.nan)
            study.coded(f"type: {name}", here, coders=(coder,))
    return study
