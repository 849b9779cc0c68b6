"""The parts of Mattermost's bulk export that carry meaning here."""

from __future__ import annotations

from typing import Any

import msgspec


class Reaction(msgspec.Struct, gc=False):
    """What somebody gave to a post."""

    user: str
    emoji_name: str = ""


class Post(msgspec.Struct, gc=False):
    """A post, a reply inside one, or a direct message."""

    user: str
    create_at: int
    message: str = ""
    team: str = ""
    channel: str = ""
    type: str | None = None
    props: dict[str, Any] | None = None
    reactions: tuple[Reaction, ...] | None = None
    replies: tuple[Post, ...] | None = None
    attachments: tuple[Any, ...] | None = None
    channel_members: tuple[str, ...] | None = None


class Channel(msgspec.Struct):
    """A channel of a team."""

    name: str = ""
    team: str = ""
    display_name: str | None = None
    type: str | None = None


class In(msgspec.Struct):
    """Somebody's place in a channel."""

    name: str
    roles: str | None = None
    last_viewed_at: int | None = None


class Team(msgspec.Struct):
    """A team that somebody is in."""

    name: str
    channels: list[In] | None = None


class User(msgspec.Struct):
    """Somebody with an account."""

    username: str
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    teams: list[Team] | None = None


class Line(msgspec.Struct, gc=False):
    """One line: its type says which part it holds."""

    type: str
    post: Post | None = None
    direct_post: Post | None = None
    channel: Channel | None = None
    user: User | None = None


DECODER = msgspec.json.Decoder(list[Line])
