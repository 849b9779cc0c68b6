"""Run the calibration of verdicts by simulation and write its table."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import paths
from helpers.files import write_text
from validation.coverage.anchors import compute_anchors
from validation.coverage.cells import Subject
from validation.coverage.design import search_least_size
from validation.coverage.running import Plan, read_finished, run_calibration
from validation.coverage.subjects import SUBJECTS
from validation.coverage.summary import (
    find_design_sizes,
    list_failed_cells,
    sort_rows,
    summarise_cells,
)

OUT = paths.PROCESSED / "calibration"
TEMPLATES, CLAIMS, DESIGN = 2000, 200, 200  # replicates a cell: an hour on two cores
AGAIN = 10  # times as many, where a mark was missed: chance does that to one in some


def list_plans(
    subjects: Sequence[Subject], templates: int = TEMPLATES, claims: int = CLAIMS
) -> list[Plan]:
    """List the simulations to run for each rule or claim."""
    each = {"template": templates, "claim": claims}
    return [
        Plan(cell, each[subject.kind])
        for subject in subjects
        for cell in subject.cells()
        if each[subject.kind]
    ]


def run_command(words: Sequence[str] | None = None) -> int:
    """Run the requested simulations and write their tables."""
    options = _parse_arguments(words)
    chosen = [SUBJECTS[name] for name in options.only or SUBJECTS]
    run = read_finished if options.finished else run_calibration
    by_cell = run(list_plans(chosen, options.templates, options.claims))
    by_cell |= run(
        [Plan(cell, AGAIN * len(rows)) for cell, rows in list_failed_cells(by_cell)]
    )
    sized = search_least_size(chosen, options.design, run)
    by_cell |= {cell: rows for cell, rows in sized.items() if cell not in by_cell}
    tables = {
        "cells.csv": summarise_cells(by_cell),
        "design.csv": find_design_sizes(by_cell),
    }
    if (data := paths.ROOT / "tests" / "data").is_dir():
        tables["anchors.csv"] = compute_anchors(data)
    out = options.out or OUT
    for name, table in tables.items():
        merged = list_published(table, out / name, chosen) if options.only else table
        write_text(out / name, merged.to_csv(index=False, lineterminator="\n"))
    return 0


def list_published(
    table: pd.DataFrame, path: Path, chosen: Sequence[Subject]
) -> pd.DataFrame:
    """Merge new simulation results into the published table."""
    if "subject" not in table or not path.is_file():
        return table
    buffer = io.StringIO(table.to_csv(index=False, lineterminator="\n"))
    new, before = (
        pd.read_csv(file, dtype=str, keep_default_na=False) for file in (buffer, path)
    )
    others = before[~before["subject"].isin([subject.name for subject in chosen])]
    return sort_rows(pd.concat([others, new]))


def _parse_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="validation.coverage", description=__doc__)
    parser.add_argument("--templates", type=int, default=TEMPLATES)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--design", type=int, default=DESIGN)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=list(SUBJECTS),
        help="run some subjects, and put their rows in the place of the published ones",
    )  # fmt: skip
    parser.add_argument(
        "--finished", action="store_true",
        help="run nothing: write the tables of what an interrupted run has left",
    )  # fmt: skip
    parser.add_argument("--out", type=Path)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(run_command())
