"""Read Mattermost bulk exports: JSON Lines of channels, users and posts.

Posts have no ids, replies stand inside the post they answer. Each member's last look at
a channel is kept as a read record without a message; who read which message is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import msgspec

from helpers.formats.json.json_stream import decode_json_lines
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_messages, yield_rows
from helpers.formats.rows.events import load_grammar
from helpers.formats.rows.people import NAMED
from helpers.records import Batch
from helpers.text.columns import to_text_array
from helpers.wording import say

_KINDS = {
    "system_join_channel": "join", "system_add_to_channel": "join",
    "system_leave_channel": "leave", "system_remove_from_channel": "kick",
    "system_join_team": "settings", "system_add_to_team": "settings",
    "system_leave_team": "settings", "system_remove_from_team": "settings",
    "system_header_change": "topic", "system_purpose_change": "topic",
    "system_displayname_change": "rename", "system_channel_deleted": "archive",
    "system_channel_restored": "settings", "system_convert_channel": "settings",
    "system_change_chan_privacy": "settings", "custom_calls": "call",
    "custom_zoom": "call", "custom_jitsi": "call",
}  # fmt: skip
# how a notice begins: with a user's name, or the channel
_FIRST = re.compile(
    r"\s*@?([a-z0-9._-]*[a-z0-9_-]|D(?=(?:er|ie) Kanal)|This(?= channel has))"
)
# a user's name, and what rules take for a part of it
_NAME = re.compile(r"^@?([\w.-]+?)(?:\s+(?:has been|has|was|wurde|fue|foi|已|さん))?$")
_PERSONS = ("addedUsername", "removedUsername", "username")
_NOTICES = ("system_", "custom_calls", "custom_zoom", "custom_jitsi")
_TYPED = rb'"type" ?: ?"system_(?:join|leave|add|remove)'
_HOOKS = ("from_webhook", "from_bot")


class _Reaction(msgspec.Struct, gc=False):
    user: str
    emoji_name: str = ""


class _Post(msgspec.Struct, gc=False):
    user: str
    create_at: int | str
    message: str = ""
    team: str = ""
    channel: str = ""
    type: str | None = None
    props: dict[str, Any] | None = None
    reactions: tuple[_Reaction, ...] | None = None
    replies: tuple[_Post, ...] | None = None
    attachments: tuple[Any, ...] | None = None
    channel_members: tuple[str, ...] | None = None


class _Channel(msgspec.Struct):
    name: str = ""
    team: str = ""
    display_name: str | None = None
    type: str | None = None


class _In(msgspec.Struct):
    name: str
    roles: str | None = None
    last_viewed_at: int | str | None = None


class _Team(msgspec.Struct):
    name: str
    channels: list[_In] | None = None


class _User(msgspec.Struct):
    username: str
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    teams: list[_Team] | None = None


class _Line(msgspec.Struct, gc=False):
    """One line of a Mattermost export; its type names the part it contains."""

    type: str
    post: _Post | None = None
    direct_post: _Post | None = None
    channel: _Channel | None = None
    user: _User | None = None


DECODER = msgspec.json.Decoder(list[_Line])


class _Rows(NamedTuple):
    """Mattermost posts and their replies as consecutive rows."""

    posts: list[_Post]
    positions: range
    groups: list[str]
    # what identifies posts where the export has no ids: group, person, time, length
    ids: list[str]
    replies: list[tuple[int, int]]  # (row, row of the post that it answers)


def restore_type(
    post: _Post, users: Collection[str], is_typed: Callable[[], bool] = bool
) -> None:
    """Give a notice without a type the one that its words imply.

    Whom it is about must be a user of the server: anybody may write the same of others,
    and of themselves where notices have types.

    >>> told = _Post("ann", 0, "eve has joined the channel.")
    >>> restore_type(told, {"ann", "eve"})
    >>> told.type, told.props
    ('system_join_channel', {'username': 'eve'})
    """
    first = _FIRST.match(post.message)
    if first is None or not (first[1] in users or first[1] in {post.user, "D", "This"}):
        return  # as nearly always
    if (event := load_grammar("mattermost").match(post.message)) is None:
        return
    who, by = (
        _NAME.sub(r"\1", (one or "").removeprefix(NAMED))
        for one in ((*event.subjects, event.actor)[0], event.actor)
    )
    is_nobodys = not event.subjects and event.actor is None
    if (is_nobodys or who in users or who == post.user) and not is_typed():
        post.type = event.rule.removeprefix("mattermost.").removesuffix("?")
        post.props = {"username": who or post.user}
        post.user = by if by in users else post.user


def _read_records(
    source: Source, name: str, posts: Sequence[_Post], first: int
) -> Iterator[Batch]:
    """Yield records of Mattermost posts, then events and reactions."""
    rows = _build_rows(posts, first)
    entries = rows.posts
    times = from_epoch([post.create_at for post in entries])
    sender: list[str | None] = [post.user for post in entries]
    kind = ["file" if p.attachments and not p.message else "text" for p in entries]
    rule: list[str | None] = [None] * len(entries)
    reply_to = rule.copy()
    notices = [n for n, p in enumerate(entries) if (p.type or "").startswith(_NOTICES)]
    for n in notices:
        sender[n], kind[n], rule[n] = None, "system", f"mattermost.{entries[n].type}"
    bots = [_is_hook(post.props) for post in entries]
    for n in [n for n, is_bot in enumerate(bots) if is_bot and sender[n]]:
        # a webhook writes under any name; one that brings people over, under several
        if other := (entries[n].props or {}).get("override_username"):
            account = entries[n].user
            sender[n] = source.people.relayed(rows.groups[n], account, str(other))
    _find_relayed(source, rows, sender)
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
        bot=bots,
        text=[post.message for post in entries],
        reply_to=reply_to,
        rule=rule,
    )
    events = [
        _build_place(rows, n, name)
        | {"time_us": times[n].as_py()}
        | _build_event(entries[n])
        for n in notices
    ]
    reactions = [
        _build_place(rows, n, name) | {"message": rows.ids[n], "count": 1}
        | {"person": reaction.user, "kind": reaction.emoji_name}
        for n, post in enumerate(entries) if post.reactions
        for reaction in post.reactions
    ]  # fmt: skip
    yield from yield_rows(event=events, reaction=reactions)


def _find_relayed(source: Source, rows: _Rows, sender: list[str | None]) -> None:
    """Replace the account of a bridge that signs its texts by who wrote them."""
    texts = [post.message for post in rows.posts]
    for group in set(rows.groups):
        pairs = zip(sender, rows.groups, strict=True)
        own = [who if its == group else None for who, its in pairs]
        senders = to_text_array(own).dictionary_encode()
        for n, who in source.people.find_signed(group, senders, texts).items():
            sender[n] = who


def _is_hook(props: Mapping[str, Any] | None) -> bool:
    return any(str((props or {}).get(hook)).lower() == "true" for hook in _HOOKS)


def _build_rows(posts: Sequence[_Post], first: int) -> _Rows:
    entries: list[_Post] = []
    replies: list[tuple[int, int]] = []
    for post in posts:
        entries.append(post)
        if post.replies:
            root = len(entries) - 1
            for reply in post.replies:  # which names no channel of its own
                reply.team, reply.channel = post.team, post.channel
                reply.channel_members = post.channel_members
            entries += post.replies
            replies += [(n, root) for n in range(root + 1, len(entries))]
    groups = [
        "direct:" + ",".join(sorted(p.channel_members))
        if p.channel_members
        else f"{p.team}/{p.channel}"
        for p in entries
    ]
    ids = [
        f"{group}:{p.user}:{p.create_at}:{len(p.message)}"
        for p, group in zip(entries, groups, strict=True)
    ]
    at = range(first, first + len(entries))
    return _Rows(entries, at, groups, ids, replies)


def _build_place(rows: _Rows, n: int, name: str) -> dict[str, Any]:
    return {"group": rows.groups[n], "file": name, "position": rows.positions[n]}


def _build_event(post: _Post) -> dict[str, Any]:
    kind = _KINDS.get(post.type or "", "unrecognised")
    event_row: dict[str, Any] = {"kind": kind, "rule": f"mattermost.{post.type}"}
    if kind not in {"join", "leave", "kick"}:
        return event_row | {"actor": post.user}
    props = post.props or {}
    subject = next((str(props[k]) for k in _PERSONS if k in props), None) or post.user
    actor = post.user if post.user != subject else None
    return event_row | {"subject": subject, "actor": actor}


NAME = "Mattermost bulk export"
OBSERVES = replace(
    LEAST, members_source="roster", joins_observed=True, leaves_observed=True,
    reactions_observed=True, replies="explicit", roles_known=True,
    never_active_listed=True, resolution="millisecond",
)  # fmt: skip
_PARTS = ("channel", "user", "post", "direct_post")


def has_signature(head: Head) -> bool:
    """Detect a Mattermost bulk export by its first line."""
    lines = head.text(_select_file(head.names)).lstrip().split("\n", 1)
    if len(lines) == 1:
        return False
    return '"type":"version"' in lines[0].replace(" ", "")


def read(source: Source) -> Iterator[Batch]:
    """Yield Mattermost channels, members, posts and replies in file order.

    Posts go by their number, not by their line, which a post shares with its replies.
    """
    name, first = _select_file(source.names) or source.name, 1
    users = set[str]()
    for lines, positions in decode_json_lines(source, name, DECODER):
        others = [
            (line, at)
            for line, at in zip(lines, positions, strict=True)
            if line.type != "post" or not line.post
        ]
        for line, at in others:
            if line.type in _PARTS and getattr(line, line.type) is None:
                lost = say("line without its {type}", type=line.type)
                source.losses.lost(lost, name, at)
        yield from _read_channels(
            name, [(x.channel, n) for x, n in others if x.channel]
        )
        yield from _read_members(
            source, name, [(x.user, n) for x, n in others if x.user]
        )
        users.update(line.user.username for line in lines if line.user)
        posts = [line.post or line.direct_post for line in lines]
        if present_posts := [post for post in posts if post]:
            for post in present_posts:
                if not post.type:
                    restore_type(post, users, partial(source.holds, _TYPED))
            yield from _read_records(source, name, present_posts, first)
            first += sum(1 + len(post.replies or ()) for post in present_posts)


def _read_channels(
    name: str, channels: Sequence[tuple[_Channel, int]]
) -> Iterator[Batch]:
    rows = [
        {
            "group": f"{channel.team}/{channel.name}",
            "label": channel.display_name or channel.name,
            "network": channel.team, "platform": "mattermost",
            "kind": {"O": "channel", "P": "private"}.get(channel.type or "", "channel"),
            "file": name, "position": position,
        }
        for channel, position in channels
    ]  # fmt: skip
    yield from yield_rows(group=rows)


def _read_members(
    source: Source, name: str, users: Sequence[tuple[_User, int]]
) -> Iterator[Batch]:
    members, reads = [], []
    for user, position in users:
        names = (user.username, user.nickname, user.first_name, user.last_name)
        source.people.mentioned(*filter(None, names))
        for team in user.teams or ():
            for channel in team.channels or ():
                row = {
                    "group": f"{team.name}/{channel.name}", "person": user.username,
                    "file": name, "position": position,
                }  # fmt: skip
                source.people.met(f"{team.name}/{channel.name}", user.username, *names)
                role = "admin" if "admin" in (channel.roles or "") else "member"
                bot, rule = user.is_bot, "mattermost.user"
                members.append(row | {"role": role, "bot": bot, "rule": rule})
                if channel.last_viewed_at:
                    reads.append((row, channel.last_viewed_at))
    times = from_epoch([time for _, time in reads]).to_pylist()
    seen = [
        row | {"rule": "mattermost.last_viewed_at", "time_us": time}
        for (row, _), time in zip(reads, times, strict=True)
    ]
    yield from yield_rows(membership=members, read=seen)


def _select_file(names: Sequence[str]) -> str | None:
    return next((name for name in names if name.endswith(".jsonl")), None)
