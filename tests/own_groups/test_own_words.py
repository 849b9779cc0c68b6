"""A user's pages and chapters speak of the user's groups alone."""

import json
import re
from dataclasses import replace

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest

import helpers as sq
from helpers.own_groups.plan import Plan
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


def test_no_public_source_is_named_on_the_page(out):
    """A sentence such as "On one day in July 2016", said of somebody's chess club."""
    names = [*_list_names()]
    assert len(names) > 50
    page = (out / "your-groups.html").read_text("utf-8")
    assert not [name for name in names if name in page]


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


def list_faults(folder):
    """List what fails in a run's chapters, and what stands there for nothing."""
    for path in sorted((folder / "chapters").glob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            for output in cell.get("outputs", ()):
                if output.output_type == "error":
                    yield path.name, number, f"{output.ename}: {output.evalue}"
                data = output.get("data", {})
                told = data.get("text/markdown", "") + data.get("text/html", "")
                told += data.get(FIGURE, {}).get("title", "")
                if NOTHING.search(told) or str(folder.parent) in told:
                    yield path.name, number, NOTHING.findall(told)


FIGURE = "application/vnd.shequn.figure+json"
NOTHING = re.compile(r"\b(?:nan%?|inf|1 sources)\b")


def test_the_chapters_run_on_a_study(out):
    """Chapters 2, 4 and 10 died on the demo, the documented way with one's own."""
    names = {path.name for path in (out / "chapters").glob("*.ipynb")}
    assert {name[:2] for name in names} >= {"02", "03", "04", "05", "06", "07", "09"}
    assert len([name for name in names if name.endswith(".zh.ipynb")]) * 2 == len(names)
    assert [*list_faults(out)] == []


def test_chinese_chapters_are_chinese(out):
    """Their prose stood in English alone."""
    for path in (out / "chapters").glob("*.zh.ipynb"):
        first = nbformat.read(path, 4).cells[0].source
        assert re.search("[\u4e00-\u9fff]", first), path.name


@pytest.mark.long
@pytest.mark.parametrize("some", ["discord-05.zip", "discord-*.zip", "*-[01]*.zip"])
def test_the_chapters_run_on_any_groups(tmp_path, some):
    """One group, one platform, and the demo without a day of export."""
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    exports = sorted((RAW / "demo").glob(some))[:12]
    terms = Terms(key=tmp_path / "key")
    run_study(Plan(exports=exports, out=tmp_path / "o", terms=terms, chapters=True))
    assert [*list_faults(tmp_path / "o")] == []


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
    run_study(replace(plan, chapters=False, report=lines.append))
    page = (tmp_path / "o" / "your-groups.html").read_text("utf-8")
    assert "fewer than 5" in page
    assert "不知道是哪天导出的" in page  # of whom no life is estimated
    few = r"\b[12] (people|wrote|members|人|个人)|<td>[12]</td>|\b50%"
    for text in (page, *lines):
        assert not re.search(few, text), re.search(few, text)
    for table in (tmp_path / "o" / "tables").glob("*.csv"):
        people = pd.read_csv(table).filter([*PEOPLE, *COUNTS])
        assert not people.isin([1, 2, "1", "2"]).any(axis=None), table.name
