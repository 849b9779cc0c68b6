"""What is known of a group only if every message was read: shares of groups.

Whether content came in each week can't be had from a sample of messages, nor from an
instrument that errs: a single misread message turns it. So people read whole groups,
drawn at random, and correct what the instrument says of all groups by them:
ψ = F + (L/π)(Y − F) with a group as the unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.specification import Specification, multiplied
from helpers.claims.definitions.group_labels import Judged, phase
from helpers.claims.definitions.message_labels import Labelled
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS", "good_groups_supply", "low_value_majority"]

CONTENT, ADS = "content", "advertisement"
WEEK, WEEKS, STEADY = 7, 12, 9
LEAST_ALIVE, LEAST_TOP = 200, 20
LATE = 365
AT, MONTH = 90, 28
THIN, FLOODED = 0.05, 0.50
SUPPLY: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "top": {"top tenth": 0.9, "top fifth": 0.8},
        "weeks": {"9 of 12 weeks": STEADY, "6 of 12 weeks": 6},
        "corrected": {"corrected by labels": True, "instrument alone": False},
    }
)
VALUE: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "thin": {"content under 5 %": THIN, "under 2.5 %": 0.025, "under 10 %": 0.10},
        "flooded": {"ads over 50 %": FLOODED, "over 25 %": 0.25, "over 75 %": 0.75},
        "corrected": {"corrected by labels": True, "instrument alone": False},
    }
)


@dataclass(frozen=True, eq=False)
class _Supply:
    """Steady content by group, and how many people wrote short messages later."""

    asked: Labelled
    groups: pd.DataFrame
    spoke: pd.Series[float]

    def best(self, top: float = 0.9, weeks: int = STEADY) -> Judged:
        """Return who has steady content, of the groups most people talk in later."""
        return self.judged(weeks).among(self.top(top))

    def rest(self) -> Interval:
        """Return the share with steady content among the other groups."""
        others = self.groups.index.difference(self.top(0.9))
        if others.empty:
            raise NotIdentifiableError("as many people talk in every group later")
        return self.judged(STEADY).among(others).share()

    def top(self, top: float) -> pd.Index[int]:
        """Return the groups from a quantile on."""
        bar = self.spoke.quantile(top)
        return self.spoke.index[(self.spoke >= bar) & (self.spoke > 0)]

    def judged(self, weeks: int) -> Judged:
        """Return in which groups an item came in so many of twelve weeks."""
        when = phase(self.groups.index, 0, WEEK * WEEKS - 1)
        read = self.asked.within(when, self.asked.readings)
        said = self.asked.within(when, self.asked.labels)
        whole = self.asked.whole(when)
        machine, people = (
            _weeks(rows, column).reindex(self.groups.index, fill_value=0) >= weeks
            for rows, column in ((read, "predicted"), (said, "y"))
        )
        return Judged.of(self.groups, machine, people, whole)

    def share(self, *, corrected: bool = True, **how: float) -> Interval:
        """Return the share with steady content."""
        best = self.best(how.get("top", 0.9), int(how.get("weeks", STEADY)))
        return best.share() if corrected else best.naive()


def _weeks(rows: pd.DataFrame, column: str) -> pd.Series[int]:
    """Return in how many weeks of a group an item came."""
    week = rows["age_day"] // WEEK
    items = rows.groupby([rows["group"], week])[column].sum()
    some = (items > 0.5).astype(int)  # noqa: PLR2004 - one item, however it was read
    weeks: pd.Series[int] = some.groupby("group").sum()
    return weeks


def good_groups_supply(evidence: Evidence) -> Finding:
    """Return the share of steady content in groups that most people talk in later."""
    asked = Labelled.of(evidence, CONTENT)
    groups = _alive(evidence, WEEK * WEEKS, LATE)
    gates.passed(gates.groups(len(groups), LEAST_ALIVE))
    later = evidence.table("short_talk").set_index("group")["posters"]
    supply = _Supply(asked, groups, later.reindex(groups.index).fillna(0.0))
    best = supply.best()
    passed = gates.passed(
        gates.groups(len(best.groups), LEAST_TOP),
        gates.clustering(best.groups["network"], best.groups["batch"]),
        gates.labels(len(asked.labels), [asked.f1]),
        best.gate(asked),
    )
    others = Specification.tried("the other groups", supply.rest)
    return Finding(
        legs=(best.share(),),
        definition="a content item in 9 of the 12 weeks of days 0–83, in the tenth of"
        " groups alive at day 84 with most people writing short messages in days"
        " 84–364",
        gates=passed,
        specifications=multiplied(SUPPLY, supply.share, biased=["instrument alone"]),
        beside=tuple(Beside(others.name, leg) for leg in others.legs if leg),
        qualifiers=("association",),
    )


@dataclass(frozen=True, eq=False)
class _Value:
    """Content and advertisements in the four weeks before day 90."""

    content: Labelled
    ads: Labelled
    groups: pd.DataFrame

    def judged(self, thin: float = THIN, flooded: float = FLOODED) -> Judged:
        """Return which groups are of low value; one without a message is."""
        when = phase(self.groups.index, AT - MONTH, AT - 1)
        whole = pd.concat(
            [asked.whole(when) for asked in (self.content, self.ads)], axis=1
        )
        machine, people = (
            ~(self._share(self.content, when, by) >= thin)
            | (self._share(self.ads, when, by) > flooded)
            for by in ("predicted", "y")
        )
        return Judged.of(self.groups, machine, people, whole.dropna().min(axis=1))

    def _share(self, asked: Labelled, when: pd.DataFrame, by: str) -> pd.Series[float]:
        if by == "y":
            share = asked.within(when, asked.labels).groupby("group")["y"].mean()
        else:
            read = asked.within(when, asked.readings).groupby("group")
            share = read["predicted"].sum() / read["messages"].sum()
        return share.reindex(self.groups.index)

    def share(self, *, corrected: bool = True, **how: float) -> Interval:
        """Return the share of low value."""
        found = self.judged(**how)
        return found.share() if corrected else found.naive()


def low_value_majority(evidence: Evidence) -> Finding:
    """Return the share of groups of little content or many advertisements at day 90."""
    asked = [Labelled.of(evidence, kind) for kind in (CONTENT, ADS)]
    value = _Value(asked[0], asked[1], _alive(evidence, AT, AT))
    found = value.judged()
    passed = gates.passed(
        gates.groups(len(found.groups)),
        gates.clustering(found.groups["network"], found.groups["batch"]),
        *(gates.labels(len(one.labels), [one.f1]) for one in asked),
        found.gate(asked[0]),
    )
    return Finding(
        legs=(found.share(),),
        definition="content under 5 % or advertisements over 50 % of the messages of"
        " days 62–89, in groups with a message on day 90 or later",
        gates=passed,
        specifications=multiplied(VALUE, value.share, biased=["instrument alone"]),
        qualifiers=("proxy",),
        note="a group without a message in those days is of low value",
    )


def _alive(evidence: Evidence, day: int, followed: int) -> pd.DataFrame:
    """Return groups with a message on a day of age or later, followed for some days."""
    groups = evidence.from_birth.set_index("group", drop=False)
    last, end = (
        (groups[name] - groups["origin_us"]) / DAY_US for name in ("last_us", "end_us")
    )
    return groups[(last >= day) & (end >= followed)]


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s1-good-groups-supply-content": good_groups_supply,
        "s2-low-value-majority": low_value_majority,
    }
)
