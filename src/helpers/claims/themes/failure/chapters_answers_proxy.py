"""Chapters that met no more, and chapters in which few answered.

Meetings are rarer than messages, so the leg of those who take part cannot count for
the claim; no sale is known.
"""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.activity import meetings_held
from helpers.claims.definitions.spans import HALF_YEAR
from helpers.claims.designs.rosters import share_of_groups
from helpers.records import DAY_US

FEW_ANSWERS = 0.10
STALE = 31
SPAN = 28
LEAST_GROUPS = 50


@stands_in("s2-three-complaints", needs=("meetings", "member_series"))
def complaints(evidence: Evidence) -> Finding:
    """Estimate how many chapters held no meeting in the half year after day 180."""
    rows = _half_year_on(evidence)
    passed = gates.passed(*gates.sampled(rows))
    dead = share_of_groups(rows, rows["met_late"].eq(0))
    few = rows.dropna(subset="answering")
    beside: tuple[Beside, ...] = ()
    if len(few) >= LEAST_GROUPS:
        share = share_of_groups(few, few["answering"] < FEW_ANSWERS)
        beside = (Beside("answers of 28 days under 10 % of members", share),)
    return Finding(
        legs=(dead, None, None),
        definition="chapters without a meeting from day 180 of their age to day 359",
        gates=passed,
        specifications=(),
        beside=beside,
        qualifiers=QUALIFIERS[:1],
        variant="chapters",
        note=f"members at day 180 are known of {len(few)}; meetings are rarer than"
        " messages, so the leg of those who take part cannot count for the claim;"
        " sales are not recorded",
    )


def _half_year_on(evidence: Evidence) -> pd.DataFrame:
    """Return chapters on record for 360 days: ``met_late``, and ``answering``."""
    end = evidence.groups["end_us"].max()
    rows = evidence.groups[end - evidence.groups["origin_us"] >= 2 * HALF_YEAR * DAY_US]
    held = meetings_held(evidence)
    age = (
        held["time_us"] - held["group"].map(rows.set_index("group")["origin_us"])
    ) / (DAY_US)
    late = held[age.between(HALF_YEAR, 2 * HALF_YEAR, inclusive="left")]
    month = held[age.between(HALF_YEAR - SPAN, HALF_YEAR, inclusive="left")]
    counted = evidence.counted
    near = counted[counted["age"].between(HALF_YEAR - STALE, HALF_YEAR)]
    members = rows["group"].map(near.groupby("group")["members"].last())
    answers = rows["group"].map(month.groupby("group")["answers"].sum()).fillna(0.0)
    chapters: pd.DataFrame = rows.assign(
        met_late=rows["group"].map(late.groupby("group").size()).fillna(0),
        answering=answers / members.where(members > 0),
    )
    return chapters
