"""Recompute later purchases of students who asked in the hub."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.study import open_study


def test_ratio_of_later_purchases_after_a_question_is_recomputed(product):
    """Fit a Poisson model of student-days by week and recent activity.

    Weeks without a purchase say nothing of the ratio; their effect has no finite value.
    """
    rows = open_study("learning365").table("purchase_risk")
    rows = rows[(rows.awaited == "new purchase") & (rows.days > 0)]
    rows = rows.assign(exposed=(rows.asked == "asked").astype(float))
    assert rows.purchases.sum() >= 30  # the gate
    bought = rows.groupby("week").purchases.transform("sum") > 0
    kept = rows[bought].reset_index(drop=True)
    by = kept[["week", "active_days"]].astype("category")
    design = pd.get_dummies(by, dtype=float).drop(columns="active_days_0")
    design["exposed"] = kept.exposed
    family = sm.families.Poisson()
    model = sm.GLM(kept.purchases, design, family=family, offset=np.log(kept.days))
    fit = model.fit(tol=1e-12)
    reach = np.array([0, -1, 1]) * stats.norm.ppf(0.975) * fit.bse["exposed"]
    verdict = product("s1-repeat-purchase", "learning365")
    assert verdict.n == rows.purchases.sum()
    found = (verdict.estimate, verdict.low, verdict.high)
    assert found == pytest.approx(np.exp(fit.params["exposed"] + reach), rel=1e-5)
