"""Read Telegram Desktop's ``result.json``: one chat, or a whole account.

Membership is told by display names, which the boundary resolves where one person bore
the name; such rows say ``(by name)`` in their rule. A group that became a supergroup is
two chats here and one group out there: the first is counted under the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json.json_blocks import Block, decode_block
from helpers.formats.json.json_stream import read_elements
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.columns import build_messages
from helpers.formats.rows.gaps import note_gaps
from helpers.formats.telegram.telegram_chats import (
    ARRAYS,
    Chat,
    find_chat,
    index_chats,
    join_moved_groups,
)
from helpers.formats.telegram.telegram_columns import (
    classify_kinds,
    derive_events,
    find_channel_posts,
    identify_person,
    identify_senders,
    list_mentions,
    list_named,
    read_times,
)
from helpers.formats.telegram.telegram_schema import (
    DATED,
    DECODER,
    Entry,
    flatten_text,
    repair,
)
from helpers.records import Batch, from_rows

NAME = "Telegram Desktop JSON"
OBSERVES = replace(
    LEAST,
    members_source="events",
    joins_observed=True,
    leaves_observed=True,
    reactions_observed=True,
    replies="explicit",
    births="creation",
)
DELETED_TOGETHER = 100  # fewer messages missing in a row may have been deleted
LARGEST_ID = 1 << 53
_OWN_NAME = re.compile(r"(?:^|/)result(?: ?\(\d+\))?\.json$")
OUTSIDE = {
    "personal_chat": "private", "bot_chat": "bots", "saved_messages": "saved",
    "replies": "saved", "verification_codes": "saved",
    "private_channel": "channels", "public_channel": "channels",
}  # fmt: skip


def has_signature(head: Head) -> bool:
    """Detect a Telegram export (chat or account) by the exporter's keys."""
    return any(_is_export(head.keys(name)) for name in _iterate_result_files(head))


def _is_export(keys: frozenset[str]) -> bool:
    account = "personal_information" in keys and "about" in keys
    listed = "chats.list[].messages" in keys or "left_chats.list" in keys
    is_single_chat = {"messages[].type", "messages[].text", "type", "id"} <= keys
    dated = not keys.isdisjoint({"messages[].date", "messages[].date_unixtime"})
    return account or listed or (is_single_chat and dated)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every Telegram chat; migrated ones are joined."""
    documents = {
        name: index_chats(source, name) for name in _select_result_files(source.head)
    }
    if sum(map(len, documents.values())) > 1:
        join_moved_groups(source, documents)
    broken = None
    try:
        for name, file_chats in documents.items():
            for block in read_elements(source, name, *ARRAYS):
                yield from _read_block(
                    source, find_chat(file_chats, block, name), block
                )
    except BrokenFileError as error:
        broken = error
    every = [chat for file_chats in documents.values() for chat in file_chats.values()]
    yield from_rows("group", [chat.row() for chat in every if chat.into is None])
    _observe(source, every)
    if broken:
        raise broken


def _observe(source: Source, every: Sequence[Chat]) -> None:
    groups = [c for c in every if c.into is None and c.header.type.endswith("group")]
    if not groups or any(chat.created_us is None for chat in groups):
        source.observed |= {"births": "first_message", "left_truncated": True}


def _read_block(source: Source, chat: Chat, block: Block) -> Iterator[Batch]:
    decoder = DECODER if b'"date_unixtime"' in block.data else DATED
    entries, positions = decode_block(block, decoder, chat.file, source.losses, repair)
    if not entries:
        return
    instants = read_times(source, entries)
    before = [chat.last_number] if chat.last_number else []
    chat.last_us = pc.max(instants).as_py() or chat.last_us
    if chat.header.type.endswith("supergroup"):  # where each number is used once
        said = (e.id for e in entries if e.type == "message")
        numbers = [number for number in said if 0 < number < LARGEST_ID]
        chat.last_number = numbers[-1] if numbers else chat.last_number
        note_gaps(source, [*before, *numbers], chat.file, DELETED_TOGETHER)
    types = enumerate([entry.type for entry in entries])
    notices = [at for at, entry_type in types if entry_type != "message"]
    texts = [entry.text for entry in entries]
    kinds, senders = (
        classify_kinds(entries, notices),
        identify_senders(source, chat, entries),
    )
    rules = [entry.action and f"telegram.{entry.action}" for entry in entries]
    posts = find_channel_posts(chat, entries)
    for at in posts:
        kinds[at], rules[at] = "announcement", "telegram.automatic-forward"
    if posts:
        written = np.ones(len(entries), bool)
        written[posts] = False
        senders = pc.if_else(written, senders.cast(pa.string()), None)
        senders = senders.dictionary_encode()
    topics, replies = chat.split_topics(entries)
    styled = list in set(map(type, texts))
    yield build_messages(
        file=chat.file,
        position=positions,
        group=chat.key,
        id=chat.message_ids([entry.id for entry in entries]),
        sender=senders,
        time_us=instants,
        kind=kinds,
        text=[flatten_text(text) for text in texts] if styled else texts,
        reply_to=chat.message_ids(replies),
        topic=topics,
        mentions=[list_mentions(text) for text in texts] if styled else None,
        bot=chat.header.type == "bot_chat",
        rule=rules if notices or posts else None,
    )
    if styled:
        source.people.mentioned(*list_named(texts))
    for entry in (entries[at] for at in notices):
        source.people.mentioned(*filter(None, [*(entry.members or ()), entry.inviter]))
    yield from _read_service_messages(source, chat, entries, positions, instants)
    yield from _read_reactions(chat, entries, positions)


def _read_service_messages(
    source: Source,
    chat: Chat,
    entries: Sequence[Entry],
    positions: Sequence[int],
    times: pa.Array,
) -> Iterator[Batch]:
    events: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for n in [n for n, entry in enumerate(entries) if entry.type != "message"]:
        entry, position, time = entries[n], positions[n], times[n].as_py()
        if entry.type == "unsupported":
            source.losses.noted("unsupported by the exporter", chat.file, position)
        if entry.type != "service":
            continue
        place = {"group": chat.key, "file": chat.file, "position": position}
        changes = derive_events(entry)
        events += [place | {"time_us": time} | event for event in changes.events]
        members += [
            place | {"joined_us": time} | membership
            for membership in changes.memberships
        ]
        _record_entry(source, chat, entry, position, time)
    if events:
        yield from_rows("event", events)
    if members:
        yield from_rows("membership", members)


def _record_entry(
    source: Source, chat: Chat, entry: Entry, position: int, time: int | None
) -> None:
    if entry.action in {"create_group", "create_channel"}:
        chat.founded(time)
    if entry.action == "migrate_to_supergroup":
        chat.moved(time)
    if derive_events(entry).events[0]["kind"] == "unrecognised":
        source.losses.noted("service message, unrecognised", chat.file, position)


def _read_reactions(
    chat: Chat, entries: Sequence[Entry], positions: Sequence[int]
) -> Iterator[Batch]:
    """Yield reactions: a row per named reactor, one row for the remaining count."""
    rows: list[dict[str, Any]] = []
    for entry, position in [
        (entry, at)
        for entry, at in zip(entries, positions, strict=True)
        if entry.reactions
    ]:
        for reaction in entry.reactions or ():
            shared = {
                "group": chat.key, "message": chat.message_id(entry.id),
                "kind": reaction.kind, "file": chat.file, "position": position,
            }  # fmt: skip
            named = reaction.recent or ()
            for who in named:
                counts = {"person": identify_person(who.from_id, who.from_), "count": 1}
                rows.append(shared | counts)
            if n_unnamed := reaction.count - len(named):
                rows.append(shared | {"count": n_unnamed})
    if rows:
        yield from_rows("reaction", rows)


def _select_result_files(head: Head) -> list[str]:
    """Return the files named or structured like the exporter's."""
    return list(_iterate_result_files(head))


def _iterate_result_files(head: Head) -> Iterator[str]:
    named = [name for name in head.names if name.lower().endswith(".json")]
    files = head.names if len(head.names) == 1 else named
    for name in files:
        if len(files) == 1 or _OWN_NAME.search(name) or _is_export(head.keys(name)):
            yield name
