"""A user's pages and chapters speak of the user's groups alone."""

import json
import re
from dataclasses import replace

import matplotlib as mpl
import nbclient
import nbformat
import pandas as pd
import pytest

import helpers as sq
from helpers.own_groups.plan import Plan
from helpers.own_groups.report.chapter import list_cells
from helpers.own_groups.run import COUNTS, run_study
from helpers.paths import PROCESSED, RAW, ROOT
from helpers.small_counts import PEOPLE
from helpers.store.ingest import Terms
from helpers.wording import render


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Run twelve demo exports with answers and chapters, without --compare."""
    room = tmp_path_factory.mktemp("own")
    (room / "key").write_text("07" * 32, encoding="ascii")
    exports = sorted((RAW / "demo").glob("*-[01]*.zip"))[:12]
    terms = Terms(key=room / "key")
    run_study(Plan(exports=exports, out=room / "out", terms=terms, chapters=True))
    return room / "out"


def _list_names():
    for file in PROCESSED.glob("*/manifest.json"):
        facts = json.loads(file.read_text("utf-8"))
        yield from {file.parent.name, facts["title_en"], facts["title_zh"]} - {""}


def test_no_public_source_is_named(out):
    """A sentence such as "On one day in July 2016", said of somebody's chess club."""
    names = [*_list_names()]
    assert len(names) > 50
    files = [path for end in ("*.html", "*.ipynb") for path in out.rglob(end)]
    assert len(files) == 3
    named = {
        (path.name, name)
        for path in files
        for name in names
        if name in path.read_text("utf-8")
    }
    assert not named


def test_page_and_library_say_the_same_word(out):
    """The page said "we cannot tell" of what the library called contradicted."""
    from helpers.own_groups.report.answers import list_own_answers

    study = sq.open_run(out).study
    page = (out / "your-groups.html").read_text("utf-8")
    answers = list_own_answers(study)
    for one in answers:
        assert one.found in page
        assert render(one.word, "zh") in page


def test_the_lines_of_the_guides_run(out):
    """From a run to a curve, an answer and frames: eight lines, tried as printed."""
    mpl.use("Agg")
    guides = [
        (ROOT / "docs" / f"your-own-groups{end}.md").read_text("utf-8")
        for end in ("", ".zh")
    ]
    (block,) = {  # which differ in their comments alone
        re.sub(" *#.*", "", block)
        for guide in guides
        for block in re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    }
    assert len(block.strip().splitlines()) <= 8
    names = {}
    exec(block.replace('"my-study"', repr(str(out))), names)  # noqa: S102
    assert len(names["run"].joins())
    assert len(names["run"].replies())


def run_chapters(paths):
    """Run all cells of notebooks where they lie."""
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        place = {"metadata": {"path": str(path.parent)}}
        nbclient.NotebookClient(notebook, resources=place).execute()


def test_a_chapter_runs_again_where_it_lies(out):
    """It looked for its tables in the folder from which `shequn` was run."""
    paths = sorted((out / "chapters").glob("*.ipynb"))
    assert len(paths) == 2
    run_chapters(paths[1:])


@pytest.mark.long
@pytest.mark.parametrize("some", ["discord-05.zip", "discord-*.zip"])
def test_chapters_of_any_groups_run_again(tmp_path, some):
    """One group, or one platform: Run All in both languages, and no small count."""
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    exports = sorted((RAW / "demo").glob(some))[:6]
    terms = Terms(key=tmp_path / "key")
    run_study(Plan(exports=exports, out=tmp_path / "o", terms=terms, chapters=True))
    run_chapters(sorted((tmp_path / "o" / "chapters").glob("*.ipynb")))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_chapter_is_short_and_has_the_code_of_the_chapters(out, language):
    """It was nine calls: nothing that one could change, or learn from."""
    cells = [*list_cells(sq.open_run(out), language)]
    code = "\n".join(cell.source for cell in cells if cell.is_code)
    assert len(cells) <= 20
    assert max(len(cell.source.splitlines()) for cell in cells if cell.is_code) <= 8
    assert max(map(len, code.splitlines())) <= 100
    assert all(name in code for name in ("sns.", "sm.stats.", "pd.", "# change me"))
    assert ("⟦" in code, "LANGUAGE" in code) == (False, False)
    second = (PROCESSED.parents[1] / "notebooks").glob("02_*.ipynb")
    lines = {line for file in second for cell in nbformat.read(file, 4).cells
             for line in cell.source.splitlines()}  # fmt: skip
    function = code[code.index("def kaplan_meier") :].split("\n\n")[0].splitlines()[:6]
    assert set(function) <= lines


def test_two_people_are_counted_nowhere(tmp_path):
    """A cell that counts one or two people tells who they are."""
    rows = "".join(
        f"2024-0{1 + n // 28}-{1 + n % 28:02d}T10:00:00Z,{'ab'[n % 2]},line {n}\n"
        for n in range(140)
    )
    (tmp_path / "log.csv").write_text(f"time,sender,text\n{rows}", "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=tmp_path / "key")
    plan = Plan(exports=[tmp_path / "log.csv"], out=tmp_path / "o", terms=terms)
    lines = []
    run_study(replace(plan, chapters=True, report=lines.append))
    chapters = [
        json.dumps([cell.get("outputs") for cell in nbformat.read(path, 4)["cells"]])
        for path in (tmp_path / "o" / "chapters").glob("*.ipynb")
    ]
    chapters = [re.sub('"image/[^"]*": "[^"]*"', "", text) for text in chapters]
    page = (tmp_path / "o" / "your-groups.html").read_text("utf-8")
    assert "fewer than 5" in page
    assert "不知道是哪天导出的" in page  # of whom no life is estimated
    assert all("&lt;5" in text for text in chapters)
    few = r"\b[12] (people|wrote|members|人|个人)|<td>[12]</td>|\b50%"
    for text in (page, *chapters, *lines):
        assert not re.search(few, text), re.search(few, text)
    for table in (tmp_path / "o" / "tables").glob("*.csv"):
        people = pd.read_csv(table).filter([*PEOPLE, *COUNTS])
        assert not people.isin([1, 2, "1", "2"]).any(axis=None), table.name
