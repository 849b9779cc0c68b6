"""Groups whose posters came at once, told from first messages.

Where nobody's joining is dated, the first message stands for it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.themes.purpose.hasty_groups import (
    HASTY_SETS,
    rushed,
)


@stands_in("s0-hasty-copycat-dies", needs=FROM_FIRST_MESSAGES)
def hasty_posters(evidence: Evidence) -> Finding:
    """Compare groups whose posters had all come at once with those that filled up."""
    found = rushed(evidence, _posters_at, 28, 2).finding(
        "top against bottom tercile of the share of posters of days 0–27 who first"
        " wrote by day 2",
        qualifiers=QUALIFIERS,
        sets=HASTY_SETS,
        build=partial(rushed, evidence, _posters_at),
    )
    return replace(found, attenuated=True)


def _posters_at(evidence: Evidence, day: int, soon: int) -> pd.DataFrame:
    """Return the same of posters, in groups recorded from their origin."""
    rows = evidence.beginnings
    rows = rows[rows.index.isin(evidence.from_birth["group"])]
    columns = [f"posters_{day}", f"came_by_{soon}", f"messages_{day}"]
    counts = rows[columns].set_axis(["members", "soon", "messages"], axis=1)
    return counts[counts["members"] > 0]
