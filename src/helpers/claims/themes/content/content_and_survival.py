"""Content in the first weeks and survival: by hand labels, or by length and links.

Length is read for content with error, which draws the effect towards none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

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
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    MODELS,
    RC,
    Landmark,
    keep_unit,
    log_adjusted,
    scale_by_sd,
)
from helpers.claims.designs.hazards.landmark_codings import count_literal
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.quantities.activity import DEFINITIONS, count_items
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.message_labels import estimate_corrected_share
from helpers.claims.quantities.spans import FIRST_WEEKS, MONTH, SILENCES
from helpers.inference.calibration import Calibration, apply_calibration
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

KIND = "content"
WEEKS = 4
SETS: Sets = {
    "w_days": SILENCES,
    "model": {name: name for name in MODELS},
    "share": {"items a week": False, say("share of messages"): True},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}
APART = 0.9  # a correlation beyond which content and volume are one thing
LENGTH_SETS: Sets = {
    **RC,
    "definition": DEFINITIONS,
    "share": {"items a week": False, say("share of messages"): True},
}


@dataclass(frozen=True, eq=False)
class Premise:
    """Study design: hazard of group death by labelled content in the first four weeks.

    Attributes
    ----------
    talk
        Content by month, as people would find it.
    rows
        Groups that wrote something in days 0–27.
    """

    evidence: Evidence
    talk: Talk
    rows: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence) -> Premise:
        """Build the study design from hand labels of content and a study's tables."""
        rows = evidence.window(FIRST_WEEKS).set_index("group")
        return cls(evidence, Talk.of(evidence, KIND), rows[rows["messages"] > 0])

    @cached_property
    def first(self) -> pd.DataFrame:
        """Share of content in each group's first month, by the classifier."""
        month = pd.DataFrame({"group": self.rows.index, "month": 0}, self.rows.index)
        return self.talk.at(month).fillna(0.0)

    def exposure(self, line: Calibration, *, share: bool = False) -> pd.Series[float]:
        """Return log2(1 + content items per week), corrected by hand labels.

        Or standard deviations of content's share.
        """
        shares = pd.Series(line.shares(self.first["machine"]), self.first.index)
        items = np.log2(1 + shares * self.first["messages"] / WEEKS)
        return shares / shares.std() if share else items

    def landmark(self, line: Calibration) -> Landmark:
        """Define a death hazard model after day 28, per doubling of weekly content."""
        return Landmark(
            evidence=self.evidence,
            exposure=self.exposure(line),
            adjust=log_adjusted(self.rows, "messages", "posters"),
        )

    def ratio(
        self,
        *,
        w_days: float = SILENCE_DAYS,
        model: str = "Cox",
        share: bool = False,
        corrected: bool = True,
    ) -> Interval:
        """Estimate the hazard ratio of group death per doubling of weekly content."""
        calibration = self.talk.calibration
        line = calibration if corrected else calibration.ignored
        landmark = self.landmark(line)
        data = landmark.at_risk(define_silent(self.evidence, w_days=w_days))

        def estimate(line: Calibration) -> Interval:
            exposure = data["group"].map(self.exposure(line, share=share))
            exposed = data.assign(exposure=exposure).dropna(subset="exposure")
            return landmark.fitted(exposed, model)

        return apply_calibration(line, estimate)


@stands_in(
    "s1-content-is-premise", needs=("groups", "births", "senders", "content_by_length")
)
@estimates("s1-content-is-premise")
def content_is_premise(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of death per doubling of weekly content, days 0–27."""
    if not evidence.records("groups", "births", "content"):
        return _estimate_by_length(evidence)
    premise = Premise.of(evidence)
    passed = premise.talk.gated()
    landmark = premise.landmark(premise.talk.calibration)
    data = landmark.at_risk(define_silent(evidence))
    even = gates.pass_gates(premise.talk.even(set(data.loc[data["ended"], "group"])))
    plain = landmark.finding("HR per doubling of 1 + content items a week in days 0–27")
    all_places = Supplement(
        "content, all messages", estimate_corrected_share(evidence, KIND)
    )
    return replace(
        plain,
        components=(premise.ratio(),),
        gates=passed + plain.gates + even,
        specifications=multiply_sets(SETS, premise.ratio, biased=["instrument alone"]),
        beside=(*plain.beside, all_places),
        note=say(
            "{note}; the literal form (no item, no life) would need every"
            " message of days 0–27 labelled",
            note=plain.note,
        ),
    )


def _build_landmark(
    evidence: Evidence, *, definition: str = "items", share: bool = False
) -> Landmark:
    """Define the death hazard model after day 28, per doubling of weekly content."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    is_from_birth = rows.index.isin(evidence.from_birth["group"])
    rows = rows[is_from_birth & (rows["messages"] > 0)]
    counts = (
        count_items(evidence, 0, MONTH - 1)[definition].reindex(rows.index).fillna(0)
    )
    items: pd.Series[float] = np.log2(1 + counts / WEEKS)
    return Landmark(
        evidence=evidence,
        exposure=counts / rows["messages"] if share else items,
        adjust=log_adjusted(rows, "messages", "posters"),
        coding=scale_by_sd if share else keep_unit,
    )


def _require_separable(data: pd.DataFrame, landmark: Landmark) -> gates.Gate:
    """Check that content is distinguishable from message volume among groups."""
    by = data[landmark.covariates].corrwith(data["exposure"]).abs().dropna()
    if by.empty:
        refusal = say("no two groups differ in both")
        return gates.Gate("separable from volume", passed=False, detail=refusal)
    most = float(by.max())
    detail = say(
        "correlation {most:.2f} with {idxmax}, at most {apart:g}",
        most=most,
        idxmax=by.idxmax(),
        apart=APART,
    )
    return gates.Gate("separable from volume", most <= APART, detail)


def _estimate_by_length(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per doubling of long or linked messages."""
    landmark = _build_landmark(evidence)
    data = landmark.at_risk(landmark.reading(evidence))
    passed = gates.pass_gates(_require_separable(data, landmark))
    finding = landmark.finding(
        say(
            "HR per doubling of 1 + messages of 60 words or links with a"
            " comment, a week of days 0–27"
        ),
        qualifiers=QUALIFIERS,
        sets=LENGTH_SETS,
        build=partial(_build_landmark, evidence),
    )
    none = replace(landmark, exposure=(landmark.exposure == 0).astype(float))
    return replace(
        finding,
        gates=finding.gates + passed,
        beside=(*finding.beside, *count_literal(none, 1.0, alive=True)),
        note=say(
            "{note}; {detail}; nobody judged quality",
            note=finding.note,
            detail=passed[0].detail,
        ),
        attenuated=True,
    )
