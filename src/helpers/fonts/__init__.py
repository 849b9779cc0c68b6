"""The project's font for figures and pages, with Chinese characters.

README.md says what it is cut from and how; OFL.txt is its licence.
"""

from functools import cache
from pathlib import Path

from helpers.errors import BrokenFileError
from helpers.files import compute_checksum

__all__ = [
    "FAMILY",
    "FILE",
    "register_font",
]

FAMILY = "Shequn Sans"
FILE = Path(__file__).with_name("ShequnSans-Regular.ttf")


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
