"""Indirect: whether content, by length and links, predicts survival.

Length is read for content with error, which draws the effect towards none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    keep_unit,
    log_adjusted,
    scale_by_sd,
)
from helpers.claims.designs.hazards.landmark_codings import count_literal
from helpers.claims.quantities.beginnings import FIRST_WEEKS
from helpers.claims.quantities.content_counts import DEFINITIONS, count_items
from helpers.wording import say

WEEKS, MONTH = 4, 28
APART = 0.9  # a correlation beyond which content and volume are one thing
SETS: Sets = {
    **RC,
    "definition": DEFINITIONS,
    "share": {"items a week": False, say("share of messages"): True},
}


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


@stands_in(
    "s1-content-is-premise", needs=("groups", "births", "senders", "content_by_length")
)
def content_by_length(evidence: Evidence) -> Finding:
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
        sets=SETS,
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
