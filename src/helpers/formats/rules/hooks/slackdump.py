"""slackdump: a database or chunks of Slack's own JSON, of which the latest counts."""

import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats.json.json_cut import UNDECODABLE
from helpers.formats.reading.source import LONGEST, Head, Source
from helpers.formats.rules.hooks import slack
from helpers.records import Batch
from helpers.wording import say

MAGIC = b"SQLite format 3\0"
SUFFIXES = (".sqlite", ".sqlite3", ".db")
_TABLES = frozenset({"MESSAGE", "CHANNEL", "S_USER", "CHUNK"})
_SCHEMA_BYTES = 1 << 16
# fields of SQLite's header
_PAGE_SIZE, _MODES, _PAGES = slice(16, 18), slice(18, 20), slice(28, 32)
_CHANGED, _COUNTED, _HEADER = slice(24, 28), slice(92, 96), 100
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
    m: msgspec.Raw = msgspec.Raw(b"[]")  # messages
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


class Reader(slack.Reader):
    """Reads every channel in the archive."""

    def read(self) -> Iterator[Batch]:
        """Yield the records of a database, or of chunks."""
        self._channels: dict[str, slack.Channel] = {}
        self._members: dict[str, list[str]] = {}
        name = _select_file(self.source.names)
        if name is None:
            yield from self._read_chunks()
        else:
            yield from self._read_file(name)
        if not self._members:
            self.source.observed |= {
                "members_source": "events", "never_active_listed": False,
            }  # fmt: skip

    def _read_file(self, name: str) -> Iterator[Batch]:
        try:
            with _open_database(self.source, name) as (database, is_whole):
                yield from self._read_database(database, name)
        except sqlite3.Error as error:
            raise _describe_damage(self.source, name, type(error).__name__) from error
        if not is_whole:
            raise _describe_damage(self.source, name, "EOF")

    def _read_database(
        self, database: sqlite3.Connection, name: str
    ) -> Iterator[Batch]:
        query = "SELECT ID, DATA FROM {} ORDER BY CHUNK_ID"
        people = (database.execute(query.format("S_USER")), list[slack.User])
        for (user,) in self._decode_latest(*people, name):
            self.add(user)
        self._members = _list_members(database)
        listed = (database.execute(query.format("CHANNEL")), list[slack.Channel])
        for (channel,) in self._decode_latest(*listed, name):
            self._channels[channel.id] = channel
        query = (
            "SELECT DISTINCT CHANNEL_ID FROM MESSAGE WHERE CHANNEL_ID > '' ORDER BY 1"
        )
        ids = [row[0] for row in database.execute(query)]
        query = (
            "SELECT TS, DATA FROM MESSAGE WHERE CHANNEL_ID = ? ORDER BY TS, CHUNK_ID"
        )
        for one in dict.fromkeys([*self._channels, *ids]):
            yield from self._list_channel(str(one), name)
            said = self._list_pages(database.execute(query, (one,)), name)
            yield from self.read_pages(str(one), said)

    def _list_pages(self, said: sqlite3.Cursor, name: str) -> Iterator[slack.Page]:
        """Yield a channel's messages, some thousands at a time, with all copies."""
        copies, at, first = list[Any](), 1, 1
        for time, same in chain(groupby(said, itemgetter(0)), [(None, ())]):
            copies += same
            if len(copies) >= slack.ROWS or time is None:
                told = self._decode_latest(copies, self.paths.decoder.type, name, first)
                rows = [row for (row,) in told]
                yield self._make_page(name, rows, at)
                at, first, copies = at + len(rows), first + len(copies), []

    def _make_page(self, name: str, rows: list[Any], at: int = 1) -> slack.Page:
        return self.drop_repeated((name, rows, [*range(at, at + len(rows))]), set())

    def _decode_latest(
        self,
        rows: Iterable[tuple[Any, Any]],
        kind: Any,  # noqa: ANN401  a list of what
        name: str,
        first: int = 1,
    ) -> list[list[Any]]:
        """Decode Slack's JSON of rows; the latest copy of each counts."""
        latest: dict[str, list[Any]] = {}
        decoder = msgspec.json.Decoder(kind)
        for number, (key, data) in enumerate(rows, first):
            try:
                spelled = data.encode() if isinstance(data, str) else data
                latest[str(key)] = decoder.decode(b"[%b]" % spelled)
            except (*UNDECODABLE, TypeError):  # or no JSON at all
                self.source.losses.lost("not JSON of Slack's", name, number)
        return list(latest.values())

    def _list_channel(self, group: str, file: str) -> Iterator[Batch]:
        """Yield the record of a channel, and its listed members."""
        channel = self._channels.get(group) or slack.Channel(id=group)
        channel.members = channel.members or self._members.get(group)
        self._done.add(group)
        sort = "dm" if group.startswith("D") else "channel"  # D: messages of two
        yield from self.list_channel(channel, sort, file)

    def _read_chunks(self) -> Iterator[Batch]:
        """Yield the records of chunks: users and channels, then channels' messages."""

        def find_channel(name: str) -> str:
            match = _OF_CHANNEL.match(name)
            return match[1] if match else ""

        for file, names in groupby(_list_chunks(self.source.names), find_channel):
            latest: dict[str, dict[str, Any]] = {}
            for name in names:
                with self.source.carry_on():
                    for chunk, rows in self._decode_chunks(name):
                        self._add(chunk)
                        times = self.paths.look_into(rows)("id") or ()
                        own = latest.setdefault(chunk.id, {})
                        own.update(zip(times, rows, strict=True))
            for group, said in sorted(latest.items()):
                if said:
                    yield from self._list_channel(group, f"{group}.json")
                # chunks of one channel in another file have places of their own
                name = (
                    f"{group}.json" if file in {"", group} else f"{file}/{group}.json"
                )
                rows = [said[ts] for ts in sorted(said)]
                yield from self.read_pages(group, [self._make_page(name, rows)])
        for group in [one for one in self._channels if one not in self._done]:
            yield from self._list_channel(group, f"{group}.json")
        told = {one.id: one.members for one in self._channels.values() if one.members}
        self._members |= told

    def _add(self, chunk: _Chunk) -> None:
        for user in chunk.u or ():
            self.add(user)
        for channel in (*(chunk.ch or ()), *filter(None, [chunk.ci])):
            self._channels[channel.id] = channel
        if chunk.cu:
            self._members.setdefault(chunk.id, []).extend(chunk.cu)

    def _decode_chunks(self, name: str) -> Iterator[tuple[_Chunk, list[Any]]]:
        """Yield a file's chunks and messages; unreadable lines are entered as lost."""
        with self.source.open(name) as packed:
            file = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
            try:
                lines = iter(lambda: file.readline(LONGEST), b"")
                for number, line in enumerate(lines, 1):
                    try:
                        chunk = _LINE.decode(line)
                        is_none = bytes(chunk.m) == b"null"
                        rows = [] if is_none else self.paths.decoder.decode(chunk.m)
                    except UNDECODABLE:
                        self.source.losses.lost("not JSON of Slack's", name, number)
                    else:
                        yield chunk, rows
            except (OSError, EOFError, zlib.error) as error:
                raise _describe_damage(
                    self.source, name, type(error).__name__
                ) from error


def _describe_damage(source: Source, name: str, why: str) -> BrokenFileError:
    what = say("is damaged or can't be read ({why})", why=why)
    remedy = say("copy or download it again; what was whole was read")
    return BrokenFileError(what, where=source.where(name), remedy=remedy)


@contextmanager
def _open_database(
    source: Source, name: str
) -> Iterator[tuple[sqlite3.Connection, bool]]:
    """Open the database from disk or in memory, and tell whether it is complete.

    Nothing is written. What was cut off is filled up, so that the pages before the cut
    can be read; the count of pages may lie, so that this at most doubles the size.
    """
    place, is_whole = ":memory:", True
    with source.open(name) as file:
        data = bytearray(file.read(_HEADER))
        size = int.from_bytes(data[_PAGE_SIZE])  # 1 stands for 65,536
        whole = (size if size > 1 else 1 << 16) * int.from_bytes(data[_PAGES])
        path = source.find_file(name)
        if path and path.stat().st_size >= whole:
            place, data = f"{path.absolute().as_uri()}?mode=ro&immutable=1", bytearray()
        else:
            data += file.read()
    with closing(sqlite3.connect(place, uri=True)) as database:
        # a flipped bit in a text is no reason to end: its row is judged later
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        if data:
            data[_MODES] = b"\1\1"  # its is 2: a log beside it, which memory has not
            missing = whole - len(data)
            is_whole = missing <= 0 or data[_CHANGED] != data[_COUNTED]  # stale count
            data += bytes(0 if is_whole else min(missing, len(data)))
            database.deserialize(data)
            del data
        try:
            yield database, is_whole
        except UnicodeDecodeError as error:  # SQLite's own message quotes the damage
            raise sqlite3.DatabaseError(error.reason) from error


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


def _select_file(names: Sequence[str]) -> str | None:
    return next((one for one in names if one.lower().endswith(SUFFIXES)), None)
