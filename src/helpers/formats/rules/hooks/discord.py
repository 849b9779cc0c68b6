"""Discord: ids that hold times, threads, bots, and notices that are told by words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import starmap
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow.compute as pc

from helpers.arrays import fill
from helpers.errors import BrokenFileError
from helpers.formats.reading.source import BLOCK
from helpers.formats.rows.losses import THREAD, THREADS_APART, note_gaps
from helpers.formats.rows.people import SOMEBODY
from helpers.formats.rules import typed
from helpers.formats.rules.programs import load_program
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import Batch
from helpers.text.columns import to_text_array

DELETED = "456226577798135808"  # all deleted accounts together
EPOCH_MS = 1_420_070_400_000
TOLERANCE_US = 1_000_000
DIGITS = 19  # of an id at most: more don't fit into 64 bits
# what DiscordChatExporter writes into its CSV, which has no types
CSV_COLUMNS = ("AuthorID", "Author", "Date", "Content", "Attachments", "Reactions")
_FIRST = ("Joined ", "Added ", "Left ", "Removed ", "Started ", "Changed ", "Pinned ")
_TYPES = "|".join(load_program("discord").phrases)
_TYPED = re.compile(rf'"type"\s*:\s*"(?:Reply|\d+|{_TYPES})"'.encode())  # no words: "
_USER = re.compile(r"<@[!&]?\d+>")
_THREADS = {"ThreadCreated", "18"}
_BOOSTS = {"8", "9", "10", "11"}


class Reader(typed.Reader):
    """Reads all channels; files of one channel are joined."""

    has_groups_last = False

    def list_files(self) -> list[str]:
        """List the files with messages."""
        return super().list_files() or [*self.source.names]

    def read(self) -> Iterator[Batch]:
        """Yield the records of all files; parts that are missing are noted."""
        self._listed = set[str]()
        self._is_typed = any(map(self._has_types, self.source.names))
        yield from super().read()
        part = re.compile(self.program.pages)
        parts: dict[str, list[int]] = {}
        for name in self.source.names:
            if match := part.search(name):
                parts.setdefault(part.sub("", name), []).append(int(match[1]))
        for name, numbers in parts.items():
            note_gaps(self.source.losses, numbers, name)

    def _has_types(self, name: str) -> bool:
        """Return whether a file marks notices and answers by the type of message."""
        with suppress(BrokenFileError), self.source.utf8(name) as file:  # reading tells
            return any(map(_TYPED.search, iter(partial(file.read, BLOCK), b"")))
        return False

    def find_facts(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a document says; a thread is a topic of its parent."""
        facts = super().find_facts(document)
        kind, parent = str(facts["kind"] or ""), facts["parent"]
        self._topic = facts["label"] if parent and kind.endswith("Thread") else None
        self._is_thread = bool(parent) and kind.endswith("Thread")
        return facts | {"group": parent if self._is_thread else facts["channel"]}

    def open_document(self) -> Iterator[Batch]:
        """Note threads, and what is cut off in front."""
        is_later = " [part " in self.file and " [part 1]" not in self.file
        is_cut = bool(self.facts["from"]) and not is_later
        before = self.source.observed.get("left_truncated", False)
        self.source.observed["left_truncated"] = before or is_cut
        if self.facts["channel"] not in self._listed:
            self.groups = {self.group: None}
            if self._is_thread:
                self.source.losses.noted(THREAD, self.file, 0)
            yield from self.close_groups()
        self._listed.add(self.facts["channel"])

    def describe_group(self, group: str) -> Row:
        """Return a channel; of a thread its parent's own export says the kind."""
        facts, own = self.facts, not self._is_thread
        return super().describe_group(group) | {
            "label": facts["label" if own else "parent_label"],
            "kind": facts["kind"] if own else None,
            "network": facts["network"], "parent": facts["network"],
            "created_us": _read_creation_time(group),
        }  # fmt: skip

    def meet(self, block: Block) -> None:
        """Record the names of those who wrote, and of those who are mentioned."""
        super().meet(block)
        roles = ("named", "mentioned", "mentioned_nick")
        told = block.rows(*roles) if any(block["named"]) else ()
        rows = (zip(*row, strict=True) for row in told if row[0])
        for who, *names in {user for row in rows for user in row}:
            if who and who != DELETED:
                self.source.people.met(self.group, who, *names)

    def prepare(self, block: Block) -> None:
        """Find notices, and whom ids, mentions and reactions mean."""
        texts, types = block["text"], [one or "Default" for one in block["type"]]
        if not self._is_typed:
            find = self.program.find_type
            types = [
                (text and text.startswith(_FIRST) and find(text)) or kind
                for text, kind in zip(texts, types, strict=True)
            ]
        block["type"] = types
        label = self.program.find_label
        spoken = {one: label(one) == "text" for one in set(types)}
        begun = [at for at, one in enumerate(types) if one in _THREADS]
        if begun:
            place = (self.file, block.positions[begun[0]])
            self.source.losses.noted(THREADS_APART, *place, len(begun))
        self._check_ids(block)
        known = {who: _identify(who) for who in {*block["sender_id"]}}
        block["sender_id"] = [known[who] for who in block["sender_id"]]
        block["bot"] = bots = [bool(one) for one in block["bot"]]
        if any(bots):  # a webhook writes under any name, a bot under one
            named = zip(block["sender"], bots, strict=True)
            block["relayed"] = [name if is_bot else None for name, is_bot in named]
        answers = zip(block["reply_to"], types, strict=True)
        block["reply_to"] = [one if kind == "Reply" else None for one, kind in answers]
        said = zip(types, texts, strict=True)
        kinds = ["text" if spoken[kind] and text else "" for kind, text in said]
        for at in [at for at, kind in enumerate(kinds) if not kind]:
            kinds[at] = self._classify(block, at) if spoken[types[at]] else "system"
        block["kind"] = kinds
        if self._topic:
            block["topic"] = [self._topic] * len(block)
        block["named"] = block["mentions"]
        if any(block["named"]):
            told = block.rows("text", "type", "named", "mentioned", "mentioned_nick")
            block["mentions"] = [
                _list_mentions(*row) if row[2] else None for row in told
            ]
        block["text"] = [
            _USER.sub(SOMEBODY, one) if one and "<@" in one else one for one in texts
        ]

    def _classify(self, block: Block, at: int) -> str:
        """Return the kind of a message without text, such as sticker."""
        if block["referred"][at] == "Forward":
            return "forward"
        if block["stickers"][at]:
            return "sticker"
        if attached := block["attached"][at]:
            suffix = PurePosixPath(attached[0] or "").suffix.lower()
            return self.program.find_label(suffix) or "file"
        # a poll, or before March 2026 a forwarded message, of which none is kept
        return "forward" if block["forwarded"][at] else "other"

    def _check_ids(self, block: Block) -> None:
        """Flag messages with a time unlike that encoded in their id."""
        ids, times = to_text_array(block["id"]), block.times
        short = pc.less_equal(pc.binary_length(ids), DIGITS)
        dated = pc.and_(pc.ascii_is_decimal(ids), short)
        numbers = np.asarray(pc.if_else(dated, ids, "0").cast("uint64"))
        created_us = ((numbers >> 22).astype(np.int64) + EPOCH_MS) * 1000
        gap = np.abs(created_us - fill(times))
        odd = (gap > TOLERANCE_US) & np.asarray(dated) & ~np.asarray(times.is_null())
        for at in np.flatnonzero(odd).tolist():
            place = (self.file, block.positions[at])
            self.source.losses.noted("time differs from the id's", *place)

    def describe_notice(self, block: Block, at: int) -> Row:
        """Return the event in a system message; who joins or is let in is subject."""
        row = super().describe_notice(block, at)
        kind, actor = block["type"][at], row["actor"]
        if kind == "GuildMemberJoin":
            return row | {"actor": None, "subject": actor}
        if kind in _BOOSTS:
            return row | {"value": "boost"}
        if kind not in {"RecipientAdd", "RecipientRemove"}:
            return row
        named = block["named"][at]
        subject = _identify(named[0]) if named else None
        if kind == "RecipientAdd":
            return row | {"subject": subject if named else actor}
        if named and subject != actor:
            return row | {"kind": "kick", "subject": subject}
        return row | {"kind": "leave", "actor": None, "subject": actor}

    def list_reactors(self, block: Block) -> list[Any]:
        """Return the people behind each reaction, without bots."""
        rows = block.rows("reaction_people", "reaction_bots")
        return [[*starmap(_list_people, zip(*row, strict=True))] for row in rows]


def _list_people(
    people: Sequence[str] | None, bots: Sequence[object] | None
) -> list[str | None]:
    """Return the ids of users who are no programs."""
    pairs = zip(people or (), bots or (), strict=True)
    return [_identify(who) for who, is_bot in pairs if not is_bot]


def describe_notice(kind: str, text: str, person: str | None) -> dict[str, Any]:
    """Return the group event in a system message of DiscordChatExporter's CSV."""
    known = load_program("discord").notice_kinds
    event: dict[str, Any] = {"rule": f"discord.{kind}", "kind": known.get(kind)}
    if kind == "GuildMemberJoin":
        return event | {"subject": person}
    if kind == "RecipientRemove":
        left = text.startswith("Left")
        who = "subject" if left else "actor"
        return event | {"kind": "leave" if left else "kick", who: person}
    return event | {"kind": event["kind"] or "settings", "actor": person}


def _list_mentions(
    text: str | None, kind: str, ids: list[str], names: list[str | None],
    nicks: list[str | None],
) -> list[str] | None:  # fmt: skip
    """Return mentioned users' ids; a replied-to author's only if named in the text."""
    words = text or ""
    return [
        who
        for who, name, nick in zip(ids, names, nicks, strict=True)
        if who != DELETED
        and (
            kind != "Reply"
            or any(f"<@{mark}{who}>" in words for mark in ("", "!"))
            or f"@{nick}" in words
            or f"@{name}" in words
        )
    ] or None


def _identify(who: str | None) -> str | None:
    """Return a user's id; None for deleted accounts, which share one."""
    return None if who == DELETED or not who else who


def _read_creation_time(snowflake: str) -> int | None:
    """Decode the creation time in a channel's id, in µs."""
    if not snowflake.isdecimal() or int(snowflake) >> 22 == 0:
        return None
    return ((int(snowflake) >> 22) + EPOCH_MS) * 1000
