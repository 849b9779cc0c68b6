"""Groups in which some ask and others answer, told by question marks.

The question mark is not validated by labels and types of groups are not known: both
draw to no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import MONTH
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.hazards.landmark_codings import compared

QUESTIONS = 20
ROLES = {"5 and 2": (5, 2), "3 and 1": (3, 1), "8 and 3": (8, 3)}  # ask, answer
SETS: Mapping[str, Mapping[str, object]] = MappingProxyType({"roles": ROLES, **RC})


@stands_in("s4-teachers-and-learners", needs=("groups", "births", "questions"))
def askers_and_answerers(evidence: Evidence) -> Finding:
    """Compare groups with five who ask and two who answer with one-sided ones."""
    build = partial(_taught, evidence)
    found = build().finding(
        "5 people who wrote a question mark and 2 who answered in days 0–27 against"
        " fewer of either; groups of any type with 20 such questions",
        qualifiers=QUALIFIERS, sets=SETS, build=build,
    )  # fmt: skip
    return replace(found, attenuated=True)


def _taught(evidence: Evidence, roles: tuple[int, int] = (5, 2)) -> Landmark:
    rows = evidence.table("questions").set_index("group")
    rows = rows[rows["questions"] >= QUESTIONS]
    asking, answering = roles
    both = rows["askers"].ge(asking) & rows["answerers"].ge(answering)
    return compared(evidence, both.astype("float64"), MONTH)
