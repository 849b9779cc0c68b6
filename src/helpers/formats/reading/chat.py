"""Convert a chat's columns to records; system lines become events."""

import re
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, count, pairwise, repeat
from operator import is_
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Floats, Ints, fill
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.rows.columns import build_messages
from helpers.formats.rows.events import YOU, Event, Happenings, Known
from helpers.formats.rows.losses import NEW_NUMBER
from helpers.formats.rows.people import is_nobody, is_unknown, to_name_id
from helpers.records import Batch

AMBIGUOUS = "ambiguous-header"
_LEAST_STEPS = 3  # back in time, of a file with the newest lines first
_END_US = 1 << 53  # after any time


@dataclass(slots=True)
class Talk:
    """Consecutive entries of a text transcript, as columns."""

    before: str  # text above the first header (of this block)
    time: list[str]  # as the header says, like `who`
    who: list[str]
    body: list[str]  # everything up to the next header
    line: list[int]  # line number of the header
    time_us: pa.Array  # instants, null where `time` is none
    doubtful: list[int]  # entries that may be body lines of the entry above
    date: list[str] = field(default_factory=list)  # of `time`, where it stands apart

    @property
    def rules(self) -> list[str | None]:
        """Return for each entry the rule that marks it as doubtful, or None."""
        doubtful = dict.fromkeys(self.doubtful, AMBIGUOUS)
        return [*map(doubtful.get, range(len(self.who)))]


class Transcript(ABC):
    """A text transcript of a chat, whose headers are found by a pattern."""

    _source: Source
    _name: str
    _header: re.Pattern[str]  # what a block ends before
    _find: re.Pattern[str]
    _section: str  # what stands where another chat begins
    _slack_us = 0  # that a time may be before the last one
    _latest = 0
    _is_newest_first: bool | None = None

    def talks(self) -> Iterator[Talk]:
        """Yield the transcript's entries in blocks."""
        for block in self._source.messages(self._name, self._header):
            talk = self._split(block)
            stray, self._latest = self._stray(talk, self._latest)
            if stray.any():
                heads = [match[0] for match in self._find.finditer(block.text)]
                self._judge(talk, stray, heads)
            yield talk

    @abstractmethod
    def _split(self, block: TextBlock) -> Talk:
        """Return the entries of a block."""

    def _stray(self, talk: Talk, latest: int) -> tuple[Bools, int]:
        """Return which entries of a transcript are out of time order in their chat."""
        times = fill(talk.time_us)
        if self._is_newest_first is None:
            self._is_newest_first = is_newest_first(times)
        if self._is_newest_first:
            times = np.where(times, _END_US - times, 0)
        first = 0 if self._section in talk.before else latest
        ends = [at for at, body in enumerate(talk.body, 1) if self._section in body]
        parts = []
        for start, end in pairwise([0, *ends, len(times)]):
            stray, latest = find_disordered_times(
                times[start:end], 0 if start else first, self._slack_us
            )
            parts.append(stray)
        is_dated = ~np.asarray(talk.time_us.is_null())
        return np.concatenate(parts) & is_dated, latest

    def _judge(self, talk: Talk, stray: Bools, heads: Sequence[str]) -> None:
        """Join headers quoted in a message to its text; flag entries with odd times."""
        steady = self._names_in_order
        quoted_headers = [
            at
            for at in np.flatnonzero(stray).tolist()
            if at and talk.who[at] and talk.who[at] not in steady
        ]
        lines, is_header = talk.line, np.ones(len(talk.who), bool)
        is_header[quoted_headers] = False
        bodies = [[body] for body in compress(talk.body, is_header)]
        owners = (np.cumsum(is_header) - 1).tolist()
        is_all = len(heads) == len(talk.who)  # else some stand for several entries
        for at in quoted_headers:
            header = heads[at] if is_all else f"{talk.time[at]} {talk.who[at]}"
            bodies[owners[at]] += ["\n", header, talk.body[at]]
        talk.doubtful = np.flatnonzero(stray[is_header]).tolist()
        talk.time_us = talk.time_us.filter(is_header)
        talk.time = list(compress(talk.time, is_header))
        talk.who = list(compress(talk.who, is_header))
        talk.body = list(map("".join, bodies))
        talk.line = list(compress(talk.line, is_header))
        for reason, rows, places in (
            ("header-like lines read as text", quoted_headers, lines),
            ("headers out of order", talk.doubtful, talk.line),
        ):
            if rows:
                first = places[rows[0]]
                self._source.losses.noted(reason, self._name, first, len(rows))

    @cached_property
    def _names_in_order(self) -> frozenset[str]:
        """The senders who have an entry in time order anywhere in the file."""
        names, latest = set[str](), 0
        for block in self._source.messages(self._name, self._header):
            talk = self._split(block)
            stray, latest = self._stray(talk, latest)
            names.update(compress(talk.who, ~stray))
        return frozenset(names)


def find_all(check: Callable[..., object], *columns: Iterable[Any]) -> list[int]:
    """Return the rows of which a check is true; a row costs no step of its own."""
    return [*compress(count(), map(check, *columns))]


def is_newest_first(times: Ints | Floats) -> bool:
    """Return whether most of a file's lines are earlier than the line before.

    >>> is_newest_first(np.array([9, 8, 7, 7, 6])), is_newest_first(np.array([6, 7, 5]))
    (True, False)
    """
    steps = np.diff(times[times > 0])
    backwards = int((steps < 0).sum())
    return backwards >= _LEAST_STEPS and backwards > int((steps > 0).sum())


def find_disordered_times(
    times: Ints, latest: int, slack: int = 0
) -> tuple[Bools, int]:
    """Return which times are out of order, and the latest time in order.

    A single time later than the next, while that one goes on from the one before, is
    a spike; a time before the latest (spikes aside) is a dip.

    >>> find_disordered_times(np.array([10, 99, 11, 5, 6, 12]), 0)[0].tolist()
    [False, True, False, True, True, False]
    """
    if not times.size:
        return np.zeros(0, bool), latest
    before = np.concatenate([[latest or times.max()], times[:-1]])
    after = np.append(times[1:], times[-1])
    spike = (times > after + slack) & (after >= before)
    level = np.maximum.accumulate(np.where(spike, latest, np.maximum(times, latest)))
    return spike | (times < level - slack), int(level[-1])


_OWN = to_name_id(YOU)
_TELLING = frozenset({"system", "recalled", "poke", "announcement"})
_KEPT = _TELLING - {"recalled"}


class _Recalls:
    """Recalled (deleted) messages, to count each once although shown twice.

    Exports tell a recall twice: by a mark on the message, and by a notice. A notice
    goes with the last message before it that is marked and has none, in whichever order
    the two are read; one that names nobody, with who was met last.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str | None, bool], list[int]] = {}
        self._last: str | None = None

    def again(self, person: str | None, time_us: int, *, notice: bool) -> bool:
        """Return whether a deletion was counted before, by its notice or message."""
        self._last = person = person or self._last
        pending_us = self._waiting.setdefault((person, not notice), [])
        find = bisect_right if notice else bisect_left
        at = find(pending_us, time_us) - notice
        if 0 <= at < len(pending_us):
            del pending_us[at]
            return True
        insort(self._waiting.setdefault((person, notice), []), time_us)
        return False


class _Columns(NamedTuple):
    kind: list[str]
    text: list[str | None]
    person: list[str | None]
    time_us: pa.Array
    position: Sequence[int]


class Chat:
    """Builds the records of one group's conversation in one file."""

    def __init__(
        self, source: Source, file: str, group: str,
        understand: Callable[[str, Known], Event | None],
        nobody: Callable[[str], bool] = is_nobody, *, by_words: bool = False,
    ) -> None:  # fmt: skip
        self._source, self.file, self.group = source, file, group
        self._understand, self._nobody, self._by_words = understand, nobody, by_words
        self._happenings = Happenings(source.people, file)
        self._persons: dict[str | None, str | None] = {None: None}
        self._named: set[tuple[str | None, str | None]] = set()
        self._recalls = _Recalls()
        self.spoke: set[str] = set()
        self.rows = 0

    def batches(
        self,
        *,
        position: Sequence[int],
        time_us: pa.Array,
        sender: Sequence[str | None],
        kind: list[str],
        text: list[str | None],
        **others: Any,  # noqa: ANN401  any column of the schema
    ) -> Iterator[Batch]:
        """Yield a chat's messages, and the group events in its system lines.

        `kind` and `text` are changed in place.
        """
        for one in set(sender) - self._persons.keys():
            self._persons[one] = None if one is None or self._nobody(one) else one
            self.spoke.update(filter(None, [self._persons[one]]))
        persons = [*map(self._persons.__getitem__, sender)]
        rules: list[str | None] = others.pop("rule", None) or [None] * len(kind)
        columns = _Columns(kind, text, persons, time_us, position)
        for at in find_all(is_, persons, repeat(None)):
            if kind[at] not in _KEPT and self._is_line(text[at], sender[at]):
                kind[at] = "system"
        for at in find_all(_TELLING.__contains__, kind):
            rules[at] = self._record_event(at, columns) or rules[at]
        self.rows += len(kind)
        self._drop_ending(persons, kind, time_us)
        yield build_messages(
            file=self.file, position=position, group=self.group, time_us=time_us,
            sender=persons, kind=kind, text=text, rule=rules if any(rules) else None,
            **others,
        )  # fmt: skip
        yield from self._happenings.batches()

    def names(self, pairs: Iterable[tuple[str | None, str | None]]) -> None:
        """Record which names belong to which author ids."""
        for person, name in set(pairs) - self._named:
            self._named.add((person, name))
            if person and name and not self._nobody(person):
                self._source.people.met(self.group, person, name)

    def _is_line(self, words: str | None, who: str | None) -> bool:
        """Return whether a row without a sender is a line of the app, or unknown's."""
        is_maybe = self._by_words or (who is not None and is_unknown(who))
        return not is_maybe or self._understand(words or "", tuple) is not None

    def _record_event(self, at: int, columns: _Columns) -> str | None:
        """Record the group event in one row; return the row's new text."""
        kind, text, persons, time_us, position = columns
        words, person = text[at] or "", persons[at]
        event, time = self._event(kind[at], words, person), time_us[at].as_py()
        if event is None:
            unread = Event("unrecognised", "unrecognised")
            self._happenings.add(unread, self.group, time, position[at])
            return None
        if event.method == "number" and event.actor:
            self._renumber(event.actor, event.value, position[at])
        if not self._is_counted_deletion(event, time, notice=kind[at] == "system"):
            self._happenings.add(event, self.group, time, position[at])
        self._note_ending(event, time)
        if event.kind == "recall" and person:
            kind[at] = "recalled"
        if kind[at] in {"recalled", "poke"} or "<sysmsg" in words:
            text[at] = None
        if kind[at] == "poke" or (kind[at] == "announcement" and person is None):
            kind[at] = "system"  # a pat is no message, nor is what nobody wrote
        if kind[at] == "system":
            persons[at] = None
        return event.rule

    def _renumber(self, person: str, value: str | None, position: int) -> None:
        """Follow a person to another name, or say that theirs is not told."""
        if value:
            self._source.people.renamed(self.group, person, to_name_id(value))
        elif person in self.spoke:
            self._source.losses.noted(NEW_NUMBER, self.file, position)

    def _note_ending(self, event: Event, time_us: int | None) -> None:
        """Note that the group was dissolved, or that the exporter has left it."""
        is_own = _OWN in event.subjects and event.kind in {"leave", "kick"}
        if time_us is not None and (is_own or event.kind == "close"):
            kind = "exporter_left" if is_own else "dissolved"
            self._source.endings[self.group] = (time_us, kind)
        elif _OWN in event.subjects and event.kind == "join":
            self._source.endings.pop(self.group, None)

    def _drop_ending(
        self, persons: Sequence[str | None], kind: Sequence[str], time_us: pa.Array
    ) -> None:
        """Drop the end of a group that has later messages."""
        end_us, _ = self._source.endings.get(self.group, (None, ""))
        if end_us is None:
            return
        later = pc.fill_null(pc.greater(time_us, end_us), fill_value=False).to_pylist()
        rows = zip(later, persons, kind, strict=True)
        if any(is_later and one and what != "system" for is_later, one, what in rows):
            del self._source.endings[self.group]

    def _is_counted_deletion(
        self, event: Event, time: int | None, *, notice: bool
    ) -> bool:
        """Return whether a deletion was counted before, by its notice or message."""
        if event.kind != "recall" or time is None:
            return False
        sender = next(iter(event.subjects), None) or event.actor
        person = sender and self._source.people.resolve(self.group, sender)
        return self._recalls.again(person, time, notice=notice)

    def _event(self, kind: str, words: str, person: str | None) -> Event | None:
        if kind == "announcement":
            return Event("announcement", "announcement", person)
        list_names = self._source.people.known
        event = self._understand(words, lambda: list_names(self.group))
        if kind in {"recalled", "poke"} and event is None:
            return Event(kind, "recall" if kind == "recalled" else "poke", person)
        if event and event.kind == "recall" and event.actor is None:
            return event._replace(actor=person)
        return event
