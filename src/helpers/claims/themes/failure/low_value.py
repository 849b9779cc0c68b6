"""Share of groups with little content or many advertisements, by hand labels.

Who is of low value is judged as steady content is (`helpers.claims.themes.content`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.group_labels import (
    Judged,
    select_alive_at,
    select_phase,
)
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.spans import MONTH
from helpers.survival import Interval

CONTENT = "content"
ADS = "advertisement"
AT = 90
THIN = 0.05
FLOODED = 0.50
THINS = {"content under 5 %": THIN, "under 2.5 %": 0.025, "under 10 %": 0.10}
VALUE: Sets = {
    "thin": THINS,
    "flooded": {"ads over 50 %": FLOODED, "over 25 %": 0.25, "over 75 %": 0.75},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}


@dataclass(frozen=True, eq=False)
class _Value:
    """Content and advertisement labels by group, days 62–89."""

    content: Labelled
    ads: Labelled
    groups: pd.DataFrame

    def judged(self, thin: float = THIN, flooded: float = FLOODED) -> Judged:
        """Label groups by little content, many ads or no messages."""
        when = select_phase(self.groups.index, AT - MONTH, AT - 1)
        whole = pd.concat(
            [labelled.whole(when) for labelled in (self.content, self.ads)], axis=1
        )
        machine, people = (
            ~(self._share(self.content, when, by) >= thin)
            | (self._share(self.ads, when, by) > flooded)
            for by in ("predicted", "y")
        )
        return Judged.of(self.groups, machine, people, whole.dropna().min(axis=1))

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


@estimates("s2-low-value-majority")
def low_value_majority(evidence: Evidence) -> Finding:
    """Estimate the share of groups with little content or many ads at day 90."""
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
        legs=(judged.share(),),
        definition="content under 5 % or advertisements over 50 % of the messages of"
        " days 62–89, in groups with a message on day 90 or later",
        gates=passed,
        specifications=multiply_sets(VALUE, value.share, biased=["instrument alone"]),
        qualifiers=("proxy",),
        note="a group without a message in those days is of low value",
    )
