"""Chats of a Telegram export, with groups that migrated to supergroups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json.json_blocks import Block, decode_block
from helpers.formats.json.json_stream import decode_envelope, read_elements
from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.losses import Losses
from helpers.formats.telegram.telegram_schema import (
    DECODER,
    Entry,
    Export,
    Header,
    repair,
)
from helpers.text.columns import to_text_array

ARRAYS = ("messages", "chats.list[].messages", "left_chats.list[].messages")
MOVED_WITHIN_US = 60_000_000


@dataclass(slots=True)
class Chat:
    """One Telegram chat, with its creation and migration times."""

    header: Header
    file: str
    # whether the exporter has left it: observation ended, the group did not
    left: bool = False
    # the supergroup that this basic group became, where it is in the export too
    into: Chat | None = None
    created_us: int | None = None
    moved_us: int | None = None
    last_us: int | None = None
    last_number: int = 0  # of the messages read so far
    # the topic of each message of a group with topics, by number
    topics: dict[int, str] = field(default_factory=dict)
    notices: set[int] = field(default_factory=set)  # that made the topics

    @property
    def key(self) -> str:
        """Group id under which this Telegram chat's records are stored."""
        return self.into.key if self.into else str(self.header.id)

    def message_id(self, number: int | None) -> str | None:
        """Return a message id that stays unique when two chats are one group."""
        if number is None:
            return None
        return f"{self.header.id}/{number}" if self.into else str(number)

    def message_ids(self, numbers: Sequence[int | None]) -> pa.Array:
        """Return a column of message ids, unique when two chats are one group."""
        try:
            ids = pa.array(numbers, pa.int64()).cast(pa.string())
        except OverflowError:  # no id is that large, but it is one
            ids = to_text_array(to_ids(numbers))
        mark = f"{self.header.id}/" if self.into else ""
        return pc.binary_join_element_wise(mark, ids, "") if mark else ids

    def split_topics(
        self, entries: Sequence[Entry]
    ) -> tuple[list[str | None] | None, list[int | None]]:
        """Return the topic of each entry, if the group has topics, and its reply.

        A message of a topic that answers nobody is exported as a reply to the notice
        that made the topic.
        """
        replies = [entry.reply_to_message_id for entry in entries]
        made = {e.id: e.title or "" for e in entries if e.action == "topic_created"}
        if not made and not self.topics:
            return None, replies
        notices = self.notices = self.notices | made.keys()
        self.topics |= made
        topics: list[str | None] = []
        for entry in entries:
            number = entry.id if entry.id in made else entry.reply_to_message_id
            topic = None if number is None else self.topics.get(number)
            if topic is not None:
                self.topics[entry.id] = topic
            topics.append(topic)
        return topics, [None if to in notices else to for to in replies]

    def row(self) -> dict[str, Any]:
        """Return the group's record, with its end by migration or exit if any."""
        row = {
            "group": self.key, "label": self.header.name, "network": "telegram",
            "platform": "telegram", "kind": self.header.type, "file": self.file,
            "position": 1, "created_us": self.created_us,
        }  # fmt: skip
        if self.moved_us is not None:
            return row | {"closed_us": self.moved_us, "closed_kind": "migrated"}
        if self.left:
            return row | {"closed_us": self.last_us, "closed_kind": "exporter_left"}
        return row

    def founded(self, time: int | None) -> None:
        """Record the creation time of the Telegram group."""
        (self.into or self).created_us = time

    def moved(self, time: int | None) -> None:
        """Record when a group became a supergroup that is not in this export."""
        if self.into is None:
            self.moved_us = time


Chats = dict[tuple[str, int], Chat]


def index_chats(source: Source, name: str) -> Chats:
    """Index the chats of a Telegram export by array and number."""
    export = decode_envelope(source, name, Export, *ARRAYS, repair=repair)
    lists: tuple[list[Header], ...] = (
        [export],
        export.chats.headers,
        export.left_chats.headers,
    )
    return {
        (array, number): Chat(header, name, left=array.startswith("left"))
        for array, headers in zip(ARRAYS, lists, strict=True)
        for number, header in enumerate(headers)
        if header.id or array != ARRAYS[0]
    }


def find_chat(chats: Chats, block: Block, name: str) -> Chat:
    """Find the chat to which a block of messages belongs."""
    return chats.setdefault((block.array, block.outer), Chat(Header(), name))


def join_moved_groups(source: Source, documents: Mapping[str, Chats]) -> None:
    """Join a Telegram group to its later supergroup: same minute, same title."""
    moves = [
        m
        for name, file_chats in documents.items()
        for m in _find_moves(source, name, file_chats)
    ]
    migrations = [move for move in moves if move[1].action == "migrate_to_supergroup"]
    for new, entry in moves:
        if entry.action != "migrate_from_group":
            continue
        old = [
            chat
            for chat, last_entry in migrations
            if chat.header.name == entry.title
            and _compute_gap(last_entry, entry) <= MOVED_WITHIN_US
        ]
        if len(old) == 1:
            old[0].into = new


def _compute_gap(entry: Entry, other: Entry) -> int:
    first, second = from_epoch([entry.date_unixtime, other.date_unixtime]).to_pylist()
    return abs(int(first or 0) - int(second or 0))


def _find_moves(
    source: Source, name: str, file_chats: Chats
) -> Iterator[tuple[Chat, Entry]]:
    try:
        for block in read_elements(source, name, *ARRAYS):
            if b'"migrate_' in block.data:
                entries, _ = decode_block(block, DECODER, name, Losses(), repair)
                for entry in entries:
                    if (entry.action or "").startswith("migrate_"):
                        yield find_chat(file_chats, block, name), entry
    except BrokenFileError:
        return  # the reading itself will say so
