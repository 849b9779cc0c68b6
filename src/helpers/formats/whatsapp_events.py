"""WhatsApp's own sentences about a group, matched as whole lines.

The wordings are data, in ``whatsapp_events.toml``. A rule's name is its language, its
own name and, where nobody has confirmed the wording, the word ``unconfirmed``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any, NamedTuple

__all__ = ["Event", "Rule", "body_kinds", "event", "group_name", "rules", "suspect"]

_TYPED = str.maketrans({'"': '["“”„‟«»]', "'": "['’]"})
YOU = "you"  # whoever made the export; told from a person by `Event`'s caller
_PLACES = {
    "actor": "(?P<actor>.+?)",
    "subject": "(?P<subject>.+)",
    "subjects": "(?P<subjects>.+)",
    "value": "(?P<value>.*)",
    "old": "(?P<old>.*?)",
}


class Rule(NamedTuple):
    """One wording: what it means, and the piece of it that must stand in the line."""

    name: str
    kind: str
    method: str | None
    value: str | None
    who: str | None
    pattern: re.Pattern[str]
    literal: str
    ands: tuple[str, ...]
    more: re.Pattern[str]


class Event(NamedTuple):
    """What a system line says, people as the names it prints.

    Attributes
    ----------
    subjects
        The people it happened to. `unnamed` more were counted and not named.
    """

    rule: str
    kind: str
    actor: str | None
    subjects: tuple[str, ...]
    unnamed: int
    method: str | None
    value: str | None


def event(line: str, known: frozenset[str] = frozenset()) -> Event | None:
    """Return what a whole system line says, or None where no wording fits.

    Parameters
    ----------
    line
        The line without header and invisible marks.
    known
        Names that may themselves hold a comma or an "and".

    Examples
    --------
    >>> event("Ann added Bob, Cid and 3 others").subjects
    ('Bob', 'Cid')
    >>> event('Ann changed the subject from "a" to "b: c"').value
    'b: c'
    >>> event("The committee met in May") is None
    True
    """
    for rule in rules():
        if rule.literal in line and (match := rule.pattern.fullmatch(line)):
            return _event(rule, match.groupdict(), known)
    return None


def suspect(sender: str) -> bool:
    """Say whether what stands before a colon may be the start of a system line.

    Only such lines need be matched as a whole before they are split at the colon; a
    body never is, so "Ann: I added milk" stays a message.

    >>> suspect('Ann changed the subject from "a" to "b'), suspect("Ann")
    (True, False)
    """
    return any(rule.literal in sender for rule in rules())


def _event(rule: Rule, found: dict[str, str], known: frozenset[str]) -> Event:
    actor = found.get("actor")
    if names := found.get("subjects"):
        subjects, unnamed = _names(names, rule, known)
    else:
        who = {"actor": actor, "you": YOU}.get(rule.who or "", found.get("subject"))
        subjects, unnamed = (who,) if who else (), 0
    # nobody acts on themselves: the one who leaves or joins is the subject
    actor = None if rule.who == "actor" else actor
    value = rule.value or found.get("value") or None
    return Event(
        rule.name, rule.kind, actor, subjects, unnamed, rule.method, value
    )  # fmt: skip


def _names(text: str, rule: Rule, known: frozenset[str]) -> tuple[tuple[str, ...], int]:
    if text in known:
        return (text,), 0
    head, last = _last(text, rule.ands)
    parts = [p for p in chain(_listed(head, known), [last]) if p]
    counted = [int(m["count"]) for p in parts if (m := rule.more.fullmatch(p))]
    named = tuple(p for p in parts if not rule.more.fullmatch(p))
    return named, sum(counted)


def _last(text: str, ands: tuple[str, ...]) -> tuple[str, str]:
    at, word = max((text.rfind(word), word) for word in ands)
    return ("", text) if at < 0 else (text[:at], text[at + len(word) :])


def _listed(text: str, known: frozenset[str]) -> list[str]:
    """Split at commas; longer known names that hold a comma stay whole."""
    for name in sorted((n for n in known if ", " in n), key=len, reverse=True):
        if name in text:
            before, after = text.split(name, 1)
            return [*_listed(before, known), name, *_listed(after, known)]
    return [part.strip(" ,") for part in re.split("[,、，]\\s?", text)]


@cache
def rules() -> tuple[Rule, ...]:
    """Return every wording, each language's own order kept."""
    languages = _table()["languages"]
    return tuple(
        _rule(tag, language, entry)
        for tag, language in languages.items()
        for entry in language["rules"]
    )


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
def _table() -> dict[str, Any]:
    file = resources.files("helpers.formats") / "whatsapp_events.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _rule(tag: str, language: dict[str, Any], entry: dict[str, str]) -> Rule:
    doubt = "" if language["confidence"] == "documented" else " (wording unconfirmed)"
    pieces = re.split(r"\{(\w+)\}", entry["pattern"])
    literals, places = pieces[0::2], pieces[1::2]
    body = "".join(
        _literal(text) + (_PLACES[place] if place else "")
        for text, place in zip(literals, [*places, ""], strict=True)
    )
    return Rule(
        f"whatsapp.{tag}.{entry['rule']}{doubt}",
        entry["kind"],
        entry.get("method"),
        entry.get("value"),
        entry.get("who"),
        re.compile(rf"{body}[.。]?"),
        max(chain(*(re.split("[\"']", text) for text in literals)), key=len),
        tuple(language["and"]),
        re.compile(language["more"]),
    )


def _literal(text: str) -> str:
    return re.escape(text).translate(_TYPED)
