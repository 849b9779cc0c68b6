"""Weekly posting times of groups, and whether content has a fixed slot.

A slot is a day of the week and an hour; an item fits it within a day and two hours.
Busy groups fill every slot, so the weeks that the best slot holds are told beside
those it would hold if each week's days were turned round at random.
"""

from collections.abc import Mapping

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Bools
from helpers.derive.measures.engine import Frame
from helpers.records import HOUR_US

WEEKS, DAYS, HOURS = 12, 7, 24
RUN, KEPT = 4, 3  # three of four consecutive weeks
TURNS = 99
SEED = 20161231
QUARTER_US = HOUR_US // 4  # no zone is off by less


def find_kept_slots(items: pd.DataFrame) -> pd.DataFrame:
    """Test whether each group posts long messages at a fixed weekday and hour."""
    rng, by = np.random.default_rng(SEED), items.groupby("group")
    table = is_slot_kept(items)
    table.insert(1, "long_messages", by.size().to_numpy())
    return table.assign(by_chance=[_measure_chance(rows, rng) for _, rows in by])


def is_slot_kept(items: pd.DataFrame) -> pd.DataFrame:
    """Return whether each group posts long messages at a fixed weekday and hour."""
    groups, place = np.unique(items["group"], return_inverse=True)
    grids = np.zeros((len(groups), WEEKS, DAYS, HOURS), bool)
    grids[place, items["week"], items["weekday"], items["hour"]] = True
    wide = _is_kept(_find_near_slots(grids, days=1, hours=2))
    narrow = _is_kept(_find_near_slots(grids, days=0, hours=1))
    return pd.DataFrame(
        {"group": groups, "scheduled": wide, "scheduled_narrow": narrow}
    )


def _measure_chance(rows: pd.DataFrame, rng: np.random.Generator) -> float:
    """Return how often a slot holds as many weeks if each is turned at random."""
    grid = np.zeros((WEEKS, DAYS, HOURS), bool)
    grid[rows["week"], rows["weekday"], rows["hour"]] = True
    best, week, held = _count_most_weeks(grid), np.arange(WEEKS)[:, None], 0
    for _ in range(TURNS):
        day = (np.arange(DAYS) + rng.integers(DAYS, size=WEEKS)[:, None]) % DAYS
        held += _count_most_weeks(grid[week, day]) >= best
    return (1 + held) / (1 + TURNS)


def _find_near_slots(grid: Bools, *, days: int, hours: int) -> Bools:
    """Mark, for each week, the weekdays and hours close to one with a message."""
    near = np.zeros_like(grid)
    for day in range(-days, days + 1):
        near |= np.roll(grid, day, axis=-2)
    wide = np.zeros_like(grid)
    for hour in range(-hours, hours + 1):
        low, high = max(hour, 0), HOURS + min(hour, 0)
        wide[..., low:high] |= near[..., low - hour : high - hour]
    return wide


def _count_most_weeks(grid: Bools) -> int:
    return int(_find_near_slots(grid, days=1, hours=2).sum(axis=0).max())


def _is_kept(near: Bools) -> Bools:
    """Return whether an hour of the week has a message in 3 of 4 consecutive weeks."""
    weeks = np.lib.stride_tricks.sliding_window_view(near, RUN, axis=-3)
    kept: Bools = (weeks.sum(axis=-1, dtype=np.uint8) >= KEPT).any(axis=(-3, -2, -1))
    return kept


def count_by_quarter_hour(messages: Frame) -> Frame:
    """Count messages per group and quarter of an hour since 1970."""
    quarters = messages.select("group", quarter=nw.col("time_us") // QUARTER_US)
    return quarters.group_by("group", "quarter").agg(n=nw.len())


def count_by_weekday_hour(
    counts: pd.DataFrame, zones: Mapping[int, str]
) -> pd.DataFrame:
    """Count messages per group, weekday and hour in the group's time zone.

    >>> at = pd.Timestamp("2015-07-03 20:30").value // 1000 // QUARTER_US  # a Friday
    >>> counts = pd.DataFrame({"group": [0], "quarter": [at], "n": [2]})
    >>> count_by_weekday_hour(counts, {0: "Asia/Kolkata"}).to_numpy().tolist()
    [[0, 5, 2, 2]]
    """
    parts = [pd.Series(dtype="int64")]
    for zone in sorted({*zones.values()}):
        there = [group for group, its in zones.items() if its == zone]
        rows = counts[counts["group"].isin(there)]
        quarters, which = np.unique(rows["quarter"], return_inverse=True)
        at = pd.to_datetime(quarters * QUARTER_US, unit="us", utc=True)
        local = at.tz_convert(zone)  # of each quarter once, whoever wrote in it
        slots = (local.day_of_week * HOURS + local.hour).to_numpy(np.int64)
        slot = rows["group"].to_numpy(np.int64) * DAYS * HOURS + slots[which]
        parts.append(rows["n"].groupby(slot).sum())
    by = pd.concat(parts).sort_index(kind="stable").astype("int64")
    group, slot = np.divmod(by.index.to_numpy(np.int64), DAYS * HOURS)
    weekday, hour = (part.astype(np.int32) for part in np.divmod(slot, HOURS))
    return pd.DataFrame(
        {"group": group, "weekday": weekday, "hour": hour, "items": by.to_numpy()}
    )
