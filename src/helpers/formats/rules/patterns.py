"""Patterns of the headers of messages in texts, written as they look.

A pattern is plain text with places: ``{stamp}`` (day and clock), ``{clock}``, ``{who}``
and ``{lines}`` (any); ``|`` parts what every line has from what only a line
of somebody has, ``: `` is any colon with or without a blank behind it.
"""

from __future__ import annotations

import re
from functools import cache

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_WEEKDAY = (
    r"(?:(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?|[月火水木金土日월화수목금토일]"
    r"(?:曜日|요일)?|(?:星期|周|週)[一二三四五六日天]),? ?)"
)
_DATE = (
    r"(?:\d{4} ?[-/.年년] ?\d\d? ?[-/.月월] ?\d\d?(?: ?[日일]|\.(?= ))?"
    r"|\d\d? ?[-/.] ?\d\d? ?[-/.] ?\d{2,4}(?!\d)\.?"
    rf"|\d\d?(?:st|nd|rd|th)?[- .]+{_MONTH},?[- ]\d{{4}}"
    rf"|{_MONTH} \d\d?(?:st|nd|rd|th)?,? \d{{4}})"
)
_HALF = (
    r"(?:[AaPp]\.?[ \u202f]?[Mm]\b\.?|上午|下午|午前|午後|오전|오후|凌晨|清晨|早上|中午"
    r"|傍晚|晚上)"
)
_CLOCK = (
    rf"(?:{_HALF} ?)?\d\d?[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d{{1,6}})?"
    rf"(?:[ \u202f]?{_HALF})?(?: ?(?:Z|UTC|[-+]\d\d:?\d\d)(?![\d:]))?"
)
_BESIDE = r"(?: ?\(\w{1,9}\.?\))?"  # a weekday
_STAMP = (
    rf"(?:{_DATE}{_BESIDE}(?:,? | ?T ?|,? at )(?:{_WEEKDAY})?{_CLOCK}"
    rf"|{_CLOCK},? {_DATE})"
)
_PLACES = {
    "stamp": rf"{_WEEKDAY}?(?P<time>{_STAMP})",
    "clock": rf"(?P<time>{_CLOCK})",
    "who": r"(?P<who>[^\s:：|<>\[\]·#-][^\n\t]{0,79}?)",
    "lines": r"(?:[^\n]+\n)*?",
}
_SIGNS = {
    ": ": r"[ \u202f]?[:：][ \u202f]?",
    " ": r"[ \u202f\xa0]",
    "\n": r"[ \t]*(?:\n|\Z)",
}
_PIECE = re.compile(r"(\{\w+\}|: |[ \n])")
# a line that has a day and hardly more, above lines with a clock
_HEADING = (
    rf"[^\w\n]*(?:Day changed (?:to )?)?{_WEEKDAY}?(?P<day>{_DATE}){_BESIDE}"
    rf"(?:[,. ]*{_WEEKDAY})?[^\w\n]*(?:\n|\Z)"
)
_CLOCK_FIRST = re.compile(rf"({_CLOCK}),? ({_DATE})")


@cache
def compile_header(pattern: str) -> re.Pattern[str]:
    r"""Compile the pattern of a header; above clocks alone, headings have the days.

    >>> header = compile_header("[{stamp}] |{who}: ")
    >>> header.search("a\n[2024-01-02 08:00] Ann: hi")["who"]
    'Ann'
    >>> compile_header("{clock}\t|{who}\t").match("2024/01/02(火)\n08:00\tAnn\thi")[
    ...     "day"
    ... ]
    '2024/01/02'
    """
    every, _, named = pattern.partition("|")
    line = _compile_pieces(every) + (f"(?:{_compile_pieces(named)})?" if named else "")
    line = f"{_HEADING}|{line}" if "{clock}" in pattern else line + "(?P<day>(?!))?"
    return re.compile(rf"^[{MARKS}]*(?:{line})", re.MULTILINE | re.IGNORECASE)


def _compile_pieces(pattern: str) -> str:
    return "".join(
        _PLACES[piece[1:-1]]
        if piece[:1] == "{"
        else _SIGNS.get(piece) or re.escape(piece)
        for piece in _PIECE.split(pattern)
        if piece
    )


def put_day_first(stamp: str) -> str:
    """Return a time with its day before its clock.

    >>> put_day_first("10:00, 01/02/2024")
    '01/02/2024 10:00'
    """
    match = _CLOCK_FIRST.fullmatch(stamp)
    return f"{match[2]} {match[1]}" if match else stamp


def is_stamp(text: str) -> bool:
    """Return whether a text is a day, maybe with a clock.

    >>> is_stamp("13/03/2024 08:34"), is_stamp("1.2.3")
    (True, False)
    """
    return _WHOLE_STAMP.fullmatch(text.strip()) is not None


_WHOLE_STAMP = re.compile(rf"{_WEEKDAY}?(?:{_STAMP}|{_DATE})", re.IGNORECASE)
