"""Read slackdump's archive of a Slack workspace: an SQLite database (version 3.1 on).

Every row keeps Slack's own JSON in its column ``DATA``. A message may stand there
several times, of several sessions, and as the beginning of its thread too: the latest
copy counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats import slack
from helpers.formats.reading.source import Head, Source
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


def has_signature(head: Head) -> bool:
    """Detect the database by its first bytes and by slackdump's tables."""
    name = _select_file(head.names)
    if name is None or head.bytes(name, len(MAGIC)) != MAGIC:
        return False
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
    """Yield the records of every channel in the database.

    Raises
    ------
    BrokenFileError
        If the database is damaged.
    """
    name = _select_file(source.names) or source.name
    space = slack.Workspace(source, "", {})
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
    """Open the database in memory, also from an archive, and say if it is whole.

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
        database.deserialize(data + bytes(0 if is_whole else min(missing, len(data))))
        yield database, is_whole


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
        yield from slack.yield_listed(space, channel, "channel", name, None)
        messages = _read_channel(space.source, database, one, name)
        if page := slack.build_page(space, name, messages, set()):
            yield from slack.yield_messages(space, channel.id, [page])
    if not members:
        space.source.observed |= {
            "members_source": "events", "never_active_listed": False,
        }  # fmt: skip


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
        except (msgspec.MsgspecError, TypeError):  # or no JSON at all
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
        except (msgspec.MsgspecError, TypeError):  # or no JSON at all
            source.losses.lost("not JSON of Slack's", name, number)
    return [(message, at) for at, message in enumerate(latest.values(), 1)]


def _select_file(names: Sequence[str]) -> str | None:
    return next((one for one in names if one.lower().endswith(SUFFIXES)), None)
