"""The chapter on a user's own groups: code to change, words computed from the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.own_groups.opened import Run, open_run
from helpers.records import MONTH_DAYS
from helpers.small_counts import ENOUGH_GROUPS, get_threshold
from helpers.wording import Language, render, say_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEMPLATE = "chapter.cells"
FOLDER = "chapters"
FILES: Mapping[Language, str] = {"en": "your_groups.ipynb", "zh": "你的群.ipynb"}
_CELL = re.compile(r"^%% (code|text)(?: needs=(\w+))?\n", re.MULTILINE)
_TEXT = re.compile("⟦(.*?)⟧")


class Cell(NamedTuple):
    """A cell of the chapter in one language."""

    is_code: bool
    source: str


def write_chapters(folder: Path) -> list[str]:
    """Write and execute the chapters of a run; return their places within it."""
    import nbformat  # noqa: PLC0415 - few runs write chapters

    from helpers.files import write_text  # noqa: PLC0415
    from helpers.notebooks import execute_chapters, write_stable  # noqa: PLC0415

    run, paths = open_run(folder, k=get_threshold()), []
    (folder / FOLDER).mkdir(exist_ok=True)
    for language, name in FILES.items():
        make: Any = nbformat.v4
        notebook = make.new_notebook()
        notebook.cells = [
            (make.new_code_cell if cell.is_code else make.new_markdown_cell)(
                cell.source
            )
            for cell in list_cells(run, language)
        ]
        paths.append(folder / FOLDER / name)
        write_text(paths[-1], write_stable(notebook))
    execute_chapters(folder / FOLDER, chapters=paths)
    return [f"{FOLDER}/{path.name}" for path in paths]


def list_cells(run: Run, language: Language) -> Iterator[Cell]:
    """Yield the cells of a run's chapter, without those that its data can't carry."""
    text = files(__package__).joinpath(TEMPLATE).read_text("utf-8")
    has = {name: holds(run) for name, holds in NEEDS.items()}
    _, *parts = _CELL.split(text)
    for kind, need, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if need and not has[need]:
            continue
        chosen = _TEXT.sub(
            lambda text: render(say_in("chapter", text[1]), language), source
        )
        filled = chosen.replace("LANGUAGE", f'"{language}"').replace("K)", f"{run.k})")
        yield Cell(kind == "code", filled.strip())


def _has_lives(run: Run) -> bool:
    """Return whether five groups were watched until a day that is known."""
    try:
        return len(run.lives.ended) >= ENOUGH_GROUPS
    except NotIdentifiableError:
        return False


def _has_members(run: Run) -> bool:
    tables = run.study.manifest.tables
    return "memberships" in tables and bool(
        run.study.table("memberships")["listed"].astype(bool).any()
    )


def _has_first_months(run: Run) -> bool:
    rooms = run.study.table_with_dates("groups").dropna(subset="last")
    return bool(((rooms["end"] - rooms["first"]).dt.days >= MONTH_DAYS).any())


def _has_moments(run: Run) -> bool:
    from helpers.library.sources import list_moments  # noqa: PLC0415 - slow to import

    try:
        return len(list_moments([run.study])) > 0
    except ShequnError:
        return False


NEEDS: Mapping[str, Callable[[Run], bool]] = {
    "lives": _has_lives,
    "members": _has_members,
    "pause": _has_first_months,
    "forecast": _has_moments,
}
