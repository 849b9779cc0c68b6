"""Whether members of many groups write more where there is more content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    estimates,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.quantities.activity import DEFINITIONS
from helpers.inference import cluster_by_label
from helpers.inference.calibration import Calibration, apply_calibration, to_power
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US, WEEK_DAYS
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

BEFORE = 4  # a person is in the groups written in during four weeks
LEAST_USERS, IN_GROUPS = 100, 3
TEN_POINTS = 0.1
BOTH = "content × log2 groups"
SETS: Sets = {
    "lag": {"next week": 1, say("two weeks on"): 2, say("four weeks on"): 4},
    "before": {"as it is": False, "given messages before": True},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}
POINTS = 10
LAGS = {say("two weeks on"): 2, say("four weeks on"): 4}


@dataclass(frozen=True, eq=False)
class _Weeks:
    """Weekly messages of each person in each of their groups."""

    evidence: Evidence
    talk: Talk

    def written(self) -> pd.DataFrame:
        """Count messages by person, group and week."""
        days = self.evidence.table("member_days")
        week = days.assign(week=days["day"] // WEEK_DAYS)
        rows = week.groupby(["member", "group", "week"])["messages"].sum()
        return rows.reset_index()

    def rows(self, lag: int = 1) -> pd.DataFrame:
        """Return messages and content share by person, group and week.

        `groups` are those written in during the four weeks that end `lag` weeks
        before; `machine` is their content in the whole month before these end.
        """
        written = self.written()
        ahead = [written.assign(week=written["week"] + lag + k) for k in range(BEFORE)]
        before = pd.concat(ahead).groupby(["member", "group", "week"])["messages"].sum()
        table = before.rename("before").reset_index()
        n_groups = table.groupby(["member", "week"])["group"].transform("size")
        table = table.assign(groups=n_groups)[n_groups > 1]
        table = table.merge(written, "left", ["member", "group", "week"])
        table["messages"] = table["messages"].fillna(0.0)
        return table.assign(machine=self._content(table, lag)).dropna()

    def _content(self, table: pd.DataFrame, lag: int) -> pd.Series[float]:
        origin = self.evidence.groups.set_index("group")["origin_us"] // DAY_US
        age = (table["week"] - lag + 1) * WEEK_DAYS - table["group"].map(origin)
        at = pd.DataFrame({"group": table["group"], "month": age // MONTH_DAYS - 1})
        return self.talk.machine(at)

    def gate(self) -> gates.Gate:
        """Check that at least a hundred people write in three or more groups."""
        groups = self.written().groupby("member")["group"].nunique()
        people = int((groups >= IN_GROUPS).sum())
        return gates.require_at_least(
            "users",
            people,
            LEAST_USERS,
            "{people} people in 3 groups and more, {least} needed",
            people=People(people),
        )

    def ratio(
        self, *, lag: int = 1, before: bool = False, corrected: bool = True
    ) -> Interval:
        """Estimate the ratio of content effects per doubling of a person's groups."""
        rows = self.rows(lag)
        content = rows["machine"] / TEN_POINTS
        table = pd.DataFrame(
            {BOTH: content * np.log2(rows["groups"]), "content": content}
        )
        if before:
            table["log before"] = np.log1p(rows["before"])
        unit = rows.groupby(["member", "week"]).ngroup()
        clusters = cluster_by_label(rows["member"])
        interval = fit_within(rows["messages"], table, unit, clusters).ratio(BOTH)

        def estimate(line: Calibration) -> Interval:
            return to_power(interval, 1 / line.slope)

        line = self.talk.calibration
        return apply_calibration(line if corrected else line.ignored, estimate)


@stands_in("s2-value-stands-out", needs=("senders", "people_across", "choices"))
@estimates("s2-value-stands-out")
def value_stands_out(evidence: Evidence) -> Finding:
    """Estimate the ratio of content effects per doubling of a person's groups."""
    if not evidence.records("content"):
        return _find_by_length(evidence)
    weeks = _Weeks(evidence, Talk.of(evidence, "content"))
    passed = weeks.talk.gated() + gates.pass_gates(weeks.gate())
    return Finding(
        cases="counts",
        components=(weeks.ratio(),),
        definition=say(
            "messages in a week, within each person's week, in groups"
            " written in during the four weeks before: ratio per +10 points"
            " of content in the month before, and per doubling of the"
            " number of these groups"
        ),
        gates=passed,
        specifications=multiply_sets(SETS, weeks.ratio, biased=["instrument alone"]),
        qualifiers=("association",),
        note=say("a person's own messages are among those that make a group's content"),
    )


def _select_cells(
    evidence: Evidence, definition: str = "items", lag: int = 1
) -> pd.DataFrame:
    rows = evidence.study.table("choices")
    return rows[(rows["definition"] == definition) & (rows["lag"] == lag)]


def _estimate_ratio(
    evidence: Evidence, definition: str = "items", lag: int = 1
) -> Interval:
    """Estimate the ratio of content effects per doubling of a person's groups."""
    cells = _select_cells(evidence, definition, lag).reset_index(drop=True)
    _check_gates(cells)
    content = cells["points"] / POINTS
    more = pd.DataFrame({BOTH: content * np.log2(cells["groups"]), "content": content})
    table = pd.concat([more, 0 * more], ignore_index=True)
    written = pd.concat([cells["more"], cells["less"]], ignore_index=True)
    pair, people = (
        pd.concat([column, column])
        for column in (cells.index.to_series(), cells["people_class"])
    )
    return fit_within(written, table, pair, cluster_by_label(people)).ratio(BOTH)


def _check_gates(cells: pd.DataFrame) -> tuple[gates.Gate, ...]:
    classes = cells.drop_duplicates("people_class")
    people = int(classes["people"].sum())
    return gates.pass_gates(
        gates.require_at_least(
            "users",
            people,
            LEAST_USERS,
            "{people} people in 3 groups and more, {least} needed",
            people=People(people),
        ),
        gates.require_units(len(classes), "{n} classes of people, {least} needed"),
    )


def _find_by_length(evidence: Evidence) -> Finding:
    """Estimate the ratio of long-post effects per doubling of a person's groups."""
    other_definitions = [*DEFINITIONS.items()][1:]
    alternatives = {
        name: partial(_estimate_ratio, evidence, definition=of)
        for name, of in other_definitions
    }
    alternatives |= {
        name: partial(_estimate_ratio, evidence, lag=lag) for name, lag in LAGS.items()
    }
    return Finding(
        cases="counts",
        components=(_estimate_ratio(evidence),),
        definition=say(
            "messages in a week, in two groups written in during the four"
            " weeks before, within each person's week: ratio per +10 points"
            " of messages of 60 words or links with a comment in these"
            " weeks, and per doubling of the number of such groups"
        ),
        gates=_check_gates(_select_cells(evidence)),
        specifications=list_alternatives(alternatives),
        qualifiers=QUALIFIERS,
        note=say(
            "a person's own messages are among those that make a group's"
            " content; nobody judged value"
        ),
        attenuated=True,
    )
