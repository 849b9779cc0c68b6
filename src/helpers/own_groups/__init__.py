"""A page on a user's own groups: one card per group.

`facts` counts, `sentences` words what was counted in English and Chinese, `page` makes
one file to print or send, and `summary` the lines for the terminal. No claim is
evaluated here, so that the page is there before the rest of a run.
"""

from helpers.own_groups.cards import Card, build_cards
from helpers.own_groups.page import write_page
from helpers.own_groups.summary import list_lines
from helpers.wording.terminal import is_chinese_locale

__all__ = [
    "Card",
    "build_cards",
    "is_chinese_locale",
    "list_lines",
    "write_page",
]
