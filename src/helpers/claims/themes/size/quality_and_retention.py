"""Whether core members and retention predict survival better than size."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.importance.dominance import estimate_dominance
from helpers.claims.designs.rates.count_regression import Counts, compare_kinds
from helpers.claims.quantities.beginnings import select_born_in, summarise_first_month
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.survival import Interval, choose_clusters
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

SHOWN = 100  # samples behind a specification of a dominance
HALF_YEAR = "152-179"


@estimates("s4-quality-over-quantity")
def quality_over_quantity(evidence: Evidence) -> Finding:
    """Estimate the share of explained deaths due to core share minus that due to size.

    Where members are not known, posters stand for size. Death is silence of 60 days,
    so that neither measure is part of the outcome.
    """
    rows = summarise_first_month(evidence).set_index("group")
    rows = rows[rows["posters"] > 0]
    has_members = rows["members"].notna().all()
    size = rows["members"] if has_members else rows["posters"]
    shares = {
        name: rows[name] / rows["posters"] for name in ("core_8", "core_4", "core_12")
    }
    at = partial(_select_rivals, evidence, size=size)
    data = at(shares["core_8"])
    passed = gates.pass_gates(
        *gates.require_sampled(data),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 2),
    )
    alternatives = {
        say("core from 4 days"): lambda: _estimate_dominance(at(shares["core_4"])),
        say("core from 12 days"): lambda: _estimate_dominance(at(shares["core_12"])),
        say("W = 90"): lambda: _estimate_dominance(at(shares["core_8"], w_days=90.0)),
    }
    return Finding(
        components=(estimate_dominance(data, "exposure", "log size", seed=SEED),),
        definition=say(
            "share of explained log likelihood: core posters (≥ 8 days in"
            " days 0–27) of all posters, less log {units}; silence of 60"
            " days after day 28",
            units=say("members") if has_members else say("posters"),
        ),
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("proxy", "association"),
    )


def _select_rivals(
    evidence: Evidence,
    share: pd.Series[float],
    *,
    size: pd.Series[float],
    w_days: float = SILENCE_DAYS,
) -> pd.DataFrame:
    logs = log_adjusted(size.rename("size").to_frame(), "size")
    landmark = Landmark(evidence=evidence, exposure=share, adjust=logs)
    return landmark.at_risk(define_silent(evidence, w_days=w_days))


def _estimate_dominance(data: pd.DataFrame) -> Interval:
    return estimate_dominance(data, "exposure", "log size", seed=SEED, samples=SHOWN)


@estimates("s4-retention-beats-acquisition")
def retention_beats_acquisition(evidence: Evidence) -> Finding:
    """Estimate the elasticity of later posters to retained minus to newly gained ones.

    Kept wrote in days 0–27 and in days 28–55, won wrote for the first time in days
    28–55; groups silent by day 180 count with 0.
    """
    rows = _select_both_months(evidence)
    passed = gates.pass_gates(*gates.require_sampled(rows))
    sets: Sets = {
        "outcome": {"posters": "later", "messages": "messages"},
        "rows": {
            say("all groups"): rows,
            say("alive at day 180 (selected)"): rows[rows["later"] > 0],
        },
    }
    fit, interval = _fit_elasticities(rows), _estimate_less(rows)

    def estimate(rows: pd.DataFrame, outcome: str) -> Interval:
        gates.pass_gates(gates.require_groups(len(rows)))
        return _estimate_less(rows, outcome)

    return Finding(
        components=(interval,),
        definition=say(
            "elasticity of posters in days 152–179 to posters of days 28–55"
            " who had written in days 0–27, less that to those who had not"
        ),
        gates=passed,
        specifications=multiply_sets(sets, estimate),
        permuted=Permutations.of(interval, rows, _estimate_less, "later", ratio=False),
        beside=(
            Supplement(say("elasticity to kept"), fit.coefficient("kept")),
            Supplement(say("elasticity to won"), fit.coefficient("won")),
        ),
        qualifiers=("proxy", "association"),
        note=say("leaving is not recorded: who still writes stands for who stays"),
    )


def _select_both_months(evidence: Evidence) -> pd.DataFrame:
    second = evidence.months[evidence.months["month"] == 1]
    second = second[["group", "retained", "newcomers"]]
    rows = select_born_in(evidence, HALF_YEAR)
    both = rows.merge(second, "left", "group").fillna({"retained": 0, "newcomers": 0})
    cohort = pd.to_datetime(both["origin_us"].astype("int64"), unit="us").dt.year
    return both.assign(later=both["posters"].astype("float64"), cohort=cohort)


def _fit_elasticities(rows: pd.DataFrame, outcome: str = "later") -> Counts:
    logs = pd.DataFrame(
        {
            "kept": np.log1p(rows["retained"].astype("float64")),
            "won": np.log1p(rows["newcomers"].astype("float64")),
        }
    )
    clusters = choose_clusters(rows["network"], rows["batch"])
    return compare_kinds(rows[outcome].astype("float64"), logs, clusters)


def _estimate_less(rows: pd.DataFrame, outcome: str = "later") -> Interval:
    return _fit_elasticities(rows, outcome).difference("kept", "won")
