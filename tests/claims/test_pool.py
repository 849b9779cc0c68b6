"""The normal-normal pool: known values, another route, exactness, and bad input."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from helpers.claims.pool import compute_error, pool
from helpers.errors import ShequnError

# three months, groups that ever spoke: five sources as printed on 2026-11-28
SHARES = (0.290058, 0.094628, 0.249658, 0.089487, 0.150670)
LIMITS = (
    (0.225960, 0.367570), (0.044323, 0.195861), (0.164437, 0.368223),
    (0.048815, 0.154397), (0.061551, 0.342833),
)  # fmt: skip


def test_three_months_of_five_sources():
    """The check values of the method come out."""
    found = pool(SHARES, [compute_error(*each, "logit") for each in LIMITS], "logit")
    assert found.mean == pytest.approx(0.168, abs=0.002)
    assert (found.low, found.high) == pytest.approx((0.081, 0.304), abs=0.001)
    assert found.probability_above(0.5) == pytest.approx(0.001, abs=2e-4)
    assert found.probability_above(0.5, of_next=True) == pytest.approx(0.04, abs=0.005)


def test_a_tight_prior_is_the_fixed_effect_mean():
    """With no spread between places the mean is that of statsmodels' fixed effect."""
    values, errors = np.array([0.1, 0.5, 0.3]), np.array([0.1, 0.2, 0.15])
    fixed = combine_effects(values, errors**2).summary_frame().loc["fixed effect"]
    found = pool(np.exp(values), errors, "log", prior=1e-6)
    assert np.log(found.mean) == pytest.approx(fixed["eff"], abs=1e-6)
    assert np.log(found.low) == pytest.approx(fixed["ci_low"], abs=1e-4)


def test_a_trial_keeps_its_own_interval_and_the_next_place_is_wider():
    """Thanks by lot, +1.85 points (.47–3.23), was printed as −20 to +24."""
    error = compute_error(0.0047, 0.0323, "identity")
    found = pool([0.0185], [error], "identity", of_these=True)
    assert (found.low, found.high) == pytest.approx((0.0047, 0.0323), abs=1e-4)
    assert found.next_low < found.low < found.high < found.next_high
    assert found.probability_above(0) > found.probability_above(0, of_next=True)


def test_many_places_agree_with_random_effects():
    """With many places the prior hardly matters: statsmodels' random effects agree."""
    rng = np.random.default_rng(3)
    errors = rng.uniform(0.05, 0.15, 60)
    values = rng.normal(rng.normal(0.4, 0.3, 60), errors)
    random = combine_effects(values, errors**2, method_re="iterated").summary_frame()
    found = pool(np.exp(values), errors, "log")
    row = random.loc["random effect"]
    assert np.log(found.mean) == pytest.approx(row["eff"], abs=0.01)
    assert np.log(found.high) == pytest.approx(row["ci_upp"], abs=0.02)


def test_grid_equals_numerical_integration():
    """The posterior on a grid equals one by brute-force sampling of μ and τ."""
    values, errors = np.array([-0.2, 0.6, 0.1]), np.array([0.2, 0.3, 0.1])
    mu = np.linspace(-4, 4, 801)[:, None, None]
    tau = (np.linspace(0, 4, 801)[None, :, None]) + 1e-9
    spread = np.sqrt(errors**2 + tau**2)
    log = (-0.5 * ((values - mu) / spread) ** 2 - np.log(spread)).sum(axis=2)
    weight = np.exp(log - 0.5 * (tau[..., 0] / 0.5) ** 2)
    marginal = weight.sum(axis=1) / weight.sum()
    points = mu[:, 0, 0].round(9)
    above = float(marginal[points > 0].sum() + marginal[points == 0].sum() / 2)
    found = pool(np.exp(values), errors, "log")
    assert found.probability_above(1.0) == pytest.approx(above, abs=0.001)
    below = np.cumsum(weight.sum(axis=0)) / weight.sum()
    assert found.tau == pytest.approx(np.interp(0.5, below, tau.ravel()), abs=0.01)


def test_one_source_is_less_certain_than_it_says():
    """A single source leaves room for places that differ."""
    found = pool([0.5], [0.1], "logit")
    assert found.high - found.low > 0.5 > compute_error(0.45, 0.55, "logit")
    assert found.next_high > found.high


@pytest.mark.parametrize("errors", [[0.0], [float("nan")], []])
def test_bad_errors_are_refused_in_a_sentence(errors):
    """No number comes of an estimate without an error."""
    with pytest.raises(ShequnError, match="Hint"):
        pool([0.5] * len(errors), errors, "logit")
