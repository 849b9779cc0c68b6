"""The parts of a Slack export that carry meaning here, addresses and faces left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.json.json_stream import Count
from helpers.formats.rows.clock import EARLIEST_US, LATEST_US
from helpers.text.columns import as_texts


class Profile(msgspec.Struct, gc=False):
    """What somebody calls themselves; e-mail and telephone are not read."""

    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class User(msgspec.Struct):
    """Somebody in the workspace, or a bot."""

    id: str
    name: str | None = None
    real_name: str | None = None
    profile: Profile | None = None
    is_bot: bool | None = None
    is_app_user: bool | None = None

    @property
    def names(self) -> list[str | None]:
        """Everything the person is called."""
        own = [self.name, self.real_name]
        shown = self.profile
        return own + ([shown.display_name, shown.real_name] if shown else [])

    @property
    def bot(self) -> bool:
        """Whether this is a program."""
        return bool(self.is_bot or self.is_app_user) or self.id == "USLACKBOT"


class Channel(msgspec.Struct):
    """A channel, private group or direct conversation with its present members."""

    id: str
    name: str | None = None
    created: int | str | None = None
    creator: str | None = None
    is_archived: bool | None = None
    members: list[str] | None = None


class Reaction(msgspec.Struct, gc=False):
    """One kind of reaction; the list of users may be cut where there are many."""

    name: str = ""
    count: Count = 0
    users: list[str] | None = None


class Comment(msgspec.Struct, gc=False):
    """A comment on a file, whose author is only named here."""

    user: str | None = None


class File(msgspec.Struct, gc=False):
    """A file."""

    mimetype: str | None = None


class Message(msgspec.Struct, gc=False):
    """One message or notice."""

    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    inviter: str | None = None
    topic: Any = None
    purpose: Any = None
    name: str | None = None
    comment: Comment | None = None
    file: File | None = None
    files: list[File] | None = None
    reactions: list[Reaction] | None = None
    user_profile: Profile | None = None


DECODER = msgspec.json.Decoder(list[Message])


def ts_us(ts: str) -> int | None:
    """Return a message's time; it is an id of digits, never a float.

    >>> ts_us("1486999900.000136")
    1486999900000136
    """
    seconds, _, rest = ts.partition(".")
    if not seconds.isdecimal() or not (rest or "0").isdecimal():
        return None
    time = int(seconds[:20]) * 1_000_000 + int(rest.ljust(6, "0")[:6])
    return time if EARLIEST_US <= time < LATEST_US else None


def times_us(stamps: Sequence[str]) -> pa.Array:
    """Return a column of times; what `ts_us` makes nothing of is null."""
    column = as_texts(stamps)
    if pc.all(pc.match_substring_regex(column, r"^[0-9]{1,10}\.[0-9]{6}$")).as_py():
        digits = pc.replace_substring(column, ".", "", max_replacements=1)
        times = digits.cast(pa.int64())
        good = pc.and_(pc.greater_equal(times, EARLIEST_US), pc.less(times, LATEST_US))
        return pc.if_else(good, times, None)
    return pa.array([ts_us(stamp) for stamp in stamps], pa.int64())


def created_us(channel: Channel) -> int | None:
    """Return when a channel was made."""
    return ts_us(str(channel.created)) if channel.created else None
