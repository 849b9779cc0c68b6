"""Silent members where absence costs the place: study groups with a duty.

Who misses too often is put out, so that few can lurk: such groups stand apart, and the
verdict says `under duty`.
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
from helpers.claims.definitions.unsampled_intervals import hull
from helpers.claims.designs.rosters import each_alone, few, some
from helpers.inference import clopper_pearson, mean_interval
from helpers.measures.duty import DUTY
from helpers.small_counts import People
from helpers.survival import Interval, clusters_of

LEAST_MEMBERS = 10


@stands_in("s0-lurkers-are-many", (f"funnels.step={DUTY['joined']}",))
def silent_under_duty(evidence: Evidence) -> Finding:
    """Estimate the mean share of members who stayed and never took part.

    Who left before is out of it; the limits enclose the readings in which all of those
    who left without having taken part lurked, or none.
    """
    rows = _rows(evidence, LEAST_MEMBERS)
    asked = gates.passed(
        some(len(rows), f"groups with ≥ {LEAST_MEMBERS} members"),
        gates.clustering(rows["network"], rows["batch"]),
    )
    find = partial(_of, evidence, asked)
    return each_alone(rows, find) if few(rows) else find(rows)


def _of(
    evidence: Evidence, asked: tuple[gates.Gate, ...], rows: pd.DataFrame
) -> Finding:
    seen = evidence.only(rows["group"])
    sets = {"least": {"≥ 10 members": LEAST_MEMBERS, "all": 1, "≥ 30 members": 30}}
    people = {name: People(rows[name].sum()) for name in DUTY}
    return Finding(
        cases="people" if len(rows) == 1 else "groups",
        legs=(_share(rows),),
        definition="members who stayed and never took part, where absence costs the"
        " place; limits enclose who left before taking part, all or none",
        gates=asked,
        specifications=multiplied(sets, partial(_tried, seen)),
        qualifiers=("proxy", "under duty"),
        variant="duty",
        note=f"{people['silent']} stayed silent and {people['gone_silent']} left"
        f" without taking part, of {people['joined']} members",
    )


def _rows(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return groups with enough members, and what became of these."""
    steps = evidence.table("funnels").pivot_table(
        "people", "group", "step", aggfunc="sum", fill_value=0
    )
    known = steps.rename(columns={step: name for name, step in DUTY.items()})
    rows = evidence.groups.merge(known, left_on="group", right_index=True)
    return rows[rows["joined"] >= least].reset_index(drop=True)


def _share(rows: pd.DataFrame) -> Interval:
    silent, gone, joined = rows["silent"], rows["gone_silent"], rows["joined"]
    stayed = joined - gone - rows["gone"]
    mean = _of_one if len(rows) == 1 else partial(_mean, rows)
    bounds = mean(silent, joined), mean(silent + gone, joined)
    return hull(mean(silent, stayed), *bounds, why="both bounds of leavers")


def _mean(rows: pd.DataFrame, silent: pd.Series[int], of: pd.Series[int]) -> Interval:
    share = (silent / of.where(of > 0)).fillna(0.0)
    clusters = clusters_of(rows["network"], rows["batch"])
    return mean_interval(share, clusters, seed=SEED, replicates=DECIDING)


def _of_one(silent: pd.Series[int], of: pd.Series[int]) -> Interval:
    """Return the share in one group, whose memberships are the units."""
    gates.passed(some(People(of.iloc[0]), "members who stayed"))
    return clopper_pearson(int(silent.iloc[0]), int(of.iloc[0]))


def _tried(evidence: Evidence, least: int) -> Interval:
    rows = _rows(evidence, least)
    gates.passed(
        some(len(rows), f"groups with ≥ {least} members"),
        gates.clustering(rows["network"], rows["batch"]),
    )
    return _share(rows)
