"""Tell signs that an export was read wrongly: one check after any reader.

A reader that takes one column for another fails without an error. What it made then
looks unlike any chat: one person, half of the rows without a sender, dates before the
program existed. Each sign is a sentence with the remedy; nothing is changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Hashes, Ints, fill
from helpers.files import read_own_rows
from helpers.formats.rows.events import load_grammar
from helpers.formats.rows.export_matching import hash_columns
from helpers.formats.rows.people import NAMED, is_nobody, names_app
from helpers.records import DAY_US, HOUR_US, NOT_MESSAGES, Batch, Observability
from helpers.wording import say

if TYPE_CHECKING:
    from helpers.formats.reading.source import Source
    from helpers.formats.rows.people import People

_TABLE = read_own_rows("formats", "rows", "signs.toml")
_TOLD = {sign: say(told) for sign, told in _TABLE["told"].items()}
SIGNS = frozenset(_TOLD.values()) - {_TOLD["after"]}
"""Those that a run and a frame repeat; of ``after`` they tell by group."""

_FIRST = "1988-08"  # of all others: IRC's
_MANY, _FEW = 20, 5  # rows in which a pattern is no chance; of one person
_LATE_DAYS = 3
_NEVER_US = 1 << 62
_TENTH, _HALF, _QUARTER = 0.1, 0.5, 0.25
_LEAST_JUMPS = 90  # days between neighbours, added up
_MONTHS = 12
_SAMPLE = 400  # texts
_MOST_BEARERS = 3  # of a name that is somebody's
_LEAST_LETTERS, _LEAST_HAN = 200, 100
_MOST_ACCENTED, _LEAST_COMMON = 0.3, 0.12
_NOTICE = re.compile(r"\*{3} \S|-!- |--?> |<--? ")
# what programs put behind a handle: a number, an absence, the end of a WeChat id
_TAIL = re.compile(_TABLE["tail"])
_FORM = re.compile(r"(?<=@)[a-z.]+$|^\d+$|^@?[a-z]{1,9}(?=[_:])")
_LONGEST_PHONE = 13  # digits; WhatsApp's new ids have more
_HAN = re.compile("[\u4e00-\u9fff]")
_ACCENTED, _LETTER = re.compile(r"[^\W\d_a-zA-Z]"), re.compile(r"[^\W\d_]")
_COMMON = frozenset(_TABLE["common"])
_MESSAGE = ("group", "time_us", "text")
_WRITTEN, _BINARY = ("text", "reply"), (".parquet", ".db", ".sqlite")
_GUESSED = frozenset({"gb18030", "big5hkscs", "cp1252"})  # encodings without a mark


class _Pair(NamedTuple):
    """Two ids of a group that may be one person."""

    group: str
    one: str
    other: str
    least: int  # hours in which either must have written


class Check:
    """Counts over the rows of one export that tell whether it was read wrongly.

    All names are known when it begins: rows pass it before they become pseudonyms.
    """

    def __init__(self, source: Source, form: str, shown: Observability) -> None:
        self._source, self._shown = source, shown
        self._is_table = form.startswith(("table", "no known"))
        month = next(
            (m for name, m in _TABLE["began"].items() if form.startswith(name)), _FIRST
        )
        self._began_us = int(np.datetime64(month, "us").astype(np.int64))
        self._rows = self._early = self._written = self._worded = 0
        self._senderless = self._nameless = 0
        self._wrote, self._late = Counter[str](), Counter[int]()
        self._said = list[tuple[Hashes, Hashes]]()  # of rows, without and with their id
        self._walls, self._texts = list[Ints](), list[str]()
        self._spans: dict[str, tuple[int, int]] = {}  # of ids of a form, in µs
        told = _find_notices(source.people.names)
        self._notices = source.people.list_bearers_of(told)
        self._is_guessed = _is_guessed(source)
        self._pairs = list(_list_pairs(source.people))
        pairs = {(p.group, who) for p in self._pairs for who in p[1:3]}
        self._hours = {pair: set[int]() for pair in pairs}

    def meet(self, batch: Batch) -> None:
        """Count the messages of a batch."""
        table = batch.table
        if batch.kind != "message" or not table.num_rows:
            return
        self._rows += table.num_rows
        self._count_words(table)
        self._count_senders(table)
        self._count_times(table, batch.groups & self._source.exported.keys())

    def _count_words(self, table: pa.RecordBatch) -> None:
        named = table["kind"].dictionary.to_pylist()
        codes = fill(table["kind"].indices, -1)
        is_text = np.array([*(one in _WRITTEN for one in named), False])[codes]
        self._written += int(is_text.sum())
        has_words = is_text & (fill(table["chars"]) > 0)
        self._worded += int(has_words.sum())
        has_ids = table["id"].null_count < len(table)  # else none is under two
        if self._is_table and has_ids and self._shown.resolution != "minute":
            rows = table.filter(pa.array(has_words))
            keys = (hash_columns(rows, _MESSAGE + more) for more in ((), ("id",)))
            self._said.append((next(keys), next(keys)))
        if table["sender"].null_count:
            bare = pc.and_(table["sender"].is_null(), table["rule"].indices.is_null())
            self._senderless += pc.sum(bare).as_py()
            is_said = np.array([*(one not in NOT_MESSAGES for one in named), False])
            self._nameless += pc.sum(pc.and_(bare, pa.array(is_said[codes]))).as_py()
        if self._is_guessed and len(self._texts) < _SAMPLE:
            texts = table["text"].filter(pa.array(is_text)).drop_null()
            self._texts += texts[:_SAMPLE].to_pylist()

    def _count_senders(self, table: pa.RecordBatch) -> None:
        senders, times = table["sender"], fill(table["time_us"])
        named, codes = senders.dictionary.to_pylist(), fill(senders.indices, -1)
        is_human = ~fill(table["bot"], value=False)
        counts = np.bincount(codes[is_human & (codes >= 0)], minlength=len(named))
        for at in np.flatnonzero(counts).tolist():
            self._wrote[named[at]] += int(counts[at])
        self._extend_spans(named, codes, times)
        known = {who for _, who in self._hours}
        told = np.array([*(one in known for one in named), False])
        for at in np.flatnonzero(told[codes]).tolist():
            pair = (table["group"][at].as_py(), named[codes[at]])
            if pair in self._hours:
                self._hours[pair].add(int(times[at]) // HOUR_US)

    def _extend_spans(self, named: Sequence[str], codes: Ints, times: Ints) -> None:
        """Note when ids of each form wrote first and last."""
        forms = [*map(_find_form, named), None]
        for form in {*forms} - {None}:
            own = np.array([one == form for one in forms])[codes]
            if (told := times[own & (times > 0)]).size:
                first, last = self._spans.get(form or "", (_NEVER_US, 0))
                span = min(first, int(told.min())), max(last, int(told.max()))
                self._spans[form or ""] = span

    def _count_renumbered(self) -> int:
        """Count the people whose ids took the place of all ids of another form."""
        people = Counter(map(_find_form, self._wrote))
        spans = sorted((*span, people[form]) for form, span in self._spans.items())
        pairs = combinations(spans, 2)
        apart = (more[2] for less, more in pairs if less[1] <= more[0] and less[2] > 1)
        return next((n for n in apart if n > 1), 0)

    def _count_times(self, table: pa.RecordBatch, stated: Iterable[str]) -> None:
        times = np.asarray(table["time_us"].drop_null())
        self._early += int((times < self._began_us).sum())
        if not self._shown.time_zone_known:
            hours = times // HOUR_US
            self._walls.append(hours[np.append(True, hours[1:] != hours[:-1])])
        for group in stated:
            end_us = self._source.exported[group] + DAY_US
            if times.max(initial=0) > end_us:
                own = pc.equal(table["group"].cast(pa.string()), group)
                late = np.asarray(table.filter(own)["time_us"].drop_null())
                self._late.update((late[late > end_us] // DAY_US).tolist())

    def note(self) -> None:
        """Enter what looks wrong as notes on the export."""
        source = self._source
        for sign, rows in chain(self._list_losses(), self._list_columns()):
            if rows:
                source.losses.noted(_TOLD[sign], source.stem, 0, rows)

    def _list_losses(self) -> Iterator[tuple[str, int]]:
        """Yield signs in the times, and of what was lost."""
        losses = self._source.losses
        yield "early", self._early
        yield "after", self._late.total() * (len(self._late) >= _LATE_DAYS)
        yield "swapped", self._count_swapped()
        most = _TENTH * (losses.rows + self._rows)
        yield "lost", losses.rows * (losses.rows >= _FEW and losses.rows > most)
        lost = [one for one, n in losses.senders.items() if n >= _FEW]
        yield "silenced", sum(one not in self._wrote for one in lost)

    def _list_columns(self) -> Iterator[tuple[str, int]]:
        """Yield signs that one thing was taken for another."""
        is_long, written = self._rows >= _MANY, self._wrote.total()
        is_most = is_long and self._senderless >= _HALF * self._rows
        yield "senderless", self._senderless * is_most
        yield "nameless", self._nameless * (self._is_table and not is_most)
        yield "twice", self._count_twice()
        is_day = bool(self._source.named_day)  # on which others were silent
        is_one = len(self._wrote) == 1 and written >= _HALF * _MANY and not is_day
        yield "alone", written * (is_long and is_one)
        is_wordless = self._shown.text and self._written >= _MANY and not self._worded
        yield "wordless", self._written * is_wordless
        notices = self._notices | _find_notices(self._wrote)
        yield "notices", sum(self._wrote[one] for one in notices)
        yield "same_person", sum(map(self._is_one_person, self._pairs))
        is_each = len(self._wrote) >= (1 - _TENTH) * written
        yield "each_once", written * (is_long and is_each)
        times = {one for span in self._spans.values() for one in span}
        yield "one_time", written * (written >= _HALF * _MANY and len(times) == 1)
        yield "renumbered", self._count_renumbered() * is_long
        yield "garbled", len(self._texts) * self._is_garbled()

    def _count_twice(self) -> int:
        """Count the messages that another one is but for the id, if they are many."""
        known = [
            np.unique(np.concatenate(one)).size for one in zip(*self._said, strict=True)
        ]
        twice = known[1] - known[0] if known else 0
        return twice * (twice >= _FEW and twice >= _TENTH * self._worded)

    def _count_swapped(self) -> int:
        """Count days up to the 12th whose neighbours show that they are months."""
        walls = [one for one in self._walls if one.size]
        if sum(map(len, walls)) < 2 * _FEW:
            return 0
        zoned = pa.timestamp("us", self._source.options.zone)
        times = pa.array(np.concatenate(walls) * HOUR_US)
        local = pc.local_timestamp(times.cast(zoned))
        days = np.asarray(local.cast(pa.date32()).cast(pa.int32())).astype("M8[D]")
        months = days.astype("M8[M]")
        day = (days - months).astype(int)  # from 0, as months are
        month = months.astype(int) % _MONTHS
        is_open = (day < _MONTHS) & (day != month)
        parts = (days[is_open], days[day >= _MONTHS])
        if min(len(np.unique(part)) for part in parts) < _FEW:
            return 0
        swapped = (months - month + day % _MONTHS).astype("M8[D]") + month
        apart, together = (
            int(np.abs(np.diff(one)).astype(int).sum())
            for one in (days, np.where(is_open, swapped, days))
        )
        is_odd = apart >= _LEAST_JUMPS and together <= _QUARTER * apart
        return len(np.unique(days[is_open])) * is_odd

    def _is_one_person(self, pair: _Pair) -> bool:
        """Return whether two ids alike wrote, and never in the same hour."""
        one, other = (self._hours[pair.group, who] for who in pair[1:3])
        return min(len(one), len(other)) >= pair.least and one.isdisjoint(other)

    def _is_garbled(self) -> bool:
        words = "".join(self._texts)
        if len(han := _HAN.findall(words)) >= _LEAST_HAN:
            return sum(map(_COMMON.__contains__, han)) < _LEAST_COMMON * len(han)
        letters, accented = len(_LETTER.findall(words)), len(_ACCENTED.findall(words))
        return letters >= _LEAST_LETTERS and accented > _MOST_ACCENTED * letters


@lru_cache(1 << 12)
def _find_form(one: str) -> str:
    """Return what an id has in common with all of its form."""
    match = _FORM.search(one)
    if match is None or not match[0].isdecimal():
        return match[0] if match else ""
    return "0" if len(one) <= _LONGEST_PHONE else "00"


def _is_guessed(source: Source) -> bool:
    """Return whether the encoding of an export's only file is a guess."""
    if len(source.names) != 1 or source.name.lower().endswith(_BINARY):
        return False
    return source.encoding(source.name).name in _GUESSED


def _find_notices(names: Iterable[str]) -> set[str]:
    """Return the names that are lines or words of a program."""
    return {name for name in names if _is_notice(name.removeprefix(NAMED))}


@lru_cache(1 << 12)
def _is_notice(name: str) -> bool:
    events = (load_grammar(one).match(name) for one in ("wechat", "qq"))
    return bool(_NOTICE.match(name)) or names_app(name) or any(events)


def _list_pairs(people: People) -> Iterator[_Pair]:
    """Yield the ids that share a name or what programs put a tail to, by group."""
    for group, bearers in people.list_bearers():
        stems: dict[str, set[str]] = {}
        for one in set(chain.from_iterable(bearers.values())):
            stems.setdefault(_TAIL.sub("", one.casefold()), set()).add(one)
        for least, sharing in ((1, stems), (_FEW, bearers)):
            for name, ids in sharing.items():
                if 1 < len(ids) <= _MOST_BEARERS and not is_nobody(name):
                    for one, other in combinations(sorted(ids), 2):
                        yield _Pair(group, one, other, least)
