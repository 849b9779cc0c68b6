"""Who carries links in from other groups: for who brings people in.

Forwards go inwards, invitations outwards: it is the register's own other measure.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import whose
from helpers.claims.themes.leaders.core_recruiters import core_share_and_rate
from helpers.survival import Interval

CORE = 8


@stands_in("s4-core-distributes", needs=("groups", "carriers"))
def core_carries(evidence: Evidence) -> Finding:
    """Estimate how many links of days 28–179 core members carried in from elsewhere."""
    rows = _carrying(evidence, CORE)
    links = rows["by_cores"] + rows["by_others"]
    asked = gates.passed(
        gates.groups(int(links.gt(0).sum())),
        gates.clustering(*whose(evidence, rows["group"])),
    )
    return Finding.estimated(
        partial(_legs, evidence, CORE),
        "links new to the group and seen before in another one, posted in days 28–179:"
        " share by core members of days 0–27; then links a core member over links"
        " another person who had written by then",
        asked,
        {f"core on {days} days": partial(_legs, evidence, days) for days in (4, 12)},
        qualifiers=QUALIFIERS,
        variant="links",
        note=f"{links.sum():.0f} links in {links.gt(0).sum()} groups",
    )


def _carrying(evidence: Evidence, core: int) -> pd.DataFrame:
    rows = evidence.table("carriers")
    return rows[rows["least_days"] == core].reset_index(drop=True)


def _legs(evidence: Evidence, core: int) -> tuple[Interval, Interval]:
    return core_share_and_rate(evidence, _carrying(evidence, core))
