"""Read lists brought by users: of members, of people, of contacts.

What a column is called, and whether the first row names the columns at all, is found by
what the cells contain; handles and numbers are compared without the marks that one
program writes and another does not.
"""

from __future__ import annotations

import csv
import io
import quopri
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import read_own_rows
from helpers.formats.reading.envelopes import is_envelope
from helpers.formats.reading.source import detect_encoding
from helpers.wording import say

ZIPPED = b"PK\x03\x04"  # as .xlsx is, whatever its name
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers", ".et")
LONGEST_CELL = 2**17  # characters
SEPARATORS = ",;\t|"  # of columns; Excel writes semicolons in much of Europe
_LISTS = "outside_lists.toml"  # of words
_LOOKED_AT = 10  # lines that tell the separator, and where the header stands
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {k: tuple(own) for k, own in read_own_rows("formats", "reading", _LISTS).items()}
)
GIVEN, FAMILY = _WORDS["given"], _WORDS["family"]  # of a name in two columns
HANDLES = (*_WORDS["handles"], *GIVEN, *FAMILY)  # the surest first
JOINED, GROUPS, PERSONS, _STATES = (
    _WORDS[name] for name in ("joined", "groups", "persons", "states")
)
# columns of yes and no, and the cells that no member has there
_FLAGS = dict.fromkeys(_WORDS["against"], _WORDS["yes"]) | dict.fromkeys(
    _WORDS["for"], _WORDS["no"]
)
_KNOWN = frozenset({*HANDLES, *JOINED, *GROUPS, *PERSONS, *_STATES, *_FLAGS})
PARTS = frozenset({*GIVEN, *FAMILY})
_NUMBER, _NAMED = (re.compile(_WORDS[name][0]) for name in ("number", "named"))
# as spreadsheets write long ids, maybe cut at a comma; without + after one digit only,
# as ids of hexadecimal digits look alike
ROUNDED_ID = re.compile(r"\d(?:[.,]\d+)?[eE]\d{2}|\d+(?:[.,]\d+)?[eE]\+\d{2}")
_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\b")
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TAG = re.compile(r"#\d{1,5}$")  # Discord's, which new names do not have
_TELEPHONE = re.compile(r"\+?[\d\s().\u2011-]{7,24}")
# a handle within an address or a mention, and what programs put behind one
_ADDRESS, _REMARK, _ITEM = (
    re.compile(_WORDS[name][0]) for name in ("address", "remark", "item")
)
_BEHIND = re.compile(r"@(?:c\.us|s\.whatsapp\.net|lid|chatroom)$|(?:\|[^>]*)?>$")
_PAGE = re.compile(r"\s*<(?:!doctype|html|table)\b", re.IGNORECASE)
_DASH = re.compile(r" [-–—|] ")
_ACROSS = 3  # names on one line: with fewer it may be a member with an id
_PEOPLE = frozenset(_WORDS["keys"])  # of a list of people in JSON
_MESSAGE = frozenset({"text", "content", "message", "msg", "body"})
_RULED = re.compile(r":?-{2,}:?|")  # the line below the header of a table in Markdown
_CARD = re.compile(r"\s*BEGIN:VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(_WORDS["field"][0], re.IGNORECASE | re.MULTILINE)
_TOTALS = ("合计", "总计", "共计", "合計", "總計", "total", "sum", "gesamt", "итого")
_LEAST_DIGITS, _NATIONAL = 7, 8  # of a telephone number; of one without its country


class Table(NamedTuple):
    """Rows of a list, and the names of its columns if it has any."""

    header: list[str]  # normalised; empty if the first row is one of the list
    rows: list[tuple[int, list[str]]]  # with their numbers in the file, from 1

    def find(self, names: Iterable[str]) -> list[int]:
        """Return the places of columns with given names, in the order of these."""
        return [self.header.index(name) for name in names if name in self.header]

    def find_handles(self) -> list[int]:
        """Return the places of columns that contain handles, ids or numbers."""
        numbers = [at for at, name in enumerate(self.header) if _is_handle(name)]
        return list(dict.fromkeys([*self.find(HANDLES), *numbers]))

    def join_names(self, row: Sequence[str]) -> list[str]:
        """Return a row's name of two columns, in both orders, or none."""
        places = [next(iter(self.find(names)), None) for names in (GIVEN, FAMILY)]
        parts = [row[at] for at in places if at is not None and at < len(row)]
        if None in places or not all(parts):
            return []
        return [" ".join(parts), "".join(reversed(parts))]

    def is_member(self, row: Sequence[str]) -> bool:
        """Return whether nothing in a row says that it is a bot, or no member."""
        for name, cell in zip(self.header, row, strict=False):
            word = normalise_header(cell)
            if word in (_WORDS["no_member"] if name in _STATES else ()):
                return False
            if word in _FLAGS.get(name, ()):
                return False
        return True

    def find_bare_handles(self) -> list[int]:
        """Return the places of unnamed columns that contain no days."""
        width = max((len(row) for _, row in self.rows), default=0)
        columns = [
            [row[at] for _, row in self.rows if len(row) > at] for at in range(width)
        ]
        return [
            at for at, cells in enumerate(columns) if not any(map(_DAY.match, cells))
        ]


def read_table(path: Path) -> Table:
    """Read a list as a table; its first row is a header if it looks like one."""
    text, _, lines = read_csv_lines(path, say("check its name"))
    lines = _strip_items(lines)
    if all(_DASH.search(line[0]) and len(line) == 1 for line in lines if any(line)):
        lines = [_DASH.split("".join(line)) for line in lines]  # an id - a name
    cells = [[clean_cell(cell) for cell in line] for line in lines]
    rows = [(at, row) for at, row in enumerate(cells, 1) if any(row)]
    rows = [(at, row) for at, row in rows if not all(map(_RULED.fullmatch, row))]
    rows = [row for row in rows if normalise_header(row[1][0]) not in _TOTALS]
    rows = rows[_count_titles([row for _, row in rows]) :]
    if "\0" in text or not rows:
        what = say("is empty, or no text file")
        remedy = say("open it in a spreadsheet and save it as CSV UTF-8")
        raise BrokenFileError(what, where=str(path), remedy=remedy)
    for number, row in rows:
        if any(map(ROUNDED_ID.fullmatch, row)):
            what = say("row {row}: a spreadsheet has rounded an id", row=number)
            remedy = say("import the column of ids as text, or list names")
            raise BrokenFileError(what, where=str(path), remedy=remedy)
    header = [normalise_header(cell) for cell in rows[0][1]]
    is_headed = _count_known(header) > 0 or _is_unlike([row for _, row in rows])
    return Table(header if is_headed else [], rows[is_headed:])


def _strip_items(lines: list[list[str]]) -> list[list[str]]:
    """Return the lines of a list without numbers, or the names of one line."""
    if len(lines) == 1 and not _count_known([*map(normalise_header, lines[0])]):
        names = [one for cell in lines[0] for one in re.split("[、，；]", cell)]
        return [[name] for name in names] if len(names) >= _ACROSS else lines
    first = next((at for at, line in enumerate(lines) if _is_item(line)), 0)
    if not all(_is_item(line) for line in lines[first:] if any(line)):
        return lines
    titles = [line if len(line) > 1 else [] for line in lines[:first]]
    return titles + [
        [
            _ITEM.sub("", cell, count=1) if not at else cell
            for at, cell in enumerate(line)
        ]
        for line in lines[first:]
    ]


def _is_item(line: Sequence[str]) -> bool:
    return bool(line and _ITEM.match(line[0]))


def _is_handle(name: str) -> bool:
    return bool(_NUMBER.search(name) or _NAMED.match(name))


def clean_cell(cell: str) -> str:
    """Return a cell without blanks, invisible marks and a spreadsheet's apostrophe."""
    bare = _MARKS.sub("", cell).replace("\xa0", " ").strip()
    return re.sub(r'^="(.*)"$', r"\1", bare).removeprefix("'")


def _count_titles(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of rows before the one that names columns: titles and facts."""
    first = rows[:_LOOKED_AT]
    known = [_count_known([normalise_header(cell) for cell in row]) for row in first]
    at = known.index(max(known, default=0)) if first else 0
    is_wide = any(len(row) > len(first[at]) and all(row) for row in first[:at])
    return 0 if is_wide else at


def _count_known(header: Sequence[str]) -> int:
    names = [name for name in header if name and not re.search(r"\d{5}", name)]
    return sum(name in _KNOWN or _is_handle(name) for name in names)


def _is_unlike(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a first row is without the digits or marks of all later ones."""
    first, *others = rows
    if len(others) < 2:  # noqa: PLR2004 - one row is no pattern
        return False
    for at, cell in enumerate(first):
        below = [row[at] for row in others if len(row) > at and row[at]]
        telling = [bool(re.search(r"[\d@#+]", one)) for one in below]
        if cell and below and all(telling) and not re.search(r"[\d@#+]", cell):
            return True
    return False


def normalise_handle(handle: str) -> str:
    """Return a handle as it is compared: without case, marks and Discord's tag.

    >>> handles = ("@Ann", "ann#0", "~Ann", "＠ａｎｎ", "https://t.me/Ann", "<@U12>")
    >>> [*map(normalise_handle, (*handles, "1@c.us"))]
    ['ann', 'ann', 'ann', 'ann', 'ann', 'u12', '1']
    """
    plain = unicodedata.normalize("NFKC", clean_cell(handle)).casefold().strip()
    bare = _BEHIND.sub("", _ADDRESS.sub("", plain, count=1))
    bare = _TAG.sub("", bare).strip().lstrip("@~").strip()
    bare = re.sub(r"(?<=\d{5})\.0$", "", bare)  # an id that passed for a number
    return " ".join(bare.split()) or plain


def loosen_handle(handle: str) -> str:
    """Return the letters and digits of a handle, without a remark behind it.

    >>> loosen_handle("Ann🌸 (You)"), loosen_handle("小雨 - 北京"), loosen_handle("🌸")
    ('ann', '小雨', '')
    """
    bare = _REMARK.sub("", normalise_handle(handle))
    return "".join(sign for sign in bare if sign.isalnum())


def read_number(handle: str) -> str | None:
    """Return the digits of a telephone number, or None for other handles.

    >>> [read_number(one) for one in ("+86 138 0013-8000", "0086 13800138000", "Ann")]
    ['8613800138000', '8613800138000', None]
    """
    plain = unicodedata.normalize("NFKC", clean_cell(handle))
    plain = _BEHIND.sub("", _ADDRESS.sub("", plain, count=1))
    if not _TELEPHONE.fullmatch(plain):
        return None
    digits = re.sub(r"\D", "", plain)
    return digits.lstrip("0") if len(digits) >= _LEAST_DIGITS else None


def is_same_number(one: str, other: str) -> bool:
    """Return whether two numbers are the same, one perhaps without its country.

    >>> is_same_number("8613800138000", "13800138000"), is_same_number("123", "9123")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _NATIONAL and long.endswith(short))


def normalise_header(name: str) -> str:
    """Return a column's name without case, blanks and marks between its words.

    >>> [normalise_header(one) for one in ("User ID", "user_id", " Joined-At")]
    ['userid', 'userid', 'joinedat']
    """
    return re.sub(r"[\s_.\-\ufeff\"'“”:：]+", "", name).casefold()


def read_csv_rows(path: Path, remedy: str) -> csv.DictReader[str]:
    """Open a user's CSV file; iterate over its rows as dicts by column name."""
    text, separator, _ = read_csv_lines(path, remedy)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)


def read_csv_lines(path: Path, remedy: str) -> tuple[str, str, list[list[str]]]:
    """Read a user's CSV file: its text, separator and rows."""

    def refuse(what: str, remedy: str) -> BrokenFileError:
        return BrokenFileError(what, where=str(path), remedy=remedy)

    try:
        data = path.read_bytes()
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        why = say("no such file") if is_missing else str(error.strerror).lower()
        what = say("can't be read ({error})", error=why)
        raise MissingSourceError(what, where=str(path), remedy=remedy) from error
    if data.startswith(ZIPPED) or path.suffix.lower() in WORKBOOKS:
        raise refuse(
            say("is a workbook of Excel or another spreadsheet"),
            say("open it there, save it as CSV UTF-8, and give that file"),
        )
    text = _decode_csv(data, path)
    text = _tabulate_cards(text) if _CARD.match(text) else text
    if text.lstrip().startswith(("{", "[")):
        if not (tabulated := _tabulate_json(text)):
            raise refuse(say("is JSON, not a table"), remedy)
        text = tabulated
    if _PAGE.match(text):
        raise refuse(say("is a web page made for reading"), remedy)
    separator, text = _find_separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    limit = csv.field_size_limit(LONGEST_CELL)  # readers of exports raise it
    try:  # strict: an unclosed quotation mark would swallow the rows behind it
        return text, separator, list(rows)
    except csv.Error as error:
        raise refuse(
            say("is not a CSV file ({error})", error=error),
            say("open it in a spreadsheet and save it as CSV UTF-8"),
        ) from error
    finally:
        csv.field_size_limit(limit)


def _find_separator(text: str) -> tuple[str, str]:
    """Return the separator of columns, and the text without Excel's own line."""
    first, _, rest = text.partition("\n")
    if match := re.fullmatch("sep=(.)", first.strip().strip('"'), re.IGNORECASE):
        return match[1], rest
    lines = [line for line in text.split("\n")[:_LOOKED_AT] if line.strip()]
    # names contain strokes: only one on every line separates
    strokes = {line.count("|") for line in lines}
    known = SEPARATORS if len(strokes) == 1 and len(lines) > 1 else SEPARATORS[:-1]
    return max(
        known, key=lambda one: max((x.count(one) for x in lines), default=0)
    ), text


def _tabulate_cards(text: str) -> str:
    """Return contact cards as a table of names and telephone numbers."""
    cards = []
    for card in _CARD.split(text.replace("\r\n", "\n"))[1:]:
        fields = [
            (name.upper(), _decode_quoted(value) if "QUOTED" in how.upper() else value)
            for name, how, value in _FIELD.findall(card)
        ]
        name = next((value for field, value in fields if field == "FN"), "")
        cards.append([name, *(value for field, value in fields if field == "TEL")])
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(
        ["name", *(f"phone{n or ''}" for n in range(max(map(len, cards)) - 1))]
    )
    rows.writerows(cards)
    return table.getvalue()


def _tabulate_json(text: str) -> str:
    """Return a JSON list, or one in an envelope, as a table; "" for messages."""
    try:
        found = _find_list(msgspec.json.decode(text))
    except msgspec.MsgspecError:
        with suppress(msgspec.MsgspecError):
            found = msgspec.json.Decoder().decode_lines(text)
            return _write_rows(found)
        return ""
    return _write_rows(found)


def _find_list(value: Any) -> list[Any]:  # noqa: ANN401  any JSON
    """Return the list in a JSON document: of people, or in an envelope."""
    if isinstance(value, list):
        inner = [_find_list(row) for row in value if isinstance(row, dict)]
        return inner[0] if len(value) == 1 and inner and inner[0] else value
    names = value if isinstance(value, dict) else {}
    inside = [v for k, v in names.items() if k in _PEOPLE or is_envelope(k)]
    return next(filter(None, map(_find_list, inside)), [])


def _write_rows(rows: list[Any]) -> str:
    """Write the rows of a JSON list as CSV, unless they are messages."""
    flat = [_flatten(row) if isinstance(row, dict) else row for row in rows]
    keys = dict.fromkeys(key for row in flat if isinstance(row, dict) for key in row)
    if not _MESSAGE.isdisjoint(keys):  # an export in the place of a list
        return ""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerows([list(keys)] * bool(keys))
    for row in flat:
        cells = [row.get(key, "") for key in keys] if isinstance(row, dict) else row
        writer.writerow(cells if isinstance(cells, list) else [cells])
    return table.getvalue()


def _flatten(row: dict[str, Any]) -> dict[str, Any]:
    """Return the plain values of a JSON object, and of the objects in it."""
    inner = [_flatten(one) for one in row.values() if isinstance(one, dict)]
    plain = {
        k: one for k, one in row.items() if not isinstance(one, dict | list | None)
    }
    return {k: one for part in [*inner[::-1], plain] for k, one in part.items()}


def _decode_quoted(value: str) -> str:
    return quopri.decodestring(value.encode()).decode("utf-8", "replace")


def _decode_csv(data: bytes, path: Path) -> str:
    """Decode a user's CSV text in any encoding that exports are read in."""
    if not data:
        return ""
    encoding = detect_encoding(io.BytesIO(data), str(path))
    return data[encoding.mark :].decode(encoding.name, "replace")
