"""Programs described as data: what tells their exports, and how these are laid out.

A description is a TOML file of this folder; it is all there is of a program here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import Any

from helpers.files import read_own_rows
from helpers.formats.reading.source import LEAST
from helpers.formats.rows.events import Event, Grammar, Known, load_grammar
from helpers.records import Observability

_FOLDER = ("formats", "rules", "programs")


@dataclass(frozen=True, eq=False)
class Program:
    """What is known of a program that writes chats, by its description.

    Attributes
    ----------
    starts
        Patterns of how its files begin.
    lines
        How the headers of its messages look.
    title
        The pattern of the group's name at a file's beginning.
    wordings, events
        The platforms whose system lines it writes; wordings of its own.
    keys
        Sets of key paths, one of which its JSON has.
    columns, said
        What is what in its rows, by dotted keys of which the first filled one counts;
        the role without which nothing was said in a group.
    kinds
        Labels of messages, or whole texts that stand for something sent, by kind.
    rows, facts, chats, outside
        Of a document of one chat: the path of its messages, the dotted keys of what it
        says of the chat, its words for kinds of chats, and those that are no groups.
    has_brackets
        Whether words in brackets stand for what is no text, and names for ids.
    """

    name: str
    platform: str | None = None
    starts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    said: str = ""
    rows: str = ""
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chats: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, str] = field(default_factory=dict)
    has_brackets: bool = False
    title: str = ""
    is_quoted: bool = False
    has_loose_notices: bool = False
    wordings: tuple[str, ...] = ()
    events: tuple[Mapping[str, str], ...] = ()
    separator: str = "[,、]"
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    observes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def observability(self) -> Observability:
        """What an export of it can show."""
        return Observability(**(vars_of(LEAST) | dict(self.observes)))

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The kind of what was sent by the text in its place."""
        return {text: kind for kind, texts in self.kinds.items() for text in texts}

    def begins(self, text: str) -> bool:
        """Return whether a text begins as the program's files do."""
        return any(re.match(one, text) for one in self.starts)

    def understand(self, line: str, known: Known = tuple) -> Event | None:
        """Return the group event in a line of the app."""
        found = (parse(line, known) for parse in self._grammars)
        return next(filter(None, found), None)

    @cached_property
    def _grammars(self) -> list[Callable[[str, Known], Event | None]]:
        own = {"platform": self.platform or "rule", "separator": self.separator}
        listed = [Grammar(own | {"rules": self.events}).match] if self.events else []
        return [*listed, *map(_load_wordings, self.wordings)]


def _load_wordings(platform: str) -> Callable[[str, Known], Event | None]:
    """Return what understands the system lines of a platform."""
    module = {"wechat": "wechat.wechat", "whatsapp": "whatsapp"}.get(platform)
    if module is None:
        return load_grammar(platform).match
    understand: Callable[[str, Known], Event | None]
    understand = import_module(f"helpers.formats.{module}").parse_event
    return understand


def vars_of(seen: Observability) -> dict[str, Any]:
    """Return the fields of a declaration."""
    return {name: getattr(seen, name) for name in seen.__dataclass_fields__}


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
