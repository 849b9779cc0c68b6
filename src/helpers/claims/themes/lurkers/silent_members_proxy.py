"""Indirect: share of members who never took part, from counts by step.

A register that counts members and those who did something tells how many never did,
without a row for anybody. Units are groups or, in one room, the years of joining.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import estimate_pooled_share
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.quantities.death_definitions import DECIDING, SEED
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label, estimate_mean
from helpers.survival import Interval
from helpers.survival.clusters import FEWEST_NETWORKS
from helpers.wording import say

LEAST_MEMBERS = 10


class _Steps(NamedTuple):
    there: str
    did: str
    may: May = "both"
    same_year: bool = False  # both are reported, or neither is known


# Rust lists people because they wrote; who is silent in Kubernetes' meetings may write
# in its chat, so that this is no bound of lurkers from below.
STEPS = (
    _Steps(say("listed 90 days or more"), say("wrote in the stream"), may="support"),
    _Steps(say("joined"), say("attended")),
    _Steps(say("registered"), say("wrote for the first time")),
    _Steps(say("chat members"), say("participants"), may="nothing", same_year=True),
)


@stands_in("s0-lurkers-are-many", tuple(f"funnels.step={steps.did}" for steps in STEPS))
def never_did(evidence: Evidence) -> Finding:
    """Estimate the mean share of members who never took part."""
    steps = _find_steps(evidence)
    sets = {
        "least": {say("≥ 10 members"): LEAST_MEMBERS, "all": 1, say("≥ 30 members"): 30}
    }
    rows, what = _count_silent_members(evidence, LEAST_MEMBERS)
    passed = gates.pass_gates(_require_units(len(rows), what))
    return Finding(
        cases="years" if what.startswith("years") else "groups",
        components=(_estimate_mean(rows),),
        definition=say(
            "of those who are “{there}”, who are never “{did}”; mean over {units} of"
            " ≥ {least} such members",
            there=steps.there,
            did=steps.did,
            units=what,
            least=LEAST_MEMBERS,
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, lambda least: _try_estimate(evidence, least)
        ),
        beside=(
            Beside(
                say("weighted by members"),
                estimate_pooled_share(
                    rows["silent"], rows["there"], cluster_by_label(rows.index)
                ),
            ),
        ),
        qualifiers=("proxy",),
        may=steps.may,
        variant="never",
        note=say(
            "{silent} of {there} in {n} {units}; how long each was there is not told",
            silent=int(rows["silent"].sum()),
            there=int(rows["there"].sum()),
            n=len(rows),
            units=what,
        ),
    )


def _require_units(n: int, what: str) -> gates.Gate:
    template = "{n} {units}, {least} needed"
    name, _, _ = what.partition(" ")
    return gates.require_at_least(name, n, FEWEST_NETWORKS, template, n=n, units=what)


def _find_steps(evidence: Evidence) -> _Steps:
    recorded = set(evidence.table("funnels")["step"])
    return next(step for step in STEPS if {step.there, step.did} <= recorded)


def _count_silent_members(evidence: Evidence, least: int) -> tuple[pd.DataFrame, str]:
    """Return members and silent members per group, or per joining year."""
    steps = _find_steps(evidence)
    rows = evidence.table("funnels")
    if steps.same_year:
        both_steps = rows[rows["step"].isin([steps.there, steps.did])]
        n_steps = both_steps.groupby(["group", "cohort"])["step"].transform("nunique")
        rows = both_steps[n_steps == 2]  # noqa: PLR2004 - both
    by_group = _to_wide(rows, "group", steps)
    several = len(by_group) >= FEWEST_NETWORKS
    wide = by_group if several else _to_wide(rows, "cohort", steps)
    units = wide[wide["there"] >= least].reset_index(drop=True)
    return units, say("groups") if several else say("years of joining")


def _to_wide(rows: pd.DataFrame, unit: str, steps: _Steps) -> pd.DataFrame:
    wide = rows.pivot_table("people", unit, "step", aggfunc="sum", fill_value=0)
    there, did = wide[steps.there], wide[steps.did]
    if (did > there).any():
        raise NotIdentifiableError(
            f"more people “{steps.did}” than were “{steps.there}” in"
            f" {did.index[did > there][0]}: the steps count different people"
        )
    return pd.DataFrame({"there": there, "silent": there - did}).astype("float64")


def _try_estimate(evidence: Evidence, least: int) -> Interval:
    rows, what = _count_silent_members(evidence, least)
    gates.pass_gates(_require_units(len(rows), what))
    return _estimate_mean(rows)


def _estimate_mean(rows: pd.DataFrame) -> Interval:
    shares = rows["silent"] / rows["there"]
    return estimate_mean(
        shares, cluster_by_label(rows.index), seed=SEED, replicates=DECIDING
    )
