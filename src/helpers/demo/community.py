"""A simulated group with its messages and changes, to be exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from helpers.formats.reading.source import Options
from helpers.records import SECOND_US

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
    """A member of a simulated group."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message of a simulated group, before it is written in a chat format.

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
    """A simulated group event, such as a join or a new name.

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
    """A simulated group with all messages and changes in time order.

    Attributes
    ----------
    people
        Everybody who was ever in it, the silent ones too.
    members
        Ids of those who are in it when it is exported.
    zone
        Where the exporter's clock hangs, for formats that write a clock on the wall.
    exported_us
        When it is exported; 0 for with its last message.
    """

    id: str
    name: str
    people: tuple[Person, ...]
    owner: str | None = None
    members: tuple[str, ...] = ()
    happenings: tuple[Post | Change, ...] = ()
    zone: str = "Asia/Shanghai"
    exported_us: int = 0
    names: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the members' names by id."""
        names = {person.id: person.name for person in self.people}
        object.__setattr__(self, "names", names)

    @property
    def stated_us(self) -> int:
        """When the export is made, as formats that state it do."""
        last = max((happening.time_us for happening in self.happenings), default=0)
        return self.exported_us or last

    @property
    def posts(self) -> tuple[Post, ...]:
        """Messages of the simulated group."""
        return tuple(
            happening for happening in self.happenings if isinstance(happening, Post)
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """Group events: joins, leaves, changed settings."""
        return tuple(
            happening for happening in self.happenings if isinstance(happening, Change)
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """Writer of simulated groups in one chat format, and what that format records.

    Attributes
    ----------
    format
        The name in `helpers.formats.FORMATS` that reads it back.
    write
        Writes an export into a folder and returns its path, which a reader takes.
    carries
        What the format carries. The rest is left out, as the platform would.
    options
        What a reader must be told of this writer's exports, if anything.
    unit_us
        How exact times are.
    """

    format: str
    write: Callable[[Community, Path], Path]
    carries: frozenset[Trait]
    options: Options | None = None
    unit_us: int = SECOND_US
