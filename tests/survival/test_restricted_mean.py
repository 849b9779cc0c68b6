"""The restricted mean and its standard error."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival import kaplan_meier, restricted_mean


@pytest.mark.parametrize(
    ("ecog", "mean", "se"), [(0, 429, 32.2), (1, 366, 22.4), (2, 256, 30.0)]
)
def test_lung_two_years(table, ecog, mean, se):
    """R prints these for print(survfit(…~ph.ecog, lung), rmean = 730)."""
    arm = table("lung").loc[lambda t: t["ph.ecog"] == ecog]
    found = restricted_mean(kaplan_meier(arm["time"], arm["status"] == 2), 730)
    assert (found.estimate, found.se) == (
        pytest.approx(mean, abs=0.5),
        pytest.approx(se, abs=0.05),
    )


def test_without_censoring_is_the_sample_mean():
    """Estimate and error are those of min(lifetime, horizon)."""
    values = np.random.default_rng(1).exponential(10, 50)
    found = restricted_mean(kaplan_meier(values, np.ones(50)), 12.0)
    capped = np.minimum(values, 12)
    assert found.estimate == pytest.approx(capped.mean())
    assert found.se == pytest.approx(capped.std() / 50**0.5)


def test_all_dead_before_the_horizon():
    """The mean goes on to the horizon at 0 and its error stays finite."""
    found = restricted_mean(kaplan_meier([1, 2, 3], [1, 1, 1]), 100)
    assert (found.estimate, round(found.se, 6)) == (2.0, round((2 / 9) ** 0.5, 6))


def test_needs_somebody_watched_to_the_horizon():
    """No mean to a horizon that nobody reached."""
    with pytest.raises(NotIdentifiableError):
        restricted_mean(kaplan_meier([1, 2], [1, 0]), 3)
