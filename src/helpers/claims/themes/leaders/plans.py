"""Groups with a plan of what will be there, and groups without one."""

from __future__ import annotations

from dataclasses import replace

from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import stated
from helpers.claims.designs.hazards.landmark_codings import compared
from helpers.errors import NotIdentifiableError

PLANNED = 56


@estimates("s0-no-plan-dies")
def no_plan(evidence: Evidence) -> Finding:
    """Compare groups without scheduled content in weeks 1–8 with those that had it."""
    one = compared(evidence, 1 - stated(evidence, "schedule", PLANNED), PLANNED)
    others = {}
    for other in ("plan", "roadmap"):
        try:
            exposure = 1 - stated(evidence, other, PLANNED)
        except NotIdentifiableError:
            continue  # this study has no such proxy
        others[f"{other} instead"] = replace(one, exposure=exposure)
    return one.finding(
        "no scheduled content in weeks 1–8 against some", others,
        ("proxy", "association"),
    )  # fmt: skip
