"""The site is the same every time and needs nothing but itself."""

import os
import re
import shutil
import sys
import venv

import nbformat
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from markupsafe import escape

from helpers import fonts, paths
from helpers.files import compute_checksum
from helpers.prose import write_numbers_plainly
from helpers.site import build
from helpers.site.answers.told import STATES, describe_answer
from helpers.site.build import SiteError, make_site, rewrite_notebooks
from helpers.site.execution import stable
from helpers.site.frontpage import CARDS, QUOTED
from helpers.small_counts import get_notice, show_counts_from

from .conftest import write

pytestmark = pytest.mark.notebook
OUTSIDE = re.compile(r"""(?:src|srcset|action|data)=["'](?:https?:)?//""")
FETCHED = re.compile(r"""<link[^>]*href=["'](?:https?:)?//|url\(["']?(?:https?:)?//""")


def notebooks(folder, **sources):
    """Write notebooks of one Markdown cell each into a new folder."""
    folder.mkdir()
    for name, source in sources.items():
        write(folder, f"{name}.ipynb", source)
    return folder


def checksums(site):
    """Return the checksum of every file by its path."""
    files = [file for file in sorted(site.rglob("*")) if file.is_file()]
    return {file.relative_to(site).as_posix(): compute_checksum(file) for file in files}


def test_the_page_font_holds_the_letters_of_pages_and_no_others(tmp_path):
    """A letter of a page or its script is drawn; the thousands unused are left out."""
    (tmp_path / "_static").mkdir()
    shutil.copyfile(fonts.FILE, tmp_path / "_static" / fonts.FILE.name)
    (tmp_path / "zh.html").write_text("社群", encoding="utf-8")
    (tmp_path / "search.js").write_text("潜水", encoding="utf-8")
    build._write_page_font(tmp_path)
    face = TTFont(tmp_path / "_static" / "ShequnSans-Regular.woff")
    letters = face.getBestCmap().keys()
    assert {*map(ord, "社群潜水")} <= letters
    assert ord("龙") not in letters


@pytest.mark.skipif(sys.platform != "linux", reason="another system's own encoding")
def test_python_installed_in_a_chinese_folder_renders_the_pages(tmp_path, monkeypatch):
    """Python did not start: LC_ALL=C cannot read the Chinese path in a .pth file."""
    home = tmp_path / "我的 文件"
    venv.create(home / "venv", symlinks=True)
    (packages,) = (home / "venv").glob("lib/*/site-packages")
    (packages / "src.pth").write_text(f"{home}\n", "utf-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setattr(sys, "executable", str(home / "venv" / "bin" / "python"))
    source, theme = home / "source", home / "theme"
    for folder in (source, theme):
        folder.mkdir()
    (source / "index.rst").write_text("页\n==\n", "utf-8")
    (theme / "conf.py").write_text("", "utf-8")
    monkeypatch.setattr(build, "THEME", theme)
    build._render_site(source, home / "site")
    assert (home / "site" / "index.html").is_file()


def test_the_same_sources_give_the_same_bytes_and_are_not_rendered_twice(
    tmp_path,
    still_code,  # noqa: ARG001
    monkeypatch,
):
    """Elsewhere a site is byte for byte the same; here Sphinx is not even started."""
    sources = notebooks(tmp_path / "in", a="# Why?\n\n沉默", b="# How?\n\n[a](a.ipynb)")
    one, two = (
        make_site(study_folders=[], out=tmp_path / out, notebooks=sources)
        for out in ("one", "two")
    )
    assert checksums(one.parent) == checksums(two.parent)
    monkeypatch.setattr(build, "_render_site", None)
    again = make_site(study_folders=[], out=tmp_path / "one", notebooks=sources)
    assert again == one
    assert one.is_file()


def test_unmasked_small_counts_are_declared_on_every_page(tmp_path, made, still_code):  # noqa: ARG001
    """In both languages, search too; without it no page does."""
    sources = notebooks(tmp_path / "in", a="# Why?")
    with show_counts_from(1):
        index = make_site(study_folders=[], out=tmp_path / "out", notebooks=sources)
        said = get_notice()
    every = index.parent.rglob("*.html")
    pages = [page for page in every if "_static" not in page.parts]
    assert len(pages) > 20
    assert not [page for page in pages if said not in page.read_text("utf-8")]
    others = (made / "site").rglob("*.html")
    assert not [page for page in others if said in page.read_text("utf-8")]


def test_a_broken_reference_stops_the_build_and_keeps_the_old_site(
    tmp_path,
    still_code,  # noqa: ARG001
):
    """A figure that is referred to but does not exist is an error."""
    sources = notebooks(tmp_path / "in", a="# Why?\n\n{numref}`no-such-figure`")
    with pytest.raises(SiteError, match="no-such-figure"):
        make_site(study_folders=[], out=tmp_path / "out", notebooks=sources)
    assert not (tmp_path / "out" / "site").exists()


def test_pages_hold_nothing_that_a_browser_would_fetch_from_elsewhere(made):
    """No script, picture, style or font comes from another host."""
    for page in (made / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not OUTSIDE.search(text), page.name
        assert not FETCHED.search(text), page.name
    for style in (made / "site").rglob("*.css"):
        assert not FETCHED.search(style.read_text(encoding="utf-8")), style.name


def test_figures_are_numbered_described_and_to_download(made):
    """The page has number, alternative text, caption and every file."""
    page = (made / "site" / "01_first.html").read_text(encoding="utf-8")
    assert 'id="forest"' in page
    assert 'alt="T of *all* groups_in [it].' in page
    assert re.search(r'caption-number">Figure 1 </span>', page)
    assert page.count("T of *all* groups_in [it]. Data:") >= 1
    for end in ("svg", "png", "csv", "json", "bib"):
        assert f'href="figures/forest.{end}"' in page
        assert (made / "site" / "figures" / f"forest.{end}").is_file()


def test_site_contains_no_file_twice_and_none_that_no_page_shows(made):
    """A site weighed 126 MB: copies, source maps, and pictures that few ask for."""
    site = made / "site"
    files = [file.relative_to(site).as_posix() for file in site.rglob("*.*")]
    assert "figures/forest.narrow.svg" in files
    heavy = re.compile(r"\.map$|\.ttf$|_images/.*svg$|dark\.svg$|clear\.png$|\.pdf$")
    found = [name for name in files if heavy.search(name) and "poster" not in name]
    assert not found
    for notebook in (site / "notebooks").glob("*.ipynb"):
        assert '"image/png": "' not in notebook.read_text(encoding="utf-8")


def test_references_reach_across_notebooks(made):
    """A figure of one notebook is referred to by its number in another."""
    page = (made / "site" / "02_second.html").read_text(encoding="utf-8")
    assert re.search(r'href="01_first\.html#forest"[^>]*><span[^>]*>Figure 1<', page)
    assert "gone.md" not in page


def test_front_page_answers_its_questions(made, board):
    """The four famous claims and the six findings carry their bottom lines."""
    page = (made / "site" / "index.html").read_text(encoding="utf-8")
    for name in (QUOTED, *CARDS):
        assert f'data-claim="{name}"' in page
        assert f'href="claims/{name}.html"' in page
        line = write_numbers_plainly(board.answer(name).conclusion.bottom_line("en"))
        assert escape(line) in unescape_quotes(page)


@pytest.mark.parametrize(("folder", "language"), [("", "en"), ("zh/", "zh")])
def test_claims_page_lists_every_claim_under_its_state(made, board, folder, language):
    """The page of all claims leaves none out, whatever became of it."""
    page = (made / "site" / f"{folder}claims.html").read_text(encoding="utf-8")
    assert f'data-number="front.claims" data-value="{len(board.answers)}.0"' in page
    rows = re.findall(r'data-claim="([^"]+)"', page)
    assert sorted(rows) == sorted(answer.claim for answer in board.answers)
    for answer in board.answers:
        assert escape(describe_answer(answer, language).quote) in unescape_quotes(page)
    for state in STATES:
        assert f'data-state="{state}"' in page


def unescape_quotes(page):
    """Return a page with quotes as `markupsafe` writes them."""
    return page.replace("&quot;", "&#34;").replace("'", "&#39;")


def test_each_claim_has_a_page_in_both_languages(made, board):
    """Each answers in its own language before anything else."""
    for answer in board.answers:
        for folder, language in (("", "en"), ("zh/", "zh")):
            page = made / "site" / f"{folder}claims" / f"{answer.claim}.html"
            text = unescape_quotes(page.read_text(encoding="utf-8"))
            head = text[: text.index('class="folded"')]
            told = describe_answer(answer, language).sentence
            assert escape(write_numbers_plainly(told)) in head


def test_a_claim_without_an_answer_takes_few_lines(made, board):
    """No empty heading: what is missing, what others found, what an owner can do."""
    silent = [one for one in board.answers if not one.speaking]
    for answer in silent:
        page = made / "site" / "claims" / f"{answer.claim}.html"
        text = page.read_text(encoding="utf-8")
        assert text.count("<h2") <= 3, answer.claim
        assert "<figure" not in text, answer.claim


def test_claim_page_links_to_its_notebook_and_code(made):
    """The section that states the claim, and the module that estimates it."""
    page = made / "site" / "claims" / "s1-cognitive-surplus.html"
    text = page.read_text(encoding="utf-8")
    assert 'href="../01_first.html#claim-s1-cognitive-surplus"' in text
    assert "Is there a surplus?" in text
    code = re.search(r'href="\.\./(code/\w+\.html)"', text)
    assert (made / "site" / code[1]).is_file()


@pytest.mark.parametrize(("page", "picture"), [("", ""), ("zh/", ".zh")])
def test_the_first_page_can_be_passed_on(made, board, page, picture):
    """It says in a sentence what it is about, with a picture of 1200 by 630."""
    site = made / "site"
    text = (site / f"{page}index.html").read_text(encoding="utf-8")
    told = board.answer(QUOTED).conclusion.bottom_line("zh" if page else "en")
    assert f'property="og:description" content="{escape(told)}"' in text
    assert re.search(r'property="og:image" content="[./]*figures/', text)
    assert 'rel="icon"' in text
    drawn = (site / "figures" / "cards" / f"{QUOTED}{picture}.png").read_bytes()
    width, height = (int.from_bytes(drawn[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1200, 630)


def test_trust_page_shows_the_published_validation_tables(made):
    """Its pictures are parts of a whole, computed from published tables."""
    page = (made / "site" / "trust.html").read_text(encoding="utf-8")
    widths = [
        float(one)
        for one in re.findall(r'share-bar"><span style="width:([\d.]+)%', page)
    ]
    assert len(widths) == 8  # no source here decides: no alternative analyses
    assert all(0 < one <= 100 for one in widths)
    mutants = pd.read_csv(paths.PROCESSED / "calibration" / "mutants.csv")
    assert f"{mutants['mutants'].sum():,}" in page
    assert page.count('<i style="left:95.0%">') == 3  # what intervals promise


def test_rewriting_notebooks_is_idempotent(tmp_path, study, monkeypatch):
    """Committed notebooks take their outputs once and are then left alone."""
    monkeypatch.setattr(paths, "list_study_folders", lambda: [study])
    sources = tmp_path / "in"
    sources.mkdir()
    cell = nbformat.v4.new_code_cell("1 / 3", metadata={"trusted": True})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), sources / "a.ipynb")
    places = {"notebooks": sources, "editions": tmp_path / "editions"}
    changed = rewrite_notebooks(out=tmp_path / "out", **places)
    made = {path.relative_to(tmp_path).as_posix() for path in changed}
    assert made == {"in/a.ipynb", "editions/a.ipynb", "editions/zh/a.ipynb"}
    assert not rewrite_notebooks(out=tmp_path / "out", **places)
    written = stable.read_notebook(sources / "a.ipynb").cells[0]
    assert written.outputs[0].data["text/plain"] == "0.3333333333333333"
    assert written.metadata == {}
