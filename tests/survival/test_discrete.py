"""Discrete hazards recover the hazard ratios of the continuous model."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival import cox, discrete_hazard


@pytest.fixture(scope="module")
def weekly():
    """Return lifetimes in whole weeks with a hazard ratio of 2, and their rows."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, 3000).astype(float)
    week = np.ceil(rng.exponential(10 / 2**x)).astype(int)
    people = pd.DataFrame({"x": x, "week": np.minimum(week, 12), "ended": week <= 12})
    rows = people.loc[people.index.repeat(people["week"])]
    period = rows.groupby(level=0).cumcount() + 1
    last = (period == rows["week"]) & rows["ended"]
    return people, rows[["x"]], period, last


def test_grouped_proportional_hazards(weekly):
    """The cloglog coefficient is Cox's log hazard ratio, near the planted one."""
    people, exposures, period, last = weekly
    fit = discrete_hazard(last, exposures, period)
    other = cox(people["week"], people["ended"], people[["x"]])
    wide = fit["x"].ratio.at_level(0.999)
    assert wide.low < 2 < wide.high
    assert fit["x"].ratio.estimate == pytest.approx(other["x"].ratio.estimate, rel=0.01)
    assert fit["x"].ratio.low == pytest.approx(other["x"].ratio.low, rel=0.01)
    assert fit.ends == people["ended"].sum()


def test_clusters_widen(weekly):
    """Standard errors follow the clusters; rows of one group are one."""
    _, exposures, period, last = weekly
    fit = discrete_hazard(last, exposures, period, cluster=exposures.index % 20)
    assert fit["x"].ratio.method == "cloglog, 20 clusters, t(19)"
    assert fit["x"].ratio.clusters == 20


def test_periods_without_ends_are_refused(weekly):
    """Such a period has no hazard on this scale."""
    _, exposures, period, last = weekly
    with pytest.raises(NotIdentifiableError, match="nothing ended in 1 of 12 periods"):
        discrete_hazard(last & (period != 3), exposures, period)
