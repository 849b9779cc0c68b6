"""Simulated data for claims about owners, leaders and operators."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    Planted,
    repeat_owners,
    simulate_exponential,
)

LIFE = 150.0
EVERY, GONE = 13, 41  # days between messages; an owner silent from day 13 is gone then
FULL, JOINED = 100, 220  # members
EACH = 20  # groups an operator


def simulate_halved(
    value: float, groups: int, rng: np.random.Generator
) -> tuple[Planted, Floats]:
    """Simulate groups, half of which have a given hazard ratio to the other half."""
    half = (np.arange(groups) % 2).astype(float)
    return simulate_exponential(
        rng, groups, life=LIFE / np.where(half, value, 1.0)
    ), half


@register_world(
    "s2-brand-solves-all", "hazard ratio of groups whose owner had a brand", groups=100
)
def simulate_branded(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups owned by a brand to other groups."""
    study, half = simulate_halved(value, groups, rng)
    return study.coded("owner_branded", half)


@register_world(
    "s3-opinion-leader-needed",
    "hazard ratio of training groups with a leader",
    groups=1000,
)
def simulate_led(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of training groups with a leader to those without."""
    study, half = simulate_halved(value, groups, rng)
    return study.coded("leader", half).typed(np.full(groups, "learning"))


@register_world(
    "s2-needs-no-operation",
    "hazard ratio per doubling of administrators' acts",
    groups=300,
)
def simulate_operated(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups per doubling of their operators' effort."""
    doublings = rng.integers(0, 6, groups)
    study = simulate_exponential(rng, groups, life=LIFE / value ** (doublings - 2.5))
    return study.coded("operator_effort", 2.0**doublings - 1)


@register_world(
    "s3-self-growth",
    "hazard ratio per ten points of threads that others open",
    groups=300,
)
def simulate_grown(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups per ten points of threads by members."""
    share = rng.random(groups)
    study = simulate_exponential(rng, groups, life=2 * LIFE / value ** (10 * share - 5))
    return study.coded("threads_by_others", share)


@register_world(
    "s0-bigname-groups-adrift",
    "share adrift, big names less others; big names own four fifths of all groups",
    groups=1000,
    plain=(0.2, -0.03),
)
def simulate_adrift(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate more nearly silent groups among those owned by a celebrity."""
    big = np.arange(groups) % 5 > 0
    lost = rng.random(groups) < 0.04 + value * big
    study = simulate_exponential(
        rng, groups, lived=FOREVER, posters=np.where(lost, 2, 9)
    )
    return study.coded("owner_bigname", big)


@register_world("s2-kol-fills-fast", "hazard ratio of reaching 100 members", groups=100)
def simulate_filling(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups that reach their member limit sooner if a celebrity owns them."""
    big = np.arange(groups) % 2
    study = simulate_exponential(rng, groups).coded("owner_bigname", big)
    full = rng.exponential(20 / np.where(big, value, 1.0))
    age = full[:, None] * np.arange(1, JOINED + 1) / FULL
    origin = study.tables["groups"]["origin_us"].to_numpy()[:, None]
    joined = (origin + age * DAY_US).ravel()
    rows = {"group": np.repeat(np.arange(groups), JOINED), "joined_us": joined}
    members = pd.DataFrame(rows).assign(left_us=np.nan, role=None)
    members["member"] = np.arange(len(members))
    return study.with_tables(memberships=members).seen(joins_observed=True)


@register_world(
    "s2-scene-not-skill",
    "operators' share of the variance of log lifetimes, 20 groups each",
    groups=1000,
    largest=10_000,
)
def simulate_skilled(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate group lifetimes; a given share of the variance is between operators."""
    operator = np.arange(groups) // EACH
    skill = np.sqrt(value) * rng.standard_normal(operator[-1] + 1)[operator]
    luck = np.sqrt(1 - value) * rng.standard_normal(groups)
    study = simulate_exponential(rng, groups, lived=np.exp(4 + skill + luck))
    return study.typed(operator, "operator").typed(np.arange(groups) % 3, "platform")


@register_world(
    "s3-daily-prompts",
    "half as many messages again on days with a prompt, or no more",
    groups=50,
)
def simulate_prompted(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate days with an owner's prompt, with more messages (true claim) or not."""
    study = simulate_exponential(rng, groups, lived=FOREVER)
    group, age = (index.ravel() for index in np.indices((groups, 70)))
    prompt = rng.random(len(age)) < 0.5  # noqa: PLR2004 - every other day
    others = rng.poisson(5 * np.where(prompt, 1 + value / 2, 1.0))
    rows = {
        "group": group,
        "day": _find_birth_days(study)[group] + age,
        "prompt": prompt,
    }
    days = pd.DataFrame({**rows, "others": others}).assign(owner=1)
    return study.with_tables(owner_days=days)


def _find_birth_days(study: Planted) -> npt.NDArray[np.int64]:
    return (study.tables["groups"]["origin_us"] // DAY_US).to_numpy()


@register_world(
    "s4-owner-indispensable",
    "hazard ratio of members' silence while the owner is gone",
    groups=1000,
)
def simulate_owner_silence(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate a hazard ratio of groups' silence while the owner is absent."""
    study = simulate_exponential(rng, groups, lived=FOREVER)
    left = np.arange(groups) % 2 == 1
    span = rng.exponential(LIFE, groups)
    span = np.where(left & (span > GONE), GONE + (span - GONE) / value, span)
    born, end = (
        _find_birth_days(study),
        study.tables["groups"]["end_us"].to_numpy() // DAY_US,
    )
    last = np.minimum(np.ceil(span).astype(int), end - born - 1)
    group, nth = repeat_owners(last // EVERY + 1)
    group, age = np.append(group, np.arange(groups)), np.append(nth * EVERY, last)
    owner = (~left[group] | (age <= GONE - 28)).astype(int)
    others = rng.integers(1, 9, groups)[group]
    rows = {"group": group, "day": born[group] + age, "others": others, "owner": owner}
    days = pd.DataFrame(rows).drop_duplicates(["group", "day"]).assign(prompt=None)
    return study.with_tables(owner_days=days)
