"""Scores agree with other programs and with counting by hand."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import logit
from scipy.stats import mannwhitneyu

from helpers.forecast import score_predictions
from helpers.forecast.scores import compute_net_benefit, tabulate_calibration


def _draw(seed=3, groups=300):
    random = np.random.default_rng(seed)
    predicted = random.beta(2, 2, groups).round(2)
    alive = random.random(groups) < predicted**2
    return pd.DataFrame({"alive": alive, "predicted": predicted})


def test_auc_with_ties_is_that_of_mann_and_whitney():
    """Predictions rounded to two digits have ties."""
    rows = _draw()
    alive, dead = (rows.loc[rows["alive"] == one, "predicted"] for one in (True, False))
    theirs = mannwhitneyu(alive, dead).statistic / (len(alive) * len(dead))
    assert np.isclose(score_predictions(rows)["auc"], theirs)


def test_calibration_slope_is_that_of_statsmodels():
    """A logistic regression on the logit of the prediction."""
    rows = _draw()
    fit = sm.GLM(
        rows["alive"].astype(float),
        sm.add_constant(logit(rows["predicted"])),
        family=sm.families.Binomial(),
    ).fit()
    assert np.isclose(score_predictions(rows)["slope"], fit.params.iloc[1])


def test_net_benefit_counts_living_groups_by_the_odds():
    """Two dead and one living group above 0.5: (2 − 1) of four."""
    rows = pd.DataFrame({"alive": [0, 0, 1, 1], "predicted": [0.1, 0.4, 0.3, 0.9]})
    net = compute_net_benefit(rows, np.array([0.5]))
    assert net["model"].tolist() == [0.25]
    assert net["all"].tolist() == [0.0]


def test_calibration_parts_are_of_equal_size():
    """Ties at a border do not empty a part."""
    rows = pd.DataFrame({"alive": [True, False] * 5, "predicted": 0.5})
    assert tabulate_calibration(rows)["groups"].tolist() == [2] * 5


def test_constant_predictions_have_no_slope():
    """A base rate ranks nothing and is not calibrated by a line."""
    rows = pd.DataFrame({"alive": [True, False, True], "predicted": 0.6})
    assert np.isnan(score_predictions(rows)["slope"])
