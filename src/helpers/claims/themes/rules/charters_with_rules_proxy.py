"""Groups whose first charter has words for rules, and groups whose has not."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import HORIZON, closed_more, fact, facts_of


@stands_in("s1-rules-needed", ("facts.fact=charter_names_rules",))
def without_rules(evidence: Evidence) -> Finding:
    """Compare groups whose first charter has words for rules with those without."""
    return closed_more(
        evidence, partial(_ruled, evidence),
        {"horizon": {"at any time": np.inf, "within three years": HORIZON}},
        "a first charter with words for rules by the first day against one without;"
        " closed by the administration later",
        "charters",
    )  # fmt: skip


def _ruled(evidence: Evidence) -> pd.Series[float]:
    known = facts_of(evidence)
    there = fact(known, "charter_on_first_day").eq(1)
    return fact(known, "charter_names_rules").where(there)
