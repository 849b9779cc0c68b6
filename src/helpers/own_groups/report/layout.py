"""Pages of own groups: sections of sentences, pictures and tables, in two languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from helpers.wording import Message, render, say
from helpers.wording.terminal import is_chinese_locale

TEMPLATE, STYLE = "page.html.j2", "page.css"
LONG = 12  # rows, from which a table is read in a box that scrolls


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a place of the page."""

    text: str
    to: str


Cell = str | Link


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows that can be sorted by each column."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_stacked: bool = False  # on a phone, each row is a card

    @property
    def is_long(self) -> bool:
        """Whether it is read in a box of its own."""
        return len(self.rows) > LONG and not self.is_stacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page: what there is of it, from its head to its notes."""

    head: str | None = field(default=None, kw_only=False)
    level: int = 2
    anchor: str = ""
    kind: str = ""  # a class of the style sheet
    span: str | None = None  # what it covers, in small print
    states: Sequence[str] = ()  # sentences that stand out
    picture: str = ""  # HTML
    caption: str | None = None
    words: Sequence[str] = ()  # paragraphs
    lines: Sequence[str] = ()  # of a list
    notes: Sequence[str] = ()  # small print above a table
    table: Table | None = None
    after: Sequence[str] = ()  # small print below it
    sections: Sequence[Section] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its title, its first lines, and its sections."""

    title: str
    warning: str | None = None
    state: str | None = None
    words: Sequence[Cell] = ()
    notes: Sequence[str] = ()
    alarms: Sequence[str] = ()
    sections: Sequence[Section] = field(default=())


def render_page(page: Page) -> str:
    """Return a page as one HTML file that needs no other."""
    style = files(__package__).joinpath(STYLE).read_text("utf-8")
    place = f"report/{TEMPLATE}"
    return render_template(
        place, page=page, style=style, is_chinese=is_chinese_locale()
    )


def render_template(name: str, **values: object) -> str:
    """Return a template of own groups with its texts in both languages."""
    return _load_template(name).render(values)


@cache  # compiled once by whoever writes several pages
def _load_template(name: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = say
    environment.filters |= {
        "both": show_both,
        "cell": show_cell,
        "chinese": lambda text: render(text, "zh"),
        "pair": lambda text: f"{json.dumps(text)}, {json.dumps(render(text, 'zh'))}",
    }
    environment.tests["plain"] = lambda cell: type(cell) is str  # numbers and names
    text = files("helpers.own_groups").joinpath(name).read_text("utf-8")
    return environment.from_string(text)


def show_both(text: str) -> str:
    """Return a text as HTML in English and Chinese, of which one is visible.

    >>> show_both(say("your groups"))
    '<span lang="en">your groups</span><span lang="zh">你的群</span>'
    >>> show_both("a < b")
    'a &lt; b'
    """
    en = escape(text)
    if not isinstance(text, Message):
        return en
    zh = escape(render(text, "zh")) or en
    both = f'<span lang="en">{en}</span><span lang="zh">{zh}</span>'
    return en if en == zh else both


def show_cell(cell: Cell) -> str:
    """Return the cell of a table as HTML."""
    if isinstance(cell, Link):
        place = escape(cell.to, quote=True)
        return f'<a href="#{place}">{show_both(cell.text)}</a>'
    return show_both(cell)
