"""Convert Mattermost posts to records of messages, events and reactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_messages
from helpers.records import Batch, from_rows

_KINDS = {
    "system_join_channel": "join", "system_add_to_channel": "join",
    "system_leave_channel": "leave", "system_remove_from_channel": "kick",
    "system_header_change": "topic", "system_purpose_change": "topic",
    "system_displayname_change": "rename", "system_channel_deleted": "archive",
    "system_channel_restored": "settings", "system_convert_channel": "settings",
}  # fmt: skip
_PERSONS = ("addedUsername", "removedUsername", "username")
_HOOKS = ("from_webhook", "from_bot")


class _Reaction(msgspec.Struct, gc=False):
    user: str
    emoji_name: str = ""


class _Post(msgspec.Struct, gc=False):
    user: str
    create_at: int
    message: str = ""
    team: str = ""
    channel: str = ""
    type: str | None = None
    props: dict[str, Any] | None = None
    reactions: tuple[_Reaction, ...] | None = None
    replies: tuple[_Post, ...] | None = None
    attachments: tuple[Any, ...] | None = None
    channel_members: tuple[str, ...] | None = None


class Channel(msgspec.Struct):
    """A Mattermost channel of a team."""

    name: str = ""
    team: str = ""
    display_name: str | None = None
    type: str | None = None


class _In(msgspec.Struct):
    name: str
    roles: str | None = None
    last_viewed_at: int | None = None


class _Team(msgspec.Struct):
    name: str
    channels: list[_In] | None = None


class User(msgspec.Struct):
    """A Mattermost user account."""

    username: str
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    teams: list[_Team] | None = None


class Line(msgspec.Struct, gc=False):
    """One line of a Mattermost export; its type names the part it contains."""

    type: str
    post: _Post | None = None
    direct_post: _Post | None = None
    channel: Channel | None = None
    user: User | None = None


DECODER = msgspec.json.Decoder(list[Line])


class _Rows(NamedTuple):
    """Mattermost posts and their replies as consecutive rows."""

    posts: list[_Post]
    positions: range
    groups: list[str]
    # what identifies posts where the export has no ids: group, person, time, length
    ids: list[str]
    replies: list[tuple[int, int]]  # (row, row of the post that it answers)


def read_records(name: str, posts: Sequence[_Post], first: int) -> Iterator[Batch]:
    """Yield records of Mattermost posts, then events and reactions.

    Parameters
    ----------
    first
        The number of the first post.
    """
    rows = _build_rows(posts, first)
    entries = rows.posts
    times = from_epoch([post.create_at for post in entries])
    sender: list[str | None] = [post.user for post in entries]
    kind = ["file" if p.attachments and not p.message else "text" for p in entries]
    rule: list[str | None] = [None] * len(entries)
    reply_to = rule.copy()
    notices = [n for n, p in enumerate(entries) if (p.type or "").startswith("system_")]
    for n in notices:
        sender[n], kind[n], rule[n] = None, "system", f"mattermost.{entries[n].type}"
    for n, root in rows.replies:
        reply_to[n] = rows.ids[root]
    yield build_messages(
        file=name,
        position=rows.positions,
        group=rows.groups,
        id=rows.ids,
        time_us=times,
        sender=sender,
        kind=kind,
        bot=[post.props is not None and _is_bot(post.props) for post in entries],
        text=[post.message for post in entries],
        reply_to=reply_to,
        rule=rule,
    )
    if events := [
        _build_place(rows, n, name)
        | {"time_us": times[n].as_py()}
        | _build_event(entries[n])
        for n in notices
    ]:
        yield from_rows("event", events)
    if reacted := [
        _build_place(rows, n, name) | {"message": rows.ids[n], "count": 1}
        | {"person": reaction.user, "kind": reaction.emoji_name}
        for n, post in enumerate(entries) if post.reactions
        for reaction in post.reactions
    ]:  # fmt: skip
        yield from_rows("reaction", reacted)


def _build_rows(posts: Sequence[_Post], first: int) -> _Rows:
    entries: list[_Post] = []
    replies: list[tuple[int, int]] = []
    for post in posts:
        entries.append(post)
        if post.replies:
            root = len(entries) - 1
            entries += [_place_reply(reply, post) for reply in post.replies]
            replies += [(n, root) for n in range(root + 1, len(entries))]
    groups = [
        _name_direct_channel(p) if p.channel_members else f"{p.team}/{p.channel}"
        for p in entries
    ]
    ids = [
        f"{group}:{p.user}:{p.create_at}:{len(p.message)}"
        for p, group in zip(entries, groups, strict=True)
    ]
    at = range(first, first + len(entries))
    return _Rows(entries, at, groups, ids, replies)


def _place_reply(reply: _Post, post: _Post) -> _Post:
    """Give a reply the channel of its post, since it names none."""
    reply.team, reply.channel = post.team, post.channel
    reply.channel_members = post.channel_members
    return reply


def _build_place(rows: _Rows, n: int, name: str) -> dict[str, Any]:
    return {"group": rows.groups[n], "file": name, "position": rows.positions[n]}


def _is_bot(props: dict[str, Any]) -> bool:
    return any(str(props.get(key)) == "true" for key in _HOOKS)


def _build_event(post: _Post) -> dict[str, Any]:
    kind = _KINDS.get(post.type or "", "unrecognised")
    event_row: dict[str, Any] = {"kind": kind, "rule": f"mattermost.{post.type}"}
    if kind not in {"join", "leave", "kick"}:
        return event_row | {"actor": post.user}
    props = post.props or {}
    subject = next((str(props[k]) for k in _PERSONS if k in props), None) or post.user
    actor = post.user if post.user != subject else None
    return event_row | {"subject": subject, "actor": actor}


def _name_direct_channel(post: _Post) -> str:
    return "direct:" + ",".join(sorted(post.channel_members or ()))
