"""Simulated data for claims about networks of groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    END_DAYS,
    FOREVER,
    START_US,
    Planted,
    simulate_exponential,
)

FOURTEEN_MONTHS, PACE = 14 * 30.44, 60.0  # days; the threshold of the claim
WATCHED = 490.0  # days of a network: no longer than it splits, but for 60 of silence
LIFE = 500.0
ROOMS = 25  # groups' networks, and groups of a study that is about people
YEAR = 365.25 / 28  # months
MANY = 64  # most groups that a person is in
MEMBERS = 100


@register_world(
    "s0-fission-speed",
    "days in which living groups double; as many groups as 60 days would make",
    groups=1000,
    plain=(38.0, 94.0),
)
def simulate_doubling(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a network of groups with a given doubling time.

    It begins with so many groups that doubling in 60 days would make `groups` of them
    in 14 months; then it splits no more.
    """
    start = max(1, round(groups * 2 ** (-FOURTEEN_MONTHS / PACE)))
    origin, life = _simulate_branching(start, np.log(2) / value + 1 / LIFE, rng)
    study = simulate_exponential(rng, len(origin), origin=origin, lived=life, rate=8.0)
    rows = study.tables["groups"]
    end = START_US + round(WATCHED * DAY_US)
    last = rows["last_us"].clip(upper=float(end))
    study.tables["groups"] = rows.assign(end_us=end, last_us=last)
    children = np.arange(start, len(origin))
    links = pd.DataFrame({"group": children, "parent": 0, "kind": "overlap"})
    study.tables["links"] = links
    return study


def _simulate_branching(
    start: int, birth: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Simulate groups from which new groups split off at a constant rate."""
    origins, lives = [np.zeros(start)], []
    while len(born := origins[-1]):
        life = rng.exponential(LIFE, len(born))
        until = np.minimum(born + life, FOURTEEN_MONTHS)
        n_splits = rng.poisson(birth * (until - born))
        origins.append(
            rng.uniform(np.repeat(born, n_splits), np.repeat(until, n_splits))
        )
        lives.append(life)
    return np.concatenate(origins), np.concatenate(lives)


@register_world(
    "s0-fission-dilutes-quality",
    "ratio of messages per doubling of siblings at birth",
    groups=1000,
)
def simulate_diluted(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate groups with messages that change with the number of older groups."""
    large = np.arange(1, ROOMS + 1)
    network = rng.choice(ROOMS, groups, p=large / large.sum())
    began = rng.uniform(0, END_DAYS / 2, ROOMS)[network]
    origin = rng.uniform(began, END_DAYS - 200)
    study = simulate_exponential(rng, groups, lived=FOREVER, origin=origin)
    rows = study.tables["groups"].assign(
        network=[f"network {number}" for number in network]
    )
    older = rows.groupby("network")["origin_us"].rank(method="min").to_numpy() - 1
    mean = 100 * value ** np.log2(1 + older) * rng.gamma(4, 1 / 4, groups)
    counts = rng.poisson(mean)
    windows = study.tables["windows"]
    messages = windows["messages"].to_numpy().copy()
    messages[windows["window"] == "28-83"] = counts
    talk = {"messages": messages, "replies": messages // 2}
    return study.with_tables(groups=rows, windows=windows.assign(**talk))


def _simulate_people(rng: np.random.Generator, **columns: npt.ArrayLike) -> Planted:
    """Build a study with given numbers of groups per person and month."""
    shape = np.shape(columns["groups"])
    member, month = (index.ravel() for index in np.indices(shape))
    every = {"left": 0, "batched": 0, "active": 1, "opened": 1} | columns
    cells = {
        name: np.broadcast_to(values, shape).ravel() for name, values in every.items()
    }
    months = pd.DataFrame({"member": member, "month": month, **cells})
    return simulate_exponential(rng, ROOMS).with_tables(portfolios=months)


@register_world(
    "s0-many-groups-exit",
    "hazard ratio of leaving per doubling of a person's groups, of people as many"
    " as groups are named; half leave in batches",
    groups=100,
)
def simulate_crowded(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate people who leave groups sooner, the more groups they are in.

    `groups` counts people.
    """
    n_groups = np.floor(2 ** rng.uniform(0, np.log2(MANY), (groups, 12))).astype(int)
    hazard = 0.05 * value ** np.log2(n_groups)
    left = rng.binomial(n_groups, -np.expm1(-hazard))
    return _simulate_people(
        rng, groups=n_groups, left=left, batched=rng.binomial(left, 0.5)
    )


@register_world(
    "s0-community-not-fading",
    "active groups a year later, of people as many as groups are named",
    groups=100,
)
def simulate_growing(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate people with a number of groups that grows yearly by a given ratio."""
    usual = 5 * rng.gamma(4, 1 / 4, (groups, 1))
    active = rng.poisson(usual * value ** (np.arange(28) / YEAR))
    return _simulate_people(rng, groups=active + 1, active=active, opened=active)


@register_world(
    "s0-bridging-breaks-silos",
    "ratio of what is new a message, by people in several groups and in one",
    groups=50,
)
def simulate_bridged(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate members of two groups who post more new links than members of one."""
    group, both = np.repeat(np.arange(groups), 2), np.arange(2 * groups) % 2
    usual = np.repeat(rng.uniform(0.02, 0.10, groups), 2)
    messages = rng.integers(100, 300, 2 * groups)
    novel = rng.binomial(messages, usual * np.where(both, value, 1.0))
    rows = {"group": group, "bridging": both == 1, "messages": messages, "novel": novel}
    return simulate_exponential(rng, groups).with_tables(carried=pd.DataFrame(rows))


@register_world(
    "s2-three-complaints",
    "dead by 180 days; four fifths are quiet, and as many unsold",
    groups=300,
)
def simulate_complained(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a share of dead groups; most of the rest are quiet, without sales."""
    quiet, sold = rng.random(groups) < 0.8, rng.random(groups) < 0.2  # noqa: PLR2004
    posters = np.where(quiet, 2, MEMBERS // 2)
    study = simulate_exponential(
        rng, groups, life=-180 / np.log1p(-value), posters=posters
    )
    rows = study.tables["groups"].assign(members=MEMBERS)
    return study.with_tables(groups=rows).coded("conversion", sold)


@register_world(
    "s0-success-traits-cohere", "four traits that go together, or do not", groups=100
)
def simulate_coherent(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate four traits of groups that are correlated (1) or independent (0)."""
    own, shared = rng.standard_normal((4, groups)), rng.standard_normal(groups)
    traits = own + 1.2 * value * shared
    level = 1 / (1 + np.exp(-traits))
    study = simulate_exponential(
        rng, groups, lived=FOREVER, reply_ratio=level[0], rate=5.0
    )
    columns = {"month": 1, "retained": np.round(200 * level[1]), "posters": 200}
    months = pd.DataFrame({"group": np.arange(groups), **columns})
    study.coded("identification", traits[2]).coded("sales", traits[3])
    return study.with_tables(months=months)
