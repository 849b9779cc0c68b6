"""The project's font for figures and pages, with Chinese characters.

README.md says what it is cut from and how; OFL.txt is its licence.
"""

from __future__ import annotations

import io
import string
from functools import cache
from pathlib import Path

from helpers.errors import BrokenFileError
from helpers.files import compute_checksum

__all__ = [
    "FAMILY",
    "FILE",
    "compress_font",
    "register_font",
    "subset_font",
]

FAMILY = "Shequn Sans"
FILE = Path(__file__).with_name("ShequnSans-Regular.ttf")
USUAL = frozenset(string.printable) | frozenset("\u202f\u2212·×–—‘’“”…←→≤≥")  # cut once


@cache
def register_font() -> str:
    """Register the font with matplotlib and return its family name.

    >>> register_font()
    'Shequn Sans'
    """
    from matplotlib import font_manager  # noqa: PLC0415 - pages need no matplotlib

    shipped = FILE.with_name("SHA256").read_text(encoding="utf-8").split()[0]
    if compute_checksum(FILE) != shipped:
        raise BrokenFileError(
            "not the font that was shipped",
            where=FILE.name,
            remedy="restore it with git checkout",
        )
    font_manager.fontManager.addfont(FILE)
    return FAMILY


@cache
def compress_font(face: bytes) -> bytes:
    """Return a font file in the compressed web format WOFF."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy, and pages need none

    held = io.BytesIO()
    with TTFont(io.BytesIO(face), recalcTimestamp=False) as font:
        font.flavor = "woff"
        font.save(held)
    return held.getvalue()


def subset_font(text: str) -> bytes:
    """Return the font reduced to the characters of a text and common ones.

    Cutting takes longer than drawing, so texts that differ in the usual letters alone
    share a face.

    >>> (
    ...     subset_font("多b") is subset_font("多c"),
    ...     len(subset_font("多")) < FILE.stat().st_size / 100,
    ... )
    (True, True)
    """
    return _subset_letters(USUAL | frozenset(text))


@cache
def _subset_letters(letters: frozenset[str]) -> bytes:
    from fontTools import subset  # noqa: PLC0415 - heavy, and pages need none
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    # matplotlib lays text out without kerning, so browsers should do the same
    options = subset.Options(hinting=False, layout_features=[])
    options.drop_tables += ["BASE"]
    cutter, held = subset.Subsetter(options), io.BytesIO()
    cutter.populate(unicodes=map(ord, letters))
    kept = {"recalcTimestamp": False, "recalcBBoxes": False}  # or glyphs are unpacked
    with TTFont(FILE, lazy=True, **kept) as font:
        cutter.subset(font)
        font.save(held)
    return held.getvalue()
