"""Simulate messages of groups with given activity in age windows.

Each group posts when it begins, every twenty days as long as it lives, and when it
dies; in the windows that a claim reads as often as was planted, by as many people, who
answer each other as often. What can't be is put right: a window with fewer messages
than posters has as many posters as messages, nobody has more than all messages, and
nobody is answered before they wrote. Where a claim reads rates or days, talk goes on as
long as a group lives, at the planted pace or, which is enough to be alive, at two
messages a day: what was planted for these is a sketch. Where it does not, nothing else
is posted, for later counts would only cost time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US, SECOND_US
from validation.long_way.reads import WINDOWS, Reads
from validation.long_way.story import NOBODY, person
from validation.worlds.claims.tabled import Planted
from validation.worlds.messages.tables import CHARS

PACED = frozenset({"daily", "rates"})
TABLES = frozenset({"groups", "silences", "windows"}) | PACED
EVERY, EARLY = 20, 28  # days
MOST_A_DAY = 2  # beyond the windows that are read
DAY = DAY_US // SECOND_US


class Span(NamedTuple):
    """Activity in a span of age: posters, messages and replies."""

    start: int  # seconds of age
    stop: int
    messages: int
    posters: int
    top: float | None = None
    owner: float | None = None
    replies: int = 0
    centres: float | None = None
    owner_top: bool | None = None


def fits(reads: Reads) -> bool:
    """Return whether the simulator covers the tables that a claim reads."""
    return bool(TABLES & reads.keys())


def posts(study: Planted, reads: Reads) -> pd.DataFrame:
    """Simulate messages with given activity in age windows."""
    spans = spans_of(study, reads)
    parts = []
    for row in study.tables["groups"].dropna(subset="last_us").itertuples(index=False):
        here = spans.get(row.group, [])
        age = times(life_of(row), here, _unread(row, here, reads))
        who, answers = voices(age, here, max(1, int(row.posters)))
        parts.append(rows_of(row, age, who, answers))
    return numbered(parts)


def life_of(row: object) -> int:
    """Return the seconds from a group's origin to its last message."""
    return (int(row.last_us) - int(row.origin_us)) // SECOND_US


def rows_of(
    row: object, age: Ints, who: Ints | int, answers: Ints | int = NOBODY
) -> pd.DataFrame:
    """Build the posts of one group, with replies to earlier ones."""
    return pd.DataFrame(
        {
            "group": row.group, "time_us": int(row.origin_us) + age * SECOND_US,
            "person": person(row.group, who), "answers": answers, "chars": CHARS,
        }
    )  # fmt: skip


def numbered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Assign numbers to the posts of all groups."""
    before = np.cumsum([0, *map(len, parts[:-1])])
    told = [
        part.assign(
            answers=part["answers"].where(part["answers"] < 0, part["answers"] + n)
        )
        for part, n in zip(parts, before, strict=True)
    ]
    rows = pd.concat(told, ignore_index=True)
    return rows.assign(post=np.arange(len(rows)))


def spans_of(study: Planted, reads: Reads) -> dict[int, list[Span]]:
    """Return the age windows that a claim reads, by group."""
    if "windows" not in reads:
        return {}
    rows = study.tables["windows"]
    rows = rows[rows["window"].isin(reads[WINDOWS]) & (rows["messages"] > 0)]
    rows = rows.assign(length=rows["to_day"] - rows["from_day"])
    found: dict[int, list[Span]] = {}
    for row in rows.sort_values("length", kind="stable").itertuples(index=False):
        found.setdefault(row.group, []).append(_span(row, reads["windows"]))
    return found


def _span(row: object, columns: frozenset[str]) -> Span:
    def known(name: str) -> object:
        value = getattr(row, name)
        return None if name not in columns or pd.isna(value) else value

    replies = known("replies") or known("replies_explicit")
    told = replies if replies is not None else known("owner_top") is not None
    return Span(
        row.from_day * DAY, (row.to_day + 1) * DAY, int(row.messages), int(row.posters),
        known("top_share"), known("owner_share"),
        max(int(told or 0), known("centres") is not None and int(row.replies)),
        known("centres"), known("owner_top"),
    )  # fmt: skip


def _unread(row: object, spans: list[Span], reads: Reads) -> list[Span]:
    """Return spans of age outside the claim's windows whose messages still count."""
    found, early = [], int(row.early_messages)
    if "early_messages" in reads["groups"] and not any(s.start == 0 for s in spans):
        found.append(Span(0, EARLY * DAY, early, 1))
    if PACED & reads.keys():
        stop = life_of(row) + 1
        many = min(int(row.messages) - early, MOST_A_DAY * stop // DAY)
        found.append(Span(EARLY * DAY, stop, many, 1))
    return found


def times(life: int, spans: list[Span], unread: list[Span]) -> Ints:
    """Return the ages of a group's messages in ascending order."""
    ages = [*range(0, life, EVERY * DAY), life] if life else [0]
    done: list[Span] = []
    for span in (*spans, *unread):
        inside = sum(span.start <= age < span.stop for age in ages)
        ages += _spread_times(span, life, done, span.messages - inside)
        done.append(span)
    return np.array(sorted(ages), np.int64)


def _spread_times(span: Span, life: int, done: list[Span], many: int) -> list[int]:
    """Spread messages evenly over the parts of an age span that have none yet."""
    free = [(span.start, min(span.stop, life))]
    for other in done:
        free = [piece for low, high in free for piece in _without(low, high, other)]
    free = [(low, high) for low, high in free if high - low > 1]
    if many <= 0 or not free:
        return []
    lengths = np.array([high - low for low, high in free])
    at = (np.arange(many) + 0.5) / many * lengths.sum()
    which = np.searchsorted(np.cumsum(lengths), at, side="right")
    before = np.cumsum(lengths) - lengths
    starts = np.array([low for low, _ in free])
    return [int(age) for age in np.floor(starts[which] + at - before[which])]


def _without(low: int, high: int, other: Span) -> Iterator[tuple[int, int]]:
    if other.stop <= low or other.start >= high:
        yield low, high
        return
    if low < other.start:
        yield low, other.start
    if other.stop < high:
        yield other.stop, high


def voices(
    age: Ints, spans: list[Span], posters: int, known: Ints | None = None
) -> tuple[Ints, Ints]:
    """Return the author and the replied-to post of each message.

    Outside of all spans people take turns, or it is `known` who wrote.
    """
    who = np.arange(len(age)) % posters if known is None else known.copy()
    answers = np.full(len(age), NOBODY)
    for span in reversed(spans):  # the widest first; inner ones have their own
        here = np.flatnonzero((span.start <= age) & (age < span.stop))
        who[here] = _shared_out(len(here), span)
    for span in spans:
        here = np.flatnonzero((span.start <= age) & (age < span.stop))
        _answer(here, who, answers, span)
    return who, answers


def _shared_out(many: int, span: Span) -> Ints:
    """Return the author of each message in an age span, people taking turns."""
    counts = _counts(many, span)
    turns = np.concatenate([(np.arange(n) + 0.5) / n for n in counts if n])
    people = np.repeat(np.arange(len(counts)), counts)
    return people[np.argsort(turns, kind="stable")]


def _counts(many: int, span: Span) -> Ints:
    """Return how many messages each person writes in an age span."""
    posters = min(max(span.posters, 1), many)
    if span.owner is not None:
        own = min(max(round(span.owner * many), int(span.start == 0)), many)
        rest = _even(many - own, min(posters - (own > 0), many - own))
        return np.concatenate([[own], rest])
    if span.top is not None and posters > 1:
        least, most = -(-many // posters), many - posters + 1
        top = min(max(round(span.top * many), least), most)
        return np.concatenate([[top], _even(many - top, posters - 1)])
    return _even(many, posters)


def _even(many: int, people: int) -> Ints:
    if people <= 0:
        return np.zeros(0, np.int64)
    return np.full(people, many // people) + (np.arange(people) < many % people)


def _answer(here: Ints, who: Ints, answers: Ints, span: Span) -> None:
    """Turn the last messages of an age span into replies."""
    wanted = _receivers(span)
    if not wanted:
        return
    can = [at for at in here if (who[:at] != who[at]).any()]
    said = len(here)
    replying = can[-min(round(span.replies), said) :]
    left = _even_shares(wanted, len(replying))
    for at in replying:
        earlier = set(who[:at].tolist()) - {int(who[at])}
        to = max((member for member in earlier), key=lambda member: left.get(member, 0))
        left[to] = left.get(to, 0) - 1
        answers[at] = np.flatnonzero(who[:at] == to)[-1]


def _receivers(span: Span) -> dict[int, float]:
    """Return the share of replies that each person receives."""
    if not span.replies:
        return {}
    people = max(span.posters, 2)
    if span.owner_top is not None:
        return {0: 1.0} if span.owner_top else {1: 1.0}
    centres = min(max(span.centres or people, 1.0), people)
    several = min(int(np.ceil(centres)), people)
    if several == 1:
        return {0: 1.0}
    top = (1 + np.sqrt((several - 1) * max(several / centres - 1, 0))) / several
    rest = (1 - top) / (several - 1)
    return {0: top} | dict.fromkeys(range(1, several), rest)


def _even_shares(shares: dict[int, float], many: int) -> dict[int, float]:
    return {member: share * many for member, share in shares.items()}
