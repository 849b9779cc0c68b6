"""How far verdicts can be trusted: anchors, calibration, naive ways, many claims."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from helpers import paths
from helpers.claims import claim, evaluate, parse
from helpers.claims.evaluate import ESTIMATORS
from helpers.claims.rules import Beyond, Effect, NoEffect
from helpers.errors import MissingSourceError
from helpers.inference import select
from helpers.notebooks.tables import Table
from helpers.prose import count, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.study import Study
    from helpers.survival import Interval

    Tested = tuple[str, Interval, float]  # the verdict's word, its interval, threshold

__all__ = [
    "anchors_table",
    "calibration_table",
    "design_table",
    "looked_at_table",
    "multiplicity_table",
    "naive_table",
    "published",
    "survivors_table",
]

FALSE_DISCOVERIES = 0.10
DECIDED = ("SUPPORTED", "CONTRADICTED")
FAMILY = ["theme", "tested", "threshold excluded", "decided", "decided and kept"]


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
            "the calibration is not there", where=str(path), remedy="run make calibrate"
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
    table = _at_reference_size(kind)
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


def _at_reference_size(kind: str) -> pd.DataFrame:
    """Keep the size at which every world of a subject was tried."""
    table = published("cells")
    table = table[table["kind"] == kind]
    worlds = table.groupby(["subject", "groups"])["world"].transform("size")
    return table[worlds == worlds.groupby(table["subject"]).transform("max")]


def design_table() -> Table:
    """Return the least number of groups at which 80 % of the verdicts are right."""
    table = published("design").drop(columns=["kind", "template"])
    shares = dict.fromkeys(("right_true", "right_false"), share)
    counts = dict.fromkeys(("groups", "tried", "replicates"), count)
    return Table(table, "Design sizes", {**shares, **counts})


def naive_table() -> Table:
    """Return what the naive ways would have concluded in the same worlds."""
    table = pd.concat([_at_reference_size("claim"), _at_reference_size("template")])
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


def survivors_table() -> Table:
    """Return the changes of the rules that no test noticed, and why."""
    table = published("mutants")
    alive = table[table["outcome"] == "survived"].drop(columns="outcome")
    return Table(alive, "Changes that no test can notice", {"line": count})


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


def multiplicity_table(studies: Iterable[Study]) -> Table:
    """Return, by theme, how many verdicts outlast a bounded false discovery rate.

    All claims of one leg that a study answers are a family, by theme; each is tested
    against the threshold that its rule names, with q = 0.10.
    """
    families: dict[str, list[Tested]] = defaultdict(list)
    opened = list(studies)
    for name in ESTIMATORS:
        if (threshold := _threshold(name)) is not None:
            answered = (evaluate(name, study) for study in opened)
            families[claim(name).theme] += [
                (str(one.word), one.interval, threshold)
                for one in answered
                if one.interval is not None
            ]
    rows = [_family(theme, family) for theme, family in families.items() if family]
    table = pd.DataFrame(rows, columns=FAMILY)
    counts = dict.fromkeys(FAMILY[1:], count)
    return Table(table, "Many claims at once", counts)


def _family(theme: str, family: Sequence[Tested]) -> dict[str, object]:
    words, intervals, thresholds = zip(*family, strict=True)
    kept = select(intervals, thresholds, q=FALSE_DISCOVERIES).selected
    decided = [word in DECIDED for word in words]
    both = sum(a and b for a, b in zip(decided, kept, strict=True))
    return {
        "theme": theme,
        "tested": len(family),
        "threshold excluded": sum(kept),
        "decided": sum(decided),
        "decided and kept": both,
    }


def _threshold(name: str) -> float | None:
    """Return what a rule of one leg tests against, in the units of its estimate."""
    rule = parse(template) if (template := claim(name).template) else None
    if isinstance(rule, Beyond):
        return rule.threshold
    if isinstance(rule, Effect):
        return rule.null
    if isinstance(rule, NoEffect):
        return rule.margin
    return None
