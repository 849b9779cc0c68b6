"""Measure and wrap text in the project's font."""

from __future__ import annotations

import re
from functools import cache

from matplotlib.font_manager import get_font
from matplotlib.ft2font import FT2Font

from helpers import fonts

UNKNOWN = "〓"  # what Chinese printers set for a character they lack
# A line may break after a space, and before or after a Chinese character,
# but not before closing or after opening punctuation.
PIECE = re.compile(
    r"[（《「『“【]*[\u2e80-\u9fff\uff00-\uffef][，。、；：？！）》」』”】…]*"
    r"|(?:[^\s\u2e80-\u9fff]|\u202f)+[ \n]*|\s+"
)


@cache
def _load_face() -> FT2Font:
    return get_font(fonts.FILE)


@cache
def _code_points() -> frozenset[int]:
    return frozenset(_load_face().get_charmap())


def measure_width(text: str, size: float) -> float:
    """Measure the width of a line of text, in points.

    >>> measure_width("社群", 10.0)
    20.0
    """
    return sum(_measure_advance(character) for character in text) * size


@cache
def _measure_advance(character: str) -> float:
    """Return a character's width in ems; 1 if the font has no glyph."""
    if ord(character) not in _code_points():
        return 1.0
    face = _load_face()
    face.set_size(100, 72)
    return round(face.load_char(ord(character)).linearHoriAdvance / 65536 / 100, 3)


def measure_line_height(size: float) -> float:
    """Return the line height at a font size, in points."""
    return 1.35 * size


def wrap_text(text: str, across: float, size: float) -> list[str]:
    """Break text, Chinese included, into lines of at most `across` points.

    >>> wrap_text("多数社群沉默了。Most fell silent.", 60.0, 10.0)
    ['多数社群沉默', '了。Most fell', 'silent.']
    >>> wrap_text("as many as 41\N{NARROW NO-BREAK SPACE}%", 62.0, 10.0)[-1].split()
    ['41', '%']
    """
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and measure_width((lines[-1] + piece).rstrip(), size) > across:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def shorten_text(text: str, across: float, size: float) -> str:
    """Truncate text to `across` points with an ellipsis, if wider.

    >>> shorten_text("a very long name of a group", 50.0, 7.0)
    'a very long n…'
    """
    if measure_width(text, size) <= across:
        return text
    prefix = text
    while prefix and measure_width(f"{prefix}…", size) > across:
        prefix = prefix[:-1]
    return f"{prefix}…"


def find_missing_glyphs(text: str) -> str:
    """Return the characters of `text` that have no glyph in the font.

    >>> find_missing_glyphs("沉默 😀")
    '😀'
    """
    lacks = dict.fromkeys(c for c in text if c != "\n" and ord(c) not in _code_points())
    return "".join(lacks)


def replace_missing_glyphs(text: str) -> str:
    """Replace each character without a glyph by 〓.

    For names that come with data; in our own words a missing one is an error.

    >>> replace_missing_glyphs("群😀")
    '群〓'
    """
    return "".join(
        UNKNOWN if find_missing_glyphs(character) else character for character in text
    )
