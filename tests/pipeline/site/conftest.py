"""The site, built once for all tests, and the visible words of its pages."""

import shutil
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest

from helpers import paths
from helpers.figures.saving import save_figure
from helpers.figures.svg import MIME
from pipeline.site.build import make_site

SKIPPED = {"svg", "script", "details", "form", "fieldset"}


@pytest.fixture(scope="session")
def site(make_once):
    """Return the folder of a site with the committed chapters and one of its own."""
    return make_once("all-chapters", _make_site) / "site"


def _make_site(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEQUN_FIGURES", str(folder / "figures"))
        _, ax = plt.subplots()
        ax.plot([1, 2], [1, 2])
        saved = save_figure(ax, "demo", "Of 7 groups 3 grew", pd.DataFrame({"x": [1]}))
    data, _ = saved._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data)
    cells = [
        nbformat.v4.new_markdown_cell("# Data\n\nAll *answers*."),
        nbformat.v4.new_code_cell("1 + 1", outputs=[output]),
    ]
    shutil.copytree(paths.NOTEBOOKS, folder / "notebooks")
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells), folder / "notebooks" / "99_demo.ipynb"
    )
    assert MIME in data
    make_site(folder, folder / "notebooks")


@pytest.fixture(scope="session")
def read_page():
    """Return a function that reads the visible words of a page's article."""

    def read(page):
        parser = _Text()
        parser.feed(page.read_text("utf-8"))
        return " ".join("".join(parser.parts).split())

    return read


@pytest.fixture(scope="session")
def list_texts():
    """Return a function that lists the visible texts of a page's article."""

    def read(page):
        parser = _Text()
        parser.skipped = SKIPPED | {"pre", "code"}
        parser.feed(page.read_text("utf-8"))
        return parser.parts

    return read


class _Text(HTMLParser):
    """The visible words of a page's article."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden, self.inside = [], 0, False
        self.skipped = SKIPPED

    def handle_starttag(self, tag, _):
        self.inside |= tag == "article"
        self.parts += [" "] * (tag in {"td", "th", "tr", "li", "p"})  # words apart
        self.hidden += tag in self.skipped

    def handle_endtag(self, tag):
        self.hidden -= tag in self.skipped
        self.inside &= tag != "article"

    def handle_data(self, data):
        if self.inside and not self.hidden:
            self.parts.append(data)
