"""Read WhatsApp's text exports, from Android and iOS, plain or in a ZIP.

There are no ids: a person is a name, time is a clock on a wall, a reply can't be seen.
Since August 2022 only administrators are told that somebody left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import blake2b
from itertools import compress, groupby, pairwise
from pathlib import PurePosixPath
from typing import Literal, NamedTuple, cast

import numpy as np
import pyarrow as pa

from helpers.arrays import Floats
from helpers.errors import BrokenFileError
from helpers.files import read_own_rows
from helpers.formats.reading.chat import Chat, is_newest_first
from helpers.formats.reading.source import LEAST, Head, Source, TextBlock, Weight
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.events import YOU, Event, Grammar, Known
from helpers.formats.rows.people import NAMED, is_unknown, to_name_id
from helpers.formats.rows.placeholders import find_placeholder
from helpers.records import DAY_US, HOUR_US, Batch, from_rows
from helpers.text.columns import to_text_array
from helpers.wording import say

DateOrder = Literal["dmy", "mdy", "ymd"]
DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
FIRST_YEAR, CENTURY = 2009, 2000  # WhatsApp began in 2009
EPOCH = date(1970, 1, 1).toordinal()
# The Iranian year that began in 2009, on 21 March; years of the moon are beyond 1430
IRANIAN_YEAR, MOON_YEAR = 1388, 1430
IRANIAN_DAY = date(2009, 3, 21).toordinal() - EPOCH
LONG_MONTHS, MONTHS = 6, 12
NOON, LAST_HOUR, SIXTY = 12, 24, 60
NEWEST_FIRST = 0.25  # charged for lines in the order that few programs write

MARKS = "\u200e\u200f\u061c\ufeff"
_DATE = r"\d{1,4}[^\w\s:,\[\]]{1,3}\s?\d{1,2}[^\w\s:,\[\]]{1,3}\s?\d{1,4}\.?"
_CJK_DATE = r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
_BETWEEN = rf"(?:\s?г\.)?[,،]?[{MARKS}]?\s[{MARKS}]?"  # an Arabic comma, a Bulgarian г.
_WORD = r"[^\W\d_][^\d:\[\]\n]{0,12}?"
_CLOCK = rf"(?:{_WORD}\s?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?{_WORD})?"
# The commonest forms stand first, where they are found in half the time.
_COMMON_DATE = r"\d\d?[/.-]\d\d?[/.-]\d\d(?:\d\d)?(?=, )"
_COMMON_CLOCK = r"\d\d?:\d\d(?::\d\d)?(?=(?: [-–]|\]) )"
_DAY_FIRST = (
    rf"(?P<date>{_COMMON_DATE}|{_CJK_DATE}|{_DATE})(?:, (?=\d)|{_BETWEEN})"
    rf"(?P<clock>{_COMMON_CLOCK}|{_CLOCK})"
)
_CLOCK_FIRST = rf"(?P<clock>{_CLOCK}){_BETWEEN}(?P<date>{_DATE})"  # Vietnamese
SHAPES = {
    "[": rf"\[{_DAY_FIRST}\]\s",
    "-": rf"{_DAY_FIRST}\s[-–]\s",
    "[clock": rf"\[{_CLOCK_FIRST}\]\s",
    "-clock": rf"{_CLOCK_FIRST}\s[-–]\s",
}

# what ends a header, by its first character: texts of other programs have none
_HEADER_ENDS = {"[": re.compile(r"\]\s"), "-": re.compile(r"\s[-–]\s")}

# The half of the day as Unicode's locale data write it; zh has finer parts.
_MORNING = {
    "am", "vorm", "fm", "pg", "sa", "de", "pd", "πμ", "ص", "قظ",
    "öö", "ap", "предиобяд", "ጥዋት", "परवहन",
    "上午", "凌晨", "清晨", "早上", "午前", "오전",
}  # fmt: skip
_AFTERNOON = {
    "pm", "nachm", "em", "ptg", "ch", "du", "md", "μμ", "م", "بظ",
    "öş", "ös", "ip", "следобед", "ከሰዓት", "अपरहन",
    "下午", "中午", "傍晚", "晚上", "午後", "오후",
}  # fmt: skip
_NEITHER = {"", "kl", "klo", "um", "uhr", "h", "à", "ч", "pukul", "jam", "lúc", "ساعت"}
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


class UndecidedDateOrderError(BrokenFileError):
    """Error: no date in the file shows which number is the day."""

    def __init__(self, where: str) -> None:
        super().__init__(
            say(
                "the order of day and month is unclear in this file: two orders fit"
                " its dates equally well"
            ),
            where=where,
            remedy=say("state it with --date-order dmy, mdy or ymd"),
        )


def _build_header_pattern(shape: str) -> re.Pattern[str]:
    """Build the regular expression of one shape of message header."""
    return re.compile(rf"^[{MARKS}]*{SHAPES[shape]}", re.MULTILINE)


def parse_triple(text: str) -> tuple[int, int, int]:
    """Parse the three numbers of a date, in any script's digits.

    >>> parse_triple("٥/١/٢٠٢٤")
    (5, 1, 2024)
    """
    first, second, third = _NUMBERS.findall(text)
    return int(first), int(second), int(third)


def parse_clock_us(text: str) -> int:
    """Parse a 12- or 24-hour time of day to µs since midnight.

    Examples
    --------
    >>> [
    ...     parse_clock_us(c) // 60_000_000
    ...     for c in ("下午3:04", "12:01 a. m.", "15:04:05")
    ... ]
    [904, 1, 904]
    """
    hour, minute, *seconds = (int(number) for number in _NUMBERS.findall(text))
    word = "".join(_LETTERS.findall(text)).casefold()
    if hour > LAST_HOUR or max(minute, *seconds, 0) >= SIXTY:
        raise ValueError(text)
    if word in _AFTERNOON:
        hour = hour % NOON + NOON
    elif word in _MORNING:
        hour %= NOON
    elif word not in _NEITHER and hour <= NOON:
        raise ValueError(word)
    return ((hour * 60 + minute) * 60 + (seconds[0] if seconds else 0)) * 1_000_000


def compute_day_number(numbers: tuple[int, int, int], order: DateOrder) -> int | None:
    """Return days since 1970-01-01, or None for an impossible date.

    >>> compute_day_number((1, 2, 24), "dmy") - compute_day_number((1, 2, 24), "mdy")
    30
    >>> compute_day_number((1402, 10, 23), "ymd") == compute_day_number(
    ...     (2024, 1, 13), "ymd"
    ... )
    True
    """
    parts = dict(zip(order, numbers, strict=True))
    year = parts["y"] if parts["y"] > FIRST_YEAR % 100 + 90 else parts["y"] + CENTURY
    if IRANIAN_YEAR <= year < MOON_YEAR:
        return _convert_iranian(year, parts["m"], parts["d"])
    if year < FIRST_YEAR:
        return None
    try:
        return date(year, parts["m"], parts["d"]).toordinal() - EPOCH
    except ValueError:
        return None


def _convert_iranian(year: int, month: int, day: int) -> int | None:
    """Convert an Iranian calendar date to days since 1970-01-01, if valid.

    Eight of 33 years are leap years, which is exact from 1206 to 1498.
    """
    last = (
        31 if month <= LONG_MONTHS else 30 if month < MONTHS or _is_leap(year) else 29
    )
    if not (1 <= month <= MONTHS and 1 <= day <= last):
        return None
    n_leap_years = sum(map(_is_leap, range(IRANIAN_YEAR, year)))
    years = 365 * (year - IRANIAN_YEAR) + n_leap_years
    return IRANIAN_DAY + years + 31 * (month - 1) - max(0, month - 7) + day - 1


def _is_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8  # noqa: PLR2004  eight of 33


def decide_date_order(
    dates: Sequence[tuple[int, int, int]], *, spaced: bool = False
) -> tuple[DateOrder, bool]:
    """Decide the order of day, month and year from all dates of a file.

    Each order is charged for impossible days and for every step backwards (forwards and
    a little, if these are fewer: some programs write the newest first), and, where
    years have two digits, for a year that changes more often than the number at the
    other end (if both change as often, a year in front is charged a little). The
    cheapest order wins. Where two are equally cheap and would read a date
    differently, the order is not decided; one that makes no difference needs no
    decision.

    Examples
    --------
    >>> decide_date_order([(3, 4, 24), (13, 4, 24)])
    ('dmy', True)
    >>> decide_date_order([(14, 4, 24), (13, 4, 24), (12, 4, 24)])
    ('dmy', True)
    >>> decide_date_order([(3, 4, 24)])[1], decide_date_order([(4, 4, 24)])[1]
    (False, True)
    """
    days = {
        order: [compute_day_number(d, order) for d in dates] for order in DATE_ORDERS
    }
    cost: dict[DateOrder, float] = {}
    for order, numbers in days.items():
        possible = [day for day in numbers if day is not None]
        steps = Counter(later > earlier for earlier, later in pairwise(possible))
        backwards = min(steps[False], steps[True] + NEWEST_FIRST)
        cost[order] = len(numbers) - len(possible) + backwards
    for order, charge in _compute_charges(dates, spaced=spaced).items():
        cost[order] += charge
    best = min(DATE_ORDERS, key=cost.__getitem__)
    rivals = [o for o in DATE_ORDERS if cost[o] == cost[best]]
    return best, all(days[rival] == days[best] for rival in rivals)


def _compute_charges(
    dates: Sequence[tuple[int, int, int]], *, spaced: bool
) -> dict[DateOrder, float]:
    if any(max(date[0], date[2]) >= IRANIAN_YEAR for date in dates):
        return {}
    first, last = (sum(a[at] != b[at] for a, b in pairwise(dates)) for at in (0, 2))
    if last > first:
        return {"dmy": 1, "mdy": 1}
    return {"ymd": 1 if first > last else 0 if spaced else 0.5}


MARK = "\u200e"
_FILE = re.compile(
    r"<[^<>:：\n]{2,20}(?:: |：)(?P<ios>[^<>\n]+\.\w{2,5})>"
    r"|(?P<android>[^\n()]{3,120}\.\w{2,5}) \([^()\n]{4,40}\)"
)
_EXTENSIONS = {
    "jpg": "image", "jpeg": "image", "png": "image", "gif": "image", "heic": "image",
    "mp4": "video", "3gp": "video", "mov": "video",
    "opus": "voice", "m4a": "voice", "ogg": "voice", "aac": "voice", "mp3": "voice",
    "webp": "sticker", "vcf": "contact",
}  # fmt: skip
# what the app writes around a place and a poll, in any language
_SHAPES = {
    "location": re.compile(
        r"[^\W\d_]+ ?[:：] ?https?://maps\.google\.com/\S*|[^\n]+: https://foursquare\.com/v/\S+"
    ),
    "poll": re.compile(
        r"[^\W\d_]+ ?[:：]\n[^\n]+(?:\n[^\W\d_]+ ?[:：] [^\n]* \(\d+ [^()\n]+\))+"
    ),
    "other": re.compile(r"EVENT:\n[^\n]+(?:\n[A-Z][A-Z ]{2,20}: [^\n]*)+"),
    "recalled": re.compile("This message was deleted by admin .*"),
}
_SIGNS = ("EVENT:\n", "maps.google.com/", "foursquare.com/v/", "deleted by admin")
_ENDS = frozenset(">)")
# what stands in place of media in any language: words in brackets, and nothing else
_OMITTED = re.compile(r"<(?=[^<>]*(?:\s|[^\x00-\x7f]))[^<>@:/\n]{4,40}>")
_STOPS = frozenset(".。")


class Body(NamedTuple):
    """Kind and text of a WhatsApp message, and the rule by which it was parsed."""

    kind: str
    text: str
    rule: str | None = None


def _parse_bodies(texts: Sequence[str]) -> list[tuple[int, Body]]:
    """Parse texts that may have placeholders; return each result with its index."""
    known = _list_whole_bodies()
    joined = "\n".join(texts)  # one look through all is quicker than one through each
    is_marked, inside = MARK in joined, [sign for sign in _SIGNS if sign in joined]
    return [
        (at, parse_body(text))
        for at, text in enumerate(texts)
        if text in known
        or text[-1:] in _ENDS
        or (is_marked and MARK in text)
        or (inside and any(sign in text for sign in inside))
    ]


def parse_body(text: str) -> Body:
    r"""Return the kind and text of a WhatsApp message's body.

    >>> (
    ...     parse_body("\u200eimage omitted").kind,
    ...     parse_body("IMG-1-WA0025.jpg (file attached)").kind,
    ... )
    ('image', 'image')
    >>> parse_body("Standort: https://maps.google.com/?q=52.5,13.4").kind
    'location'
    >>> parse_body("SONDAGE :\nDemain ?\nOPTION : oui (2 votes)").kind
    'poll'
    >>> parse_body("<メディアは含まれていません>"), parse_body("<div>").kind
    (Body(kind='other', text='', rule=None), 'text')
    >>> parse_body("so be it <This message was edited>")
    Body(kind='text', text='so be it', rule='whatsapp.edited')
    >>> (
    ...     parse_body("I left (finally)").kind,
    ...     parse_body("\u200eunknown words of the app").kind,
    ... )
    ('text', 'other')
    """
    if text[-1:] in _ENDS or MARK in text:
        return _parse_marked(text)
    if kind := _list_body_kinds().get(_strip_stop(text)):
        return Body(kind, "")  # the app's words
    return Body(_classify_shape(text), text)


def _parse_marked(text: str) -> Body:
    words = _strip_marks(text)
    if kind := _list_body_kinds().get(_strip_stop(words)):
        return Body(kind, "")
    if match := _FILE.match(words):
        name = match["ios"] or match["android"]
        kind = _EXTENSIONS.get(name.rpartition(".")[2].lower(), "file")
        return Body(kind, words)
    if words.endswith(tuple(read_own_rows(*_WORDINGS)["edited"]["texts"])):
        before = words[: words.rindex("<")].rstrip()
        return Body(_classify_shape(words), before, "whatsapp.edited")
    if _OMITTED.fullmatch(words):  # in a language not known here
        return Body("other", "")
    if text.startswith(MARK):  # the app's own words, in a language not known here
        return Body("other", words if find_placeholder(words) else "")
    return Body(_classify_shape(words), text)


def _strip_stop(text: str) -> str:
    return text[:-1] if text[-1:] in _STOPS else text


def _classify_shape(text: str) -> str:
    return next((k for k, shape in _SHAPES.items() if shape.fullmatch(text)), "text")


_MARKS = re.compile("[\u200e\u200f\u061c\ufeff\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r'\{\w+\}|"')


def parse_event(line: str, known: Known = tuple) -> Event | None:
    """Return the group event in a WhatsApp system line, or None.

    Examples
    --------
    >>> parse_event("Ann added Bob, Cid and 2 others").subjects
    ('name:Bob', 'name:Cid', None, None)
    >>> parse_event('Ann changed the subject from "a" to "b: c"').value
    'b: c'
    >>> parse_event("甲添加了乙").rule
    'whatsapp.zh-CN.added (wording unconfirmed)'
    """
    for grammar, more in _load_grammars():
        if event := grammar.match(line.replace("’", "'"), known):
            subjects = list[str | None]()
            for one in event.subjects:
                counted = one and more.fullmatch(one.removeprefix(NAMED))
                subjects += [None] * int(counted[1]) if counted else [_clean_name(one)]
            actor = _clean_name(event.actor)
            return event._replace(actor=actor, subjects=tuple(subjects))
    return None


def _clean_name(person: str | None) -> str | None:
    """Return who "You" is, and others without the tilde of unsaved names on iPhones."""
    name = (person or "").removeprefix(NAMED)
    if name in read_own_rows(*_WORDINGS)["you"]["names"]:
        return to_name_id(YOU)
    return to_name_id(name.removeprefix("~").strip()) if name[:1] == "~" else person


@cache
def _is_suspect(sender: str) -> bool:
    """Return whether a supposed sender name may belong to a system notice."""
    return any(literal in sender for literal in _list_literals())


def _is_about(event: Event, sender: str, group: str | None) -> bool:
    """Return whether a notice is about its supposed sender or is the group's own."""
    name = _strip_marks(sender).removeprefix("~").strip()
    people = {event.actor, *event.subjects} - {None}
    if name and to_name_id(name) in people:
        return True
    # what the app tells in the group's name is about nobody, or about the reader
    return bool(group) and (not people or to_name_id(YOU) in people)


def _strip_marks(text: str) -> str:
    """Remove WhatsApp's invisible marks around names and notices."""
    return _MARKS.sub("", text).replace("\u202f", " ").replace("\xa0", " ").strip()


@cache
def _list_body_kinds() -> dict[str, str]:
    """Map placeholder texts to message kinds, such as "image omitted" to image."""
    bodies: dict[str, list[str]] = read_own_rows(*_WORDINGS)["bodies"]
    return {body: kind for kind, listed in bodies.items() for body in listed}


@cache
def _list_whole_bodies() -> frozenset[str]:
    kinds = _list_body_kinds()
    return frozenset(f"{body}{stop}" for body in kinds for stop in ("", *_STOPS))


def _group_name(stem: str) -> str | None:
    """Return the group's name from a WhatsApp export's file name."""
    for template in read_own_rows(*_WORDINGS)["files"]["names"]:
        before, after = template.split("{name}")
        if stem.startswith(before) and stem.endswith(after):
            return stem[len(before) : len(stem) - len(after)]
    return None


@cache
def _load_grammars() -> list[tuple[Grammar, re.Pattern[str]]]:
    grammars = []
    for tag, language in read_own_rows(*_WORDINGS)["languages"].items():
        doubt = " (wording unconfirmed)" * (language["confidence"] != "documented")
        rules = [rule | {"rule": rule["rule"] + doubt} for rule in language["rules"]]
        own = {"platform": f"whatsapp.{tag}", "rules": rules}
        grammars.append((Grammar(language | own), re.compile(language["more"])))
    return grammars


@cache
def _list_literals() -> frozenset[str]:
    languages = read_own_rows(*_WORDINGS)["languages"].values()
    patterns = (rule["pattern"] for language in languages for rule in language["rules"])
    return frozenset(max(_PLACE.split(pattern), key=len) for pattern in patterns)


_WORDINGS = ("formats", "whatsapp_events.toml")
DAY_AND_CLOCK = ("date", "clock")
MOST = 0.5  # of the times: with more unreadable ones a file is refused
# at most 200 characters up to ": "; possessive for names with at most two other colons
_NAME = r"[^\n][^\n:]{0,99}+(?::(?! |$)[^\n:]{0,48}+){0,2}+"
_BARE = re.compile(r"([^\n:：]{1,40})(?:：|:(?!//))(?=\S)")
LEAST_BARE = 3  # lines of a sender who is none but before colons without a blank
_SENDER = rf"(?:({_NAME}|[^\n]{{1,200}}?):(?: |$))?"
_HEADER_LIKE = re.compile(  # a time, then a dash or bracket, a name and a colon
    rf"\n[{MARKS}]*\[?\d[^\n]{{2,40}}?\d[:.]\d\d[^\n]{{0,16}}?(?:\]| [-–])"
    rf"\s[^\n:]{{1,60}}: "
)
_SAME_DATE = rf"(?:[^\n]*\n[{MARKS}]*\[?(?P=date)(?=,?\s))*+"


@dataclass(slots=True)
class Survey:
    """Facts about a WhatsApp file found in a first pass: header shape, date order."""

    file: str
    header: re.Pattern[str]
    order: DateOrder
    first: tuple[str | None, str] = (None, "")
    senders: Counter[str | None] | None = None
    bare: Counter[str] = field(default_factory=Counter)  # before a colon without blank
    seconds: bool = False
    days: dict[str, float] = field(default_factory=dict)
    clocks: dict[str, float] = field(default_factory=dict)
    checked: bool = False  # whether most times of the file can be read
    is_newest_first: bool | None = None
    _entry: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._entry = _build_line_pattern(self.header, _SENDER)

    def split(self, text: str) -> list[str]:
        """Split WhatsApp text into times, senders and bodies."""
        return self._entry.split("\n" + text)

    def heads(self, text: str) -> list[str]:
        """Return the message headers as written in a WhatsApp text."""
        return [match[0][1:] for match in self._entry.finditer("\n" + text)]

    def wall_us(self, days: list[str], clocks: list[str]) -> Floats:
        """Return local wall-clock time in µs; NaN if date or time is unreadable."""

        def parse(day: str) -> float:
            number = compute_day_number(parse_triple(day), self.order)
            return np.nan if number is None else number * DAY_US

        starts = _map_distinct(days, self.days, parse)
        return starts + _map_distinct(clocks, self.clocks, _parse_clock)

    def require_clocks(self, source: Source, clock: str, place: str) -> None:
        """Refuse a file in which most times of day cannot be read."""
        if self.checked:
            return
        counts, at = Counter[str](), self.header.groupindex["clock"]
        for block in source.messages(self.file, self.header):
            counts.update(self.split(block.text)[at::4])
        unread = sum(n for one, n in counts.items() if np.isnan(_parse_clock(one)))
        if unread > MOST * counts.total():
            raise BrokenFileError(
                say(
                    "has more times of day that cannot be read than others, such as"
                    " {clock}",
                    clock=clock,
                ),
                where=place,
                remedy=say("export it from a phone set to a 24-hour clock"),
            )
        self.checked = True

    def once(self, source: Source, sender: str) -> bool:
        """Return whether a sender's name occurs only once in the file."""
        return self._count_senders(source)[sender] == 1

    def is_sender(self, source: Source, name: str) -> bool:
        """Return whether what stands before a colon without a blank is a sender."""
        senders = self._count_senders(source)
        return name in senders or self.bare[name] >= LEAST_BARE

    def _count_senders(self, source: Source) -> Counter[str | None]:
        if self.senders is None:
            self.senders = Counter()
            for block in source.messages(self.file, self.header):
                parts = self.split(block.text)
                self.senders.update(parts[3::4])
                lines = zip(parts[3::4], parts[4::4], strict=True)
                bare = (_BARE.match(body) for who, body in lines if who is None)
                self.bare.update(match[1] for match in bare if match)
        return self.senders


class Lines(NamedTuple):
    """WhatsApp messages of one block, as columns; `doubt` marks probable quotations."""

    position: Sequence[int]
    wall_us: Floats
    sender: Sequence[str | None]
    body: list[str]
    doubt: list[bool]


def _detect_shape(text: str) -> str | None:
    """Return the shape of message header that most lines of a text have."""
    signs = {sign for sign, end in _HEADER_ENDS.items() if end.search(text)}
    counts = {
        shape: len(_build_header_pattern(shape).findall(text))
        for shape in SHAPES
        if shape[0] in signs
    }
    best = max(counts, key=counts.__getitem__, default="")
    return best if counts.get(best) else None


def _inspect_file(source: Source, name: str) -> Survey:
    """Read a WhatsApp file once for its header shape and date order."""
    start = source.head.text(name)
    header = _build_header_pattern(_detect_shape(start) or "-")
    survey = Survey(
        name, header, decide_order(source, name, _list_dates(source, name, header))
    )
    if parts := survey.split(start)[1:5]:
        survey.first = (parts[2], parts[3])
    return survey


def _list_dates(source: Source, name: str, header: re.Pattern[str]) -> Iterator[str]:
    """Yield the dates in a file's message headers, without immediate repeats.

    A line whose time of day cannot be read decides nothing.
    """
    run = _build_line_pattern(header, _SAME_DATE)
    for block in source.messages(name, header):
        text = "\n" + block.text
        for match in run.finditer(text):
            if _parse_clock(match["clock"]) >= 0:
                yield match["date"]
                continue
            end = text.find("\n", match.end())
            lines = header.finditer(text[match.start() : end if end > 0 else None])
            if any(_parse_clock(line["clock"]) >= 0 for line in lines):
                yield match["date"]


def _build_line_pattern(header: re.Pattern[str], more: str) -> re.Pattern[str]:
    """Build the pattern of a message header at the start of a line."""
    return re.compile("\n" + header.pattern + more, re.MULTILINE)


def _read_lines(source: Source, seen: Survey) -> Iterator[Lines]:
    """Yield a WhatsApp file's messages; quoted headers stay in their body."""
    last = np.nan
    for block in source.messages(seen.file, seen.header):
        entries = _read_entries(source, seen, block)
        if not entries.position:
            continue
        if seen.is_newest_first is None:
            seen.is_newest_first = is_newest_first(entries.wall_us)
        yield _merge_quoted(source, seen, block, entries, last)
        last = next(iter(entries.wall_us[~np.isnan(entries.wall_us)][::-1]), last)


def _read_entries(source: Source, seen: Survey, block: TextBlock) -> Lines:
    before, *parts = seen.split(block.text)
    days, clocks = (parts[seen.header.groupindex[n] - 1 :: 4] for n in DAY_AND_CLOCK)
    senders, bodies = parts[2::4], parts[3::4]
    breaks = np.array(
        [before.count("\n"), *["\n" in one and one.count("\n") for one in bodies]]
    )
    position = np.cumsum(breaks[:-1]) + np.arange(len(bodies)) + block.line
    if before.strip("\ufeff\n "):
        source.losses.lost("text before the first message", seen.file, block.line)

    first_clock = _NUMBERS.findall(clocks[0]) if clocks else ()
    seen.seconds = seen.seconds or len(first_clock) > 2  # noqa: PLR2004
    times = seen.wall_us(days, clocks)
    unread = (at for at, clock in enumerate(clocks) if np.isnan(seen.clocks[clock]))
    if np.isnan(times).any() and (first := next(unread, None)) is not None:
        place = source.where(seen.file, say("line {n}", n=int(position[first])))
        seen.require_clocks(source, clocks[first], place)
    texts = [body.strip() for body in bodies]
    for row in [row for row, who in enumerate(senders) if not who]:
        match = _BARE.match(texts[row])
        is_notice = match and parse_event(_strip_marks(texts[row])) is not None
        if match and not is_notice and seen.is_sender(source, match[1]):
            senders[row], texts[row] = match[1], texts[row][match.end() :]
    for at in np.flatnonzero(breaks[1:]):  # what looks like a header without a date
        text = texts[at]
        for match in _HEADER_LIKE.finditer(text):
            line = int(position[at]) + 1 + text.count("\n", 0, match.start())
            source.losses.noted("header-like lines read as text", seen.file, line)
    return Lines(position.tolist(), times, senders, texts, [False] * len(bodies))


def _merge_quoted(
    source: Source, seen: Survey, block: TextBlock, entries: Lines, last: float
) -> Lines:
    """Join message headers that are quoted in a message to that message's text."""
    ahead = -1 if seen.is_newest_first else 1
    odd = _find_disordered(entries.wall_us * ahead, last * ahead)
    if not odd:
        return entries
    heads = seen.heads(block.text)
    is_real = np.ones(len(heads), bool)
    for at in reversed(odd):
        who = entries.sender[at]
        if at and who and seen.once(source, who):
            entries.body[at - 1] += "\n" + heads[at] + entries.body[at]
            is_real[at] = False
            reason = "quoted header, kept in its message"
        else:
            entries.doubt[at] = True
            reason = "header out of time, perhaps quoted"
        source.losses.noted(reason, seen.file, entries.position[at])
    position, wall_us, sender, body, doubt = entries
    return Lines(
        list(compress(position, is_real)),
        wall_us[is_real],
        list(compress(sender, is_real)),
        list(compress(body, is_real)),
        list(compress(doubt, is_real)),
    )


def _find_disordered(times: Floats, last: float) -> list[int]:
    """Return which messages of a WhatsApp file are out of time order."""
    timed_rows = np.flatnonzero(~np.isnan(times))
    shift = 0 if np.isnan(last) else 1
    values = np.concatenate([[last] * shift, times[timed_rows]])
    # a clock put back does no more
    backward_steps = np.flatnonzero(np.diff(values) < -HOUR_US)
    odd: set[int] = set()
    for at in backward_steps:
        ahead = at > 0 and values[at + 1] >= values[at - 1]  # `at` ran ahead
        odd.add(int(at if ahead else at + 1) - shift)
    return [int(timed_rows[at]) for at in sorted(odd) if at >= 0]


def decide_order(source: Source, name: str, dates: Iterable[str]) -> DateOrder:
    """Return the date order of a file: as requested, or as detected."""
    for order in DATE_ORDERS:
        if source.options.date_order == order:
            return order
    days = [day for day, _ in groupby(dates)]
    spaced = any(". " in day for day in days)
    order, decided = decide_date_order(list(map(parse_triple, days)), spaced=spaced)
    if not decided:
        source.losses.noted("order of day and month undecided", name, 1)
        raise UndecidedDateOrderError(source.where(name))
    return order


def _map_distinct(
    words: list[str], known: dict[str, float], parse: Callable[[str], float]
) -> Floats:
    """Convert texts to numbers, parsing each distinct text only once."""
    encoded = to_text_array(words).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    for word in distinct:
        if word not in known:
            known[word] = parse(word)
    numbers = np.array([known[word] for word in distinct], np.float64)
    return np.asarray(numbers[encoded.indices.to_numpy()])


def _parse_clock(text: str) -> float:
    try:
        return parse_clock_us(text)
    except ValueError:
        return np.nan


NAME = "WhatsApp TXT"
OBSERVES = replace(
    LEAST, members_source="events", joins_observed=True, sender_ids="by name",
    time_zone_known=False, left_truncated=True, resolution="minute",
)  # fmt: skip
_UNNAMED = re.compile(r"_chat\b")  # as iOS calls every chat
HEADER = 40  # characters of the first header at most
_BEGINNING = 400  # characters that two chats don't share
SILENT_SINCE_US = 1_659_312_000_000_000  # 2022-08-01: leaving is told to admins only
CAPS = (40_000, 10_000)  # messages in an export without and with media
CAP_SHARE = 0.01


def has_signature(head: Head) -> bool:
    """Detect WhatsApp exports by the shape of their first lines, in any language."""
    return bool(_list_texts(head))


def weight(head: Head) -> Weight:
    """Return how strongly a text indicates WhatsApp, by its header lines."""
    start = head.text(_list_texts(head)[0])
    header = _build_header_pattern(_detect_shape(start) or "-")
    begins = header.match(start.lstrip()) is not None
    return Weight(begins=begins, lines=len(header.findall(start)))


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every WhatsApp text file, one group each."""
    chats = _list_texts(source.head)
    for name in source.names:
        if name in chats:
            with source.carry_on():
                yield from _Reading(source, name).batches()
        elif name.lower().endswith(".txt"):
            source.losses.noted("attached text, not read", name, 0)


class _Reading:
    """Parser of one WhatsApp text file into messages and system notices."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._seen = source, _inspect_file(source, name)
        self._label = _label(source, self._seen)
        key = self._label or _build_group_key(source, name)
        self._chat = Chat(
            source, name, key, parse_event, lambda who: not who or is_unknown(who)
        )
        start = _strip_marks(source.head.text(name)[:HEADER])
        self._on_iphone = start.startswith("[")  # where notices bear the group's name
        self._people: dict[str | None, str | None] = {None: None}
        self._created: int | None = None
        self._last, self._left = 0, 0
        self._notices_by_kind = Counter[str]()

    def batches(self) -> Iterator[Batch]:
        for block in _read_lines(self._source, self._seen):
            for batch in self._block(block):
                self._notice(batch)
                yield batch
        row = {
            "group": self._chat.group, "label": self._label, "network": "whatsapp",
            "platform": "whatsapp", "created_us": self._created,
            "file": self._seen.file, "position": 1,
        }  # fmt: skip
        yield from_rows("group", [row])
        self._observe()

    def _block(self, block: Lines) -> Iterator[Batch]:
        senders, text = list(block.sender), list(block.body)
        kind = ["text"] * len(text)
        rules = ["whatsapp.ambiguous" if doubt else None for doubt in block.doubt]
        marked = _parse_bodies(text)
        for at, body in marked:
            kind[at], text[at] = body.kind, body.text
            rules[at] = body.rule or rules[at]
        for at, line in self._notices(block, [at for at, _ in marked]):
            senders[at], kind[at], text[at] = None, "system", line
        stamps = pa.array(block.wall_us, from_pandas=True)  # NaN is null
        wall = stamps.cast(pa.int64()).cast(pa.timestamp("us"))
        yield from self._chat.batches(
            position=block.position,
            time_us=from_wall(wall, self._source.options.zone),
            sender=self._persons(senders),
            kind=kind,
            text=cast("list[str | None]", text),
            rule=rules,
            bot=False,
        )

    def _notices(self, block: Lines, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield system notices that a WhatsApp file formats like messages."""
        yield from self._marked(block, marked)
        yield from self._unmarked(block)
        odd = {name for name in set(block.sender) if name is None or _is_suspect(name)}
        for at, sender in enumerate(block.sender) if odd else ():
            if sender is None:
                yield at, _strip_marks(block.body[at])
            elif sender in odd:
                # matched as a whole; a body never is, so "Ann: I added milk" stays
                line = _strip_marks(f"{sender}: {block.body[at]}")
                if (event := parse_event(line)) is None:
                    continue
                people = filter(None, (event.actor, *event.subjects))
                has_colon = any(": " in person for person in people)
                if not has_colon or self._seen.once(self._source, sender):
                    yield at, line

    def _unmarked(self, block: Lines) -> Iterator[tuple[int, str]]:
        """Yield the notices of iOS exports that lost their direction marks.

        Such a line bears the group's name, or says again whom it is about.
        """
        distinct = {*block.sender} - {None} if self._on_iphone else ()
        own = {one for one in distinct if _strip_marks(one or "") == self._label}
        for at, (sender, text) in enumerate(zip(block.sender, block.body, strict=True)):
            if sender is None or not (text.startswith(sender) or sender in own):
                continue
            line = _strip_marks(text)
            event = None if MARK in text else parse_event(line)
            label = self._label if sender in own else None
            if event and _is_about(event, sender, label):
                yield at, line

    def _marked(self, block: Lines, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield the system notices of iOS exports, which name the group as sender."""
        for at in marked:
            sender, text = block.sender[at], block.body[at]
            if sender is not None and MARK in text:
                before, _, after = text.partition(MARK)
                who = f"{sender}: {before.removesuffix(': ')}" if before else sender
                line, own = _strip_marks(after), _strip_marks(who) == self._label
                told = line.startswith(f"{_strip_marks(sender)} ")  # in any language
                if own or ((told or parse_event(line)) and not before):
                    yield at, line

    def _persons(self, senders: list[str | None]) -> list[str | None]:
        for sender in set(senders) - self._people.keys():
            name = _strip_marks(sender or "").removeprefix("~").strip()
            self._people[sender] = to_name_id(name)
            self._chat.names([(to_name_id(name), name)])
        people = self._people
        return [people[sender] for sender in senders]

    def _notice(self, batch: Batch) -> None:
        if batch.kind == "message":
            times = batch.table["time_us"].drop_null()
            self._last = times[-1].as_py() if len(times) else self._last
        if batch.kind == "event":
            table = batch.table.select(["kind", "time_us"]).to_pylist()
            self._notices_by_kind.update(row["kind"] for row in table)
            for row in table:
                if row["kind"] == "create" and self._created is None:
                    self._created = row["time_us"]
                late = (row["time_us"] or 0) >= SILENT_SINCE_US
                self._left += late and row["kind"] == "leave"

    def _observe(self) -> None:
        observed, file = self._source.observed, self._seen.file
        if self._created is not None:
            observed.update(births="creation", left_truncated=False)
        elif any(abs(self._chat.rows - cap) <= CAP_SHARE * cap for cap in CAPS):
            self._source.losses.noted("likely cut at WhatsApp's limit", file, 1)
        if self._seen.seconds:
            observed["resolution"] = "second"
        kinds = self._notices_by_kind
        if kinds["unrecognised"] and kinds.total() == kinds["unrecognised"]:
            observed["joins_observed"] = False  # in a language of unknown wordings
            self._source.losses.noted("wordings of this language unknown", file, 1)
        silent = self._last >= SILENT_SINCE_US
        has_joins = observed.get("joins_observed", True)
        observed["leaves_observed"] = has_joins and (not silent or self._left > 0)
        if silent:
            self._source.losses.noted("leaving is silent since 2022-08", file, 1)


def _list_texts(head: Head) -> list[str]:
    """List the chat's text files, without attached ones."""
    texts = [name for name in head.names if name.lower().endswith(".txt")]
    stems = {name: PurePosixPath(name).stem for name in texts}
    own = [n for n, stem in stems.items() if _group_name(stem) or _UNNAMED.match(stem)]
    return [name for name in own or texts if _detect_shape(head.text(name)) is not None]


def list_sent(source: Source, names: Iterable[str]) -> set[str]:
    """List the files that were sent in a WhatsApp chat, by their names in its text."""
    left = {name: PurePosixPath(name).name for name in names}
    texts = (text for chat in _list_texts(source.head) for text in source.text(chat))
    return {name for text in texts for name, own in left.items() if own in text}


def _build_group_key(source: Source, file: str) -> str:
    """Build a key for a group, if the file name has none.

    They are one only where they begin alike, as two exports of one chat do.
    """
    if not _UNNAMED.match(stem := PurePosixPath(file).stem):
        return stem
    start = source.head.text(file)[:_BEGINNING]
    return f"_chat {blake2b(start.encode(), digest_size=8).hexdigest()}"


def _label(source: Source, seen: Survey) -> str | None:
    """Return the group's name, from the file name or else iOS's first notice."""
    for name in (PurePosixPath(seen.file).stem, source.stem):
        if label := _group_name(name):
            return label
    sender, text = seen.first
    if sender is None:
        return None
    if MARK not in text:  # lost on the way
        event = parse_event(_strip_marks(text))
        own = event is not None and _is_about(event, "", _strip_marks(sender))
        return _strip_marks(sender) if own else None
    before, _, after = text.partition(MARK)  # iOS: the name may hold a colon itself
    if parse_body(MARK + after).kind != "other":
        return None  # somebody's picture, with which the file begins
    if before and not before.endswith(": "):
        return None
    return _strip_marks(f"{sender}: {before.removesuffix(': ')}" if before else sender)
