"""Read Slack workspace exports, ZIP or folder, with member lists.

Who never spoke is listed; bots are listed too and marked. A reply sent to the channel
as well is one message. Free workspaces hide what is old, which looks like a late birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_stream import read_elements
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.slack.slack_messages import Page, Workspace, read_messages
from helpers.formats.slack.slack_schema import (
    DECODER,
    Channel,
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
_DAY = re.compile(r"/\d{4}-\d\d-\d\d\.json$")
_USERS = msgspec.json.Decoder(list[User])
_CHANNELS = msgspec.json.Decoder(list[Channel])
T = TypeVar("T")


def has_signature(head: Head) -> bool:
    """Detect a Slack export by its lists of users and channels, or day files."""
    users = head.has("users.json") or head.has("org_users.json")
    if users and any(head.has(name) for name in LISTS):
        return True
    days = list(filter(_DAY.search, head.names))
    return bool(days) and head.keys(days[0]) >= _OF_A_DAY


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
    days = filter(_DAY.search, space.source.names)
    folders = dict.fromkeys(name.rpartition("/")[0] for name in days)
    for folder in sorted(folders.keys() - space.read):
        name = folder.rpartition("/")[2]
        space.source.losses.noted("channel in no list", f"{folder}/", 0)
        yield from _read_channel(space, Channel(id=name), "channel", f"{folder}/")


def _read_pages(space: Workspace, days: Sequence[str]) -> Iterator[Page]:
    for name in days:
        space.next_day()
        for block in read_elements(space.source, name, ""):
            messages, positions = decode_block(
                block, DECODER, name, space.source.losses
            )
            if messages:
                copies = [m.thread_ts is not None and space.copied(m) for m in messages]
                yield Page(name, messages, positions, copies)


def _gather_days(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Collect files of single days into batches of at least `ROWS` messages."""
    batch: list[Page] = []
    rows, broken = 0, None
    try:
        for page in pages:
            batch.append(page)
            rows += len(page.found)
            if rows >= ROWS:
                yield batch
                batch, rows = [], 0
    except BrokenFileError as error:  # what was held before it is whole
        broken = error
    if batch:
        yield batch
    if broken:
        raise broken


def _read_channel(
    space: Workspace, channel: Channel, sort: str, file: str
) -> Iterator[Batch]:
    folders = {space.root + folder for folder in (channel.name, channel.id) if folder}
    space.read |= folders
    days = [n for n in space.source.names if n.rpartition("/")[0] in folders]
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
