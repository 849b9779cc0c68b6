"""Groups by how often early messages were answered."""

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
    terciles,
)


@estimates("s2-basic-service-fades")
def basic_service_fades(evidence: Evidence) -> Finding:
    """Compare groups of the top and bottom tercile of replies a message."""
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    build = partial(_answering, evidence)
    return build("replies_explicit").finding(
        "top against bottom tercile of explicit replies a message in days 0–27",
        sets={"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED},
        build=build,
    )


def _answering(
    evidence: Evidence,
    replies: str,
    least: int = 1,
    adjusted: Sequence[str] = (VOLUME,),
) -> Landmark:
    rows = first_weeks(evidence, least)
    return Landmark(
        evidence=evidence,
        exposure=rows[replies] / rows["messages"],
        adjust=log_adjusted(rows, *adjusted),
        coding=terciles,
    )
