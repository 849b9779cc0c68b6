"""Label-corrected means: unbiased for any classifier, honest about groups."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.inference.labels import compute_pseudo_outcomes, label_corrected
from helpers.survival.bootstrap import cluster_by_label

GROUPS, EACH = 60, 100
PREVALENCE, SPREAD, SENSITIVITY, SPECIFICITY = 0.12, 0.10, 0.8, 0.95


def world(seed, share=0.05):
    """Return readings, labels, π, groups and the truth's own mean in the population."""
    chance = np.random.default_rng(seed)
    level = np.clip(PREVALENCE + SPREAD * chance.standard_normal(GROUPS), 0.005, 0.95)
    group = np.repeat(np.arange(GROUPS), EACH)
    truth = chance.random(len(group)) < level[group]
    right = np.where(truth, SENSITIVITY, SPECIFICITY)
    read = truth ^ (chance.random(len(group)) > right)
    drawn = chance.random(len(group)) < share
    labels = np.where(drawn, truth, np.nan)
    return read.astype(float), labels, np.full(len(group), share), group


def expected_prevalence():
    """Return the mean of the clipped normal that the world draws levels from."""
    chance = np.random.default_rng(0)
    draws = PREVALENCE + SPREAD * chance.standard_normal(4_000_000)
    return np.clip(draws, 0.005, 0.95).mean()


def test_interval_covers_the_simulated_prevalence():
    """95 % intervals hold the truth about as often as they say; naive ones never do."""
    truth, hits, naive = expected_prevalence(), 0, 0
    for seed in range(400):
        read, labels, probability, group = world(seed)
        found = label_corrected(read, labels, probability, cluster_by_label(group))
        hits += found.low <= truth <= found.high
        alone = label_corrected(read, read, np.ones(len(read)), cluster_by_label(group))
        naive += alone.low <= truth <= alone.high
    assert 0.92 <= hits / 400 <= 0.98  # methods.md: .945 with 60 groups
    assert naive / 400 < 0.6


def test_equals_ordinary_least_squares_with_clusters():
    """The standard error is statsmodels' cluster-robust one, up to its n / (n − 1)."""
    from statsmodels.regression.linear_model import OLS

    read, labels, probability, group = world(7)
    found = label_corrected(read, labels, probability, cluster_by_label(group))
    values = compute_pseudo_outcomes(read, labels, probability)
    fit = OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": group}, use_t=True
    )
    assert found.estimate == pytest.approx(fit.params[0], rel=1e-12)
    assert (found.low, found.high) == pytest.approx(fit.conf_int()[0], rel=1e-9)


def test_full_labelling_makes_the_classifier_irrelevant():
    """With every message labelled the estimate is the labels' mean, whatever F says."""
    truth, group = np.tile([1.0, 0.0, 0.0], 20), np.repeat(np.arange(20), 3)
    for read in (np.zeros(60), np.linspace(0, 1, 60)):
        found = label_corrected(read, truth, np.ones(60), cluster_by_label(group))
        assert found.estimate == pytest.approx(1 / 3)


def test_better_classifier_narrows_the_interval():
    """A machine that reads as people do leaves only the spread of the groups."""
    read, labels, probability, group = world(3, share=0.3)
    truth = np.where(np.isnan(labels), read, labels)
    good = label_corrected(truth, labels, probability, cluster_by_label(group))
    none = label_corrected(
        truth * 0 + 0.5, labels, probability, cluster_by_label(group)
    )
    assert good.se < none.se


@pytest.mark.parametrize(
    ("read", "label", "probability", "said"),
    [
        ([0.5, np.nan], [1, 0], [1, 1], "no classifier score"),
        ([0.5, 0.5], [1, 0], [1, 0], "not in"),
        ([0.5, 0.5], [1, 0], [1], "differ"),
    ],
)
def test_label_without_sampling_probability_is_refused(read, label, probability, said):
    """A row without reading or possible probability stops the estimate."""
    with pytest.raises(ShequnError, match=said):
        compute_pseudo_outcomes(read, label, probability)


def test_share_without_labels_is_refused():
    """Without labels there is no number."""
    clusters = cluster_by_label(range(10))
    with pytest.raises(NotIdentifiableError, match="0 labels"):
        label_corrected(np.ones(10), np.full(10, np.nan), np.ones(10), clusters)
