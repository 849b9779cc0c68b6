"""Hand-coded facts about groups (purpose, rules, type), by date and coder.

An exposure is what was on record by an age. What has no date is not used as one, and
what is dated later was not there yet (the register's timing gate). Facts whose meaning
is of the beginning (`AT_BIRTH`) need no date.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract.study_view import DATED_BY, Evidence
from helpers.claims.quantities.spans import to_local_days
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval
from helpers.survival.bootstrap import cluster_weights, keep_finite
from helpers.survival.interval import Replicates

AT_BIRTH = frozenset({"offline_first", "fee", "cap"})
COLUMNS = ("group", "fact", "coder", "day", "value")
PAIR = 2


def read_codings(evidence: Evidence, fact: str) -> pd.DataFrame:
    """Read the hand-coded values of one property of groups, by group and coder.

    Rows of the table `codings`, and of `facts`, which the study's source or its
    `groups.csv` tells.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it.
    """
    rows = pd.concat([_get_table(evidence, "codings"), _read_source_facts(evidence)])
    codings = rows[rows["fact"] == fact]
    if codings.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record {fact}",
            remedy="code it by hand: codings.csv, read by shequn run --tables",
        )
    return codings


def _get_table(evidence: Evidence, name: str) -> pd.DataFrame:
    try:
        return evidence.table(name)
    except NotIdentifiableError:
        return pd.DataFrame({name: [] for name in COLUMNS})


def _read_source_facts(evidence: Evidence) -> pd.DataFrame:
    """Read group properties recorded by a source, in the format of hand codings."""
    rows = _get_table(evidence, "facts").assign(coder="source", day=np.nan)
    for fact, of in DATED_BY.items():
        days = rows[rows["fact"] == of]
        dated = rows["fact"].eq(fact) & rows["group"].isin(days["group"])
        days = days.assign(day=days["value"], value=1.0, fact=fact)
        rows = pd.concat([rows[~dated & rows["fact"].ne(of)], days])
    return rows[list(COLUMNS)]


def _select_values(
    evidence: Evidence, fact: str, by_day: float | None
) -> pd.Series[float]:
    """Return a property's coded values by group and coder; 0 if dated after an age."""
    rows = read_codings(evidence, fact)
    if by_day is not None and fact not in AT_BIRTH:
        rows = rows[rows["day"].notna() | rows["value"].eq(0)]
        origin = evidence.groups.set_index("group")["origin_us"]
        born = rows["group"].map(to_local_days(evidence, origin))
        late = rows["day"] + 1 > born + by_day  # at some hour of that day
        rows = rows.assign(value=rows["value"].mask(late, 0.0))
    by: pd.Series[float] = rows.groupby(["group", "coder"])["value"].last()
    return by


def measure_coded(
    evidence: Evidence, fact: str, by_day: float | None = None
) -> pd.Series[float]:
    """Average the coders' numeric values of one hand-coded group property, by group."""
    mean: pd.Series[float] = (
        _select_values(evidence, fact, by_day).groupby("group").mean()
    )
    return mean


def read_stated(
    evidence: Evidence,
    fact: str,
    by_day: float | None = None,
    *,
    coder: str | None = None,
) -> pd.Series[float]:
    """Read a hand-coded yes/no property by group; exclude groups with disagreement.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it, or that coder did not.
    """
    by = _select_values(evidence, fact, by_day).gt(0).astype("float64")
    if coder is not None:
        by = by[by.index.get_level_values("coder") == coder]
    mean = by.groupby("group").mean()
    agreed: pd.Series[float] = mean[mean.isin([0.0, 1.0])]
    return agreed


def list_coders(evidence: Evidence, fact: str) -> list[str]:
    """List the coders of a hand-coded property if there are several, else none."""
    names = sorted(read_codings(evidence, fact)["coder"].unique())
    return names if len(names) > 1 else []


def classify_kinds(evidence: Evidence, of: str = "type") -> pd.Series[str]:
    """Return each group's hand-coded type, or other category, if it is unambiguous.

    Raises
    ------
    NotIdentifiableError
        If no group has one.
    """
    rows = pd.concat([_get_table(evidence, "codings"), _read_source_facts(evidence)])
    rows = rows[rows["fact"].str.startswith(f"{of}: ") & rows["value"].gt(0)]
    named = rows.assign(kind=rows["fact"].str.removeprefix(f"{of}: "))
    named_kinds = named.drop_duplicates(["group", "kind"]).set_index("group")["kind"]
    agreed_kinds: pd.Series[str] = named_kinds[
        ~named_kinds.index.duplicated(keep=False)
    ].sort_index()
    if agreed_kinds.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record the {of} of groups"
        )
    return agreed_kinds


def is_kind(evidence: Evidence, *names: str) -> pd.Series[float]:
    """Return 1 for groups of the given hand-coded types, 0 for all other groups."""
    return classify_kinds(evidence).isin(names).astype("float64")


def compare_kinds(
    evidence: Evidence, these: Collection[str], those: Collection[str]
) -> pd.Series[float]:
    """Return 1 for groups of the first types, 0 for the second; drop other groups."""
    kind = classify_kinds(evidence)
    kind = kind[kind.isin([*these, *those])]
    return kind.isin(these).astype("float64")


def estimate_alpha(ratings: pd.DataFrame, clusters: Clusters, *, seed: int) -> Interval:
    """Estimate Krippendorff's α with a cluster bootstrap interval.

    Parameters
    ----------
    ratings : shape (units, coders)
        Codes of any kind; missing where a coder gave none. Units with fewer than two
        codes say nothing.
    clusters
        Of the units.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Examples
    --------
    >>> from helpers.inference import cluster_by_label
    >>> one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> codes = pd.DataFrame({"A": one, "B": other})  # his example A
    >>> units = cluster_by_label(codes.index)
    >>> round(estimate_alpha(codes, units, seed=1).estimate, 3)
    0.095
    """
    counts = _count_codes(ratings)
    values = np.concatenate(
        [
            _compute_alpha(counts, block)
            for block in cluster_weights(clusters, seed=seed)
        ]
    )
    estimate = float(_compute_alpha(counts, np.ones((1, len(counts))))[0])
    replicates = keep_finite(values, clusters)
    rule = Replicates(estimate, tuple(np.sort(replicates).tolist()))
    return Interval.of(
        estimate, rule, method=f"{clusters.method}, percentiles", n=len(counts),
        clusters=clusters.count,
    )  # fmt: skip


def _count_codes(ratings: pd.DataFrame) -> Floats:
    """Count how many coders gave each value to each hand-coded unit."""
    codes, values = pd.factorize(ratings.to_numpy(object).ravel(), sort=True)
    counts = np.zeros((len(ratings), max(len(values), 1)))
    row = np.repeat(np.arange(len(ratings)), ratings.shape[1])
    np.add.at(counts, (row[codes >= 0], codes[codes >= 0]), 1)
    counts[counts.sum(axis=1) < PAIR] = 0
    return counts


def _compute_alpha(counts: Floats, weights: Floats) -> Floats:
    n_ratings = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / np.maximum(n_ratings - 1, 1)
    total = weights @ n_ratings
    observed = total - weights @ same
    values = weights @ counts
    expected = (total**2 - (values**2).sum(axis=1)) / np.maximum(total - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas: Floats = 1 - observed / expected
    return alphas
