"""The face of figures and pages: Chinese on a machine without any font.

README.md says what it is cut from and how; OFL.txt is its licence.
"""

from __future__ import annotations

import base64
import io
import string
from functools import cache
from pathlib import Path

from helpers.errors import BrokenFileError
from helpers.files import checksum

__all__ = ["FAMILY", "FILE", "address", "cut", "register"]

FAMILY = "Shequn Sans"
FILE = Path(__file__).with_name("ShequnSans-Regular.ttf")
USUAL = frozenset(string.printable) | frozenset("\u202f\u2212·×–—‘’“”…←→≤≥")  # cut once


@cache
def register() -> str:
    """Make the face known to matplotlib and return its family name.

    Raises
    ------
    BrokenFileError
        If the file is not the one that was shipped.

    Examples
    --------
    >>> register()
    'Shequn Sans'
    """
    from matplotlib import font_manager  # noqa: PLC0415 - pages need no matplotlib

    shipped = FILE.with_name("SHA256").read_text(encoding="utf-8").split()[0]
    if checksum(FILE) != shipped:
        raise BrokenFileError(
            "not the font that was shipped",
            where=FILE.name,
            remedy="restore it with git checkout",
        )
    font_manager.fontManager.addfont(FILE)
    return FAMILY


def address(text: str) -> str:
    """Return a face with the letters of a text, as an address that holds it.

    >>> address("b").startswith("data:font/ttf;base64,")
    True
    """
    return f"data:font/ttf;base64,{base64.b64encode(cut(text)).decode('ascii')}"


def cut(text: str) -> bytes:
    """Return a face with the letters of a text, and those that any text may have.

    Cutting takes longer than drawing, so texts that differ in the usual letters alone
    share a face.

    >>> cut("多b") is cut("多c"), len(cut("多")) < FILE.stat().st_size / 100
    (True, True)
    """
    return _cut(USUAL | frozenset(text))


@cache
def _cut(letters: frozenset[str]) -> bytes:
    from fontTools import subset  # noqa: PLC0415 - heavy, and pages need none
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options(hinting=False, layout_features=["kern"])
    cutter, held = subset.Subsetter(options), io.BytesIO()
    cutter.populate(unicodes=map(ord, letters))
    with TTFont(FILE, lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        font.save(held)
    return held.getvalue()
