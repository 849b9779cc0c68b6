"""Panels of group-months: ten ends for each coefficient that is fitted."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.designs.panel import Panel


def _months(ends, n_groups=60):
    """Return months of groups, of which so many ended."""
    rng = np.random.default_rng(1)
    each = np.repeat(np.arange(n_groups), 4)
    rows = pd.DataFrame({"group": each, "month": np.tile(range(4), n_groups)})
    return rows.assign(
        exposure=rng.normal(size=len(rows)),
        messages=rng.integers(1, 99, len(rows)),
        posters=rng.integers(1, 9, len(rows)),
        ended=np.arange(len(rows)) < ends,
    )


def _panel(*adjust):
    groups = pd.DataFrame({"group": range(60), "network": "one"})
    groups = groups.assign(batch=groups["group"].astype("str"))
    evidence = SimpleNamespace(groups=groups)
    return Panel(evidence=evidence, exposure=lambda rows: rows["month"], adjust=adjust)


@pytest.mark.parametrize(
    ("adjust", "least"), [((), 10), (("messages",), 20), (("messages", "posters"), 30)]
)
def test_ends_are_requested_by_the_coefficients_fitted(adjust, least):
    """Two coefficients need twenty ends, not the thirty of three."""
    panel = _panel(*adjust)

    assert panel.gated(_months(least))[-1].passed
    with pytest.raises(GateError, match=f"{least - 1} deaths for {least // 10} coef"):
        panel.gated(_months(least - 1))


def test_constant_covariate_is_not_counted_as_a_coefficient():
    """It is left out of the fit, and so of the count."""
    panel = _panel("messages", "posters")

    assert panel.gated(_months(20).assign(posters=3))[-1].passed
