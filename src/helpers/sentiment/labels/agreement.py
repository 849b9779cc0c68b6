"""Agreement of classifier scores with hand labels: κ, AUC, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from helpers.arrays import Bools, Floats, Ints
from helpers.errors import NotIdentifiableError
from helpers.survival.curves.proportion import compute_wilson_interval
from helpers.survival.interval import Interval, Replicates, Wald

BINS = 10
REPLICATES = 500


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of scores with hand labels, such as κ and AUC, each with an interval.

    Attributes
    ----------
    n, positive
        Labels, and positive ones among them.
    accuracy, kappa
        Of the reading "positive above the cut".
    auc
        Probability that a positive message scores above a negative one.
    calibration_error
        Mean distance of scores from the share of positives at that score.
    sensitivity, specificity
        Share of positive messages read positive, and of others read otherwise.
    """

    n: int
    positive: int
    accuracy: Interval
    kappa: Interval
    auc: Interval
    calibration_error: Interval
    sensitivity: Interval
    specificity: Interval


def measure_agreement(
    score: npt.ArrayLike, positive: npt.ArrayLike, *, seed: int, cut: float = 0.5
) -> Agreement:
    """Measure the agreement of scores with hand labels of the same messages.

    Parameters
    ----------
    score : shape (n,)
        From 0 to 1; leave messages without a score out, and say how many.
    positive : shape (n,)
        Whether people called the message positive.
    cut
        Scores above it read positive.

    Raises
    ------
    NotIdentifiableError
        Unless there are two labels of each kind.
    """
    scores, truth = _check_scores(score, positive)
    read = scores > cut
    return Agreement(
        n=len(truth),
        positive=int(truth.sum()),
        accuracy=compute_wilson_interval(int((read == truth).sum()), len(truth)),
        kappa=compute_kappa(read, truth),
        auc=compute_auc(scores, truth),
        calibration_error=compute_calibration_error(scores, truth, seed=seed),
        sensitivity=compute_wilson_interval(int(read[truth].sum()), int(truth.sum())),
        specificity=compute_wilson_interval(
            int((~read[~truth]).sum()), int((~truth).sum())
        ),
    )


def _check_scores(
    score: npt.ArrayLike, positive: npt.ArrayLike
) -> tuple[Floats, Bools]:
    scores, truth = np.asarray(score, np.float64), np.asarray(positive, bool)
    if scores.shape != truth.shape or not np.isfinite(scores).all():
        raise NotIdentifiableError(
            "labels and scores differ in number, or a score is missing",
            where="agreement",
        )
    if min(truth.sum(), (~truth).sum()) < 2:  # noqa: PLR2004 - one has no spread
        raise NotIdentifiableError(
            "agreement needs two labels of each kind",
            where="agreement",
            remedy="label more messages with shequn label",
        )
    return scores, truth


def compute_kappa(first: npt.ArrayLike, other: npt.ArrayLike) -> Interval:
    """Compute Cohen's κ of two labellings of the same messages.

    Standard error after Fleiss, Cohen and Everitt (1969), equation 13.

    Parameters
    ----------
    one, other : shape (n,)
        Categories.

    Raises
    ------
    NotIdentifiableError
        If both gave a single category throughout: chance alone agrees fully.
    """
    table = _compute_shares(first, other)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    agreed, chance = float(np.trace(table)), float(rows @ columns)
    if chance == 1:
        raise NotIdentifiableError("nothing but one category", where="kappa")
    value = (agreed - chance) / (1 - chance)
    weights = rows[None, :] + columns[:, None]  # of cell (i, j): p.i + pj.
    diagonal = np.diag(table) * (1 - np.diag(weights) * (1 - value)) ** 2
    off = table * weights**2
    spread = diagonal.sum() + (1 - value) ** 2 * (off.sum() - np.trace(off))
    spread -= (value - chance * (1 - value)) ** 2
    n = len(np.asarray(first))
    se = float(np.sqrt(max(spread, 0) / n)) / (1 - chance)
    rule = Wald(value, se, "identity", bounds=(-1, 1))
    return Interval.of(value, rule, method="Cohen's κ, normal", n=n, clusters=n)


def _compute_shares(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    pair = np.stack([np.asarray(one), np.asarray(other)])
    names, codes = np.unique(pair, return_inverse=True)
    first, second = codes.reshape(pair.shape)
    counts = np.bincount(first * len(names) + second, minlength=len(names) ** 2)
    shares: Floats = counts.reshape(len(names), -1) / pair.shape[1]
    return shares


def compute_auc(score: npt.ArrayLike, positive: npt.ArrayLike) -> Interval:
    """Compute the area under the ROC curve of scores, ties counting half.

    Standard error after DeLong, DeLong and Clarke-Pearson (1988), by midranks.

    >>> compute_auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]).estimate
    0.75
    """
    scores, truth = _check_scores(score, positive)
    m, n = int(truth.sum()), int((~truth).sum())
    ranks = stats.rankdata(scores)
    above = (ranks[truth] - stats.rankdata(scores[truth])) / n
    below = 1 - (ranks[~truth] - stats.rankdata(scores[~truth])) / m
    value = float(above.mean())
    se = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    rule = Wald(value, se, "identity", bounds=(0, 1))
    return Interval.of(value, rule, method="DeLong, normal", n=m + n, clusters=m + n)


def compute_calibration_error(
    score: npt.ArrayLike, positive: npt.ArrayLike, *, seed: int
) -> Interval:
    """Compute the expected calibration error of scores over ten bins.

    Guo et al. (2017), On calibration of modern neural networks, equation 3; limits by
    the percentiles of a bootstrap over messages.

    >>> truth = [False, False, True, True]
    >>> compute_calibration_error([0.25, 0.25, 0.75, 0.75], truth, seed=1).estimate
    0.25
    """
    scores, truth = _check_scores(score, positive)
    bins = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    gaps = scores - truth
    value = _compute_binned_error(bins, gaps, np.ones(len(truth), np.int64))
    chance, n = np.random.default_rng(seed), len(truth)
    drawn = (
        np.bincount(chance.integers(n, size=n), minlength=n) for _ in range(REPLICATES)
    )
    values = sorted(_compute_binned_error(bins, gaps, weights) for weights in drawn)
    rule = Replicates(value, tuple(values))
    method = f"percentiles of {REPLICATES} bootstrap replicates"
    return Interval.of(value, rule, method=method, n=n, clusters=n)


def _compute_binned_error(bins: Ints, gaps: Floats, weights: Ints) -> float:
    total = np.bincount(bins, gaps * weights, BINS)
    return float(np.abs(total).sum() / len(gaps))
