"""Size told from who writes: a stand-in where nobody counted the members.

Posters rise with life itself, which favours large groups; the verdict says `proxy`.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.claims.contract.finding import Finding, stratified
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.size.sizes import compared, posters_at


@stratified("s0-size-10-30-best")
@stands_in(
    "s0-size-10-30-best", needs=("groups", "births", "senders", "trailing_posters")
)
def best_by_posters(evidence: Evidence) -> Finding:
    """Compare mean lifetimes after day 28 by the people who wrote in days 0–27."""
    found = compared(evidence, {"posters": posters_at}, "posters of days 0–27")
    return replace(found, qualifiers=("proxy", *found.qualifiers), variant="posters")
