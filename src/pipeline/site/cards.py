"""What a page shows where it is shared: title, description, and a card as picture."""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from helpers.citation import read_project
from helpers.figures.drawing import (
    DPI,
    GREY,
    INK,
    LEADING,
    PALE,
    Drawing,
    Point,
    measure_width,
    wrap_text,
)
from helpers.figures.png import describe_png

PIXEL = 72 / DPI  # points
WIDTH, HEIGHT, EDGE = 1200 * PIXEL, 630 * PIXEL, 60 * PIXEL
ABOVE, FOOT, SMALL = 36 * PIXEL, 32 * PIXEL, 28 * PIXEL  # sizes of letters
HEADS = (66 * PIXEL, 54 * PIXEL)
BODIES = (40 * PIXEL, 36 * PIXEL, 32 * PIXEL)  # the largest that has room
LINE, SCALE = 84 * PIXEL, 112 * PIXEL  # heights of the foot and of the scale
BELOW = 34 * PIXEL  # a scale's words
CARDS = "cards.json"
LEAST, MOST = 20, 200  # letters of a description
PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A page's card: the claim, the answer and its population, on a scale.

    `where` has the places measured and WeChat's own word; `title` is the
    page's; `dots` are places from 0 to 100 of low, mean, high and claimed number;
    `words` name the claimed number, both ends of the scale and what it measures.
    """

    headline: str
    text: str
    above: str = ""
    where: str = ""
    title: str = ""
    colour: str = INK
    dots: dict[str, float] = {}
    words: tuple[str, str, str, str] = ("", "", "", "")
    note: str = ""


def describe_page(body: str) -> str:
    """Return a page's first paragraph of some length as plain text, cut at a word.

    >>> describe_page(
    ...     "<h1>x</h1><p>Of 100 groups <b>19</b> were silent by day 105.</p>"
    ... )
    'Of 100 groups 19 were silent by day 105.'
    """
    for paragraph in PARAGRAPH.findall(body):
        text = " ".join(html.unescape(TAG.sub("", paragraph)).split())
        if len(text) >= LEAST:
            return text if len(text) <= MOST else f"{text[:MOST].rsplit(' ', 1)[0]}…"
    return ""


def write_card(card: Card, file: Path, address: str = "") -> None:
    """Draw a page's card; it names the project in the image and in its metadata."""
    drawing, across = Drawing(WIDTH, HEIGHT), WIDTH - 2 * EDGE
    drawing.fill_box((0, 0), (WIDTH, HEIGHT), "#fbfaf7")
    top = 40 * PIXEL
    head = HEADS[measure_width(card.headline, HEADS[0]) > across]
    for text, size, colour, most in (
        (card.above, ABOVE, GREY, 2), (card.headline, head, card.colour, 3),
    ):  # fmt: skip
        is_bold = text == card.headline
        lines = cut_lines(text, across, size, most)
        place = (EDGE, top + size)
        write_lines(drawing, place, lines, size, colour, is_bold=is_bold)
        top += size * LEADING * len(lines) + 8 * PIXEL * bool(lines)
    floor = HEIGHT - LINE - (SCALE + BELOW if card.dots else 0)
    room = floor - top - (FOOT * LEADING if card.where else 0)
    size = next((s for s in BODIES if _fits(card.text, s, room)), BODIES[-1])
    lines = cut_lines(card.text, across, size, int(room / (size * LEADING)))
    write_lines(drawing, (EDGE, top + size), lines, size)
    below = (EDGE, floor - 6 * PIXEL)
    size = FOOT * min(1.0, across / max(measure_width(card.where, FOOT), 1.0))
    drawing.write(below, card.where, size, GREY)
    if card.dots:
        _draw_scale(drawing, card, HEIGHT - LINE - BELOW - 46 * PIXEL)
    _draw_foot(drawing, card)
    file.parent.mkdir(parents=True, exist_ok=True)
    about = describe_png(card.headline, card.text, address)
    file.write_bytes(drawing.to_png(finer=1, about=about))


def write_lines(
    drawing: Drawing,
    at: Point,
    lines: Sequence[str],
    size: float,
    colour: str = INK,
    *,
    group: str = "",
    **how: Any,  # noqa: ANN401 - of `Drawing.write`
) -> None:
    """Write lines of text below each other; `group` is numbered."""
    for number, line in enumerate(lines):
        place = (at[0], at[1] + number * size * LEADING)
        own = f"{group}-{number}" if group else ""
        drawing.write(place, line, size, colour, group=own, **how)


def _fits(text: str, size: float, room: float) -> bool:
    lines = wrap_text(text, WIDTH - 2 * EDGE, size)
    return len(lines) * size * LEADING <= room


def cut_lines(text: str, across: float, size: float, most: int) -> list[str]:
    """Break text into lines, the last one that has room with dots if more follow."""
    lines = wrap_text(text, across, size) if text else []
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def _draw_scale(drawing: Drawing, card: Card, y: float) -> None:
    """Draw interval and dot over a line, the claimed number as a dotted line."""
    unit = (WIDTH - 2 * EDGE) / 100
    low, mean, high, claimed = (
        EDGE + unit * card.dots[name] for name in ("low", "mean", "high", "claimed")
    )
    drawing.draw_line([(EDGE, y), (WIDTH - EDGE, y)], PALE, 4 * PIXEL)
    corner, size = (low, y - 7 * PIXEL), (high - low, 14 * PIXEL)
    drawing.fill_box(corner, size, card.colour, 0.45)
    up, down = y - 44 * PIXEL, y + 30 * PIXEL
    drawing.draw_line([(claimed, up), (claimed, down)], INK, 4 * PIXEL, dash=(2, 2))
    drawing.draw_mark((mean, y), "circle", 15 * PIXEL, card.colour)
    told, start, end, measured = card.words
    is_left = claimed + measure_width(told, FOOT) > WIDTH - EDGE
    place = (claimed - 10 * PIXEL if is_left else claimed + 10 * PIXEL, up + FOOT / 2)
    drawing.write(place, told, FOOT, GREY, anchor="end" if is_left else "start")
    below = y + 64 * PIXEL
    drawing.write((EDGE, below), start, FOOT, GREY)
    room = WIDTH - 2 * EDGE - measure_width(start, FOOT) - 30 * PIXEL
    words = f"{end} · {measured}" if measured else end
    fit = next((s for s in (FOOT, SMALL) if measure_width(words, s) <= room), 0)
    place = (WIDTH - EDGE, below)
    drawing.write(place, words if fit else end, fit or FOOT, GREY, anchor="end")


def _draw_foot(drawing: Drawing, card: Card) -> None:
    """Draw the project's name, version and address, and what the answer rests on."""
    y, stamp = HEIGHT - 30 * PIXEL, read_project().stamp
    top = HEIGHT - LINE + 8 * PIXEL
    drawing.draw_line([(EDGE, top), (WIDTH - EDGE, top)], PALE, 2 * PIXEL)
    drawing.write((EDGE, y), stamp, FOOT, GREY)
    if measure_width(stamp + card.note, FOOT) < WIDTH - 2.5 * EDGE:
        drawing.write((WIDTH - EDGE, y), card.note, FOOT, GREY, anchor="end")


def format_tags(title: str, text: str, page: str, card: str) -> str:
    """Return the tags that pages are shared by; a picture needs a whole address.

    >>> "og:title" in format_tags("Answers", "", "answers.html", "cards/answers.png")
    True
    """
    project = read_project()
    tags = {
        "og:type": "article",
        "og:site_name": "Shequn Evidence · 社群实证",
        "og:title": title,
        "og:description": text,
        "og:image": project.locate(card) if project.url else "",
        "og:url": project.locate(page) if project.url else "",
        "twitter:card": "summary_large_image" if project.url else "",
    }
    lines = [f'<meta property="{name}" content="{html.escape(value, quote=True)}">'
             for name, value in tags.items() if value]  # fmt: skip
    if text:
        described = html.escape(text, quote=True)
        lines.append(f'<meta name="description" content="{described}">')
    return "\n".join(lines)


def read_cards(source: Path) -> dict[str, Card]:
    """Read the cards of pages, which Sphinx draws, from the folder of their sources."""
    return msgspec.json.decode((source / CARDS).read_bytes(), type=dict[str, Card])
