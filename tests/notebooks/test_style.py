"""Chapters: a question, an answer, short cells that do the work, no definitions."""

from __future__ import annotations

import ast
import re
import statistics

import nbformat
import pytest

from helpers import paths
from helpers.claims.rules.interval_rules import Word

NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
HEAD = re.compile(r"^#+ ", re.MULTILINE)
LONGEST_CELL, LONGEST_FOLDED, LONGEST_LINE = 8, 20, 105
MEDIAN_CELL = 4
LEAST_CHAPTERS, LEAST_WORKED = 10, 24
WORKED = re.compile(r'(?:\bevaluate|_answering|_together)\(\s*"([^"]+)"')
QUOTED = re.compile(r'quote_rule\("([^"]+)"\)')
TAG, READ = re.compile(r"<[^>]+>"), ("markdown", "html", "plain")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """One committed notebook."""
    return nbformat.read(request.param, as_version=4)


def cells(notebook, kind):
    """Sources of the cells of one kind."""
    return [cell["source"] for cell in notebook.cells if cell["cell_type"] == kind]


def test_notebooks_are_numbered_in_order():
    """The names sort in the order of reading, and none is missing."""
    assert NOTEBOOKS
    assert all(re.match(r"\d\d_[a-z_]+$", path.stem) for path in NOTEBOOKS)


def test_the_title_is_a_question(notebook):
    """The first line asks what the notebook answers."""
    title = cells(notebook, "markdown")[0].splitlines()[0]
    assert title.startswith("# ")
    assert title.endswith("?")


def is_chinese(cell):
    """Tell whether a cell is for Chinese readers."""
    return "zh" in cell.metadata.get("tags", ())


def test_chapter_text_has_both_languages(notebook):
    """Each English cell is followed by its Chinese one; the first asks the question."""
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [is_chinese(cell) for cell in texts] == [False, True] * (len(texts) // 2)
    assert re.match(r"# .+？\n", texts[1].source)
    for english, chinese in zip(texts[::2], texts[1::2], strict=True):
        heads = (HEAD.findall(cell.source) for cell in (english, chinese))
        assert len({tuple(one) for one in heads}) == 1
        assert notebook.cells.index(chinese) == notebook.cells.index(english) + 1


def test_computed_sentences_have_both_languages(notebook):
    """No sentence is in English only."""
    outputs = [out.get("data", {}) for cell in notebook.cells for out in outs(cell)]
    said = [data["text/markdown"] for data in outputs if "text/markdown" in data]
    assert all('<div lang="zh">' in text for text in said)


def outs(cell):
    """Return a cell's outputs."""
    return cell.get("outputs", ())


def test_chapter_closes_with_what_would_change_the_answer(notebook):
    """The last text cell names what would change the answer."""
    english = (c for c in notebook.cells if not is_chinese(c))
    texts = [c["source"] for c in english if c["cell_type"] == "markdown"]
    assert "what would change" in texts[-1].lower()


def test_chapter_closes_with_a_value_to_change(notebook):
    """There is a value to change, and the last text says what changing it does."""
    texts = [c["source"] for c in notebook.cells if c["cell_type"] == "markdown"]
    assert "## Try it\n" in texts[-2]
    assert "# change me" in "\n".join(cells(notebook, "code"))


def above_the_fold(notebook):
    """Yield what is read before the first section, code that is folded away aside."""
    for cell in notebook.cells:
        if cell.source.startswith("## "):
            return
        if "hide-input" not in cell.metadata.get("tags", ()):
            yield cell.source
        for one in outs(cell):
            data = one.get("data", {})
            yield from (TAG.sub("", data.get(f"text/{k}", "")) for k in READ)


def test_answer_contains_no_code_names(notebook):
    """Above the fold there is no code name and no shorthand, in either language."""
    shorthand = "|".join((*Word, r"[PR]\w*[<>]\(", r"\bHR\b", r"W = \d", *codes()))
    assert re.findall(shorthand, "\n".join(above_the_fold(notebook))) == []


def codes():
    """Return the names of sources that are not words as well."""
    return [one.name for one in paths.list_study_folders() if "_" in one.name]


def test_cells_are_short_and_define_nothing(notebook):
    """A cell of code has at most eight lines and no function or class.

    One that is folded away, since it only supplies words, may have twenty, and
    one of imports alone as many as it needs.
    """
    for cell in notebook.cells:
        if cell["cell_type"] != "code":
            continue
        source, lines = cell["source"], cell["source"].splitlines()
        folded = "hide-input" in cell.metadata.get("tags", ())
        tree = ast.parse(source)
        imports = all(isinstance(n, ast.Import | ast.ImportFrom) for n in tree.body)
        assert imports or len(lines) <= (LONGEST_FOLDED if folded else LONGEST_CELL), (
            source
        )
        assert max(map(len, lines)) <= LONGEST_LINE, source
        kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef, ast.Lambda)
        assert not any(isinstance(n, kinds) for n in ast.walk(tree))


def test_half_of_the_visible_cells_are_shorter_still(notebook):
    """The median had been ten in one chapter."""
    seen = (c for c in notebook.cells if "hide-input" not in c.metadata.get("tags", ()))
    lengths = [len(c.source.splitlines()) for c in seen if c.cell_type == "code"]
    assert statistics.median(lengths) <= MEDIAN_CELL


def test_worked_claims_end_in_an_assertion_with_a_message():
    """A verdict had stood beside one visible number a chapter, in eight chapters."""
    worked = set()
    for path in NOTEBOOKS:
        book = nbformat.read(path, as_version=4)
        code = "\n".join(c.source for c in book.cells if c.cell_type == "code")
        claims = set(WORKED.findall(code)) & set(QUOTED.findall(code))
        trees = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Assert)]
        assert not claims or all(n.msg for n in trees), path.stem
        assert len(trees) >= len(claims), path.stem
        worked |= claims
    assert len(worked) >= LEAST_WORKED


def test_every_code_cell_was_executed_without_error(notebook):
    """What is committed is the output of a complete run, in order."""
    code = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code]
    assert counts == list(range(1, len(code) + 1))
    kinds = {out["output_type"] for cell in code for out in cell["outputs"]}
    assert kinds <= {"execute_result", "display_data", "stream"}


def test_chapters_use_pandas_and_seaborn_directly():
    """Ten or more import each of pandas, seaborn and statsmodels; tone asks SnowNLP."""
    text = {path.stem: path.read_text("utf-8") for path in NOTEBOOKS}
    for tool in ("import pandas", "import seaborn", "import statsmodels"):
        assert sum(tool in one for one in text.values()) >= LEAST_CHAPTERS, tool
    assert "from snownlp import SnowNLP" in text["09_tone"]
