"""Summarise simulations: coverage, bias, verdicts, required sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.claims.rules.interval_rules import Word
from helpers.inference import compute_exact_interval
from validation.coverage.cells import Cell, Subject
from validation.coverage.design import list_sizes_tried
from validation.coverage.running import Row
from validation.coverage.subjects import SUBJECTS
from validation.coverage.truths import Truth

LEVEL = 0.999  # of the exact binomial intervals that a cell must miss its mark by
NOMINAL, COVERED = 0.95, (0.93, 0.97)
LEEWAY = 0.010  # beyond a nominal tail
DIGITS = 6
DESIGN = [
    "kind", "subject", "template", "groups", "tried", "replicates", "right_true",
    "right_false",
]  # fmt: skip
WORDS = (
    Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL, Word.INCONCLUSIVE, Word.FRAGILE,
    Word.UNTESTABLE,
)  # fmt: skip


def summarise_cells(found: Mapping[Cell, Sequence[Row]]) -> pd.DataFrame:
    """Summarise simulated studies, one row per calibration cell.

    Columns: kind, subject, template, world, groups, replicates, truth, bias (mean
    estimate less truth), coverage with its exact 99.9 % limits, the share of each
    verdict, right, wrong (the worst tail) and the most it may be, result (``held``,
    ``conservative`` or what failed); and of the naive way beside it its bias, coverage
    and the share of its verdicts that are wrong.
    """
    rows = [_build_row(cell, rows) for cell, rows in found.items() if rows]
    return sort_rows(pd.DataFrame(rows).round(DIGITS))


def sort_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Sort summary rows by claim, each at its own size first."""
    if table.empty:
        return table
    at = {name: place for place, name in enumerate(SUBJECTS)}
    own = table["subject"].map(
        {name: subject.groups for name, subject in SUBJECTS.items()}
    )
    size = pd.to_numeric(table["groups"]).fillna(0)
    keys = (size, size.ne(own), table["subject"].map(at))
    return table.iloc[np.lexsort(keys)]


def list_failed_cells(
    found: Mapping[Cell, Sequence[Row]],
) -> list[tuple[Cell, Sequence[Row]]]:
    """List the calibration cells in which verdicts are wrong too often."""
    return [
        (cell, rows)
        for cell, rows in found.items()
        if rows and str(_build_row(cell, rows)["result"]).startswith("failed")
    ]


def _build_row(cell: Cell, rows: Sequence[Row]) -> dict[str, object]:
    subject = SUBJECTS[cell.subject]
    truth = subject.truth(cell.world)
    table = pd.DataFrame(rows)
    components = table.dropna(subset="estimate")
    covered = (components["low"] <= truth.value) & (truth.value <= components["high"])
    coverage = _estimate_share(covered)
    words = {
        word.lower(): float(table["word"].eq(word).mean()) for word in map(str, WORDS)
    }
    wrong, allowed = _find_worst(truth, table["word"])
    row = {
        "kind": subject.kind,
        "subject": subject.name,
        "template": subject.template,
        "world": cell.world,
        "groups": cell.groups,
        "replicates": len(table),
        "truth": truth.value,
        "bias": float((components["estimate"] - truth.value).mean()),
        "coverage": coverage[0],
        "coverage_low": coverage[1],
        "coverage_high": coverage[2],
        **words,
        "right": words[truth.right.lower()] if truth.right else np.nan,
        "wrong": wrong,
        "wrong_allowed": allowed,
        "result": _classify_cell(
            subject, coverage, _compute_tails(truth, table["word"])
        ),
    }
    return row | _summarise_naive(subject, truth, table)


def _estimate_share(true: pd.Series[bool]) -> tuple[float, float, float]:
    """Estimate a share with its exact interval; 0 to 1 if no study was simulated."""
    if not len(true):
        return (np.nan, 0.0, 1.0)
    exact = compute_exact_interval(int(true.sum()), len(true), level=LEVEL)
    return exact.estimate, exact.low, exact.high


def _compute_tails(
    truth: Truth, words: pd.Series[str]
) -> list[tuple[float, float, float, float]]:
    """Return how often each wrong verdict occurred, with exact intervals."""
    return [
        (*_estimate_share(words.eq(str(word))), tail + LEEWAY)
        for word, tail in truth.wrong
    ]


def _find_worst(truth: Truth, words: pd.Series[str]) -> tuple[float, float]:
    return max((share, may) for share, _, _, may in _compute_tails(truth, words))


def _classify_cell(
    subject: Subject,
    coverage: tuple[float, float, float],
    tails: list[tuple[float, float, float, float]],
) -> str:
    """Classify a calibration cell as passed, failed or conservative."""
    _, low, high = coverage
    least, most = COVERED if subject.kind == "template" else (NOMINAL, NOMINAL)
    failed = [f"wrong {share:.3f}" for share, above, _, may in tails if above > may]
    if high < least:
        failed.insert(0, f"coverage {coverage[0]:.3f}")
    if failed:
        return "failed: " + ", ".join(failed)
    return "conservative" if low > most else "held"


def _summarise_naive(
    subject: Subject, truth: Truth, table: pd.DataFrame
) -> dict[str, object]:
    components = table.dropna(subset="naive")
    if not subject.naive or components.empty:
        return dict.fromkeys(
            ("naive", "naive_bias", "naive_coverage", "naive_wrong"), np.nan
        ) | {"naive": subject.naive}
    covered = components["naive_low"].le(truth.value) & components["naive_high"].ge(
        truth.value
    )
    return {
        "naive": subject.naive,
        "naive_bias": float((components["naive"] - truth.value).mean()),
        "naive_coverage": float(covered.mean()),
        "naive_wrong": _find_worst(truth, components["naive_word"])[0],
    }


def find_design_sizes(found: Mapping[Cell, Sequence[Row]]) -> pd.DataFrame:
    """Find each claim's smallest sample size with 80 % right verdicts.

    Columns: kind, subject, template, groups (missing where no tried size suffices),
    tried (largest size that was affordable), replicates, right_true and right_false
    at that size.
    """
    rows = [_build_size_row(subject, found) for subject in SUBJECTS.values()]
    table = pd.DataFrame([row for row in rows if row], columns=DESIGN).round(DIGITS)
    return sort_rows(table.astype({"groups": "Int64"}))


def _build_size_row(
    subject: Subject, found: Mapping[Cell, Sequence[Row]]
) -> dict[str, object] | None:
    tried = list_sizes_tried(subject, found)
    if not tried:
        return None
    enough = [size for size in tried if size.suffices]
    at = enough[0] if enough else tried[-1]
    true, *false = at.right
    return {
        "kind": subject.kind,
        "subject": subject.name,
        "template": subject.template,
        "groups": at.groups if enough else np.nan,
        "tried": tried[-1].groups,
        "replicates": len(found[Cell(subject.name, true, at.groups)]),
        "right_true": at.right[true],
        "right_false": min(at.right[world] for world in false),
    }
