"""Two small notebooks, a study, and the site that is made from them."""

import json
import os

import nbformat
import pytest

from helpers import paths
from helpers.figures.display import MIME
from helpers.site import build, whole
from helpers.site.answers.evidence import build_board
from helpers.site.build import make_site
from helpers.site.execution import execute
from helpers.study import open_study
from tests.conftest import one_at_a_time

CHROMIUM = whole.find_chromium()  # before tests choose that there is none

WORDS = {"id": "f", "title": "T", "caption": "a_b *c*", "claims": []}
WORDS |= {"alt": 'A "b"\nc: d', "citation": "Data: <x>"}
OPENING = "# How long do groups live?\n\nSilence is what lurkers do."
CHINESE = ("# 群能活多久？\n\n沉默的潜水者。只看消息数。",)
STATED = """build_answer_box(["s1-cognitive-surplus"], open_studies())"""
IMPORTED = """from helpers.notebooks import build_answer_box
from helpers.study import open_studies"""
TABLE = """import pandas as pd
from helpers import figures, paths
from helpers.notebooks.tables import Table
from helpers.prose import fill_both
from helpers.study import open_studies
rows = pd.DataFrame({"label": ["Zulip"], "estimate": 0.6, "low": 0.5, "high": 0.7,
                     "n": 12, "verdict": "SUPPORTED", "reason": None})
Table(rows, "Rows")"""
FIGURE = """figures.use_style()
axes = rows.plot.scatter("estimate", "low")
figures.show_figure(axes, "forest", data=rows,
             title="T of *all* groups_in [it]", zh="题目",
             claims=["s0-three-month-death"], studies=open_studies())"""
ANSWER = """fill_both("one", "Of {groups:count} groups, {p:share} are dead.",
    "{groups:count} 个群里有 {p:share} 死了。", groups=1234, p=0.6217)"""
WIDE = (
    """columns = [f"a column with a rather long name, number {n}" for n in range(20)]
pd.DataFrame([range(20)], columns=columns)  # wider than any screen, """
    + "." * 100
)
LINKS = "# What else?\n\n[The first](01_first.ipynb), {numref}`forest`, [x](gone.md)."


def output_cell(**data):
    """Return a code cell with one output, underscores for slashes of its kinds."""
    bundle = {key.replace("_", "/"): value for key, value in data.items()}
    output = nbformat.v4.new_output("display_data", data=bundle)
    return nbformat.v4.new_code_cell("x", outputs=[output])


def figure_cell():
    """Return a code cell that shows a figure."""
    return output_cell(**{MIME: json.dumps(WORDS)})


def write(folder, name, *cells):
    """Write a notebook: text as it is, Chinese text in a tuple, code in a list."""
    make = nbformat.v4
    made = [
        make.new_code_cell(c[0])
        if isinstance(c, list)
        else make.new_markdown_cell(c)
        if isinstance(c, str)
        else make.new_markdown_cell(c[0], metadata={"tags": ["zh"]})
        for c in cells
    ]
    nbformat.write(make.new_notebook(cells=made), folder / name)


def write_all(folder):
    """Write both notebooks."""
    answer = ("## Answer", [ANSWER])
    stated = ("## Is there a surplus?", [IMPORTED], [STATED])
    first = (OPENING, CHINESE, [TABLE], [FIGURE], [WIDE], *stated, *answer)
    write(folder, "01_first.ipynb", *first)
    write(folder, "02_second.ipynb", LINKS, ["1 / 3"])


@pytest.fixture(scope="session")
def study():
    """Return the folder of a small study that decides a claim."""
    return paths.PROCESSED / "cn_colearning"


@pytest.fixture(scope="session")
def board(study):
    """Return every claim in that study."""
    return build_board([open_study(study)])


@pytest.fixture(scope="session")
def still_code(board, study):
    """Keep the code's checksum still while others edit the code; evaluate once."""
    nowhere = build_board([], ["s1-cognitive-surplus", "s3-headache-ranking"])
    known = {(study.resolve(),): board, (): nowhere}
    with pytest.MonkeyPatch.context() as patch:
        for module in (build, execute):
            patch.setattr(module, "code_checksum", lambda: "still")
        # tests of other rooms share the process, and have studies of their own
        patch.setattr(
            build,
            "build_board",
            lambda asked: (
                known.get(tuple(one.folder for one in asked)) or build_board(asked)
            ),
        )
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory, worker_id, study, still_code):  # noqa: ARG001 - keeps the code still
    """Return the folder of a finished run: notebooks, figures, site.

    The first worker makes it, the others find it made.
    """
    own = tmp_path_factory.getbasetemp()
    room = own if worker_id == "master" else own.parent
    sources, out = room / "notebooks", room / "out"
    with one_at_a_time(room / "making"):
        if not sources.is_dir():
            sources.mkdir()
            write_all(sources)
            make_site(study_folders=[study], out=out, notebooks=sources)
    return out


@pytest.fixture(scope="session", autouse=True)
def _no_pdf():
    """Print no PDF of a site that is not about it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(whole.CHOICE, "")
        yield


@pytest.fixture(scope="session")
def chromium():
    """Return the path of a Chromium; without one, skip, or fail where CI promises."""
    if CHROMIUM is None:
        message = "no Chromium is installed"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(chromium):
    """Return a real Chromium.

    It lives as long as one module, because while it does its event loop runs, and
    notebooks can't be executed beside a running loop.
    """
    from playwright.sync_api import sync_playwright

    off = ("background-networking", "component-update", "sync", "quic", "gpu")
    flags = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in off)]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()
