"""A user's pages and chapters speak of the user's groups alone."""

import json

import pytest

from helpers.own_groups.run import Plan, run_study
from helpers.paths import PROCESSED, RAW
from helpers.study.store.ingest import Terms


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
    import helpers as sq
    from helpers.own_groups.answers import list_own_answers

    study = sq.open_run(out).study
    page = (out / "your-groups.html").read_text("utf-8")
    answers = list_own_answers(study)
    for one in answers:
        assert f"{one.found}, n = {one.number}" in page
        assert one.word.zh in page


def test_both_chapters_ran_to_their_end(out):
    """A section whose data are missing is one line, and no cell fails."""
    for path in (out / "chapters").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert all(cell["execution_count"] for cell in code)
        kinds = {one["output_type"] for cell in code for one in cell["outputs"]}
        assert "error" not in kinds
