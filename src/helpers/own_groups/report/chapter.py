"""The public chapters on a user's study: what looks at one place looks at theirs."""

import dis
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

from helpers.figures.svg import MIME, translate_svg
from helpers.notebooks import execute_chapters, list_chapters, name_place, write_stable
from helpers.study.study import OF_A_RUN, open_study
from helpers.wording import Language, render, say
from helpers.wording.markdown import (
    translate_comments,
    translate_markdown,
    translate_text,
)

FOLDER = "chapters"
ENDINGS: Mapping[Language, str] = {"en": ".ipynb", "zh": ".zh.ipynb"}
HOME = re.compile(r'^HOME = "[^"]*"(?=  # change me)', re.MULTILINE)
NUMBERS = range(2, 11)  # the first and last are about the project itself
OF_TEXTS = 8  # this one reads them
PUBLIC = 'if HOME == "'  # what a cell begins with that is not for a user's study
HERE = 'HOME = ".."'  # the run, from the folder of its chapters
CELL = re.compile(r"(?<=>)([^<>]*[A-Za-z]{2}[^<>]*)(?=</t[hd]>)")  # of a table
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
        number = int(chapter.name[:2])
        if number not in NUMBERS or (number == OF_TEXTS and not _has_texts(folder)):
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


def _has_texts(folder: Path) -> bool:
    own = open_study((folder / OF_A_RUN).resolve())
    return "shown" in own.manifest.tables and bool(own.table("shown")["text"].any())


def _introduce(folder: Path, language: Language) -> str:
    return render(
        say(
            "**On your own groups ({name}).** The answer at the top is about public "
            "places; your groups follow where `HOME`, the folder above, stands. Where "
            "they are too few, a public place steps in, and a sentence says so. Of "
            "yours no estimate is stored: that column stays empty.",
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
        if not cell.source.startswith(PUBLIC):
            sections[-1].append(cell)
    ends = [at for at, own in enumerate(sections) if own[0].source.startswith(LAST)]
    return sections[: ends[0]] if ends else sections


def _reads_home(section: Sequence[Any]) -> bool:
    codes = (cell.source for cell in section if cell.cell_type == "code")
    return any("HOME" in names for code in codes for names in list_names([code]))


def _find_needed(sections: Sequence[Sequence[Any]], kept: set[int]) -> set[int]:
    """Return the cells of other sections that make names which kept ones read."""
    needed: set[int] = set()
    wanted: set[str] = set()
    for at in reversed(range(len(sections))):
        for cell in reversed([c for c in sections[at] if c.cell_type == "code"]):
            read, made = list_names([cell.source])
            if at in kept or made & wanted:
                needed.add(id(cell))
                wanted = (wanted - made) | read
    return needed


def list_names(cells: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the global names that cells read from above themselves, and bind.

    >>> list_names(["b = a", "c = b"]) == ({"a"}, {"b", "c"})
    True
    """
    above: set[str] = set()
    bound: set[str] = set()
    for cell in cells:
        for name, is_bound in _list_names(compile(cell, "cell", "exec")):
            if is_bound:
                bound.add(name)
            elif name not in bound:
                above.add(name)
    return above, bound


def _list_names(code: CodeType) -> Iterator[tuple[str, bool]]:
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            yield from _list_names(step.argval)
        elif step.opname in {"LOAD_NAME", "LOAD_GLOBAL", "STORE_NAME"}:
            yield step.argval, step.opname == "STORE_NAME"


def translate_notebook(notebook: Any, language: Language) -> Any:  # noqa: ANN401 - nbformat's
    """Return an executed notebook with all that it says in a language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translate_markdown(cell.source, language)
        else:
            cell.source = translate_comments(cell.source, language)
            for output in cell.outputs:
                if own := output.get("metadata", {}).get(language):
                    output.data = {"text/markdown": own}
                elif data := output.get("data"):
                    _translate_output(data, language)
    return notebook


def _translate_output(data: Any, language: Language) -> None:  # noqa: ANN401
    if MIME in data:
        figure = data[MIME]
        texts = [(figure[part], translate_text(figure[part], language))
                 for part in ("title", "note")]  # fmt: skip
        figure["svg"] = data["image/svg+xml"] = translate_svg(figure["svg"], *texts)
        data.pop("image/png", None)  # it was drawn in English
        figure["title"], figure["note"] = (told for _, told in texts)
    elif "text/markdown" in data:
        data["text/markdown"] = translate_markdown(data["text/markdown"], language)
    elif "text/html" in data:
        data["text/html"] = CELL.sub(
            lambda cell: html.escape(
                translate_text(html.unescape(cell[1].strip()), language), quote=False
            ),
            data["text/html"],
        )
