"""Simulate groups with given hazards, and all their messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US, SECOND_US
from validation.worlds.messages.families import draw_lifetimes
from validation.worlds.messages.world import TRAITS, World

START_DAY = 16_436  # 2015-01-01: a Thursday, so that weeks and quarters are not aligned
LATER_DAY, YEAR = 28, 365.0
LONG = 1 << 34  # seconds since 1970, beyond any message


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """All simulated groups and messages, before observation begins or ends.

    Attributes
    ----------
    world
        What was planted.
    groups
        One row a group by origin: ``network``, ``origin_us``, ``death_us`` (the last
        message if nothing ends before), ``never``, the traits and ``exposed_0`` ….
    messages
        By group and time: ``group``, ``time_us``, ``sender`` (number within the
        group, 0 is the owner), ``quotes`` (row of the message quoted, −1 for none).
    """

    world: World
    groups: pd.DataFrame
    messages: pd.DataFrame

    @property
    def end_us(self) -> int:
        """Timestamp of the end of the data."""
        return START_DAY * DAY_US + round(self.world.watching.to_day * DAY_US)

    @property
    def from_us(self) -> int:
        """Timestamp of the start of observation."""
        return START_DAY * DAY_US + round(self.world.watching.from_day * DAY_US)


def draw_world(
    world: World, seed: np.random.Generator | np.random.SeedSequence | int
) -> Drawn:
    """Simulate groups and messages; the same seed gives the same data.

    Examples
    --------
    >>> from validation.worlds.messages import World
    >>> drawn = draw_world(World(groups=5), 1)
    >>> len(drawn.groups), list(drawn.messages)
    (5, ['group', 'time_us', 'sender', 'quotes'])
    """
    rng = np.random.default_rng(seed)
    groups = _build_groups(world, rng)
    end = START_DAY * DAY_US + round(world.watching.to_day * DAY_US)
    return Drawn(world, groups, _build_messages(world, groups, end, rng))


def _build_groups(world: World, rng: np.random.Generator) -> pd.DataFrame:
    n = world.groups
    table = pd.DataFrame({name: np.full(n, getattr(world, name)) for name in TRAITS})
    table["rate"] *= np.exp(world.rate_sd * rng.standard_normal(n))
    network = np.arange(n) % world.networks
    hazard = world.network_sd * rng.standard_normal(world.networks)[network]
    unseen = rng.standard_normal(n)
    hazard += world.confounding * unseen
    for nth, exposure in enumerate(world.exposures):
        even = exposure.share / (1 - exposure.share)
        odds = even * np.exp(world.confounding * unseen)
        exposed = rng.random(n) < odds / (1 + odds)
        table.loc[exposed, exposure.trait] = exposure.value
        table[f"exposed_{nth}"] = exposed
        hazard += exposure.log_hazard_ratio * exposed
    origin = np.sort(_to_whole_seconds(START_DAY + rng.random(n) * world.births_days))
    hazard += world.per_year * (origin / DAY_US - START_DAY) / YEAR
    hub = np.where(rng.random(n) < world.owner_is_hub, 0, 1)
    life = draw_lifetimes(world.lifetimes, hazard, rng)
    death = origin + _to_whole_seconds(np.minimum(life, 1e5))  # 1e5 days: never
    never = rng.random(n) < world.never
    names = np.array([f"network {k:02d}" for k in range(world.networks)], object)
    return table.assign(
        network=names[network],
        origin_us=origin,
        death_us=death,
        never=never,
        hub=hub,
    )


def _to_whole_seconds(days: npt.NDArray[np.float64]) -> Ints:
    """Round days to whole seconds, in µs."""
    return np.rint(days * (DAY_US // SECOND_US)).astype(np.int64) * SECOND_US


def _build_messages(
    world: World, groups: pd.DataFrame, end: int, rng: np.random.Generator
) -> pd.DataFrame:
    origin, death = groups["origin_us"].to_numpy(), groups["death_us"].to_numpy()
    speaks = ~groups["never"].to_numpy()
    stop = np.minimum(death, end)
    spans = (stop - origin) / DAY_US
    early = np.minimum(spans, LATER_DAY) * groups["rate"].to_numpy()
    late = np.maximum(spans - LATER_DAY, 0) * (groups["rate"] * groups["later"])
    soon, then = (rng.poisson(np.where(speaks, mean, 0.0)) for mean in (early, late))
    turn = np.minimum(stop, origin + LATER_DAY * DAY_US)
    ended = speaks & (death <= end)
    group = np.concatenate(
        [
            *(np.repeat(np.arange(len(groups)), counts) for counts in (soon, then)),
            np.flatnonzero(speaks),
            np.flatnonzero(ended),
        ]
    )
    time = np.concatenate(
        [
            _draw_between(origin, turn, soon, rng),
            _draw_between(turn, stop, then, rng),
            origin[speaks],
            death[ended],
        ]
    )
    place = np.sort(group * LONG + time // SECOND_US)
    once = np.diff(place, prepend=-1) > 0  # one message a second: an order for all
    group, second = np.divmod(place[once], LONG)
    time = second * SECOND_US
    sender = _draw_senders(world, groups, group, rng)
    table = pd.DataFrame({"group": group, "time_us": time, "sender": sender})
    return table.assign(quotes=_choose_quotes(groups, table, rng))


def _draw_between(
    low: Ints, high: Ints, counts: Ints, rng: np.random.Generator
) -> Ints:
    """Draw random times in whole seconds, between two times given per group."""
    start, width = np.repeat(low, counts), np.repeat(high - low, counts)
    seconds = np.floor(rng.random(len(start)) * width / SECOND_US).astype(np.int64)
    times: Ints = start + seconds * SECOND_US
    return times


def _draw_senders(
    world: World, groups: pd.DataFrame, group: Ints, rng: np.random.Generator
) -> Ints:
    """Draw authors: the owner with a given share, the rest by Zipf's law."""
    weights = np.arange(1, world.posters + 1, dtype=float) ** -world.zipf
    by_rank = np.cumsum(weights) / weights.sum()
    others = np.cumsum(weights[1:]) / (weights[1:].sum() or 1.0)
    chance, pick = rng.random(len(group)), rng.random(len(group))
    owner = groups["owner"].to_numpy()[group]
    ranked = np.searchsorted(by_rank, pick, side="right")
    with_owner = np.where(
        chance < owner, 0, 1 + np.searchsorted(others, pick, side="right")
    )
    senders = np.where(np.isnan(owner), ranked, with_owner)
    return np.minimum(senders, world.posters - 1).astype(np.int64)


def _choose_quotes(
    groups: pd.DataFrame, messages: pd.DataFrame, rng: np.random.Generator
) -> Ints:
    """Draw for each message an earlier message by someone else that it replies to."""
    group, sender = messages["group"].to_numpy(), messages["sender"].to_numpy()
    row = np.arange(len(messages))
    first = np.searchsorted(group, group)
    earlier = first + np.floor(rng.random(len(row)) * (row - first)).astype(int)
    central = sender == groups["hub"].to_numpy()[group]
    opening = pd.Series(row[central], group[central])
    opening = opening[~opening.index.duplicated()]
    hubs = opening.reindex(group).fillna(-1).to_numpy(int)
    aim, speak = rng.random(len(row)), rng.random(len(row))
    to_hub = (aim < groups["to_hub"].to_numpy()[group]) & (hubs >= 0)
    quoted = np.where(to_hub, hubs, earlier)
    real = (quoted < row) & (sender[quoted] != sender)
    answers = speak < groups["answers"].to_numpy()[group]
    return np.where(real & answers, quoted, -1)
