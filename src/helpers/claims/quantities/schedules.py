"""Identify groups with scheduled content in their first eight weeks.

As coders read it, or as set times of content by length: a rhythm is not a plan, and who
plans may keep no set times.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.content_counts import DEFINITIONS, summarise_supply
from helpers.claims.quantities.quantity import Quantity
from helpers.errors import NotIdentifiableError
from helpers.wording import say

PLANNED = 56


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
