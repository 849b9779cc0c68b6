"""The public chapters on a user's study: what looks at one place looks at theirs."""

from __future__ import annotations

import dis
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

from helpers.notebooks import execute_chapters, list_chapters, name_place, write_stable
from helpers.own_groups.report.translated import translate_notebook
from helpers.wording import Language, render, say

FOLDER = "chapters"
ENDINGS: Mapping[Language, str] = {"en": ".ipynb", "zh": ".zh.ipynb"}
HOME = re.compile(r'^HOME = "[^"]*"(?=  # change me)', re.MULTILINE)
NUMBERS = range(2, 11)  # the first and last are about the project itself
HERE = 'HOME = ".."'  # the run, from the folder of its chapters
SECTION = re.compile(r"^## ", re.MULTILINE)
LAST = "## Exercises"
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}


def write_chapters(folder: Path) -> list[str]:
    """Write and execute the chapters on a run, in both languages; return their places.

    A cell that fails says why in one sentence, and the others run.
    """
    import nbformat  # noqa: PLC0415 - few runs write chapters

    from helpers.files import write_text  # noqa: PLC0415

    room, paths = folder / FOLDER, []
    room.mkdir(exist_ok=True)
    for chapter in list_chapters():
        if int(chapter.name[:2]) not in NUMBERS:
            continue
        notebook: Any = nbformat.read(chapter, as_version=4)
        if any(HOME.search(cell.source) for cell in notebook.cells):
            notebook.cells = list(select_cells(notebook.cells))
            notebook.cells.insert(
                1, nbformat.v4.new_markdown_cell(_introduce(folder, "en"))
            )
            paths.append(room / chapter.name)
            write_text(paths[-1], write_stable(notebook))
    execute_chapters(room, chapters=paths, keep_going=True)
    for path in paths:
        told = translate_notebook(nbformat.read(path, as_version=4), "zh")
        told.cells[1].source = _introduce(folder, "zh")
        write_text(path.with_suffix(ENDINGS["zh"]), write_stable(told))
    return [
        f"{FOLDER}/{path.with_suffix(end).name}"
        for path in paths
        for end in ENDINGS.values()
    ]


def _introduce(folder: Path, language: Language) -> str:
    return render(
        say(
            "**On your own groups ({name}).** `HOME` is the folder above this one. "
            "What needs more than your groups have goes on with a public place, and "
            "says so; folded code is about public places.",
            name=name_place(str(folder)),
        ),
        language,
    )


def select_cells(cells: Sequence[Any]) -> Iterator[Any]:
    """Yield a chapter's head, the sections that look at HOME, and what these need.

    What other sections make for them is folded; exercises are left out.
    """
    sections = _split_sections(cells)
    kept = {at for at, own in enumerate(sections) if at == 0 or _reads_home(own)}
    needed = _find_needed(sections, kept)
    for at, own in enumerate(sections):
        for cell in own:
            if at in kept:
                cell.source = HOME.sub(HERE, cell.source)
                yield cell
            elif id(cell) in needed:
                cell.metadata = dict(FOLDED)
                yield cell


def _split_sections(cells: Sequence[Any]) -> list[list[Any]]:
    sections: list[list[Any]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and SECTION.search(cell.source):
            sections.append([])
        sections[-1].append(cell)
    ends = [at for at, own in enumerate(sections) if own[0].source.startswith(LAST)]
    return sections[: ends[0]] if ends else sections


def _reads_home(section: Sequence[Any]) -> bool:
    codes = (cell.source for cell in section if cell.cell_type == "code")
    return any(name == "HOME" for code in codes for name, _ in list_names(code))


def _find_needed(sections: Sequence[Sequence[Any]], kept: set[int]) -> set[int]:
    """Return the cells of other sections that make names which kept ones read."""
    needed: set[int] = set()
    wanted: set[str] = set()
    for at in reversed(range(len(sections))):
        for cell in reversed(sections[at]):
            if cell.cell_type != "code":
                continue
            names = list(list_names(cell.source))
            made = {name for name, is_bound in names if is_bound}
            if at in kept or made & wanted:
                if at not in kept:
                    needed.add(id(cell))
                wanted = (wanted - made) | {name for name, bound in names if not bound}
    return needed


def list_names(code: str) -> Iterator[tuple[str, bool]]:
    """Yield the global names that a cell uses, in order, and whether it binds them.

    >>> list(list_names("b = a"))
    [('a', False), ('b', True)]
    """
    yield from _list_names(compile(code, "cell", "exec"))


def _list_names(code: CodeType) -> Iterator[tuple[str, bool]]:
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            yield from _list_names(step.argval)
        elif step.opname in {"LOAD_NAME", "LOAD_GLOBAL", "STORE_NAME"}:
            yield step.argval, step.opname == "STORE_NAME"
