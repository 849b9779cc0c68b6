"""Shares of messages from a classifier, corrected by a sample of hand labels.

A classifier's mean is biased by its errors, whatever its accuracy. With labels from a
probability sample the error is estimated on the same messages and taken out:
ψ = F + (L/π)(Y − F), with F the machine's reading, Y a person's, L whether a person
read it and π the known probability of that. Its mean is unbiased for any F (Egami et
al. 2023, design-based supervised learning; Angelopoulos et al. 2023,
prediction-powered inference with λ = 1). Messages of one group resemble each other, so
the interval is cluster-robust with t(G − 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.bootstrap import Clusters
from helpers.survival.interval import Interval, Wald

FEWEST_LABELS = 2


def compute_pseudo_outcomes(
    predicted: npt.ArrayLike, labels: npt.ArrayLike, probability: npt.ArrayLike
) -> Floats:
    """Correct predicted labels by hand labels: ψ = F + (L/π)(Y − F) per message.

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
    >>> compute_pseudo_outcomes([0.2, 0.8], [1, np.nan], [0.5, 0.5]).tolist()
    [1.8, 0.8]
    """
    f, y, pi = (np.asarray(a, np.float64) for a in (predicted, labels, probability))
    if not f.shape == y.shape == pi.shape or f.ndim != 1:
        raise _make_label_error(f"shapes {f.shape}, {y.shape} and {pi.shape} differ")
    if not np.isfinite(f).all():
        raise _make_label_error("a message has no classifier score")
    if not ((pi > 0) & (pi <= 1)).all():
        raise _make_label_error("a probability of being labelled is not in (0, 1]")
    return f + np.where(np.isnan(y), 0.0, (np.nan_to_num(y) - f) / pi)


def _make_label_error(what: str) -> ShequnError:
    return ShequnError(
        what, where="labels", remedy="pass one of each for every message"
    )


def label_corrected(
    predicted: npt.ArrayLike,
    labels: npt.ArrayLike,
    probability: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Estimate a label's share of messages from predictions and a labelled sample.

    Parameters
    ----------
    predicted, labels, probability : shape (n,)
        As for `compute_pseudo_outcomes`.
    clusters
        Which group each message belongs to.

    Raises
    ------
    NotIdentifiableError
        With fewer than two labels or clusters.
    ShequnError
        As `compute_pseudo_outcomes` raises it, or if the clusters are of other
        messages.
    """
    values = compute_pseudo_outcomes(predicted, labels, probability)
    if len(clusters.codes) != len(values):
        raise _make_label_error(
            f"{len(clusters.codes)} cluster codes for {len(values)} messages"
        )
    labelled = int(np.isfinite(np.asarray(labels, np.float64)).sum())
    if labelled < FEWEST_LABELS or clusters.count < FEWEST_LABELS:
        raise NotIdentifiableError(
            f"{labelled} labels in {clusters.count} groups show no spread",
            where="labels",
            remedy="label more messages with shequn label",
        )
    share = Share(values, np.ones(len(values)), clusters, labelled)
    return share.interval()


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share of messages: classifier predictions corrected by hand labels, by cluster.

    Attributes
    ----------
    total, messages : shape (n,)
        Sum of ψ and number of messages of each row: a message, a group, a phase.
    clusters
        Which independent unit each row belongs to.
    labels
        How many labels there were.
    """

    total: Floats
    messages: Floats
    clusters: Clusters
    labels: int

    @property
    def estimate(self) -> float:
        """Estimated share: sum of pseudo-outcomes ψ over number of messages."""
        return float(self.total.sum() / self.messages.sum())

    @property
    def influence(self) -> Floats:
        """Each cluster's contribution to the error of the share, shape (count,)."""
        residuals = (self.total - self.estimate * self.messages) / self.messages.sum()
        return self.clusters.sums(residuals)

    def interval(self) -> Interval:
        """Return the share with its cluster-robust interval, t(G − 1)."""
        return _build_interval(self.estimate, self.influence, self, (0.0, 1.0))


def estimate_share_difference(share: Share, other: Share) -> Interval:
    """Estimate the difference of two message shares measured in the same clusters.

    Raises
    ------
    ShequnError
        If the clusters are not the same number.

    Examples
    --------
    >>> from helpers.survival.bootstrap import cluster_by_label
    >>> both, said = cluster_by_label(range(10)), np.full(10, 20.0)
    >>> late = Share(np.arange(10.0, 20.0), said, both, 300)
    >>> early = Share(np.arange(10.0), said, both, 300)
    >>> print(estimate_share_difference(late, early))
    0.5 [0.5, 0.5]
    """
    if share.clusters.count != other.clusters.count:
        raise _make_label_error("two shares are of different clusters")
    moved = share.influence - other.influence
    difference = share.estimate - other.estimate
    return _build_interval(difference, moved, share, (-1.0, 1.0))


def _build_interval(
    estimate: float,
    influence: Floats,
    share: Share,
    bounds: tuple[float, float],
) -> Interval:
    count = share.clusters.count
    se = float(np.sqrt(count / (count - 1) * (influence**2).sum()))
    correction = f"label-corrected by {share.labels} labels, {share.clusters.kind}s"
    return Interval.of(
        estimate,
        Wald(estimate, se, "identity", count - 1, bounds),
        method=f"{correction}, t({count - 1})",
        n=int(share.messages.sum()),
        clusters=count,
    )
