"""Two arms: three routes to one difference."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.arms import (
    estimate_adjusted_difference,
    estimate_difference,
    estimate_mean_ratio,
)
from helpers.inference import cluster_by_label

RNG = np.random.default_rng(4)
SIDE = np.arange(200) % 2 == 0
VALUE = RNG.normal(5, 1, 200) + 0.7 * SIDE
EACH = cluster_by_label(range(200))


def test_unadjusted_difference_equals_the_difference_of_means():
    """By hand, by bootstrap and by a linear model; errors agree within a tenth."""
    by_hand = VALUE[SIDE].mean() - VALUE[~SIDE].mean()
    drawn = estimate_difference(VALUE, SIDE, EACH)
    fitted = estimate_adjusted_difference(
        VALUE, pd.DataFrame({"x": SIDE.astype(float)}), EACH
    )

    assert drawn.estimate == pytest.approx(by_hand)
    assert fitted.estimate == pytest.approx(by_hand)
    assert drawn.se == pytest.approx(fitted.se, rel=0.1)


def test_unadjusted_ratio_equals_the_ratio_of_rates():
    """Sums over sums of exposure."""
    under = RNG.uniform(1, 3, 200)
    found = estimate_mean_ratio(VALUE, SIDE, EACH, exposure=under)
    one, two = (VALUE[who].sum() / under[who].sum() for who in (SIDE, ~SIDE))

    assert found.estimate == pytest.approx(one / two)


def test_adjustment_removes_a_confounder():
    """What an arm owes to another measure is not its own."""
    other = RNG.normal(size=200) + SIDE
    exposures = pd.DataFrame({"side": SIDE.astype(float), "other": other})
    found = estimate_adjusted_difference(3 * other, exposures, EACH)

    assert found.estimate == pytest.approx(0.0, abs=1e-9)
