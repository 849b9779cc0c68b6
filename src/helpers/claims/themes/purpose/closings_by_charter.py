"""Closure of groups without a purpose or charter on their first day."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    compare_closings,
    get_fact,
    read_facts,
)
from helpers.wording import say

STATED = ("purpose_stated_at_birth", "charter_on_first_day")


@stands_in("s0-no-purpose-dies", tuple(f"facts.fact={name}" for name in STATED))
def unstated(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure of groups without a stated purpose."""
    return compare_closings(
        evidence, partial(_mark_lacking, evidence, STATED),
        WHENEVER,
        say("no purpose or charter by the first day against one; closed by"
" the administration later"),
        "charters",
    )  # fmt: skip


def _mark_lacking(evidence: Evidence, names: tuple[str, ...]) -> pd.Series[float]:
    """Return 1 for groups without a stated purpose in their first charter, else 0."""
    facts = read_facts(evidence)
    name = next((name for name in names if name in facts), names[0])
    return 1.0 - get_fact(facts, name).fillna(0.0)
