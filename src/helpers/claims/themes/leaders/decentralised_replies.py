"""Groups by how few people the early replies went to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import SIZE, VOLUME, first_weeks
from helpers.claims.designs.hazards.landmark import (
    Landmark,
    log_adjusted,
    per_sd,
)


@estimates("s0-decentralised-better")
def decentralised_better(evidence: Evidence) -> Finding:
    """Compare hazards by how centralised replies were, a standard deviation apart.

    Centralisation is the log of the effective number of centres that replies at random
    would give, over the one found.
    """
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    rows = first_weeks(evidence)
    central = (rows["centres_null"] / rows["centres"]).apply(np.log)
    one = Landmark(
        evidence=evidence,
        exposure=central,
        adjust=log_adjusted(rows, VOLUME, SIZE),
        coding=per_sd,
    )
    others = {
        "Gini of messages": replace(one, exposure=rows["gini"]),
        "top poster's share": replace(one, exposure=rows["top_share"]),
    }
    if evidence.observability.owner_known:
        others["owner's share"] = replace(one, exposure=rows["owner_share"])
    return one.finding(
        "HR per SD of log(centres by chance / centres) of replies in days 0–27",
        others,
        ("proxy", "association"),
    )
