"""Which column is what, by what it holds and by its name.

Time is what most rows can be dated by, the sender one of few that come again, the text
what is longest and most distinct; of several that may be one, usual names
tell which. All else, and columns of few rows, are told by names alone.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow.compute as pc

from helpers.arrays import Ints, fill
from helpers.formats.reading.dates import from_serials
from helpers.formats.rows.clock import from_epoch, from_wall
from helpers.formats.rows.losses import COMMITS, LOG, PAYMENTS, TURNS
from helpers.formats.rules.headers import (
    COLUMNS,
    LEVELS,
    TELLING,
    find_kind,
    find_named,
    is_person,
    list_names,
    map_columns,
    normalise_name,
    score_name,
)
from helpers.formats.rules.patterns import is_stamp, put_day_first
from helpers.text.columns import to_text_array

SAMPLE = 3000  # rows that are looked at
DEEPEST = 4  # objects within a row that are opened
_FLAGS, _DIRECTIONS = (frozenset(TELLING[name]) for name in ("flags", "directions"))
_NOT_SENT, _QUOTED, _COMMITS, _PAYMENTS, _LOG = (
    re.compile(TELLING[name], re.IGNORECASE)
    for name in ("not_sent", "quoted", "commits", "payments", "log")
)
_ID = re.compile(TELLING["id"])
_CLOCK = re.compile(r"\D{0,8}\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\D{0,8}")
_INSTANT = re.compile(r":|\d{9}")  # what is more than a day
_LANGUAGE = re.compile(r"\s|[\u3040-\u9fff\uac00-\ud7af]|[,.!?]")
_OPAQUE = re.compile(r"https?://\S+$|[\w/+=-]{30,}$|[0-9a-f]{7,}$")
_SECONDS = re.compile(r":\d\d:\d\d|\d{9}")
_HOUR_US = 3_600_000_000
_CLOSE, _LIKELY, _LEAST = 0.85, 0.5, 0.3
_LONGEST = 64  # of a time or a name
_FEW = 3  # rows by which nothing can be told
_EPOCH_LIKE = 1e9  # numbers below it are counts, ids or serials rather than seconds
_FAMILY = {"dates": "time", "sender_id": "sender", "group_id": "group"}
# of the words in a text that is written as parts or as an object
_INNER = ("text", "content", "body", "conversation", "plain", "data")
EMPTY: tuple[object, ...] = (None, "", [], {})
_OTHERS = {COMMITS: _COMMITS, PAYMENTS: _PAYMENTS, LOG: _LOG}  # columns of no chat


def find_other(columns: Mapping[str, Sequence[Any]]) -> str | None:
    """Return why rows may be no chat: columns of commits, payments or a log."""
    for other, pattern in _OTHERS.items():
        if any(map(pattern.search, columns)):
            return other
    for cells in columns.values():
        full = [str(one).lower() for one in cells if one not in EMPTY]
        if sum(one in LEVELS for one in full) > len(full) / 2:
            return LOG
        if {"user", "assistant"} <= {*full} and not _have_several_people(columns):
            return TURNS
    return None


def _have_several_people(columns: Mapping[str, Sequence[Any]]) -> bool:
    """Return whether more than one person wrote beside what answers."""
    wrote = (cells for name, cells in columns.items() if is_person(name))
    return any(len({*map(str, cells)} - {"None", ""}) >= _FEW for cells in wrote)


Columns = dict[str, tuple[str, ...]]


class Roles(NamedTuple):
    """Columns by what they are, and what is doubtful about it."""

    columns: Columns
    rival: str | None = None  # another column of times that differs
    other: str | None = None  # what the table rather is than a chat
    has_seconds: bool = False  # its times

    @property
    def has_ids(self) -> bool:
        """Whether people are told by ids, as far as the column's name says."""
        (who,) = self.columns.get("sender_id", self.columns["sender"])
        return _ID.search(who.rpartition(".")[2]) is not None


@dataclass
class _Column:
    """One column of a sample, and what its values are like."""

    name: str
    values: Sequence[Any]

    def __post_init__(self) -> None:
        self.full = [one for one in self.values if one not in EMPTY]
        self.is_plain = not any(
            isinstance(one, dict | list | bool) for one in self.full
        )
        self.counts = Counter(map(str, self.full)) if self.is_plain else Counter[str]()
        self.fill = len(self.full) / max(1, len(self.values))
        self.leaf = self.name.rpartition(".")[2]
        self.is_quoted = bool(_QUOTED.search(self.name.rpartition(".")[0]))

    @cached_property
    def named(self) -> set[str]:
        """What it is by its name, unless that is a time and it holds none."""
        flat = (*COLUMNS, "dates") if "." not in self.name else ()
        named = {_FAMILY.get(own, own) for own in flat if score_name(own, self.name)}
        return named - ({"time"} if self.share < _LIKELY else set())

    @property
    def share(self) -> float:
        """How many rows can be dated by it."""
        return float((self.times >= 0).mean())

    @cached_property
    def has_clocks(self) -> bool:
        """Whether any time is more than a day."""
        return any(map(_INSTANT.search, map(str, self.full)))

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
        found = fill(walls, -1)
        stamped = [
            at for at, t in enumerate(plain) if t and found[at] < 0 and is_stamp(t)
        ]
        found = found.copy()
        found[stamped] = 0  # a time of which day and month are not told apart here
        return found


def join_words(cell: Any) -> str:  # noqa: ANN401  any JSON
    """Return the words of a text that is written as parts or in an object.

    >>> join_words([{"type": "text", "data": {"text": "a"}}, "b", {"type": "at"}])
    'ab'
    """
    if isinstance(cell, list):
        return "".join(map(join_words, cell))
    if isinstance(cell, dict):
        return next((join_words(cell[key]) for key in _INNER if cell.get(key)), "")
    if isinstance(cell, str) and cell.startswith("{"):  # Feishu spells parts as text
        with suppress(msgspec.MsgspecError):
            return join_words(msgspec.json.decode(cell))
    return "" if cell is None else str(cell)


def find_roles(
    columns: Mapping[str, Sequence[Any]], stated: Mapping[str, str] | None = None
) -> Roles | None:
    """Return the columns' roles, or None without times, senders or texts."""
    rows = max(map(len, columns.values()), default=0)
    return _Sample(columns, stated or {}).find_roles() if rows >= _FEW else None


class _Sample:
    """Columns of the first rows of a table, to tell their roles."""

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], stated: Mapping[str, str]
    ) -> None:
        self._stated, self._taken = stated, {*stated.values()}
        self._all = {k: _Column(k, list(v)[:SAMPLE]) for k, v in columns.items()}

    def find_roles(self) -> Roles | None:
        """Return the columns' roles, or None without times, senders or texts."""
        times, needed = self._rank("time", _score_time), dict[str, str]()
        for role, score in _NEEDED.items():
            ranked = self._rank(role, score)
            ranked = self._drop_fixed(ranked) if role == "sender" else ranked
            own = self._stated.get(role) or next(iter(ranked), None)
            if own not in self._all:
                return None
            needed[role] = own
            self._taken.add(own)
        needed["time"] = self._find_inner(needed, times)
        around = needed["sender"].rpartition(".")[0]
        own = f"{around}." if around and not needed["text"].startswith(around) else "\0"
        plain = [
            name
            for name, one in self._all.items()
            if not one.is_quoted and name not in needed.values()
        ]
        further = [k for k in plain if not k.startswith(own) or score_name("bot", k)]
        roles = map_columns(further, self._stated)
        if "kind" not in self._stated:
            roles |= self._find_kind(further)
        if not {"group", "group_id"} & roles.keys():
            roles |= self._find_group(further)
        roles |= {role: (name,) for role, name in needed.items()}
        if "sender_id" not in self._stated:
            roles.pop("sender_id", None)
            roles |= self._find_beside(needed["sender"], plain)
        if "time" not in self._stated:
            roles["time"] += self._find_clock(needed["time"])
        said = chain.from_iterable(self._all[name].full for name in roles["time"])
        return Roles(
            self._find_ids(roles),
            self._find_rival(times),
            find_other({name: one.values for name, one in self._all.items()}),
            any(map(_SECONDS.search, map(str, said))),
        )

    def _find_kind(self, names: Sequence[str]) -> Columns:
        """Return the column of kinds: a full one, and one that differs by row."""
        full = [k for k in names if self._all[k].fill > _LIKELY]
        several = [k for k in full if len(self._all[k].counts) > 1]
        found = (find_named("kind", some) for some in (several, full, names))
        known = find_named("known_kind", names)
        if known and not all(map(find_kind, self._all[known].counts)):
            known = None
        own = next(filter(None, found), known)
        return {"kind": (own,)} if own else {}

    def _find_inner(self, needed: Mapping[str, str], times: Iterable[str]) -> str:
        """Return the time in the object that has the text: others are of its record."""
        inner = needed["text"].rpartition(".")[0]
        beside = (one for one in times if inner and one.rpartition(".")[0] == inner)
        sent = (one for one in beside if not _NOT_SENT.search(one.rpartition(".")[2]))
        return needed["time"] if "time" in self._stated else next(sent, needed["time"])

    def _drop_fixed(self, ranked: list[str]) -> list[str]:
        """Return columns without those of one value a group, if others vary there."""
        groups = [one for name, one in self._all.items() if _names_group(name)]
        return [
            name
            for name in ranked
            if (is_person(name) or not is_person(ranked[0]))
            and not any(_is_fixed(self._all[name], one) for one in groups)
        ] or ranked

    def _find_group(self, names: Sequence[str]) -> Columns:
        """Return an id of groups with a program's prefix, or of all rows' threads."""
        threads = (name for name in names if score_name("topic", name))
        every = ((name, self._all[name]) for name in threads)
        whole = [k for k, one in every if one.fill == 1 and len(one.counts) > 1]
        found = [*filter(_names_group, names), *whole]
        return {"group_id": (found[0],)} if found else {}

    def _find_ids(self, roles: Columns) -> Columns:
        """Add what numbers the messages, and whose values stand among these numbers."""
        if "id" not in roles and (found := self._rank("id", _score_id)):
            roles["id"] = (found[0],)
        if "id" in roles and "reply_to" not in roles:
            ids = {*self._all[roles["id"][0]].counts}
            found = self._rank("reply_to", lambda one: _score_reply(one, ids))
            roles |= {"reply_to": (found[0],)} if found else {}
        return roles

    def _find_clock(self, day: str) -> tuple[str, ...]:
        """Return the column of clocks beside one of days alone."""
        for one in [] if self._all[day].has_clocks else self._all.values():
            if one.full and all(map(_CLOCK.fullmatch, map(str, one.full))):
                return (one.name,)
        return ()

    def _rank(self, role: str, score: Callable[[_Column], float]) -> list[str]:
        """List columns that fit by how well; a name for another role rules one out."""
        scored = [
            (score(one), name)
            for name, one in self._all.items()
            if one.full and name not in self._taken and role in (one.named or {role})
        ]
        ranked = sorted(scored, key=lambda pair: -pair[0])
        return [name for fit, name in ranked if fit > 0]

    def _find_beside(self, sender: str, names: Iterable[str]) -> Columns:
        """Return the id beside a name, or the name beside an id."""
        by_role = [score_name(role, sender) for role in ("sender", "sender_id")]
        is_id = by_role[1] > by_role[0] or (
            not any(by_role) and bool(_ID.search(sender))
        )
        role = "sender" if is_id else "sender_id"
        one = self._all[sender]
        same = [name for name in names if _is_same(one, self._all[name])]
        other = find_named(role, same)
        if is_id:
            return {"sender": (other or sender,), "sender_id": (sender,)}
        return {"sender_id": (other,)} if other else {}

    def _find_rival(self, times: Sequence[str]) -> str | None:
        """Return another column that may be the time, if it differs by hours."""
        if len(times) < 2:  # noqa: PLR2004 - nothing to compare
            return None
        first, second = (self._all[name] for name in times[:2])
        if _score_time(second) < _CLOSE * _score_time(first):
            return None
        both = (first.times > 0) & (second.times > 0)
        apart = np.abs(first.times[both] - second.times[both])
        apart = apart[apart % (_HOUR_US // 4) != 0]  # else a clock of another zone
        is_far = apart.size and (apart > _HOUR_US).mean() > _LEAST
        return second.name if is_far else None


def _score_time(column: _Column) -> float:
    times = column.times
    share = column.share
    if share < _LIKELY or (len(column.counts) == 1 and len(column.values) > _FEW):
        return 0
    known = times[times > 0]
    steps = np.diff(known)
    ordered = max((steps >= 0).mean(), (steps <= 0).mean()) if len(steps) else 1
    named = max(score_name("time", column.name), score_name("dates", column.name))
    is_number = column.full and str(column.full[0]).replace(".", "", 1).isdecimal()
    score = share * (0.5 + 0.5 * ordered) * (1 + 0.5 * named)
    if is_number and not named and (ordered < _CLOSE or _ID.search(column.leaf)):
        score *= 0.5
    score *= 1 if column.has_clocks else _LIKELY + 0.2
    return score * (0.4 if _NOT_SENT.search(column.leaf) or column.is_quoted else 1)


def _score_sender(column: _Column) -> float:
    is_kind = column.leaf[-4:].lower() == "type" or score_name("kind", column.name)
    usable = column.is_plain and not (column.is_flag or column.is_quoted or is_kind)
    usable &= not column.counts.keys() <= _DIRECTIONS
    if not usable or column.fill < _LEAST or column.length > _LONGEST:
        return 0
    named = max(
        score_name("sender", column.name),
        0.9 * score_name("sender_id", column.name),
    )
    several = len(column.counts) > 1 and column.repeats > 0
    if not named and not (several and column.repeats > _LEAST):
        return 0
    kinds = sum(n for one, n in column.counts.items() if find_kind(one))
    score = column.fill * (0.3 + 0.7 * named) * (1 - kinds / len(column.full))
    few = 1 if named else column.repeats / (1 + column.length / _LONGEST)
    return score * few * (0.4 + 0.6 * several)


def _score_text(column: _Column) -> float:
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
    score *= (1 - 0.9 * opaque) * (0.5 + 0.5 * column.fill)
    return score * (0.35 + 0.65 * named)


def _score_id(column: _Column) -> float:
    if not column.is_plain or column.is_quoted or column.fill < _LIKELY:
        return 0
    is_many = len(column.counts) >= 0.98 * len(column.full)
    return is_many and "." not in column.name and bool(_ID.search(column.leaf))


def _score_reply(column: _Column, ids: set[str]) -> float:
    """Return how often a column's values stand among ids: who answers whom."""
    if not column.is_plain or column.is_flag or not _QUOTED.search(column.name):
        return 0
    values = [str(value) for value in column.full if str(value) != "0"]
    hits = sum(value in ids for value in values) / max(1, len(values))
    return hits if hits >= _LIKELY else 0


def _names_group(name: str) -> bool:
    """Return whether a column is a group's by its name, or by how the name ends."""
    is_odd = _QUOTED.search(name) or is_person(name.rpartition(".")[0])
    is_id = normalise_name(name).endswith(list_names("group_id"))
    return score_name("group", name) > 0 or (is_id and not is_odd)


def _is_fixed(one: _Column, group: _Column) -> bool:
    """Return whether a column has one value a group, of groups that come again."""
    cells = zip(group.values, one.values, strict=True)
    pairs = {(str(a), str(b)) for a, b in cells if a and b}
    is_one = 0 < len(pairs) == len({a for a, _ in pairs})
    return is_one and group.is_plain and group.repeats > _LIKELY


def _is_same(one: _Column, other: _Column) -> bool:
    """Return whether a column is an id of what another names, or the reverse."""
    is_one = len(other.counts) == 1 < len(one.counts)
    if not other.is_plain or is_one or other.fill < _LIKELY * one.fill:
        return False
    cells = zip(one.values, other.values, strict=True)
    pairs = {(str(a), str(b)) for a, b in cells if a and b}
    most = max(len({a for a, _ in pairs}), len({b for _, b in pairs}))
    return bool(pairs) and len(pairs) <= 1.1 * most


_NEEDED = {"time": _score_time, "sender": _score_sender, "text": _score_text}


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
