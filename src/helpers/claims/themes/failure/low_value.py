"""Share of groups with little content or many advertisements, by hand labels.

Who is of low value is judged as steady content is (`helpers.claims.themes.content`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates, multiply_sets
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.content_counts import (
    DEFINITIONS,
    count_items,
    estimate_share_among,
    select_alive,
)
from helpers.claims.quantities.group_labels import (
    Judged,
    select_alive_at,
    select_phase,
)
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.spans import MONTH
from helpers.claims.quantities.unsampled_intervals import enclose_bounds
from helpers.survival import Interval
from helpers.wording import say

CONTENT = "content"
ADS = "advertisement"
AT = 90
THIN = 0.05
FLOODED = 0.50
THINS = {"content under 5 %": THIN, say("under 2.5 %"): 0.025, say("under 10 %"): 0.10}
VALUE: Sets = {
    "thin": THINS,
    "flooded": {
        "ads over 50 %": FLOODED,
        say("over 25 %"): 0.25,
        say("over 75 %"): 0.75,
    },
    "corrected": {"corrected by labels": True, "instrument alone": False},
}
LENGTHS: Sets = {
    "definition": DEFINITIONS,
    "thin": THINS,
    "flooded": {
        "links over 50 %": FLOODED,
        say("over 25 %"): 0.25,
        say("over 75 %"): 0.75,
    },
}


@dataclass(frozen=True, eq=False)
class _Value:
    """Labels of content and advertisements by group in days 62–89 of its age."""

    content: Labelled
    ads: Labelled
    groups: pd.DataFrame

    def judged(self, thin: float = THIN, flooded: float = FLOODED) -> Judged:
        """Label groups with little content or many ads, by classifier and by hand."""
        phase = select_phase(self.groups.index, AT - MONTH, AT - 1)
        probabilities = pd.concat(
            [
                labelled.find_fully_labelled(phase)
                for labelled in (self.content, self.ads)
            ],
            axis=1,
        )
        machine, people = (
            ~(self._share(self.content, phase, by) >= thin)
            | (self._share(self.ads, phase, by) > flooded)
            for by in ("predicted", "y")
        )
        return Judged.of(
            self.groups, machine, people, probabilities.dropna().min(axis=1)
        )

    def _share(
        self, labelled: Labelled, when: pd.DataFrame, by: str
    ) -> pd.Series[float]:
        if by == "y":
            share = labelled.within(when, labelled.labels).groupby("group")["y"].mean()
        else:
            read = labelled.within(when, labelled.readings).groupby("group")
            share = read["predicted"].sum() / read["messages"].sum()
        return share.reindex(self.groups.index)

    def share(self, *, corrected: bool = True, **how: float) -> Interval:
        """Estimate the share of groups with little content or many ads."""
        judged = self.judged(**how)
        return judged.share() if corrected else judged.naive()


@stands_in("s2-low-value-majority", needs=("groups", "births", "content_by_length"))
@estimates("s2-low-value-majority")
def low_value_majority(evidence: Evidence) -> Finding:
    """Estimate the share of groups with little content or many ads at day 90."""
    if not evidence.records("content", "ads"):
        return _bound_by_length(evidence)
    labellings = [Labelled.of(evidence, kind) for kind in (CONTENT, ADS)]
    value = _Value(labellings[0], labellings[1], select_alive_at(evidence, AT, AT))
    judged = value.judged()
    passed = gates.pass_gates(
        *gates.require_sampled(judged.groups),
        *(
            gates.require_labels(len(labelled.labels), [labelled.f1])
            for labelled in labellings
        ),
        judged.gate(labellings[0]),
    )
    return Finding(
        components=(judged.share(),),
        definition=say(
            "content under 5 % or advertisements over 50 % of the messages"
            " of days 62–89, in groups with a message on day 90 or later"
        ),
        gates=passed,
        specifications=multiply_sets(VALUE, value.share, biased=["instrument alone"]),
        qualifiers=("proxy",),
        note=say("a group without a message in those days is of low value"),
    )


def _classify_groups(
    evidence: Evidence, definition: str, thin: float, flooded: float
) -> pd.DataFrame:
    """Mark groups with few long messages as low value; undecided if many have links."""
    counts = count_items(evidence, AT - MONTH, AT - 1)
    rows = counts[counts.index.isin(select_alive(evidence, AT, AT).index)]
    low = rows[definition] < thin * rows["messages"]
    return pd.DataFrame(
        {"low": low, "open": ~low & (rows["links"] > flooded * rows["messages"])}
    )


def _estimate_low_value_share(
    evidence: Evidence,
    *,
    definition: str = "items",
    thin: float = THIN,
    flooded: float = FLOODED,
) -> Interval:
    """Estimate bounds of the share of groups with little content."""
    rows = _classify_groups(evidence, definition, thin, flooded)
    none = estimate_share_among(evidence, rows.index, rows["low"])
    if not rows["open"].any():
        return none
    every = estimate_share_among(evidence, rows.index, rows["low"] | rows["open"])
    return enclose_bounds(none, every, why="unsettled groups of low value and not")


def _bound_by_length(evidence: Evidence) -> Finding:
    """Bound the share of groups with little content at day 90, by message length."""
    rows = _classify_groups(evidence, "items", THIN, FLOODED)
    groups = evidence.groups[evidence.groups["group"].isin(rows.index)]
    passed = gates.pass_gates(*gates.require_sampled(groups))
    return Finding(
        components=(_estimate_low_value_share(evidence),),
        definition=say(
            "messages of 60 words, or links with a comment, under 5 % of"
            " the messages of days 62–89, in groups alive at day 90 with a"
            " message in these days"
        ),
        gates=passed,
        specifications=multiply_sets(
            LENGTHS, partial(_estimate_low_value_share, evidence)
        ),
        qualifiers=("proxy",),
        variant="length",
        note=say(
            "length stands for value; {open} groups with content, in which"
            " most messages carry a link, may be mostly advertisements or"
            " not: the limits hold both",
            open=int(rows["open"].sum()),
        ),
    )
