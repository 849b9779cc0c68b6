"""Patterns of the headers of messages in texts, written as they look.

A pattern is plain text with places: ``{stamp}`` (day and clock), ``{iso}`` (the same,
year first and in digits), ``{full}`` (to the second), ``{clock}``, ``{when}`` (a clock,
and maybe a day that only whoever copied it can place), ``{who}``, ``{name}`` and
``{rest}`` (of a line, anything) and others that ``patterns.toml`` has; ``|`` parts what
every line has from what only a line of somebody has, and from what only one of nobody
has; ``: `` is any colon with or without a blank behind it.
"""

import re
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache

from helpers.files import read_own_rows
from helpers.formats.rows.clock import MONTH

MARKS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"
_PART = re.compile("<<(\\w+)>>")


_TOLD = read_own_rows("formats", "rules", "patterns.toml")
_SIGNS: Mapping[str, str] = _TOLD["signs"]


def _read_patterns() -> tuple[dict[str, str], dict[str, str]]:
    """Return the parts of headers, and the places in patterns made of them."""
    parts = {"marks": MARKS, "month": MONTH}
    for name, pattern in _TOLD["parts"].items():
        parts[name] = _PART.sub(lambda part: parts[part[1]], pattern)
    places = _TOLD["places"].items()
    return parts, {k: _PART.sub(lambda part: parts[part[1]], v) for k, v in places}


_PARTS, _PLACES = _read_patterns()
NOTICE, WHO = _PARTS["notice"], _PARTS["person"]
_PIECE = re.compile(r"(\{\w+\}|: |[ \n])")
WITHIN, _CLOCK_FIRST = (re.compile(_PARTS[one]) for one in ("within", "clock_first"))
_PARTED = re.compile(r"[\])] ?[\[(]")  # a day and a clock, each in brackets
_OWN_DAY = re.compile(_PARTS["own_day"])
_WHOLE_STAMP = re.compile(_PARTS["whole_stamp"], re.IGNORECASE)


class Header:
    """How the header of a message is found; compiled where it is first needed."""

    def __init__(self, line: str, flags: re.RegexFlag) -> None:
        self._line, self._flags = line, flags

    @cached_property
    def find(self) -> re.Pattern[str]:
        """How it is found in a text."""
        return re.compile(f"^[{MARKS}]*{self._line}", self._flags)

    @cached_property
    def cut(self) -> re.Pattern[str]:
        """How one whose last line is whole is found: what a block ends before."""
        whole = f"[{MARKS}]*{self._line}".replace("$", r"(?=\n)")
        return re.compile(whole, self._flags)

    @cached_property
    def split(self) -> re.Pattern[str]:
        """How it is found behind the line's end above."""
        return re.compile(f"\n[{MARKS}]*{self._line}", self._flags)


@cache
def compile_header(pattern: str) -> Header:
    r"""Compile the pattern of a header; above clocks alone, headings have the days.

    >>> header = compile_header("[{stamp}] |{who}: ").find
    >>> header.search("a\n[2024-01-02 08:00] Ann: hi")["who"]
    'Ann'
    >>> lines = compile_header("{clock}\t|{who}\t").find
    >>> lines.match("2024/01/02(火)\n08:00\tAnn\thi")["day"]
    '2024/01/02'
    """
    line, *others = map(_compile_pieces, pattern.split("|"))
    line += f"(?:{others[0]}|{''.join(others[1:])})" if others else ""
    if line.endswith(_SIGNS["\n"]):
        line = line.removesuffix(r"\n") + "$"  # the next header may follow at once
    line = f"(?:{_PARTS['heading']}|{line})" if has_days(pattern) else line
    is_spelled = has_days(pattern) or "{stamp}" in pattern
    flags = re.MULTILINE | re.IGNORECASE if is_spelled else re.MULTILINE
    return Header(line, flags)


def has_days(pattern: str) -> bool:
    """Return whether lines have clocks alone, whose days stand in headings."""
    return "{clock}" in pattern or "{when}" in pattern


def _compile_pieces(pattern: str) -> str:
    return "".join(
        _PLACES[piece[1:-1]]
        if piece[:1] == "{"
        else _SIGNS.get(piece) or re.escape(piece)
        for piece in _PIECE.split(pattern)
        if piece
    )


@lru_cache(1 << 17)  # a day has 86,400 seconds
def has_day(stamp: str) -> bool:
    """Return whether a time has a day of its own, be it one that nobody can place.

    >>> has_day("2/3/24 10:00:00"), has_day("昨天 10:00:00"), has_day("下午10:00")
    (True, True, False)
    """
    return _OWN_DAY.search(stamp) is not None


def put_day_first(stamp: str) -> str:
    """Return a time with its day before its clock.

    >>> put_day_first("10:00, 01/02/2024"), put_day_first("[01/02/2024] [10:00")
    ('01/02/2024 10:00', '01/02/2024 10:00')
    """
    stamp = _PARTED.sub(" ", stamp).lstrip("[(")
    match = _CLOCK_FIRST.fullmatch(stamp)
    return f"{match[2]} {match[1]}" if match else stamp


def is_stamp(text: str) -> bool:
    """Return whether a text is a day, maybe with a clock.

    >>> is_stamp("13/03/2024 08:34"), is_stamp("1.2.3")
    (True, False)
    """
    return _WHOLE_STAMP.fullmatch(text.strip()) is not None
