"""One run of all formats and of the demo, without a network; all is asked of it.

Nothing that stands in an export leaves it, and its pages and chapters speak of the
user's groups alone.
"""

import json
import re
from html import unescape
from types import SimpleNamespace

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest

import helpers as sq
from helpers.own_groups.plan import PRIVATE
from helpers.own_groups.report.answers import list_own_answers
from helpers.paths import PROCESSED, RAW, ROOT
from helpers.small_counts import PEOPLE
from helpers.wording import render
from tests.own_groups.test_own_words import list_faults
from tests.study.test_canaries import (
    CANARY,
    PLANTED,
    WITH_IDS,
    build_sandbox,
    list_leaks,
    write_exports,
)

FOUR = re.compile(
    r"\b4 (?:\w+ )?(?:people|members|posters|newcomers|lurkers|senders)\b"
)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Run the formats that know people by their ids, and twelve exports of the demo."""
    room = tmp_path_factory.mktemp("whole")
    exports = write_exports(room / f"{CANARY} exports", WITH_IDS)
    demo = sorted((RAW / "demo").glob("*-[01]*.zip"))[:12]
    words = ("run", exports, *demo, "--chapters", "--mine", "-o", room / "out")
    ran = build_sandbox(room)("-m", "helpers.cli", *words)
    assert ran.returncode == 0, ran.stderr
    return SimpleNamespace(room=room, out=room / "out", said=ran.stdout + ran.stderr)


@pytest.fixture
def out(done):
    """Return the folder of the run."""
    return done.out


@pytest.mark.notebook
def test_a_run_leaks_nothing_and_needs_no_network(done):
    """Every format's canaries: none in chapters, tables, logs or on pages to send."""
    said = re.sub(".* share [0-9]+ messages: if they are one.*", "", done.said)  # files
    assert not PLANTED.search(said.encode())
    assert [x for x in list_leaks(done.out) if not x.startswith("store/")] == [PRIVATE]
    assert list_leaks(done.room / "home") == []
    assert not list((done.room / "home" / "tmp").rglob("*.parquet"))
    assert {path.name for path in done.room.iterdir()} <= {
        "home", "refusal", "out", f"{CANARY} exports", "pseudonyms.key",
    }  # fmt: skip


def test_no_page_counts_four_people(out):
    """Nor does a table: so many wrote in each group with canaries."""
    for path in {*out.rglob("*.html")} - {out / PRIVATE}:
        words = unescape(re.sub(r"<[^>]+>", "", path.read_text("utf-8")))
        assert not FOUR.search(words), path.name
        assert "Traceback" not in words
        assert "Error in callback" not in words
    for path in [*out.glob("figures/*.csv"), *out.glob("tables/*.csv")]:
        people = (
            pd.read_csv(path).filter([*PEOPLE]).apply(pd.to_numeric, errors="coerce")
        )
        assert not people.isin([1, 2, 3, 4]).any(axis=None), path.name


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


def test_the_chapters_run_on_a_study(out):
    """Chapters 2, 4 and 10 died on the demo; their prose stood in English alone."""
    paths = sorted((out / "chapters").glob("*.ipynb"))
    heads = {path.name: nbformat.read(path, 4).cells[0].source for path in paths}
    chinese = {name for name in heads if re.search("[\u4e00-\u9fff]", heads[name])}
    assert {name[:2] for name in chinese} == {f"{n:02}" for n in range(2, 11)}
    assert chinese == {name for name in heads if name.endswith(".zh.ipynb")}
    assert [*list_faults(out)] == []
