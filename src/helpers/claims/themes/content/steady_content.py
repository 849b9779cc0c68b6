"""Share of active groups with steady content, from completely labelled groups.

Whether content came in each week can't be had from a sample of messages, nor from an
instrument that errs: a single misread message turns it. So people read whole groups,
drawn at random, and correct what the instrument says of all groups by them:
ψ = F + (L/π)(Y − F) with a group as the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding, estimates
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.group_labels import (
    Judged,
    select_alive_at,
    select_phase,
)
from helpers.claims.quantities.message_labels import Labelled
from helpers.errors import NotIdentifiableError
from helpers.records import WEEK_DAYS
from helpers.survival import Interval

CONTENT = "content"
WEEKS = 12
STEADY = 9
LEAST_ALIVE = 200
LEAST_TOP = 20
LATE = 365
SUPPLY: Sets = {
    "top": {"top tenth": 0.9, "top fifth": 0.8},
    "weeks": {"9 of 12 weeks": STEADY, "6 of 12 weeks": 6},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}


@dataclass(frozen=True, eq=False)
class _Supply:
    """Weeks with content by group, and number of later posters."""

    asked: Labelled
    groups: pd.DataFrame
    spoke: pd.Series[float]

    def best(self, top: float = 0.9, weeks: int = STEADY) -> Judged:
        """Return content labels of the groups with most posters later."""
        return self.judged(weeks).among(self.top(top))

    def rest(self) -> Interval:
        """Estimate the share with steady content among other groups."""
        others = self.groups.index.difference(self.top(0.9))
        if others.empty:
            raise NotIdentifiableError("as many people talk in every group later")
        return self.judged(STEADY).among(others).share()

    def top(self, top: float) -> pd.Index[int]:
        """Return the groups in the top quantile of later posters."""
        bar = self.spoke.quantile(top)
        return self.spoke.index[(self.spoke >= bar) & (self.spoke > 0)]

    def judged(self, weeks: int) -> Judged:
        """Label groups by whether enough of twelve weeks have content."""
        when = select_phase(self.groups.index, 0, WEEK_DAYS * WEEKS - 1)
        read = self.asked.within(when, self.asked.readings)
        labels = self.asked.within(when, self.asked.labels)
        whole = self.asked.whole(when)
        machine, people = (
            _count_weeks(rows, column).reindex(self.groups.index, fill_value=0) >= weeks
            for rows, column in ((read, "predicted"), (labels, "y"))
        )
        return Judged.of(self.groups, machine, people, whole)

    def share(self, *, corrected: bool = True, **how: float) -> Interval:
        """Estimate the share of the most active groups with steady content."""
        best = self.best(how.get("top", 0.9), int(how.get("weeks", STEADY)))
        return best.share() if corrected else best.naive()


def _count_weeks(rows: pd.DataFrame, column: str) -> pd.Series[int]:
    """Count the weeks of each group that contain a content item."""
    week = rows["age_day"] // WEEK_DAYS
    items = rows.groupby([rows["group"], week])[column].sum()
    some = (items > 0.5).astype(int)  # noqa: PLR2004 - one item, however it was read
    weeks: pd.Series[int] = some.groupby("group").sum()
    return weeks


@estimates("s1-good-groups-supply-content")
def good_groups_supply(evidence: Evidence) -> Finding:
    """Estimate the share with steady content among the most active groups."""
    labelled = Labelled.of(evidence, CONTENT)
    groups = select_alive_at(evidence, WEEK_DAYS * WEEKS, LATE)
    gates.pass_gates(gates.require_groups(len(groups), LEAST_ALIVE))
    later = evidence.table("short_talk").set_index("group")["posters"]
    supply = _Supply(labelled, groups, later.reindex(groups.index).fillna(0.0))
    best = supply.best()
    passed = gates.pass_gates(
        *gates.require_sampled(best.groups, LEAST_TOP),
        gates.require_labels(len(labelled.labels), [labelled.f1]),
        best.gate(labelled),
    )
    return Finding(
        legs=(best.share(),),
        definition="a content item in 9 of the 12 weeks of days 0–83, in the tenth of"
        " groups alive at day 84 with most people writing short messages in days"
        " 84–364",
        gates=passed,
        specifications=multiply_sets(SUPPLY, supply.share, biased=["instrument alone"]),
        beside=Beside.tried("the other groups", supply.rest),
        qualifiers=("association",),
    )
