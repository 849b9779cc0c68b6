"""Indirect: messages received and written, from sums over pairs of weeks."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import list_alternatives
from helpers.claims.contract.study_view import Evidence
from helpers.small_counts import People
from helpers.survival.interval import Interval, Wald

LEAST_PEOPLE = 100


@stands_in("s2-overload-fatigue", needs=("groups", "loads"))
def fatigue_in_pairs(evidence: Evidence) -> Finding:
    """Estimate messages written by messages received the week before.

    Conditional on what was written after two weeks of a person, the share after the
    later one follows a logit of the difference in messages received, own ones adjusted.
    """
    rows = evidence.study.table("loads")
    several = People(int(rows["in_several"].max()))
    passed = gates.pass_gates(
        gates.require_units(several, "people in several groups", LEAST_PEOPLE)
    )
    return Finding(
        cases="pairs",
        legs=(_estimate_per_doubling(rows, 1), None),
        definition="messages written in a week per doubling of messages received in the"
        " week before, within persons, own messages of that week adjusted; pairs of"
        " weeks five weeks apart",
        gates=passed,
        specifications=list_alternatives(
            {
                f"lag of {lag} weeks": partial(_pair_with_missing, rows, lag)
                for lag in (2, 3, 4)
            }
        ),
        qualifiers=QUALIFIERS,
        note=f"{int(rows.loc[rows['lag'] == 1, 'pairs'].sum())} pairs of weeks of"
        f" {People(int(rows['people'].max()))} people; leaving and muting are not"
        " recorded for them",
    )


def _pair_with_missing(rows: pd.DataFrame, lag: int) -> tuple[Interval, None]:
    """Return the estimate for writing, and None for leaving."""
    return _estimate_per_doubling(rows, lag), None


def _estimate_per_doubling(rows: pd.DataFrame, lag: int) -> Interval:
    return estimate_per_doubling(rows[rows["lag"] == lag])


def estimate_per_doubling(own: pd.DataFrame) -> Interval:
    """Estimate messages written per doubling of messages received.

    Parameters
    ----------
    own
        Rows of the table ``loads`` with one lag.
    """
    design = np.column_stack([np.ones(len(own)), own["load"], own["own"]])
    classes = own["people_class"].to_numpy()
    fit = sm.GLM(
        own[["later", "earlier"]].to_numpy(np.float64), design.astype(np.float64),
        family=sm.families.Binomial(),
    ).fit(cov_type="cluster", cov_kwds={"groups": classes})  # fmt: skip
    n_classes = len(np.unique(classes))
    ratio = float(np.exp(fit.params[1]))
    rule = Wald(ratio, se=float(fit.bse[1]), scale="log", df=n_classes - 1)
    how = f"conditional logit of pairs, {n_classes} classes, t({n_classes - 1})"
    pairs = int(own["pairs"].sum())
    return Interval.of(ratio, rule, method=how, n=pairs, clusters=n_classes)
