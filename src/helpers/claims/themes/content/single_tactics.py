"""What is left of an activation two weeks later."""

from __future__ import annotations

from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.event_study import (
    before_events,
    dated,
    enough,
    event_ratio,
    talk,
)

LASTING = (15, 28)


@estimates("s1-single-tactics-dont-last")
def single_tactics(evidence: Evidence) -> Finding:
    """Estimate what is left of an activation's lift in days 15–28."""
    events, series = dated(evidence, "activation"), talk(evidence)
    asked = gates.passed(enough(events, "activations"))
    others = {
        f"days {a}–{b}": partial(event_ratio, evidence, series, events, (a, b))
        for a, b in ((8, 28), (29, 56))
    }
    return Finding.estimated(
        partial(event_ratio, evidence, series, events, LASTING),
        "messages in days 15–28 after an activation over the 14 before, against as"
        " lively groups without one",
        asked, others,
        beside=before_events(evidence, series, events), qualifiers=("association",),
    )  # fmt: skip
