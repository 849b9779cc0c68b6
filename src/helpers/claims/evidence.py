"""A study's tables as quantities read them: all of its groups, or some of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, Observability
from helpers.study.publish.study import Tables


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables of one study, restricted to some of its groups.

    Attributes
    ----------
    study
        Where the tables come from.
    groups
        Rows of its table ``groups``, or of ``registry`` where it has no other.
    """

    study: Tables
    groups: pd.DataFrame

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Return the view of all groups of a study."""
        try:
            return cls(study, study.table("groups"))
        except NotIdentifiableError:
            return cls(study, study.table("registry"))

    def within(self, network: str) -> Self:
        """Return the same tables, restricted to the groups of one network."""
        return replace(self, groups=self.groups[self.groups["network"] == network])

    def only(self, groups: Collection[int] | pd.Series[int]) -> Self:
        """Return the same tables, restricted to given groups."""
        return replace(self, groups=self.groups[self.groups["group"].isin(groups)])

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.study.name

    @property
    def observability(self) -> Observability:
        """What the source records, such as join dates and replies."""
        return self.study.observability

    @property
    def networks(self) -> list[str]:
        """Sorted names of the networks (such as sites or servers) of the groups."""
        return sorted(self.groups["network"].unique())

    @property
    def from_birth(self) -> pd.DataFrame:
        """Return groups observed from their origin, none older than the data.

        Who enters a frame late, by having been busy, may be recorded from its origin.
        """
        own = self.groups["group"]
        watched = self.groups["entry_us"] <= self.groups["origin_us"]
        watched |= own.isin(self._list_with_fact("recorded_from_origin"))
        return self.groups[watched & ~own.isin(self._list_with_fact("there_at_first"))]

    @cached_property
    def of_known_age(self) -> Self:
        """The same tables, without groups that existed before the record began."""
        older = self.groups["group"].isin(self._list_with_fact("there_at_first"))
        return replace(self, groups=self.groups[~older]) if older.any() else self

    @property
    def is_seen_in_busy_spells(self) -> bool:
        """Whether the source lists and observes groups only while they are active."""
        return bool(self._list_with_fact("recorded_from_origin"))

    @property
    def replies_column(self) -> str:
        """Name of the replies column to use: all replies, or only explicit ones."""
        return "replies_explicit" if self.is_seen_in_busy_spells else "replies"

    def _list_with_fact(self, fact: str) -> frozenset[int]:
        """Return the groups of which a fact is recorded as true."""
        return self._true_facts.get(fact, frozenset())

    @cached_property
    def _true_facts(self) -> dict[str, frozenset[int]]:
        if "facts" not in self.study.manifest.tables:
            return {}
        facts = self.study.table("facts")
        rows = facts[facts["value"].eq(1)]
        return {
            str(name): frozenset(own) for name, own in rows.groupby("fact")["group"]
        }

    @property
    def time_error_days(self) -> float:
        """Largest error of a message's timestamp, in days."""
        return self.study.manifest.time_error_days

    @cached_property
    def silences(self) -> pd.DataFrame:
        """Table of gaps of 28 days or more between messages."""
        return self.table("silences")

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Table of messages and posters in the 28 days up to each age, by group."""
        rates = self.table("rates")
        stored = self.study.table("groups").set_index("group")["origin_us"]
        later = self.groups.set_index("group")["origin_us"] - stored
        shift_days = rates["group"].map(later // DAY_US).astype("int64")
        return rates.assign(age_day=rates["age_day"] - shift_days)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Table of message counts by group and calendar day."""
        return self.table("daily")

    @cached_property
    def windows(self) -> pd.DataFrame:
        """Table of messages, posters and replies by group and range of ages."""
        return self.table("windows")

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Table of dated member counts per group, with the group's age in days."""
        rows = self.table("snapshots").dropna(subset="members")
        origin = rows["group"].map(self.groups.set_index("group")["origin_us"])
        age = rows["day"] + 1 - origin / DAY_US
        return rows.assign(age=age).sort_values(["group", "day"])

    def has(self, table: str) -> bool:
        """Return whether the study has a table."""
        return table in self.study.manifest.tables

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a named table that belong to the selected groups."""
        table = self.study.table(name)
        return table[table["group"].isin(self.groups["group"])]

    def window(self, name: str) -> pd.DataFrame:
        """Return groups fully observed in an age window, with their activity in it.

        One row a group of known age, the columns of `groups` beside those of
        `windows`; messages and posters are the window's.
        """
        rows = self.windows[self.windows["window"].eq(name)]
        rows = rows[rows["observed"].astype(bool)]
        groups = self.of_known_age.groups.drop(columns=["messages", "posters"])
        return groups.merge(rows, on="group", validate="one_to_one")

    def require(self, *features: str) -> None:
        """Raise `NotIdentifiableError` unless the source records given features."""
        self.observability.require(*features, source=self.name)
