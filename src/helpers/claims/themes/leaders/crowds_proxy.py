"""How many write for the first time after somebody known brought a crowd.

Who invited whom is not recorded; people who write for the first time stand for those
who came.
"""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import mean_ratio, room_weeks, sizes
from helpers.claims.designs.hazards.landmark import terciles
from helpers.survival import Interval

RAID = "raid"
BIG = 200
SMALL = 50


@stands_in("s2-kol-fills-fast", (f"responses.kind={RAID}",), planned=True)
def crowd_brought(evidence: Evidence) -> Finding:
    """Compare newcomers after crowds of many with newcomers after crowds of few."""
    sets: Sets = {
        "coding": {
            "top against bottom tercile of viewers": "terciles",
            f"{BIG} and more against under {SMALL}": "numbers",
        },
        "quiet": {"whoever came before": False, "nobody new before": True},
    }
    first = {name: next(iter(values.values())) for name, values in sets.items()}
    raids = _raids(evidence, **first)
    asked = gates.passed(sizes(raids["exposure"] == 1, what="crowds"))
    return Finding(
        cases="crowds",
        legs=(_ratio(evidence, **first),),
        definition="people who wrote for the first time in the ten minutes after a"
        " crowd came, top against bottom tercile of its viewers",
        gates=asked,
        specifications=multiplied(sets, lambda **values: _ratio(evidence, **values)),
        qualifiers=QUALIFIERS,
        variant="crowds",
        note=f"{len(raids)} crowds sent by other channels into one room; arriving is"
        " writing for the first time, so those who only look are not seen",
    )


def _raids(evidence: Evidence, coding: str, *, quiet: bool) -> pd.DataFrame:
    rows = evidence.table("responses")
    raids = rows[rows["kind"] == RAID].dropna(subset="value").reset_index(drop=True)
    if quiet:
        raids = raids[raids["new_before"] == 0].reset_index(drop=True)
    value = raids["value"].astype("float64")
    if coding == "terciles":
        exposure = terciles(value)
    else:
        big = (value >= BIG).astype("float64")
        exposure = big.where((value >= BIG) | (value < SMALL))
    return raids.assign(exposure=exposure).dropna(subset="exposure")


def _ratio(evidence: Evidence, coding: str, *, quiet: bool) -> Interval:
    raids = _raids(evidence, coding, quiet=quiet)
    gates.passed(sizes(raids["exposure"] == 1, what="crowds"))
    return mean_ratio(raids["new_after"], raids["exposure"], room_weeks(raids))
