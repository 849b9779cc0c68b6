"""Indirect: lifetimes from recorded creation and last activity."""

from __future__ import annotations

from functools import partial

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.two_dates_share import (
    estimate_share_silent,
    estimate_silent_by,
)
from helpers.claims.quantities.spans import THREE_MONTHS
from helpers.claims.quantities.two_dates import select_followed
from helpers.claims.themes.lifetime.lifetimes import list_bracket


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
