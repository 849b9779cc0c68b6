"""Convert Slack messages to records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from helpers.formats.reading.source import Source
from helpers.formats.rows.columns import build_messages
from helpers.formats.slack.slack_schema import (
    SPOKEN,
    Message,
    User,
    classify_kind,
    describe_event,
    list_mentions,
    parse_timestamp,
    parse_timestamps,
    strip_markup,
)
from helpers.records import Batch, from_rows

GHOST = "U00"
_MORE = attrgetter(
    "subtype", "bot_id", "thread_ts", "comment", "file", "files", "reactions",
    "user_profile",
)  # fmt: skip
_NOTHING = _MORE(Message(""))


@dataclass(slots=True)
class Workspace:
    """Users of a Slack workspace, and recent replies, to detect repeated ones."""

    source: Source
    root: str
    users: dict[str, User]
    strangers: set[tuple[str, str]] = field(default_factory=set)
    before: set[tuple[str | None, ...]] = field(default_factory=set)
    today: set[tuple[str | None, ...]] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def next_day(self) -> None:
        """Start a new day: keep reply ids of yesterday, drop older ones."""
        self.before, self.today = self.today, set()

    def copied(self, message: Message) -> bool:
        """Return whether a thread reply is its second copy, posted to the channel."""
        if message.thread_ts is None:
            return False
        key = (message.user, message.thread_ts, message.text)
        is_repeated = key in self.today or key in self.before
        self.today.add(key)
        return is_repeated and (message.subtype or "").endswith("_broadcast")

    def bot(self, message: Message) -> bool:
        """Return whether a bot wrote the Slack message."""
        user = self.users.get(message.user or "")
        return bool(
            message.bot_id
            or message.subtype == "bot_message"
            or (user and user.bot)
            or message.user == "USLACKBOT"
        )


class Page(NamedTuple):
    """Slack messages of one file, and which are second copies of thread replies."""

    file: str
    found: Sequence[Message]
    positions: Sequence[int]
    copies: Sequence[bool]


def read_messages(
    space: Workspace, group: str, pages: Sequence[Page]
) -> Iterator[Batch]:
    """Yield the records of a Slack channel's consecutive messages."""
    entries = [message for page in pages for message in page.found]
    copies = [copy for page in pages for copy in page.copies]
    texts = [m.text for m in entries]
    marked = [
        at for at, text in enumerate(texts) if text and ("<" in text or "&" in text)
    ]
    more = [
        at
        for at, field_values in enumerate(map(_MORE, entries))
        if field_values != _NOTHING
    ]
    columns = _build_columns(space, entries, more, copies)
    named: list[list[str] | None] = [None] * len(entries)
    for at in marked:
        named[at], texts[at] = list_mentions(texts[at]), strip_markup(texts[at])
    yield build_messages(
        file=_list_files(pages),
        position=[position for page in pages for position in page.positions],
        group=group,
        id=[m.ts for m in entries],
        time_us=parse_timestamps([m.ts for m in entries]),
        text=texts,
        mentions=named,
        **columns,
    )
    if more:
        yield from _read_rare_records(space, group, pages)


def _list_files(pages: Sequence[Page]) -> pa.DictionaryArray:
    rows = np.repeat(np.arange(len(pages)), [len(page.found) for page in pages])
    names = pa.array([page.file for page in pages], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), names)


def _build_columns(
    space: Workspace,
    entries: Sequence[Message],
    more: Sequence[int],
    copies: Sequence[bool],
) -> dict[str, Any]:
    """Build the columns of Slack messages other than text and author."""
    users = [m.user for m in entries]
    programs = {user: space.bot(Message("", user=user)) for user in set(users)}
    people = {program: None if program == GHOST else program for program in programs}
    columns: dict[str, list[Any]] = {
        "sender": [people[user] for user in users],
        "bot": [programs[user] for user in users],
        "kind": ["text"] * len(entries),
        "reply_to": [None] * len(entries),
        "rule": [None] * len(entries),
    }
    for at in more:
        for column, value in _build_row(space, entries[at], copy=copies[at]).items():
            columns[column][at] = value
    return columns


def _build_row(space: Workspace, message: Message, *, copy: bool) -> dict[str, Any]:
    rule = message.subtype and f"slack.{message.subtype}"
    answers = message.thread_ts != message.ts
    return {
        "sender": _find_sender(message),
        "bot": space.bot(message),
        "kind": "notice" if copy else classify_kind(message),
        "reply_to": message.thread_ts if answers else None,
        "rule": "slack.broadcast-copy" if copy else rule,
    }


def _read_rare_records(
    space: Workspace, group: str, pages: Sequence[Page]
) -> Iterator[Batch]:
    events, reactions, strangers = [], [], []
    for message, file, position in _select_telling(pages):
        place = {"group": group, "file": file, "position": position}
        if message.subtype not in SPOKEN:
            time = {"time_us": parse_timestamp(message.ts)}
            events.append(place | time | describe_event(message))
        reactions += [place | reaction for reaction in _read_reactions(space, message)]
        strangers += [
            place | stranger for stranger in _read_strangers(space, group, message)
        ]
    for sort, rows in (
        ("event", events),
        ("reaction", reactions),
        ("membership", strangers),
    ):
        if rows:
            yield from_rows(sort, rows)  # type: ignore[arg-type]


def _select_telling(pages: Sequence[Page]) -> Iterator[tuple[Message, str, int]]:
    for page in pages:
        for message, position in zip(page.found, page.positions, strict=True):
            if _has_more(message):
                yield message, page.file, position


def _has_more(message: Message) -> bool:
    """Return whether a Slack message yields events, reactions or memberships."""
    more = message.reactions or message.user_profile
    return bool(more) or message.subtype not in SPOKEN


def _find_sender(message: Message) -> str | None:
    if message.subtype not in SPOKEN:
        return None
    own = message.comment.user if message.comment else None
    who = own or message.user or message.bot_id
    return None if who == GHOST else who


def _read_reactions(space: Workspace, message: Message) -> Iterator[dict[str, Any]]:
    for reaction in message.reactions or ():
        shared = {"kind": reaction.name, "message": message.ts}
        users = reaction.users or ()
        people = [u for u in users if u not in space.users or not space.users[u].bot]
        for user in people:
            yield shared | {"person": user, "count": 1}
        if (n_unnamed := reaction.count - len(people)) > 0:
            yield shared | {"count": n_unnamed}


def _read_strangers(
    space: Workspace, group: str, message: Message
) -> Iterator[dict[str, Any]]:
    """Yield memberships of people from other Slack workspaces, as guests."""
    profile, who = message.user_profile, message.user
    if (
        profile
        and who
        and who not in space.users
        and (group, who) not in space.strangers
    ):
        space.strangers.add((group, who))
        names = (profile.name, profile.display_name, profile.real_name)
        space.source.people.met(group, who, *names)
        yield {"person": who, "role": "guest", "rule": "slack.user_profile"}
