"""A study's tables as estimators see them: of the whole, or of one network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

import pandas as pd

from helpers.claims.contract.gates import Gate, require_observed
from helpers.claims.fixed.evidence_plan import May
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, Observability
from helpers.study.publish.study import Tables

SpeaksFor = Literal["both", "support", "contradict", "neither"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables of a study, cut down to some of its groups.

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
        """Return all of a study; of a register, the groups that it lists."""
        try:
            return cls(study, study.table("groups"))
        except NotIdentifiableError:
            return cls(study, study.table("registry"))

    def within(self, network: str) -> Self:
        """Return what one network shows."""
        return replace(self, groups=self.groups[self.groups["network"] == network])

    def only(self, groups: pd.Series[int]) -> Self:
        """Return what some groups show."""
        return replace(self, groups=self.groups[self.groups["group"].isin(groups)])

    @property
    def networks(self) -> list[str]:
        """The networks in it, sorted."""
        return sorted(self.groups["network"].unique())

    @property
    def from_birth(self) -> pd.DataFrame:
        """The groups watched from their origin on; not those older than the record.

        Who enters a frame late, by having been busy, may be recorded from its origin.
        """
        own = self.groups["group"]
        watched = self.groups["entry_us"] <= self.groups["origin_us"]
        watched |= own.isin(self._with_fact["recorded_from_origin"])
        return self.groups[watched & ~own.isin(self._with_fact["there_at_first"])]

    @cached_property
    def of_known_age(self) -> Self:
        """Return the groups that are not older than the record."""
        older = self.groups["group"].isin(self._with_fact["there_at_first"])
        return replace(self, groups=self.groups[~older]) if older.any() else self

    @property
    def busy_spells(self) -> bool:
        """Whether groups are listed for having been busy, and seen while they are.

        Silence is then an upper bound of death, of groups that were busy early.
        """
        return bool(self._with_fact["recorded_from_origin"])

    @property
    def answers(self) -> str:
        """Which replies count: quotes alone where posts crowd in busy spells."""
        return "replies_explicit" if self.busy_spells else "replies"

    @property
    def may_die(self) -> May:
        """Which verdicts a share of the dead may give here: `Finding.may`."""
        return "contradict" if self.busy_spells else "both"

    @property
    def busy_only(self) -> tuple[str, ...]:
        """Qualifiers of verdicts on groups selected for early activity."""
        return ("groups that were busy early",) if self.busy_spells else ()

    @cached_property
    def _with_fact(self) -> dict[str, frozenset[int]]:
        """Groups with a source's flag: recorded from birth, or older."""
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
        """The study, and the network if it is but one of several."""
        return self.study.name

    @property
    def observability(self) -> Observability:
        """What the source can show."""
        return self.study.observability

    @property
    def time_error_days(self) -> float:
        """How far a message's time may be from its true one."""
        return self.study.manifest.time_error_days

    @cached_property
    def silences(self) -> pd.DataFrame:
        """Gaps of 28 days and more."""
        return self.table("silences")

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Trailing counts as a step function, by age from this view's origin."""
        rates = self.table("rates")
        stored = self.study.table("groups").set_index("group")["origin_us"]
        later = self.groups.set_index("group")["origin_us"] - stored
        moved = rates["group"].map(later // DAY_US).astype("int64")
        return rates.assign(age_day=rates["age_day"] - moved)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Counts by calendar day."""
        return self.table("daily")

    @cached_property
    def windows(self) -> pd.DataFrame:
        """Counts by age window."""
        return self.table("windows")

    @cached_property
    def months(self) -> pd.DataFrame:
        """Core, new and returning posters by month of age."""
        return self.table("months")

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Counts of members, in order, with the age at the end of their day."""
        rows = self.table("snapshots").dropna(subset="members")
        origin = rows["group"].map(self.groups.set_index("group")["origin_us"])
        age = rows["day"] + 1 - origin / DAY_US
        return rows.assign(age=age).sort_values(["group", "day"])

    @cached_property
    def beginnings(self) -> pd.DataFrame:
        """The first four weeks by person; one row per group active then."""
        return self.table("beginnings").set_index("group")

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a table that are about these groups."""
        table = self.study.table(name)
        return table[table["group"].isin(self.groups["group"])]

    def window(self, name: str) -> pd.DataFrame:
        """Return the groups wholly observed in a window, with what they did in it.

        One row a group of known age, the columns of `groups` beside those of
        `windows`; messages and posters are the window's.
        """
        rows = self.windows[self.windows["window"].eq(name)]
        rows = rows[rows["observed"].astype(bool)]
        whole = self.of_known_age.groups.drop(columns=["messages", "posters"])
        return whole.merge(rows, on="group", validate="one_to_one")

    def shows(self, *needs: str) -> Gate:
        """Ask whether the source shows something."""
        return require_observed(self.observability, *needs, source=self.name)

    @property
    def population(self) -> str:
        """The population that a verdict on these tables describes."""
        started = "" if self.observability.never_active_listed else " that ever started"
        return f"groups{started} in {self.study.manifest.title_en}"

    @property
    def frame(self) -> str:
        """Which groups are listed, and where their clock starts."""
        listed = "all created" if self.observability.never_active_listed else "started"
        return f"{listed}, from {self.observability.births.replace('_', ' ')}"

    @property
    def apart(self) -> bool:
        """Whether its frame is pooled with no other."""
        return not self.study.manifest.pooled

    @property
    def frame_bias(self) -> frozenset[str]:
        """``up`` and ``down``: where the frame pushes estimates of failure."""
        return frozenset(self.study.manifest.frame_bias)

    def speaks_for(self) -> SpeaksFor:
        """Return which verdict on failure the frame allows for the population.

        A frame that can only push failure down supports "most fail" a fortiori and
        cannot contradict it; one that can only push it up is the mirror image.
        """
        if not (bias := self.frame_bias):
            return "both"
        if len(bias) > 1:
            return "neither"
        return "support" if "down" in bias else "contradict"
