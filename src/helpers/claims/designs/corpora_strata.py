"""Use several sources as strata of one estimate: compare groups within sources only.

A place is one community of a source: a network. What differs between places is
theirs; the estimate is that of the corpora at hand, not of a population that they
were drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Specification, Supplement
from helpers.claims.contract.study_view import STRATUM, Evidence
from helpers.inference.fixed_effects import average_fixed_effects
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import choose_clusters_within
from helpers.wording import say

AT_HAND = "in the corpora at hand"
SMALL_P = 0.001
ALONE = say("each place alone, inverse-variance mean")


def add_places(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Add a stratum column to rows with a group id, if the study has strata."""
    if not evidence.has_places:
        return rows
    place = evidence.groups.set_index("group")[STRATUM]
    return rows.assign(**{STRATUM: rows["group"].map(place)})


def use_networks_as_places(evidence: Evidence) -> Evidence:
    """Return a study's tables with its networks (such as servers) marked as strata."""
    groups = evidence.groups
    return replace(evidence, groups=groups.assign(**{STRATUM: groups["network"]}))


def place_of(rows: pd.DataFrame) -> pd.Series[str] | None:
    """Return the stratum (source or network) of each row, or None if unstratified."""
    return rows.get(STRATUM)


def choose_clusters_in(rows: pd.DataFrame) -> Clusters:
    """Choose the bootstrap clusters of groups, nested in any strata.

    Raises
    ------
    FewNetworksError
        If the rows are no strata and of 2 to 7 networks.

    Examples
    --------
    >>> rows = pd.DataFrame({"network": list("abc"), "batch": list("xyz")})
    >>> choose_clusters_in(rows.assign(stratum="s")).kind
    'group'
    """
    if STRATUM not in rows:
        return choose_clusters(rows["network"], rows["batch"])
    return choose_clusters_within(rows[STRATUM], rows["batch"])


def build_cluster_gate(rows: pd.DataFrame) -> gates.Gate:
    """Check that there are enough bootstrap clusters, in each stratum if any."""
    if STRATUM not in rows or rows.empty:
        return gates.require_clusters(rows["network"], rows["batch"])
    clusters = choose_clusters_in(rows)
    detail = say(
        "{places} places, {resampled}",
        places=rows[STRATUM].nunique(),
        resampled=gates.say_resampled(clusters),
    )
    return gates.Gate("clustering", passed=True, detail=detail)


def build_corpus_constants(rows: pd.DataFrame) -> pd.DataFrame:
    """Return dummy variables of the strata; no columns if unstratified.

    >>> build_corpus_constants(pd.DataFrame({"stratum": list("aab")})).columns.tolist()
    ['b']
    """
    if STRATUM not in rows:
        return pd.DataFrame(index=rows.index)
    return pd.get_dummies(rows[STRATUM], drop_first=True, dtype=float)


def build_stratum_qualifiers(
    rows: pd.DataFrame, qualifiers: Sequence[str]
) -> tuple[str, ...]:
    """Add a verdict qualifier if the estimate combines several sources."""
    return (*qualifiers, *([AT_HAND] if STRATUM in rows else []))


def code_within_places(
    rows: pd.DataFrame, coding: Callable[[pd.Series[float]], pd.Series[float]]
) -> pd.Series[float]:
    """Transform an exposure, such as to terciles, separately in each stratum.

    >>> rows = pd.DataFrame({"exposure": [1.0, 2.0, 9.0], "stratum": list("aab")})
    >>> code_within_places(rows, lambda x: x - x.mean()).tolist()
    [-0.5, 0.5, 0.0]
    """
    if STRATUM not in rows:
        return coding(rows["exposure"])
    return rows.groupby(STRATUM, group_keys=False)["exposure"].transform(coding)


def estimate_each_place(
    rows: pd.DataFrame, estimate: Callable[[pd.DataFrame], Interval]
) -> tuple[Supplement, ...]:
    """Apply an estimator to the rows of each stratum; empty if unstratified.

    Parameters
    ----------
    estimate
        Takes rows of one place; refuses by NotIdentifiableError.
    """
    if STRATUM not in rows:
        return ()
    parts = rows.groupby(STRATUM, sort=True)
    return tuple(
        supplement
        for place, own in parts
        for supplement in Supplement.tried(str(place), partial(estimate, own))
    )


def average_places(parts: Sequence[Supplement]) -> Interval:
    """Average stratum-specific estimates, weighted by inverse variance.

    Raises
    ------
    NotIdentifiableError
        If no place has an estimate.
    """
    return average_fixed_effects([part.interval for part in parts], "log").mean


def list_places_alone(parts: Sequence[Supplement]) -> tuple[Specification, ...]:
    """Average the strata's ratios by inverse variance, as an alternative analysis."""
    if not parts:
        return ()
    return (Specification.tried(ALONE, lambda: average_places(parts)),)


def describe_heterogeneity(parts: Sequence[Supplement]) -> str:
    """Describe how estimates differ between strata, by Cochran's Q."""
    if len(parts) < 2:  # noqa: PLR2004 - one place differs from none
        return ""
    average = average_fixed_effects([part.interval for part in parts], "log")
    return say(
        "{n} places alone differ by Cochran's Q {q:.2f} (df {df}, {p})",
        n=len(parts),
        q=average.q,
        df=average.df,
        p=f"p = {average.p:.3f}" if average.p >= SMALL_P else f"p < {SMALL_P}",
    )
