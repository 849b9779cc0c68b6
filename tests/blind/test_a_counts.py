"""Counts of people later on: negative binomial means, the likeliest dispersion."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize_scalar

from helpers.study import open_study


def likeliest(counts, columns):
    """Return the coefficients of a log-linear NB2 mean at its likeliest dispersion."""

    def fit(log_alpha):
        family = sm.families.NegativeBinomial(alpha=np.exp(log_alpha))
        return sm.GLM(counts, columns, family=family).fit(tol=1e-12, maxiter=300)

    best = minimize_scalar(
        lambda a: -fit(a).llf, bounds=(-4, 4), method="bounded", options={"xatol": 1e-8}
    )
    return fit(best.x).params


@pytest.mark.parametrize(
    "study", ["fcc_gitter", "komodo_discord", "meshcore_split", "zulip_archives"]
)
def test_those_who_stay_against_those_who_come(product, study):
    """Posters of day 180 follow retained and new posters of days 28 to 55 as told."""
    opened = open_study(study)
    later = opened.table("windows").query("window == '152-179' and observed")
    month = opened.table("months").query("month == 1").set_index("group")
    before = month[["retained", "newcomers"]].reindex(later.group).fillna(0)
    columns = sm.add_constant(np.log1p(before.to_numpy()))
    _, retained, newcomers = likeliest(later.posters.fillna(0).to_numpy(), columns)
    result = product("s4-retention-beats-acquisition", study)
    assert retained - newcomers == pytest.approx(result.estimate, abs=1e-6)
    assert len(later) == result.n
