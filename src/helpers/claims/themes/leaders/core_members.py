"""Core members and the crowd: who keeps a group going."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.specification import Specification, multiplied
from helpers.claims.definitions.death_definitions import SEED, conditional, silent
from helpers.claims.designs.corpora_strata import (
    clustered,
    clusters_in,
    constants,
    told,
)
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.importance.dominance import dominance
from helpers.claims.designs.permutation import Permutations, permuted
from helpers.claims.designs.rates.count_regression import between
from helpers.claims.designs.rates.panel import Panel
from helpers.records import DAY_US
from helpers.survival import clusters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.claims.designs.rates.count_regression import Counts
    from helpers.survival import Interval

__all__ = [
    "ESTIMATORS", "STRATIFIED", "core_members_needed", "hundred_fanatics",
    "quality_over_quantity", "retention_beats_acquisition",
]  # fmt: skip

BACKBONE, ALONE = 5, 1
LEAST_CORE, LEAST_MILD, LEAST_GROUPS = 3, 10, 30
LATER_DAYS, HALF_YEAR_DAYS = 118, 180
HALF_YEAR = "152-179"
SHOWN = 100  # samples behind a specification of a dominance


def core_members_needed(evidence: Evidence) -> Finding:
    """Compare months after one with five core members with those after one or none."""
    one = Panel(evidence=evidence, exposure=partial(_backbone, core="core_8"))
    sets: dict[str, dict[str, Any]] = {
        "core": {f"core from {n} days": f"core_{n}" for n in (8, 4, 12)},
        "measure": {"≥ 5 against ≤ 1": _backbone, "half against a tenth": _core_share},
        "lag": {"the month after": 0, "a month later": 1},
    }
    return one.finding(
        "≥ 5 against ≤ 1 posters with ≥ 8 days in the 28 days before; first silence of"
        " 60 days; every 28 days of age",
        sets,
        lambda core, measure, lag: replace(
            one, exposure=partial(measure, core=core), lag=lag
        ),
    )


def _backbone(rows: pd.DataFrame, core: str) -> pd.Series[float]:
    between_ = (rows[core] > ALONE) & (rows[core] < BACKBONE)
    return (rows[core] >= BACKBONE).astype("float64").where(~between_, np.nan)


def _core_share(rows: pd.DataFrame, core: str) -> pd.Series[float]:
    share = (rows[core] / rows["posters"].where(rows["posters"] > 0)).fillna(0)
    middle = (share > 0.1) & (share < 0.5)  # noqa: PLR2004 - named where it is used
    return (share >= 0.5).astype("float64").where(~middle, np.nan)  # noqa: PLR2004


def _from_birth(evidence: Evidence, window: str) -> pd.DataFrame:
    """Return groups recorded from their origin on, with what a window holds."""
    rows = evidence.window(window)
    return rows[rows["group"].isin(evidence.from_birth["group"])]


def _first_month(evidence: Evidence) -> pd.DataFrame:
    """Return groups seen through their first 28 days, with who carried them."""
    rows = _from_birth(evidence, "0-27")
    first = evidence.months[evidence.months["month"] == 0]
    first = first.drop(columns=["month", "messages", "posters"])
    return rows.merge(first, "left", "group").fillna(dict.fromkeys(first.columns, 0))


def hundred_fanatics(evidence: Evidence) -> Finding:
    """Compare what a core and a mild member do, per head, for what others say later.

    A unit is a group with 3 core and 10 mild members. Later are days 28–117; others
    are neither core nor mild in days 0–27, so that nobody's own writing is counted.
    """
    rows = _first_month(evidence)
    followed = rows["end_us"] - rows["origin_us"] >= LATER_DAYS * DAY_US
    rows = rows[followed].merge(evidence.beginnings, "left", "group")
    rows = rows.fillna({"later_by_others": 0, "later_by_newcomers": 0})
    asked = gates.passed(_both_kinds(rows), clustered(rows))
    rows = rows.assign(lived=_lived(rows))
    sets: dict[str, dict[str, Any]] = {
        "core": {f"core from {n} days": f"core_{n}" for n in (8, 4, 12)},
        "outcome": {
            "messages by others": "later_by_others",
            "messages by newcomers": "later_by_newcomers",
            "alive at 180 d": "lived",
        },
        "groups": {
            "with both kinds": _of_both_kinds,
            **conditional(evidence),
        },
    }
    return Finding(
        legs=(_per_head(_of_both_kinds(rows), "core_8", "later_by_others"),),
        definition="change of log messages by others in days 28–117 for one core member"
        " (≥ 8 days in days 0–27) over that for one mild member (1–2 days), in groups"
        f" with ≥ {LEAST_CORE} and ≥ {LEAST_MILD} of these",
        gates=asked,
        specifications=multiplied(
            sets,
            lambda core, outcome, groups: _per_head(groups(rows), core, outcome),
        ),
        qualifiers=told(rows, ("proxy", "association")),
        note="invitations are not recorded: messages by others are the outcome",
    )


def _lived(rows: pd.DataFrame) -> pd.Series[float]:
    """Return 1 for groups that spoke after day 180, nan where that is not known."""
    known = rows["end_us"] - rows["origin_us"] >= (HALF_YEAR_DAYS + 60) * DAY_US
    later = rows["last_us"] - rows["origin_us"] >= HALF_YEAR_DAYS * DAY_US
    return later.astype("float64").where(known)


def _happens(outcome: pd.Series[float]) -> gates.Gate:
    """Ask for 30 groups with and, where it is a yes or no, 30 without."""
    some, none = int((outcome > 0).sum()), int((outcome == 0).sum())
    least = some if outcome.max() > 1 else min(some, none)
    detail = f"{some} groups with the outcome and {none} without, {LEAST_GROUPS} needed"
    return gates.Gate("outcome", least >= LEAST_GROUPS, detail)


def _of_both_kinds(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["core_8"] >= LEAST_CORE) & (rows["mild"] >= LEAST_MILD)]


def _both_kinds(rows: pd.DataFrame) -> gates.Gate:
    both = len(_of_both_kinds(rows))
    detail = (
        f"{both} groups with ≥ {LEAST_CORE} core and ≥ {LEAST_MILD} mild members,"
        f" {LEAST_GROUPS} needed"
    )
    return gates.Gate("core and mild members", both >= LEAST_GROUPS, detail)


def _per_head(rows: pd.DataFrame, core: str, outcome: str) -> Interval:
    rows = rows[rows[outcome].notna()]
    gates.passed(_both_kinds(rows), _happens(rows[outcome]))
    middle = (rows["spoke"] - rows[core] - rows["mild"]).clip(lower=0)
    heads = rows[[core, "mild"]].astype("float64").assign(middle=middle)
    if rows["members"].notna().all():
        heads["log members"] = np.log1p(rows["members"].astype("float64"))
    heads = pd.concat([heads, constants(rows)], axis=1)
    heads = heads.loc[:, heads.max() > heads.min()]
    return between(rows[outcome], heads, clusters_in(rows)).quotient(core, "mild")


def retention_beats_acquisition(evidence: Evidence) -> Finding:
    """Compare elasticities of posters at day 180 to those kept and to those won.

    Kept wrote in days 0–27 and in days 28–55, won wrote for the first time in days
    28–55; groups silent by day 180 count with 0.
    """
    rows = _both_months(evidence)
    asked = gates.passed(
        gates.groups(len(rows)), gates.clustering(rows["network"], rows["batch"])
    )
    sets: dict[str, dict[str, Any]] = {
        "outcome": {"posters": "later", "messages": "said"},
        "rows": {
            "all groups": rows,
            "alive at day 180 (selected)": rows[rows["later"] > 0],
        },
    }
    fit = _elasticities(rows, "later")
    return Finding(
        legs=(fit.difference("kept", "won"),),
        definition="elasticity of posters in days 152–179 to posters of days 28–55 who"
        " had written in days 0–27, less that to those who had not",
        gates=asked,
        specifications=multiplied(sets, _kept_less_won),
        permuted=Permutations(
            fit.difference("kept", "won"), partial(_dealt, rows), ratio=False
        ),
        beside=(
            Beside("elasticity to kept", fit.coefficient("kept")),
            Beside("elasticity to won", fit.coefficient("won")),
        ),
        qualifiers=("proxy", "association"),
        note="leaving is not recorded: who still writes stands for who stays",
    )


def _both_months(evidence: Evidence) -> pd.DataFrame:
    second = evidence.months[evidence.months["month"] == 1]
    second = second[["group", "retained", "newcomers"]]
    rows = _from_birth(evidence, HALF_YEAR)
    both = rows.merge(second, "left", "group").fillna({"retained": 0, "newcomers": 0})
    return both.assign(later=both["spoke"].astype("float64"))


def _elasticities(rows: pd.DataFrame, outcome: str) -> Counts:
    logs = pd.DataFrame(
        {
            "kept": np.log1p(rows["retained"].astype("float64")),
            "won": np.log1p(rows["newcomers"].astype("float64")),
        }
    )
    clusters = clusters_of(rows["network"], rows["batch"])
    return between(rows[outcome].astype("float64"), logs, clusters)


def _dealt(rows: pd.DataFrame, seed: int) -> Interval:
    """Return the difference with later posters dealt out anew."""
    cohort = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    dealt = permuted(rows.assign(cohort=cohort), seed=seed, column="later")
    return _elasticities(dealt, "later").difference("kept", "won")


def _kept_less_won(rows: pd.DataFrame, outcome: str) -> Interval:
    gates.passed(gates.groups(len(rows)))
    return _elasticities(rows, outcome).difference("kept", "won")


def quality_over_quantity(evidence: Evidence) -> Finding:
    """Compare what core share and size explain of who dies after day 28.

    Where members are not known, posters stand for size. Death is silence of 60 days,
    so that neither measure is part of the outcome.
    """
    rows = _first_month(evidence).set_index("group")
    rows = rows[rows["spoke"] > 0]
    known = rows["members"].notna().all()
    size = rows["members"] if known else rows["spoke"]
    shares = {
        name: rows[name] / rows["spoke"] for name in ("core_8", "core_4", "core_12")
    }
    at = partial(_rivals, evidence, size=size)
    data = at(shares["core_8"])
    asked = gates.passed(
        gates.groups(len(data)),
        gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data["ended"].sum()), 2),
    )
    others = {
        "core from 4 days": partial(at, shares["core_4"]),
        "core from 12 days": partial(at, shares["core_12"]),
        "W = 90": partial(at, shares["core_8"], w_days=90.0),
    }
    return Finding(
        legs=(dominance(data, "exposure", "log size", seed=SEED),),
        definition="share of explained log likelihood: core posters (≥ 8 days in days"
        f" 0–27) of all posters, less log {'members' if known else 'posters'}; silence"
        " of 60 days after day 28",
        gates=asked,
        specifications=tuple(
            Specification.tried(name, partial(_dominated, way))
            for name, way in others.items()
        ),
        qualifiers=("proxy", "association"),
    )


def _rivals(
    evidence: Evidence,
    share: pd.Series[float],
    *,
    size: pd.Series[float],
    w_days: float = 60.0,
) -> pd.DataFrame:
    logs = log_adjusted(size.rename("size").to_frame(), "size")
    one = Landmark(evidence=evidence, exposure=share, adjust=logs)
    return one.at_risk(silent(evidence, w_days=w_days))


def _dominated(way: Callable[[], pd.DataFrame]) -> Interval:
    return dominance(way(), "exposure", "log size", seed=SEED, samples=SHOWN)


STRATIFIED = ("s0-100-fanatics",)
ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-100-fanatics": hundred_fanatics,
        "s4-core-members-needed": core_members_needed,
        "s4-quality-over-quantity": quality_over_quantity,
        "s4-retention-beats-acquisition": retention_beats_acquisition,
    }
)
