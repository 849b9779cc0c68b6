"""Recompute mails of W3C groups after their meeting in person of September 2023."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.study import open_study


def month(year, number):
    """Return whole months since January 1970."""
    return (year - 1970) * 12 + number - 1


def test_ratio_of_mails_after_a_meeting_is_recomputed(product):
    """Fit dummies of 108 groups and 24 months, and a sandwich over groups.

    The register's sandwich: scores summed by group, K/(K − 1), t(K − 1).
    """
    study = open_study("tpac2023")
    met = study.table("facts").query("fact == 'met'").set_index("group").value > 0
    rows = study.table("group_months")
    rows = rows[rows.month.between(month(2022, 9), month(2024, 8))]
    before = rows[(rows.month < month(2023, 9)) & (rows["items"] > 0)]
    mailed = before.groupby("group").size().reindex(met.index, fill_value=0) >= 6
    assert min((met & mailed).sum(), (~met & mailed).sum()) >= 30  # the gate
    rows = rows[rows.group.map(mailed)]
    exposed = rows.group.map(met)
    soon = rows.month.isin((month(2023, 10), month(2023, 11)))
    design = pd.get_dummies(rows[["group", "month"]].astype("category"), dtype=float)
    design = design.drop(columns=f"month_{month(2022, 9)}")
    design["soon"] = (exposed & soon).astype(float)
    for when in (month(2023, 9), *range(month(2023, 12), month(2024, 9))):
        design[f"met_{when}"] = (exposed & (rows.month == when)).astype(float)
    fit = sm.GLM(rows["items"], design, family=sm.families.Poisson()).fit(
        tol=1e-12,
        cov_type="cluster",
        cov_kwds={"groups": rows.group.to_numpy(), "use_correction": False},
    )
    count = mailed.sum()
    error = fit.bse["soon"] * np.sqrt(count / (count - 1))
    reach = np.array([0, -1, 1]) * stats.t.ppf(0.975, count - 1) * error
    verdict = product("s3-offline-meetups-help", "tpac2023")
    assert verdict.n == count
    found = (verdict.estimate, verdict.low, verdict.high)
    assert found == pytest.approx(np.exp(fit.params["soon"] + reach), rel=1e-5)
