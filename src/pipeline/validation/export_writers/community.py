"""A simulated group with its messages and changes, to be exported."""

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
    """One message of a simulated group, before it is written in a chat format."""

    id: str
    time_us: int  # UTC; most formats carry whole seconds
    sender: str  # the id of a person
    text: str
    kind: str = "text"  # or image, red_packet, recalled
    reply_to: str | None = None  # the id of an earlier post
    reactions: tuple[tuple[str, str], ...] = ()  # a person's id and emoji
    readers: tuple[str, ...] = ()  # ids of people


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A simulated group event, such as a join or a new name."""

    time_us: int
    kind: Literal["join", "leave", "kick", "rename"]
    # who invited, kicked or renamed; None for joining or leaving by oneself
    actor: str | None = None
    subjects: tuple[str, ...] = ()  # ids of the people it happened to
    value: str | None = None  # the new name


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A simulated group with all messages and changes in time order."""

    id: str
    name: str
    people: tuple[Person, ...]  # who was ever in it, the silent ones too
    owner: str | None = None
    members: tuple[str, ...] = ()  # ids of those in it when it is exported
    happenings: tuple[Post | Change, ...] = ()
    # of the exporter's clock, for formats that write a clock on the wall
    zone: str = "Asia/Shanghai"
    exported_us: int = 0  # 0: with its last message
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
    """Writer of simulated groups in one chat format, and what that format records."""

    format: str  # in `helpers.formats.FORMATS`, which reads it back
    # writes an export into a folder and returns its path, which a reader takes
    write: Callable[[Community, Path], Path]
    carries: frozenset[Trait]  # the rest is left out, as the platform would
    options: Options | None = None  # what a reader must be told of these exports
    unit_us: int = SECOND_US  # how exact times are
