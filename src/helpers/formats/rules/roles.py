"""Which column is what, by what it holds; names break ties.

Time is what most rows can be dated by, the sender one of few that come again, the text
what is longest and most distinct, the group constant or one of few.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc

from helpers.arrays import Ints
from helpers.formats.reading.dates import from_serials
from helpers.formats.rows.clock import from_epoch, from_wall
from helpers.formats.rules.patterns import is_stamp, put_day_first
from helpers.formats.table import (
    find_other,
    is_kind,
    join_words,
    score_name,
)
from helpers.text.columns import to_text_array

SAMPLE = 3000  # rows that are looked at
DEEPEST = 4  # objects within a row that are opened
_FLAGS = frozenset(
    {"0", "1", "true", "false", "yes", "no", "是", "否", "t", "f", "y", "n"}
)
_DIRECTIONS = frozenset({"incoming", "outgoing", "sent", "received", "in", "out"})
_NOT_SENT = re.compile(
    r"edit|updat|modif|join|birth|export|read|seen|delet|expire|last|deliver|receiv|start|end",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"repl|answ|quot|refer|forward|origin|target|previous|reaction|edit|mention|parent|thread",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:^|[._\s]|[a-z](?=I))(?:id|ids|uid|uin|no|key|guid|nr|seq|num\w*)$|Id$|ID$|编号|序号"
)
_CLOCK = re.compile(r"\D{0,8}\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\D{0,8}")
_INSTANT = re.compile(r":|\d{9}")  # what is more than a day
_LANGUAGE = re.compile(r"\s|[\u3040-\u9fff\uac00-\ud7af]|[,.!?]")
_OPAQUE = re.compile(r"https?://\S+$|[\w/+=-]{30,}$|[0-9a-f]{7,}$")
_HOUR_US = 3_600_000_000
_CLOSE, _LIKELY, _LEAST = 0.85, 0.5, 0.3
_LONGEST = 64  # of a time or a name
_FEW = 3  # rows by which nothing can be told
_EPOCH_LIKE = 1e9  # numbers below it are counts, ids or serials rather than seconds


class Roles(NamedTuple):
    """Columns by what they are, and what is doubtful about it."""

    columns: Mapping[str, str]
    clock: str | None = None  # of the time, beside a column of days
    rival: str | None = None  # another column of times that differs
    other: str | None = None  # what the table rather is than a chat

    @property
    def has_ids(self) -> bool:
        """Whether people are told by ids, as far as the column's name says."""
        who = self.columns.get("sender_id", self.columns["sender"])
        return _ID.search(who.rpartition(".")[2]) is not None


@dataclass
class _Column:
    """One column of a sample, and what its values are like."""

    name: str
    values: Sequence[Any]

    def __post_init__(self) -> None:
        self.full = [one for one in self.values if one not in (None, "", [], {})]
        self.is_plain = not any(
            isinstance(one, dict | list | bool) for one in self.full
        )
        self.counts = Counter(map(str, self.full)) if self.is_plain else Counter[str]()
        self.fill = len(self.full) / max(1, len(self.values))
        self.leaf = self.name.rpartition(".")[2]
        self.is_quoted = bool(_QUOTED.search(self.name.rpartition(".")[0]))

    @cached_property
    def is_flag(self) -> bool:
        return {str(one).lower() for one in self.full} <= _FLAGS

    @cached_property
    def length(self) -> float:
        return sum(map(len, self.words)) / max(1, len(self.words))

    @cached_property
    def words(self) -> list[str]:
        return [words for one in self.full if (words := join_words(one))]

    @cached_property
    def repeats(self) -> float:
        """How often values come again: 0 never, 1 always the same few."""
        return 1 - (len(self.counts) - 1) / max(1, len(self.full) - 1)

    @cached_property
    def times(self) -> Ints:
        """Instants as far as rows can be dated, without zone; -1 elsewhere."""
        texts = [None if one in (None, "") else str(one) for one in self.values]
        if not self.full or not self.is_plain or self.length > _LONGEST:
            return np.full(len(texts), -1)
        numbers = [
            one is not None and one.replace(".", "", 1).isdecimal() for one in texts
        ]
        given = zip(texts, numbers, strict=True)
        sized = [t if n and float(t or 0) >= _EPOCH_LIKE else None for t, n in given]
        parts = [n and "." in str(t) for t, n in zip(texts, numbers, strict=True)]
        epochs = pc.coalesce(from_epoch(sized), from_serials(texts, parts))
        given = zip(texts, numbers, strict=True)
        plain = [None if n or t is None else put_day_first(t) for t, n in given]
        walls = pc.coalesce(epochs, from_wall(to_text_array(plain), "UTC"))
        found = np.asarray(walls.fill_null(-1))
        stamped = [
            at for at, t in enumerate(plain) if t and found[at] < 0 and is_stamp(t)
        ]
        found = found.copy()
        found[stamped] = 0  # a time of which day and month are not told apart here
        return found


@dataclass
class Sample:
    """Columns of the first rows of a table, to tell their roles."""

    columns: Mapping[str, Sequence[Any]]
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._all = [
            _Column(name, list(values)[:SAMPLE])
            for name, values in self.columns.items()
        ]

    def find_roles(self) -> Roles | None:
        """Return the columns' roles, or None without times, senders or texts."""
        rows = max((len(one.values) for one in self._all), default=0)
        times = self._rank(self._score_time) if rows >= _FEW else []
        if not times:
            return None
        roles = {"time": times[0]}
        self._taken = set(times)
        for role, score in (("sender", self._score_sender), ("text", self._score_text)):
            ranked = self._rank(score)
            if not ranked:
                return None
            roles[role] = ranked[0]
            self._taken.add(ranked[0])
        self._sender = next(one for one in self._all if one.name == roles["sender"])
        roles |= self._find_beside(self._sender)
        for role, score in self._further.items():
            if ranked := self._rank(score):
                roles[role] = ranked[0]
                self._taken.add(ranked[0])
        if "id" in roles and (reply := self._find_reply(roles["id"])):
            roles["reply_to"] = reply
        clock, rival = self._find_clock(times[0]), self._find_rival(times)
        return Roles(roles, clock, rival, find_other(self.columns))

    def _find_clock(self, day: str) -> str | None:
        """Return the column of clocks beside one of days alone."""
        if any(map(_INSTANT.search, map(str, self.columns[day]))):
            return None
        for one in self._all:
            if one.full and all(map(_CLOCK.fullmatch, map(str, one.full))):
                return one.name
        return None

    @property
    def _further(self) -> dict[str, Any]:
        return {
            "group_id": lambda c: self._score_group("group_id", c),
            "group": lambda c: self._score_group("group", c),
            "id": self._score_id,
            "kind": self._score_kind,
            "own": self._score_own,
            **{
                role: lambda c, role=role: score_name(role, c.name) if c.is_flag else 0
                for role in ("bot", "system", "deleted")
            },
        }

    def _rank(self, score: Any) -> list[str]:  # noqa: ANN401  a function
        scored = [(score(one), one.name) for one in self._all if one.full]
        scored = [(s, name) for s, name in scored if s > 0 and name not in self._taken]
        return [name for _, name in sorted(scored, key=lambda pair: -pair[0])]

    def _score_time(self, column: _Column) -> float:
        times = column.times
        share = float((times >= 0).mean())
        if share < _LIKELY or (len(column.counts) == 1 and len(column.values) > _FEW):
            return 0
        known = times[times > 0]
        steps = np.diff(known)
        ordered = max((steps >= 0).mean(), (steps <= 0).mean()) if len(steps) else 1
        named = max(score_name("time", column.name), score_name("dates", column.name))
        is_number = column.full and str(column.full[0]).replace(".", "", 1).isdecimal()
        score = share * (0.5 + 0.5 * ordered) * (1 + 0.5 * named)
        score *= (
            0.5
            if is_number and not named and (ordered < _CLOSE or _ID.search(column.leaf))
            else 1
        )
        return score * (0.4 if _NOT_SENT.search(column.leaf) or column.is_quoted else 1)

    def _score_sender(self, column: _Column) -> float:
        usable = column.is_plain and not column.is_flag and not column.is_quoted
        usable &= not score_name("kind", column.name) and not self._score_own(column)
        if not usable or column.fill < _LEAST or column.length > _LONGEST:
            return 0
        named = max(
            score_name("sender", column.name),
            0.9 * score_name("sender_id", column.name),
        )
        several = len(column.counts) > 1 and column.repeats > 0
        if not named and not (several and column.repeats > _LEAST):
            return 0
        kinds = sum(n for one, n in column.counts.items() if is_kind(one))
        score = column.fill * (0.3 + 0.7 * named) * (1 - kinds / len(column.full))
        few = 1 if named else column.repeats / (1 + column.length / _LONGEST)
        return score * few * (0.4 + 0.6 * several)

    def _score_text(self, column: _Column) -> float:
        words = column.words
        if not words or column.is_quoted or len(words) < 0.1 * len(column.values):
            return 0
        if not any(isinstance(one, str | list | dict) for one in column.full):
            return 0
        speech = sum(bool(_LANGUAGE.search(one)) for one in words) / len(words)
        opaque = sum(bool(_OPAQUE.match(one)) for one in words) / len(words)
        size = min(1.0, math.log1p(column.length) / 4)
        score = size * (0.3 + 0.7 * len(set(words)) / len(words)) * (0.2 + 0.8 * speech)
        named = score_name("text", column.name)
        if not named and speech < _LIKELY:
            return 0
        return (
            score
            * (1 - 0.9 * opaque)
            * (0.5 + 0.5 * column.fill)
            * (0.35 + 0.65 * named)
        )

    def _score_group(self, role: str, column: _Column) -> float:
        few = column.is_plain and not column.is_flag and column.fill > _LIKELY
        if not few or column.repeats < 2 * _LEAST:
            return 0
        # what goes with the sender is another id of theirs
        own = len(column.counts) > 1 and _pair_up(self._sender, column)
        return 0 if own else score_name(role, column.name)

    def _score_id(self, column: _Column) -> float:
        if not column.is_plain or column.is_quoted or column.fill < _LIKELY:
            return 0
        if len(column.counts) < 0.98 * len(column.full) or "." in column.name:
            return 0
        return max(score_name("id", column.name), 0.5 * bool(_ID.search(column.leaf)))

    def _score_kind(self, column: _Column) -> float:
        if not column.is_plain or column.is_quoted or len(column.counts) == 1:
            return 0
        kinds = sum(n for one, n in column.counts.items() if is_kind(one))
        share = kinds / len(column.full)
        is_named = score_name("kind", column.name) and column.repeats > _LIKELY
        return share if share > _LEAST or is_named else 0

    def _score_own(self, column: _Column) -> float:
        if column.counts and column.counts.keys() <= _DIRECTIONS:
            return 1
        return score_name("own", column.name) if column.is_flag else 0

    def _find_beside(self, sender: _Column) -> dict[str, str]:
        """Return the column that says who a sender is in another way: id, or name."""
        others = (one for one in self._all if one.name not in self._taken)
        same = {one.name: one for one in others if self._says_same(sender, one)}
        if not same:
            return {}
        other = max(same.values(), key=self._score_person)
        pair = sorted(
            (sender, other), key=lambda c: (bool(_ID.search(c.leaf)), c is other)
        )
        self._taken.add(other.name)
        return {"sender": pair[0].name, "sender_id": pair[1].name}

    def _score_person(self, column: _Column) -> float:
        roles = ("sender", "sender_id")
        return max(score_name(role, column.name) for role in roles)

    def _says_same(self, one: _Column, other: _Column) -> bool:
        """Return whether a column is an id of what another names, or the reverse."""
        usable = other.is_plain and not other.is_quoted and not other.is_flag
        few = other.fill < _LIKELY * one.fill or len(other.counts) == 1
        if not usable or few or not self._score_person(other):
            return False
        return _pair_up(one, other, max)

    def _find_reply(self, own: str) -> str | None:
        """Return the column whose values stand among the ids: who answers whom."""
        ids = set(next(one for one in self._all if one.name == own).counts)

        def score(column: _Column) -> float:
            if not column.is_plain or column.is_flag:
                return 0
            values = [str(value) for value in column.full if str(value) != "0"]
            hits = sum(value in ids for value in values) / max(1, len(values))
            named = score_name("reply_to", column.name) or _QUOTED.search(column.name)
            return hits if named and hits >= _LIKELY else 0

        return next(iter(self._rank(score)), None)

    def _find_rival(self, times: Sequence[str]) -> str | None:
        """Return another column that may be the time, if it differs by hours."""
        by_name = {one.name: one for one in self._all}
        if len(times) == 1:
            return None
        first, second = (by_name[name] for name in times[:2])
        if self._score_time(second) < _CLOSE * self._score_time(first):
            return None
        both = (first.times > 0) & (second.times > 0)
        apart = np.abs(first.times[both] - second.times[both])
        apart = apart[apart % (_HOUR_US // 4) != 0]  # else a clock of another zone
        is_far = apart.size and (apart > _HOUR_US).mean() > _LEAST
        return second.name if is_far else None


def _pair_up(
    one: _Column, other: _Column, most: Callable[[int, int], int] = min
) -> bool:
    """Return whether hardly a value of one column stands beside two of the other."""
    cells = zip(one.values, other.values, strict=True)
    pairs = {(str(a), str(b)) for a, b in cells if a and b}
    sizes = (len({a for a, _ in pairs}), len({b for _, b in pairs}))
    return bool(pairs) and len(pairs) <= 1.1 * most(*sizes)


def flatten(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the columns of rows, those of objects in them by dotted names.

    >>> flatten([{"a": {"b": 1}}, {"c": [2]}])
    {'a.b': [1, None], 'c': [None, [2]]}
    """
    flat = [dict(_walk(row, "")) for row in rows]
    names = dict.fromkeys(name for row in flat for name in row)
    return {name: [row.get(name) for row in flat] for name in names}


def _walk(row: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, dict) and prefix.count(".") < DEEPEST:
            yield from _walk(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
