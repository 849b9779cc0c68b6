"""Silent members of whom nobody recorded what they read: counted, and refused."""

from __future__ import annotations

from helpers.claims.contract.gates import Gate
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import TWELVE_WEEKS
from helpers.claims.designs.too_few import too_few
from helpers.small_counts import People


@stands_in(
    "s0-lurkers-still-identify", ("links.parent",), needs=("roster",), planned=True
)
@too_few("who of them read")
def _read_or_reacted(evidence: Evidence) -> Gate:
    """Count the lurkers whose reads or reactions are on record: being there is none."""
    rows = evidence.table("roster")
    rows = rows[rows["within_days"] == TWELVE_WEEKS]
    known = rows.loc[rows["engaged"].notna(), "lurkers"].sum()
    detail = (
        f"{People(known)} of {People(rows['lurkers'].sum())} lurkers whose reads or"
        " reactions are on record, 1 needed"
    )
    return Gate("attention", known > 0, detail)
