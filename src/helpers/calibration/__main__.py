"""``python -m helpers.calibration``: run the calibration and write its small result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import paths
from helpers.calibration.anchors import anchors
from helpers.calibration.design import looked_for
from helpers.calibration.running import Plan, calibrate, finished
from helpers.calibration.subjects import SUBJECTS
from helpers.calibration.summary import design_sizes, missed, summarise
from helpers.files import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.calibration.cells import Subject

__all__ = ["main", "plans"]

OUT = paths.PROCESSED / "calibration"
SOME = paths.BUILD / "calibration" / "some"  # of some subjects: not to be published
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
    asked = _asked(words)
    chosen = [SUBJECTS[name] for name in asked.only or SUBJECTS]
    run = finished if asked.finished else calibrate
    found = run(plans(chosen, asked.templates, asked.claims))
    found |= run([Plan(cell, AGAIN * len(rows)) for cell, rows in missed(found)])
    sized = looked_for(chosen, asked.design, run)
    found |= {cell: rows for cell, rows in sized.items() if cell not in found}
    tables = {"cells.csv": summarise(found), "design.csv": design_sizes(found)}
    if (published := paths.ROOT / "tests" / "data").is_dir():
        tables["anchors.csv"] = anchors(published)
    out = asked.out or (SOME if asked.only else OUT)
    for name, table in tables.items():
        write_text(out / name, table.to_csv(index=False, lineterminator="\n"))
    return 0


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="helpers.calibration", description=__doc__)
    parser.add_argument("--templates", type=int, default=TEMPLATES)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--design", type=int, default=DESIGN)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=list(SUBJECTS),
        help=f"run some subjects; their tables go to {SOME.relative_to(paths.ROOT)}",
    )  # fmt: skip
    parser.add_argument(
        "--finished", action="store_true",
        help="run nothing: write the tables of what an interrupted run has left",
    )  # fmt: skip
    parser.add_argument("--out", type=Path)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
