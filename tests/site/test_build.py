"""The site is the same every time and needs nothing but itself."""

import re

import nbformat
import pytest

from helpers.files import checksum
from helpers.site import SiteError, build, make_site, rewrite_notebooks, stable

pytestmark = pytest.mark.notebook
OUTSIDE = re.compile(r"""(?:src|srcset|action|data)=["'](?:https?:)?//""")
FETCHED = re.compile(r"""<link[^>]*href=["'](?:https?:)?//|url\(["']?(?:https?:)?//""")


def notebooks(folder, **sources):
    """Write notebooks of one Markdown cell each into a new folder."""
    folder.mkdir()
    for name, source in sources.items():
        cell = nbformat.v4.new_markdown_cell(source)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / f"{name}.ipynb")
    return folder


def checksums(site):
    """Return the checksum of every file by its path."""
    files = [file for file in sorted(site.rglob("*")) if file.is_file()]
    return {file.relative_to(site).as_posix(): checksum(file) for file in files}


def test_the_same_sources_give_the_same_bytes(tmp_path, still_code):  # noqa: ARG001
    """A site rendered again, elsewhere, is byte for byte the same."""
    sources = notebooks(tmp_path / "in", a="# Why?\n\n沉默", b="# How?\n\n[a](a.ipynb)")
    sites = [
        make_site(study_folders=[], out=tmp_path / out, notebooks=sources).parent
        for out in ("one", "two")
    ]
    assert checksums(sites[0]) == checksums(sites[1])


def test_nothing_is_rendered_that_did_not_change(
    tmp_path,
    still_code,  # noqa: ARG001
    monkeypatch,
):
    """The second time Sphinx is not even started."""
    sources = notebooks(tmp_path / "in", a="# Why?")
    index = make_site(study_folders=[], out=tmp_path / "out", notebooks=sources)
    monkeypatch.setattr(build, "_render", None)
    again = make_site(study_folders=[], out=tmp_path / "out", notebooks=sources)
    assert again == index
    assert index.is_file()


def test_a_broken_reference_stops_the_build_and_keeps_the_old_site(tmp_path):
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
    assert 'alt="A &quot;point&quot;."' in page
    assert re.search(r'caption-number">Figure 1 </span>', page)
    assert "Of *all* groups_in [it]." in page
    for end in ("svg", "pdf", "png", "csv", "json", "bib"):
        assert f'href="figures/forest.{end}"' in page
        assert (made / "site" / "figures" / f"forest.{end}").is_file()


def test_references_reach_across_notebooks(made):
    """A figure of one notebook is referred to by its number in another."""
    page = (made / "site" / "02_second.html").read_text(encoding="utf-8")
    assert re.search(r'href="01_first\.html#forest"[^>]*><span[^>]*>Figure 1<', page)
    assert "gone.md" not in page


def test_the_first_page_answers(made):
    """Questions and their computed answers stand on the first page."""
    page = (made / "site" / "index.html").read_text(encoding="utf-8")
    assert "How long do groups live?" in page
    assert "groups, <span" in page
    assert "62" in page


def test_rewriting_twice_changes_nothing(tmp_path):
    """Committed notebooks take their outputs once and are then left alone."""
    sources = tmp_path / "in"
    sources.mkdir()
    cell = nbformat.v4.new_code_cell("1 / 3", metadata={"trusted": True})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), sources / "a.ipynb")
    changed = rewrite_notebooks(out=tmp_path / "out", notebooks=sources)
    assert [path.name for path in changed] == ["a.ipynb"]
    assert not rewrite_notebooks(out=tmp_path / "out", notebooks=sources)
    written = stable.read(sources / "a.ipynb").cells[0]
    assert written.outputs[0].data["text/plain"] == "0.3333333333333333"
    assert written.metadata == {}
