"""Groups in which one poster speaks and nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import (
    ADJUSTED,
    COMPANIES,
    REPLIES,
    VOLUME,
    first_weeks,
)
from helpers.claims.designs.hazards.landmark import (
    Landmark,
    log_adjusted,
)

STEP = 0.2  # of a group's messages
UNANSWERED = {"replies_explicit": "top_unanswered", "replies": "top_unanswered_either"}


@estimates("s4-organisation-not-media")
def organisation_not_media(evidence: Evidence) -> Finding:
    """Compare hazards by how much of the talk came from one poster and went unanswered.

    A unit is 0.2 of all messages.
    """
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    build = partial(_broadcast, evidence)
    return build("replies_explicit").finding(
        "HR per +0.2 of messages by the top poster that nobody answered within a day,"
        " days 0–27",
        sets={"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED},
        build=build,
    )


def _broadcast(
    evidence: Evidence,
    replies: str,
    least: int = 1,
    adjusted: Sequence[str] = (VOLUME,),
) -> Landmark:
    rows = first_weeks(evidence, least)
    early = evidence.beginnings.reindex(rows.index)
    unanswered = early[UNANSWERED[replies]]
    return Landmark(
        evidence=evidence,
        exposure=unanswered / rows["messages"] / STEP,
        adjust=log_adjusted(rows, *adjusted),
    )
