"""Simulated data for claims about recruitment and retention."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    Planted,
    select_every_other,
    simulate_exponential,
)


def record_arrivals(
    study: Planted,
    group: Ints,
    joined: npt.ArrayLike,
    stay: npt.ArrayLike = FOREVER,
    *,
    channel: npt.ArrayLike = "self",
    **columns: npt.ArrayLike,
) -> Planted:
    """Record when members join given groups, and for how long.

    Parameters
    ----------
    group, joined, stay, channel, columns
        One for each arrival, or one for all; `group` counts from 0.
    """
    groups = study.tables["groups"]
    born, end = (groups[name].to_numpy()[group] for name in ("origin_us", "end_us"))
    at = born + (np.asarray(joined, float) * DAY_US).astype("int64")
    left = at + np.asarray(stay, float) * DAY_US
    study.tables["arrivals"] = pd.DataFrame(
        {"group": group, "member": np.arange(len(group)), "joined_us": at,
         "left_us": np.where(left < end, left, np.nan), "first_us": np.nan,
         "channel": channel, **columns}
    )  # fmt: skip
    return study.seen(joins_observed=True, leaves_observed=True)


def repeat_numbers(groups: int, many: int) -> Ints:
    """Repeat the number of each group n times."""
    return np.repeat(np.arange(groups), many)


@register_world(
    "s3-groups-start-with-friends",
    "ratio of sizes at day 90 per quarter of the first 20 that members invited",
    groups=100,
)
def simulate_friendly(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups in which members' early invitations change the size at day 90."""
    invited = rng.random((groups, 20)) < rng.random((groups, 1))
    quarters = 4 * invited.mean(axis=1)
    uneven = rng.gamma(16, 1 / 16, groups)
    more = rng.poisson(np.clip(60 * value**quarters - 20, 0, None) * uneven)
    group = np.r_[repeat_numbers(groups, 20), np.repeat(np.arange(groups), more)]
    joined = np.r_[np.tile(np.linspace(0, 5, 20), groups), np.full(more.sum(), 50.0)]
    first = np.where(invited.ravel(), "member", "self")
    channel = np.r_[first, np.full(more.sum(), "self")]
    study = simulate_exponential(rng, groups, life=FOREVER)
    return record_arrivals(study, group, joined, channel=channel)


@register_world(
    "s4-core-distributes",
    "share of joins by invitation that core members brought",
    groups=50,
)
def simulate_distributed(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate groups in which core members send a given share of all invitations."""
    study = simulate_exponential(rng, groups, life=FOREVER)
    core = {"core_4": 6, "core_8": 5, "core_12": 4}
    study.tables["months"] = pd.DataFrame(
        {"group": np.arange(groups), "month": 0} | core
    )
    late = np.tile(np.repeat([False, True], [40, 10]), groups)
    by_core = rng.random(len(late)) < value
    channel = np.select([~late, by_core], ["self", "core"], "member")
    joined = np.where(late, 60.0, 5.0)
    return record_arrivals(study, repeat_numbers(groups, 50), joined, channel=channel)


@register_world(
    "s3-users-best-promoters",
    "share still there, brought by members less by advertisement",
    groups=100,
)
def simulate_promoted(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate members who stay longer if a member invited them, not an advert."""
    friend = rng.random(40 * groups) < 0.5  # noqa: PLR2004 - half
    base = rng.uniform(0.3, 0.5, groups)[repeat_numbers(groups, 40)]
    keep = rng.random(len(friend)) < base + value * friend
    return record_arrivals(
        simulate_exponential(rng, groups, life=FOREVER),
        repeat_numbers(groups, 40),
        rng.uniform(10, 60, len(friend)),
        np.where(keep, FOREVER, 10.0),
        channel=np.where(friend, "member", "advertisement"),
    )


@register_world(
    "s4-paying-is-a-gap",
    "share still there, for up to 5 yuan less for free",
    groups=100,
)
def simulate_priced(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate lower retention in the cheapest paid groups than in free ones."""
    fee = np.array([0.0, 1.0, 30.0])[np.arange(groups) % 3]
    low = 0.4 + value
    chance = np.select([fee == 0, fee == 1], [0.4, low], max(low - 0.25, 0.0))
    group = repeat_numbers(groups, 20)
    keep = rng.random(len(group)) < chance[group]
    joined = rng.uniform(0, 60, len(group))
    study = simulate_exponential(rng, groups, life=FOREVER).coded("fee", fee)
    return record_arrivals(study, group, joined, np.where(keep, FOREVER, 20.0))


@register_world(
    "s3-paid-belonging", "hazard ratio of leaving, paid to free groups", groups=100
)
def simulate_paying(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate how long members stay in paid and free groups, by hazard ratio."""
    paid = select_every_other(groups)
    posters = rng.poisson(np.where(paid, 12.0, 4.0))
    study = simulate_exponential(rng, groups, life=FOREVER, posters=posters)
    study.coded("fee", 99.0 * paid).typed(["learning"] * groups)
    group = repeat_numbers(groups, 12)
    stay = rng.exponential(200 / np.where(paid, value, 1.0)[group])
    return record_arrivals(study, group, rng.uniform(0, 20, len(group)), stay)


@register_world(
    "s1-vision-drives-start", "share who stay, with a vision less without", groups=100
)
def simulate_envisioned(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate more joins and retention in groups with a stated vision than without."""
    vision = select_every_other(groups)
    group = np.repeat(np.arange(groups), rng.poisson(np.where(vision, 45, 25)))
    keep = rng.random(len(group)) < 0.15 + value * vision[group]
    study = simulate_exponential(rng, groups, life=FOREVER).coded("vision", vision)
    joined = rng.uniform(8, 26, len(group))
    return record_arrivals(study, group, joined, np.where(keep, FOREVER, 10.0))
