"""Indirect: silent members of study groups that expel inactive ones.

Who misses too often is put out, so that few can lurk: such groups stand apart, and the
verdict says `under duty`.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, multiply_sets
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    build_finding_over_groups,
    estimate_share_of_stayers,
)
from helpers.measures.lurking import DUTY
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

LEAST_MEMBERS = 10


@stands_in("s0-lurkers-are-many", (f"funnels.step={DUTY['joined']}",))
def silent_under_duty(evidence: Evidence) -> Finding:
    """Estimate the share of remaining members who never took part, mean of groups.

    Who left before is out of it; the limits enclose the readings in which all of those
    who left without having taken part lurked, or none.
    """
    rows = _build_rows(evidence, LEAST_MEMBERS)
    passed = _require_enough(rows, LEAST_MEMBERS)
    find = partial(_build_finding_of, evidence, passed)
    return build_finding_over_groups(rows, find)


def _build_finding_of(
    evidence: Evidence, passed: tuple[gates.Gate, ...], rows: pd.DataFrame
) -> Finding:
    eligible_groups = evidence.only(rows["group"])
    sets = {
        "least": {say("≥ 10 members"): LEAST_MEMBERS, "all": 1, say("≥ 30 members"): 30}
    }
    people = {name: People(rows[name].sum()) for name in DUTY}
    return Finding(
        cases="people" if len(rows) == 1 else "groups",
        components=(_estimate_share(rows),),
        definition=say(
            "members who stayed and never took part, where absence costs"
            " the place; limits enclose who left before taking part, all or"
            " none"
        ),
        gates=passed,
        specifications=multiply_sets(sets, partial(_try_estimate, eligible_groups)),
        qualifiers=("proxy", "under duty"),
        variant="duty",
        note=say(
            "{silent} stayed silent and {gone_silent} left without taking"
            " part, of {joined} members",
            silent=people["silent"],
            gone_silent=people["gone_silent"],
            joined=people["joined"],
        ),
    )


def _build_rows(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return how many joined, never took part and left, by study group."""
    steps = evidence.table("funnels").pivot_table(
        "people", "group", "step", aggfunc="sum", fill_value=0
    )
    counts = steps.rename(columns={step: name for name, step in DUTY.items()})
    rows = evidence.groups.merge(counts, left_on="group", right_index=True)
    return rows[rows["joined"] >= least].reset_index(drop=True)


def _estimate_share(rows: pd.DataFrame) -> Interval:
    groups = rows.assign(members=rows["joined"])
    return estimate_share_of_stayers(
        groups, rows["silent"], rows["gone_silent"], rows["gone"]
    )


def _try_estimate(evidence: Evidence, least: int) -> Interval:
    rows = _build_rows(evidence, least)
    _require_enough(rows, least)
    return _estimate_share(rows)


def _require_enough(rows: pd.DataFrame, least: int) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with ≥ {members} members, {least} needed",
            1,
            members=least,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
