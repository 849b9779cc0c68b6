"""Executed notebooks, and the pages made from them."""

from helpers.site.build import SiteError, make_site, rewrite_notebooks
from helpers.site.comparison import compare
from helpers.site.execution import NotebookError, Run, execute

__all__ = [
    "NotebookError",
    "Run",
    "SiteError",
    "compare",
    "execute",
    "make_site",
    "rewrite_notebooks",
]
