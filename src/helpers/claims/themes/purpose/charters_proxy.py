"""Groups whose register states what they are for, and groups whose does not."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import HORIZON, closed_more, fact, facts_of

STATED = ("purpose_stated_at_birth", "charter_on_first_day")


@stands_in("s0-no-purpose-dies", tuple(f"facts.fact={name}" for name in STATED))
def unstated(evidence: Evidence) -> Finding:
    """Compare groups that stated no purpose by their first day with those that did."""
    return closed_more(
        evidence, partial(_lacking, evidence, STATED),
        {"horizon": {"at any time": np.inf, "within three years": HORIZON}},
        "no purpose or charter by the first day against one; closed by the"
        " administration later",
        "charters",
    )  # fmt: skip


def _lacking(evidence: Evidence, names: tuple[str, ...]) -> pd.Series[float]:
    """Return 1 for what was not there on the first day; never is not there."""
    known = facts_of(evidence)
    name = next((one for one in names if one in known), names[0])
    return 1.0 - fact(known, name).fillna(0.0)
