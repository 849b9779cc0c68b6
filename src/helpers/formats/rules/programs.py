"""Programs described as data: what tells their exports, and how these are laid out.

A description is a TOML file of ``programs``; it is all there is of a program here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import Any, Literal

from helpers.files import read_own_rows
from helpers.formats.reading.source import LEAST
from helpers.formats.rows.events import (
    Event,
    Grammar,
    Known,
    extract_ids,
    load_grammar,
)
from helpers.formats.rows.people import People
from helpers.formats.rules.paths import Paths
from helpers.formats.rules.patterns import NOTICE
from helpers.formats.wechat import wechat
from helpers.records import Observability

Understand = Callable[[str, Known], Event | None]
_FOLDER = ("formats", "rules", "programs")
_OF_IRC = re.compile(rf"{NOTICE}+(.*)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Program:
    """What is known of a program that writes chats, by its description."""

    name: str
    platform: str | None = None
    starts: tuple[str, ...] = ()  # patterns of how its files begin
    # how the headers of its messages look; whether these lines alone tell its texts
    lines: tuple[str, ...] = ()
    # and narrower pieces of them, taken where they lose no line of anybody they keep
    narrower: tuple[tuple[str, str], ...] = (("{who}: ", "{who}{colon}"),)
    has_own_lines: bool = False
    endings: tuple[str, ...] = ()  # of the names of its texts
    # patterns of names that files of others have, and of senders that those have
    rivals: tuple[str, ...] = ()
    strangers: str = "(?!)"
    # patterns of a file's beginning with the group's name, and maybe its kind; words
    # for kinds of chats
    titles: tuple[str, ...] = ()
    chats: Mapping[str, str] = field(default_factory=dict)
    # what stands where another chat begins within a text, and its whole pattern
    section: tuple[str, ...] = ()
    unnamed: str = "(?!)"  # pattern of a file's name that names no chat
    archives: str = "(?!)"  # and of its archive's that does
    # what ids beside names are; ids of the app, and of all who hide; titles before
    # names, and which roles these are
    ids: str = ""
    nobody: tuple[str, ...] = ()
    hidden: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    quote: str = ""  # between an answer and what it answers
    quotes: str = ""  # around names
    is_quoted: bool = False
    has_headed_notices: bool = False
    has_loose_notices: bool = False
    wordings: tuple[str, ...] = ()  # the platforms whose system lines it writes
    events: tuple[Mapping[str, str], ...] = ()  # wordings of its own
    separator: str = "[,、]"
    keys: tuple[tuple[str, ...], ...] = ()  # sets of key paths; its JSON has one
    # whole patterns of what a notice says, by its type, where exports have no types
    phrases: Mapping[str, str] = field(default_factory=dict)
    # what is what in its rows, by dotted keys of which the first filled one counts;
    # keys of rows that say nothing, such as receipts
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    # labels of messages, or whole texts that stand for something sent, by kind
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # patterns of the files that are read, and of their numbers, if there are several
    files: str = ""
    pages: str = ""
    # the path of the list of messages, the types of columns that are not the usual,
    # the keys without which a row is none, and the object that is often repeated
    rows: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    repeated: str = ""
    header: tuple[str, ...] = ()  # the columns of tables that do not name them
    names: tuple[str, ...] = ("sender",)  # columns with names of the sender
    clock: Literal["epoch", "iso", "wall"] = "epoch"  # how times are written
    group: Mapping[str, str] = field(default_factory=dict)  # what is so of all groups
    # types of notices by the kind of event they tell; the keys of other lists
    notices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # of a document of one chat: the dotted keys of what it says of the chat
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outside: Mapping[str, str] = field(default_factory=dict)  # chats that are no groups
    has_brackets: bool = False  # words in brackets for what is no text, names for ids
    own_files: tuple[str, ...] = ()  # names of others that its exports have
    hook: str = ""  # the module with what is read in another way
    observes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def observability(self) -> Observability:
        """What an export of it can show."""
        return replace(LEAST, **self.observes)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The kind of what was sent by the text in its place."""
        return {text: kind for kind, texts in self.kinds.items() for text in texts}

    @cached_property
    def notice_kinds(self) -> Mapping[str, str]:
        """The kind of event by the type of the notice that tells it."""
        return {one: kind for kind, types in self.notices.items() for one in types}

    def find_label(self, label: str) -> str | None:
        """Return the kind of a label; one that ends in a star begins with the rest."""
        if label not in self._known:
            starts = (one for one in self.labels if one[-1:] == "*")
            found = next((one for one in starts if label.startswith(one[:-1])), label)
            self._known[label] = self.labels.get(found)
        return self._known[label]

    def find_type(self, words: str | None) -> str | None:
        """Return the type of a notice by its words.

        >>> find = load_program("discord").find_type
        >>> find("Joined the server."), find("Joined the server. Hi!")
        ('GuildMemberJoin', None)
        """
        match = self._phrase.fullmatch(words or "")
        return (match.lastgroup or "").removeprefix("_") if match else None

    @cached_property
    def _phrase(self) -> re.Pattern[str]:
        rules = self.phrases.items()
        return re.compile("|".join(f"(?P<_{kind}>{rule})" for kind, rule in rules))

    @cached_property
    def _known(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def paths(self) -> Paths:
        """The decoder of the program's rows, and their columns."""
        return Paths(self.columns, self.types, self.needed, self.repeated)

    def list_files(self, names: Sequence[str]) -> list[str]:
        """List the files that have rows, in the order of their numbers."""

        def number(name: str) -> tuple[str, int]:
            page = re.search(self.pages, name) if self.pages else None
            return (name.replace(page[0], "", 1), int(page[1])) if page else (name, 0)

        return sorted((one for one in names if re.search(self.files, one)), key=number)

    def classify_chat(self, said: Mapping[str, Any], group: str) -> str | None:
        """Return what a chat is, by its own word, else by whether it is a group."""
        if kind := said.get("kind"):
            return str(self.chats.get(kind, kind))
        if "is_group" not in self.facts:
            return None
        known = wechat.classify_chat(group)
        return {True: "group", False: known or "private"}.get(said["is_group"], known)

    def begins(self, text: str) -> bool:
        """Return whether a text begins as the program's files do."""
        return any(re.match(one, text) for one in self.starts)

    def understand(self, line: str, known: Known = tuple) -> Event | None:
        """Return the group event in a line of the app."""
        found = (parse(line, known) for parse in self._grammars)
        return next(filter(None, found), None)

    def understand_in(self, group: str, people: People) -> Understand:
        """Return what understands lines of a group, whose names may have ids behind."""

        def understand(line: str, known: Known = tuple) -> Event | None:
            event = self.understand(line, known)
            return event and extract_ids(event, group, people, self.ids)

        return understand if self.ids else self.understand

    @cached_property
    def _grammars(self) -> list[Understand]:
        own = {"platform": self.platform or "rule", "separator": self.separator}
        listed = [Grammar(own | {"rules": self.events}).match] if self.events else []
        return [*listed, *map(_load_wordings, self.wordings)]


def _load_wordings(platform: str) -> Understand:
    """Return what understands the system lines of a platform."""
    if platform == "irc":
        return _understand_irc
    module = {"wechat": "wechat.wechat", "whatsapp": "whatsapp"}.get(platform)
    if module is None:
        return load_grammar(platform).match
    understand: Understand
    understand = import_module(f"helpers.formats.{module}").parse_event
    return understand


def _understand_irc(line: str, known: Known = tuple) -> Event | None:
    """Return the event in a notice, whose mark in front is taken off."""
    notice = _OF_IRC.fullmatch(line)
    return load_grammar("irc").match(notice[1], known) if notice else None


@cache
def load_program(stem: str) -> Program:
    """Load the description of a program."""
    table = dict(read_own_rows(*_FOLDER, f"{stem}.toml"))
    lists = {key for key, value in table.items() if isinstance(value, list)}
    return Program(**table | {key: tuple(table[key]) for key in lists})


@cache
def list_programs() -> tuple[str, ...]:
    """List the programs that are described."""
    folder = files("helpers").joinpath(*_FOLDER)
    stems = (one.name.removesuffix(".toml") for one in folder.iterdir())
    return tuple(sorted(stem for stem in stems if stem[:1] != "_"))
