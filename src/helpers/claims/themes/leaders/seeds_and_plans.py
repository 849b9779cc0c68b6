"""Groups at their start: scheduled content and early regulars (seed users)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, Sets, estimates, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    DAY,
    WHENEVER,
    charter_has_word,
    compare_closings,
)
from helpers.claims.designs.hazards.landmark import RC, Landmark, log_adjusted
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.quantities.arrivals import seed_users_of
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.content_counts import DEFINITIONS, summarise_supply
from helpers.claims.quantities.quantity import Quantity
from helpers.errors import NotIdentifiableError
from helpers.wording import say

Counted = Callable[[int], pd.DataFrame]
PLANS, PLANNED_BY = "charter_names_plan", 56.0
SEEDS = 3
SEED_SETS: Sets = {
    "day": {say("landmark 14"): 14, say("landmark 7"): 7, say("landmark 28"): 28},
    "least": {"≥ 3 against none": 3, say("≥ 1"): 1, say("≥ 5"): 5},
    **RC,
}
PLANNED = 56


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
