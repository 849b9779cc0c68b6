"""κ, AUC and calibration by published numbers, second routes and coverage."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import NotIdentifiableError
from helpers.sentiment.labels.agreement import (
    compute_auc,
    compute_calibration_error,
    compute_kappa,
    measure_agreement,
)


def planted(seed, n=300):
    """Return scores and labels with AUC Φ(1 / √2) and perfect calibration apart."""
    chance = np.random.default_rng(seed)
    truth = chance.random(n) < 0.4
    return stats.norm.cdf(chance.standard_normal(n) + truth), truth


def test_kappa_of_a_published_table():
    """Fleiss, Cohen and Everitt (1969), table 1: κ = .429, standard error .054."""
    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]]) * 2
    rows, columns = np.indices(table.shape)
    found = compute_kappa(rows.repeat(table.ravel()), columns.repeat(table.ravel()))
    assert found.estimate == pytest.approx(0.429, abs=5e-4)
    assert found.se == pytest.approx(0.054, abs=5e-4)


def test_kappa_equals_statsmodels():
    """Estimate and standard error agree with statsmodels on random tables."""
    from statsmodels.stats.inter_rater import cohens_kappa

    chance = np.random.default_rng(1)
    for size in (2, 3, 4):
        one = chance.integers(size, size=200)
        other = np.where(chance.random(200) < 0.6, one, chance.integers(size, size=200))
        table = np.histogram2d(one, other, bins=size)[0]
        theirs, ours = cohens_kappa(table), compute_kappa(one, other)
        assert ours.estimate == pytest.approx(theirs.kappa, rel=1e-12)
        assert ours.se == pytest.approx(theirs.std_kappa, rel=1e-12)


def test_kappa_is_1_for_full_and_minus_1_for_opposite_labels():
    """Full agreement is 1, opposite readings −1; one category is no agreement."""
    assert compute_kappa([0, 1, 0, 1], [0, 1, 0, 1]).estimate == 1
    assert compute_kappa([0, 1, 0, 1], [1, 0, 1, 0]).estimate == -1
    with pytest.raises(NotIdentifiableError):
        compute_kappa([1, 1], [1, 1])


def test_auc_is_the_share_of_pairs_in_order():
    """The midrank formula equals counting every pair, ties as half."""
    chance = np.random.default_rng(2)
    scores, truth = chance.integers(6, size=80) / 5, chance.random(80) < 0.5
    difference = scores[truth][:, None] - scores[~truth][None, :]
    assert compute_auc(scores, truth).estimate == pytest.approx(
        (difference > 0).mean() + (difference == 0).mean() / 2
    )


def test_auc_interval_covers_the_simulated_value():
    """DeLong's interval holds Φ(1 / √2) about 95 times in 100."""
    truth = stats.norm.cdf(1 / np.sqrt(2))
    found = [compute_auc(*planted(seed)) for seed in range(400)]
    hits = sum(interval.low <= truth <= interval.high for interval in found)
    assert 0.92 <= hits / 400 <= 0.98


def test_auc_is_invariant_under_monotone_transformation():
    """A monotone change of scores changes nothing."""
    scores, truth = planted(4)
    assert (
        compute_auc(scores, truth).estimate
        == compute_auc(scores**3 / 2, truth).estimate
    )


def test_calibration_of_honest_scores():
    """Scores that are the chance of a positive are calibrated; shifted ones are not."""
    chance = np.random.default_rng(5)
    scores = chance.random(20_000)
    truth = chance.random(20_000) < scores
    assert compute_calibration_error(scores, truth, seed=1).estimate < 0.015
    off = compute_calibration_error(np.clip(scores + 0.2, 0, 1), truth, seed=1)
    assert off.estimate == pytest.approx(0.18, abs=0.01)  # .2, less where clipped
    assert off.low < off.estimate < off.high


def test_agreement_needs_both_kinds():
    """One kind of label, or a missing score, gives no number."""
    with pytest.raises(NotIdentifiableError):
        measure_agreement([0.1, 0.2, 0.3], [True, True, False], seed=1)
    with pytest.raises(NotIdentifiableError):
        measure_agreement([0.1, np.nan, 0.3, 0.4], [True, True, False, False], seed=1)


def test_agreement_reads_above_the_cut():
    """Accuracy and κ follow the cut; a score at the cut reads negative."""
    scores, truth = [0.5, 0.4, 0.6, 0.9], [False, False, True, True]
    assert measure_agreement(scores, truth, seed=1).accuracy.estimate == 1
    assert measure_agreement(scores, truth, seed=1, cut=0.7).accuracy.estimate == 0.75
