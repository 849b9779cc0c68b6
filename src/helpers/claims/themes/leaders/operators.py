"""What operators plan and do, early regulars (seed users), and members' threads.

Others than who wrote most at first may stand for others than staff; work on a folder,
for an operator's acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    DAY,
    WHENEVER,
    charter_has_word,
    compare_closings,
    define_by_closing,
    get_fact,
    read_facts,
)
from helpers.claims.designs.hazards.landmark import (
    RC,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.quantities.activity import DEFINITIONS, summarise_supply
from helpers.claims.quantities.arrivals import seed_users_of
from helpers.claims.quantities.codings import measure_coded, read_stated
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import FROM_FIRST_MESSAGES, MONTH
from helpers.errors import NotIdentifiableError
from helpers.wording import say

LATE, LEAST_TOPICS, TEN_POINTS = 56, 3, 0.10
BY_OTHERS = {"topics": "by_others", "shared": "shared_by_others"}
LAGGED = 56.0  # effort of days 0–27 may answer to trouble: four weeks lie between
ALL, GOVERNING = "files_by_day_28", "governing_files_by_day_28"
STREAM = "zulip_stream"
Counted = Callable[[int], pd.DataFrame]
PLANS, PLANNED_BY = "charter_names_plan", 56.0
SEEDS = 3
SEED_SETS: Sets = {
    "day": {say("landmark 14"): 14, say("landmark 7"): 7, say("landmark 28"): 28},
    "least": {"≥ 3 against none": 3, say("≥ 1"): 1, say("≥ 5"): 5},
    **RC,
}
PLANNED = 56


@estimates("s3-self-growth")
@stands_in("s3-self-growth", needs=("groups", "births", "openings"))
def self_growth(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per +10 points of threads opened by members."""
    return _compare_at_risk(_opened_by_others(evidence))


@estimates("s2-needs-no-operation")
@stands_in("s2-needs-no-operation", needs=("registry", "facts"), planned=True)
def no_operation(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per doubling of administrators' actions."""
    return _compare_at_risk(_work_of_operators(evidence))


def _compare_at_risk(exposed: Quantity[Landmark]) -> Finding:
    """Estimate the death hazard ratio after checking the claim's data requirements."""
    passed = gates.pass_gates(*exposed.gate())
    finding = exposed.rows(**exposed.chosen).finding(
        exposed.definition,
        qualifiers=exposed.qualifiers,
        sets=exposed.sets or None,
        build=exposed.rows,
    )
    return replace(finding, gates=(*passed, *finding.gates), **exposed.standing)


def _opened_by_others(evidence: Evidence) -> Quantity[Landmark]:
    """Define the death hazard model per +10 points of threads opened by members."""
    if evidence.records("staff_threads"):
        share = measure_coded(evidence, "threads_by_others", LATE)
        return Quantity(
            rows=lambda: compare_at_landmark(evidence, share / TEN_POINTS, LATE),
            definition=say("HR per +10 pp of threads opened by others, days 14–55"),
        )
    return Quantity(
        rows=partial(_compare_by_threads, evidence),
        definition=say(
            "HR per +10 pp of topics of days 14–55 opened by others than who"
            " wrote most in days 0–13; 3 such topics or more"
        ),
        sets={"of": {"topics": "topics", say("topics of two people"): "shared"}, **RC},
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
        gate=lambda: (_require_outer_thirds(_compare_by_threads(evidence, "topics")),),
    )


def _compare_by_threads(evidence: Evidence, of: str) -> Landmark:
    rows = evidence.table("openings").set_index("group")
    rows = rows[rows[of] >= LEAST_TOPICS]
    return compare_at_landmark(
        evidence, rows[BY_OTHERS[of]] / rows[of] / TEN_POINTS, LATE
    )


def _require_outer_thirds(landmark: Landmark) -> gates.Gate:
    """Check for 30 groups each in the top and the bottom third of a share."""
    third = mark_terciles(
        landmark.at_risk(landmark.reading(landmark.evidence))["exposure"]
    )
    top, bottom = int(np.sum(third == 1)), int(np.sum(third == 0))
    least = min(top, bottom)
    return gates.require_at_least(
        "thirds",
        least,
        gates.LEAST_IN_ARM,
        "{top} groups in the top third and {bottom} in the bottom, {least} needed",
        top=top,
        bottom=bottom,
    )


def _work_of_operators(evidence: Evidence) -> Quantity[Landmark]:
    """Define the death hazard model per doubling of operators' acts, days 0–27."""
    if evidence.records("groups", "births", "operator_effort"):
        effort = measure_coded(evidence, "operator_effort", MONTH)
        return Quantity(
            rows=lambda: compare_at_landmark(
                evidence, (1 + effort).apply(np.log2), MONTH
            ),
            definition=say("HR per doubling of administrators' acts in days 0–27"),
        )
    return Quantity(
        rows=partial(_compare_worked, evidence),
        definition=say(
            "HR per doubling of 1 + files of the group's folder that commits of"
            " days 0–27 touched"
        ),
        sets={"of": {"all files": ALL, say("governing files"): GOVERNING}, **RC},
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
        gate=lambda: (_require_observed_operators(evidence),),
    )


def _require_observed_operators(evidence: Evidence) -> gates.Gate:
    """Check that enough groups record the work of their operators."""
    facts = evidence.table("facts")
    work_facts = facts[facts["fact"].isin([ALL, STREAM])]
    return gates.require_units(
        int(work_facts["group"].nunique()),
        "{n} groups whose operators' work is told, {least} needed",
        gates.LEAST_GROUPS,
    )


def _compare_worked(evidence: Evidence, of: str) -> Landmark:
    work = get_fact(read_facts(evidence), of).reindex(evidence.from_birth["group"])
    return Landmark(
        evidence=evidence,
        exposure=work.add(1).apply(np.log2),
        adjust=pd.DataFrame(index=work.index),
        day=LAGGED,
        reading=define_by_closing,
    )


@estimates("s0-no-plan-dies")
@stands_in("s0-no-plan-dies", (f"facts.fact={PLANS}",))
@stands_in("s0-no-plan-dies", needs=("groups", "births", "senders", "supply"))
def no_plan(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, without versus with scheduled content.

    Where only charters are known, groups whose charter has no word for plans.
    """
    if evidence.records(f"facts.fact={PLANS}"):
        return compare_closings(
            evidence, lambda **_: 1.0 - charter_has_word(evidence, PLANS),
            {
                "day": {say("from day 56"): PLANNED_BY, say("from day 28"): DAY},
                **WHENEVER,
            },
            "a charter of the first day without a word for plans against one with;"
            " closed by the administration after day 56",
            "charters",
        )  # fmt: skip
    plan = scheduled_content_of(evidence)

    def build(**choices: Any) -> Landmark:  # noqa: ANN401 - as the sets have them
        return compare_at_landmark(evidence, 1 - plan.rows(**choices), PLANNED)

    models: Sets = {} if evidence.records("schedule") else RC
    return build(**plan.chosen).finding(
        plan.definition,
        qualifiers=plan.qualifiers,
        sets={**models, **plan.sets},
        build=build,
    )


@estimates("s0-seed-users-needed")
@stratified("s0-seed-users-needed")
@stands_in("s0-seed-users-needed", needs=FROM_FIRST_MESSAGES)
def seed_users_needed(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, three early regulars versus none.

    A seed user came within 7 days of the origin and wrote on 3 days of days 0–13;
    shared values are not observed.
    """
    seeds = seed_users_of(evidence)
    build = partial(_compare_seeded, evidence, seeds.rows)
    landmark = build(14, SEEDS)
    finding = landmark.finding(
        seeds.definition, qualifiers=seeds.qualifiers, sets=SEED_SETS, build=build
    )
    literal_counts = count_literal(
        landmark, 0.0, alive=True, whose=say(" without a seed")
    )
    return replace(finding, beside=(*finding.beside, *literal_counts), **seeds.standing)


def _compare_seeded(
    evidence: Evidence, counted: Counted, day: int, least: int
) -> Landmark:
    """Define the death hazard model for groups with several seed users versus none.

    Parameters
    ----------
    counted
        Gives ``messages, posters, seeds`` by group, of the days before the landmark.
    """
    groups = evidence.from_birth["group"]
    counts = counted(day).reindex(groups, fill_value=0)
    count = counts["seeds"].astype("float64")
    middle = (count > 0) & (count < least)
    return Landmark(
        evidence=evidence,
        exposure=(count >= least).astype("float64").where(~middle, np.nan),
        adjust=log_adjusted(counts, "messages", "posters"),
        day=float(day),
        last_day=day - 1.0,
    )


def scheduled_content_of(evidence: Evidence) -> Quantity[pd.Series[float]]:
    """Return 1 for groups with scheduled content before day 56, 0 without."""
    if evidence.records("schedule"):
        other_facts = [
            name for name in ("plan", "roadmap") if _is_stated(evidence, name)
        ]
        facts = {
            "as decided": "schedule",
            **{f"{fact} instead": fact for fact in other_facts},
        }
        return Quantity(
            rows=lambda exposure: read_stated(evidence, exposure, PLANNED),
            definition=say("no scheduled content in weeks 1–8 against some"),
            sets={"exposure": facts},
            qualifiers=QUALIFIERS,
        )
    return Quantity(
        rows=partial(_mark_set_times, evidence),
        definition=say(
            "no set time of messages of 60 words or links with a comment (3"
            " of 4 weeks of days 7–55) against one"
        ),
        sets={
            "definition": DEFINITIONS,
            "kept": {
                "within a day and two hours": "scheduled",
                say("same day, within an hour"): "scheduled_narrow",
            },
        },
        qualifiers=QUALIFIERS,
    )


def _is_stated(evidence: Evidence, fact: str) -> bool:
    try:
        read_stated(evidence, fact, PLANNED)
    except NotIdentifiableError:
        return False
    return True


def _mark_set_times(evidence: Evidence, definition: str, kept: str) -> pd.Series[float]:
    group_ids = pd.Index(evidence.from_birth["group"])
    times = summarise_supply(evidence, definition)[kept].astype("float64")
    return times.reindex(group_ids).fillna(0.0)
