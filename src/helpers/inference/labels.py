"""A mean over messages that a machine read, corrected by what people read of them.

A classifier's mean is biased by its errors, whatever its accuracy. With labels from a
probability sample the error is estimated on the same messages and taken out:
ψ = F + (L/π)(Y − F), with F the machine's reading, Y a person's, L whether a person
read it and π the known probability of that. Its mean is unbiased for any F (Egami et
al. 2023, design-based supervised learning; Angelopoulos et al. 2023,
prediction-powered inference with λ = 1). Messages of one group resemble each other, so
the interval is cluster-robust with t(G − 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.interval import Interval, Wald

if TYPE_CHECKING:
    import numpy.typing as npt

    from helpers.survival.clusters import Clusters

    Floats = npt.NDArray[np.float64]

__all__ = ["label_corrected", "pseudo_outcomes"]

FEWEST_LABELS = 2


def pseudo_outcomes(
    predicted: npt.ArrayLike, labels: npt.ArrayLike, probability: npt.ArrayLike
) -> Floats:
    """Return ψ = F + (L/π)(Y − F), a value a message whose mean is unbiased.

    Parameters
    ----------
    predicted : shape (n,)
        The machine's reading F; any number fixed before labelling, such as .5 where
        it has none.
    labels : shape (n,)
        A person's reading Y; NaN where nobody read.
    probability : shape (n,)
        Known probability π in (0, 1] that a person would read it.

    Raises
    ------
    ShequnError
        If lengths differ, a reading is missing or a probability is impossible.

    Examples
    --------
    >>> pseudo_outcomes([0.2, 0.8], [1, np.nan], [0.5, 0.5]).tolist()
    [1.8, 0.8]
    """
    f, y, pi = (np.asarray(a, np.float64) for a in (predicted, labels, probability))
    if not f.shape == y.shape == pi.shape or f.ndim != 1:
        raise _wrong(f"shapes {f.shape}, {y.shape} and {pi.shape} differ")
    if not np.isfinite(f).all():
        raise _wrong("a message has no reading by the machine")
    if not ((pi > 0) & (pi <= 1)).all():
        raise _wrong("a probability of being labelled is not in (0, 1]")
    return f + np.where(np.isnan(y), 0.0, (np.nan_to_num(y) - f) / pi)


def _wrong(what: str) -> ShequnError:
    return ShequnError(
        what, where="labels", remedy="pass one of each for every message"
    )


def label_corrected(
    predicted: npt.ArrayLike,
    labels: npt.ArrayLike,
    probability: npt.ArrayLike,
    clusters: Clusters,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    level: float = 0.95,
) -> Interval:
    """Return the mean of people's readings over all messages, labelled or not.

    Parameters
    ----------
    predicted, labels, probability : shape (n,)
        As for `pseudo_outcomes`.
    clusters
        Which group each message belongs to.
    bounds
        The range a reading lies in.

    Raises
    ------
    NotIdentifiableError
        With fewer than two labels or clusters.
    ShequnError
        As `pseudo_outcomes` raises it, or if the clusters are of other messages.
    """
    values = pseudo_outcomes(predicted, labels, probability)
    if len(clusters.codes) != len(values):
        raise _wrong(f"{len(clusters.codes)} cluster codes for {len(values)} messages")
    labelled = int(np.isfinite(np.asarray(labels, np.float64)).sum())
    if labelled < FEWEST_LABELS or clusters.count < FEWEST_LABELS:
        raise NotIdentifiableError(
            f"{labelled} labels in {clusters.count} groups show no spread",
            where="labels",
            remedy="label more messages with shequn label",
        )
    estimate, df = float(values.mean()), clusters.count - 1
    rule = Wald(estimate, _robust_se(values, clusters), "identity", df, bounds)
    return Interval.of(
        estimate,
        rule,
        method=f"label-corrected by {labelled} labels, {clusters.kind}s, t({df})",
        n=len(values),
        clusters=clusters.count,
        level=level,
    )


def _robust_se(values: Floats, clusters: Clusters) -> float:
    """Return the standard error of the mean, clusters being independent."""
    residuals = values - values.mean()
    sums = np.bincount(clusters.codes, residuals, clusters.count)
    correction = clusters.count / (clusters.count - 1)
    return float(np.sqrt(correction * (sums**2).sum())) / len(values)
