"""Measure the CPU time of executing all notebooks without any cache.

On the embedded tables and on the demo's exports, each in a process of its own with two
kernels; all of its children count. Once each figure is drawn as its cell shows it, as
in `shequn notebooks` and in JupyterLab, and once with all pictures that pages have.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers import paths

SECONDS = 90  # of CPU, for the chapters as they are read


def demo(room: Path) -> Path:
    """Build the study of the demo exports and return its path."""
    from helpers.files import lock_folder  # noqa: PLC0415
    from helpers.own_groups.run import Plan, make_study  # noqa: PLC0415
    from helpers.study.store.ingest import Terms  # noqa: PLC0415

    (room / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=room / "key")
    plan = Plan(exports=[paths.RAW / "demo"], out=room / "run", terms=terms)
    with lock_folder(plan.out):
        return make_study(plan)[0].folder


def executed(folders: list[Path], *, pages: bool) -> dict[str, float]:
    """Execute all notebooks on some studies; return CPU seconds by step."""
    from helpers.claims.evaluation.verdict_store import (  # noqa: PLC0415
        keep_verdicts_in,
        make_verdicts,
    )
    from helpers.site.execution.execute import Run, execute_notebooks  # noqa: PLC0415
    from helpers.study import open_studies  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        out, own = Path(folder), len(folders) == 1
        run = Run(paths.NOTEBOOKS, tuple(folders), out, lenient=own, pages=pages)
        with keep_verdicts_in(out / "verdicts"):
            studies, begun = open_studies(folders), cpu()
            make_verdicts(studies)
            judged = cpu()
            execute_notebooks(run)
    return {"verdicts": judged - begun, "notebooks": cpu() - judged, "all": cpu()}


def cpu() -> float:
    """Return the CPU seconds of this process and its ended children."""
    return sum(os.times()[:4])


def measured(folders: list[Path], kind: str) -> dict[str, float]:
    """Run this script in a separate process; return what it measured."""
    command = [sys.executable, __file__, kind, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> None:
    """Print the CPU seconds of each way to execute the notebooks."""
    print(f"{'CPU s':<26}{'verdicts':>10}{'notebooks':>11}{'all':>8}   (≤ {SECONDS})")
    with tempfile.TemporaryDirectory() as room:
        studies = {"embedded": paths.list_study_folders(), "demo": [demo(Path(room))]}
        for kind in ("cells", "pages"):
            for name, folders in studies.items():
                found = measured(folders, kind)
                cells = (found[one] for one in ("verdicts", "notebooks", "all"))
                row = f"{name}, for {kind}"
                print(f"{row:<26}{'{:>10.0f}{:>11.0f}{:>8.0f}'.format(*cells)}")


if __name__ == "__main__":
    if words := sys.argv[1:]:
        found = executed([Path(one) for one in words[1:]], pages=words[0] == "pages")
        print(json.dumps(found))
    else:
        main()
