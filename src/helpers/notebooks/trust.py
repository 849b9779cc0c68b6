"""How far verdicts can be trusted: anchors, calibration, naive ways, many claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers import paths
from helpers.claims import claim
from helpers.claims.evaluation.multiplicity import families
from helpers.errors import MissingSourceError
from helpers.notebooks.tables import Table
from helpers.prose import count, share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.claims import Verdict
    from helpers.study import Study

__all__ = [
    "anchors_table",
    "at_own_size",
    "calibration_table",
    "design_table",
    "looked_at_table",
    "multiplicity_table",
    "mutants_table",
    "naive_table",
    "published",
    "survivors_table",
]

FAMILIES = [
    "theme", "families", "answered", "threshold excluded", "decided",
    "decided and kept",
]  # fmt: skip


def published(name: str) -> pd.DataFrame:
    """Return a committed table of the calibration.

    Raises
    ------
    MissingSourceError
        If it is not there.

    Examples
    --------
    >>> sorted(set(published("anchors")["status"]))[-1]
    'reproduced'
    """
    path = paths.PROCESSED / "calibration" / f"{name}.csv"
    if not path.is_file():
        raise MissingSourceError(
            "the calibration is not there",
            where=str(path),
            remedy="run make calibrate and make mutate",
        )
    return pd.read_csv(path)


def anchors_table() -> Table:
    """Return published numbers beside ours, and those whose estimator is not used."""
    table = published("anchors").drop(columns="data")
    numbers = dict.fromkeys(("published", "ours"), "{:.6g}".format)
    formats = {**numbers, "tolerance": "{:g}".format}
    return Table(table, "Published numbers", formats)


def calibration_table(kind: str) -> Table:
    """Return coverage, bias and verdicts in planted worlds, one row a world.

    Parameters
    ----------
    kind
        ``template`` or ``claim``.
    """
    table = at_own_size(kind)
    columns = [
        "subject", "world", "groups", "replicates", "truth", "bias", "coverage",
        "right", "wrong", "inconclusive", "fragile", "result",
    ]  # fmt: skip
    shares = dict.fromkeys(
        ("coverage", "right", "wrong", "inconclusive", "fragile"), share
    )
    numbers = {"truth": "{:.3g}".format, "bias": "{:+.3f}".format}
    counts = {"groups": count, "replicates": count}
    caption = f"Planted worlds: {kind}s"
    return Table(table[columns], caption, {**shares, **numbers, **counts})


def at_own_size(kind: str) -> pd.DataFrame:
    """Return each subject's worlds at the size at which coverage is counted.

    Parameters
    ----------
    kind
        ``template`` or ``claim``.
    """
    table = published("cells")
    table = table[table["kind"] == kind]
    first = table.groupby("subject")["groups"].transform("first")  # its own size
    return table[table["groups"] == first]


def design_table() -> Table:
    """Return the least number of groups at which 80 % of the verdicts are right."""
    table = published("design").drop(columns=["kind", "template"])
    shares = dict.fromkeys(("right_true", "right_false"), share)
    counts = dict.fromkeys(("groups", "tried", "replicates"), count)
    return Table(table, "Design sizes", {**shares, **counts})


def naive_table() -> Table:
    """Return what the naive ways would have concluded in the same worlds."""
    table = pd.concat([at_own_size("claim"), at_own_size("template")])
    columns = [
        "subject", "world", "naive", "coverage", "naive_coverage", "bias", "naive_bias",
        "wrong", "naive_wrong",
    ]  # fmt: skip
    rows = table.loc[table["naive"].notna(), columns]
    shares = dict.fromkeys(
        ("coverage", "naive_coverage", "wrong", "naive_wrong"), share
    )
    biases = dict.fromkeys(("bias", "naive_bias"), "{:+.3f}".format)
    return Table(rows, "Our way and naive ways, side by side", {**shares, **biases})


def mutants_table() -> Table:
    """Return how many small changes of each module were tried and noticed by a test.

    Examples
    --------
    >>> mutants_table().frame.columns.tolist()
    ['module', 'mutants', 'killed', 'survivors', 'share']
    """
    table = published("mutants")
    survivors = table["mutants"] - table["killed"]
    table = table.assign(survivors=survivors, share=table["killed"] / table["mutants"])
    counts = dict.fromkeys(("mutants", "killed", "survivors"), count)
    return Table(
        table, "Changes of the code, one at a time", {**counts, "share": share}
    )


def survivors_table() -> Table:
    """Return the changes that no test noticed, and why.

    Examples
    --------
    >>> survivors_table().frame.columns.tolist()
    ['what', 'reason']
    """
    table = published("survivors")
    what = (
        table["module"] + ", " + table["function"].fillna("") + ": " + table["change"]
    )
    rows = pd.DataFrame({"what": what, "reason": table["reason"]})
    return Table(rows, "Changes that no test noticed")


def looked_at_table(studies: Iterable[Study]) -> Table:
    """Return which corpora had been looked at, and which way their frames lean."""
    rows = [
        {
            "study": study.name,
            "looked at before": "yes" if study.manifest.looked_at else "no",
            "frame": "; ".join(study.manifest.frame_notes) or "no known bias",
        }
        for study in studies
    ]
    return Table(pd.DataFrame(rows), "How corpora were selected")


def multiplicity_table(verdicts: Iterable[Verdict]) -> Table:
    """Return, by theme, how many verdicts outlast a bounded false discovery rate.

    Families are those of `helpers.claims.evaluation.multiplicity`: the answered claims
    of one theme in one study; a theme's families stand in one row.
    """
    found = families(verdicts)
    rows = pd.DataFrame(
        {
            "theme": claim(name).theme,
            "families": study,
            "answered": 1,
            "threshold excluded": one.selected,
            "decided": one.decided,
            "decided and kept": one.decided and one.selected,
        }
        for (name, study), one in found.items()
    ).reindex(columns=FAMILIES)
    by = dict.fromkeys(FAMILIES[1:], "sum") | {"families": "nunique"}
    table = rows.groupby("theme", sort=False).agg(by).astype(int)
    counts = dict.fromkeys(table.columns, count)
    return Table(table.reset_index(), "Many claims at once", counts)
