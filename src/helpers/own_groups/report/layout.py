"""Pages of own groups: sections of sentences, pictures and tables, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from helpers.own_groups.sentences import Text

TEMPLATE, STYLE = "page.html.j2", "page.css"
LONG = 12  # rows, from which a table is read in a box that scrolls


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a place of the page."""

    text: Text
    to: str


Cell = str | Text | Link


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows that can be sorted by each column."""

    heads: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    is_stacked: bool = False  # on a phone, each row is a card

    @property
    def is_long(self) -> bool:
        """Whether it is read in a box of its own."""
        return len(self.rows) > LONG and not self.is_stacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page: what there is of it, from its head to its notes."""

    head: Text | None = None
    level: int = 2
    anchor: str = ""
    kind: str = ""  # a class of the style sheet
    span: Text | None = None  # what it covers, in small print
    states: Sequence[Text] = ()  # sentences that stand out
    picture: str = ""  # HTML
    caption: Text | None = None
    words: Sequence[Text] = ()  # paragraphs
    lines: Sequence[Text] = ()  # of a list
    notes: Sequence[Text] = ()  # small print above a table
    table: Table | None = None
    after: Sequence[Text] = ()  # small print below it
    sections: Sequence[Section] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its title, its first lines, and its sections."""

    title: Text
    warning: Text | None = None
    state: Text | None = None
    words: Sequence[Cell] = ()
    notes: Sequence[Text] = ()
    alarms: Sequence[Text] = ()
    sections: Sequence[Section] = field(default=())
    is_chinese: bool = False


def render_page(page: Page) -> str:
    """Return a page as one HTML file that needs no other."""
    style = files(__package__).joinpath(STYLE).read_text("utf-8")
    return _load_template().render(page=page, style=style)


@cache
def _load_template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"both": show_both, "cell": show_cell}
    text = files(__package__).joinpath(TEMPLATE).read_text("utf-8")
    return environment.from_string(text)


def show_both(text: Text | str) -> str:
    """Return a text as HTML in English and Chinese, of which one is visible.

    >>> show_both(Text("a < b", "甲"))
    '<span lang="en">a &lt; b</span><span lang="zh">甲</span>'
    >>> show_both(Text("7", "7"))
    '7'
    """
    if isinstance(text, str):
        return escape(text)
    en, zh = map(escape, text)
    both = f'<span lang="en">{en}</span><span lang="zh">{zh}</span>'
    return en if en == zh else both


def show_cell(cell: Cell) -> str:
    """Return the cell of a table as HTML."""
    if isinstance(cell, Link):
        place = escape(cell.to, quote=True)
        return f'<a href="#{place}">{show_both(cell.text)}</a>'
    return show_both(cell)
