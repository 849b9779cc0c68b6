"""Render page templates, with values escaped."""

from __future__ import annotations

import posixpath
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpers.prose import format_share
from helpers.site.languages import LANGUAGES, Language, Words

LEVEL = format_share(0.95)  # of every interval, unless a rule says otherwise
FILES = "notebooks"  # where the executed notebooks lie, to be downloaded
PAGES = Path(__file__).parent / "theme" / "pages"


@cache
def _load_templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        lstrip_blocks=True,
    )


def render_template(
    template: str, page: str, language: Language = "en", **about: object
) -> str:
    """Render a page template with given values.

    Parameters
    ----------
    page
        Its address in the site's English half, such as ``claims/x.html``.
    about
        What the template speaks of.
    """
    page = find_in_language(page, language)
    other = next(code for code in LANGUAGES if code != language)
    context = {
        "t": Words(language),
        "page": page,
        "url": partial(build_relative_link, page),
        "study_page": partial(find_study_page, language=language),
        "in_language": find_in_language,
        "home": find_in_language("index.html", language),
        "other": other,
        "other_code": Words(other).code,
        "level": LEVEL,
    }
    text = _load_templates().get_template(template).render(context | about)
    return text.strip() + "\n"


def write_raw(html: str) -> str:
    """Return HTML as a block that Markdown passes on unchanged.

    >>> write_raw("<p>a</p>").splitlines()
    ['```{raw} html', '<p>a</p>', '```']
    """
    return f"```{{raw}} html\n{html}\n```"


def build_relative_link(page: str, target: str) -> str:
    """Return the relative link from one web page to another.

    >>> build_relative_link("zh/claims/a.html", "figures/b.svg")
    '../../figures/b.svg'
    """
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def find_in_language(page: str, language: Language) -> str:
    """Return the address of a web page's version in a language.

    >>> find_in_language("claims/a.html", "zh")
    'zh/claims/a.html'
    """
    return page if language == "en" else f"zh/{page}"


def find_study_page(name: str, language: Language = "en") -> str:
    """Return the address of a data source's page.

    >>> find_study_page("raku_irc"), find_study_page("raku_irc", "zh")
    ('data-raku-irc.html', 'zh/data-raku-irc.html')
    """
    page = f"data-{name.partition('/')[0].replace('_', '-')}.html"
    return find_in_language(page, language)


def split_note(name: str) -> tuple[str, str]:
    """Return a decision note's date, and its label on the page of all notes.

    >>> split_note("2026-11-22-one-family-of-tests.md")
    ('2026-11-22', 'one-family-of-tests')
    """
    year, month, day, label = name.removesuffix(".md").split("-", 3)
    return f"{year}-{month}-{day}", label
