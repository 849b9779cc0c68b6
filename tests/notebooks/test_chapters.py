"""The chapters: their limits, what they import, and that they run."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from helpers import paths
from helpers.notebooks import execute_chapters, list_chapters

CHAPTERS = [path for path in list_chapters() if not path.name.startswith("00")]
KNOWN = {"helpers", "matplotlib", "numpy", "pandas", "scipy", "seaborn", "snownlp"}
KNOWN |= {"statsmodels"}
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


@cache
def read_cells(chapter: Path) -> list[dict[str, Any]]:
    """Read cells."""
    cells = json.loads(chapter.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def read_code(chapter: Path) -> list[str]:
    """Read code."""
    cells = read_cells(chapter)
    return [cell["source"] for cell in cells if cell["cell_type"] == "code"]


def is_solution(cell: dict[str, Any]) -> bool:
    """Is solution."""
    return "solution" in cell["metadata"].get("tags", [])


@each_chapter
def test_chapter_is_short_enough_to_be_finished(chapter: Path) -> None:
    """Chapter is short enough to be finished."""
    texts = [c["source"] for c in read_cells(chapter) if c["cell_type"] == "markdown"]
    code = read_code(chapter)
    lines = [sum(bool(line.strip()) for line in cell.splitlines()) for cell in code]
    assert len(code) <= 30
    assert max(lines) <= 8
    assert len(re.findall(r"[\w'’-]+", " ".join(texts))) <= 1200
    assert sum(cell.count("sq.say(") for cell in code) <= 6


@each_chapter
def test_chapter_imports_only_what_readers_know(chapter: Path) -> None:
    """Chapter imports only what readers know."""
    found = set()
    for node in ast.walk(ast.parse("\n".join(read_code(chapter)))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    assert {name.partition(".")[0] for name in found} <= KNOWN
    assert not [name for name in found if name.startswith("helpers.")]
    assert {"numpy", "pandas", "seaborn"} <= found


@each_chapter
def test_chapter_says_what_one_needs_and_answers_at_once(chapter: Path) -> None:
    """Chapter says what one needs and answers at once."""
    first, second = read_cells(chapter)[:2]
    assert "You need" in first["source"]
    assert "short answer" in second["source"]
    assert any("# change me" in cell for cell in read_code(chapter))
    assert any(map(is_solution, read_cells(chapter)))


@each_chapter
def test_code_of_a_chapter_holds_no_chinese(chapter: Path) -> None:
    """Code of a chapter holds no chinese."""
    assert not re.search(r"[\u4e00-\u9fff]", "\n".join(read_code(chapter)))


def list_sections(chapter: Path) -> list[tuple[str, list[str]]]:
    """Return the code of the chapter's head, then of each section with its needs.

    A section needs the head, the cells with parameters and the functions before it.
    """
    head: list[str] = []
    carried: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    for cell in read_cells(chapter):
        source = cell["source"]
        if cell["cell_type"] == "markdown":
            if title := re.search(r"^## (.+)$", source, re.MULTILINE):
                sections.append((title[1], [*head, *carried]))
        elif not is_solution(cell):
            (sections[-1][1] if sections else head).append(source)
            if sections and ("# change me" in source or source.startswith("def ")):
                carried.append(source)
    return [
        (title, code)
        for title, code in sections
        if not title.startswith(("The answer", "Exercises")) and len(code) > len(head)
    ]


@pytest.mark.notebook
@pytest.mark.filterwarnings("default")
@each_chapter
def test_section_runs_without_the_sections_before_it(
    chapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section runs without the sections before it."""
    monkeypatch.setattr(mpl, "rcParams", mpl.rcParams.copy())
    plt.switch_backend("agg")
    for _, code in list_sections(chapter):
        names: dict[str, Any] = {"__name__": "section"}
        for source in code:
            exec(source, names)  # noqa: S102 - our own chapters
            plt.close("all")


@pytest.mark.notebook
def test_committed_outputs_equal_a_fresh_run(tmp_path: Path) -> None:
    """Committed outputs equal a fresh run."""
    for made in execute_chapters(tmp_path):
        assert made.read_bytes() == (paths.NOTEBOOKS / made.name).read_bytes(), (
            made.name
        )


SWEEP = [
    ("02", 'HOME = "fcc_gitter"', 'HOME = "komodo_discord"'),
    ("02", "DAY = 105", "DAY = 180"),
    ("02", "DAYS = 60", "DAYS = 30"),
    ("09", 'HOME = "meshcore_split"', 'HOME = "fcc_gitter"'),
    ("09", "CROWD = 10 ", "CROWD = 5 "),
]


@pytest.mark.notebook
@pytest.mark.parametrize(("number", "old", "new"), SWEEP)
def test_chapter_runs_with_other_parameters(
    number: str, old: str, new: str, tmp_path: Path
) -> None:
    """Chapter runs with other parameters."""
    [chapter] = [path for path in CHAPTERS if path.name.startswith(number)]
    text = chapter.read_text("utf-8")
    changed = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    assert changed != text
    (tmp_path / chapter.name).write_text(changed, "utf-8")
    execute_chapters(tmp_path / "out", chapters=[tmp_path / chapter.name])
