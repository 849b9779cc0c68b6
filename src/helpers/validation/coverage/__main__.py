"""Run the calibration and write its small result."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import paths
from helpers.files import write_text
from helpers.validation.coverage.anchors import anchors
from helpers.validation.coverage.cells import Subject
from helpers.validation.coverage.design import looked_for
from helpers.validation.coverage.running import Plan, calibrate, finished
from helpers.validation.coverage.subjects import SUBJECTS
from helpers.validation.coverage.summary import (
    design_sizes,
    in_order,
    missed,
    summarise,
)

OUT = paths.PROCESSED / "calibration"
TEMPLATES, CLAIMS, DESIGN = 2000, 200, 200  # replicates a cell: an hour on two cores
AGAIN = 10  # times as many, where a mark was missed: chance does that to one in some


def plans(
    subjects: Sequence[Subject], templates: int = TEMPLATES, claims: int = CLAIMS
) -> list[Plan]:
    """Return every cell of some subjects at its own size, with its replicates."""
    each = {"template": templates, "claim": claims}
    return [
        Plan(cell, each[subject.kind])
        for subject in subjects
        for cell in subject.cells()
        if each[subject.kind]
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for and write its tables, anchors too."""
    options = _arguments(words)
    chosen = [SUBJECTS[name] for name in options.only or SUBJECTS]
    run = finished if options.finished else calibrate
    by_cell = run(plans(chosen, options.templates, options.claims))
    by_cell |= run([Plan(cell, AGAIN * len(rows)) for cell, rows in missed(by_cell)])
    sized = looked_for(chosen, options.design, run)
    by_cell |= {cell: rows for cell, rows in sized.items() if cell not in by_cell}
    tables = {"cells.csv": summarise(by_cell), "design.csv": design_sizes(by_cell)}
    if (data := paths.ROOT / "tests" / "data").is_dir():
        tables["anchors.csv"] = anchors(data)
    out = options.out or OUT
    for name, table in tables.items():
        merged = published(table, out / name, chosen) if options.only else table
        write_text(out / name, merged.to_csv(index=False, lineterminator="\n"))
    return 0


def published(
    table: pd.DataFrame, path: Path, chosen: Sequence[Subject]
) -> pd.DataFrame:
    """Return the published rows with those of some subjects put in their place."""
    if "subject" not in table or not path.is_file():
        return table
    buffer = io.StringIO(table.to_csv(index=False, lineterminator="\n"))
    new, before = (
        pd.read_csv(file, dtype=str, keep_default_na=False) for file in (buffer, path)
    )
    others = before[~before["subject"].isin([subject.name for subject in chosen])]
    return in_order(pd.concat([others, new]))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="helpers.validation.coverage", description=__doc__
    )
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
    sys.exit(main())
