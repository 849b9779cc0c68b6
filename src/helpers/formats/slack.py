"""Slack's workspace export, ZIP or folder: the best member lists of all exports.

Who never spoke is listed; bots are listed too and marked. A reply sent to the channel
as well is one message. Free workspaces hide what is old, which looks like a late birth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from helpers.formats.columns import messages
from helpers.formats.json_stream import decode, elements
from helpers.formats.slack_events import SPOKEN, event, kind, mentions, plain
from helpers.formats.slack_schema import (
    DECODER,
    Channel,
    Message,
    User,
    created_us,
    times_us,
    ts_us,
)
from helpers.records import DAY_US, Batch, Observability, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.source import Head, Source

__all__ = ["NAME", "OBSERVES", "read", "recognises"]

NAME = "Slack export"
OBSERVES = Observability(
    members_source="roster",
    joins_observed=True,
    leaves_observed=True,
    reads_observed="none",
    reactions_observed=True,
    replies="explicit",
    births="creation",
    owner_known=True,
    roles_known=True,
    sender_ids=True,
    text=True,
    time_zone_known=True,
    left_truncated=False,
    never_active_listed=True,
    window_us=(0, 0),
    resolution="microsecond",
)
LISTS = {
    "channels.json": "channel", "groups.json": "private", "mpims.json": "mpim",
    "dms.json": "dm",
}  # fmt: skip
GHOST = "U00"
_DAY = re.compile(r"/\d{4}-\d\d-\d\d\.json$")
_USERS = msgspec.json.Decoder(list[User])
_CHANNELS = msgspec.json.Decoder(list[Channel])
T = TypeVar("T")


@dataclass(slots=True)
class _Workspace:
    """Who is who, and where the days of each channel lie."""

    source: Source
    root: str
    users: dict[str, User]
    strangers: set[tuple[str, str]] = field(default_factory=set)
    before: set[tuple[str | None, ...]] = field(default_factory=set)
    today: set[tuple[str | None, ...]] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def next_day(self) -> None:
        """Keep only yesterday's replies in mind."""
        self.before, self.today = self.today, set()

    def copied(self, message: Message) -> bool:
        """Say whether a reply shown in the channel too is here a second time."""
        if message.thread_ts is None:
            return False
        key = (message.user, message.thread_ts, message.text)
        seen = key in self.today or key in self.before
        self.today.add(key)
        return seen and (message.subtype or "").endswith("_broadcast")

    def bot(self, message: Message) -> bool:
        user = self.users.get(message.user or "")
        return bool(
            message.bot_id
            or message.subtype == "bot_message"
            or (user and user.bot)
            or message.user == "USLACKBOT"
        )


def recognises(head: Head) -> bool:
    """Tell Slack by its lists of users and of channels."""
    users = head.has("users.json") or head.has("org_users.json")
    return users and any(head.has(one) for one in LISTS)


def read(source: Source) -> Iterator[Batch]:
    """Yield every channel's records, channels without a message among them."""
    listed = next((n for n in source.names if n.rpartition("/")[2] in LISTS), "")
    root = listed.rpartition("/")[0]
    space = _Workspace(source, f"{root}/" if root else "", {})
    for name in ("users.json", "org_users.json"):
        for user in _listed_in(space, name, _USERS):
            space.users[user.id] = user
            source.people.mentioned(*filter(None, user.names))
    for name, sort in LISTS.items():
        for channel in _listed_in(space, name, _CHANNELS):
            yield from _channel(space, channel, sort, space.root + name)
    yield from _unlisted(space)


def _listed_in(
    space: _Workspace, name: str, decoder: msgspec.json.Decoder[list[T]]
) -> Iterator[T]:
    """Yield the entries of a list beside the channels, if there is such a list."""
    if space.root + name in space.source.names:
        for block in elements(space.source, space.root + name, ""):
            yield from decode(block, decoder, space.root + name, space.source.losses)[0]


def _unlisted(space: _Workspace) -> Iterator[Batch]:
    """Yield what stands in folders that no list names: nothing is passed over."""
    days = filter(_DAY.search, space.source.names)
    folders = dict.fromkeys(name.rpartition("/")[0] for name in days)
    for folder in sorted(folders.keys() - space.read):
        name = folder.rpartition("/")[2]
        space.source.losses.noted("channel in no list", f"{folder}/", 0)
        yield from _channel(space, Channel(id=name), "channel", f"{folder}/")


def _channel(
    space: _Workspace, channel: Channel, sort: str, file: str
) -> Iterator[Batch]:
    folders = {space.root + one for one in (channel.name, channel.id) if one}
    space.read |= folders
    days = [n for n in space.source.names if n.rpartition("/")[0] in folders]
    first, archived = None, None
    for name in days:
        space.next_day()
        for block in elements(space.source, name, ""):
            found, positions = decode(block, DECODER, name, space.source.losses)
            if not found:
                continue
            first = first or ts_us(found[0].ts)
            archived = next(
                (ts_us(m.ts) for m in found if (m.subtype or "").endswith("_archive")),
                archived,
            )
            yield from _day(space, channel.id, name, found, positions)
    closed = archived if channel.is_archived else None
    yield from _listed(space, channel, sort, file, closed)
    made = created_us(channel)
    if first and made and first - made > DAY_US:
        space.source.observed["left_truncated"] = True
        space.source.losses.noted("first message long after creation", file, 0)


def _day(
    space: _Workspace,
    group: str,
    name: str,
    found: Sequence[Message],
    positions: Sequence[int],
) -> Iterator[Batch]:
    copies = [space.copied(message) for message in found]
    texts = [m.text for m in found]
    times = times_us([m.ts for m in found])
    space.source.losses.untimed(name, positions, times)
    yield messages(
        file=name,
        position=positions,
        group=group,
        id=[m.ts for m in found],
        time_us=times,
        sender=[_sender(m) for m in found],
        kind=["notice" if c else kind(m) for m, c in zip(found, copies, strict=True)],
        bot=[space.bot(m) for m in found],
        text=[plain(text) for text in texts],
        mentions=[mentions(text) for text in texts],
        reply_to=[m.thread_ts if m.thread_ts != m.ts else None for m in found],
        rule=[
            "slack.broadcast-copy" if copy else m.subtype and f"slack.{m.subtype}"
            for m, copy in zip(found, copies, strict=True)
        ],
    )
    events, reactions, strangers = [], [], []
    for message, position in zip(found, positions, strict=True):
        if not _tells(message):
            continue
        place = {"group": group, "file": name, "position": position}
        if message.subtype not in SPOKEN:
            time = {"time_us": ts_us(message.ts)}
            events.append(place | time | event(message))
        reactions += [place | one for one in _reactions(message)]
        strangers += [place | one for one in _stranger(space, group, message)]
    for sort, rows in (
        ("event", events),
        ("reaction", reactions),
        ("membership", strangers),
    ):
        if rows:
            yield from_rows(sort, rows)  # type: ignore[arg-type]


def _tells(message: Message) -> bool:
    """Say whether a message is more than its own row."""
    more = message.reactions or message.user_profile
    return bool(more) or message.subtype not in SPOKEN


def _sender(message: Message) -> str | None:
    if message.subtype not in SPOKEN:
        return None
    own = message.comment.user if message.comment else None
    who = own or message.user or message.bot_id
    return None if who == GHOST else who


def _reactions(message: Message) -> Iterator[dict[str, Any]]:
    for reaction in message.reactions or ():
        shared = {"kind": reaction.name, "message": message.ts}
        for user in reaction.users or ():
            yield shared | {"person": user, "count": 1}
        if (rest := reaction.count - len(reaction.users or ())) > 0:
            yield shared | {"count": rest}


def _stranger(
    space: _Workspace, group: str, message: Message
) -> Iterator[dict[str, Any]]:
    """Yield people of another workspace, who are in no list."""
    shown, who = message.user_profile, message.user
    if shown and who and who not in space.users and (group, who) not in space.strangers:
        space.strangers.add((group, who))
        names = (shown.name, shown.display_name, shown.real_name)
        space.source.people.met(group, who, *names)
        yield {"person": who, "role": "guest", "rule": "slack.user_profile"}


def _listed(
    space: _Workspace, channel: Channel, sort: str, file: str, closed: int | None
) -> Iterator[Batch]:
    members = channel.members or []
    bots = {m for m in members if m in space.users and space.users[m].bot}
    place = {"group": channel.id, "file": file, "position": 1}
    row = {
        "label": channel.name, "network": "slack", "platform": "slack", "kind": sort,
        "created_us": created_us(channel), "owner": channel.creator or None,
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
