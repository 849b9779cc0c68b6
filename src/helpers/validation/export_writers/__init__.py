"""One model of what happens in a group, written out as the export of any platform.

A writer is a module with `write(community, folder)`, which returns the path that a
reader takes, and `CARRIES`, which names what the format is able to carry. What isn't
carried is left out, as the platform itself would leave it out.

>>> sorted(WRITERS)[:2]
['chatlab', 'chatlab_lines']
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, cast

from helpers.formats.reading.source import Options

__all__ = [
    "WRITERS",
    "Change",
    "Community",
    "Person",
    "Post",
    "Trait",
    "Writer",
    "options_of",
]

Trait = Literal[
    "ids",  # stable sender ids, not names only
    "message_ids",
    "replies",
    "reactions",  # who reacted
    "reads",  # who read
    "joins",
    "inviters",
    "leaves",
    "kicks",
    "renames",
    "recalls",
    "red_packets",
    "roster",  # silent members
    "owner",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a group."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message.

    Attributes
    ----------
    time_us
        Whole microseconds UTC; most formats carry whole seconds.
    sender
        The id of a person.
    kind
        ``text``, ``image``, ``red_packet`` or ``recalled``.
    reply_to
        The id of an earlier post.
    reactions
        (person's id, emoji) pairs.
    readers
        Ids of those who read it.
    """

    id: str
    time_us: int
    sender: str
    text: str
    kind: str = "text"
    reply_to: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened to the group.

    Attributes
    ----------
    kind
        ``join``, ``leave``, ``kick`` or ``rename``.
    actor
        Who invited, kicked or renamed; None for joining or leaving by oneself.
    subjects
        Ids of the people it happened to.
    value
        The new name.
    """

    time_us: int
    kind: Literal["join", "leave", "kick", "rename"]
    actor: str | None = None
    subjects: tuple[str, ...] = ()
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A group and all that happened in it, in order of time.

    Attributes
    ----------
    people
        Everybody who was ever in it, the silent ones too.
    members
        Ids of those who are in it when it is exported.
    zone
        Where the exporter's clock hangs, for formats that write a clock on the wall.
    """

    id: str
    name: str
    people: tuple[Person, ...]
    owner: str | None = None
    members: tuple[str, ...] = ()
    happenings: tuple[Post | Change, ...] = ()
    zone: str = "Asia/Shanghai"
    names: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index names by id."""
        names = {person.id: person.name for person in self.people}
        object.__setattr__(self, "names", names)

    @property
    def posts(self) -> tuple[Post, ...]:
        """The messages."""
        return tuple(one for one in self.happenings if isinstance(one, Post))

    @property
    def changes(self) -> tuple[Change, ...]:
        """What happened to the group."""
        return tuple(one for one in self.happenings if isinstance(one, Change))


class Writer(Protocol):
    """What a writer module offers.

    Attributes
    ----------
    FORMAT
        The name in `helpers.formats.FORMATS` that reads it back.
    CARRIES
        What the format carries.

    A writer whose export needs to be told something of has it in `OPTIONS`.
    """

    FORMAT: str
    CARRIES: frozenset[Trait]

    def write(self, community: Community, folder: Path) -> Path:
        """Write an export into `folder` and return its path."""


_NAMES = (
    "chatlab", "chatlab_lines", "weflow", "memotrace_csv", "memotrace_txt", "pywxdump",
    "chatlog", "qq", "qq_pasted", "qce", "qce_chunks",
    "telegram", "discord", "slack", "whatsapp", "zulip_archive", "zulip_realm",
    "gitter", "matrix", "mattermost", "table_csv", "table_lines", "table_parquet",
)  # fmt: skip


class _Registry(Mapping[str, Writer]):
    def __getitem__(self, name: str) -> Writer:
        if name not in _NAMES:
            raise KeyError(name)
        module = importlib.import_module(f"helpers.validation.export_writers.{name}")
        return cast("Writer", module)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


WRITERS: Mapping[str, Writer] = _Registry()


def options_of(writer: Writer) -> Options | None:
    """Return what a reader must be told of this writer's exports, if anything.

    >>> options_of(WRITERS["table_parquet"]).columns["sender"]
    'who'
    """
    return getattr(writer, "OPTIONS", None)
