"""Telegram: entries with styled texts, moved groups, people known by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json.json_cut import SKIP, Block, Decoder
from helpers.formats.json.json_stream import (
    Count,
    decode_blocks,
    decode_envelope,
)
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall
from helpers.formats.rows.columns import (
    build_messages,
    list_reactions,
    to_ids,
    yield_rows,
)
from helpers.formats.rows.losses import Losses, note_gaps
from helpers.formats.rows.people import NAMED, to_name_id
from helpers.formats.rules import records
from helpers.formats.rules.programs import load_program
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array

# Control characters and undefined ids leave the exporter as no JSON at all.
_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_UNQUOTED = re.compile(rb'("document_id":\s*)([^"\s\d][^,}\n]*)')


PROGRAM = load_program("telegram")
# what stands for pieces that Telegram itself marks as personal
_MASKED = {
    "mention_name": "[name]", "phone": "[phone]", "email": "[email]",
    "bank_card": "[number]",
}  # fmt: skip


class _Span(msgspec.Struct, gc=False):
    text: str = ""
    type: str = ""
    user_id: int | None = None


class _Recent(msgspec.Struct, gc=False):  # one of the few reactors that an export names
    from_: str | None = msgspec.field(default=None, name="from")
    from_id: str | None = None
    date: str | None = None


class _Reaction(msgspec.Struct, gc=False):
    type: str = ""
    count: Count = 0
    emoji: str | None = None
    document_id: str | None = None
    recent: list[_Recent] | None = None

    @property
    def kind(self) -> str:
        """The reaction's emoji, or its identifier."""
        return self.emoji or f"{self.type}:{self.document_id or ''}".rstrip(":")


class Entry(msgspec.Struct, gc=False):
    """One Telegram message, service message or unsupported entry."""

    id: int = 0
    type: str = "message"
    date_unixtime: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    from_id: str | int | None = None
    text: str | list[str | _Span] = ""
    actor: str | None = None
    actor_id: str | int | None = None
    action: str | None = None
    title: str | None = None
    new_title: str | None = None
    members: list[str | None] | None = None
    inviter: str | None = None
    message_id: int | None = None
    reply_to_message_id: int | None = None
    reply_to_peer_id: str | None = None  # of another chat, whose numbers are its own
    media_type: str | None = None
    forwarded_from: str | msgspec.UnsetType | None = msgspec.UNSET
    saved_from: str | None = None
    photo: Any = None
    file: Any = None
    poll: Any = None
    contact_information: Any = None
    location_information: Any = None
    rich_message: Any = None  # in place of a text, since 2026
    reactions: list[_Reaction] | None = None


class Dated(Entry, gc=False):
    """One entry of a file in which some have only a date, as exports before 2021."""

    date: str | None = None


DECODER = msgspec.json.Decoder(list[Entry])
DATED = msgspec.json.Decoder(list[Dated])


class _Entries:
    """Decodes entries, with their dates where not all have a number for these."""

    def decode(self, data: bytes, /) -> list[Entry]:
        """Decode a JSON list of entries."""
        dates, instants_too = map(data.count, (b'"date"', b'"date_unixtime"'))
        return DECODER.decode(data) if instants_too == dates else [*DATED.decode(data)]


class _Moves:
    """Decodes entries where some are about moving, and passes others over."""

    def decode(self, data: bytes, /) -> list[Any]:
        """Decode a JSON list of entries."""
        return (DECODER if b'"migrate_' in data else SKIP).decode(data)


class _Header(msgspec.Struct):
    id: int = 0
    name: str | None = None
    type: str = "unknown"


class _Chats(msgspec.Struct):
    headers: list[_Header] = msgspec.field(default=[], name="list")


class _Export(_Header):
    chats: _Chats = msgspec.field(default_factory=_Chats)
    left_chats: _Chats = msgspec.field(default_factory=_Chats)


def _flatten_text(text: str | list[str | _Span]) -> str:
    """Join the plain and styled pieces of a Telegram text, personal ones masked."""
    if isinstance(text, str):
        return text
    return "".join(
        piece if isinstance(piece, str) else _MASKED.get(piece.type, piece.text)
        for piece in text
    )


def _flatten_rich(value: Any) -> str:  # noqa: ANN401  any JSON
    """Join the texts of a formatted message, such as a list of tasks, block by block.

    >>> _flatten_rich({"blocks": [{"text": ["buy ", {"type": "bold", "text": "tea"}]}]})
    'buy tea'
    """
    if isinstance(value, dict):
        parts = (_flatten_rich(value.get(name)) for name in _RICH)
        text = "\n".join(filter(None, parts))
        return _MASKED.get(str(value.get("type")), text)
    if not isinstance(value, list):
        return value if isinstance(value, str) else ""
    is_text = any(isinstance(one, str) for one in value)
    return ("" if is_text else "\n").join(filter(None, map(_flatten_rich, value)))


_RICH = ("title", "text", "caption", "blocks", "items", "rows", "cells")


def _repair(raw: bytes) -> bytes:
    """Repair two kinds of invalid JSON that Telegram Desktop writes."""
    return _UNQUOTED.sub(rb'\1"\2"', _ESCAPE.sub(rb"\1\\u00\2", raw))


ARRAYS = ("messages", "chats.list[].messages", "left_chats.list[].messages")
MOVED_WITHIN_US = 60_000_000
Row = dict[str, Any]


@dataclass(slots=True)
class Chat:
    """One Telegram chat, with its creation and migration times."""

    header: _Header
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
        replies = [
            None if entry.reply_to_peer_id else entry.reply_to_message_id
            for entry in entries
        ]
        made = {e.id: e.title or "" for e in entries if e.action == "topic_created"}
        if not made and not self.topics:
            return None, replies
        notices = self.notices = self.notices | made.keys()
        self.topics |= made
        topics: list[str | None] = []
        for entry, answered in zip(entries, replies, strict=True):
            number = entry.id if entry.id in made else answered
            topic = None if number is None else self.topics.get(number)
            if topic is not None:
                self.topics[entry.id] = topic
            topics.append(topic)
        return topics, [None if to in notices else to for to in replies]

    def row(self) -> Row:
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


Chats = dict[tuple[str, int], Chat]


def _index_chats(source: Source, name: str) -> Chats:
    """Index the chats of a Telegram export by array and number."""
    export = decode_envelope(source, name, _Export, *ARRAYS, repair=_repair)
    lists: tuple[list[_Header], ...] = (
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


def _decode(
    source: Source, name: str, decoder: Decoder[Entry], losses: Losses
) -> Iterator[Block[Entry]]:
    return decode_blocks(source, name, decoder, *ARRAYS, repair=_repair, losses=losses)


def _find_chat(chats: Chats, block: Block[Entry], name: str) -> Chat:
    """Find the chat to which a block of messages belongs."""
    return chats.setdefault((block.array, block.outer), Chat(_Header(), name))


def _join_moved_groups(source: Source, documents: Mapping[str, Chats]) -> None:
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
            and abs(_read_us(last_entry) - _read_us(entry)) <= MOVED_WITHIN_US
        ]
        if len(old) == 1:
            old[0].into = new


def _read_us(entry: Entry) -> int:
    return from_epoch([entry.date_unixtime])[0].as_py() or 0


def _find_moves(
    source: Source, name: str, file_chats: Chats
) -> Iterator[tuple[Chat, Entry]]:
    try:
        for block in _decode(source, name, _Moves(), Losses()):
            for entry in block.values:
                if (getattr(entry, "action", None) or "").startswith("migrate_"):
                    yield _find_chat(file_chats, block, name), entry
    except BrokenFileError:
        return  # the reading itself will say so


_ATTACHED = ("photo", "file", "poll", "contact_information", "location_information")
_CARRIED = attrgetter("media_type", "forwarded_from", *_ATTACHED)
_NOTHING = _CARRIED(Entry())


def _read_times(source: Source, entries: Sequence[Entry]) -> pa.Array:
    """Convert the times of Telegram entries to µs, each by the best that it has."""
    times = from_epoch([entry.date_unixtime for entry in entries])
    if not times.null_count:
        return times
    # a date may be a local time, or one with its zone
    dates = [getattr(entry, "date", None) for entry in entries]
    times = pc.coalesce(times, from_iso(dates))
    walls = from_wall([date or "" for date in dates], source.options.zone)
    if pc.any(pc.and_(pc.is_null(times), pc.is_valid(walls))).as_py():
        source.observed["time_zone_known"] = False
    return pc.coalesce(times, walls)


def _classify_kinds(entries: Sequence[Entry], told: Sequence[int]) -> list[str]:
    """Return the kind of each Telegram entry, such as text, sticker or image."""
    carry = [
        at
        for at, field_values in enumerate(map(_CARRIED, entries))
        if field_values != _NOTHING or not entries[at].text
    ]
    entry_kinds = ["text"] * len(entries)
    for at in (*told, *carry):
        entry_kinds[at] = _classify_kind(entries[at])
    return entry_kinds


def _classify_kind(entry: Entry) -> str:
    if entry.type != "message":
        return "system" if entry.type == "service" else "other"
    if entry.media_type:
        return PROGRAM.find_label(entry.media_type) or "other"
    if entry.forwarded_from is not msgspec.UNSET:
        return "forward"
    plain = "text" if entry.text else "other"  # such as a game or a list of tasks
    labels = PROGRAM.labels
    held = (labels[k] for k in _ATTACHED if getattr(entry, k) is not None)
    return next(held, plain)


def _list_mentions(text: str | list[str | _Span]) -> list[str] | None:
    """Return the ids and names that a Telegram text mentions."""
    if isinstance(text, str):
        return None
    spans = [piece for piece in text if isinstance(piece, _Span)]
    return [
        f"user{span.user_id}" if span.user_id else span.text
        for span in spans
        if span.type in {"mention", "mention_name"}
    ] or None


def _list_named(texts: Iterable[str | list[str | _Span]]) -> list[str]:
    """List the names by which Telegram texts mention people who have no user name."""
    pieces = chain.from_iterable(text for text in texts if isinstance(text, list))
    spans = (piece for piece in pieces if isinstance(piece, _Span))
    return [span.text for span in spans if span.type == "mention_name" and span.text]


def _identify_senders(source: Source, chat: Chat, entries: Sequence[Entry]) -> pa.Array:
    """Return each entry's author or actor id, and record their names."""
    ids, names = [e.from_id for e in entries], [e.from_ for e in entries]
    if {*map(type, ids)} != {str} or not all(ids):
        for at, id_ in enumerate(ids):
            if not id_ or isinstance(id_, int):
                ids[at], names[at] = _identify_actor(entries[at])
    people = to_text_array(ids).dictionary_encode()
    source.people.met_columns(
        chat.key, people, to_text_array(names).dictionary_encode()
    )
    return people


def _find_channel_posts(chat: Chat, entries: Sequence[Entry]) -> list[int]:
    """Return which messages of a group are posts that its channel forwards itself.

    Nobody of the group wrote them. What an anonymous administrator or somebody in the
    name of a channel of their own writes is no forward of it, and stays a person's.
    """
    if not chat.header.type.endswith("group"):
        return []
    return [
        at
        for at, entry in enumerate(entries)
        if entry.forwarded_from is not msgspec.UNSET
        and entry.forwarded_from == entry.from_ == entry.saved_from
        and str(entry.from_id).startswith("channel")
    ]


def _identify_actor(entry: Entry) -> tuple[str | None, str | None]:
    """Return id and name of who acted in a Telegram service message."""
    has_author = entry.from_id is not None or entry.from_
    identity = entry.from_id if has_author else entry.actor_id
    name = entry.from_ if has_author else entry.actor
    return _identify_person(identity, name), None if identity is None else name


def _identify_person(identity: str | int | None, name: str | None) -> str | None:
    """Return a Telegram user's id; old exports have names only."""
    if isinstance(identity, int):
        return f"user{identity}"
    return identity or (to_name_id(name) if name else None)


def _derive_events(entry: Entry) -> tuple[list[Row], list[Row]]:
    """Derive events and memberships from a Telegram service message."""
    actor = _identify_person(entry.actor_id, entry.actor)
    action = entry.action or ""
    if action in _MEMBERSHIP:
        return list(_list_changes(entry, actor)), []
    kind = PROGRAM.notice_kinds.get(action, "unrecognised")
    pinned = None if entry.message_id is None else str(entry.message_id)
    value = entry.title or entry.new_title or pinned
    rule = f"telegram.{entry.action}"
    own = {"kind": kind, "actor": actor, "value": value, "rule": rule}
    founders = list[Row]()
    if kind == "create":
        founders += (
            [{"person": actor, "role": "creator", "rule": rule}] if actor else []
        )
        founders += [
            {"person": to_name_id(name), "inviter": actor, "rule": f"{rule} (by name)"}
            for name in entry.members or ()
            if name and name != entry.actor
        ]
    return [own], founders


# actions that change who is in: what each is, and how
_MEMBERSHIP = {
    "invite_members": ("join", "invited"),
    "remove_members": ("kick", None),
    "join_group_by_link": ("join", "link"),
    "join_group_by_request": ("join", "request"),
}


def _list_changes(entry: Entry, actor: str | None) -> Iterator[Row]:
    """Yield the joins, leaves or removals that a service message reports."""
    kind, method = _MEMBERSHIP[entry.action or ""]
    if method in {"link", "request"}:
        inviter = entry.inviter if method == "link" else None
        yield _build_event(
            entry, kind, to_name_id(inviter) if inviter else None, actor, method
        )
        return
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            own = "join" if kind == "join" else "leave"
            yield _build_event(entry, own, None, actor, "self")
        else:
            subject = name and to_name_id(name)
            yield _build_event(entry, kind, actor, subject, method)


def _build_event(
    entry: Entry, kind: str, actor: str | None, subject: str | None, method: str | None
) -> Row:
    named = any(one.startswith(NAMED) for one in (subject, actor) if one)
    return {
        "kind": kind, "actor": actor, "subject": subject, "method": method,
        "value": None if subject else "unknown person",
        "rule": f"telegram.{entry.action}" + " (by name)" * named,
    }  # fmt: skip


DELETED_TOGETHER = 100  # fewer messages missing in a row may have been deleted
LARGEST_ID = 1 << 53
_OWN_NAME = re.compile(r"(?:^|/)result(?: ?\(\d+\))?\.json$")


def has_signature(head: Head) -> bool:
    """Detect a Telegram export (chat or account) by the exporter's keys."""
    return any(_is_export(head.keys(name)) for name in _iterate_result_files(head))


def _is_export(keys: frozenset[str]) -> bool:
    account = "personal_information" in keys and "about" in keys
    listed = "chats.list[].messages" in keys or "left_chats.list" in keys
    is_single_chat = {"messages[].type", "messages[].text", "type", "id"} <= keys
    dated = not keys.isdisjoint({"messages[].date", "messages[].date_unixtime"})
    return account or listed or (is_single_chat and dated)


class Reader(records.Reader):
    """Reads every chat of the files named or structured like the exporter's."""

    def read(self) -> Iterator[Batch]:
        """Yield the records of every Telegram chat; migrated ones are joined."""
        source = self.source
        documents = {
            name: _index_chats(source, name)
            for name in _iterate_result_files(source.head)
        }
        if sum(map(len, documents.values())) > 1:
            _join_moved_groups(source, documents)
        broken = None
        try:
            for name, file_chats in documents.items():
                for block in _decode(source, name, _Entries(), source.losses):
                    yield from _read_block(
                        source, _find_chat(file_chats, block, name), block
                    )
        except BrokenFileError as error:
            broken = error
        every = [
            chat for file_chats in documents.values() for chat in file_chats.values()
        ]
        own = [chat for chat in every if chat.into is None]
        yield from_rows("group", [chat.row() for chat in own])
        born = {
            c.created_us is not None for c in own if c.header.type.endswith("group")
        }
        if born != {True}:
            source.observed |= {"births": "first_message", "left_truncated": True}
        if broken:
            raise broken


def _read_block(source: Source, chat: Chat, block: Block[Entry]) -> Iterator[Batch]:
    entries, positions = block.values, block.positions
    instants = _read_times(source, entries)
    before = [chat.last_number] if chat.last_number else []
    chat.last_us = pc.max(instants).as_py() or chat.last_us
    if chat.header.type.endswith("supergroup"):  # where each number is used once
        said = (e.id for e in entries if e.type == "message")
        numbers = [number for number in said if 0 < number < LARGEST_ID]
        chat.last_number = numbers[-1] if numbers else chat.last_number
        note_gaps(source.losses, [*before, *numbers], chat.file, DELETED_TOGETHER)
    types = enumerate([entry.type for entry in entries])
    notices = [at for at, entry_type in types if entry_type != "message"]
    texts = [entry.text for entry in entries]
    for at in [at for at, text in enumerate(texts) if not text] if "" in texts else ():
        texts[at] = entries[at].text = _flatten_rich(entries[at].rich_message)
    styled = list in set(map(type, texts))
    words = [_flatten_text(text) for text in texts] if styled else texts
    kinds = _classify_kinds(entries, notices)
    senders = _find_authors(
        source, chat, _identify_senders(source, chat, entries), words
    )
    rules = [entry.action and f"telegram.{entry.action}" for entry in entries]
    posts = _find_channel_posts(chat, entries)
    for at in posts:
        kinds[at], rules[at] = "announcement", "telegram.automatic-forward"
    if posts:
        written = np.ones(len(entries), bool)
        written[posts] = False
        senders = pc.if_else(written, senders.cast(pa.string()), None)
        senders = senders.dictionary_encode()
    topics, replies = chat.split_topics(entries)
    ids = chat.message_ids([entry.id for entry in entries])
    source.losses.read_threads(chat.key, map(str, chat.notices), chat.file)
    yield build_messages(
        file=chat.file,
        position=positions,
        group=chat.key,
        id=ids,
        sender=senders,
        time_us=instants,
        kind=kinds,
        text=words,
        reply_to=chat.message_ids(replies),
        topic=topics,
        mentions=[_list_mentions(text) for text in texts] if styled else None,
        bot=chat.header.type == "bot_chat",
        rule=rules if notices or posts else None,
    )
    if styled:
        source.people.mentioned(*_list_named(texts))
    for entry in (entries[at] for at in notices):
        source.people.mentioned(*filter(None, [*(entry.members or ()), entry.inviter]))
    yield from _read_service_messages(source, chat, entries, positions, instants)
    yield from _read_reactions(chat, entries, positions, ids)


def _find_authors(
    source: Source, chat: Chat, senders: pa.Array, words: Sequence[Any]
) -> pa.Array:
    """Return the senders, where one is a bridge the people that it brings over."""
    signed = source.people.find_signed(chat.key, senders, words)
    if not signed:
        return senders
    authors = senders.to_pylist()
    for at, who in signed.items():
        authors[at] = who
    return to_text_array(authors).dictionary_encode()


def _read_service_messages(
    source: Source,
    chat: Chat,
    entries: Sequence[Entry],
    positions: Sequence[int],
    times: pa.Array,
) -> Iterator[Batch]:
    events: list[Row] = []
    members: list[Row] = []
    for n in [n for n, entry in enumerate(entries) if entry.type != "message"]:
        entry, position, time = entries[n], positions[n], times[n].as_py()
        if entry.type == "unsupported":
            source.losses.noted("unsupported by the exporter", chat.file, position)
        if entry.type != "service":
            continue
        place = {"group": chat.key, "file": chat.file, "position": position}
        changes, founders = _derive_events(entry)
        events += [place | {"time_us": time} | event for event in changes]
        members += [place | {"joined_us": time} | one for one in founders]
        if entry.action in {"create_group", "create_channel"}:
            (chat.into or chat).created_us = time
        if entry.action == "migrate_to_supergroup" and chat.into is None:
            chat.moved_us = time
        if changes[0]["kind"] == "unrecognised":
            reason = "service message, unrecognised"
            source.losses.noted(reason, chat.file, position)
    yield from yield_rows(event=events, membership=members)


def _read_reactions(
    chat: Chat, entries: Sequence[Entry], positions: Sequence[int], ids: pa.Array
) -> Iterator[Batch]:
    """Yield reactions: a row per named reactor, one row for the remaining count."""
    rows: list[Row] = []
    for at, entry in enumerate(entries):
        for reaction in entry.reactions or ():
            shared = {
                "group": chat.key, "message": ids[at].as_py(), "kind": reaction.kind,
                "file": chat.file, "position": positions[at],
            }  # fmt: skip
            recent = reaction.recent or ()
            named = [_identify_person(who.from_id, who.from_) for who in recent]
            rows += list_reactions(shared, named, reaction.count)
    yield from yield_rows(reaction=rows)


def _iterate_result_files(head: Head) -> Iterator[str]:
    """Yield the files named or structured like the exporter's."""
    named = [name for name in head.names if name.lower().endswith(".json")]
    files = head.names if len(head.names) == 1 else named
    for name in files:
        if len(files) == 1 or _OWN_NAME.search(name) or _is_export(head.keys(name)):
            yield name
