"""Read slackdump's archive of a Slack workspace, a database or a folder of chunks.

Since version 3.1 it is an SQLite database, of which every row keeps Slack's own JSON in
its column ``DATA``; before, and on request, a folder of compressed JSON Lines, a line
for each answer of Slack's. A message may stand there several times, of several
sessions, and as the beginning of its thread too: the latest copy counts.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats import slack
from helpers.formats.json.json_cut import UNDECODABLE
from helpers.formats.reading.source import LONGEST, Head, Source
from helpers.records import Batch
from helpers.wording import say

NAME = "slackdump database"
OBSERVES = slack.OBSERVES
OUTSIDE = slack.OUTSIDE
MAGIC = b"SQLite format 3\0"
SUFFIXES = (".sqlite", ".sqlite3", ".db")
_TABLES = frozenset({"MESSAGE", "CHANNEL", "S_USER", "CHUNK"})
_SCHEMA_BYTES = 1 << 16
# fields of SQLite's header
_PAGE_SIZE, _MODES, _PAGES = slice(16, 18), slice(18, 20), slice(28, 32)
_CHANGED, _COUNTED = slice(24, 28), slice(92, 96)
_MESSAGE = msgspec.json.Decoder(slack.Message)
_CHANNEL = msgspec.json.Decoder(slack.Channel)
_USER = msgspec.json.Decoder(slack.User)
T = TypeVar("T")
CHUNKS = (".json.gz", ".json")
_CHUNK_STARTS = re.compile(rb'\s*\{"t":\s?\d{1,2},\s?"ts":\s?\d')
_OF_CHANNEL = re.compile(r"(?:.*/)?([CDG][A-Z0-9]{3,})")
_GZIP_WINDOW = 31  # zlib's word for a gzip header
_START = 1 << 10


class _Chunk(msgspec.Struct):
    """One answer of Slack's: messages, or who and what there is."""

    t: int
    id: str = ""
    ci: slack.Channel | None = None  # of the channel itself
    cu: list[str] | None = None  # its members
    m: list[slack.Message] | None = None
    u: list[slack.User] | None = None
    ch: list[slack.Channel] | None = None


_LINE = msgspec.json.Decoder(_Chunk)


def has_signature(head: Head) -> bool:
    """Detect a database by its first bytes and slackdump's tables, or chunks."""
    name = _select_file(head.names)
    if name is None:
        return any(_is_chunk(head, one) for one in _list_chunks(head.names)[:2])
    is_alone = sum(one.lower().endswith(SUFFIXES) for one in head.names) == 1
    if not is_alone or head.bytes(name, len(MAGIC)) != MAGIC:
        return False  # several databases are several archives
    try:
        with _open_database(head.source, name) as (database, _):
            rows = database.execute("SELECT name FROM sqlite_master").fetchall()
    except BrokenFileError:
        return False
    except sqlite3.Error:  # damaged or cut off: its first pages still name the tables
        first = head.bytes(name, _SCHEMA_BYTES)
        return all(table.encode() in first for table in _TABLES)
    return {name for (name,) in rows} >= _TABLES


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every channel in the archive."""
    space = slack.Workspace(source, "", {})
    name = _select_file(source.names)
    if name is None:
        yield from _read_chunks(space)
        return
    try:
        with _open_database(source, name) as (database, is_whole):
            yield from _read_database(space, database, name)
    except sqlite3.Error as error:
        raise _describe_damage(source, name, type(error).__name__) from error
    if not is_whole:
        raise _describe_damage(source, name, "EOF")


def _describe_damage(source: Source, name: str, why: str) -> BrokenFileError:
    return BrokenFileError(
        say("is damaged or can't be read ({why})", why=why),
        where=source.where(name),
        remedy=say("copy or download it again; what was whole was read"),
    )


@contextmanager
def _open_database(
    source: Source, name: str
) -> Iterator[tuple[sqlite3.Connection, bool]]:
    """Open the database in memory, also from an archive, with whether it is whole.

    Nothing is written. What was cut off is filled up, so that the pages before the cut
    can be read; the count of pages may lie, so that this at most doubles the size.
    """
    with source.open(name) as file:
        data = bytearray(file.read())
    data[_MODES] = b"\1\1"  # slackdump's is 2: a log beside it, which memory has not
    size = int.from_bytes(data[_PAGE_SIZE])  # 1 stands for 65,536
    pages = int.from_bytes(data[_PAGES])
    missing = (size if size > 1 else 1 << 16) * pages - len(data)
    is_whole = missing <= 0 or data[_CHANGED] != data[_COUNTED]  # the count is stale
    with closing(sqlite3.connect(":memory:")) as database:
        # a flipped bit in a text is no reason to end: its row is judged later
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        database.deserialize(data + bytes(0 if is_whole else min(missing, len(data))))
        try:
            yield database, is_whole
        except UnicodeDecodeError as error:  # SQLite's own message quotes the damage
            raise sqlite3.DatabaseError(error.reason) from error


def _read_database(
    space: slack.Workspace, database: sqlite3.Connection, name: str
) -> Iterator[Batch]:
    for user in _decode_rows(space.source, database, "S_USER", _USER, name):
        space.add(user)
    members = _list_members(database)
    channels = _decode_rows(space.source, database, "CHANNEL", _CHANNEL, name)
    by_id = {channel.id: channel for channel in channels}
    ids = database.execute(
        "SELECT DISTINCT CHANNEL_ID FROM MESSAGE WHERE CHANNEL_ID > '' ORDER BY 1"
    )
    for one in dict.fromkeys([*by_id, *(row[0] for row in ids)]):
        channel = by_id.get(one) or slack.Channel(id=str(one))
        channel.members = channel.members or members.get(one)
        yield from slack.yield_listed(
            space, channel, _classify_channel(channel.id), name, None
        )
        messages = _read_channel(space.source, database, one, name)
        if page := slack.build_page(space, name, messages, set()):
            yield from slack.yield_messages(space, channel.id, [page])
    if not members:
        space.source.observed |= {
            "members_source": "events", "never_active_listed": False,
        }  # fmt: skip


def _list_chunks(names: Sequence[str]) -> list[str]:
    """List the files of chunks, those of channels last, with their threads."""
    found = [name for name in names if name.lower().endswith(CHUNKS)]
    return sorted(found, key=lambda name: (_OF_CHANNEL.match(name) is not None, name))


def _is_chunk(head: Head, name: str) -> bool:
    """Return whether a file begins as slackdump's chunks do."""
    start = head.bytes(name, _START)
    if name.endswith(".gz"):
        with suppress(zlib.error):
            start = zlib.decompressobj(_GZIP_WINDOW).decompress(start, _START)
    return _CHUNK_STARTS.match(start) is not None


@dataclass(slots=True)
class _Archive:
    """Channels and their members in the chunks read so far."""

    space: slack.Workspace
    channels: dict[str, slack.Channel] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)

    def read(self, names: Iterable[str]) -> dict[str, dict[str, slack.Message]]:
        """Read files of chunks; return messages by channel and time."""
        messages: dict[str, dict[str, slack.Message]] = {}
        for name in names:
            with self.space.source.carry_on():
                for chunk in _decode_chunks(self.space.source, name):
                    self._add(chunk)
                    latest = messages.setdefault(chunk.id, {})
                    latest.update((message.ts, message) for message in chunk.m or ())
        return messages

    def _add(self, chunk: _Chunk) -> None:
        for user in chunk.u or ():
            self.space.add(user)
        for channel in (*(chunk.ch or ()), *filter(None, [chunk.ci])):
            self.channels[channel.id] = channel
        if chunk.cu:
            self.members.setdefault(chunk.id, []).extend(chunk.cu)

    def list_channel(self, group: str) -> Iterator[Batch]:
        """Yield the record of a channel, and its listed members."""
        channel = self.channels.get(group) or slack.Channel(id=group)
        channel.members = channel.members or self.members.get(group)
        self.space.read.add(group)
        sort = _classify_channel(group)
        yield from slack.yield_listed(self.space, channel, sort, f"{group}.json", None)


def _read_chunks(space: slack.Workspace) -> Iterator[Batch]:
    """Yield the records of chunks: users and channels, then each channel's messages."""
    archive = _Archive(space)

    def find_channel(name: str) -> str:
        match = _OF_CHANNEL.match(name)
        return match[1] if match else ""

    for file, names in groupby(_list_chunks(space.source.names), find_channel):
        for group, latest in sorted(archive.read(names).items()):
            if latest:
                yield from archive.list_channel(group)
            rows = [(latest[ts], at) for at, ts in enumerate(sorted(latest), 1)]
            # chunks of one channel in another file have places of their own
            name = f"{group}.json" if file in {"", group} else f"{file}/{group}.json"
            if page := slack.build_page(space, name, rows, set()):
                yield from slack.yield_messages(space, group, [page])
    for group in [one for one in archive.channels if one not in space.read]:
        yield from archive.list_channel(group)
    if not any(channel.members for channel in archive.channels.values()):
        space.source.observed |= {
            "members_source": "events", "never_active_listed": False,
        }  # fmt: skip


def _classify_channel(group: str) -> str:
    """Return the sort of a channel by its id: D are direct messages of two."""
    return "dm" if group.startswith("D") else "channel"


def _decode_chunks(source: Source, name: str) -> Iterator[_Chunk]:
    """Yield the chunks of one file; unreadable lines are entered as lost."""
    with source.open(name) as packed:
        file = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
        try:
            lines = iter(lambda: file.readline(LONGEST), b"")
            for number, line in enumerate(lines, 1):
                try:
                    yield _LINE.decode(line)
                except UNDECODABLE:
                    source.losses.lost("not JSON of Slack's", name, number)
        except (OSError, EOFError, zlib.error) as error:
            raise _describe_damage(source, name, type(error).__name__) from error


def _decode_rows(
    source: Source,
    database: sqlite3.Connection,
    table: str,
    decoder: msgspec.json.Decoder[T],
    name: str,
) -> list[T]:
    """Decode Slack's JSON of the rows of a table; the latest copy of each counts."""
    latest: dict[str, T] = {}
    query = f"SELECT ID, DATA FROM {table} ORDER BY CHUNK_ID"  # noqa: S608 - ours
    for number, (key, data) in enumerate(database.execute(query), 1):
        try:
            latest[str(key)] = decoder.decode(data)
        except (*UNDECODABLE, TypeError):  # or no JSON at all
            source.losses.lost("not JSON of Slack's", name, number)
    return list(latest.values())


def _list_members(database: sqlite3.Connection) -> dict[str, list[str]]:
    """List the members of each channel, if the archive has them."""
    columns = database.execute("PRAGMA table_info(CHANNEL_USER)").fetchall()
    names = {row[1].upper() for row in columns}
    person = next((one for one in ("USER_ID", "ID") if one in names), None)
    if person is None or "CHANNEL_ID" not in names:
        return {}
    members: dict[str, list[str]] = {}
    query = f"SELECT DISTINCT CHANNEL_ID, {person} FROM CHANNEL_USER ORDER BY 1, 2"  # noqa: S608 - ours
    for channel, member in database.execute(query):
        members.setdefault(channel, []).append(member)
    return members


def _read_channel(
    source: Source, database: sqlite3.Connection, channel: str, name: str
) -> list[tuple[slack.Message, int]]:
    """Return the messages of a channel in order of time, each once."""
    query = "SELECT TS, DATA FROM MESSAGE WHERE CHANNEL_ID = ? ORDER BY TS, CHUNK_ID"
    latest: dict[str, slack.Message] = {}
    for number, (ts, data) in enumerate(database.execute(query, (channel,)), 1):
        try:
            latest[ts] = _MESSAGE.decode(data)
        except (*UNDECODABLE, TypeError):  # or no JSON at all
            source.losses.lost("not JSON of Slack's", name, number)
    return [(message, at) for at, message in enumerate(latest.values(), 1)]


def _select_file(names: Sequence[str]) -> str | None:
    return next((one for one in names if one.lower().endswith(SUFFIXES)), None)
