"""A copy of the notebooks to work in: on a run's study, and nobody's pages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from helpers.errors import MissingSourceError
from helpers.files import writing
from helpers.study.publish.study import open_study

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Workshop", "workshop"]


class Workshop(NamedTuple):
    """Where to work, and what the notebooks there are told by the environment."""

    notebooks: Path
    environment: dict[str, str]


def workshop(run: Path) -> Workshop:
    """Copy the notebooks of a run into ``lab``, those that are there already left.

    What is tried out there, and the figures it saves, never gets into the run's site.

    Raises
    ------
    MissingSourceError
        If `shequn run` did not make this folder, or did not finish.
    """
    study, made = open_study(run), run.resolve() / "notebooks"
    if not (sources := sorted(made.glob("*.ipynb"))):
        raise MissingSourceError(
            "there are no notebooks here",
            where=str(run),
            remedy="finish it: give `shequn run` the same words again",
        )
    room = run.resolve() / "lab"
    with writing(room):
        room.mkdir(exist_ok=True)
        for source in sources:
            if not (room / source.name).exists():
                shutil.copyfile(source, room / source.name)
    return Workshop(
        room,
        {
            "SHEQUN_STUDIES": str(study.folder.resolve()),
            "SHEQUN_FIGURES": str(room / "figures"),
        },
    )
