"""Telegram: invalid JSON, moved groups, people by name, topics, styled texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from typing import Any

import msgspec
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json import json_cut
from helpers.formats.json.json_stream import Count, decode_blocks, decode_envelope
from helpers.formats.reading.chat import find_all
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall
from helpers.formats.rows.columns import list_reactions, yield_rows
from helpers.formats.rows.losses import Losses, note_gaps
from helpers.formats.rows.people import NAMED, SIGNATURE, to_name_id
from helpers.formats.rules import typed
from helpers.formats.rules.paths import Paths
from helpers.formats.rules.programs import Program
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import Batch, from_rows

# Control characters and undefined ids leave the exporter as no JSON at all.
_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_UNQUOTED = re.compile(rb'("document_id":\s*)([^"\s\d][^,}\n]*)')


# what stands for pieces that Telegram itself marks as personal
_MASKED = {
    "mention_name": "[name]", "phone": "[phone]", "email": "[email]",
    "bank_card": "[number]",
}  # fmt: skip


class _Span(msgspec.Struct, gc=False):
    text: str = ""
    type: str = ""
    user_id: int | None = None


class _Recent(msgspec.Struct, gc=False):  # one of the few reactors that are named
    from_: str | None = msgspec.field(default=None, name="from")
    from_id: str | None = None


class _Reaction(msgspec.Struct, gc=False):
    type: str = ""
    count: Count = 0
    emoji: str | None = None
    document_id: str | None = None
    recent: list[_Recent] | None = None


Text = str | list[str | _Span]


class _Move(msgspec.Struct):
    action: str | None = None
    title: str | None = None
    date_unixtime: str | None = None


_MOVES = msgspec.json.Decoder(list[_Move])


class _Header(msgspec.Struct):
    id: int = 0
    name: str | None = None
    type: str = "unknown"


class _Chats(msgspec.Struct):
    headers: list[_Header] = msgspec.field(default=[], name="list")


class _Export(_Header):
    chats: _Chats = msgspec.field(default_factory=_Chats)
    left_chats: _Chats = msgspec.field(default_factory=_Chats)


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
DELETED_TOGETHER = 100  # fewer messages missing in a row may have been deleted
LARGEST_ID = 1 << 53
_OWN_NAME = re.compile(r"(?:^|/)result(?: ?\(\d+\))?\.json$")
_ATTACHED = (
    "photo", "file_sent", "poll", "contact_information", "location_information",
)  # fmt: skip
_CARRIED = ("media_type", "forwarded_from", *_ATTACHED)
_NOTHING = (None, msgspec.UNSET, *(None for _ in _ATTACHED))
_METHODS = {
    "invite_members": "invited", "join_group_by_link": "link",
    "join_group_by_request": "request",
}  # fmt: skip
_NOTICE = (
    "type", "actor_id", "actor", "title", "new_title", "members", "inviter", "pinned",
)  # fmt: skip


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
    topics: dict[str, str] = field(default_factory=dict)
    notices: set[str] = field(default_factory=set)  # that made the topics

    @property
    def key(self) -> str:
        """Group id under which this Telegram chat's records are stored."""
        return self.into.key if self.into else str(self.header.id)

    def split_topics(self, block: Block) -> list[str | None] | None:
        """Return the topic of each entry, if the group has topics.

        A message of a topic that answers nobody is exported as a reply to the notice
        that made the topic.
        """
        if not self.topics and "topic_created" not in block["type"]:
            return None
        rows = block.rows("id", "type", "title")
        made = {one: name or "" for one, kind, name in rows if kind == "topic_created"}
        self.notices |= made.keys()
        self.topics |= made
        topics: list[str | None] = []
        for own, answered in block.rows("id", "reply_to"):
            topic = self.topics.get(own if own in made else answered)
            if topic is not None:
                self.topics[own] = topic
            topics.append(topic)
        told = block["reply_to"]
        block["reply_to"] = [None if to in self.notices else to for to in told]
        return topics

    def list_ends(self) -> Row:
        """Return the group's end by migration or exit, if any."""
        if self.moved_us is not None:
            return {"closed_us": self.moved_us, "closed_kind": "migrated"}
        is_over = {"closed_us": self.last_us, "closed_kind": "exporter_left"}
        return is_over if self.left else {}


Chats = dict[tuple[str, int], Chat]


def _index_chats(source: Source, name: str) -> Chats:
    """Index the chats of a Telegram export by array and number."""
    export = decode_envelope(source, name, _Export, *ARRAYS, repair=_repair)
    lists: Sequence[list[Any]]
    lists = ([export], export.chats.headers, export.left_chats.headers)
    return {
        (array, number): Chat(header, name, left=array.startswith("left"))
        for array, headers in zip(ARRAYS, lists, strict=True)
        for number, header in enumerate(headers)
        if header.id or array != ARRAYS[0]
    }


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


def _read_us(entry: _Move) -> int:
    return from_epoch([entry.date_unixtime])[0].as_py() or 0


def _find_moves(
    source: Source, name: str, chats: Chats
) -> Iterator[tuple[Chat, _Move]]:
    every = (source, name, _MOVES, *ARRAYS)
    with suppress(BrokenFileError):  # the reading itself will say so
        for block in decode_blocks(*every, repair=_repair, losses=Losses()):
            chat = _find_chat(chats, block, name)
            moves = (one for one in block.values if one.action)
            yield from ((chat, one) for one in moves if "migrate_" in str(one.action))


def _find_chat(chats: Chats, block: json_cut.Block[Any], name: str) -> Chat:
    """Find the chat to which a block of messages belongs."""
    return chats.setdefault((block.array, block.outer), Chat(_Header(), name))


def has_signature(head: Head) -> bool:
    """Detect a Telegram export (chat or account) by the exporter's keys."""
    return any(_is_export(head.keys(name)) for name in _iterate_result_files(head))


def _is_export(keys: AbstractSet[str]) -> bool:
    if "personal_information" in keys and "about" in keys:
        return True
    if "chats.list[].messages" in keys or "left_chats.list" in keys:
        return True
    dated = not keys.isdisjoint({"messages[].date", "messages[].date_unixtime"})
    return dated and {"messages[].type", "messages[].text", "type", "id"} <= keys


def _iterate_result_files(head: Head) -> Iterator[str]:
    """Yield the files named or structured like the exporter's."""
    named = [name for name in head.names if name.lower().endswith(".json")]
    files = head.names if len(head.names) == 1 else named
    for name in files:
        if len(files) == 1 or _OWN_NAME.search(name) or _is_export(head.keys(name)):
            yield name


class Reader(typed.Reader):
    """Reads every Telegram chat; migrated ones are joined."""

    signature = SIGNATURE

    def __init__(self, source: Source, program: Program) -> None:
        super().__init__(source, program)
        types = {**program.types, "text": Text, "reactions": list[_Reaction]}
        self.paths = Paths(program.columns, types)
        self.paths.texts.add("sender_id")  # a number is not its text here
        self._founders = list[Row]()

    def read(self) -> Iterator[Batch]:
        """Yield the records of all chats, then of the groups."""
        source, decoder = self.source, self.paths.decoder
        names = _iterate_result_files(source.head)
        documents = {name: _index_chats(source, name) for name in names}
        if sum(map(len, documents.values())) > 1 and source.holds(rb'"migrate_'):
            _join_moved_groups(source, documents)
        broken = None
        try:
            for name, chats in documents.items():
                self.file = name
                for part in decode_blocks(
                    source, name, decoder, *ARRAYS, repair=_repair
                ):
                    self.chat = _find_chat(chats, part, name)
                    self.group = self.chat.key
                    rows = self.paths.look_into(part.values)
                    self._numbers = rows("id") or []
                    yield from self.read_block(Block(part.positions, rows))
        except BrokenFileError as error:
            broken = error
        every = [chat for chats in documents.values() for chat in chats.values()]
        own = [chat for chat in every if chat.into is None]
        yield from_rows("group", [*map(self._describe_chat, own)])
        groups = [one for one in own if one.header.type.endswith("group")]
        if {one.created_us is not None for one in groups} != {True}:
            source.observed |= {"births": "first_message", "left_truncated": True}
        if broken:
            raise broken

    def _describe_chat(self, chat: Chat) -> Row:
        """Return a chat's record, with its end if any."""
        told = {"label": chat.header.name, "kind": chat.header.type, "file": chat.file}
        made = {"created_us": chat.created_us}
        return self.describe_group(chat.key) | told | made | chat.list_ends()

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield messages, and those with whom a group was founded."""
        yield from super().read_block(block)
        yield from yield_rows(membership=self._founders)
        self._founders = []

    def prepare(self, block: Block) -> None:
        """Find kinds and words, who wrote, topics, and what is elsewhere."""
        chat = self.chat
        if None in block["sort"]:
            block["sort"] = [one or "message" for one in block["sort"]]
        if block.times.null_count:
            self._date(block)
        chat.last_us = pc.max(block.times).as_py() or chat.last_us
        if chat.header.type.endswith("supergroup"):  # where each number is used once
            self._note_gaps(block)
        block["kind"] = kinds = self._read_words(block)
        self._identify(block)
        block["rule"] = [kind and f"telegram.{kind}" for kind in block["type"]]
        self._posts = self._find_channel_posts(block)
        for at in self._posts:
            kinds[at], block["rule"][at] = "announcement", "telegram.automatic-forward"
        block["bot"] = [chat.header.type == "bot_chat"] * len(block)
        self._place_answers(block)

    def _place_answers(self, block: Block) -> None:
        """Find topics, and which messages of this chat are answered."""
        chat = self.chat
        if any(block["elsewhere"]):
            pairs = block.rows("reply_to", "elsewhere")
            block["reply_to"] = [None if other else to for to, other in pairs]
        if topics := chat.split_topics(block):
            block["topic"] = topics
        self.source.losses.read_threads(chat.key, chat.notices, chat.file)
        for role in ("id", "reply_to") if chat.into else ():  # numbers of two chats
            block[role] = [one and f"{chat.header.id}/{one}" for one in block[role]]

    def _date(self, block: Block) -> None:
        """Date entries by what they have: a local time, or one with its zone."""
        dates = block["date"]
        times = pc.coalesce(block.times, from_iso(dates))
        walls = from_wall([date or "" for date in dates], self.source.options.zone)
        if pc.any(pc.and_(pc.is_null(times), pc.is_valid(walls))).as_py():
            self.source.observed["time_zone_known"] = False
        block.times = pc.coalesce(times, walls)

    def _note_gaps(self, block: Block) -> None:
        """Note the numbers that are missing in a supergroup."""
        chat, held = self.chat, map("message".__eq__, block["sort"])
        numbers = [
            n for n in compress(self._numbers, held) if 0 < (n or 0) < LARGEST_ID
        ]
        every = [*filter(None, [chat.last_number]), *numbers]
        chat.last_number = every[-1] if every else 0
        note_gaps(self.source.losses, every, chat.file, DELETED_TOGETHER)

    def _read_words(self, block: Block) -> list[str]:
        """Read plain and styled texts, and return the kinds of entries."""
        texts, sorts = block["text"], block["sort"]
        rare = {*find_all(not_, texts), *find_all("message".__ne__, sorts)}
        for at in [at for at in rare if not texts[at]]:
            texts[at] = _flatten_rich(block["rich"][at])
        rare |= {*find_all(_NOTHING.__ne__, [*block.rows(*_CARRIED)])}
        kinds, self._rare = ["text"] * len(block), sorted(rare)
        carried = block.take(self._rare).rows(*_CARRIED)
        for at, row in zip(self._rare, carried, strict=True):
            kinds[at] = self._classify(sorts[at], texts[at], *row)
        if styled := [at for at, one in enumerate(map(type, texts)) if one is list]:
            block["text"], block["mentions"] = texts.copy(), [None] * len(block)
            for at in styled:
                spans = [one for one in texts[at] if isinstance(one, _Span)]
                named = (one.text for one in spans if one.type == "mention_name")
                self.source.people.mentioned(*filter(None, named))
                block["mentions"][at] = _list_mentions(spans)
                block["text"][at] = "".join(
                    one if isinstance(one, str) else _MASKED.get(one.type, one.text)
                    for one in texts[at]
                )
        return kinds

    def _classify(
        self, sort: str, text: Text, media: str | None, forwarded: object,
        *attached: object,
    ) -> str:  # fmt: skip
        """Return the kind of an entry, such as text, sticker or image."""
        if sort != "message":
            return "system" if sort == "service" else "other"
        find = self.program.find_label
        if media:
            return find(media) or "other"
        if forwarded is not msgspec.UNSET:
            return "forward"
        pairs = zip(_ATTACHED, attached, strict=True)
        held = (find(name) or "" for name, one in pairs if one is not None)
        return next(held, "text" if text else "other")  # such as a game

    def _identify(self, block: Block) -> None:
        """Give entries their authors, else whoever acted; old exports have names."""
        ids, names = block["sender_id"], block["sender"]
        acted = [at for at, one in enumerate(ids) if not one or type(one) is int]
        rows = block.take(acted).rows("actor_id", "actor")
        for at, (actor_id, actor) in zip(acted, rows, strict=True):
            has_author = ids[at] is not None or names[at]
            one, name = (ids[at], names[at]) if has_author else (actor_id, actor)
            ids[at] = _identify_person(one, name)
            names[at] = None if one is None else name

    def _find_channel_posts(self, block: Block) -> list[int]:
        """Return which messages of a group are posts that its channel forwards itself.

        Nobody of the group wrote them. What an anonymous administrator or somebody in
        the name of a channel of their own writes is no forward of it, and stays a
        person's.
        """
        if not self.chat.header.type.endswith("group"):
            return []
        roles = ("forwarded_from", "sender", "saved_from", "sender_id")
        rows = zip(self._rare, block.take(self._rare).rows(*roles), strict=True)
        return [
            at
            for at, (first, own, saved, who) in rows
            if first is not msgspec.UNSET
            and first == own == saved
            and str(who).startswith("channel")
        ]

    def list_unwritten(self, block: Block) -> list[int]:  # noqa: ARG002
        """Return the posts of a channel; of notices, the sender is who acted."""
        return self._posts

    def list_events(self, block: Block) -> Iterator[tuple[int, Row]]:
        """Yield the events that service messages tell."""
        notices = [at for at in self._rare if block["sort"][at] != "message"]
        losses, mentioned = self.source.losses, self.source.people.mentioned
        for at, row in zip(notices, block.take(notices).rows(*_NOTICE), strict=True):
            entry, position = dict(zip(_NOTICE, row, strict=True)), block.positions[at]
            mentioned(*filter(None, (*(entry["members"] or ()), entry["inviter"])))
            if block["sort"][at] == "unsupported":
                losses.noted("unsupported by the exporter", self.file, position)
            if block["sort"][at] != "service":
                continue
            entry["actor_id"] = _identify_person(entry["actor_id"], entry["actor"])
            changes = [*self._list_changes(entry)]
            yield from ((at, change) for change in changes)
            time_us, place = block.times[at].as_py(), self.place(block, at)
            if changes[0]["kind"] == "create":
                (self.chat.into or self.chat).created_us = time_us
                founders = _list_founders(entry)
                self._founders += [
                    place | {"joined_us": time_us} | one for one in founders
                ]
            if entry["type"] == "migrate_to_supergroup" and self.chat.into is None:
                self.chat.moved_us = time_us
            if changes[0]["kind"] == "unrecognised":
                losses.noted("service message, unrecognised", self.file, position)

    def _list_changes(self, entry: Row) -> Iterator[Row]:
        """Yield what a service message reports, of joins one a person."""
        action, actor = entry["type"], entry["actor_id"]
        kind = self.program.notice_kinds.get(action or "", "unrecognised")
        method = _METHODS.get(action)
        if method in {"link", "request"}:
            inviter = entry["inviter"] if method == "link" else None
            by = to_name_id(inviter) if inviter else None
            yield _build_event(action, kind, by, actor, method)
        elif kind in {"join", "kick"}:
            for name in entry["members"] or [None]:
                if name is not None and name == entry["actor"]:
                    own = "join" if kind == "join" else "leave"
                    yield _build_event(action, own, None, actor, "self")
                else:
                    subject = name and to_name_id(name)
                    yield _build_event(action, kind, actor, subject, method)
        else:
            value = entry["title"] or entry["new_title"]
            value = value or (None if entry["pinned"] is None else str(entry["pinned"]))
            row = {"kind": kind, "actor": actor, "value": value}
            yield row | {"rule": f"telegram.{action}"}

    def list_reactions(self, block: Block) -> Iterator[Row]:
        """Yield reactions: of the few people whom an export names, and of the rest."""
        for at in [at for at, one in enumerate(block["reactions"]) if one]:
            place = self.place(block, at) | {"message": block["id"][at]}
            for one in block["reactions"][at]:
                recent = one.recent or ()
                people = [_identify_person(who.from_id, who.from_) for who in recent]
                other = f"{one.type}:{one.document_id or ''}".rstrip(":")
                row = place | {"kind": one.emoji or other}
                yield from list_reactions(row, people, one.count)


def _build_event(
    action: str, kind: str, actor: str | None, subject: str | None, method: str | None
) -> Row:
    named = any(one.startswith(NAMED) for one in (subject, actor) if one)
    return {
        "kind": kind, "actor": actor, "subject": subject, "method": method,
        "value": None if subject else "unknown person",
        "rule": f"telegram.{action}" + " (by name)" * named,
    }  # fmt: skip


def _list_founders(entry: Row) -> Iterator[Row]:
    """Yield the creator of a group, and who was there from the start."""
    rule, actor = f"telegram.{entry['type']}", entry["actor_id"]
    if actor:
        yield {"person": actor, "role": "creator", "rule": rule}
    for name in entry["members"] or ():
        if name and name != entry["actor"]:
            who = {"person": to_name_id(name), "inviter": actor}
            yield who | {"rule": f"{rule} (by name)"}


def _list_mentions(spans: Sequence[_Span]) -> list[str] | None:
    """Return the ids and names that a Telegram text mentions."""
    mentions = [one for one in spans if one.type in {"mention", "mention_name"}]
    return [f"user{o.user_id}" if o.user_id else o.text for o in mentions] or None


def _identify_person(identity: str | int | None, name: str | None) -> str | None:
    """Return a Telegram user's id; old exports have names only."""
    if isinstance(identity, int):
        return f"user{identity}"
    return identity or (to_name_id(name) if name else None)
