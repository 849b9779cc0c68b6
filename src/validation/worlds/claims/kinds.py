"""Simulated data for claims about kinds of groups."""

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
    select_every_other,
    simulate_exponential,
)

FIRST_DAYS = 1300  # born then, a group is followed for more than a year


def list_types(exposed: npt.NDArray[np.bool_]) -> npt.NDArray[np.str_]:
    """Return the type of each group: friends if exposed, otherwise interest."""
    return np.where(exposed, "friends", "interest")


@register_world("s3-types-differ-in-survival", "whether one of three types dies sooner")
def simulate_lasting(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate three types of groups with different or equal lifetimes."""
    names = np.array(["friends", "interest", "learning"])[np.arange(groups) % 3]
    life = np.where((names == "friends") & (value > 0), 300.0, 3500.0)
    return simulate_exponential(rng, groups, life=life).typed(names)


@register_world(
    "s1-any-industry",
    "standard deviation of log-hazards between categories of sixty groups",
    groups=3000,
    largest=10_000,
)
def simulate_industries(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate industries of groups with a given SD of log hazards."""
    n_categories = max(8, groups // 60)
    category = np.arange(groups) % n_categories
    shift = value * rng.standard_normal(n_categories)
    origin = rng.uniform(0, FIRST_DAYS, groups)
    study = simulate_exponential(
        rng, groups, life=500 * np.exp(-shift[category]), origin=origin
    )
    return study.typed([f"c{each}" for each in category], "category")


@register_world(
    "s3-friend-groups-active", "messages a member, friends over others", groups=100
)
def simulate_active_friends(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate groups of friends that write more than interest groups do."""
    friends, members = select_every_other(groups), rng.integers(15, 60, groups)
    rate = members / 30 * rng.uniform(2, 4, groups) * np.where(friends, value, 1.0)
    lived = 84 + rng.exponential(np.where(friends, 1500.0, 150.0))
    study = simulate_exponential(rng, groups, lived=lived, rate=rate).typed(
        list_types(friends)
    )
    rows = study.tables["groups"]
    day = rows["origin_us"] // DAY_US + 20
    counted = pd.DataFrame({"group": rows["group"], "day": day, "members": members})
    study.tables["snapshots"] = counted
    return study.seen(members_source="roster")


@register_world(
    "s3-friend-groups-centred", "share of friends' groups whose owner is answered most"
)
def simulate_centred_friends(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate a share of groups of friends with most replies to the owner."""
    friends = select_every_other(groups)
    top = rng.random(groups) < np.where(friends, value, 0.1)
    return simulate_exponential(rng, groups, life=FOREVER, owner_top=top).typed(
        list_types(friends)
    )


@register_world(
    "s3-interest-groups-wither",
    "owner's messages, a quarter over the one before",
    groups=50,
)
def simulate_withering(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate interest groups with fewer owner messages and more ads over time."""
    origin = rng.uniform(0, FIRST_DAYS, groups)
    study = simulate_exponential(rng, groups, life=FOREVER, rate=10.0, origin=origin)
    windows = study.typed(["interest"] * groups).tables["windows"]
    messages, quarters = windows["messages"], (windows["from_day"] + 14) / 90
    own = rng.poisson(0.2 * messages * value**quarters)
    windows["owner_share"] = own / messages.where(messages > 0)
    noise = 0.02 * rng.standard_normal(len(windows))
    windows["replies"] = messages * (0.8 - 0.1 * quarters + noise)
    return simulate_advertised(study, rng, np.full(groups, 0.1), 0.1 / 90)


def simulate_advertised(
    study: Planted, rng: np.random.Generator, share: Floats, rise: float = 0.0
) -> Planted:
    """Add labels of advertisements to the messages of a study.

    `share` of each group's are advertisements at first, `rise` more each day.
    """
    groups, days, n_messages = study.tables["groups"]["group"], (10, 100, 200, 300), 10
    group = np.repeat(groups.to_numpy(), len(days) * n_messages)
    age = np.tile(np.repeat(days, n_messages), len(groups))
    yes = rng.random(len(age)) < share[group] + rise * age
    reading = yes == (rng.random(len(age)) < 0.9)  # noqa: PLR2004 - the machine's hits
    rows = pd.DataFrame({"group": group, "age_day": age, "kind": "advertisement"})
    rows["predicted"] = np.where(reading, 0.8, 0.2)
    by = rows.groupby(["group", "kind", "age_day"])["predicted"]
    study.tables["readings"] = by.agg(messages="size", predicted="sum").reset_index()
    labels = rows.assign(label=np.where(yes, "yes", "no"), score=0.5, probability=0.5)
    study.tables["labels"] = labels[rng.random(len(age)) < 0.5]  # noqa: PLR2004 - half
    return study


@register_world(
    "s3-training-utilitarian",
    "share of advertisements, training groups less friends'",
    groups=100,
)
def simulate_selling(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a larger share of advertisements in training than in other groups."""
    training = (~select_every_other(groups)).astype(float)
    names = np.where(training > 0, "learning", "friends")
    study = simulate_exponential(rng, groups, life=FOREVER).typed(names)
    return simulate_advertised(study, rng, 0.3 + value * training)


def add_ties(
    study: Planted, rng: np.random.Generator, event: str, hazard: npt.ArrayLike
) -> Planted:
    """Add life tables of reply ties between members to a simulated study."""
    groups = study.tables["groups"]["group"].to_numpy()
    group, span = (index.ravel() for index in np.indices((len(groups), 3)))
    chance = -np.expm1(-np.broadcast_to(np.asarray(hazard, float), len(groups)))
    rows = pd.DataFrame({"group": groups[group], "event": event, "at_risk": 40})
    rows = rows.assign(from_day=28 * span, happened=rng.binomial(40, chance[group]))
    before = [study.tables[name] for name in ("ties",) if name in study.tables]
    study.tables["ties"] = pd.concat([*before, rows], ignore_index=True)
    return study


@register_world(
    "s3-interest-ties-fragile",
    "hazard ratio of a tie's end, interest groups to friends",
    groups=100,
)
def simulate_fragile(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate ties that end sooner in interest groups than in groups of friends."""
    friends = select_every_other(groups)
    study = simulate_exponential(rng, groups).typed(list_types(friends))
    return add_ties(study, rng, "ended", 0.1 * np.where(friends, 1.0, value))


@register_world(
    "s0-course-groups-no-seeds",
    "share of seed users among members of course groups",
    groups=100,
)
def simulate_seedless(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate course groups with fewer early regulars and ties than other groups."""
    course = ~select_every_other(groups)
    study = simulate_exponential(rng, groups).typed(
        np.where(course, "learning", "friends")
    )
    add_ties(study, rng, "formed", np.where(course, 0.03, 0.3))
    origin = study.tables["groups"]["origin_us"].to_numpy()
    group, member = np.repeat(np.arange(groups), 30), np.arange(30 * groups)
    rows = pd.DataFrame({"group": group, "member": member, "joined_us": origin[group]})
    study.tables["memberships"] = rows.assign(role=None, left_us=np.nan)
    seed = rows[rng.random(len(rows)) < value]
    first = origin[seed["group"]] // DAY_US
    days = seed[["group", "member"]].assign(messages=1)
    member_days = pd.concat([days.assign(day=first + nth) for nth in range(5)])
    study.tables["member_days"] = member_days
    return study.seen(joins_observed=True)
