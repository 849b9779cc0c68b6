"""Mattermost: lines of several kinds, replies within posts, notices without a type."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from helpers.formats.json.json_stream import decode_json_lines
from helpers.formats.reading.source import Head
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.events import load_grammar
from helpers.formats.rows.people import NAMED, SIGNATURE
from helpers.formats.rules import typed
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import Batch
from helpers.wording import say

# how a notice begins: with a user's name, or the channel
_FIRST = re.compile(
    r"\s*@?([a-z0-9._-]*[a-z0-9_-]|D(?=(?:er|ie) Kanal)|This(?= channel has))"
)
# a user's name, and what rules take for a part of it
_NAME = re.compile(r"^@?([\w.-]+?)(?:\s+(?:has been|has|was|wurde|fue|foi|已|さん))?$")
_PERSONS = ("addedUsername", "removedUsername", "username")
_TYPED = rb'"type" ?: ?"system_(?:join|leave|add|remove)'
_HOOKS = ("from_webhook", "from_bot")


_PARTS = ("channel", "user", "post", "direct_post")
_CHANNELS = {"O": "channel", "P": "private"}
_MEMBERS = frozenset({"join", "leave", "kick"})


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


def has_signature(head: Head) -> bool:
    """Detect a Mattermost bulk export by its first line."""
    name = next((name for name in head.names if name.endswith(".jsonl")), None)
    lines = head.text(name).lstrip().split("\n", 1)
    return len(lines) > 1 and '"type":"version"' in lines[0].replace(" ", "")


class Reader(typed.Reader):
    """Reads one export: channels, members, posts and replies in file order.

    Posts go by their number, not by their line, which a post shares with its replies.
    """

    signature = SIGNATURE

    def list_files(self) -> list[str]:
        """List the first file with lines."""
        return (super().list_files() or [self.source.name])[:1]

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of the file."""
        self.file, users, first = name, set[str](), 1
        for lines, positions in decode_json_lines(self.source, name, DECODER):
            numbered = [*zip(lines, positions, strict=True)]
            for line, at in numbered:
                if line.type in _PARTS and getattr(line, line.type) is None:
                    lost = say("line without its {type}", type=line.type)
                    self.source.losses.lost(lost, name, at)
            yield from self._read_channels([(x.channel, n) for x, n in numbered])
            yield from self._read_members([(x.user, n) for x, n in numbered])
            users.update(line.user.username for line in lines if line.user)
            told = (line.post or line.direct_post for line in lines)
            if posts := [post for post in told if post]:
                is_typed = partial(self.source.holds, _TYPED)
                for post in [one for one in posts if not one.type]:
                    restore_type(post, users, is_typed)
                block = _unfold(posts, first)
                first += len(block)
                yield from self.read_block(block)

    def _read_channels(
        self, channels: Sequence[tuple[_Channel | None, int]]
    ) -> Iterator[Batch]:
        rows = [
            {
                "group": f"{channel.team}/{channel.name}",
                "label": channel.display_name or channel.name,
                "network": channel.team, "platform": "mattermost",
                "kind": _CHANNELS.get(channel.type or "", "channel"),
                "file": self.file, "position": position,
            }
            for channel, position in channels if channel
        ]  # fmt: skip
        yield from yield_rows(group=rows)

    def _read_members(
        self, users: Sequence[tuple[_User | None, int]]
    ) -> Iterator[Batch]:
        members, reads = [], []
        for user, position in users:
            if user is None:
                continue
            names = (user.username, user.nickname, user.first_name, user.last_name)
            self.source.people.mentioned(*filter(None, names))
            for team in user.teams or ():
                for channel in team.channels or ():
                    group, who = f"{team.name}/{channel.name}", user.username
                    row: Row = {"group": group, "person": who, "file": self.file}
                    row["position"] = position
                    self.source.people.met(group, who, *names)
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

    def prepare(self, block: Block) -> None:
        """Find notices, and whom a webhook or bot speaks for."""
        find = self.program.find_label
        notices = {one: find(one) == "system" for one in {*block["type"]} if one}
        rows = block.rows("type", "attached", "text")
        block["kind"] = [
            "system" if kind and notices[kind]
            else "file" if attached and not text else "text"
            for kind, attached, text in rows
        ]  # fmt: skip
        block["bot"] = bots = [
            bool(props)
            and any(str(props.get(hook)).lower() == "true" for hook in _HOOKS)
            for props in block["props"]
        ]
        if any(bots):  # a webhook writes under any name, a bridge under several
            named = [(props or {}).get("override_username") for props in block["props"]]
            told = zip(named, bots, strict=True)
            block["relayed"] = [
                str(name) if name and is_bot else None for name, is_bot in told
            ]

    def describe_notice(self, block: Block, at: int) -> Row:
        """Return the event in a notice; who comes or goes stands in its properties."""
        row = super().describe_notice(block, at)
        if row["kind"] not in _MEMBERS:
            return row
        props, user = block["props"][at] or {}, row["actor"]
        named = (str(props[key]) for key in _PERSONS if key in props)
        subject = next(named, None) or user
        return row | {"subject": subject, "actor": user if user != subject else None}


def _unfold(posts: Sequence[_Post], first: int) -> Block:
    """Return posts and their replies as consecutive rows, by the number of posts."""
    entries: list[_Post] = []
    roots: dict[int, int] = {}  # rows of the posts that others answer
    for post in posts:
        entries.append(post)
        root = len(entries) - 1
        for reply in post.replies or ():  # which names no channel of its own
            reply.team, reply.channel = post.team, post.channel
            reply.channel_members = post.channel_members
            roots[len(entries)] = root
            entries.append(reply)
    groups = [
        "direct:" + ",".join(sorted(p.channel_members or ()))
        if p.channel_members or not p.channel  # a direct post may leave them out
        else f"{p.team}/{p.channel}"
        for p in entries
    ]
    ids = [
        f"{group}:{p.user}:{p.create_at}:{len(p.message)}"
        for p, group in zip(entries, groups, strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "group": groups, "id": ids, "time": [p.create_at for p in entries],
        "sender_id": [p.user for p in entries], "text": [p.message for p in entries],
        "type": [p.type for p in entries], "props": [p.props for p in entries],
        "attached": [p.attachments for p in entries],
        "reply_to": [
            ids[roots[at]] if at in roots else None for at in range(len(entries))
        ],
        "reactions": [
            p.reactions and [one.emoji_name for one in p.reactions] for p in entries
        ],
        "reaction_people": [
            p.reactions and [one.user for one in p.reactions] for p in entries
        ],
    }  # fmt: skip
    return Block(range(first, first + len(entries)), columns.get)
