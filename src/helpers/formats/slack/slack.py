"""Read Slack workspace exports, ZIP or folder, with member lists.

Who never spoke is listed; bots are listed too and marked. A reply sent to the channel
as well is one message. Free workspaces hide what is old, which looks like a late birth.
Two more layouts have no lists: channels kept in numbered pages, with a file for each
thread (``C1/3.json``, ``C1/3/<time>.json``), and slackdump's file of a channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_stream import decode_envelope, read_elements
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.gaps import note_gaps
from helpers.formats.slack.slack_messages import Page, Workspace, read_messages
from helpers.formats.slack.slack_schema import (
    DECODER,
    Channel,
    Dump,
    Message,
    User,
    parse_timestamp,
    read_creation_time,
)
from helpers.records import DAY_US, Batch, from_rows

NAME = "Slack export"
OBSERVES = replace(
    LEAST,
    members_source="roster",
    joins_observed=True,
    leaves_observed=True,
    reactions_observed=True,
    replies="explicit",
    births="creation",
    owner_known=True,
    roles_known=True,
    never_active_listed=True,
    resolution="microsecond",
)
OUTSIDE = {"dm": "direct", "mpim": "direct"}

LISTS = {
    "channels.json": "channel", "groups.json": "private", "mpims.json": "mpim",
    "dms.json": "dm",
}  # fmt: skip
ROWS = 10_000
_OF_A_DAY = {"[].ts", "[].type", "[].user"}
_OF_A_DUMP = {"channel_id", "messages[].ts", "messages[].user"}
_DAY = re.compile(r"/\d{4}-\d\d-\d\d\.json$")
_PAGE = re.compile(
    r"(?:(?P<folder>.*)/)?"
    r"(?:(?P<page>\d{1,8})|(?P<of>\d{1,8})/\d{9,11}\.\d{1,6})\.json"
)
_USERS = msgspec.json.Decoder(list[User])
_CHANNELS = msgspec.json.Decoder(list[Channel])
T = TypeVar("T")


def has_signature(head: Head) -> bool:
    """Detect a Slack export by its lists of users and channels, or day files."""
    users = head.has("users.json") or head.has("org_users.json")
    if users and any(head.has(name) for name in LISTS):
        return True
    days = list(filter(_DAY.search, head.names))
    if days and head.keys(days[0]) >= _OF_A_DAY:
        return True
    if head.names == (head.name,):
        return head.keys() >= _OF_A_DUMP
    pages = list(filter(_PAGE.fullmatch, head.names))
    if pages and head.keys(pages[0]) >= _OF_A_DAY:
        return True
    return any(head.keys(name) >= _OF_A_DUMP for name in _list_json(head.names)[:1])


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every Slack channel, even without messages."""
    listed = next((n for n in source.names if n.rpartition("/")[2] in LISTS), "")
    root = listed.rpartition("/")[0]
    space = Workspace(source, f"{root}/" if root else "", {})
    if not listed:
        source.losses.noted("no list of channels: members are unknown", root, 0)
        source.observed |= {
            "members_source": "events", "owner_known": False, "births": "first_message",
            "never_active_listed": False, "left_truncated": True, "roles_known": False,
        }  # fmt: skip
    for name in ("users.json", "org_users.json"):
        for user in _read_list(space, name, _USERS):
            space.users[user.id] = user
            source.people.mentioned(*filter(None, user.names))
    for name, sort in LISTS.items():
        for channel in _read_list(space, name, _CHANNELS):
            yield from _read_channel(space, channel, sort, space.root + name)
    yield from _read_unlisted(space)
    if not space.read:
        for name in _list_json(source.names):
            with source.carry_on():
                yield from _read_dump(space, name)


def _list_json(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.endswith(".json")]


def _read_dump(space: Workspace, name: str) -> Iterator[Batch]:
    """Yield the records of a channel in slackdump's own layout."""
    dump = decode_envelope(space.source, name, Dump, "messages")
    channel = Channel(id=dump.channel_id or space.source.stem, name=dump.name)
    yield from _read_listed(space, channel, "channel", name, None)
    for block in read_elements(space.source, name, "messages"):
        found, at = decode_block(block, DECODER, name, space.source.losses)
        pairs = list(zip(found, at, strict=True))
        answers = [(r, n) for m, n in pairs for r in m.slackdump_thread_replies or ()]
        if page := _build_page(space, name, [*pairs, *answers], set()):
            yield from read_messages(space, channel.id, [page])


def _build_page(
    space: Workspace, name: str, rows: Sequence[tuple[Message, int]], once: set[str]
) -> Page | None:
    """Return a page of messages without those of earlier pages."""
    fresh = []
    for message, position in rows:
        if message.ts not in once:
            once.add(message.ts)
            fresh.append((message, position))
    if not fresh:
        return None
    messages, positions = zip(*fresh, strict=True)
    copies = [m.thread_ts is not None and space.copied(m) for m in messages]
    return Page(name, messages, positions, copies)


def _read_list(
    space: Workspace, name: str, decoder: msgspec.json.Decoder[list[T]]
) -> Iterator[T]:
    """Yield the entries of a Slack list file; nothing if it is missing."""
    if space.root + name in space.source.names:
        for block in read_elements(space.source, space.root + name, ""):
            yield from decode_block(
                block, decoder, space.root + name, space.source.losses
            )[0]


def _read_unlisted(space: Workspace) -> Iterator[Batch]:
    """Yield the records of Slack channel folders that no list names."""
    names = space.source.names
    folders = {name.rpartition("/")[0] for name in names if _DAY.search(name)}
    folders |= {match["folder"] or "" for match in map(_PAGE.fullmatch, names) if match}
    for folder in sorted(folders - space.read):
        name = folder.rpartition("/")[2] or space.source.stem
        space.source.losses.noted("channel in no list", f"{folder}/", 0)
        channel = Channel(id=name)
        yield from _read_channel(space, channel, "channel", f"{folder}/", {folder})


def _list_days(names: Iterable[str], folders: set[str]) -> list[str]:
    """List a channel's files: of days, of numbered pages, and of their threads."""
    days = [name for name in names if name.rpartition("/")[0] in folders]
    matches = [match for match in map(_PAGE.fullmatch, names) if match]
    pages = [match for match in matches if (match["folder"] or "") in folders]
    numbers = {match[0]: int(match["page"] or match["of"]) for match in pages}
    own = {*days, *numbers}
    return sorted(own, key=lambda name: (numbers.get(name, 0), len(name), name))


def _read_pages(space: Workspace, days: Sequence[str]) -> Iterator[Page]:
    """Yield a channel's pages; one that breaks off is not to cost those behind it."""
    once: set[str] = set()
    for name in days:
        space.next_day()
        seen = once if _PAGE.fullmatch(name) else set[str]()
        with space.source.carry_on():
            for block in read_elements(space.source, name, ""):
                decoded = decode_block(block, DECODER, name, space.source.losses)
                rows = list(zip(*decoded, strict=True))
                if page := _build_page(space, name, rows, seen):
                    yield page


def _gather_days(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Collect files of single days into batches of at least `ROWS` messages."""
    batch: list[Page] = []
    rows = 0
    for page in pages:
        batch.append(page)
        rows += len(page.found)
        if rows >= ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _read_channel(
    space: Workspace,
    channel: Channel,
    sort: str,
    file: str,
    own: set[str] | None = None,
) -> Iterator[Batch]:
    named = {space.root + folder for folder in (channel.name, channel.id) if folder}
    folders = own or named
    space.read |= folders
    days = _list_days(space.source.names, folders)
    note_gaps(
        space.source,
        [
            int(match["page"])
            for match in map(_PAGE.fullmatch, days)
            if match and match["page"]
        ],
        file,
    )
    first, archived = None, None
    for pages in _gather_days(_read_pages(space, days)):
        first = first or parse_timestamp(pages[0].found[0].ts)
        for message in (m for page in pages for m in page.found if m.subtype):
            if (message.subtype or "").endswith("_archive"):
                archived = parse_timestamp(message.ts)
        yield from read_messages(space, channel.id, pages)
    closed = archived if channel.is_archived else None
    yield from _read_listed(space, channel, sort, file, closed)
    created_us = read_creation_time(channel)
    if first and created_us and first - created_us > DAY_US:
        space.source.observed["left_truncated"] = True
        space.source.losses.noted("first message long after creation", file, 0)


def _read_listed(
    space: Workspace, channel: Channel, sort: str, file: str, closed: int | None
) -> Iterator[Batch]:
    members = channel.members or []
    bots = {m for m in members if m in space.users and space.users[m].bot}
    place = {"group": channel.id, "file": file, "position": 1}
    row = {
        "label": channel.name, "network": "slack", "platform": "slack", "kind": sort,
        "created_us": read_creation_time(channel), "owner": channel.creator or None,
        "member_count": len(members) - len(bots), "closed_us": closed,
        "closed_kind": "archived" if channel.is_archived else None,
    }  # fmt: skip
    yield from_rows("group", [place | row])
    if members:
        yield from_rows(
            "membership",
            [
                place
                | {
                    "person": member,
                    "bot": member in bots,
                    "role": "creator" if member == channel.creator else None,
                    "rule": "slack.members",
                }
                for member in members
            ],
        )
