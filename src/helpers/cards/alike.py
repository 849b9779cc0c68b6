"""Public groups similar to a user's group: their outcomes and activity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from helpers.forecast.alike import AGES, MESSAGES, SILENT, WRITERS, find_band
from helpers.forecast.record import read_record

KIND = "chat"  # exports are of chats
DECILES = [f"d{ten}" for ten in range(10, 100, 10)]


@dataclass(frozen=True, slots=True)
class SimilarGroups:
    """Shares of similar public groups in one source that later had messages."""

    source: str
    groups: int
    again: float  # a message within 60 days
    alive: float  # a message in days 90 to 149


@dataclass(frozen=True, slots=True)
class Rank:
    """A group's rank by activity among living public groups of its age."""

    source: str
    measure: str
    groups: int
    tenths: int
    middle: float


def find_alike(
    age_days: float, people: int | None, messages: int, silent_days: float
) -> tuple[SimilarGroups, ...]:
    """Return by source the share of similar public groups that later had messages.

    Parameters
    ----------
    age_days, silent_days
        Age, and days since the last message.
    people, messages
        Of the last 28 days; people is None where senders are not recorded.
    """
    counted, value, bands = (
        ("messages", messages, MESSAGES)
        if people is None
        else ("people", people, WRITERS)
    )
    return _list_alike(
        counted,
        age=_find_one(age_days, AGES),
        writers=_find_one(value, bands),
        silent=_find_one(silent_days, SILENT),
    )


@cache
def _list_alike(counted: str, **bands: int) -> tuple[SimilarGroups, ...]:
    table = read_record("alike")
    here = (table["kind"] == KIND) & (table["counted"] == counted)
    for name, band in bands.items():
        here &= table[name] == band
    return tuple(
        SimilarGroups(
            str(row["source"]), int(row["groups"]), row["again"], row["alive"]
        )
        for _, row in table[here].iterrows()
    )


def find_ranks(age_days: float, people: int | None, messages: int) -> tuple[Rank, ...]:
    """Return the rank of a group among living public groups of its age."""
    measure, value = ("messages", messages) if people is None else ("people", people)
    rows = _list_standing(measure, _find_one(age_days, AGES))
    return tuple(
        Rank(source, measure, groups, sum(d < value for d in deciles), middle)
        for source, groups, deciles, middle in rows
    )


@cache
def _list_standing(
    measure: str, age: int
) -> tuple[tuple[str, int, tuple[float, ...], float], ...]:
    """Return source, number of groups, deciles and median of activity at an age."""
    table = read_record("standing")
    here = (table["kind"] == KIND) & (table["measure"] == measure)
    return tuple(
        (
            str(row["source"]),
            int(row["groups"]),
            tuple(float(row[name]) for name in DECILES),
            float(row["d50"]),
        )
        for _, row in table[here & (table["age"] == age)].iterrows()
    )


def _find_one(value: float, bands: tuple[int, ...]) -> int:
    return int(find_band(np.array([value]), bands)[0])
