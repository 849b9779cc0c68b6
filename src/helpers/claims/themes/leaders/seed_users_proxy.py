"""Seed users, told from first messages.

Where nobody's joining is dated, the first message stands for it: who came early and
said nothing yet is missed, which draws effects towards none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.themes.leaders.seed_users import (
    SEED_SETS,
    SEEDS,
    seeded,
    without_seeds,
)


@stands_in("s0-seed-users-needed", needs=FROM_FIRST_MESSAGES)
def early_posters(evidence: Evidence) -> Finding:
    """Compare groups with three early regulars, the first poster apart, with none."""
    one = seeded(evidence, _regulars, 14, SEEDS)
    found = one.finding(
        "≥ 3 against 0 people other than the first poster who first wrote by day 7 and"
        " wrote on ≥ 3 days of days 0–13",
        qualifiers=QUALIFIERS,
        sets=SEED_SETS,
        build=partial(seeded, evidence, _regulars),
    )
    return replace(found, beside=(*found.beside, *without_seeds(one)), attenuated=True)


def _regulars(evidence: Evidence, day: int) -> pd.DataFrame:
    names = ["messages", "posters", "seeds"]
    columns = [f"{name}_{day}" for name in names]
    return evidence.beginnings[columns].set_axis(names, axis=1)
