"""Mattermost's bulk export: JSON Lines of teams, channels, users and posts.

Posts have no ids, replies stand inside the post they answer. Each member's last look at
a channel is kept as a read record without a message; who read which message is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from helpers.formats.clock import from_epoch
from helpers.formats.columns import messages
from helpers.formats.json_stream import decode, json_lines
from helpers.records import Batch, Observability, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.source import Head, Source

__all__ = ["NAME", "OBSERVES", "read", "recognises"]

NAME = "Mattermost bulk export"
OBSERVES = Observability(
    members_source="roster",
    joins_observed=True,
    leaves_observed=True,
    reads_observed="none",
    reactions_observed=True,
    replies="explicit",
    births="first_message",
    owner_known=False,
    roles_known=True,
    sender_ids=True,
    text=True,
    time_zone_known=True,
    left_truncated=False,
    never_active_listed=True,
    window_us=(0, 0),
    resolution="millisecond",
)
_KINDS = {
    "system_join_channel": "join", "system_add_to_channel": "join",
    "system_leave_channel": "leave", "system_remove_from_channel": "kick",
    "system_header_change": "topic", "system_purpose_change": "topic",
    "system_displayname_change": "rename", "system_channel_deleted": "archive",
    "system_channel_restored": "settings", "system_convert_channel": "settings",
}  # fmt: skip
_PERSONS = ("addedUsername", "removedUsername", "username")


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
    reactions: list[_Reaction] | None = None
    replies: list[_Post] | None = None
    attachments: list[Any] | None = None
    channel_members: list[str] | None = None


class _Channel(msgspec.Struct):
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


class _User(msgspec.Struct):
    username: str
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    teams: list[_Team] | None = None


class _Line(msgspec.Struct):
    type: str
    channel: _Channel | None = None
    user: _User | None = None
    post: _Post | None = None
    direct_post: _Post | None = None


_PARTS = ("channel", "user", "post", "direct_post")
_DECODER = msgspec.json.Decoder(list[_Line])
_Placed = tuple[_Post, int, str | None]


def recognises(head: Head) -> bool:
    """Tell a bulk export by its first line."""
    lines = head.text(_file(head.names)).lstrip().split("\n", 1)
    return '"type":"version"' in lines[0].replace(" ", "") and len(lines) > 1


def read(source: Source) -> Iterator[Batch]:
    """Yield channels, members, posts and replies in file order."""
    name = _file(source.names) or source.name
    for block in json_lines(source, name):
        lines, positions = decode(block, _DECODER, name, source.losses)
        at = list(zip(lines, positions, strict=True))
        _without(source, name, at)
        yield from _channels(name, [(x.channel, n) for x, n in at if x.channel])
        yield from _members(source, name, [(x.user, n) for x, n in at if x.user])
        posts = [(x.post or x.direct_post, n) for x, n in at]
        placed = [one for post, n in posts if post for one in _unfolded(post, n)]
        if placed:
            yield from _posts(source, name, placed)


def _without(source: Source, name: str, at: Sequence[tuple[_Line, int]]) -> None:
    """Enter lines whose own part is missing, or called otherwise, as lost."""
    for line, position in at:
        if line.type in _PARTS and getattr(line, line.type) is None:
            source.losses.lost(f"line without its {line.type}", name, position)


def _unfolded(post: _Post, position: int) -> Iterator[_Placed]:
    """Yield a post and the replies inside it, which name no channel of their own."""
    yield post, position, None
    for reply in post.replies or ():
        reply.team, reply.channel = post.team, post.channel
        reply.channel_members = post.channel_members
        yield reply, position, _id(post, _group(post))


def _posts(source: Source, name: str, placed: Sequence[_Placed]) -> Iterator[Batch]:
    times = from_epoch([post.create_at for post, _, _ in placed])
    source.losses.untimed(name, [at for _, at, _ in placed], times)
    groups = [_group(post) for post, _, _ in placed]
    told = [post.type is not None and _told(post) for post, _, _ in placed]
    yield messages(
        file=name,
        position=[position for _, position, _ in placed],
        group=groups,
        id=[_id(one[0], group) for one, group in zip(placed, groups, strict=True)],
        time_us=times,
        sender=[
            None if notice else one[0].user
            for one, notice in zip(placed, told, strict=True)
        ],
        kind=[
            "system" if notice else _kind(one[0])
            for one, notice in zip(placed, told, strict=True)
        ],
        bot=[post.props is not None and _bot(post) for post, _, _ in placed],
        text=[post.message for post, _, _ in placed],
        reply_to=[parent for _, _, parent in placed],
        rule=[
            f"mattermost.{one[0].type}" if notice else None
            for one, notice in zip(placed, told, strict=True)
        ],
    )
    events, reactions = [], []
    telling = [n for n, one in enumerate(placed) if told[n] or one[0].reactions]
    for n in telling:
        (post, position, _), group = placed[n], groups[n]
        place = {"group": group, "file": name, "position": position}
        if told[n]:
            events.append(place | {"time_us": times[n].as_py()} | _event(post))
        reactions += [
            place
            | {
                "message": _id(post, group),
                "person": r.user,
                "kind": r.emoji_name,
                "count": 1,
            }
            for r in post.reactions or ()
        ]
    if events:
        yield from_rows("event", events)
    if reactions:
        yield from_rows("reaction", reactions)


def _event(post: _Post) -> dict[str, Any]:
    kind = _KINDS.get(post.type or "", "unrecognised")
    said: dict[str, Any] = {"kind": kind, "rule": f"mattermost.{post.type}"}
    if kind not in {"join", "leave", "kick"}:
        return said | {"actor": post.user}
    who = next((str(post.props[k]) for k in _PERSONS if k in (post.props or {})), None)  # type: ignore[index]
    subject = who or post.user
    return said | {
        "subject": subject,
        "actor": post.user if post.user != subject else None,
    }


def _kind(post: _Post) -> str:
    return "file" if post.attachments and not post.message else "text"


def _told(post: _Post) -> bool:
    return post.type is not None and post.type.startswith("system_")


def _bot(post: _Post) -> bool:
    if not (props := post.props):
        return False
    return any(str(props.get(k)) == "true" for k in ("from_webhook", "from_bot"))


def _id(post: _Post, group: str) -> str:
    """Return what identifies a post where the export has no ids."""
    return f"{group}:{post.user}:{post.create_at}:{len(post.message)}"


def _group(post: _Post) -> str:
    if post.channel_members:
        return "direct:" + ",".join(sorted(post.channel_members))
    return f"{post.team}/{post.channel}"


def _channels(name: str, found: Sequence[tuple[_Channel, int]]) -> Iterator[Batch]:
    rows = [
        {
            "group": f"{one.team}/{one.name}", "label": one.display_name or one.name,
            "network": one.team, "platform": "mattermost",
            "kind": {"O": "channel", "P": "private"}.get(one.type or "", "channel"),
            "file": name, "position": position,
        }
        for one, position in found
    ]  # fmt: skip
    if rows:
        yield from_rows("group", rows)


def _members(
    source: Source, name: str, found: Sequence[tuple[_User, int]]
) -> Iterator[Batch]:
    members, reads = [], []
    for user, position in found:
        names = (user.username, user.nickname, user.first_name, user.last_name)
        source.people.mentioned(*filter(None, names))
        for team in user.teams or ():
            for channel in team.channels or ():
                row = {
                    "group": f"{team.name}/{channel.name}", "person": user.username,
                    "file": name, "position": position,
                }  # fmt: skip
                role = "admin" if "admin" in (channel.roles or "") else "member"
                about = {"role": role, "bot": user.is_bot, "rule": "mattermost.user"}
                members.append(row | about)
                if channel.last_viewed_at:
                    reads.append((row, channel.last_viewed_at))
    if members:
        yield from_rows("membership", members)
    if reads:
        times = from_epoch([time for _, time in reads]).to_pylist()
        rule = {"rule": "mattermost.last_viewed_at"}
        rows = [
            row | rule | {"time_us": t}
            for (row, _), t in zip(reads, times, strict=True)
        ]
        yield from_rows("read", rows)


def _file(names: Sequence[str]) -> str | None:
    return next((name for name in names if name.endswith(".jsonl")), None)
