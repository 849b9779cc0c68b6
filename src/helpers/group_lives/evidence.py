"""A study's tables as quantities read them, and the least of them that suffices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.records import DAY_US, SHORTEST_GAP
from helpers.study.study import Study
from helpers.survival.bootstrap import Clusters, choose_clusters
from helpers.survival.lifetimes import Lifetimes

LEAST_GROUPS = 50
LEAST_FOLLOWED = 20
LEAST_IN_ARM = 30
LEAST_EVENTS = 30
LEAST_EVENTS_IN_ARM = 5
EVENTS_PER_COEFFICIENT = 10


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables of one study, restricted to some of its groups."""

    study: Study
    groups: pd.DataFrame

    @classmethod
    def of(cls, study: Study) -> Self:
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
    def networks(self) -> list[str]:
        """Sorted names of the networks (such as sites or servers) of the groups."""
        return sorted(self.groups["network"].unique())

    @cached_property
    def ended(self) -> Self:
        """The same tables, of groups with a known end of observation.

        What is said of lives, or of windows of them, is said of these: every group of a
        public source, and of a user's own those whose exports say until when they go.
        """
        groups = self.groups[self.groups["end_us"].notna()]
        if len(groups) == len(self.groups):
            return self
        return replace(self, groups=groups.astype({"end_us": "int64"}))

    @property
    def from_birth(self) -> pd.DataFrame:
        """Return groups followed from their origin, none older than the data.

        Who enters a frame late, by having been busy, may be recorded from its origin.
        """
        groups = self.ended.groups
        watched = groups["entry_us"] <= groups["origin_us"]
        watched |= groups["group"].isin(self._list_with_fact("recorded_from_origin"))
        older = groups["group"].isin(self._list_with_fact("there_at_first"))
        return groups[watched & ~older]

    @cached_property
    def of_known_age(self) -> Self:
        """The same tables, without groups that existed before the record began."""
        older = self.groups["group"].isin(self._list_with_fact("there_at_first"))
        return replace(self, groups=self.groups[~older]) if older.any() else self

    @cached_property
    def since_creation(self) -> Self:
        """The same tables on the clock of all groups created, used or not.

        A group that was observed from its first message on was so from its creation.
        """
        if "created_us" not in self.groups:
            return self
        origin = self.groups["origin_us"]
        created = self.groups["created_us"].fillna(origin).clip(upper=origin)
        created = created.astype("int64")
        entry = self.groups["entry_us"].mask(
            self.groups["entry_us"].eq(origin), created
        )
        return replace(
            self, groups=self.groups.assign(origin_us=created, entry_us=entry)
        )

    @property
    def replies_column(self) -> str:
        """Name of the replies column to use: all replies, or only explicit ones.

        Explicit ones where a source lists and observes groups only while they are busy.
        """
        is_listed_busy = self._list_with_fact("recorded_from_origin")
        return "replies_explicit" if is_listed_busy else "replies"

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
        """Table of gaps of 28 days or more between messages, without record breaks."""
        gaps = self.table("silences")
        if not self.has("daily"):
            return gaps
        of_study = self.study.table("groups")[["group", "network"]]
        breaks = find_breaks(self.study.table("daily"), of_study)
        return subtract_breaks(gaps, self.groups, breaks)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Table of messages and posters in the 28 days up to each age, by group."""
        rates = self.table("rates")
        stored = self.study.table("groups").set_index("group")["origin_us"]
        later = self.groups.set_index("group")["origin_us"] - stored
        shift_days = rates["group"].map(later // DAY_US).astype("int64")
        return rates.assign(age_day=rates["age_day"] - shift_days)

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
        known = self.ended.of_known_age
        groups = known.groups.drop(columns=["messages", "posters"])
        return groups.merge(rows, on="group", validate="one_to_one")

    def require(self, *features: str) -> None:
        """Raise `NotIdentifiableError` unless the source records given features."""
        self.study.observability.require(*features, source=self.name)


def select_clock(evidence: Evidence, *, spoke: bool) -> Evidence:
    """Return groups of known age: since their first message, or since creation.

    `spoke`: whether only groups that ever had a message are meant.
    """
    known = evidence.of_known_age
    return known if spoke else known.since_creation


def require_at_least(number: float, least: float, what: str) -> None:
    """Raise an error unless there are enough units, named in the plural.

    >>> require_at_least(3, 2, "groups")
    >>> require_at_least(1, 2, "groups")
    Traceback (most recent call last):
    helpers.errors.NotIdentifiableError: 1 groups, 2 needed.
    """
    if number < least:
        raise NotIdentifiableError(f"{number:g} {what}, {least:g} needed")


def require_one_network(evidence: Evidence) -> None:
    """Raise unless the groups are of one network: each has a number of its own."""
    if len(evidence.networks) > 1:
        raise FewNetworksError("each network has its own number", where="networks")


def require_sampled(rows: pd.DataFrame, least: int = LEAST_GROUPS) -> Clusters:
    """Return the resampling units of groups, one a row; raise if they are too few."""
    require_at_least(len(rows), least, "groups")
    return choose_clusters(rows["network"], rows["batch"])


def require_followed(lives: Lifetimes, horizon: float) -> None:
    """Raise unless 50 lifetimes, 20 of them followed to a horizon, can be resampled.

    Potential follow-up counts, whether the group ended or not: counting survivors only
    would let the outcome decide what is estimated.
    """
    require_at_least(len(lives), LEAST_GROUPS, "groups")
    followed = int(np.sum(lives.potential >= horizon))
    require_at_least(followed, LEAST_FOLLOWED, f"groups followed for {horizon:g} d")
    entered = int(np.sum(lives.entry < horizon))
    require_at_least(entered, LEAST_FOLLOWED, f"groups watched before day {horizon:g}")
    choose_clusters(lives.network, lives.batch)


def require_arms(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> None:
    """Raise unless both arms have 30 units, and 30 events in all."""
    in_arm, dead = np.asarray(exposed, bool), np.asarray(ended, bool)
    smaller = min(int(in_arm.sum()), int((~in_arm).sum()))
    require_at_least(smaller, LEAST_IN_ARM, "units in the smaller arm")
    require_at_least(int(dead.sum()), LEAST_EVENTS, "events over both arms")


def require_events_per_coefficient(n_events: int, n_coefficients: int) -> None:
    """Raise unless there are ten events per regression coefficient."""
    least = EVENTS_PER_COEFFICIENT * n_coefficients
    require_at_least(n_events, least, f"events for {n_coefficients} coefficients")


def measure_fact(evidence: Evidence, fact: str) -> pd.Series[float]:
    """Return a recorded number by group."""
    rows = evidence.table("facts")
    rows = rows[rows["fact"] == fact]
    if rows.empty:
        raise NotIdentifiableError(f"{evidence.name} does not record {fact}")
    return rows.groupby("group")["value"].last()


def classify_groups(evidence: Evidence, of: str) -> pd.Series[str]:
    """Return each group's kind, such as its country, where exactly one is recorded."""
    rows = evidence.table("facts")
    rows = rows[rows["fact"].str.startswith(f"{of}: ") & rows["value"].gt(0)]
    if rows.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record the {of} of groups"
        )
    named = rows.assign(kind=rows["fact"].str.removeprefix(f"{of}: "))
    kinds = named.drop_duplicates(["group", "kind"]).set_index("group")["kind"]
    one_kind: pd.Series[str] = kinds[~kinds.index.duplicated(keep=False)]
    return one_kind.sort_index(kind="stable")


def mark_rules_by(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return 1 for groups with rules on record by an age in days, 0 for those without.

    Groups whose rules have no date are left out.
    """
    stated = measure_fact(evidence, "rules")
    dated = measure_fact(evidence, "rules_day").reindex(stated.index)
    shift = evidence.study.manifest.day_offset_us
    origin = evidence.groups.set_index("group")["origin_us"].reindex(stated.index)
    age = dated + 1 - (origin + shift) / DAY_US  # at some hour of that day
    known = dated.notna() | stated.eq(0)
    return (age <= day).astype("float64")[known]


def find_first_day(months: pd.Series[int]) -> pd.Series[int]:
    """Return the first day of months since 1970, in days since 1970.

    >>> find_first_day(pd.Series([0, 1, 12])).tolist()
    [0, 31, 365]
    """
    begins = months.to_numpy("int64").astype("datetime64[M]").astype("datetime64[D]")
    return pd.Series(begins.astype("int64"), index=months.index)


BEFORE = 28  # days whose pace tells what was to be expected
LIVING, EXPECTED = 3, 100  # groups that wrote before and after; their messages


def find_breaks(daily: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Find stretches of four weeks or more without any message of living groups.

    Living are the groups of a network that wrote in the 28 days before and again later:
    three or more, of which 100 messages were to be expected at their former pace. A day
    on which many groups end is no break while others go on.

    >>> days = [*range(30), *range(70, 90)]
    >>> daily = pd.DataFrame([(g, d, 2) for g in range(3) for d in days])
    >>> daily.columns = ["group", "day", "messages"]
    >>> groups = pd.DataFrame({"group": range(3), "network": "one"})
    >>> (find_breaks(daily, groups)["end_us"] // DAY_US).tolist()
    [70]
    """
    several = groups.groupby("network")["group"].transform("nunique") >= LIVING
    rows = daily[["group", "day", "messages"]].merge(
        groups.loc[several, ["group", "network"]], on="group"
    )
    found = [
        (network, (start + 1) * DAY_US, end * DAY_US)
        for network, own in rows.groupby("network")
        for start, end in _list_breaks(own)
    ]
    table = pd.DataFrame(found, columns=["network", "start_us", "end_us"])
    return table.astype({"start_us": "int64", "end_us": "int64"})


def _list_breaks(rows: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Yield the last day before, and the first after, each break of a network."""
    days = np.unique(rows["day"])
    lengths = np.diff(days) - 1
    for at in np.flatnonzero(lengths >= SHORTEST_GAP):
        start, end = int(days[at]), int(days[at + 1])
        recent = rows[rows["day"].gt(start - BEFORE) & rows["day"].le(start)]
        later = rows.loc[rows["day"] >= end, "group"]
        living = recent[recent["group"].isin(later)]
        expected = living["messages"].sum() / BEFORE * lengths[at]
        if living["group"].nunique() >= LIVING and expected >= EXPECTED:
            yield start, end


def subtract_breaks(
    gaps: pd.DataFrame, groups: pd.DataFrame, breaks: pd.DataFrame
) -> pd.DataFrame:
    """Shorten gaps by the breaks of the record within them.

    `gaps`: ``group, start_us, end_us``; `breaks` as `find_breaks` returns them.
    """
    if breaks.empty:
        return gaps
    network = gaps["group"].map(groups.set_index("group")["network"])
    start, end = gaps["start_us"].to_numpy("int64"), gaps["end_us"].to_numpy("int64")
    missing = np.zeros(len(gaps), np.int64)
    for name, begun, over in breaks.itertuples(index=False, name=None):
        inside = np.minimum(end, over) - np.maximum(start, begun)
        missing += np.where(network == name, np.maximum(inside, 0), 0)
    return gaps.assign(end_us=end - missing)
