"""Newcomers who found a room by themselves, against those whom somebody known sent.

Who came alone was not invited by a member, and a crowd that was sent is an audience,
not an advertisement's.
"""

from __future__ import annotations

from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import difference
from helpers.inference import clusters_by
from helpers.small_counts import People
from helpers.survival import Interval

LEAST = 200


@stands_in("s3-users-best-promoters", ("comebacks",), planned=True)
def came_alone(evidence: Evidence) -> Finding:
    """Compare who came back on days 28–60: came alone, less brought by a crowd."""
    rows = evidence.table("comebacks")
    alone, brought = (
        People(rows.loc[rows["brought"] == side, "came"].sum())
        for side in (False, True)
    )
    detail = f"{alone} people alone and {brought} after a crowd, {LEAST} needed in each"
    asked = gates.passed(
        gates.Gate("arms", min(alone, brought) >= LEAST, detail),
        gates.units(rows["day"].nunique(), "days"),
    )
    others = {
        "days 28–90": partial(_apart, evidence, "came_90", "again_28_90"),
        "days 1–60": partial(_apart, evidence, "came", "again_1_60"),
    }
    return Finding.estimated(
        partial(_apart, evidence, "came", "again_28_60"),
        "share of newcomers who wrote again on one of the days 28–60, who came alone"
        " less who first wrote within ten minutes after another channel sent its"
        " viewers",
        asked, others, qualifiers=QUALIFIERS, variant="raids",
        note=f"{alone} and {brought} newcomers; days are drawn, so that a crowd is one",
    )  # fmt: skip


def _apart(evidence: Evidence, came: str, again: str) -> Interval:
    rows = evidence.table("comebacks")
    days = clusters_by(rows["day"])
    return difference(rows[again], ~rows["brought"], days, exposure=rows[came])
