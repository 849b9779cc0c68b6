"""Members who never answered an invitation, at the least: members less answers.

Whose answers they are is not known. Members less answers is the fewest who gave none.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.claims.definitions.spans import TWELVE_WEEKS
from helpers.claims.designs.rosters import some
from helpers.claims.themes.lurkers.lurkers import LEAST_MEMBERS, OTHER_WEEKS, WEEK
from helpers.inference import mean_interval
from helpers.records import DAY_US
from helpers.small_counts import People
from helpers.survival import Interval, clusters_of


@stands_in("s0-lurkers-are-many", ("meetings.answers",), needs=("member_series",))
def never_answered(evidence: Evidence) -> Finding:
    """Estimate the mean share of members without an answer in 84 days, from below."""
    rows = _counted(evidence, TWELVE_WEEKS, LEAST_MEMBERS)
    asked = _enough(rows)
    sets = {
        "days": {f"W = {days}": days for days in (TWELVE_WEEKS, *OTHER_WEEKS)},
        "least": {"≥ 10 members": LEAST_MEMBERS, "all groups": 1, "≥ 30 members": 30},
    }
    return Finding(
        legs=(_mean(evidence),),
        definition="members less answers to invitations of their list's first 84 days,"
        " of members; groups that met in half of those weeks or more",
        gates=asked,
        specifications=multiplied(sets, partial(_mean, evidence)),
        qualifiers=("proxy", "lower bound"),
        may="support",
        variant="answers",
        note=f"{People(rows['members'].sum())} members and"
        f" {int(rows['answers'].sum())} answers; whose they are is not told",
    )


def _enough(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.passed(
        some(len(rows), "groups that met in half of the weeks or more"),
        gates.clustering(rows["network"], rows["batch"]),
    )


def _mean(
    evidence: Evidence, *, days: int = TWELVE_WEEKS, least: int = LEAST_MEMBERS
) -> Interval:
    rows = _counted(evidence, days, least)
    _enough(rows)
    share = (1 - rows["answers"] / rows["members"]).clip(lower=0)
    clusters = clusters_of(rows["network"], rows["batch"])
    return mean_interval(share, clusters, seed=SEED, replicates=DECIDING)


def _counted(evidence: Evidence, days: int, least: int) -> pd.DataFrame:
    """Return groups with members on their first count, and answers from then on.

    Kept are those observed for W days that met in half of the weeks or more.
    """
    counts = evidence.table("snapshots").dropna(subset="members").sort_values("day")
    first = counts.groupby("group")[["day", "members"]].first()
    met = evidence.table("meetings").join(first, on="group", how="inner")
    met = met[met["held"].astype("boolean").fillna(value=False)]
    since = met["time_us"] // DAY_US - met["day"]
    inside = met.assign(week=since // WEEK)[since.between(0, days - 1)]
    by = inside.groupby("group")
    names = evidence.groups.set_index("group")[["network", "batch", "end_us"]]
    rows = first.assign(weeks=by["week"].nunique(), answers=by["answers"].sum())
    rows = rows.join(names, how="inner").fillna({"weeks": 0, "answers": 0})
    whole = rows["day"] + days <= rows["end_us"] // DAY_US
    talking = rows["weeks"] * 2 >= days // WEEK
    return rows[whole & talking & rows["members"].ge(least)].reset_index()
