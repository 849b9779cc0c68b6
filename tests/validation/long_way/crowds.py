"""A talk of crowds: how many people write in each month, once each.

Groups begin with a message of the first of them; months after the end are left out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import SECOND_US
from helpers.validation.worlds.claims.tabled import Planted
from tests.validation.long_way.messages import DAY, numbered, rows_of
from tests.validation.long_way.reads import Reads
from tests.validation.long_way.story import NOBODY

TABLES = frozenset({"rates"})
MONTH = 28


def fits(reads: Reads) -> bool:
    """Say whether this talk tells what a claim reads: people, and neither pace nor end.

    Elsewhere planted rates are a sketch of a pace.
    """
    lives = {"silences", "months", "readings", "owner_days", "events"}
    people = "messages_28" not in reads.get("rates", {"messages_28"})
    return people and not lives & reads.keys()


def posts(study: Planted, reads: Reads) -> pd.DataFrame:  # noqa: ARG001 - a talk's
    """Return what was posted in the groups of a study."""
    steps = dict(list(study.tables["rates"].groupby("group")))
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        last = (int(row.end_us) - int(row.origin_us)) // SECOND_US
        many, at = (steps[row.group][one] for one in ("posters_28", "age_day"))
        who = np.concatenate([[0], *(np.arange(n) for n in many)])
        start = np.repeat((at - MONTH + 1) * DAY, many)
        spread = (who[1:] + 0.5) / np.repeat(many, many) * MONTH * DAY
        age = np.concatenate([[0], (start + spread).astype(int)])
        nobody = np.full(len(age), NOBODY)
        rows = rows_of(row.group, row.origin_us, age, who, nobody)
        parts.append(rows[age <= last])
    return numbered(parts)
