"""WhatsApp's system notices about a group, in all supported languages.

The wordings are data, in ``whatsapp_events.toml``; a rule's name is the language, its
own name and, where nobody has confirmed the wording, ``(wording unconfirmed)``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

from helpers.formats.rows.events import YOU, Event, Grammar, Known
from helpers.formats.rows.people import NAMED, to_name_id

_MARKS = re.compile("[\u200e\u200f\u061c\ufeff\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r'\{\w+\}|"')


def parse_event(line: str, known: Known = tuple) -> Event | None:
    """Return the group event in a WhatsApp system line, or None.

    Parameters
    ----------
    line
        The line without header and invisible marks.
    known
        Gives the names borne so far, for lists whose names hold the separator.

    Examples
    --------
    >>> parse_event("Ann added Bob, Cid and 2 others").subjects
    ('name:Bob', 'name:Cid', None, None)
    >>> parse_event('Ann changed the subject from "a" to "b: c"').value
    'b: c'
    >>> parse_event("甲添加了乙").rule
    'whatsapp.zh-CN.added (wording unconfirmed)'
    """
    for grammar, more in _load_grammars():
        if parsed_event := grammar.match(line.replace("’", "'"), known):
            subjects = chain(
                *(_expand_counted(subject, more) for subject in parsed_event.subjects)
            )
            actor = _replace_you(parsed_event.actor)
            event = parsed_event._replace(actor=actor, subjects=tuple(subjects))
            return _strip_tildes(event)
    return None


def _strip_tildes(event: Event) -> Event:
    """Drop the tilde that iPhones put before names that are in no address book."""

    def plain(person: str | None) -> str | None:
        name = (person or "").removeprefix(NAMED)
        if not name.startswith("~"):
            return person
        return to_name_id(name.removeprefix("~").strip())

    return event._replace(
        actor=plain(event.actor), subjects=tuple(map(plain, event.subjects))
    )


def _expand_counted(subject: str | None, more: re.Pattern[str]) -> Iterator[str | None]:
    """Yield one unidentified person for each of a counted phrase like "3 others"."""
    if subject and (counted := more.fullmatch(subject.removeprefix(NAMED))):
        yield from [None] * int(counted[1])
    else:
        yield _replace_you(subject)


def _replace_you(person: str | None) -> str | None:
    return (
        to_name_id(YOU)
        if person in {to_name_id(you) for you in list_you_names()}
        else person
    )


@cache
def is_suspect(sender: str) -> bool:
    """Return whether a supposed sender name may belong to a system notice.

    Only such lines are matched as a whole before they are split at the colon; a body
    never is, so "Ann: I added milk" stays a message.

    >>> is_suspect('Ann changed the subject from "a" to "b'), is_suspect("Ann")
    (True, False)
    """
    return any(literal in sender for literal in _list_literals())


def is_about(event: Event, sender: str, group: str | None) -> bool:
    """Return whether a notice is about its supposed sender or is the group's own.

    >>> event = parse_event("~ Bo joined using this group's invite link")
    >>> is_about(event, "~ Bo", None), is_about(event, "Ann", None)
    (True, False)
    """
    name = strip_marks(sender).removeprefix("~").strip()
    people = {event.actor, *event.subjects} - {None}
    if name and to_name_id(name) in people:
        return True
    # what the app tells in the group's name is about nobody, or about the reader
    return bool(group) and people <= {to_name_id(YOU)}


def strip_marks(text: str) -> str:
    """Remove WhatsApp's invisible marks around names and notices."""
    return _MARKS.sub("", text).replace("\u202f", " ").replace("\xa0", " ").strip()


@cache
def list_body_kinds() -> dict[str, str]:
    """Map placeholder texts to message kinds, such as "image omitted" to image."""
    bodies: dict[str, list[str]] = _read_wordings()["bodies"]
    return {body: kind for kind, listed in bodies.items() for body in listed}


@cache
def list_edit_marks() -> tuple[str, ...]:
    """List the texts that the app adds at the end of an edited message."""
    return tuple(_read_wordings()["edited"]["texts"])


def group_name(stem: str) -> str | None:
    """Return the group's name from a WhatsApp export's file name.

    >>> group_name("WhatsApp Chat with 读书群"), group_name("_chat")
    ('读书群', None)
    """
    for template in _read_wordings()["files"]["names"]:
        before, after = template.split("{name}")
        if stem.startswith(before) and stem.endswith(after):
            return stem[len(before) : len(stem) - len(after)]
    return None


@cache
def list_you_names() -> frozenset[str]:
    """List the words for the person who made the export ("You")."""
    return frozenset(_read_wordings()["you"]["names"])


@cache
def _load_grammars() -> tuple[tuple[Grammar, re.Pattern[str]], ...]:
    return tuple(
        (_build_grammar(tag, language), re.compile(language["more"]))
        for tag, language in _read_wordings()["languages"].items()
    )


def _build_grammar(tag: str, language: dict[str, Any]) -> Grammar:
    doubt = "" if language["confidence"] == "documented" else " (wording unconfirmed)"
    rules = [rule | {"rule": rule["rule"] + doubt} for rule in language["rules"]]
    return Grammar(
        {
            "platform": f"whatsapp.{tag}",
            "separator": language["separator"],
            "rules": rules,
        }
    )


@cache
def _list_literals() -> tuple[str, ...]:
    patterns = (
        rule["pattern"]
        for language in _read_wordings()["languages"].values()
        for rule in language["rules"]
    )
    return tuple({max(_PLACE.split(pattern), key=len) for pattern in patterns})


@cache
def _read_wordings() -> dict[str, Any]:
    file = resources.files(__package__) / "whatsapp_events.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
