"""The restricted mean and its standard error."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival import compute_restricted_mean, estimate_survival


@pytest.mark.parametrize(
    ("ecog", "mean", "se"), [(0, 429, 32.2), (1, 366, 22.4), (2, 256, 30.0)]
)
def test_lung_restricted_mean_at_two_years_equals_r(table, ecog, mean, se):
    """R prints these for print(survfit(…~ph.ecog, lung), rmean = 730)."""
    arm = table("lung").loc[lambda t: t["ph.ecog"] == ecog]
    found = compute_restricted_mean(
        estimate_survival(arm["time"], arm["status"] == 2), 730
    )
    assert (found.estimate, found.se) == (
        pytest.approx(mean, abs=0.5),
        pytest.approx(se, abs=0.05),
    )


def test_without_censoring_is_the_sample_mean():
    """Estimate and error are those of min(lifetime, horizon)."""
    values = np.random.default_rng(1).exponential(10, 50)
    found = compute_restricted_mean(estimate_survival(values, np.ones(50)), 12.0)
    capped = np.minimum(values, 12)
    assert found.estimate == pytest.approx(capped.mean())
    assert found.se == pytest.approx(capped.std() / 50**0.5)


def test_restricted_mean_is_finite_when_all_die_before_the_horizon():
    """The mean goes on to the horizon at 0 and its error stays finite."""
    found = compute_restricted_mean(estimate_survival([1, 2, 3], [1, 1, 1]), 100)
    assert (found.estimate, round(found.se, 6)) == (2.0, round((2 / 9) ** 0.5, 6))


def test_horizon_beyond_follow_up_is_refused():
    """No mean to a horizon that nobody reached."""
    with pytest.raises(NotIdentifiableError):
        compute_restricted_mean(estimate_survival([1, 2], [1, 0]), 3)


def test_limits_lie_between_the_start_and_the_horizon():
    """1.96 errors either way at 95 %; no mean is negative or beyond the horizon."""
    wide = compute_restricted_mean(estimate_survival([0.1, 0.1, 90], np.ones(3)), 50.0)
    assert (wide.low, wide.level) == (0.0, 0.95)
    assert wide.high == pytest.approx(wide.estimate + 1.959964 * wide.se)
    high = compute_restricted_mean(estimate_survival([0.1, 90, 90], np.ones(3)), 50.0)
    assert high.high == 50.0
    assert high.low == pytest.approx(high.estimate - 1.959964 * high.se)
    assert (high.n, high.clusters) == (3, 3)


def test_the_error_under_censoring_and_late_entry():
    """Greenwood's terms weigh the squared areas to come, worked out by hand.

    S is 2/3 from day 2 and 1/3 from day 4: areas of 5/3 and 1/3 are left to day 5;
    the terms are 1/(3·2) and 1/(2·1).
    """
    curve = estimate_survival([2, 3, 4, 6], [1, 0, 1, 0], entry=[0, 0, 0, 3])
    found = compute_restricted_mean(curve, 5.0)
    assert found.estimate == pytest.approx(2 + 2 * 2 / 3 + 1 / 3)
    assert found.se == pytest.approx(((5 / 3) ** 2 / 6 + (1 / 3) ** 2 / 2) ** 0.5)
