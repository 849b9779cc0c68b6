"""Indirect: survival of groups with one lead or several, from official registers."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding, Sets, stratified
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    DAY,
    LAST_MAIL,
    WHENEVER,
    compare_closings,
    compare_list_silence,
    count_held_at,
)
from helpers.claims.quantities.departures import LEADS
from helpers.records import DAY_US
from helpers.wording import say

DAYS = {"leads of day 28": DAY, say("of day 7"): 7.0, say("of day 90"): 90.0}
SEVERAL = {"several": 2, "three and more": 3}


@stratified("s0-owner-alone-fails")
@stands_in(
    "s0-owner-alone-fails",
    (
        f"facts.fact={LAST_MAIL}",
        *(f"spells.role={role}" for role in LEADS),
        "holders.role=chair",
    ),
)
def owner_alone(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure or silence, groups with one lead vs. more.

    Leads and members are those of day 28; groups watched from birth and open then are
    at risk. Where the administration closes groups without a lead, closing is no
    outcome: a list has to be silent for 60 days before its group is closed.
    """
    sets: Sets = {
        "day": DAYS,
        "several": SEVERAL,
        **WHENEVER,
        "sized": {"members adjusted": True, say("not adjusted"): False},
    }
    single = partial(_mark_single, evidence)
    if evidence.records(f"facts.fact={LAST_MAIL}"):
        silent = {say("silent for 60 days"): 60.0, say("for 90 days"): 90.0}
        return compare_list_silence(
            evidence, single, {**sets, "w_days": silent},
            say("one lead against several on day 28, log(1 + members) adjusted;"
" the last mail before 60 days without one, closing censors"),
            "mails",
        )  # fmt: skip
    return compare_closings(
        evidence, single, sets,
        say("one lead against several on day 28, log(1 + members) adjusted;"
" closed by the administration"),
        "chairs",
    )  # fmt: skip


def _mark_single(evidence: Evidence, day: float, several: int) -> pd.Series[float]:
    leads = _count_leads(evidence, day)
    return (leads == 1).astype("float64").where((leads == 1) | (leads >= several))


def _count_leads(evidence: Evidence, day: float) -> pd.Series[float]:
    """Count the leads of each group on a day of its age."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        spells = evidence.table("spells")
        return count_held_at(spells[spells["role"].isin(LEADS)], at)
    steps = evidence.table("holders")
    steps = steps[steps["role"].isin(LEADS) & (steps["day"] <= steps["group"].map(at))]
    count = steps.groupby("group")["holders"].last().astype("float64")
    return count.reindex(at.index).fillna(0.0)
