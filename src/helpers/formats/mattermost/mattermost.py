"""Read Mattermost bulk exports: JSON Lines of channels, users and posts.

Posts have no ids, replies stand inside the post they answer. Each member's last look at
a channel is kept as a read record without a message; who read which message is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_stream import read_json_lines
from helpers.formats.mattermost.mattermost_posts import (
    DECODER,
    Channel,
    Line,
    User,
    read_records,
)
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.records import Batch, from_rows
from helpers.wording import say

NAME = "Mattermost bulk export"
OBSERVES = replace(
    LEAST,
    members_source="roster",
    joins_observed=True,
    leaves_observed=True,
    reactions_observed=True,
    replies="explicit",
    roles_known=True,
    never_active_listed=True,
    resolution="millisecond",
)
_PARTS = ("channel", "user", "post", "direct_post")


def has_signature(head: Head) -> bool:
    """Detect a Mattermost bulk export by its first line."""
    lines = head.text(_select_file(head.names)).lstrip().split("\n", 1)
    return '"type":"version"' in lines[0].replace(" ", "") and len(lines) > 1


def read(source: Source) -> Iterator[Batch]:
    """Yield Mattermost channels, members, posts and replies in file order.

    Posts go by their number, not by their line, which a post shares with its replies.
    """
    name, first = _select_file(source.names) or source.name, 1
    for block in read_json_lines(source, name):
        lines, positions = decode_block(block, DECODER, name, source.losses)
        at = zip(lines, positions, strict=True)
        other_lines = [
            line for line in at if line[0].type != "post" or not line[0].post
        ]
        yield from _read_others(source, name, other_lines)
        posts = [line.post or line.direct_post for line in lines]
        if present_posts := [post for post in posts if post]:
            yield from read_records(name, present_posts, first)
            first += sum(1 + len(post.replies or ()) for post in present_posts)


def _read_others(
    source: Source, name: str, lines: Sequence[tuple[Line, int]]
) -> Iterator[Batch]:
    """Yield channel and member records, no posts; count incomplete lines as lost."""
    for line, n in lines:
        if line.type in _PARTS and getattr(line, line.type) is None:
            source.losses.lost(say("line without its {type}", type=line.type), name, n)
    yield from _read_channels(name, [(x.channel, n) for x, n in lines if x.channel])
    yield from _read_members(source, name, [(x.user, n) for x, n in lines if x.user])


def _read_channels(
    name: str, channels: Sequence[tuple[Channel, int]]
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
    if rows:
        yield from_rows("group", rows)


def _read_members(
    source: Source, name: str, users: Sequence[tuple[User, int]]
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
                role = "admin" if "admin" in (channel.roles or "") else "member"
                attributes = {
                    "role": role,
                    "bot": user.is_bot,
                    "rule": "mattermost.user",
                }
                members.append(row | attributes)
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


def _select_file(names: Sequence[str]) -> str | None:
    return next((name for name in names if name.endswith(".jsonl")), None)
