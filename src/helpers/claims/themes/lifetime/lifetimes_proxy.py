"""Indirect: lifetimes from recorded creation and last activity."""

from __future__ import annotations

from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import build_refusing_estimator, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.two_dates_share import (
    estimate_share_silent,
    estimate_silent_by,
)
from helpers.claims.quantities.spans import THREE_MONTHS, TWELVE_WEEKS
from helpers.claims.quantities.two_dates import select_followed
from helpers.claims.themes.lifetime.lifetimes import list_bracket
from helpers.records import DAY_US


@stands_in("s0-novelty-decay", needs=("registry",), planned=True)
@build_refusing_estimator("what was written in each")
def _followed(evidence: Evidence) -> gates.Gate:
    """Check the number of courses with enough follow-up (too few)."""
    rows = evidence.groups
    return gates.require_follow_up(
        (rows["end_us"] - rows["origin_us"]) / DAY_US, TWELVE_WEEKS
    )


@stands_in("s0-three-month-death", ("registry.last_us",), planned=True)
def silent_in_three_months(evidence: Evidence) -> Finding:
    """Estimate the share of groups without activity after 105 days."""
    rows, source = select_followed(evidence)
    return estimate_silent_by(
        rows,
        source,
        THREE_MONTHS,
        tuple(list_bracket(partial(estimate_share_silent, rows))),
    )
