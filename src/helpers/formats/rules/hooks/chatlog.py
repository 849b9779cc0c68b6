"""chatlog: four shapes of files, quotes by sender and time, senders within lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat, Talk
from helpers.formats.reading.source import Head, Weight
from helpers.formats.reading.tabular import read_header
from helpers.formats.rows.clock import EARLIEST_US, parse_iso_us
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules import records
from helpers.formats.rules.layouts import lay_out
from helpers.formats.rules.lines import Lines, Text
from helpers.formats.rules.records import Block
from helpers.formats.wechat import wechat
from helpers.records import SECOND_US, Batch
from helpers.wording import say

COLUMNS = ("Time", "SenderName", "Sender", "TalkerName", "Talker", "Content")
_MESSAGE_KEYS = {"[].talker", "[].sender", "[].time"}
_ROOM_KEYS = {"items[].name", "items[].users"}
# transcripts: a line with who and when, the words, and a blank line
LAYOUT = lay_out("{below}{name} {late}\n")
# chatlog's ids are no numbers as QQ's are; a talker may follow, and oneself has none
OWN_WHO = re.compile(
    r"\((?!\d{5,12}\))[^()]*\)(?: (?:\d{4}-)?\d\d-\d\d)?$|[!-~]\]$|^我(?: |$)"
)
_QUOTED = re.compile(r"\A(?:> [^\n]*\n?)+")
_YEARLY = len("2024-01-01 00:00:00")
_WHO = re.compile(
    r"(?P<name>.*?)(?:\((?P<id>[^()]*)\))?(?: \[(?:.*\()?(?P<talker>[^()\]]*)\)?\])?"
)
_ME = "我"


def has_signature(head: Head) -> bool:
    """Detect chatlog's output by its keys, columns or header lines."""
    return bool(head.names) and all(
        _detect_shape(head, name) for name in head.names[:20]
    )


def weight(head: Head) -> Weight:
    """Return how strongly a file indicates chatlog: keys, columns or lines."""
    text = head.text(head.names[0])
    own = _detect_shape(head, head.names[0]) != "text"
    return Weight(
        own=own, begins=True, lines=sum(1 for _ in LAYOUT.header.find.finditer(text))
    )


def _detect_shape(head: Head, name: str) -> str:
    keys = head.keys(name)
    if keys >= _MESSAGE_KEYS:
        return "messages"
    if keys >= _ROOM_KEYS:
        return "rooms"
    text = head.text(name)
    if set(COLUMNS) <= set(read_header(text)):  # chatlog_alpha adds `MessageID`
        return "table"
    match = LAYOUT.header.find.match(text) if "\n" in text else None
    return "text" if match and OWN_WHO.search(match["who"]) else ""


class Reader(records.Reader):
    """Reads one chatlog file, or a folder of them."""

    def list_files(self) -> list[str]:
        """List the files of chatlog's, of whatever shape."""
        head = self.source.head
        self._shapes = {name: _detect_shape(head, name) for name in self.source.names}
        return [name for name in self.source.names if self._shapes[name]]

    def read(self) -> Iterator[Batch]:
        """Yield the records of all files; a damaged one costs no other."""
        plain, walls = self.program, replace(self.program, clock="wall")
        for name in self.list_files():
            self.program = walls if self._shapes[name] in {"table", "text"} else plain
            with self.source.carry_on():
                yield from self.read_file(name)

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of one file."""
        if self._shapes[name] == "rooms":
            self.file = name
            yield from self._read_rooms()
            return
        if self.program.clock == "wall":
            self.source.observed |= {"time_zone_known": False, "replies": "none"}
        self._private = set[str]()  # what the export itself calls no chat room
        yield from super().read_file(name)

    def is_table(self) -> bool:
        """Return whether a file has columns, whatever its name."""
        return self._shapes[self.file] == "table"

    def read_blocks(self) -> Iterator[Block]:
        """Yield the messages of a file; those of a text are parsed."""
        if self._shapes[self.file] != "text":
            yield from super().read_blocks()
            return
        text = Text(self.source, self.file, LAYOUT, self.program)
        for talk in Lines(text).talks():
            self._require_years(talk)
            who = [_identify_person(_WHO.fullmatch(name)) for name in talk.who]
            bodies = [one.strip("\n") for one in talk.body]
            ids, names, talkers = (
                map(list, zip(*who, strict=True)) if who else ([],) * 3
            )
            columns: dict[str, list[Any]] = {
                "sender_id": ids, "sender": names, "group": talkers, "text": bodies,
                "rule": [*talk.rules],
            }  # fmt: skip
            block = Block(talk.line, columns.get)
            block.times = talk.time_us
            yield block

    def _require_years(self, talk: Talk) -> None:
        """Refuse a text in which most times lack their year; else each is a loss."""
        undated = [at for at, time in enumerate(talk.time) if len(time) < _YEARLY]
        if 2 * len(undated) > len(talk.time):
            line = say("line {n}", n=talk.line[undated[0]])
            raise BrokenFileError(
                say("has times without a year"),
                where=self.source.where(self.file, line),
                remedy=say("ask chatlog for JSON, which has the whole time"),
            )

    def _read_rooms(self) -> Iterator[Batch]:
        """Yield chat rooms, and their members."""
        self.source.observed |= {
            "members_source": "roster", "owner_known": True, "roles_known": True,
        }  # fmt: skip
        roles = self.program.tables["items"]
        for block in self.read_table("items"):
            block["group"] = block["name"]
            for at, (group, owner, *names, ids, shown) in enumerate(block.rows(*roles)):
                users, place = (
                    [*zip(ids or (), shown or (), strict=True)],
                    self.place(block, at),
                )
                row = place | {
                    "label": next(filter(None, names), None), "platform": "wechat",
                    "kind": "group", "owner": owner or None,
                    "member_count": len(users) or None,
                }  # fmt: skip
                for who, name in users:
                    self.source.people.met(group, who, name)
                rows = [
                    place | {"person": who, "rule": "chatlog.chatroom",
                             "role": "owner" if who == owner else None}
                    for who, _ in users
                ]  # fmt: skip
                yield from yield_rows(group=[row], membership=rows)

    def describe_group(self, group: str) -> dict[str, Any]:
        """Return what a chat is, by its id or by what the export says."""
        is_private = group in self._private
        return {
            "kind": wechat.classify_chat(group) or ("private" if is_private else None)
        }

    def prepare(self, block: Block) -> None:
        """Find kinds and own words, as JSON and as texts tell them."""
        if self.program.clock == "wall":
            block["kinds"], block["text"] = _split_texts(block["text"])
            block["own"] = [name == _ME for name in block["sender"]]
            block["id"] = [one or None for one in block["id"]]
            return
        kinds = block["kinds"] = wechat.classify_types(block["type"], block["subtype"])
        block["text"] = wechat.extract_texts(block["text"], kinds)
        if False in block["is_room"]:
            pairs = block.rows("group", "is_room")
            self._private |= {str(one) for one, is_room in pairs if is_room is False}

    def read_chat(self, block: Block, chat: Chat) -> Iterator[Batch]:
        """Yield messages of their own texts."""
        block["own_text"] = block["text"]
        if self.program.clock != "wall":
            self._find_answers(block)
        yield from super().read_chat(block, chat)

    def _find_answers(self, block: Block) -> None:
        """Give messages ids by sender and second, as quotes name them."""
        sender, block.times = block["sender_id"], self.read_times(block["time"])
        ids = wechat.build_place_ids(sender, pc.divide(block.times, SECOND_US))
        dated: list[str | None] = [None] * len(block)
        undated: list[tuple[str, str] | None] = [None] * len(block)
        for at, one in enumerate(block["quote"]):
            if isinstance(one, dict):
                dated[at] = _identify_quoted(one)
                said = str(one.get("sender")), str(one.get("content"))
                undated[at] = None if dated[at] else said
        found = wechat.find_quoted_messages(undated, sender, block["text"], ids)
        block["reply_to"] = [a or b for a, b in zip(dated, found, strict=True)]
        block["id"] = ids.to_pylist()


def _identify_quoted(refer: dict[str, Any]) -> str | None:
    time = parse_iso_us(str(refer.get("time")))
    if time is None or time < EARLIEST_US:
        return None
    return f"{refer.get('sender')}@{time // SECOND_US}"


def _split_texts(texts: Sequence[str]) -> tuple[list[str], list[str | None]]:
    """Return kinds and own words; brackets hold no text, and `>` others' words."""
    kinds, words = split_placeholders([_QUOTED.sub("", text) for text in texts])
    pairs = zip(texts, kinds, strict=True)
    kinds = ["reply" if _QUOTED.match(text) else kind for text, kind in pairs]
    return kinds, words


def _identify_person(match: re.Match[str] | None) -> tuple[str | None, ...]:
    """Return the id, the name and the talker in the header of a line."""
    if match is None:
        return None, None, None
    name, who, talker = match.groups()
    if name == _ME:
        return who or to_name_id(YOU), YOU, talker
    return who or to_name_id(name), name or None, talker
