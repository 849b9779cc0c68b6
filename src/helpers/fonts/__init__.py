"""The face of figures and pages: Chinese on a machine without any font.

README.md says what it is cut from and how; OFL.txt is its licence.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from helpers.errors import BrokenFileError
from helpers.files import checksum

__all__ = ["FAMILY", "FILE", "register"]

FAMILY = "Shequn Sans"
FILE = Path(__file__).with_name("ShequnSans-Regular.otf")


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
