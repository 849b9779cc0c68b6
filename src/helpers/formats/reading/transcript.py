"""Read text transcripts: header lines with time and name, bodies below.

Anybody can paste a line that looks like a header. A candidate whose time steps out of
order, and whose name stands at no header that is in order, is a body line; out of order
with a known name it stays a header and is flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pyarrow as pa

from helpers.arrays import Bools, Ints
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.rows.clock import from_wall

T = TypeVar("T")
AMBIGUOUS = "ambiguous-header"


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


class Transcript:
    """A text transcript of a chat, and the pattern of its message headers.

    Parameters
    ----------
    header
        Matches one header line with its line end; groups: time, who. It is used to
        split, so it must tell a line's start itself, by lookbehind.
    section
        What stands in a body only where another chat begins, with times of its own.
    """

    def __init__(
        self, source: Source, name: str, header: re.Pattern[str], section: str = "\0"
    ) -> None:
        self._source, self._name, self._header = source, name, header
        self._section = section
        self._latest = 0
        self._steady: frozenset[str] | None = None

    def talks(self) -> Iterator[Talk]:
        """Yield the transcript's entries in blocks."""
        for block in self._source.messages(self._name, self._header):
            talk = self._split(block)
            stray, self._latest = self._stray(talk, self._latest)
            if stray.any():
                self._judge(talk, stray)
            yield talk

    def _split(self, block: TextBlock) -> Talk:
        before, *parts = self._header.split(block.text)
        time, who, body = parts[0::3], parts[1::3], parts[2::3]
        lengths = [1 + text.count("\n") for text in body[:-1]]
        first = block.line + before.count("\n")
        line = np.cumsum([first, *lengths])[: len(body)].tolist()
        instants = from_wall(time, self._source.options.zone)
        return Talk(before, time, who, body, line, instants, [])

    def _stray(self, talk: Talk, latest: int) -> tuple[Bools, int]:
        """Return which entries of a transcript are out of time order in their chat."""
        times = talk.time_us.fill_null(0).to_numpy()
        first = 0 if self._section in talk.before else latest
        ends = [at for at, body in enumerate(talk.body, 1) if self._section in body]
        parts = []
        for start, end in pairwise([0, *ends, len(times)]):
            stray, latest = find_disordered_times(
                times[start:end], 0 if start else first
            )
            parts.append(stray)
        return np.concatenate(parts), latest

    def _judge(self, talk: Talk, stray: Bools) -> None:
        """Join headers quoted in a message to its text; flag entries with odd times."""
        steady = self._names_in_order()
        quoted_headers = [
            at for at in np.flatnonzero(stray) if at and talk.who[at] not in steady
        ]
        lines = talk.line
        for at in reversed(quoted_headers):
            header = f"{talk.time[at]} {talk.who[at]}\n"
            talk.body[at - 1] += header + talk.body[at]
        is_header = np.ones(len(talk.who), bool)
        is_header[quoted_headers] = False
        talk.doubtful = np.flatnonzero(stray[is_header]).tolist()
        talk.time_us = talk.time_us.filter(is_header)
        talk.time, talk.who = (
            _select_headers(talk.time, is_header),
            _select_headers(talk.who, is_header),
        )
        talk.body, talk.line = (
            _select_headers(talk.body, is_header),
            _select_headers(talk.line, is_header),
        )
        if quoted_headers:
            reason = "header-like lines read as text"
            self._source.losses.noted(
                reason, self._name, lines[quoted_headers[0]], len(quoted_headers)
            )
        self._flag(talk)

    def _flag(self, talk: Talk) -> None:
        if rows := len(talk.doubtful):
            line = talk.line[talk.doubtful[0]]
            self._source.losses.noted("headers out of order", self._name, line, rows)

    def _names_in_order(self) -> frozenset[str]:
        """Return the senders who have an entry in time order anywhere in the file."""
        if self._steady is None:
            names: set[str] = set()
            latest = 0
            for block in self._source.messages(self._name, self._header):
                talk = self._split(block)
                stray, latest = self._stray(talk, latest)
                names.update(w for w, s in zip(talk.who, stray, strict=True) if not s)
            self._steady = frozenset(names)
        return self._steady


def _select_headers(column: list[T], is_header: Bools) -> list[T]:
    return [one for one, keep in zip(column, is_header, strict=True) if keep]


def find_disordered_times(times: Ints, latest: int) -> tuple[Bools, int]:
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
    spike = (times > after) & (after >= before)
    level = np.maximum.accumulate(np.where(spike, latest, np.maximum(times, latest)))
    return spike | (times < level), int(level[-1])
