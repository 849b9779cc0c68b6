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
def test_chapter_is_short_and_fits_its_page(chapter: Path) -> None:
    """Boxes showed 75 characters of lines of up to 516, and dollar signs of TeX."""
    cells, code = read_cells(chapter), read_code(chapter)
    text = " ".join(c["source"] for c in cells if c["cell_type"] == "markdown")
    assert len(code) <= 30
    assert max(len(ast.parse(cell).body) for cell in code) <= 12
    assert len(re.findall(r"[\w'’-]+", text)) <= 1200
    assert sum(cell.count("sq.say(") for cell in code) <= 6
    lines = "\n".join(code).splitlines()
    assert [line for line in lines if len(line) > 70] == []
    assert [line for line in lines if re.search(r"[\u4e00-\u9fff]", line)] == []
    assert "$" not in text


@each_chapter
def test_page_folds_the_code_up_to_the_first_figure_and_solutions(
    chapter: Path,
) -> None:
    """Readers met boxes of code before the answer, and three before its figure."""
    cells = read_cells(chapter)
    at = next(n for n, cell in enumerate(cells) if "\n## " in f"\n{cell['source']}")
    folded = [c for c in cells if "hide-input" in c["metadata"].get("tags", [])]
    head = [cell for cell in cells[:at] if cell["cell_type"] == "code"]
    assert folded == [*head, *filter(is_solution, cells)]
    assert "save_figure" in head[-1]["source"]
    assert not any("jupyter" in cell["metadata"] for cell in head)


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


SWEEP: dict[str, list[tuple[str, str]]] = {
    "01": [('"fcc_gitter"', '"rust_teams"'), ("GROUPS = 5, 105", "GROUPS = 3, 60")],
    "02": [
        ('"fcc_gitter"  #', '"komodo_discord"  #'),
        ("DAY = 105", "DAY = 90"),
        ("DAYS = 60", "DAYS = 30"),
    ],
    "03": [
        ("EDGES = [1, 10, 31, 101, np.inf]", "EDGES = [1, 5, 20, 50, np.inf]"),
        ("SMALL = 90, (10, 30)", "SMALL = 60, (5, 20)"),
    ],
    "04": [
        ('"raku_irc"  #', '"rcontrib_slack"  #'),
        ("= 84", "= 28"),
        ("= 10  #", "= 5  #"),
    ],
    "05": [('"28-83"  #', '"84-181"  #'), ("MID = 6", "MID = 12")],
    "06": [
        ('"fcc_gitter"', '"zulip_archives"'),
        ("= 24", "= 72"),
        ("HALF = 182", "HALF = 90"),
    ],
    "07": [
        ('"fcc_gitter"', '"komodo_discord"'),
        ("LATE = (56, 83)", "LATE = (84, 181)"),
    ],
    "08": [("LEAST = 20", "LEAST = 50"), ("0.77, 0.54", "0.9, 0.8")],
    "09": [('"meshcore_split"  #', '"fcc_gitter"  #'), ("CROWD = 10", "CROWD = 5")],
    "10": [("(90, 149)", "(30, 89)"), ("AGE = 12, 200", "AGE = 3, 60")],
    "11": [
        ('"s0-three-month-death"  #', '"s0-lurkers-are-many"  #'),
        ("PRIOR = 1.0", "PRIOR = 0.5"),
    ],
}
QUICK = ["02", "09", "10"]  # the others wait for `long`
LATER = pytest.param(sorted({*SWEEP} - {*QUICK}), marks=pytest.mark.long)


@pytest.mark.notebook
@pytest.mark.parametrize("numbers", [QUICK, LATER], ids=["quick", "later"])
def test_chapters_run_with_other_parameters(numbers: list[str], tmp_path: Path) -> None:
    """Whoever changes what is marked `# change me` gets no traceback."""
    chapters = []
    for chapter in CHAPTERS:
        if (number := chapter.name[:2]) not in numbers:
            continue
        text = chapter.read_text("utf-8")
        for old, new in SWEEP[number]:
            assert text.count(json.dumps(old)[1:-1]) == 1, old
            text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
        (tmp_path / chapter.name).write_text(text, "utf-8")
        chapters.append(tmp_path / chapter.name)
    execute_chapters(tmp_path / "out", chapters=chapters)
