"""Sphinx configuration: no external files, one language a build."""  # noqa: INP001 - Sphinx reads this by its path

import os
from pathlib import Path

from helpers import __version__
from pipeline.site import search
from pipeline.site.language import Reader

WHOLE: tuple[str, ...] = (  # pages without bars at their sides
    "index", "answers", "claims/*", "chapters/index", "your-group", "export", "run",
    "data", "how", "glossary", "cite", "search", "practices", "wechat", "whose-claims",
)  # fmt: skip
chinese = os.environ.get("SHEQUN_PAGES") == "zh"
reader = Reader("zh" if chinese else "en")
project = reader("Shequn Evidence")
version = release = __version__
extensions = ["myst_nb"]
language = "zh_CN" if chinese else "en"
smartquotes = False
suppress_warnings = ["misc.highlighting_failure", "myst.header", "myst.xref_missing"]
nb_execution_mode = "off"  # they were executed before
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_output_stderr = "remove-warn"
nb_merge_streams = True
nb_code_prompt_show = nb_code_prompt_hide = reader("code")
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_favicon = "static/favicon.svg"
html_theme = "pydata_sphinx_theme"
html_title = reader("Shequn Evidence")
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("forecast.js", "site.js")]
templates_path = ["templates"]
html_sidebars: dict[str, list[str]] = {page: [] for page in WHOLE} | {
    "chapters/[0-9]*": ["sidebar-nav-bs"]
}
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_show_search_summary = False  # a page opened from a disk may not fetch others
html_search_scorer = str(Path(__file__).with_name("static") / "scorer.js")
html_search_language = search.SearchBoth.lang
html_context = {
    "default_mode": "auto",
    "words": {"mode": reader("light or dark"), "system": reader("as the system")},
}
html_theme_options = {
    "logo": {"text": reader("Shequn Evidence")},
    "navbar_center": ["navbar-nav"],
    "navbar_end": ["language", "mode"],
    "navbar_persistent": ["search-button"],
    "navbar_align": "content",
    "header_links_before_dropdown": 5,
    "header_dropdown_text": reader("More"),
    "search_bar_text": reader("Search"),
    "article_header_start": [],
    "footer_start": ["foot"],
    "footer_center": [],
    "footer_end": [],
    "secondary_sidebar_items": {page: [] for page in WHOLE}
    | {"chapters/[0-9]*": ["page-toc"]},
    "show_prev_next": False,
    "back_to_top_button": False,
}
setup = search.setup
