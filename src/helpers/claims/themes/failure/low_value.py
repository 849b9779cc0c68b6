"""Share of groups with little activity, little content or many advertisements.

Who is of low value is judged as steady content is (`helpers.claims.themes.content`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.activity import (
    DEFINITIONS,
    count_items,
    estimate_share_among,
    lively,
    select_alive,
)
from helpers.claims.quantities.deaths import DECIDING, SEED, select_recorded
from helpers.claims.quantities.message_labels import (
    Judged,
    Labelled,
    select_alive_at,
    select_phase,
)
from helpers.claims.quantities.quantity import enclose_bounds
from helpers.claims.quantities.spans import HALF_YEAR, MONTH, YEAR
from helpers.inference import estimate_success_probability
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
HALVES_AND_MORE: Sets = {
    "posters": {
        "5 posters": 5,
        say("3 posters suffice"): 3,
        say("8 posters needed"): 8,
    },
    "reply_ratio": {"0.3 replies": 0.3, say("reply ratio 0.15"): 0.15, "0.45": 0.45},
    "horizon": {
        say("at 180 d"): HALF_YEAR,
        say("at 90 d"): 90.0,
        say("at 365 d"): YEAR,
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


@estimates("s0-half-are-lost-type")
def half_are_lost(evidence: Evidence) -> Finding:
    """Estimate the share of all groups that are alive but barely active at day 180."""
    watched = select_recorded(evidence)
    n_followed = watched.potential_at_least(HALF_YEAR)
    passed = gates.pass_gates(
        gates.refuse_survivor_frame(survivors_only=evidence.from_birth.empty),
        gates.require_groups(len(watched)),
        gates.require_at_least(
            "potential follow-up",
            n_followed,
            gates.LEAST_GROUPS,
            "{n} groups followed for 180 d, {least} needed",
            n=n_followed,
        ),
        gates.require_clusters(watched.network, watched.batch),
    )
    alive = estimate_success_probability(
        watched, np.ones(len(watched), bool), HALF_YEAR, seed=SEED, replicates=DECIDING
    )
    successful = _estimate_share(evidence, lost=False)
    return Finding(
        components=(_estimate_share(evidence),),
        definition=say(
            "alive at 180 d without ≥ 5 posters and ≥ 0.3 replies a message"
            " in days 152–179; the dead and the successful are the others"
        ),
        gates=passed,
        specifications=multiply_sets(
            HALVES_AND_MORE, partial(_estimate_share, evidence)
        ),
        beside=(Supplement("alive", alive), Supplement("successful", successful)),
        qualifiers=evidence.busy_only,
        note=say(
            "dead {dead:.0%}, successful {successful:.0%}",
            dead=1 - alive.estimate,
            successful=successful.estimate,
        ),
    )


def _estimate_share(
    evidence: Evidence,
    *,
    horizon: float = HALF_YEAR,
    lost: bool = True,
    **lively_with: Any,  # noqa: ANN401 - as `lively` takes them
) -> Interval:
    """Estimate the share of groups that are alive but barely active at an age."""
    lives = select_recorded(evidence)
    state = lively(evidence, lives.group, horizon, **lively_with) ^ lost
    return estimate_success_probability(
        lives, state, horizon, seed=SEED, replicates=DECIDING
    )
