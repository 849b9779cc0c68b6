"""Several corpora as strata of one estimate: a constant for each, groups as clusters.

What differs between corpora is theirs; what is estimated is common to all of them, and
speaks of the corpora at hand, not of a population that they were drawn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.survival import Clusters, Lifetimes, clusters_of

STRATUM = "stratum"
AT_HAND = "in the corpora at hand"


def clusters_in(rows: pd.DataFrame) -> Clusters:
    """Return the clusters of groups: within strata batches or groups, else as usual.

    Raises
    ------
    FewNetworksError
        If the rows are no strata and of 2 to 7 networks.

    Examples
    --------
    >>> rows = pd.DataFrame({"network": list("abc"), "batch": list("xyz")})
    >>> clusters_in(rows.assign(stratum="s")).kind
    'group'
    """
    if STRATUM not in rows:
        return clusters_of(rows["network"], rows["batch"])
    return clusters_of(np.full(len(rows), "one"), rows["batch"])


def clustered(rows: pd.DataFrame) -> gates.Gate:
    """Return the gate of clusters; strata pass it with the number of corpora told."""
    if STRATUM not in rows:
        return gates.clustering(rows["network"], rows["batch"])
    gate = gates.clustering(np.full(len(rows), "one"), rows["batch"])
    return replace(gate, detail=f"{rows[STRATUM].nunique()} corpora, {gate.detail}")


def in_strata(evidence: Evidence, lives: Lifetimes) -> Lifetimes:
    """Return lifetimes of strata as those of one operator: groups are drawn."""
    if STRATUM not in evidence.groups:
        return lives
    return replace(lives, network=np.full(len(lives), "one"))


def constants(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a constant for each corpus but the first; no column without strata.

    >>> constants(pd.DataFrame({"stratum": list("aab")})).columns.tolist()
    ['b']
    """
    if STRATUM not in rows:
        return pd.DataFrame(index=rows.index)
    return pd.get_dummies(rows[STRATUM], drop_first=True, dtype=float)


def told(rows: pd.DataFrame, qualifiers: Sequence[str]) -> tuple[str, ...]:
    """Return the qualifiers, and that the corpora at hand are meant if they are."""
    return (*qualifiers, *([AT_HAND] if STRATUM in rows else []))
