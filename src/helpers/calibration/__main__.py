"""``python -m helpers.calibration``: run the calibration and write its small result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import paths
from helpers.calibration.anchors import anchors
from helpers.calibration.cells import SIZES, Cell
from helpers.calibration.running import Plan, calibrate
from helpers.calibration.subjects import SUBJECTS
from helpers.calibration.summary import design_sizes, summarise
from helpers.files import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.calibration.cells import Subject

__all__ = ["main", "plans"]

OUT = paths.PROCESSED / "calibration"
TEMPLATES, CLAIMS, DESIGN = 2000, 200, 200  # replicates a cell: an hour on two cores
LARGEST = 3000  # of the sizes tried for templates


def plans(
    templates: int = TEMPLATES, claims: int = CLAIMS, design: int = DESIGN
) -> list[Plan]:
    """Return every cell with its replicates; claims are tried at one size only."""
    each = {"template": templates, "claim": claims}
    chosen = [
        Plan(cell, each[subject.kind])
        for subject in SUBJECTS.values()
        for cell in subject.cells()
    ]
    known = {plan.cell for plan in chosen}
    sized = [Plan(cell, design) for cell in _sized() if cell not in known]
    return [plan for plan in chosen + sized if plan.replicates]


def _sized() -> list[Cell]:
    return [
        Cell(subject.name, world, size)
        for subject in SUBJECTS.values()
        if subject.kind == "template"
        for world in _decided(subject)
        for size in SIZES
        if size <= LARGEST
    ]


def _decided(subject: Subject) -> list[str]:
    return [truth.world for truth in subject.truths if truth.right]


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for and write its tables, anchors too."""
    parser = argparse.ArgumentParser(prog="helpers.calibration", description=__doc__)
    parser.add_argument("--templates", type=int, default=TEMPLATES)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--design", type=int, default=DESIGN)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(words)
    found = calibrate(plans(asked.templates, asked.claims, asked.design))
    tables = {"cells.csv": summarise(found), "design.csv": design_sizes(found)}
    if (published := paths.ROOT / "tests" / "data").is_dir():
        tables["anchors.csv"] = anchors(published)
    for name, table in tables.items():
        write_text(asked.out / name, table.to_csv(index=False, lineterminator="\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
