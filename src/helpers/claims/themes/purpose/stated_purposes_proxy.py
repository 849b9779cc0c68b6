"""Indirect: purposes stated in a register, or goal words in a charter.

Words by pattern stand for what two coders would read; they decide on a trend over
years of birth, in one community each.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    compare_closings,
    get_fact,
    read_facts,
)
from helpers.claims.designs.odds import estimate_odds_ratio
from helpers.claims.designs.permutation import build_permutation
from helpers.survival import Interval, choose_clusters

PURPOSES, CHARTERS = "purpose_names_goal", "charter_names_goal"
PURPOSES_FROM = pd.Timestamp("2022-02-15")  # earlier ones are not the first text
TEMPLATE = frozenset({"openharmony"})  # all its charters have the same headings
FILLED_IN = (pd.Timestamp("2020-03-01"), pd.Timestamp("2020-04-01"))  # openEuler's
FILLED_IN_BY = "openeuler"
LEAST_COHORTS = 3
STATED = ("purpose_stated_at_birth", "charter_on_first_day")


@stands_in(
    "s0-purpose-clearer-later", (f"facts.fact={PURPOSES}", f"facts.fact={CHARTERS}")
)
def goals_by_year(evidence: Evidence) -> Finding:
    """Estimate the yearly odds ratio that goals were stated."""
    sets: Sets = {
        "at_birth": {"earliest known": False, "seen at birth": True},
        "templates": {"template copies out": False, "all copies in": True},
    }
    return Finding.over(
        sets, partial(_select_stated, evidence), _check_gates, _estimate_odds,
        definition="odds of goal words in the first charter or purpose on record, per"
        " year of birth",
        permuted=build_permutation(_estimate_odds, "year", ("network",)),
        qualifiers=QUALIFIERS,
        note=lambda rows, _: (
            f"{rows['stated'].mean():.0%} of {len(rows)} groups stated one; words are"
            " found by pattern, not read by coders"
        ),
    )  # fmt: skip


def _select_stated(
    evidence: Evidence, *, at_birth: bool, templates: bool
) -> pd.DataFrame:
    """Return groups with founding year and whether goals were stated."""
    facts = evidence.table("facts").pivot_table("value", "group", "fact")
    rows = evidence.groups.join(facts, on="group")
    born = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us")
    if CHARTERS in rows:
        stated = rows[CHARTERS].where(rows["charter_on_first_day"].eq(1))
        copied = rows["network"].isin(TEMPLATE)
        copied |= rows["network"].eq(FILLED_IN_BY) & born.between(*FILLED_IN)
        stated = stated.where(~copied | templates)
    else:
        stated = rows[PURPOSES].where(born >= PURPOSES_FROM)
        stated = stated.where(rows["purpose_at_birth"].eq(1) | (not at_birth))
    groups = rows.assign(stated=stated, year=born.dt.year.astype("float64"))
    groups = groups.dropna(subset="stated")
    return groups.assign(year=groups["year"] - groups["year"].min())


def _check_gates(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    years = int(rows["year"].nunique())
    return gates.pass_gates(
        gates.require_cohorts("births in {} calendar years", years, LEAST_COHORTS),
        gates.require_clusters(rows["network"], rows["batch"]),
    )


def _estimate_odds(rows: pd.DataFrame) -> Interval:
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_odds_ratio(rows["stated"], rows[["year"]], clusters)


@stands_in("s0-no-purpose-dies", tuple(f"facts.fact={name}" for name in STATED))
def unstated(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure of groups without a purpose."""
    return compare_closings(
        evidence, partial(_mark_lacking, evidence, STATED),
        WHENEVER,
        "no purpose or charter by the first day against one; closed by the"
        " administration later",
        "charters",
    )  # fmt: skip


def _mark_lacking(evidence: Evidence, names: tuple[str, ...]) -> pd.Series[float]:
    """Return 1 for groups without a stated purpose at first."""
    facts = read_facts(evidence)
    name = next((one for one in names if one in facts), names[0])
    return 1.0 - get_fact(facts, name).fillna(0.0)
