"""Convert Discord messages to records, with their events and reactions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.discord.discord_schema import (
    DELETED,
    Author,
    Channel,
    Message,
    User,
)
from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_iso
from helpers.formats.rows.columns import build_messages
from helpers.formats.rows.people import SOMEBODY
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array

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
_USER = re.compile(r"<@[!&]?\d+>")
_BOOSTS = {"8", "9", "10", "11"}


def read_records(
    source: Source,
    channel: Channel,
    name: str,
    signed: Sequence[tuple[Message, Author]],
    positions: Sequence[int],
) -> Iterator[Batch]:
    """Yield records of Discord messages, then their events and reactions."""
    entries, authors = zip(*signed, strict=True)
    group = channel.group
    _register_names(source, group, entries, authors)
    times, ids = (
        from_iso([m.timestamp for m in entries]),
        to_text_array([m.id for m in entries]),
    )
    _check_ids(source, name, ids, positions, times)
    people = {author: identify_person(author) for author in set(authors)}
    sender = [people[author] for author in authors]
    kind = ["text" if m.content else _classify_kind(m) for m in entries]
    rule: list[str | None] = [None] * len(entries)
    notices = [n for n, m in enumerate(entries) if m.type not in SPOKEN]
    for n in notices:
        sender[n], kind[n], rule[n] = None, "system", f"discord.{entries[n].type}"
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
            strip_ids(m.content) if m.content and "<@" in m.content else m.content
            for m in entries
        ],
        reply_to=[
            m.reference.message_id if m.reference and m.type == "Reply" else None
            for m in entries
        ],
        mentions=[list_mentions(m) if m.mentions else None for m in entries],
        topic=channel.name if channel.is_thread else None,
        rule=rule,
    )
    place = {"group": group, "file": name}
    if events := [
        place | {"position": positions[n], "time_us": times[n].as_py()} | event
        for n in notices
        for event in read_events(entries[n], authors[n])
    ]:
        yield from_rows("event", events)
    if reacted := [
        place | {"position": positions[n]} | reaction
        for n, m in enumerate(entries)
        if m.reactions
        for reaction in read_reactions(m)
    ]:
        yield from_rows("reaction", reacted)


def _register_names(
    source: Source, group: str, entries: Sequence[Message], authors: Sequence[Author]
) -> None:
    users = {(author.id, author.name, author.nickname) for author in set(authors)}
    users |= {
        (user.id, user.name, user.nickname) for m in entries for user in m.mentions
    }
    for who, *names in users:
        if who != DELETED:
            source.people.met(group, who, *names)


def _classify_kind(message: Message) -> str:
    """Return the kind of a Discord message without text, such as sticker."""
    if message.stickers:
        return "sticker"
    if message.attachments:
        suffix = PurePosixPath(message.attachments[0].file_name).suffix.lower()
        return _SUFFIXES.get(suffix, "file")
    return "other" if message.type in {"20", "23"} else "text"


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


def read_events(message: Message, author: Author) -> Iterator[dict[str, Any]]:
    """Yield the group events, such as a join, in a Discord system message."""
    actor = identify_person(author)
    event: dict[str, Any] = {"rule": f"discord.{message.type}", "actor": actor}
    if message.type == "GuildMemberJoin":
        yield event | {"kind": "join", "actor": None, "subject": actor}
    elif message.type in {"RecipientAdd", "RecipientRemove"}:
        yield event | _classify_removal(message, actor)
    elif message.type in _BOOSTS:
        yield event | {"kind": "settings", "value": "boost"}
    else:
        yield event | {"kind": _EVENTS.get(message.type, "unrecognised")}


def _classify_removal(message: Message, actor: str | None) -> dict[str, Any]:
    """Return a join, leave or removal event from a Discord notice's mentions."""
    subjects = [identify_person(user) for user in message.mentions]
    if message.type == "RecipientAdd":
        return {"kind": "join", "subject": subjects[0] if subjects else actor}
    if subjects and subjects[0] != actor:
        return {"kind": "kick", "subject": subjects[0]}
    return {"kind": "leave", "actor": None, "subject": actor}


def read_reactions(message: Message) -> Iterator[dict[str, Any]]:
    """Yield reactions: a row per named reactor, one row for the remaining count."""
    for reaction in message.reactions:
        kind = {"kind": reaction.emoji.name, "message": message.id}
        people = [user for user in reaction.users if not user.is_bot]
        for user in people:
            yield kind | {"person": identify_person(user), "count": 1}
        if (n_unnamed := reaction.count - len(people)) > 0:
            yield kind | {"count": n_unnamed}


def list_mentions(message: Message) -> list[str] | None:
    """Return mentioned users' ids; a replied-to author's only if the text names them.

    >>> from helpers.formats.discord.discord_schema import Message, User
    >>> users = (User("7", "ann"), User("8", "bob"))
    >>> list_mentions(Message("1", "", b"", "Reply", "see @bob", mentions=users))
    ['8']
    """
    words, answers = message.content or "", message.type == "Reply"
    return [
        user.id
        for user in message.mentions
        if user.id != DELETED and not (answers and not _has_name(user, words))
    ] or None


def _has_name(user: User, words: str) -> bool:
    spellings = (
        f"<@{user.id}>",
        f"<@!{user.id}>",
        f"@{user.nickname}",
        f"@{user.name}",
    )
    return any(spelling in words for spelling in spellings)


def strip_ids(text: str | None) -> str | None:
    """Replace user ids that the exporter left in a text by a placeholder.

    >>> strip_ids("<@!456226577798135808> hi")
    '[name] hi'
    """
    return _USER.sub(SOMEBODY, text) if text and "<@" in text else text


def identify_person(user: User) -> str | None:
    """Return a Discord user's id; None for deleted accounts, which share one."""
    return None if user.id == DELETED or not user.id else user.id
