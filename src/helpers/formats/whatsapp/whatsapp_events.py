"""WhatsApp's own sentences about a group, in the languages whose wordings are known.

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
from helpers.formats.rows.people import NAMED, named

_MARKS = re.compile("[\u200e\u200f\u061c\ufeff\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r'\{\w+\}|"')


def event(line: str, known: Known = tuple) -> Event | None:
    """Return what a whole system line says, or None where no wording fits.

    Parameters
    ----------
    line
        The line without header and invisible marks.
    known
        Gives the names borne so far, for lists whose names hold the separator.

    Examples
    --------
    >>> event("Ann added Bob, Cid and 2 others").subjects
    ('name:Bob', 'name:Cid', None, None)
    >>> event('Ann changed the subject from "a" to "b: c"').value
    'b: c'
    >>> event("甲添加了乙").rule
    'whatsapp.zh-CN.added (wording unconfirmed)'
    """
    for grammar, more in _grammars():
        if parsed_event := grammar.match(line.replace("’", "'"), known):
            subjects = chain(*(_counted(one, more) for one in parsed_event.subjects))
            actor = _self(parsed_event.actor)
            return parsed_event._replace(actor=actor, subjects=tuple(subjects))
    return None


def _counted(subject: str | None, more: re.Pattern[str]) -> Iterator[str | None]:
    """Put as many unknown persons in place of "3 others"."""
    if subject and (others := more.fullmatch(subject.removeprefix(NAMED))):
        yield from [None] * int(others[1])
    else:
        yield _self(subject)


def _self(person: str | None) -> str | None:
    return named(YOU) if person in {named(you) for you in you_names()} else person


@cache
def suspect(sender: str) -> bool:
    """Say whether what stands before a colon may be the start of a system line.

    Only such lines are matched as a whole before they are split at the colon; a body
    never is, so "Ann: I added milk" stays a message.

    >>> suspect('Ann changed the subject from "a" to "b'), suspect("Ann")
    (True, False)
    """
    return any(literal in sender for literal in _literals())


def unmarked(text: str) -> str:
    """Strip the invisible marks that WhatsApp puts around names and before notices."""
    return _MARKS.sub("", text).replace("\u202f", " ").replace("\xa0", " ").strip()


@cache
def body_kinds() -> dict[str, str]:
    """Return the message kind of each body that stands in a message's place."""
    bodies: dict[str, list[str]] = _table()["bodies"]
    return {body: kind for kind, listed in bodies.items() for body in listed}


def group_name(stem: str) -> str | None:
    """Return the group's name from the name of an export's file, if it shows it.

    >>> group_name("WhatsApp Chat with 读书群"), group_name("_chat")
    ('读书群', None)
    """
    for template in _table()["files"]["names"]:
        before, after = template.split("{name}")
        if stem.startswith(before) and stem.endswith(after):
            return stem[len(before) : len(stem) - len(after)]
    return None


@cache
def you_names() -> frozenset[str]:
    """Return the words that stand for whoever made the export."""
    return frozenset(_table()["you"]["names"])


@cache
def _grammars() -> tuple[tuple[Grammar, re.Pattern[str]], ...]:
    return tuple(
        (_grammar(tag, language), re.compile(language["more"]))
        for tag, language in _table()["languages"].items()
    )


def _grammar(tag: str, language: dict[str, Any]) -> Grammar:
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
def _literals() -> tuple[str, ...]:
    patterns = (
        rule["pattern"]
        for language in _table()["languages"].values()
        for rule in language["rules"]
    )
    return tuple({max(_PLACE.split(pattern), key=len) for pattern in patterns})


@cache
def _table() -> dict[str, Any]:
    file = resources.files(__package__) / "whatsapp_events.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
