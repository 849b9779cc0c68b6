"""Working copies of the notebooks, for a user's run or the public studies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from helpers import paths
from helpers.claims.evaluation.verdict_store import FOLDER, keep_verdicts_in
from helpers.errors import MissingSourceError
from helpers.files import report_write_errors
from helpers.study.publish.study import open_study


class Workshop(NamedTuple):
    """A folder of notebook copies, and the environment to run them in."""

    notebooks: Path
    environment: dict[str, str]


def make_workshop(run: Path | None) -> Workshop:
    """Copy the notebooks to the folder of a run; keep existing copies.

    What is tried out there, and the figures it saves, never gets into the run's site.
    Without a run they are the suite's own, on the public studies.

    Raises
    ------
    MissingSourceError
        If `shequn run` did not make this folder, or did not finish.
    """
    if run is None:
        sources = sorted(paths.EDITIONS.glob("*.ipynb"))
        room = paths.BUILD / "lab"
        for inner in ("zh", "solutions"):
            others = sorted((paths.EDITIONS / inner).glob("*.ipynb"))
            _copy_workshop(others, room / inner, {})
        verdicts = paths.BUILD / "verdicts"
        verdicts.mkdir(parents=True, exist_ok=True)  # one notebook's serve the next
        return _copy_workshop(sources, room, _find_verdicts(verdicts))
    if not run.is_dir():
        raise MissingSourceError(
            "there is no such folder",
            where=str(run),
            remedy="name the one that `shequn run` made",
        )
    study, made = open_study(run), run.resolve() / "notebooks"
    if not (sources := sorted(made.glob("*.ipynb"))):
        raise MissingSourceError(
            "there are no notebooks here",
            where=str(run),
            remedy="run the same `shequn run` command again to finish it",
        )
    environment = {"SHEQUN_STUDIES": str(study.folder.resolve())}
    environment |= _find_verdicts(run.resolve() / "verdicts")
    return _copy_workshop(sources, run.resolve() / "lab", environment)


def _find_verdicts(room: Path) -> dict[str, str]:
    """Return the environment variable with the folder of cached verdicts, if any."""
    if not room.is_dir():
        return {}
    with keep_verdicts_in(room):
        return {FOLDER: os.environ[FOLDER]}


def _copy_workshop(
    sources: Sequence[Path], room: Path, environment: dict[str, str]
) -> Workshop:
    with report_write_errors(room):
        room.mkdir(parents=True, exist_ok=True)
        for source in sources:
            if not (room / source.name).exists():
                shutil.copyfile(source, room / source.name)
    return Workshop(room, environment | {"SHEQUN_FIGURES": str(room / "figures")})
