"""The test of proportional hazards: R's numbers, and simulations both ways."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import ShequnError
from helpers.survival.hazards.cox import fit_cox


@pytest.fixture
def ovarian(table):
    """Return Cox's model of 26 women by age and state."""
    data = table("ovarian")
    return fit_cox(data["time"], data["died"], data[["age", "ecog.ps"]])


def simulate_two_arms(n, shape, seed):
    """Return a model of two arms; the second has Weibull lifetimes of a shape."""
    rng = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    life = np.where(arm, rng.weibull(shape, n), rng.exponential(1.0, n))
    cut = rng.uniform(0.2, 3.0, n)
    exposures = pd.DataFrame({"arm": arm})
    return fit_cox(np.minimum(life, cut), life <= cut, exposures)


def test_proportionality_test_equals_r_cox_zph(ovarian):
    """`cox.zph(coxph(Surv(futime, fustat) ~ age + ecog.ps, ovarian))` prints these."""
    table = ovarian.check_proportional_hazards()

    assert table["chi2"].round(3).tolist() == [0.698, 2.371, 3.633]
    assert table["df"].tolist() == [1, 1, 2]
    assert table["p"].round(2).tolist() == [0.40, 0.12, 0.16]


def test_summary_agrees_with_coxph(ovarian):
    """The coefficients that R prints for the same model."""
    table = ovarian.summary()

    assert table["coefficient"].round(4).tolist() == [0.1615, 0.0187]
    assert (table["lower"] < table["ratio"]).all()
    assert (table["ratio"] < table["upper"]).all()
    assert table.equals(ovarian.summary(0.95))


def test_p_value_is_where_the_interval_touches_no_effect(ovarian):
    """The limits at level 1 − p end at a hazard ratio of one."""
    for exposure, p in ovarian.summary()["p"].items():
        low, high = ovarian[exposure].wald(1 - p)
        assert min(abs(low - 1), abs(high - 1)) < 1e-6


def test_true_model_is_rarely_rejected():
    """Of 200 models with proportional hazards about one in twenty has p < .05."""
    p = [
        simulate_two_arms(300, 1.0, seed).check_proportional_hazards().loc["arm", "p"]
        for seed in range(200)
    ]
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.10


def test_crossing_hazards_are_rejected():
    """An arm whose hazard rises while the other's stands still."""
    table = simulate_two_arms(600, 2.5, 1).check_proportional_hazards("rank")
    assert table.loc["arm", "p"] < 1e-6


def test_proportionality_test_ignores_row_order_with_ties():
    """Rows in days with late entry give the same table under a shift of order."""
    rng = np.random.default_rng(3)
    n = 200
    entry = rng.integers(0, 5, n)
    exits = entry + rng.integers(1, 12, n)
    exposures = pd.DataFrame({"x": rng.normal(size=n)})
    ended = rng.random(n) < 0.6
    fit = fit_cox(exits, ended, exposures, entry=entry)
    order = rng.permutation(n)
    again = fit_cox(
        exits[order], ended[order], exposures.iloc[order], entry=entry[order]
    )

    pd.testing.assert_frame_equal(
        fit.check_proportional_hazards("identity"),
        again.check_proportional_hazards("identity"),
    )


def test_unknown_functions_of_time_are_refused(ovarian):
    """The remedy names the functions there are."""
    with pytest.raises(ShequnError, match="use one of km, rank, log, identity"):
        ovarian.check_proportional_hazards("cube")
