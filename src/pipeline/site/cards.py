"""What a page shows where it is shared: title, description, and a card as picture."""

from __future__ import annotations

import html
import re
from pathlib import Path

from helpers.citation import read_project
from helpers.figures.drawing import BLUE, DPI, GREY, PAPER, Drawing, wrap_text

WIDTH, HEIGHT = 1200 * 72 / DPI, 630 * 72 / DPI  # points: what sites that share ask for
EDGE, HEAD, TEXT = 34.0, 30.0, 15.0  # points
LEAST, MOST = 20, 200  # letters of a description
PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


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


def write_card(title: str, text: str, file: Path) -> None:
    """Draw a page's card: title, first lines, and the project's name."""
    drawing, across = Drawing(WIDTH, HEIGHT), WIDTH - 2 * EDGE
    drawing.fill_box((0, 0), (WIDTH, 12), BLUE)
    lines = wrap_text(title, across, HEAD)[:3]
    drawing.write_lines((EDGE, EDGE + HEAD), lines, HEAD)
    top = EDGE + HEAD * (1.35 * len(lines) + 1.1)
    room = int((HEIGHT - top - EDGE) / (TEXT * 1.35))
    told = wrap_text(text, across, TEXT)
    kept = told if len(told) <= room else [*told[: room - 1], f"{told[room - 1]} …"]
    drawing.write_lines((EDGE, top), kept, TEXT, GREY)
    drawing.fill_box((0, HEIGHT - 40), (WIDTH, 40), BLUE)
    drawing.write((EDGE, HEIGHT - 14), read_project().stamp, TEXT, PAPER)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(drawing.to_png(finer=1))


def format_tags(title: str, text: str, page: str, card: str) -> str:
    """Return the tags that pages are shared by; addresses are whole once there is one.

    >>> "og:title" in format_tags("Answers", "", "answers.html", "cards/answers.png")
    True
    """
    project = read_project()
    tags = {
        "og:type": "article",
        "og:site_name": "Shequn Evidence · 社群实证",
        "og:title": title,
        "og:description": text,
        "og:image": project.locate(card) if project.url else f"/{card}",
        "og:url": project.locate(page) if project.url else "",
        "twitter:card": "summary_large_image",
    }
    described = f'<meta name="description" content="{html.escape(text, quote=True)}">'
    return "\n".join(
        [
            *(
                f'<meta property="{name}" content="{html.escape(value, quote=True)}">'
                for name, value in tags.items()
                if value
            ),
            described if text else "",
        ]
    )
