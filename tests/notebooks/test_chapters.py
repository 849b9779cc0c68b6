"""The chapters: their limits, what they import, and that they run."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from helpers import paths
from helpers.notebooks import execute_chapters, list_chapters
from helpers.own_groups.report.chapter import list_names
from tests.printed import (
    NOTHING,
    is_same_chapter,
    is_same_picture,
    is_same_table,
    run_cells,
)
from tests.processors import AS_IT_IS, OLDER, require_processor

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


CASES = paths.ROOT.parent / "shared" / "cases" / "turn6" / "chapters"
SAID = {  # where a chapter prints what was wrong once, how much of it, how near
    "ch3_pooling": (r"goes with (\S+) times the risk\D+(\S+) to (\d.\d+)", 3, 0.021),
    "ch7_ties": (r"All other groups together wrote (\S+) times", 1, 0.001),
    "ch9_births": (r"day \d+–\d+ +(\d+) ", 5, 0),
}


@pytest.mark.skipif(not CASES.is_dir(), reason="../shared is not here")
@pytest.mark.shared
@pytest.mark.parametrize("case", SAID)
def test_a_number_that_was_wrong_stays_mended(case: str) -> None:
    """Places were pooled as one; births were counted in a table made for deaths."""
    (row,) = re.findall(rf"{case}.py(.*)", (CASES / "README.txt").read_text("utf-8"))
    pattern, n, apart = SAID[case]
    chapter = next(path for path in CHAPTERS if int(path.name[:2]) == int(case[2]))
    outputs = [cell.get("outputs", ()) for cell in read_cells(chapter)]
    found = re.findall(pattern, json.dumps(outputs, ensure_ascii=False))
    said = [float(x) for hit in found for x in ([hit] if hit is str(hit) else hit)]
    right = [float(number) for number in re.findall(r"\d*\.?\d+", row)][:n]
    assert said[:n] == pytest.approx(right, abs=apart)


def is_visible(cell: dict[str, Any]) -> bool:
    """Return whether a cell's code is shown unfolded."""
    folds = {"hide-input", "remove-input"}
    return cell["cell_type"] == "code" and folds.isdisjoint(
        cell["metadata"].get("tags", ())
    )


def dresses_figure(cell: dict[str, Any]) -> bool:
    """Return whether a cell only names, marks and saves a figure."""
    steps = ast.parse(cell["source"].rstrip(";")).body
    words = ("ax.", "ax = sq.label_lines", "ticks =", "title =", "fig.", "note =")
    return "sq.save_figure(" in cell["source"] or all(
        ast.unparse(step).startswith(words) for step in steps
    )


@each_chapter
def test_chapter_is_short_and_fits_its_page(chapter: Path) -> None:
    """Four cells in five were longer than a reader takes in at once."""
    cells, code = read_cells(chapter), read_code(chapter)
    text = " ".join(c["source"] for c in cells if c["cell_type"] == "markdown")
    lengths = [len([line for line in cell.splitlines() if line]) for cell in code]
    assert len([cell for cell in cells if is_visible(cell)]) <= 50
    assert max(lengths) <= 8
    assert len(re.findall(r"[\w'’-]+", text)) <= 1300
    lines = "\n".join(code).splitlines()
    assert [line for line in lines if len(line) > 72] == []  # columns of the box
    assert [line for line in lines if re.search(r"[\u4e00-\u9fff]", line)] == []
    assert "$" not in text


def read_head(chapter: Path) -> list[dict[str, Any]]:
    """Read the cells before the first section."""
    cells = read_cells(chapter)
    at = next(n for n, cell in enumerate(cells) if "\n## " in f"\n{cell['source']}")
    return cells[:at]


@each_chapter
def test_answer_and_its_figure_stand_before_any_code(chapter: Path) -> None:
    """Viewers that unfold all code showed 55 to 120 lines before the first figure."""
    head = [cell for cell in read_head(chapter) if cell["cell_type"] == "code"]
    first, *others = head
    assert len(first["source"].splitlines()) <= 3
    shown = [[*output["data"]] for output in first["outputs"]]
    assert [kinds[0] for kinds in shown] == [
        "text/markdown",
        "application/vnd.shequn.figure+json",
        "text/html",  # links of the figure
        "text/markdown",
    ]
    assert not [cell for cell in others if cell["outputs"]]


@each_chapter
def test_only_head_solutions_and_dressing_are_folded_and_no_knob(chapter: Path) -> None:
    """Knobs stood in a folded cell."""
    folded = [
        c
        for c in read_cells(chapter)
        if c["metadata"].get("jupyter") == {"source_hidden": True}
    ]
    code = [cell for cell in read_head(chapter)[2:] if cell["cell_type"] == "code"]
    made = [cell for cell in code if "# change me" not in cell["source"]]
    rest = [
        cell
        for cell in folded
        if cell not in made and "solution" not in str(cell["metadata"])
    ]
    assert folded[: len(made)] == made
    assert [cell for cell in rest if not dresses_figure(cell)] == []
    assert all("hide-input" in cell["metadata"]["tags"] for cell in folded)


@each_chapter
def test_box_is_one_sentence_with_its_range(chapter: Path) -> None:
    """Boxes held up to eight numbers."""
    told = [cell for cell in read_code(chapter) if "short answer" in cell]
    assert len(told) == 1
    (box,) = [
        "".join(output["data"]["text/markdown"])
        for cell in read_cells(chapter)
        for output in cell.get("outputs", ())
        if "short answer" in "".join(output.get("data", {}).get("text/markdown", ""))
    ]
    sentence = box.partition("**The short answer.**")[2].strip()
    assert len(sentence.split()) <= 45
    assert not re.search(r"[.?!] [A-Z]", sentence)


@each_chapter
def test_links_of_figures_resolve(chapter: Path) -> None:
    """78 links pointed into a folder that is in no repository."""
    links = re.findall(r'href=\\"([^"#\\]+)\\"', chapter.read_text("utf-8"))
    own = [link for link in links if not link.startswith("http")]
    assert own
    assert [link for link in own if not (chapter.parent / link).is_file()] == []


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
    assert any("You need" in cell["source"] for cell in read_head(chapter))
    assert "short answer" in "".join(read_code(chapter)[:6])
    assert any("# change me" in cell for cell in read_code(chapter))
    assert '"solution"' in chapter.read_text("utf-8")


@each_chapter
def test_chapter_runs_again_from_any_section(chapter: Path) -> None:
    """After a change, a section met what a later one had made of the same name."""
    cells = read_cells(chapter)
    for at, cell in enumerate(cells):
        if cell["cell_type"] == "markdown" and "\n##" in f"\n{cell['source']}":
            below = [c["source"] for c in cells[at:] if c["cell_type"] == "code"]
            above, bound = list_names(below)
            assert above & bound == set(), cell["source"].partition("\n")[0]


OFFERED: dict[str, list[list[str]]] = {}  # knobs of chapters, and other values
for row in (paths.ROOT / "tests/data/offered.txt").read_text("utf-8").splitlines():
    OFFERED.setdefault(row[:2], []).append(row[5:].split(" | "))
TOGETHER = {  # pairs that died, or told what is no number
    "04": {'"raku_irc"  #': '"stackexchange"  #', "= 84  #": "= 28  #"},
    "09": {'"meshcore_split"  #': '"komodo_discord"  #', "SPAN = 14 *": "SPAN = 7 *"},
    "08": {"0.77, 0.54": "0.5, 0.5", "LEAST = 20": "LEAST = 50"},
}
CHANGES = [
    (chapter, changes)
    for chapter in CHAPTERS
    for changes in [
        *({old: new} for old, *others in OFFERED[chapter.name[:2]] for new in others),
        *[pair for number, pair in TOGETHER.items() if chapter.name[:2] == number],
    ]
]


@pytest.mark.notebook
@pytest.mark.filterwarnings("default")
@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("chapter", "changes"),
    CHANGES,
    ids=[f"{chapter.name[:2]}:{' '.join(new.values())}" for chapter, new in CHANGES],
)
def test_offered_value_runs(
    chapter: Path,
    changes: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of 22 changed runs two died and five told the numbers of another source."""
    monkeypatch.chdir(chapter.parent)
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    code = read_code(chapter)
    for old, new in changes.items():
        assert "\n".join(code).count(old) == 1, old
        code = [cell.replace(old, new) for cell in code]
    run_cells(code)
    titles = [path.read_text("utf-8") for path in tmp_path.glob("*.json")]
    assert not NOTHING.search("".join([capsys.readouterr().out, *titles]))


def test_every_knob_is_turned() -> None:
    """A value that is offered and never tried is a promise."""
    knobs = {
        (chapter.name[:2], line)
        for chapter in CHAPTERS
        for line in "\n".join(read_code(chapter)).splitlines()
        if "# change me" in line
    }
    turned = {
        (number, line)
        for number, line in knobs
        if any(old.rstrip(" #") in line for old, *_ in OFFERED[number])
    }
    assert turned == knobs


SAME = {".ipynb": is_same_chapter, ".svg": is_same_picture, ".csv": is_same_table}


def find_differences(fresh: Path) -> list[str]:
    """Find which chapters, pictures and tables print what the committed do not."""
    made = [*fresh.glob("*.ipynb"), *(fresh / "figures").glob("*.[sc][sv][gv]")]
    assert len(made) > 3 * len(CHAPTERS)
    names = [path.relative_to(fresh) for path in sorted(made)]
    texts = {
        name: [
            (folder / name).read_text("utf-8") for folder in (fresh, paths.NOTEBOOKS)
        ]
        for name in names
    }
    return [str(name) for name in names if not SAME[name.suffix](*texts[name])]


@pytest.mark.notebook
@pytest.mark.parametrize(
    "without",
    [AS_IT_IS, *(pytest.param(one, marks=pytest.mark.long) for one in OLDER)],
)
def test_committed_outputs_equal_a_fresh_run(
    without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chapters and the files of their figures, by three ways to sort and to add."""
    require_processor(without)
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", without)
    execute_chapters(tmp_path)
    assert find_differences(tmp_path) == []


EXECUTE = """
import pathlib, sys
from helpers.notebooks import execute_chapters
execute_chapters(pathlib.Path(sys.argv[1]))
"""


@pytest.mark.long
@pytest.mark.notebook
def test_newest_python_prints_the_same(tmp_path: Path) -> None:
    """Since 3.12 `sum` adds floats another way: texts of pictures were longer."""
    newer = [f"python3.{minor}" for minor in range(14, sys.version_info.minor, -1)]
    found = next(filter(None, map(shutil.which, newer)), sys.executable)
    if found == sys.executable or not call(found, "-c", "import ensurepip"):
        pytest.skip("no newer Python here")
    python = str(tmp_path / "venv" / "bin" / "python")
    assert call(found, "-m", "venv", str(tmp_path / "venv"))
    locked = str(paths.ROOT / "requirements" / "run.txt")
    if not call(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", locked):
        pytest.skip("the locked packages can't be had for the newer Python")
    assert call(python, "-c", EXECUTE, str(tmp_path))
    assert find_differences(tmp_path) == []


def call(*command: str) -> bool:
    """Call a command with this project's modules; return whether it succeeded."""
    own = os.environ | {"PYTHONPATH": str(paths.ROOT / "src")}
    return subprocess.run(command, env=own, check=False).returncode == 0
