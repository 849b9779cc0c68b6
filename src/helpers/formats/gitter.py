"""Read Gitter archives: API JSON, and freeCodeCamp's tab-separated rooms.

An id begins with the second it was made in, so the birth of rooms and accounts is
known. Nothing tells who joined; `readBy` counts readers and was frozen at some point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import msgspec

from helpers.formats.json.json_stream import Count, decode_elements
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.reading.tabular import read_tables
from helpers.formats.rows.clock import from_iso
from helpers.formats.rows.columns import build_batch, build_messages, classify_markdown
from helpers.formats.rows.losses import REPLIES_MISSING
from helpers.formats.rows.people import SIGNATURE
from helpers.records import SECOND_US, Batch, from_rows
from helpers.text.columns import to_text_array

NAME = "Gitter archive"
OBSERVES = replace(
    LEAST, reads_observed="count", replies="mention", births="creation",
    resolution="millisecond",
)  # fmt: skip
_COLUMNS = ("group", "label", "sent", "sender", "username", "id", "text")
_ID = "[0-9a-f]{24}"
_LINE = re.compile(
    rf"^{_ID}\t[^\t\n]*\t\d{{4}}-[^\t\n]*\t({_ID}|)\t([^\t\n]*)\t{_ID}\t", re.MULTILINE
)
_SIGNATURE = re.compile(rf"{SIGNATURE.pattern}|`([^`\n]{{1,40}})` \S")
_MENTION = re.compile(r"(?<![\w@])@([\w-]+)")


class _User(msgspec.Struct, rename="camel", gc=False):
    id: str | None = None
    username: str | None = None
    display_name: str | None = None


class _Virtual(msgspec.Struct, rename="camel", gc=False):  # whom a bridge speaks for
    external_id: str | None = None
    display_name: str | None = None


class _Mention(msgspec.Struct, rename="camel", gc=False):
    screen_name: str = ""
    user_id: str | None = None


class _Message(msgspec.Struct, rename="camel", gc=False):
    id: str
    sent: str
    text: str = ""
    from_user: _User | None = None
    read_by: Count | None = None
    mentions: list[_Mention] | None = None
    parent_id: str | None = None
    thread_message_count: Count | None = None
    room: str | None = None
    virtual_user: _Virtual | None = None


_DECODER = msgspec.json.Decoder(list[_Message])


def has_signature(head: Head) -> bool:
    """Detect Gitter by ids in tab-separated lines, or by its own JSON keys."""
    if tables := _select_by_suffix(head.names, ".tsv"):
        return _LINE.match(head.text(tables[0])) is not None
    documents = _select_by_suffix(head.names, ".json")
    keys = head.keys(documents[0]) if documents else frozenset()
    return {"[].sent", "[].fromUser.id"} <= keys or {"[].sent", "[].readBy"} <= keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every Gitter room, one file each."""
    if tables := _select_by_suffix(source.names, ".tsv"):
        source.observed["reads_observed"] = "none"
        filled = [name for name in tables if not _is_empty(source, name)]
        usernames = _index_usernames(source, filled)
        for name in filled:
            with source.carry_on():
                yield from _read_table(source, name, usernames)
        for name in sorted(set(tables).difference(filled)):
            yield _build_room(name, PurePosixPath(name).stem)
        return
    for name in _select_by_suffix(source.names, ".json"):
        with source.carry_on():
            yield from _read_document(source, name)


def _to_creation_us(identity: str) -> int | None:
    """Decode the creation time of a Mongo id, to the second, in µs."""
    try:
        return int(identity[:8], 16) * SECOND_US
    except ValueError:
        return None


def _read_document(source: Source, name: str) -> Iterator[Batch]:
    stem, rooms, replies = PurePosixPath(name).stem, set(), 0
    for values, positions in decode_elements(source, name, _DECODER, ""):
        groups = [m.room or stem for m in values]
        yield _build_messages(source, name, groups, values, positions)
        yield _count_readers(name, groups, values, positions)
        rooms.update(groups)
        replies += sum(m.thread_message_count or 0 for m in values)
        replies -= sum(m.parent_id is not None for m in values)
    if replies > 0:
        source.losses.noted(REPLIES_MISSING, name, 0, replies)
    source.observed["births"] = "first_message"
    for room in sorted(rooms):
        yield _build_room(name, room)


def _build_messages(
    source: Source,
    name: str,
    groups: Sequence[str],
    values: Sequence[_Message],
    positions: Sequence[int],
) -> Batch:
    users = {
        (group, m.from_user.id, m.from_user.username, m.from_user.display_name)
        for group, m in zip(groups, values, strict=True)
        if m.from_user and m.from_user.id
    }
    for group, who, *names in users:
        source.people.met(group, str(who), *names)
    return build_messages(
        file=name,
        position=positions,
        group=groups,
        id=[m.id for m in values],
        time_us=from_iso([m.sent for m in values]),
        sender=_find_authors(source, groups, values),
        kind=[classify_markdown(m.text) for m in values],
        text=[m.text for m in values],
        reply_to=[m.parent_id for m in values],
        mentions=[
            [mention.user_id for mention in m.mentions if mention.user_id]
            if m.mentions
            else None
            for m in values
        ],
    )


def _find_authors(
    source: Source, groups: Sequence[str], values: Sequence[_Message]
) -> list[str | None]:
    """Return who wrote each message: also behind the bot that bridges to Matrix.

    It names them in `virtualUser`, and before 2020 in backticks before the text.
    """
    relayed = source.people.relayed
    authors = [m.from_user.id if m.from_user else None for m in values]
    for at, message in enumerate(values):
        account, virtual = authors[at], message.virtual_user
        if (
            account
            and virtual
            and (name := virtual.external_id or virtual.display_name)
        ):
            authors[at] = relayed(groups[at], account, name)
            source.people.mentioned(*filter(None, (virtual.display_name,)))
    texts = [m.text for m in values]
    for group in set(groups):
        pairs = zip(authors, groups, strict=True)
        own = [author if its == group else None for author, its in pairs]
        senders = to_text_array(own).dictionary_encode()
        signed = source.people.find_signed(group, senders, texts, _SIGNATURE)
        for at, who in signed.items():
            authors[at] = who
    return authors


def _count_readers(
    name: str,
    groups: Sequence[str],
    values: Sequence[_Message],
    positions: Sequence[int],
) -> Batch:
    counted = [at for at, m in enumerate(values) if m.read_by is not None]
    return build_batch(
        "read",
        len(counted),
        group=[groups[at] for at in counted],
        message=[values[at].id for at in counted],
        readers=[values[at].read_by for at in counted],
        file=name,
        position=[positions[at] for at in counted],
        rule="gitter.readBy",
    )


def _is_empty(source: Source, name: str) -> bool:
    """Return whether a chat room's file is empty."""
    with source.open(name) as file:
        return not file.read(1)


def _index_usernames(source: Source, tables: Sequence[str]) -> dict[str, str]:
    """Map user names to ids, since texts mention users by name only."""
    pairs: set[tuple[str, str]] = set()
    for name in tables:
        for text in source.messages(name, _LINE):
            pairs.update(_LINE.findall(text.text))
    source.people.mentioned(*(name for _, name in pairs))
    return {name: who for who, name in sorted(pairs) if who}


def _read_table(
    source: Source, name: str, usernames: dict[str, str]
) -> Iterator[Batch]:
    room = None
    for table in read_tables(source, name, "\t", names=_COLUMNS):
        text = table["text"]
        if room is None and text:
            room = table["group"][0], table["label"][0]
        yield build_messages(
            file=name,
            position=table.row,
            group=table["group"],
            id=table["id"],
            time_us=from_iso(table["sent"]),
            sender=[person or None for person in table["sender"]],
            kind=[classify_markdown(body) for body in text],
            text=text,
            mentions=[_list_mentions(body, usernames) for body in text],
        )
    if room:
        yield _build_room(name, *room, _to_creation_us(room[0]))


def _build_room(
    name: str, group: str, label: str | None = None, created: int | None = None
) -> Batch:
    row = {
        "group": group, "label": label or group, "network": "gitter",
        "platform": "gitter", "kind": "room", "created_us": created, "file": name,
        "position": 1,
    }  # fmt: skip
    return from_rows("group", [row])


def _list_mentions(text: str, usernames: dict[str, str]) -> list[str] | None:
    if "@" not in text:
        return None
    return [
        usernames[username]
        for username in _MENTION.findall(text)
        if username in usernames
    ] or None


def _select_by_suffix(names: Sequence[str], suffix: str) -> list[str]:
    return [name for name in names if name.endswith(suffix)]
