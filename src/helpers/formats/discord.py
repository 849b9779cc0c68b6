"""Read DiscordChatExporter's JSON: complete, in parts, or truncated.

Kinds the exporter has no name for are printed as numbers. Everybody who deleted their
account appears as one id, which is nobody's. Nicknames and roles are those of the day
of the export. Nothing says who left a server, and nothing lists who never spoke.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json.json_stream import (
    Count,
    Repeating,
    decode_elements,
    decode_envelope,
)
from helpers.formats.reading.source import BLOCK, LEAST, Head, Source
from helpers.formats.rows.clock import from_iso, read_instant
from helpers.formats.rows.columns import build_messages, list_reactions, yield_rows
from helpers.formats.rows.losses import THREAD, THREADS_APART, note_gaps
from helpers.formats.rows.people import SOMEBODY
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array

DELETED = "456226577798135808"  # all deleted accounts together


class _User(msgspec.Struct, rename="camel", gc=False):
    id: str = ""
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = False


class Author(_User, eq=False):
    """The author of a Discord message; equal only if the same object."""

    roles: list[Any] = []


class _Emoji(msgspec.Struct, gc=False):
    id: str | None = None
    name: str | None = None


class _Reaction(msgspec.Struct, gc=False):
    emoji: _Emoji = msgspec.field(default_factory=_Emoji)
    count: Count = 0
    users: tuple[_User, ...] = ()


class _Reference(msgspec.Struct, rename="camel", gc=False):
    message_id: str | None = None
    type: str | None = None


class _Attachment(msgspec.Struct, rename="camel", gc=False):
    file_name: str = ""


class _Message(msgspec.Struct, rename="camel", gc=False):
    """One Discord message or notice; its type is a name or a number."""

    id: str
    timestamp: str
    author: msgspec.Raw
    type: str = "Default"
    content: str | None = None
    attachments: tuple[_Attachment, ...] = ()
    stickers: tuple[Any, ...] = ()
    reactions: tuple[_Reaction, ...] = ()
    mentions: tuple[_User, ...] = ()
    reference: _Reference | None = None
    forwarded_message: Any = None


class _Guild(msgspec.Struct):
    id: str = ""
    name: str | None = None


class Channel(msgspec.Struct, rename="camel"):
    """A Discord channel, thread or forum post; a forum is the parent of its posts."""

    id: str = ""
    type: str | None = None
    category: str | None = None
    name: str | None = None
    category_id: str | None = None

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a forum post, which is a topic of its parent."""
        return bool(self.category_id) and (self.type or "").endswith("Thread")

    @property
    def group(self) -> str:
        """Id of the group that it belongs to: its own, or of a thread its parent's."""
        return self.category_id or self.id if self.is_thread else self.id


class _Range(msgspec.Struct):
    after: str | None = None
    before: str | None = None


class _Export(msgspec.Struct, rename="camel"):
    guild: _Guild
    channel: Channel
    date_range: _Range = msgspec.field(default_factory=_Range)
    message_count: int | None = None
    exported_at: Any = None


EPOCH_MS = 1_420_070_400_000
TOLERANCE_US = 1_000_000
DIGITS = 19  # of an id at most: more don't fit into 64 bits
_SUFFIXES = {
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".gif": "image",
    ".webp": "image", ".mp4": "video", ".mov": "video", ".webm": "video",
    ".ogg": "voice", ".mp3": "voice", ".m4a": "voice",
}  # fmt: skip
SPOKEN = {"Default", "Reply", "20", "23"}  # 20 and 23: answers to commands
_EVENTS = {
    "RecipientAdd": "join", "GuildMemberJoin": "join", "Call": "call",
    "ChannelNameChange": "rename", "ChannelIconChange": "settings",
    "ChannelPinnedMessage": "pin", "ThreadCreated": "topic",
    "12": "settings", "14": "settings", "15": "settings", "16": "settings",
    "17": "settings", "22": "settings", "24": "settings", "31": "topic",
}  # fmt: skip
# what DiscordChatExporter writes into its CSV, which has no types
CSV_COLUMNS = ("AuthorID", "Author", "Date", "Content", "Attachments", "Reactions")
_NOTICES = {
    "GuildMemberJoin": r"Joined the server\.",
    "RecipientAdd": r"Added (?:.{1,64} to the group|a recipient)\.",
    "RecipientRemove": (
        r"(?:Left the group|Removed (?:.{1,64} from the group|a recipient))\."
    ),
    "Call": r"Started a call that lasted \d+ minutes?\.",
    "ChannelNameChange": r"Changed the channel name(?:: .*|\.)",
    "ChannelIconChange": r"Changed the channel icon\.",
    "ChannelPinnedMessage": r"Pinned a message\.",
    "ThreadCreated": r"Started a thread\.",
    "46": r"A poll has closed\.",
}
_FIRST = ("Joined ", "Added ", "Left ", "Removed ", "Started ", "Changed ", "Pinned ")
_TYPED = re.compile(
    rf'"type"\s*:\s*"(?:Reply|\d+|{"|".join(_NOTICES)})"'.encode()  # no words: "
)
_NOTICE = re.compile("|".join(f"(?P<_{k}>{rule})" for k, rule in _NOTICES.items()))
_USER = re.compile(r"<@[!&]?\d+>")
_THREADS = {"ThreadCreated", "18"}
_BOOSTS = {"8", "9", "10", "11"}


def _read_records(
    source: Source,
    channel: Channel,
    name: str,
    signed: Sequence[tuple[_Message, Author]],
    positions: Sequence[int],
) -> Iterator[Batch]:
    """Yield records of Discord messages, then their events and reactions."""
    entries, authors = zip(*signed, strict=True)
    group = channel.group
    users = {(one.id, one.name, one.nickname) for one in set(authors)}
    users |= {(one.id, one.name, one.nickname) for m in entries for one in m.mentions}
    for who, *names in users:
        if who != DELETED:
            source.people.met(group, who, *names)
    times = from_iso([m.timestamp for m in entries])
    ids = to_text_array([m.id for m in entries])
    _check_ids(source, name, ids, positions, times)
    people = {author: _identify_person(author) for author in set(authors)}
    sender = [people[author] for author in authors]
    for n, author in enumerate(authors):
        if author.is_bot and author.name and (account := sender[n]):
            # a webhook writes under any name, a bot under one
            sender[n] = source.people.relayed(group, account, author.name)
    kind = ["text" if m.content else _classify_kind(m) for m in entries]
    rule: list[str | None] = [None] * len(entries)
    notices = [n for n, m in enumerate(entries) if m.type not in SPOKEN]
    for n in notices:
        sender[n], kind[n], rule[n] = None, "system", f"discord.{entries[n].type}"
    if begun := [n for n in notices if entries[n].type in _THREADS]:
        source.losses.noted(THREADS_APART, name, positions[begun[0]], len(begun))
    yield build_messages(
        file=name,
        position=positions,
        group=group,
        id=ids,
        time_us=times,
        sender=sender,
        kind=kind,
        bot=[author.is_bot for author in authors],
        text=[
            _USER.sub(SOMEBODY, m.content)
            if m.content and "<@" in m.content
            else m.content
            for m in entries
        ],
        reply_to=[
            m.reference.message_id if m.reference and m.type == "Reply" else None
            for m in entries
        ],
        mentions=[_list_mentions(m) if m.mentions else None for m in entries],
        topic=channel.name if channel.is_thread else None,
        rule=rule,
    )
    place = {"group": group, "file": name}
    events = [
        place | {"position": positions[n], "time_us": times[n].as_py()} | event
        for n in notices
        for event in _read_events(entries[n], authors[n])
    ]
    reactions = [
        place | {"position": positions[n]} | reaction
        for n, m in enumerate(entries)
        if m.reactions
        for reaction in _read_reactions(m)
    ]
    yield from yield_rows(event=events, reaction=reactions)


def _has_types(source: Source, name: str) -> bool:
    """Return whether a file marks notices and answers by the type of message."""
    with suppress(BrokenFileError), source.utf8(name) as file:  # which reading tells
        return any(map(_TYPED.search, iter(partial(file.read, BLOCK), b"")))
    return False


def _restore_types(entries: Iterable[_Message]) -> None:
    """Give notices the types that DiscordChatExporter's sentences tell."""
    for m in entries:
        if m.content and m.content.startswith(_FIRST):
            m.type = find_type(m.content) or m.type


def find_type(text: str | None) -> str | None:
    """Return the type of a system message by DiscordChatExporter's own sentence.

    >>> find_type("Joined the server."), find_type("Joined the server. Hi!")
    ('GuildMemberJoin', None)
    """
    match = _NOTICE.fullmatch(text) if text else None
    return (match.lastgroup or "").removeprefix("_") if match else None


def describe_notice(kind: str, text: str, person: str | None) -> dict[str, Any]:
    """Return the group event in a system message of DiscordChatExporter's CSV."""
    event: dict[str, Any] = {"rule": f"discord.{kind}", "kind": _EVENTS.get(kind)}
    if kind == "GuildMemberJoin":
        return event | {"subject": person}
    if kind == "RecipientRemove":
        left = text.startswith("Left")
        who = "subject" if left else "actor"
        return event | {"kind": "leave" if left else "kick", who: person}
    return event | {"kind": event["kind"] or "settings", "actor": person}


def _classify_kind(message: _Message) -> str:
    """Return the kind of a Discord message without text, such as sticker."""
    if message.reference and message.reference.type == "Forward":
        return "forward"
    if message.stickers:
        return "sticker"
    if message.attachments:
        suffix = PurePosixPath(message.attachments[0].file_name).suffix.lower()
        return _SUFFIXES.get(suffix, "file")
    # a poll, or before March 2026 a forwarded message, of which the exporter keeps none
    return "forward" if message.forwarded_message else "other"


def _check_ids(
    source: Source,
    name: str,
    ids: pa.Array,
    positions: Sequence[int],
    times: pa.Array,
) -> None:
    """Flag as doubtful the messages with a time unlike that encoded in their id."""
    short = pc.less_equal(pc.binary_length(ids), DIGITS)
    dated = pc.and_(pc.ascii_is_decimal(ids), short)
    numbers = np.asarray(pc.if_else(dated, ids, "0").cast(pa.uint64()))
    created_us = ((numbers >> 22).astype(np.int64) + EPOCH_MS) * 1000
    gap = np.abs(created_us - np.asarray(times.fill_null(0)))
    odd = (gap > TOLERANCE_US) & np.asarray(dated) & ~np.asarray(times.is_null())
    for at in np.flatnonzero(odd).tolist():
        source.losses.noted("time differs from the id's", name, positions[at])


def _read_events(message: _Message, author: Author) -> Iterator[dict[str, Any]]:
    """Yield the group events, such as a join, in a Discord system message."""
    actor = _identify_person(author)
    event: dict[str, Any] = {"rule": f"discord.{message.type}", "actor": actor}
    if message.type == "GuildMemberJoin":
        yield event | {"kind": "join", "actor": None, "subject": actor}
    elif message.type in {"RecipientAdd", "RecipientRemove"}:
        yield event | _classify_removal(message, actor)
    elif message.type in _BOOSTS:
        yield event | {"kind": "settings", "value": "boost"}
    else:
        yield event | {"kind": _EVENTS.get(message.type, "unrecognised")}


def _classify_removal(message: _Message, actor: str | None) -> dict[str, Any]:
    """Return a join, leave or removal event from a Discord notice's mentions."""
    subjects = [_identify_person(user) for user in message.mentions]
    if message.type == "RecipientAdd":
        return {"kind": "join", "subject": subjects[0] if subjects else actor}
    if subjects and subjects[0] != actor:
        return {"kind": "kick", "subject": subjects[0]}
    return {"kind": "leave", "actor": None, "subject": actor}


def _read_reactions(message: _Message) -> Iterator[dict[str, Any]]:
    """Yield reactions: a row per named reactor, one row for the remaining count."""
    for reaction in message.reactions:
        kind = {"kind": reaction.emoji.name, "message": message.id}
        people = [_identify_person(user) for user in reaction.users if not user.is_bot]
        yield from list_reactions(kind, people, reaction.count)


def _list_mentions(message: _Message) -> list[str] | None:
    """Return mentioned users' ids; a replied-to author's only if named in the text."""
    words, answers = message.content or "", message.type == "Reply"
    return [
        user.id
        for user in message.mentions
        if user.id != DELETED
        and not (
            answers
            and f"<@{user.id}>" not in words
            and f"<@!{user.id}>" not in words
            and f"@{user.nickname}" not in words
            and f"@{user.name}" not in words
        )
    ] or None


def _identify_person(user: _User) -> str | None:
    """Return a Discord user's id; None for deleted accounts, which share one."""
    return None if user.id == DELETED or not user.id else user.id


NAME = "DiscordChatExporter JSON"
OBSERVES = replace(
    LEAST, members_source="events", joins_observed=True, reactions_observed=True,
    replies="explicit", births="creation", roles_known=True, resolution="millisecond",
)  # fmt: skip
OUTSIDE = {"DirectTextChat": "direct", "DirectGroupTextChat": "direct"}

_PART = re.compile(r" \[part (\d+)\]")


def has_signature(head: Head) -> bool:
    """Detect a DiscordChatExporter file by its guild and channel keys."""
    keys = head.keys(next(iter(_sort_parts(head.names)), None))
    return {"guild.id", "channel.id"} <= keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of all Discord channels; files of one channel are joined."""
    listed: set[str] = set()
    is_typed = any(_has_types(source, name) for name in source.names)
    for name in _sort_parts(source.names):
        with source.carry_on():
            export = decode_envelope(source, name, _Export, "messages")
            yield from _read_file(source, export, name, listed, is_typed=is_typed)
    parts: dict[str, list[int]] = {}
    for name in source.names:
        if match := _PART.search(name):
            parts.setdefault(_PART.sub("", name), []).append(int(match[1]))
    for name, numbers in parts.items():
        note_gaps(source.losses, numbers, name)


def _read_file(
    source: Source, export: _Export, name: str, listed: set[str], *, is_typed: bool
) -> Iterator[Batch]:
    channel = export.channel
    made_us = read_instant({"at": export.exported_at}, "at", source.options.zone)
    source.state_export(channel.group, made_us, name)
    asked = {"from": export.date_range.after, "to": export.date_range.before}
    limits = [read_instant(asked, end, source.options.zone) for end in asked]
    source.state_range(channel.group, *limits)
    if channel.id not in listed:
        yield from_rows("group", [_build_group(export, name)])
        if channel.is_thread:
            source.losses.noted(THREAD, name, 0)
    listed.add(channel.id)
    later_part = _PART.search(name) is not None and " [part 1]" not in name
    is_cut = bool(export.date_range.after and not later_part)
    source.observed["left_truncated"] = (
        source.observed.get("left_truncated", False) or is_cut
    )
    decoding: Repeating[_Message, Author] = Repeating(_Message, "author", Author)
    n_messages = 0
    for signed, positions in decode_elements(source, name, decoding, "messages"):
        n_messages += len(signed)
        if not is_typed:
            _restore_types(message for message, _ in signed)
        yield from _read_records(source, channel, name, signed, positions)
    source.losses.balance(
        "messages", name, declared=export.message_count, found=n_messages
    )


def _build_group(export: _Export, name: str) -> dict[str, Any]:
    channel = export.channel
    own = not channel.is_thread  # the parent's own export says what kind it is
    return {
        "group": channel.group, "label": channel.name if own else channel.category,
        "network": export.guild.id, "platform": "discord",
        "kind": channel.type if own else None,
        "created_us": _read_creation_time(channel.group), "parent": export.guild.id,
        "file": name, "position": 1,
    }  # fmt: skip


def _read_creation_time(snowflake: str) -> int | None:
    """Decode the creation time in a Discord channel's id, in µs."""
    if not snowflake.isdecimal() or int(snowflake) >> 22 == 0:
        return None
    return ((int(snowflake) >> 22) + EPOCH_MS) * 1000


def _sort_parts(names: Sequence[str]) -> list[str]:
    """Return the JSON files of an export, in numeric order of parts."""
    files = [name for name in names if name.endswith(".json")] or names

    def number(name: str) -> tuple[str, int]:
        part = _PART.search(name)
        return _PART.sub("", name), int(part[1]) if part else 0

    return sorted(files, key=number)
