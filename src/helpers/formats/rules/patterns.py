"""Patterns of the headers of messages in texts, written as they look.

A pattern is plain text with places: ``{stamp}`` (day and clock), ``{iso}`` (the same,
year first and in digits), ``{full}`` (to the second), ``{clock}``, ``{when}`` (a clock,
and maybe a day that only whoever copied it can place), ``{who}``, ``{name}`` and
``{rest}`` (of a line, anything), ``{sort}`` (a kind in brackets),
``{nick}`` (in ``<>`` or before a colon), ``{below}``
(an empty line above) and ``{lines}`` (any); ``|`` parts what every line has from what
only a line of somebody has, ``: `` is any colon with or without a blank behind it.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache

MARKS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"
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
    rf"(?:{_HALF} ?)?\d\d?[:.]\d\d(?:[:.]\d\d)?+(?:[.,]\d{{1,6}})?"
    rf"(?:[ \u202f]?{_HALF})?(?: ?(?:Z|UTC|[-+]\d\d:?\d\d)(?![\d:]))?"
)
_BESIDE = r"(?: ?\(\w{1,9}\.?\))?"  # a weekday
_STAMP = (
    rf"(?:{_DATE}{_BESIDE}(?:,? | - | ?T ?|,? at )(?:{_WEEKDAY})?{_CLOCK}"
    rf"|{_CLOCK},? {{1,2}}{_DATE})"
)
NOTICE = r"(?:\*{1,3}|-!-|--?>|<--?)\s"  # in front of what IRC itself says
_NICK = r"<?(?P<who>(?<=<)[^<>\n]{1,64}(?=> )|[^:：\n]{1,64}(?=[:：]))(?:> |[:：] ?)"
# WhatsApp's days and clocks in any language: an Arabic comma, a Bulgarian г. between
_ANY_DATE = (
    r"\d\d?[/.-]\d\d?[/.-]\d\d(?:\d\d)?(?=, )"  # the commonest, found in half the time
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,4}[^\w\s:,\[\]]{1,3}\s?\d{1,2}[^\w\s:,\[\]]{1,3}\s?\d{1,4}\.?"
)
_BETWEEN = rf"(?:\s?г\.)?[,،]?[{MARKS}]?\s[{MARKS}]?"
_WORD = r"[^\W\d_][^\d:\[\]\n]{0,12}?"
_ANY_CLOCK = (
    r"\d\d?:\d\d(?::\d\d)?(?=(?: [-–]|\]) )"
    rf"|(?:{_WORD}\s?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?{_WORD})?"
)
# at most 200 characters up to ": "; possessive for names with at most two other colons
_WHOM = r"[^\n][^\n:]{0,99}+(?::(?! |$)[^\n:]{0,48}+){0,2}+"
_RELATIVE = (
    r"(?:今天|昨天|前天|(?:星期|周)[一二三四五六日天]|[Tt]oday|[Yy]esterday"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_PLACES = {
    "stamp": rf"{_WEEKDAY}?(?P<time>{_STAMP})",
    "iso": r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
    r"(?: ?(?:Z|UTC|[-+]\d\d:?\d\d))?)",
    "full": r"(?P<time>\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d(?: [AP]M)?)",
    "clock": rf"(?P<time>{_CLOCK})",
    "when": rf"(?P<time>(?:(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|{_RELATIVE})"
    r"[ \t]{1,4})?\d{1,2}:\d\d:\d\d(?: [AP]M)?)",
    "who": r"(?P<who>[^\s:：|<>\[\]·#-][^\n\t]{0,79}?)",
    "name": r"(?P<who>\S[^\n]{0,200}?)",
    "rest": r"(?P<who>[^\n]*)",
    "sort": r"\[(?P<sort>[^\[\]\n\d]{1,8})\]",
    "nick": rf"(?!{NOTICE}){_NICK}",
    "said": rf"(?:(?={NOTICE})|(?![-–\[*]){_NICK})",
    "wall": rf"(?P<date>{_ANY_DATE})(?:, (?=\d)|{_BETWEEN})(?P<clock>{_ANY_CLOCK})",
    "llaw": rf"(?P<clock>{_ANY_CLOCK}){_BETWEEN}(?P<date>{_ANY_DATE})",
    "whom": rf"(?P<who>{_WHOM}|[^\n]{{1,200}}?):(?: |$)",
    "space": r"\s",
    "dash": "[-–]",
    "colon": r"[:：](?:[ \u202f]|$)",
    "lines": r"(?:[^\n]+\n)*?",
    "below": r"(?:(?<=\n\n)|(?<=\A\n)|(?<=\A))",
    "gap": r"[ \t]{1,4}",
    # a damaged blank is known by the id at the line's end; else the name were text
    "blank": r"(?: |[^\n\d](?=[^\n]*[(<][^()<>\n]+[)>]\n))",
    "timed": r"(?=[^\n]{0,400}:\d\d(?: [AP]M)?[ \t]{0,4}$)",  # faster than a name's end
}
_SIGNS = {
    ": ": r"[ \u202f]?[:：][ \u202f]?",
    " ": r"[ \u202f\xa0]",
    "\n": r"[ \t]*\n",
}
_PIECE = re.compile(r"(\{\w+\}|: |[ \n])")
# a line that has a day and hardly more, above lines with a clock
_HEADING = (
    rf"[^\w\n]*(?:Day changed (?:to )?|Log (?:opened|closed) )?{_WEEKDAY}?"
    rf"(?P<day>{_DATE}|{_MONTH} \d\d \d\d:\d\d:\d\d \d{{4}}|{_RELATIVE}(?= *[-–—]))"
    rf"{_BESIDE}(?:[,. ]*{_WEEKDAY})?[^\w\n]*$"
)
# of a day as irssi has it
_WITHIN = re.compile(r"(?<=[a-z] \d\d) \d\d:\d\d:\d\d(?= \d{4}$)")
_CLOCK_FIRST = re.compile(rf"({_CLOCK}),? {{1,2}}({_DATE})")


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
    every, _, named = pattern.partition("|")
    line = _compile_pieces(every) + (f"(?:{_compile_pieces(named)})?" if named else "")
    if line.endswith(_SIGNS["\n"]):
        line = line.removesuffix(r"\n") + "$"  # the next header may follow at once
    line = f"(?:{_HEADING}|{line})" if has_days(pattern) else line
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


_OWN_DAY = re.compile(rf"\d[-/.]\d|^{_RELATIVE}")


def put_day_first(stamp: str) -> str:
    """Return a time with its day before its clock.

    >>> put_day_first("10:00, 01/02/2024"), put_day_first("Mar 01 08:00:44 2024")
    ('01/02/2024 10:00', 'Mar 01 2024')
    """
    stamp = _WITHIN.sub("", stamp)
    match = _CLOCK_FIRST.fullmatch(stamp)
    return f"{match[2]} {match[1]}" if match else stamp


def is_stamp(text: str) -> bool:
    """Return whether a text is a day, maybe with a clock.

    >>> is_stamp("13/03/2024 08:34"), is_stamp("1.2.3")
    (True, False)
    """
    return _WHOLE_STAMP.fullmatch(text.strip()) is not None


_WHOLE_STAMP = re.compile(rf"{_WEEKDAY}?(?:{_STAMP}|{_DATE})", re.IGNORECASE)
