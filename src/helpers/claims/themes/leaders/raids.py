"""Newcomers after raids: viewers sent over from another channel.

People who write for the first time stand for those who came.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    cluster_by_group_week,
    estimate_mean_ratio,
    require_both_sides,
)
from helpers.claims.designs.hazards.landmark import mark_terciles
from helpers.wording import say

RAID = "raid"
BIG = 200
SMALL = 50


@stands_in("s2-kol-fills-fast", (f"responses.kind={RAID}",), planned=True)
def crowd_brought(evidence: Evidence) -> Finding:
    """Estimate the ratio of newcomers after large raids to those after small ones."""
    sets: Sets = {
        "coding": {
            "top against bottom tercile of viewers": "terciles",
            say(
                "{big} and more against under {small}", big=BIG, small=SMALL
            ): "numbers",
        },
        "quiet": {"whoever came before": False, say("nobody new before"): True},
    }
    return Finding.over(
        sets,
        partial(_list_raids, evidence),
        lambda raids: gates.pass_gates(
            require_both_sides(raids["exposure"] == 1, what="crowds")
        ),
        lambda raids: estimate_mean_ratio(
            raids["new_after"], raids["exposure"], cluster_by_group_week(raids)
        ),
        cases="crowds",
        definition=say(
            "people who wrote for the first time in the ten minutes after a"
            " crowd came, top against bottom tercile of its viewers"
        ),
        qualifiers=QUALIFIERS,
        variant="crowds",
        note=lambda raids, _: say(
            "{n} crowds sent by other channels into one room; arriving is"
            " writing for the first time, so those who only look are not"
            " seen",
            n=len(raids),
        ),
    )


def _list_raids(evidence: Evidence, coding: str, *, quiet: bool) -> pd.DataFrame:
    rows = evidence.table("responses")
    raids = rows[rows["kind"] == RAID].dropna(subset="value").reset_index(drop=True)
    if quiet:
        raids = raids[raids["new_before"] == 0].reset_index(drop=True)
    value = raids["value"].astype("float64")
    if coding == "terciles":
        exposure = mark_terciles(value)
    else:
        big = (value >= BIG).astype("float64")
        exposure = big.where((value >= BIG) | (value < SMALL))
    return raids.assign(exposure=exposure).dropna(subset="exposure")
