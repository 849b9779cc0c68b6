"""Resampling units of a cluster bootstrap: networks, batches or single groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.wording import say

Codes = npt.NDArray[np.intp]

Kind = Literal["network", "batch", "group"]

FEWEST_NETWORKS = 8
FEWEST_BATCHES = 20


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster (independent resampling unit) of each row, optionally in strata.

    Attributes
    ----------
    codes : shape (n,)
        0 … count − 1.
    strata : shape (count,)
        The stratum of each cluster, within which clusters are drawn; None if any
        cluster may be drawn for any other.
    """

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
        """Clusters ordered by stratum, with each one's stratum start and end.

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
    def each(self) -> Clusters:
        """These clusters with one row each, for values already summed by cluster."""
        return replace(self, codes=np.arange(self.count))

    def sums(self, values: Floats) -> Floats:
        """Sum row values within clusters: (n, …) becomes (count, …).

        >>> cluster_by_label([*"abcdefghah"]).sums(np.arange(10.0)).tolist()
        [8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 16.0]
        """
        summed = np.zeros((self.count, *values.shape[1:]))
        np.add.at(summed, self.codes, values)
        return summed

    def sandwich(self, information: Floats, scores: Floats) -> Floats:
        """Return the cluster-robust sandwich covariance, with the factor K / (K − 1).

        Parameters
        ----------
        information : shape (p, p)
            Symmetric to the last bit: the second derivatives as formulas give them.
        scores : shape (n, p)
            Each row's part in the slope of the log likelihood.

        Examples
        --------
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

    Parameters
    ----------
    network, batch : shape (n,)

    Raises
    ------
    NotIdentifiableError
        Without any group.
    FewNetworksError
        With 2 to 7 networks, too few to tell how much networks differ.

    Examples
    --------
    >>> choose_clusters(["a", "a", "a"], ["x", "x", "y"]).kind
    'group'
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

    Parameters
    ----------
    stratum, batch : shape (n,)

    Examples
    --------
    >>> whole = choose_clusters_within(["a"] * 20 + ["b"] * 20, [*range(20)] * 2)
    >>> whole.count, whole.kind, whole.df
    (40, 'group', 38)
    """
    strata = pd.factorize(np.asarray(stratum, object), sort=True)[0]
    batches = pd.factorize(np.asarray(batch, object), sort=True)[0]
    pairs = strata * (int(batches.max(initial=0)) + 1) + batches
    values, first, codes = np.unique(pairs, return_index=True, return_inverse=True)
    if FEWEST_BATCHES <= len(values) < len(pairs):
        return Clusters(codes, len(values), "batch", strata[first])
    return Clusters(np.arange(len(strata)), len(strata), "group", strata)


def cluster_by_label(labels: npt.ArrayLike, kind: Kind = "group") -> Clusters:
    """Make clusters of the rows that share a label, such as the members of a group.

    Raises
    ------
    NotIdentifiableError
        With fewer than 8 units.
    """
    codes = pd.factorize(np.asarray(labels, object), sort=True)[0]
    clusters = Clusters(codes, int(codes.max(initial=-1)) + 1, kind)
    if clusters.count < FEWEST_NETWORKS:
        raise NotIdentifiableError(
            f"{clusters.count} {kind}s are too few for an interval", where="clusters"
        )
    return clusters
