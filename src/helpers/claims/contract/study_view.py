"""A study's tables as estimators read them: for all groups or for one network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

import pandas as pd

from helpers.claims.contract.data_needs import get_need
from helpers.claims.contract.gates import Gate, require_observed
from helpers.claims.fixed.evidence_plan import May
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, Observability
from helpers.study.publish.study import Tables
from helpers.wording import join_messages, say

STRATUM = "stratum"
SpeaksFor = Literal["both", "support", "contradict", "neither"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A study's tables restricted to some of its groups, as estimators read them.

    Attributes
    ----------
    study
        Where they come from.
    groups
        Its table of groups, or the rows of one network.
    """

    study: Tables
    groups: pd.DataFrame

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Build the view of a study's groups: groups with messages, else registered."""
        try:
            return cls(study, study.table("groups"))
        except NotIdentifiableError:
            return cls(study, study.table("registry"))

    def within(self, network: str) -> Self:
        """Return the same tables, restricted to the groups of one network."""
        return replace(self, groups=self.groups[self.groups["network"] == network])

    def only(self, groups: pd.Series[int]) -> Self:
        """Return the same tables, restricted to given groups."""
        return replace(self, groups=self.groups[self.groups["group"].isin(groups)])

    def records(self, *needs: str) -> bool:
        """Return whether the study has all of the named kinds of data."""
        return all(get_need(name).met_by(self.study) for name in needs)

    @property
    def has_places(self) -> bool:
        """Whether sources were pooled as strata, with comparisons within each only."""
        return STRATUM in self.groups

    @property
    def networks(self) -> list[str]:
        """Sorted names of the networks (such as sites or servers) of the groups."""
        return sorted(self.groups["network"].unique())

    @property
    def from_birth(self) -> pd.DataFrame:
        """Return groups observed since their origin, none older than the record.

        Who enters a frame late, by having been busy, may be recorded from its origin.
        """
        own = self.groups["group"]
        watched = self.groups["entry_us"] <= self.groups["origin_us"]
        watched |= own.isin(self._with_fact["recorded_from_origin"])
        return self.groups[watched & ~own.isin(self._with_fact["there_at_first"])]

    @cached_property
    def of_known_age(self) -> Self:
        """The same tables, without groups that existed before the record began."""
        older = self.groups["group"].isin(self._with_fact["there_at_first"])
        return replace(self, groups=self.groups[~older]) if older.any() else self

    @property
    def busy_spells(self) -> bool:
        """Whether the source lists and observes groups only while they are active.

        Silence is then an upper bound of death, of groups that were busy early.
        """
        return bool(self._with_fact["recorded_from_origin"])

    @property
    def answers(self) -> str:
        """Name of the replies column to use: all replies, or only explicit ones."""
        return "replies_explicit" if self.busy_spells else "replies"

    @property
    def may_die(self) -> May:
        """Verdicts on failure that bias in the source's list of groups permits."""
        return "contradict" if self.busy_spells else "both"

    @property
    def busy_only(self) -> tuple[str, ...]:
        """Qualifier of verdicts on groups listed for early activity, or ""."""
        return ("groups that were busy early",) if self.busy_spells else ()

    @cached_property
    def _with_fact(self) -> dict[str, frozenset[int]]:
        """Return groups recorded from their origin, and those older than the record."""
        names = ("recorded_from_origin", "there_at_first")
        if "facts" not in self.study.manifest.tables:
            return dict.fromkeys(names, frozenset())
        facts = self.study.table("facts")
        held = facts[facts["value"] == 1]
        return {
            name: frozenset(held.loc[held["fact"] == name, "group"]) for name in names
        }

    @property
    def name(self) -> str:
        """Name of the study, and of the network if restricted to one."""
        return self.study.name

    @property
    def observability(self) -> Observability:
        """What the data source records, such as join dates and replies."""
        return self.study.observability

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
        moved = rates["group"].map(later // DAY_US).astype("int64")
        return rates.assign(age_day=rates["age_day"] - moved)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Table of message counts by group and calendar day."""
        return self.table("daily")

    @cached_property
    def windows(self) -> pd.DataFrame:
        """Table of messages, posters and replies by group and range of ages."""
        return self.table("windows")

    @cached_property
    def months(self) -> pd.DataFrame:
        """Table of counts of core, new and returning posters by 28-day month of age."""
        return self.table("months")

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Table of dated member counts per group, with the group's age in days."""
        rows = self.table("snapshots").dropna(subset="members")
        origin = rows["group"].map(self.groups.set_index("group")["origin_us"])
        age = rows["day"] + 1 - origin / DAY_US
        return rows.assign(age=age).sort_values(["group", "day"])

    @cached_property
    def beginnings(self) -> pd.DataFrame:
        """Table of messages and posters in the first 28 days of each group."""
        return self.table("beginnings").set_index("group")

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
        whole = self.of_known_age.groups.drop(columns=["messages", "posters"])
        return whole.merge(rows, on="group", validate="one_to_one")

    def shows(self, *needs: str) -> Gate:
        """Raise unless the source records given features, such as replies."""
        return require_observed(self.observability, *needs, source=self.name)

    @property
    def population(self) -> str:
        """The population of groups to which a verdict on these tables generalises."""
        started = "" if self.observability.never_active_listed else " that ever started"
        return f"groups{started} in {self.study.manifest.title_en}"

    @property
    def frame(self) -> str:
        """Name of the sampling frame: groups listed, and their time origin."""
        every = self.observability.never_active_listed
        births = {
            "creation": say("from creation"),
            "first_message": say("from first message"),
            "unknown": say("from unknown"),
        }[self.observability.births]
        listed = say("all created") if every else say("started")
        return join_messages(", ", (listed, births))

    @property
    def apart(self) -> bool:
        """Whether this source's list of groups is too different to be pooled."""
        return not self.study.manifest.pooled

    @property
    def frame_bias(self) -> frozenset[str]:
        """Directions (up, down) in which the list of groups biases failure."""
        return frozenset(self.study.manifest.frame_bias)

    def speaks_for(self) -> SpeaksFor:
        """Which verdicts on failure are safe from the bias of the list of groups.

        A frame that can only push failure down supports "most fail" a fortiori and
        cannot contradict it; one that can only push it up is the mirror image.
        """
        if not (bias := self.frame_bias):
            return "both"
        if len(bias) > 1:
            return "neither"
        return "support" if "down" in bias else "contradict"
