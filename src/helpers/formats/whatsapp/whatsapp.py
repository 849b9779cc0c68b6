"""WhatsApp's text exports, from Android and iOS, plain or in a ZIP.

There are no ids: a person is a name, time is a clock on a wall, a reply can't be seen.
Since August 2022 only administrators are told that somebody left.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from helpers.formats.reading.source import Weight
from helpers.formats.rows.chat import Chat
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.people import named
from helpers.formats.whatsapp.whatsapp_bodies import MARK, bodies
from helpers.formats.whatsapp.whatsapp_events import (
    event,
    group_name,
    suspect,
    unmarked,
)
from helpers.formats.whatsapp.whatsapp_header import header_pattern
from helpers.formats.whatsapp.whatsapp_lines import (
    Lines,
    Survey,
    lines,
    shape_of,
    survey,
)
from helpers.records import Batch, Observability, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from helpers.formats.reading.source import Head, Source
    from helpers.formats.rows.events import Event

__all__ = ["NAME", "OBSERVES", "read", "recognises"]

NAME = "WhatsApp TXT"
OBSERVES = Observability(
    members_source="events",
    joins_observed=True,
    leaves_observed=False,
    reads_observed="none",
    reactions_observed=False,
    replies="none",
    births="first_message",
    owner_known=False,
    roles_known=False,
    sender_ids="by name",
    text=True,
    time_zone_known=False,
    left_truncated=True,
    never_active_listed=False,
    window_us=(0, 0),
    resolution="minute",
)
SILENT_SINCE_US = 1_659_312_000_000_000  # 2022-08-01: leaving is told to admins only
CAPS = (40_000, 10_000)  # messages in an export without and with media
CAP_SHARE = 0.01


def recognises(head: Head) -> bool:
    """Tell WhatsApp by the shape of its first lines, in any language."""
    names = _texts(head.names)
    return bool(names) and shape_of(head.text(names[0])) is not None


def weight(head: Head) -> Weight:
    """Weigh the headers: a line quoted in somebody's message is none at the start."""
    start = head.text(_texts(head.names)[0])
    header = header_pattern(shape_of(start) or "-")
    begins = header.match(start.lstrip()) is not None
    return Weight(begins=begins, lines=len(header.findall(start)))


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every text file, one group each."""
    for name in _texts(source.names):
        yield from _Reading(source, name).batches()


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._seen = source, survey(source, name)
        self._label = _label(source, self._seen)
        key = self._label or source.path.stem
        self._chat = Chat(source, name, key, event, nobody=_nobody)
        self._people: dict[str | None, str | None] = {None: None}
        self._created: int | None = None
        self._last, self._left = 0, 0

    def batches(self) -> Iterator[Batch]:
        for block in lines(self._source, self._seen):
            for batch in self._block(block):
                self._notice(batch)
                yield batch
        yield self._group()
        self._observe()

    def _block(self, block: Lines) -> Iterator[Batch]:
        senders, text = list(block.sender), list(block.body)
        kind = ["text"] * len(text)
        rules = ["whatsapp.ambiguous" if doubt else None for doubt in block.doubt]
        marked = bodies(text)
        for at, one in marked:
            kind[at], text[at] = one.kind, one.text
            rules[at] = one.rule or rules[at]
        for at, line in self._notices(block, [at for at, _ in marked]):
            senders[at], kind[at], text[at] = None, "system", line
        yield from self._chat.batches(
            position=block.position,
            time_us=self._times(block.wall_us),
            sender=self._persons(senders),
            kind=kind,
            text=cast("list[str | None]", text),
            rule=rules,
            bot=False,
        )

    def _notices(self, block: Lines, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield what looks like a message and is a notice, as row and line."""
        odd = {one for one in set(block.sender) if one is None or suspect(one)}
        for at, sender in enumerate(block.sender) if odd else ():
            if sender is None:
                yield at, unmarked(block.body[at])
            elif sender in odd:
                line = unmarked(f"{sender}: {block.body[at]}")
                if (found := event(line)) and not _holds_colon(found):
                    yield at, line
        for at in marked:
            sender, text = block.sender[at], block.body[at]
            if sender is not None and text.startswith(MARK):
                line = unmarked(text)
                if event(line) or unmarked(sender) == self._label:
                    yield at, line

    def _times(self, wall_us: npt.NDArray[np.float64]) -> pa.Array:
        stamps = pa.array(wall_us, from_pandas=True)  # NaN is null
        wall = stamps.cast(pa.int64()).cast(pa.timestamp("us"))
        return from_wall(wall, self._source.options.zone)

    def _persons(self, senders: list[str | None]) -> list[str | None]:
        for sender in set(senders) - self._people.keys():
            name = unmarked(sender or "").removeprefix("~").strip()
            self._people[sender] = named(name)
            self._chat.names([(named(name), name)])
        people = self._people
        return [people[sender] for sender in senders]

    def _notice(self, batch: Batch) -> None:
        if batch.kind == "message":
            times = batch.table["time_us"].drop_null()
            self._last = times[-1].as_py() if len(times) else self._last
        if batch.kind == "event":
            table = batch.table.select(["kind", "time_us"]).to_pylist()
            for row in table:
                if row["kind"] == "create" and self._created is None:
                    self._created = row["time_us"]
                late = (row["time_us"] or 0) >= SILENT_SINCE_US
                self._left += late and row["kind"] == "leave"

    def _group(self) -> Batch:
        row = {
            "group": self._chat.group,
            "label": self._label,
            "network": "whatsapp",
            "platform": "whatsapp",
            "created_us": self._created,
            "file": self._seen.file,
            "position": 1,
        }
        return from_rows("group", [row])

    def _observe(self) -> None:
        observed, file = self._source.observed, self._seen.file
        if self._created is not None:
            observed.update(births="creation", left_truncated=False)
        elif any(abs(self._chat.rows - cap) <= CAP_SHARE * cap for cap in CAPS):
            self._source.losses.noted("likely cut at WhatsApp's limit", file, 1)
        if self._seen.seconds:
            observed["resolution"] = "second"
        silent = self._last >= SILENT_SINCE_US
        observed["leaves_observed"] = not silent or self._left > 0
        if silent:
            self._source.losses.noted("leaving is silent since 2022-08", file, 1)


def _texts(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.lower().endswith(".txt")]


def _label(source: Source, seen: Survey) -> str | None:
    """Return the group's name, from a file's name or from iOS's first notice."""
    for name in (PurePosixPath(seen.file).stem, source.path.stem):
        if found := group_name(name):
            return found
    sender, text = seen.first
    return unmarked(sender) if sender and text.startswith(MARK) else None


def _holds_colon(found: Event) -> bool:
    people = (found.actor, *found.subjects)
    return any(": " in person for person in people if person)


def _nobody(person: str) -> bool:
    return not person
