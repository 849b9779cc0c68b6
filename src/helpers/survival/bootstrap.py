"""Weighted risk sets and survival curves for many cluster bootstrap samples at once.

A sample is a weight for every cluster, so that risk sets of all samples are sums
along sorted lifetimes: n steps a sample, with delayed entry and exact ties. Clusters
are networks, batches or single groups.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Bools, Floats, Ints
from helpers.errors import FewNetworksError, NotIdentifiableError, UndeterminedError
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald
from helpers.wording import say

Codes = npt.NDArray[np.intp]

Kind = Literal["network", "batch", "group"]

FEWEST_NETWORKS = 8
FEWEST_BATCHES = 20


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster (independent resampling unit) of each row, optionally in strata."""

    codes: Codes
    count: int
    kind: Kind
    strata: Codes | None = None

    @property
    def df(self) -> int:
        """Degrees of freedom: number of clusters minus number of strata.

        >>> choose_clusters_within([*"aaaabbbb"], range(8)).df
        6
        """
        n_strata = 1 if self.strata is None else len(np.unique(self.strata))
        return self.count - n_strata

    @property
    def ranges(self) -> tuple[Codes, Codes, Codes]:
        """Row order of clusters by stratum, with each stratum's start and end.

        >>> [
        ...     part.tolist()
        ...     for part in choose_clusters_within([*"aba"], range(3)).ranges
        ... ]
        [[0, 2, 1], [0, 2, 0], [2, 3, 2]]
        """
        whole = np.zeros(self.count, np.intp) if self.strata is None else self.strata
        order = np.argsort(whole, kind="stable")
        ends = np.cumsum(np.bincount(whole))
        return order, (ends - np.bincount(whole))[whole], ends[whole]

    @property
    def each(self) -> Self:
        """These clusters with one row each, for values already summed by cluster."""
        return replace(self, codes=np.arange(self.count))

    def sums(self, values: Floats) -> Floats:
        """Sum values of rows within clusters; axis 0 changes from rows to clusters.

        >>> cluster_by_label([*"abcdefghah"]).sums(np.arange(10.0)).tolist()
        [8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 16.0]
        """
        summed = np.zeros((self.count, *values.shape[1:]))
        np.add.at(summed, self.codes, values)
        return summed

    def sandwich(self, information: Floats, scores: Floats) -> Floats:
        """Return the cluster-robust sandwich covariance × K / (K − 1), K clusters.

        >>> ten = cluster_by_label(range(10))
        >>> ten.sandwich(np.eye(1) * 10, np.arange(-4.5, 5)[:, None])  # as x.var() / 9
        array([[0.91666667]])
        """
        sums, bread = self.sums(scores), np.linalg.inv(information)
        covariance: Floats = bread @ (sums.T @ sums) @ bread * self.count
        return covariance / (self.count - 1)

    @property
    def method(self) -> str:
        """Name of the bootstrap for printing: its clusters and t distribution.

        >>> choose_clusters(["a"] * 40, np.arange(40) // 2).method
        'bootstrap of 20 batches, t(19)'
        >>> cluster_by_label(range(8)).method
        'bootstrap of 8 groups, t(7)'
        """
        plural = "batches" if self.kind == "batch" else f"{self.kind}s"
        return f"bootstrap of {self.count} {plural}, t({self.df})"


def choose_clusters(network: npt.ArrayLike, batch: npt.ArrayLike) -> Clusters:
    """Choose the resampling units of groups: networks, else batches, else groups.

    Networks, if there are at least 8. Within one network the groups themselves, or
    the batches they were opened in if there are at least 20 of these.
    """
    if not len(np.asarray(network)):
        raise NotIdentifiableError(say("there is no group"), where="clusters")
    networks = pd.factorize(np.asarray(network, object), sort=True)[0]
    batches = pd.factorize(np.asarray(batch, object), sort=True)[0]
    k = int(networks.max()) + 1
    if k >= FEWEST_NETWORKS:
        return Clusters(networks, k, "network")
    if k > 1:
        raise FewNetworksError(
            say("{k} networks are too few for one pooled interval", k=k),
            where="clusters",
            remedy="estimate each network alone and combine the estimates",
        )
    n_batches = int(batches.max()) + 1
    if FEWEST_BATCHES <= n_batches < len(batches):
        return Clusters(batches, n_batches, "batch")
    return Clusters(np.arange(len(networks)), len(networks), "group")


def choose_clusters_within(stratum: npt.ArrayLike, batch: npt.ArrayLike) -> Clusters:
    """Choose resampling units within strata: founding batches, or else groups.

    Batches of one stratum, if there are at least 20 over all strata, else groups.
    """
    strata = pd.factorize(np.asarray(stratum, object), sort=True)[0]
    batches = pd.factorize(np.asarray(batch, object), sort=True)[0]
    pairs = np.column_stack([strata, batches])
    values, first, codes = np.unique(
        pairs, axis=0, return_index=True, return_inverse=True
    )
    if FEWEST_BATCHES <= len(values) < len(strata):
        return Clusters(codes.ravel(), len(values), "batch", strata[first])
    return Clusters(np.arange(len(strata)), len(strata), "group", strata)


def cluster_by_label(labels: npt.ArrayLike) -> Clusters:
    """Make clusters of the rows that share a label, such as the members of a group."""
    codes = pd.factorize(np.asarray(labels, object), sort=True)[0]
    clusters = Clusters(codes, int(codes.max(initial=-1)) + 1, "group")
    if clusters.count < FEWEST_NETWORKS:
        raise NotIdentifiableError(
            f"{clusters.count} groups are too few for an interval", where="clusters"
        )
    return clusters


REPLICATES = 1000
CELLS = 2_000_000  # weights held at once
LOST_SHARE = 0.05  # of samples without an estimate, beyond which there is none
ROUNDING = 1e-12  # relative, of values in samples


class ByAge(NamedTuple):
    """Row order of lifetimes by age, and how many rows are younger than each time."""

    rows: Ints
    younger: Ints


def sort_by_age(ages: Floats, times: Floats) -> ByAge:
    """Sort lifetimes by age (ties in input order) and locate event times among them.

    >>> rows, younger = sort_by_age(np.array([3.0, 1.0, 2.0]), np.array([2.0, 4.0]))
    >>> rows.tolist(), younger.tolist()
    ([1, 2, 0], [1, 3])
    """
    rows = np.argsort(ages, kind="stable")
    return ByAge(rows, np.searchsorted(ages[rows], times))


def sort_by_entry(entry: Floats, times: Floats, start: float = 0.0) -> ByAge | None:
    """Sort lifetimes by entry age; return None if all enter at the start.

    Who enters at a time is at risk after it, who is there from the start at any.

    >>> sort_by_entry(np.array([0.0, 0.0]), np.array([1.0])) is None
    True
    >>> sort_by_entry(np.array([0.0, 1.0, 0.5]), np.array([1.0])).younger.tolist()
    [2]
    """
    late = entry > start
    return sort_by_age(np.where(late, entry, -np.inf), times) if late.any() else None


def cluster_weights(
    clusters: Clusters, *, replicates: int = REPLICATES, known: int = 0
) -> Iterator[Floats]:
    """Yield blocks of bootstrap row weights, shape (samples, n).

    Clusters are drawn whole, with replacement, as many as there are: sample s is row
    s of ``np.random.default_rng(SEED).integers(K, size=(replicates, K))``, and a row
    weighs as often as its cluster's code stands there. These draws are part of what
    an interval is, so that other code can make the same ones. Clusters of strata are
    drawn for clusters of their own stratum. Samples below `known` are left out.
    """
    rng = np.random.default_rng(SEED)
    k = clusters.count
    block = max(1, CELLS // max(len(clusters.codes), k))
    for start in range(0, replicates, block):
        rows = min(block, replicates - start)
        if clusters.strata is None:
            drawn = rng.integers(k, size=(rows, k))
        else:
            order, begin, end = clusters.ranges
            drawn = order[rng.integers(begin, end, size=(rows, k))]
        drawn = drawn[max(0, known - start) :]
        rows = len(drawn)
        if not rows:
            continue
        drawn = drawn + k * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * k).reshape(rows, k)
        yield counts.astype(np.float64).take(clusters.codes, axis=1)


class Enough(NamedTuple):
    """Rule that stops a bootstrap once its limits' Monte Carlo error is small."""

    least: int
    error: float
    most: int

    def needed(
        self, scaled: Floats, scale: ScaleName, estimate: float, df: float
    ) -> int:
        """Return the number of bootstrap samples needed, estimated from those drawn.

        The standard error of a standard deviation: Rao (1973), Linear Statistical
        Inference, 6h; two stages: Andrews and Buchinsky (2000), Econometrica 68, 23–51.

        >>> values = np.random.default_rng(1).normal(size=5000)
        >>> Enough(5000, 0.02, 10**6).needed(values, "identity", 0.0, np.inf)
        5021
        """
        apart = scaled - scaled.mean()
        variance = float(np.mean(apart**2))
        if not variance:
            return self.least
        reach = float(scipy.special.stdtrit(df, 0.975)) * variance**0.5
        excess = float(np.mean(apart**4)) / variance**2 - 1
        moved = reach * self._unit(reach, scale, estimate) * excess**0.5 / 2
        return min(int((moved / self.error) ** 2), self.most)

    @staticmethod
    def _unit(reach: float, scale: ScaleName, estimate: float) -> float:
        """Return a limit's change per unit of change on its transformed scale."""
        if scale == "log":
            return 1.0
        to = SCALES[scale]
        centre = to.forward(estimate)
        ends = to.inverse(np.array([centre - reach, centre + reach]))
        return float(np.max(1 / np.abs(to.slope(ends))))


Draws = int | Enough


SEED = 20161231  # of every bootstrap behind an answer or a Life Table
# samples: with ten networks, 1,000 leave a fifth of the error to luck
DRAWS = Enough(least=5000, error=0.002, most=60_000)


def resample_statistic(
    statistic: Callable[[Floats], Floats],
    clusters: Clusters,
    scale: ScaleName,
    estimate: float,
    *,
    n: int,
    replicates: Draws,
) -> Floats:
    """Return bootstrap replicates of a statistic; NaN where it is undefined.

    Whether limits of a probability stand still is asked half a row of ``n`` from 0
    and 1, as in `helpers.survival.interval`.
    """

    def values(n_samples: int, known: int = 0) -> Floats:
        blocks = cluster_weights(clusters, replicates=n_samples, known=known)
        return np.concatenate([statistic(weights) for weights in blocks])

    if isinstance(replicates, int):
        return values(replicates)
    samples, edge, df = values(replicates.least), 0.5 / n, clusters.df
    with np.errstate(divide="ignore", invalid="ignore"):
        if not np.isfinite(SCALES[scale].forward(estimate)):
            return samples  # there is no interval of its own
        while True:  # a few samples far out are seen only among many
            inner = np.clip(samples, edge, 1 - edge) if scale == "cloglog" else samples
            transformed = SCALES[scale].forward(inner)
            transformed = transformed[np.isfinite(transformed)]
            n_samples = (
                replicates.needed(transformed, scale, estimate, df)
                if len(transformed)
                else 0
            )
            if n_samples <= len(samples):
                return samples
            samples = np.concatenate([samples, values(n_samples, len(samples))])


def bootstrap_statistic(
    statistic: Callable[[Floats], Floats],
    clusters: Clusters,
    scale: ScaleName,
    *,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate a statistic with a cluster bootstrap interval, t(K − 1) for K clusters.

    Field and Welsh (2007), JRSS B 69, 369–390, on drawing whole clusters.
    """
    n = len(clusters.codes)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = float(statistic(np.ones((1, n)))[0])
        values = resample_statistic(
            statistic, clusters, scale, estimate, n=n, replicates=replicates
        )
        scaled = SCALES[scale].forward(values)
        whole = SCALES[scale].forward(estimate)
    if not np.isfinite(whole):
        raise NotIdentifiableError(f"{estimate} has no interval", where=clusters.method)
    spread = float(np.std(keep_finite(scaled, clusters), ddof=1))
    if spread <= ROUNDING * (1 + abs(whole)):
        raise UndeterminedError(
            say("all samples give {estimate:.3g}: nothing varies", estimate=estimate),
            where=clusters.method,
        )
    return Interval.of(
        estimate,
        Wald(estimate, spread, scale, clusters.df),
        method=f"{clusters.method}, {scale}",
        n=n,
        clusters=clusters.count,
    )


def keep_finite(values: Floats, clusters: Clusters) -> Floats:
    """Return the finite bootstrap replicates; raise if too many are not finite."""
    lost = ~np.isfinite(values)
    if lost.mean() > LOST_SHARE:
        raise NotIdentifiableError(
            f"{lost.mean():.0%} of the samples give no estimate",
            where=clusters.method,
            remedy="there are too few groups, clusters or ends",
        )
    return values[~lost]


@dataclass(frozen=True, eq=False)
class AtRisk:
    """Lifetimes at risk on (entry, exit], those of entry 0 at their origin too."""

    exits: Floats
    ended: Bools
    entry: Floats

    @cached_property
    def times(self) -> Floats:
        """Distinct event times, ascending."""
        return np.unique(self.exits[self.ended])

    @cached_property
    def _by_exit(self) -> ByAge:
        return sort_by_age(self.exits, self.times)

    @cached_property
    def _by_entry(self) -> ByAge | None:
        return sort_by_entry(self.entry, self.times)

    @cached_property
    def _ends_in_order(self) -> tuple[Ints, Ints]:
        """Rows with an event in time order, and the first row of each event time."""
        rows = np.flatnonzero(self.ended)
        rows = rows[np.argsort(self.exits[rows], kind="stable")]
        return rows, np.searchsorted(self.exits[rows], self.times)


@dataclass(frozen=True, eq=False)
class RiskSets(AtRisk):
    """Lifetimes sorted once, so that risk sets are cheap for many row weights."""

    start: float = 0.0

    def at_risk(self, weights: Floats) -> Floats:
        """Return the summed weight of lifetimes at risk before each event time."""
        left = self._before(weights, *self._by_exit)
        if self._by_entry is None:
            everybody: Floats = weights.sum(axis=1, keepdims=True)
            return everybody - left
        return self._before(weights, *self._by_entry) - left

    @cached_property
    def _by_entry(self) -> ByAge | None:
        return sort_by_entry(self.entry, self.times, self.start)

    @staticmethod
    def _before(weights: Floats, rows: Ints, younger: Ints) -> Floats:
        """Sum the weights of rows younger than each time, per bootstrap sample."""
        before_last = rows[: younger[-1]] if len(younger) else rows[:0]
        sums = np.zeros((len(weights), len(before_last) + 1))
        np.cumsum(weights.take(before_last, axis=1), axis=1, out=sums[:, 1:])
        return sums.take(younger, axis=1)

    def ends(self, weights: Floats, of: Bools | None = None) -> Floats:
        """Return the summed weight of events at each event time, for chosen causes."""
        rows, starts = self._ends_in_order
        drawn = weights.take(rows, axis=1)
        ended = drawn if of is None else drawn * of[rows]
        return np.add.reduceat(ended, starts, axis=1)

    def survival(self, weights: Floats) -> Floats:
        """Return the survival probability after each event time, per sample."""
        return _compute_survival(self.at_risk(weights), self.ends(weights))

    def incidence(self, weights: Floats, of: Bools | None = None) -> Floats:
        """Return cumulative incidence at each event time, of all or some causes."""
        if of is None:
            return 1 - self.survival(weights)
        at_risk = self.at_risk(weights)
        survival = _compute_survival(at_risk, self.ends(weights))
        before = np.hstack([np.ones((len(weights), 1)), survival[:, :-1]])
        hazard = _compute_hazard(at_risk, self.ends(weights, of))
        return np.cumsum(before * hazard, axis=1)


def _compute_survival(at_risk: Floats, ends: Floats) -> Floats:
    return np.cumprod(1 - _compute_hazard(at_risk, ends), axis=1, dtype=np.float64)


def _compute_hazard(at_risk: Floats, ends: Floats) -> Floats:
    # who ends is at risk, so where nobody is left this is 0 / tiny
    return ends / np.maximum(at_risk, np.finfo(np.float64).tiny)
