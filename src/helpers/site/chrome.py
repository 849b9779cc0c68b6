"""Frame of each web page: navigation bars, and the theme's own texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sphinx.application import Sphinx

from helpers.figures.citation import read_project
from helpers.prose import write_numbers_plainly
from helpers.site.languages import Words, read_entries
from helpers.site.search import read_made
from helpers.site.whole import PDF

CHINESE = "zh/"
UNTOLD = (  # what others write and a screen reader cannot tell
    ('role="list" class="citation', 'class="citation'),
    (' role="doc-biblioentry"', ""),
    ("<th></th>", "<td></td>"),
)
PICTURE = re.compile(  # Sphinx has a copy of those in chapters
    r'<img [^>]*src="(?P<at>(?:[^"]*(?:_images|figures)/)?)(?P<name>[^"/]+)\.svg"[^>]*>'
)
PHONE = "(max-width: 40rem)"
KIND_NAMES = read_entries("chrome")["kind"]
TOP = ("index", "claims", "chapters", "data", "trust", "cite")
UNDER = {  # pages that no part of the top bar lists, and where they belong
    "figures": "cite",
    "numbers": "cite",
    "methods": "trust",
    "glossary": "trust",
    "about": "trust",
    "architecture": "trust",
    "decisions": "trust",
    "code": "trust",
}


def setup(app: Sphinx) -> None:
    """Connect navigation bars, metadata and search to Sphinx, as an extension."""
    app.connect("html-page-context", _add_page_context)
    app.connect("html-collect-pages", _search_in_chinese)


def _search_in_chinese(_: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield f"{CHINESE}search", {}, "search.html"


def _add_page_context(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    chinese = page.startswith(CHINESE)
    t = Words("zh" if chinese else "en")
    context["t"] = t
    context["docstitle"] = t("site.name")
    context["language"] = context["lang_attr"] = t.code
    context["here"], context["whole"] = page, PDF
    made = read_made(app)
    context["kinds"] = {name: t.either(pair) for name, pair in KIND_NAMES.items()}
    part = _find_part(page, made["bars"][t.language])
    context["side"] = made["bars"][t.language].get(part, [])
    context["sidebars"] = ["contents.html"] if context["side"] else []
    own = CHINESE if chinese else ""
    context["top"] = [(f"{own}{n}", t(f"nav.{n}"), n == part) for n in TOP]
    context["about"] = made["about"].get(page, "")
    context["shared"] = _find_picture(page, made)
    if chinese:
        context |= _list_neighbour_pages(page, context["side"], context["pathto"])
    context["site_address"] = read_project().url  # "" until the site has one
    context["switch"] = _find_counterpart(app, page, part)
    context["other"] = Words("en" if chinese else "zh")
    context["side_path"] = context["pathto"]
    body = context.get("body", "")
    for theirs, ours in UNTOLD:
        body = body.replace(theirs, ours)
    context["body"] = PICTURE.sub(_add_screen_variants, write_numbers_plainly(body))
    if chinese:
        _set_chinese(context, t)


def _list_neighbour_pages(
    page: str, bar: list[Any], path: Callable[..., str]
) -> dict[str, dict[str, str]]:
    """Return the previous and next page in the side bar."""
    listed = list(_iterate_pages(bar))
    pages = [at for _, at in listed]
    if page not in pages:
        return {}
    place = pages.index(page)
    near = {"prev": listed[place - 1 : place], "next": listed[place + 1 : place + 2]}
    return {
        name: {"link": path(at), "title": title}
        for name, links in near.items()
        for title, at in links
    }


def _add_screen_variants(picture: re.Match[str]) -> str:
    """Add a figure's narrow layout for phones to its HTML image element."""
    folder = picture["at"].replace("_images/", "figures/")
    stem = folder + picture["name"]
    source = f'<source media="screen and {PHONE}" srcset="{stem}.narrow.svg">'
    image = picture[0].replace(f'"{picture["at"]}', f'"{folder}')
    return f"<picture>{source}{image}</picture>"


def _find_part(page: str, bars: dict[str, Any]) -> str:
    """Return the code of the site's top-level section that contains a page."""
    name = page.removeprefix(CHINESE).partition("/")[0]
    listed = {at: part for part, bar in bars.items() for _, at in _iterate_pages(bar)}
    return listed.get(page) or UNDER.get(name, name)


def _find_picture(page: str, made: dict[str, Any]) -> str:
    """Return the preview image that other sites show for a link to a page."""
    folder, _, name = page.removeprefix(CHINESE).rpartition("/")
    own = f"{name}.png"
    if folder == "figures" and own in made["pictures"]:
        return f"figures/{own}"
    chinese = page.startswith(CHINESE)
    if name == "hundred-groups":
        return f"figures/poster-{'zh' if chinese else 'en'}.png"
    cards = made["cards"]
    first = f"{CHINESE if chinese else ''}index"
    card = cards.get(page) or cards.get(first)
    return f"figures/{card}" if card else ""


def _iterate_pages(bar: list[Any]) -> Iterator[tuple[str, str]]:
    yield from ((title, page) for _, links in bar for page, title in links)


def _find_counterpart(app: Sphinx, page: str, part: str) -> str:
    """Return the address of the same page in the other language."""
    pages = {*app.env.found_docs, "search", f"{CHINESE}search"}
    if page.startswith(CHINESE):
        return page.removeprefix(CHINESE)
    places = (f"{CHINESE}{page}", f"{CHINESE}{part}")
    return next((place for place in places if place in pages), f"{CHINESE}index")


def _set_chinese(context: dict[str, Any], t: Words) -> None:
    translations = {
        english: pair[1] for english, pair in read_entries("chrome")["search"].items()
    }
    plural = {name: [text] for name, text in translations.items() if "${" in text}
    context["translations"] = {
        "messages": translations | plural,
        "plural_expr": "0",
        "locale": t.code,
    }
    for words in ("Link to this heading", "Toggle hidden content"):
        context["body"] = context["body"].replace(
            f'"{words}"', f'"{_translate_theme_words(t, words)}"'
        )
    context["_"] = context["gettext"] = partial(_translate_theme_words, t)
    context["theme_search_bar_text"] = t("site.search")
    context["pathto"] = partial(_find_path, context["pathto"])


def _translate_theme_words(t: Words, text: str) -> str:
    """Translate the texts of the Sphinx theme to Chinese."""
    theme_words = read_entries("chrome")["theme_words"]
    return t.either(theme_words[text]) if text in theme_words else text


def _find_path(
    path: Callable[..., str], page: str, *more: object, **named: object
) -> str:
    """Return a page's address within the language's part of the site."""
    own = {"search": f"{CHINESE}search", "index": f"{CHINESE}index"}
    return path(own.get(page, page), *more, **named)
