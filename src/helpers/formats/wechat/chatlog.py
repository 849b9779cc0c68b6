"""Read chatlog's WeChat exports: JSON, CSV or TXT, and a list of chat rooms.

The chat-room list has every current member, the silent ones too, and the owner.
Quotes name the sender and time of what they quote, so that is what ids are made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.json.json_stream import decode_elements
from helpers.formats.reading.chat import Chat, Talk, Transcript
from helpers.formats.reading.source import Head, Source, Weight
from helpers.formats.reading.tabular import group_rows, read_header, read_tables
from helpers.formats.rows.clock import EARLIEST_US, from_iso, from_wall, parse_iso_us
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.events import YOU, Event, Known, extract_ids
from helpers.formats.rows.people import to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.wechat import wechat
from helpers.records import SECOND_US, Batch, from_rows
from helpers.wording import say

Understand = Callable[[str, Known], Event | None]

NAME = "chatlog"
OBSERVES = wechat.OBSERVES
OUTSIDE = wechat.OUTSIDE
COLUMNS = ("Time", "SenderName", "Sender", "TalkerName", "Talker", "Content")
_MESSAGE_KEYS = {"[].talker", "[].sender", "[].time"}
_ROOM_KEYS = {"items[].name", "items[].users"}
# transcripts: a line with who and when, the words, and a blank line
_TIME = r"(?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d"
HEADER = re.compile(rf"(?:\A|(?<=\n\n))(?=[^\n]*? ({_TIME})\n)([^\n]+?) {_TIME}\n")
# chatlog's ids are no numbers as QQ's are; a talker may follow, and oneself has none
OWN_WHO = re.compile(
    r"\((?!\d{5,12}\))[^()]*\)(?: (?:\d{4}-)?\d\d-\d\d)?$|\]$|^我(?: |$)"
)
_QUOTED = re.compile(r"\A(?:> [^\n]*\n?)+")
_YEARLY = len("2024-01-01 00:00:00")
_WHO = re.compile(
    r"(?P<name>.*?)(?:\((?P<id>[^()]*)\))?(?: \[(?:.*\()?(?P<talker>[^()\]]*)\)?\])?"
)


class _Message(msgspec.Struct, rename="camel", gc=False):
    time: str | None = None
    talker: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    is_self: bool | None = None
    is_chat_room: bool | None = None
    type: int | None = None
    sub_type: int | None = None
    content: str | None = None
    contents: dict[str, Any] | None = None


class _User(msgspec.Struct, rename="camel"):
    user_name: str
    display_name: str | None = None


class _Room(msgspec.Struct, rename="camel"):
    name: str
    owner: str | None = None
    users: list[_User] | None = None
    remark: str | None = None
    nick_name: str | None = None


_MESSAGES = msgspec.json.Decoder(list[_Message])
_ROOMS = msgspec.json.Decoder(list[_Room])


def has_signature(head: Head) -> bool:
    """Detect chatlog's output by its keys, columns or header lines."""
    return bool(head.names) and all(
        _detect_shape(head, name) for name in head.names[:20]
    )


def weight(head: Head) -> Weight:
    """Return how strongly a file indicates chatlog: keys, columns or lines."""
    text = head.text(head.names[0])
    own = _detect_shape(head, head.names[0]) != "text"
    return Weight(own=own, begins=True, lines=sum(1 for _ in HEADER.finditer(text)))


def _detect_shape(head: Head, name: str) -> str:
    keys = head.keys(name)
    if keys >= _MESSAGE_KEYS:
        return "messages"
    if keys >= _ROOM_KEYS:
        return "rooms"
    text = head.text(name)
    if set(COLUMNS) <= set(read_header(text)):  # chatlog_alpha adds `MessageID`
        return "table"
    match = HEADER.match(text) if "\n" in text else None  # one line can be long
    return "text" if match and OWN_WHO.search(match[2]) else ""


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one chatlog file, or of a folder of them."""
    readers = {
        "messages": _read_json,
        "rooms": _read_rooms,
        "table": _read_csv,
        "text": _read_txt,
    }
    for name in source.names:
        if shape := _detect_shape(source.head, name):
            with source.carry_on():
                yield from readers[shape](source, name)


def _read_rooms(source: Source, name: str) -> Iterator[Batch]:
    source.observed |= {
        "members_source": "roster", "owner_known": True, "roles_known": True,
    }  # fmt: skip
    for rooms, positions in decode_elements(source, name, _ROOMS, "items"):
        for room, position in zip(rooms, positions, strict=True):
            users = room.users or []
            common = {"group": room.name, "file": name, "position": position}
            row = common | {
                "label": room.remark or room.nick_name, "platform": "wechat",
                "kind": "group", "owner": room.owner or None,
                "member_count": len(users) or None,
            }  # fmt: skip
            yield from_rows("group", [row])
            for user in users:
                source.people.met(room.name, user.user_name, user.display_name)
            owned = {room.owner: "owner"}
            rows = [
                common | {"person": one.user_name, "role": owned.get(one.user_name),
                          "rule": "chatlog.chatroom"}
                for one in users
            ]  # fmt: skip
            yield from yield_rows(membership=rows)


def _build_parser(source: Source, group: str) -> Understand:
    """Build a parser of WeChat system lines with members' ids in brackets."""

    def understand(text: str, known: Known) -> Event | None:
        event = wechat.parse_event(text, known)
        return event and extract_ids(event, group, source.people, r"[A-Za-z][\w@.-]+")

    return understand


class _Chats(dict[str, Chat]):
    """The chats of one chatlog file, each created at its first message."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        self.private: set[str] = set()  # what the export itself calls no chat room

    def __missing__(self, talker: str) -> Chat:
        group = talker or self._source.stem
        understand = _build_parser(self._source, group)
        is_system = wechat.is_system_sender
        chat = Chat(self._source, self._name, group, understand, is_system)
        self[talker] = chat
        return chat

    def groups(self) -> Iterator[Batch]:
        """Yield a group record for each chat in the file."""
        for talker, chat in self.items():
            row = {"group": chat.group, "platform": "wechat", "file": self._name}
            kind = wechat.classify_chat(talker)
            if kind is None and talker in self.private:
                kind = "private"
            yield from_rows("group", [row | {"kind": kind}])


def _read_json(source: Source, name: str) -> Iterator[Batch]:
    chats = _Chats(source, name)
    for messages, positions in decode_elements(source, name, _MESSAGES, ""):
        for talker, at in group_rows([m.talker or "" for m in messages]):
            if messages[at[0]].is_chat_room is False:
                chats.private.add(talker)
            said, places = [messages[i] for i in at], [positions[i] for i in at]
            yield from _read_messages(said, places, chats[talker])
    yield from chats.groups()


def _read_messages(
    messages: Sequence[_Message], positions: Sequence[int], chat: Chat
) -> Iterator[Batch]:
    sender = [m.sender for m in messages]
    times = from_iso([m.time for m in messages])
    kind = wechat.classify_types(
        [m.type for m in messages], [m.sub_type for m in messages]
    )
    chat.names(zip(sender, [m.sender_name for m in messages], strict=True))
    chat.names((m.sender, YOU) for m in messages if m.is_self)
    text = wechat.extract_texts([m.content for m in messages], kind)
    ids = wechat.build_place_ids(sender, pc.divide(times, SECOND_US))
    quotes = [m.contents.get("refer") if m.contents else None for m in messages]
    quotes = [quote if isinstance(quote, dict) else None for quote in quotes]
    dated = [quote and _identify_quoted(quote) for quote in quotes]
    undated = [
        (str(quote.get("sender")), str(quote.get("content")))
        if quote and not answered_id
        else None
        for quote, answered_id in zip(quotes, dated, strict=True)
    ]
    answered_ids = wechat.find_quoted_messages(undated, sender, text, ids)
    yield from chat.batches(
        position=positions,
        time_us=times,
        sender=sender,
        kind=kind,
        text=text,
        id=ids,
        reply_to=[
            first or other for first, other in zip(dated, answered_ids, strict=True)
        ],
    )


def _identify_quoted(refer: dict[str, Any]) -> str | None:
    time = parse_iso_us(str(refer.get("time")))
    if time is None or time < EARLIEST_US:  # chatlog writes the year 1 or 1970 for none
        return None
    return f"{refer.get('sender')}@{time // SECOND_US}"


def _read_csv(source: Source, name: str) -> Iterator[Batch]:
    source.observed |= {"time_zone_known": False, "replies": "none"}
    chats = _Chats(source, name)
    for table in read_tables(source, name):
        for talker, rows in table.by("Talker"):
            chat, sender = chats[talker], rows["Sender"]
            pairs = set(zip(sender, rows["SenderName"], strict=True))
            chat.names(pairs | {(who, YOU) for who, name in pairs if name == "我"})
            yield from chat.batches(
                position=rows.position,
                time_us=from_wall(rows["Time"], source.options.zone),
                sender=sender,
                kind=(told := _split_texts(rows["Content"]))[0],
                text=told[1],
                id=[one or None for one in rows["MessageID"]],
            )
    yield from chats.groups()


def _read_txt(source: Source, name: str) -> Iterator[Batch]:
    source.observed |= {"time_zone_known": False, "replies": "none"}
    chats = _Chats(source, name)
    for talk in Transcript(source, name, HEADER).talks():
        undated = [at for at, time in enumerate(talk.time) if len(time) < _YEARLY]
        if 2 * len(undated) > len(talk.time):  # else each is a loss of its own
            raise BrokenFileError(
                say("has times without a year"),
                where=source.where(name, say("line {n}", n=talk.line[undated[0]])),
                remedy=say("ask chatlog for JSON, which has the whole time"),
            )
        who = [_WHO.fullmatch(name) for name in talk.who]
        talkers = [(match and match["talker"]) or "" for match in who]
        for talker, at in group_rows(talkers):
            yield from _read_entries(talk, at, chats[talker])
    yield from chats.groups()


def _read_entries(talk: Talk, at: list[int], chat: Chat) -> Iterator[Batch]:
    who = [_WHO.fullmatch(talk.who[i]) for i in at]
    pairs = [
        _identify_person(match["id"], match["name"]) if match else (None, None)
        for match in who
    ]
    chat.names(pairs)
    sender = [person for person, _ in pairs]
    rules = talk.rules
    kinds, texts = _split_texts(
        [talk.body[i].removesuffix("\n\n").removesuffix("\n") for i in at]
    )
    yield from chat.batches(
        position=[talk.line[i] for i in at],
        time_us=talk.time_us.take(at),
        sender=sender,
        kind=kinds,
        text=texts,
        rule=[rules[i] for i in at],
    )


def _split_texts(texts: Sequence[str]) -> tuple[list[str], list[str | None]]:
    """Return kinds and own words of messages as chatlog writes them out.

    What stands in brackets is no text, and lines after `>` are somebody else's.
    """
    kinds, words = split_placeholders([_QUOTED.sub("", text) for text in texts])
    pairs = zip(texts, kinds, strict=True)
    kinds = ["reply" if _QUOTED.match(text) else kind for text, kind in pairs]
    return kinds, words


def _identify_person(id_: str | None, name: str) -> tuple[str | None, str | None]:
    if name == "我":
        return (id_ or to_name_id(YOU)), YOU
    return (id_, name or None) if id_ else (to_name_id(name), name)
