"""Courses that end when they are over: few last as long as novelty is asked for."""

from __future__ import annotations

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import TWELVE_WEEKS
from helpers.claims.designs.too_few import too_few
from helpers.records import DAY_US


@stands_in("s0-novelty-decay", needs=("registry",), planned=True)
@too_few("what was written in each")
def _followed(evidence: Evidence) -> gates.Gate:
    """Count the courses that were watched through the later span."""
    rows = evidence.groups
    return gates.follow_up((rows["end_us"] - rows["origin_us"]) / DAY_US, TWELVE_WEEKS)
