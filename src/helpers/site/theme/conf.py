"""Sphinx configuration: no external files, reproducible output."""  # noqa: INP001 - Sphinx reads this by its path

import gc

from sphinx.application import Sphinx

from helpers import __version__, fonts
from helpers.site import chrome, search
from helpers.site.rendering import FILES, PAGES
from helpers.site.search import SearchBoth
from helpers.small_counts import get_notice

gc.set_threshold(100_000, 50, 50)  # pages are trees of many nodes that all stay

project = "Shequn Evidence"
version = release = __version__
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxcontrib.bibtex",
]
autodoc_typehints = "none"  # parameters are described in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
bibtex_bibfiles = [str(PAGES / "references.bib")]
language = "en"
smartquotes = False
suppress_warnings = [
    "misc.highlighting_failure",  # sketches of code need not parse
    "bibtex.duplicate_label",  # a work has one label on the pages of both languages
]
numfig = True
numfig_format = {"figure": "Figure %s"}

nb_execution_mode = "off"  # they were executed before
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_output_stderr = "remove-warn"
nb_merge_streams = True
nb_code_prompt_show = "Code"
nb_code_prompt_hide = "Code"
myst_heading_anchors = 3

html_favicon = "static/favicon.svg"
exclude_patterns = [FILES]  # they are there to be downloaded
html_theme = "pydata_sphinx_theme"
html_title = "Shequn Evidence · 社群实证"
html_static_path = ["static", str(fonts.FILE)]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
templates_path = ["templates"]
html_sidebars = {"**": ["contents.html"]}
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_search_summary = False  # a page opened from a disk may not fetch others
html_search_language = SearchBoth.lang
html_search_scorer = str(PAGES.parent / "scorer.js")
html_context = {"default_mode": "auto"}  # follow the reader's light or dark
html_theme_options = {
    "announcement": get_notice(),  # that small counts are shown, if they are
    "navbar_center": [],  # templates/sections/header.html is the top bar
    "navbar_persistent": [],
    "navbar_end": [],
    "article_header_start": [],
    "footer_start": [],
    "footer_end": [],
    "primary_sidebar_end": [],
    "search_bar_text": "Search · 搜索",
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}


def setup(app: Sphinx) -> None:
    """Register search and page frame with Sphinx."""
    search.setup(app)
    chrome.setup(app)
