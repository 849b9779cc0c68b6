"""Read CSV files in blocks of columns, with row numbers."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

from helpers.errors import BrokenFileError
from helpers.formats.reading.source import Source
from helpers.wording import say

ROWS = 20_000
_SHIELD = re.compile(r'(?m)(^|[,;\t|])="')
LONGEST_FIELD = 1 << 26


class Rows(NamedTuple):
    """Consecutive rows of a table as columns, with their numbers."""

    columns: Mapping[str, Sequence[Any]]
    position: Sequence[int]


def group_rows(values: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield each distinct value of a column, and the rows that have it.

    >>> list(group_rows(["a", "b", "a"]))
    [('a', [0, 2]), ('b', [1])]
    """
    rows: dict[str, list[int]] = {value: [] for value in dict.fromkeys(values)}
    if len(rows) == 1:  # as nearly always
        rows[values[0]] += range(len(values))
    for at, value in enumerate(values) if len(rows) > 1 else ():
        rows[value].append(at)
    yield from rows.items()


def drop_shields(text: str) -> str:
    """Return CSV text without the signs that keep spreadsheets from changing a cell.

    >>> drop_shields('="007",="Ann"')
    '"007","Ann"'
    """
    return _SHIELD.sub(r'\1"', text) if '="' in text else text


@lru_cache(maxsize=4)  # several formats ask for the same beginning of a file
def read_header(text: str, separator: str = ",") -> tuple[str, ...]:
    r"""Return the column names in the first line of CSV text.

    >>> read_header('id,"a b"\n1,2'), read_header('"id,b"')
    (('id', 'a b'), ('id', 'b'))
    """
    if text[:1] in {"{", "["}:  # a document may be one long line
        return ()
    try:
        first = next(csv.reader(text.split("\n", 1)[:1], delimiter=separator), [])
        if _is_wrapped(first, separator):
            first = next(csv.reader(first, delimiter=separator))
    except csv.Error:
        return ()
    return tuple(first)


def _is_wrapped(names: Sequence[str], separator: str) -> bool:
    """Return whether a spreadsheet saved rows as cells, of which each line has one."""
    return len(names) == 1 and separator in names[0]


def read_tables(
    source: Source, name: str, separator: str = ",", skipped: int = 0,
    names: Sequence[str] = (),
) -> Iterator[Rows]:  # fmt: skip
    """Yield a CSV file's columns in blocks, with quoted line breaks.

    Rows with more or fewer fields than the header are entered as losses.
    """
    csv.field_size_limit(LONGEST_FIELD)
    lines = _Lines(source, name)
    reader = csv.reader(islice(lines, skipped, None), delimiter=separator)
    try:
        names = names or next(reader, [])
        if _is_wrapped(names, separator):
            cells = map("".join, chain([names], reader))
            reader = csv.reader(cells, delimiter=separator)
            names = next(reader)
        first, last = 1, list[str]()
        while rows := list(islice(reader, ROWS)):
            yield _build_table(source, name, names, rows, first)
            first, last = first + len(rows), rows[-1]
        if lines.quotes % 2:  # the last field holds all lines up to the file's end
            reason = "line within a quotation mark that is not closed"
            n_lost = sum(field.rstrip("\n").count("\n") for field in last)
            source.losses.lost(reason, name, first - 1, max(n_lost, 1))
        if lines.is_open and (lines.quotes % 2 or 0 < len(last) < len(names)):
            raise source.describe_break(name, reader.line_num)
    except csv.Error as error:
        source.losses.lost("not CSV", name, reader.line_num)
        what = say("cannot be read as CSV from here on ({error})", error=error)
        where = source.where(name, say("line {n}", n=reader.line_num))
        remedy = say("export it again")
        raise BrokenFileError(what, where=where, remedy=remedy) from error


class _Lines:
    """Lines of a CSV file, with its quotation marks; whether its last one is open."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name, self.quotes = source, name, 0
        self.is_open = False

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[Iterable[str]]:
        remainder = ""
        for text in self._source.text(self._name):
            lines, end, remainder = (remainder + text).rpartition("\n")
            lines = drop_shields(lines)
            self.quotes += lines.count('"')
            yield io.StringIO(lines + end, newline="\n")
        self.quotes += remainder.count('"')
        self.is_open = bool(remainder)
        yield [f"{remainder}\n"] if remainder else []


def _build_table(
    source: Source, name: str, names: Sequence[str], rows: list[list[str]], first: int
) -> Rows:
    numbers: Sequence[int] = range(first, first + len(rows))
    if {*map(len, rows)} != {len(names)}:
        rows = [row if any(row[len(names) :]) else row[: len(names)] for row in rows]
        numbered = list(zip(numbers, rows, strict=True))
        for number, row in numbered:
            if row and len(row) != len(names):
                source.losses.lost("row with another number of fields", name, number)
        numbers = [number for number, row in numbered if len(row) == len(names)]
        rows = [row for row in rows if len(row) == len(names)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return Rows(dict(zip(names, columns, strict=True)), numbers)
