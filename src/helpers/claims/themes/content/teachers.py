"""Groups with people who ask and people who answer, by labels or question marks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding, estimates, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.quantities.codings import is_kind, measure_coded
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH
from helpers.claims.themes.content.prompts import describe_question_rule
from helpers.wording import join_messages, say

LEAST_QUESTIONS = 20
ROLES = {
    say("5 and 2"): (5, 2),
    say("3 and 1"): (3, 1),
    say("8 and 3"): (8, 3),
}  # ask, answer


@estimates("s4-teachers-and-learners")
@stratified("s4-teachers-and-learners")
@stands_in("s4-teachers-and-learners", needs=("groups", "births", "questions"))
def teachers_and_learners(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, with to without people who answer."""
    roles = askers_and_answerers_of(evidence)

    def build(**choices: object) -> Landmark:
        return compare_at_landmark(evidence, roles.rows(**choices), MONTH)

    finding = build(**roles.chosen).finding(
        roles.definition, qualifiers=roles.qualifiers, sets=roles.sets, build=build
    )
    note = join_messages("; ", (finding.note, roles.note))
    return replace(finding, note=note, **roles.standing)


def askers_and_answerers_of(evidence: Evidence) -> Quantity[pd.Series[float]]:
    """Return 1 for groups with enough askers and answerers, 0 if either is lacking."""
    if evidence.records("askers", "answerers", "type"):
        return Quantity(
            rows=partial(_mark_coded, evidence),
            definition=say(
                "5 people who ask and 2 who answer in days 0–27 against fewer of"
                " either; training groups"
            ),
            sets={"exposure": {"as decided": ("learning",), "all types": ()}},
        )
    return Quantity(
        rows=partial(_mark_counted, evidence),
        definition=say(
            "5 people who wrote a question mark and 2 who answered in days 0–27"
            " against fewer of either; groups of any type with 20 such questions"
        ),
        sets={"roles": ROLES, **RC},
        qualifiers=QUALIFIERS,
        note=describe_question_rule(),
        standing={"attenuated": True},
    )


def _mark_coded(evidence: Evidence, exposure: tuple[str, ...]) -> pd.Series[float]:
    asking, answering = (
        measure_coded(evidence, n, MONTH) for n in ("askers", "answerers")
    )
    least, enough = ROLES["5 and 2"]
    both = asking.ge(least) & answering.ge(enough)
    coded = both.astype("float64").where((asking + answering).gt(0))
    if not exposure:
        return coded
    return coded[is_kind(evidence, *exposure).reindex(coded.index).eq(1)]


def _mark_counted(evidence: Evidence, roles: tuple[int, int]) -> pd.Series[float]:
    rows = evidence.table("questions").set_index("group")
    rows = rows[rows["questions"] >= LEAST_QUESTIONS]
    asking, answering = roles
    both = rows["askers"].ge(asking) & rows["answerers"].ge(answering)
    return both.astype("float64")
