"""Pages of own groups: templates whose texts stand in two languages."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from helpers.own_groups import sentences
from helpers.wording import Message, render, say, say_counts, say_in
from helpers.wording.terminal import is_chinese_locale


class Link(NamedTuple):
    """A text that leads to a place of the page."""

    text: str
    to: str


class Html(str):
    """HTML that is shown as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


Cell = str | Link


def render_page(name: str, **values: object) -> str:
    """Return a page as one HTML file that needs no other."""
    style = _read("page.css")
    return render_template(name, style=style, is_chinese=is_chinese_locale(), **values)


def render_template(name: str, **values: object) -> str:
    """Return a template of own groups with its texts in both languages."""
    return _load_template(name).render(values)


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@cache  # compiled once by whoever writes several pages
def _load_template(name: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, loader=FunctionLoader(_read),
    )  # fmt: skip
    environment.globals |= {
        "_": say, "say_counts": say_counts, "say_in": say_in, "tell": sentences,
    }  # fmt: skip
    environment.filters |= {
        "both": lambda text: Html(show_both(text)),
        "cell": lambda cell: Html(show_cell(cell)),
        "chinese": lambda text: render(text, "zh"),
        "pair": lambda text: f"{json.dumps(text)}, {json.dumps(render(text, 'zh'))}",
    }
    environment.tests["plain"] = lambda cell: type(cell) is str  # numbers and names
    return environment.get_template(name)


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
