"""The whole as one PDF: printed where a Chromium is, silent where none is."""

import re
import shutil

import pytest

from helpers.site import whole
from helpers.site.build import make_site

from .conftest import write

PAGE = '<html><body>{bar}<article class="bd-article">{text}</article></body></html>'
BAR = '<!-- whole <a class="whole" href="shequn-evidence.pdf">PDF</a> -->'
PAGES = ("index.html", "claims/a.html")


@pytest.fixture
def site(tmp_path):
    """Two pages that lead to one another and to a file that is not printed."""
    (tmp_path / "claims").mkdir()
    front = '<h1 id="top">Which?</h1><a href="claims/a.html#why">A</a>'
    other = '<h2 id="why">Why</h2><a href="../numbers.csv">n</a><img src="../p.svg">'
    for page, text in zip(PAGES, (front, other), strict=True):
        (tmp_path / page).write_text(PAGE.format(bar=BAR, text=text))
    (tmp_path / "p.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return tmp_path


def test_links_between_pages_lead_inside_the_pdf(site):
    """Ids are told apart by page, files that are left out are no links."""
    text = whole._join_pages(site, PAGES)
    assert 'href="#claims-a--why"' in text
    assert 'id="claims-a--why"' in text
    assert "numbers.csv" not in text
    assert 'src="p.svg"' in text


def test_every_link_of_the_page_of_all_has_its_anchor(made):
    """No link inside the PDF leads nowhere, on a site with every kind of page."""
    site = made / "site"
    pages = [file.relative_to(site).as_posix() for file in site.rglob("*.html")]
    text = whole._join_pages(site, pages)
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    apart = {"your-group"}  # a page with a script, which paper cannot run
    assert set(re.findall(r'href="#([^"]+)"', text)) - apart <= ids


def test_missing_browser_means_no_pdf_and_one_message(site, monkeypatch):
    """Set to nothing, SHEQUN_CHROMIUM means no PDF."""
    monkeypatch.setenv("SHEQUN_CHROMIUM", "")
    assert whole.find_chromium() is None
    assert whole.describe_pdf(site).startswith("No PDF of the whole")


def test_failed_pdf_printing_leaves_the_site_unchanged(site):
    """Its link stays a comment, and the page of all is gone."""
    before = (site / "index.html").read_text()
    with pytest.raises(whole.PrintError, match="printed no PDF"):
        whole.add_pdf(site, PAGES, shutil.which("false") or "false")
    assert (site / "index.html").read_text() == before
    assert not (site / "whole.html").exists()


@pytest.mark.browser
def test_the_same_pages_print_the_same_bytes(site, chromium):
    """Printed twice the PDF is one file, and then its link shows."""
    first = whole.add_pdf(site, PAGES, chromium).read_bytes()
    again = whole.add_pdf(site, PAGES, chromium).read_bytes()
    assert first == again
    assert first.startswith(b"%PDF")
    assert '<a class="whole"' in (site / "index.html").read_text()
    assert "<!-- whole" not in (site / "index.html").read_text()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.notebook
def test_a_site_made_where_a_chromium_is_has_its_pdf(
    tmp_path,
    chromium,
    monkeypatch,
    still_code,  # noqa: ARG001
):
    """The page on citing links to the PDF, in its own language."""
    monkeypatch.setenv(whole.CHOICE, chromium)
    (tmp_path / "in").mkdir()
    write(tmp_path / "in", "a.ipynb", "# Why?")
    out, sources = tmp_path / "out", tmp_path / "in"
    asked = {"study_folders": [], "out": out, "notebooks": sources, "pdf": True}
    site = make_site(**asked).parent
    assert (site / whole.PDF).stat().st_size
    assert 'href="../shequn-evidence.pdf">全文 PDF' in (
        site / "zh" / "cite.html"
    ).read_text(encoding="utf-8")
