"""A regression without a maximum refuses; it printed 15,730.66 in the demo."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.arms import (
    estimate_adjusted_difference,
    estimate_odds_ratio,
)
from helpers.claims.designs.count_regression import compare_kinds, fit_within
from helpers.claims.designs.hazards.accelerated_failure import estimate_pace_ratio
from helpers.claims.designs.separation import is_separated
from helpers.errors import UndeterminedError
from helpers.inference import cluster_by_label
from helpers.survival import fit_cox
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.survival.hazards.discrete import fit_discrete_hazard

N = 80
DRAW = np.random.default_rng(7)
KEPT = DRAW.normal(size=N)
WON = np.where(np.arange(N) % 2, DRAW.uniform(0.5, 2, N), 0.0)
LATER = np.where(WON > 0, 0, DRAW.poisson(np.exp(1 + 0.5 * KEPT)))
ONE = cluster_by_label(range(N))


def test_count_model_with_all_exposed_at_zero_is_refused_as_separated():
    """All groups with an exposure are dead: its elasticity has no lower bound."""
    table = pd.DataFrame({"kept": KEPT, "won": WON})
    with pytest.raises(UndeterminedError, match="separation"):
        compare_kinds(LATER, table, ONE)


def test_count_model_with_one_exposed_event_is_fitted():
    """One count among the exposed is enough: the maximum exists."""
    later = LATER.copy()
    later[1] = 2
    table = pd.DataFrame({"kept": KEPT, "won": WON})
    assert np.isfinite(compare_kinds(later, table, ONE).difference("kept", "won").low)


def test_within_unit_model_with_all_exposed_at_zero_is_refused():
    """Twenty groups of four months, none with a message after the change."""
    after = np.tile([0.0, 0, 1, 1], 20)
    counts = np.where(after > 0, 0, 5)
    unit = np.repeat(range(20), 4)
    clusters = cluster_by_label(unit)
    with pytest.raises(UndeterminedError, match="separation"):
        fit_within(counts, pd.DataFrame({"after": after}), unit, clusters)


def test_constant_outcome_gives_no_zero_width_interval():
    """The ratio was 1.00, drawn as a count of all."""
    year, unit = np.tile([0.0, 1, 2, 3], 20), np.repeat(range(20), 4)
    fit = fit_within(
        np.ones(80), pd.DataFrame({"year": year}), unit, cluster_by_label(unit)
    )
    with pytest.raises(UndeterminedError, match="do not vary"):
        fit.ratio("year")


@pytest.mark.parametrize("others", [0.0, 3.0])
def test_constant_covariate_is_refused(others):
    """A constant beside the constant."""
    table = pd.DataFrame({"x": KEPT, "same": np.full(N, others)})
    with pytest.raises(UndeterminedError, match="does not vary"):
        compare_kinds(LATER, table, ONE)


def test_odds_ratio_with_all_exposed_positive_is_refused():
    """Errors by clusters were small there, and the ratio in the thousands."""
    exposed = np.repeat([1.0, 0.0], N // 2)
    yes = np.where(exposed > 0, 1, np.arange(N) % 2)
    with pytest.raises(UndeterminedError, match="separation"):
        estimate_odds_ratio(yes, pd.DataFrame({"x": exposed}), ONE)


def test_difference_without_a_comparison_arm_is_refused():
    """Least squares gave half of the mean."""
    with pytest.raises(UndeterminedError, match="does not vary"):
        estimate_adjusted_difference(KEPT, pd.DataFrame({"x": np.ones(N)}), ONE)


def _arms():
    exposed = np.repeat([1.0, 0.0], N // 2)
    ended = (exposed == 0) & (np.arange(N) % 3 > 0)
    return exposed, ended, DRAW.uniform(1, 9, N)


def test_hazard_models_with_an_arm_without_events_are_refused():
    """Proportional, in periods and lognormal, errors by clusters or not."""
    exposed, ended, days = _arms()
    table = pd.DataFrame({"exposure": exposed})
    with pytest.raises(UndeterminedError):
        fit_cox(days, ended, table, cluster=range(N))
    with pytest.raises(UndeterminedError):
        fit_discrete_hazard(ended, table, np.zeros(N), cluster=range(N))
    with pytest.raises(UndeterminedError):
        estimate_pace_ratio(days, ended, table, ONE, entry=np.zeros(N))


def test_bootstrap_without_variation_gives_no_interval():
    """A mean of equal values has no error, which is no certainty."""
    with pytest.raises(UndeterminedError, match="nothing varies"):
        bootstrap_statistic(
            lambda w: w.sum(axis=1) / w.sum(axis=1), ONE, "identity", seed=1
        )


def test_overlap_in_several_directions_is_not_taken_for_separation():
    """Exposed only among zeros, but to both sides."""
    free = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    assert not is_separated(np.zeros((0, 2)), free)
    assert is_separated(np.zeros((0, 2)), free[[0, 2, 3]])
