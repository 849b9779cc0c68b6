"""Moments of groups' lives: what was seen by an age, and what followed.

A day of a group's age is 24 hours; day 0 begins with its first message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.records import DAY_US, MONTH_DAYS
from helpers.study import Study

AGES = (7, 14, 28, 56, 84, 105, 140, 200, 280, 365, 500, 730, 1000, 1400)
AHEAD = 60  # days
NEEDED = frozenset({"groups", "rates"})

Matrix = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Talk:
    """Messages and writers of groups by day: a row per group, a column per age day."""

    groups: pd.DataFrame
    entry: Floats  # ages at which they were watched
    end: Floats
    messages_28: Matrix  # of the 28 days up to each
    writers_28: Matrix | None  # where they are recorded
    talked: Matrix  # messages before each day
    last: Matrix  # the latest day with a message so far; −1 before the first

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Return the talk of a study's groups, from its table ``rates``."""
        groups, rates = evidence.groups.reset_index(drop=True), evidence.rates
        trailing = fill_by_age_day(groups, rates, "messages_28")
        known = bool(rates["posters_28"].notna().all())
        entry, end = (
            ((groups[name] - groups["origin_us"]) / DAY_US).to_numpy()
            for name in ("entry_us", "end_us")
        )
        messages, days = count_by_age_day(trailing), np.arange(trailing.shape[1])
        messages[days > end[:, None]] = 0
        return cls(
            groups, entry, end, trailing,
            fill_by_age_day(groups, rates, "posters_28") if known else None,
            np.pad(messages.cumsum(axis=1), ((0, 0), (1, 0))),
            np.maximum.accumulate(np.where(messages > 0, days, -1), axis=1),
        )  # fmt: skip

    @property
    def days(self) -> int:
        """Number of columns."""
        return int(self.messages_28.shape[1])

    def has_message(self, start: int, stop: int) -> Bools:
        """Return whether each group has a message on the days from `start` on."""
        first, until = min(start, self.days), min(stop, self.days)
        return np.asarray(self.talked[:, until] > self.talked[:, first])


def list_moments(study: Study, ages: Iterable[int] = AGES) -> pd.DataFrame:
    """List groups at given ages, and whether 60 days without a message followed.

    Groups are of known age, watched from their first message and for 60 days more. An
    archive of several organisations has a ``place`` for each; ``messages, writers`` are
    of the last 28 days.
    """
    if not set(study.manifest.tables) >= NEEDED:
        raise NotIdentifiableError(f"{study.name} has no messages by day of age")
    evidence = Evidence.of(study).ended.of_known_age
    groups = evidence.groups
    begun = groups["entry_us"].le(groups["first_us"]).fillna(value=False)
    talk = Talk.of(evidence.only(groups.loc[begun.astype(bool), "group"]))
    if talk.writers_28 is None:
        raise NotIdentifiableError(f"{study.name} does not record who wrote")
    names = talk.groups["network"].astype(str)
    about = talk.groups[["group"]].assign(
        source=study.name,
        place=study.name + ("/" + names if len(set(names)) > 1 else ""),
        kind=study.manifest.kind,
    )
    parts = []
    for age in ages:
        at = min(age, talk.days) - 1  # groups that are younger are left out below
        rows = about.assign(
            age=age,
            messages=talk.messages_28[:, at], writers=talk.writers_28[:, at],
            days_since=age - 1 - talk.last[:, at],
            silent=~talk.has_message(age, age + AHEAD),
        )  # fmt: skip
        parts.append(rows[talk.end >= age + AHEAD])
    return pd.concat(parts, ignore_index=True)


def fill_by_age_day(groups: pd.DataFrame, rates: pd.DataFrame, column: str) -> Matrix:
    """Return a trailing count of `rates` for each group and whole day of its age."""
    ages = ((groups["end_us"] - groups["origin_us"]) // DAY_US).to_numpy("int64")
    row = pd.Series(np.arange(len(groups)), index=groups["group"].to_numpy())
    values = np.full((len(groups), int(ages.max(initial=0)) + 1), np.nan)
    values[:, 0] = 0
    own = rates[rates["group"].isin(row.index) & (rates["age_day"] < values.shape[1])]
    at = row.loc[own["group"]].to_numpy(), own["age_day"].to_numpy()
    values[at] = own[column].to_numpy("float64")
    return pd.DataFrame(values).ffill(axis=1).to_numpy("int64")


def count_by_age_day(trailing: Matrix) -> Matrix:
    """Recover daily counts from counts of the last 28 days.

    What was added on a day is what the trailing count rose by and what left it.

    >>> trailing = np.minimum(np.arange(40), 28)[None]  # one a day from the second on
    >>> count_by_age_day(trailing)[0, [0, 1, 28, 39]].tolist()
    [0, 1, 1, 1]
    """
    counts = np.diff(trailing, axis=1, prepend=0)
    for day in range(MONTH_DAYS, counts.shape[1]):
        counts[:, day] += counts[:, day - MONTH_DAYS]
    return counts
