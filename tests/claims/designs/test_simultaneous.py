"""All pairs at once: the same ratios as one by one, with wider limits."""

import numpy as np
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.strata import estimate_pairwise_means
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.survival import estimate_mean_lifetime_ratio


def test_simultaneous_pairs_have_equal_estimates_and_wider_limits(plant):
    """Each estimate is that of the pair alone; limits hold for three pairs."""
    lives = define_silent(Evidence.of(plant(n=300, life=200.0))).lives
    kind = np.array(["a", "b", "c"])[np.arange(len(lives)) % 3]
    found = estimate_pairwise_means(lives, kind, 365.0)
    pair = np.isin(kind, ["a", "b"])
    alone = estimate_mean_lifetime_ratio(
        lives.where(pair), kind[pair] == "a", 365.0, seed=SEED
    )

    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert found["a", "b"].estimate == pytest.approx(alone.estimate, rel=1e-9)
    assert found["a", "b"].high > alone.high
