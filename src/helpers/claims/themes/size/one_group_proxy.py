"""One group of which much is known, where the register asks for many that may die."""

from __future__ import annotations

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.too_few import too_few


@stands_in("s4-quality-over-quantity", needs=("registry",), planned=True)
@too_few("who was the core of each")
def _listed(evidence: Evidence) -> gates.Gate:
    return gates.groups(len(evidence.groups))
