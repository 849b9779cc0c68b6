"""Interpret system lines, such as joins, by wordings in data files.

A rule matches a whole line or not at all. Its pattern is plain text with places:
``{actor}``, ``{subject}``, ``{subjects}`` (a list), ``{members}`` (a list of those who
were there already), ``{value}`` and ``{any}``; ``"`` is any quotation mark, ``(…)?`` is
optional. The first rule that fits wins. A name may stand in marks of its own.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, cast

from helpers.files import read_own_rows
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.people import NAMED, People, to_name_id
from helpers.records import Batch, EventKind

Known = Callable[[], Collection[str]]

YOU = "你"  # whoever made the export
LONGEST = 4096  # no system line is longer; bounds the time a hostile one can take
_PLACES = {
    "actor": "(?P<actor>.*)", "subject": "(?P<subject>.*)",
    "subjects": "(?P<subjects>.*)", "members": "(?P<members>.+)",
    "value": "(?P<value>.*)", "any": ".*",
}  # fmt: skip
_QUOTES = r'\s*["“”„‟«»「」]\s*'
_WITHIN_QUOTES = re.compile(r'^["“”「](.+)["“”」]$')
_STRAY = ' "“”'
_UNRESOLVED = re.compile(r"\$\{?[\w-]*\}?\$?|\s*")


class Event(NamedTuple):
    """The group event in a system line, such as a join, with the people involved."""

    rule: str
    kind: EventKind
    actor: str | None = None
    # the people it happened to; None is somebody whom the export left unresolved
    subjects: tuple[str | None, ...] = ()
    members: tuple[str, ...] = ()  # people listed as being there already
    method: str | None = None
    value: str | None = None


class _Rule(NamedTuple):
    name: str
    kind: EventKind
    method: str | None
    value: str | None
    you: str | None
    pattern: str  # few are ever compiled
    literals: tuple[str, ...]


class Grammar:
    """The wordings of one platform's system lines."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._separator = re.compile(table["separator"])
        rules = [*table["rules"], *_write_traditional(table)]
        self._rules = [_build_rule(table["platform"], entry) for entry in rules]
        words = {max(rule.literals, key=len, default="") for rule in self._rules}
        self._telling = re.compile("|".join(map(re.escape, sorted(words))))

    def match(self, line: str, known: Known = tuple) -> Event | None:
        """Return the group event in a system line, or None if no wording fits.

        >>> event = load_grammar("wechat").match('"甲"邀请"乙、丙"加入了群聊')
        >>> event.kind, event.actor, event.subjects, event.method
        ('join', 'name:甲', ('name:乙', 'name:丙'), 'invite')
        >>> load_grammar("wechat").match("他说加入了群聊很好") is None
        True
        """
        if len(line) > LONGEST or not self._telling.search(line):
            return None  # as nearly all lines
        for rule in self._rules:
            if _has_literals(line, rule.literals) and (
                match := re.fullmatch(rule.pattern, line)
            ):
                return self._event(rule, match.groupdict(), known)
        return None

    def _event(self, rule: _Rule, fields: dict[str, str], known: Known) -> Event:
        actor = YOU if rule.you == "actor" else fields.get("actor")
        subjects = [YOU] if rule.you == "subjects" else []
        if (listed := fields.get("subjects")) is not None:
            subjects += self.names(listed, known) or [listed]
        if (single := fields.get("subject")) is not None:
            subjects.append(single)
        members = self.names(fields.get("members") or "", known)
        return Event(
            rule.name, rule.kind, _identify_person(actor),
            tuple(map(_identify_person, subjects)),
            tuple(to_name_id(name) for name in members), rule.method,
            rule.value or fields.get("value") or None,
        )  # fmt: skip

    def names(self, text: str, known: Known = tuple) -> list[str]:
        """Split a list of names, even if a recorded name contains the separator.

        >>> load_grammar("wechat").names("甲、乙、丙", lambda: {"甲、乙"})
        ['甲、乙', '丙']
        """
        if not self._separator.search(text):
            return [name] if (name := text.strip(_STRAY)) else []
        compound_names = [n for n in known() if n in text and self._separator.search(n)]
        for name in sorted(compound_names, key=lambda n: (-len(n), n)):
            before, _, after = text.partition(name)
            if self._bounds(before, after):
                return [*self.names(before, known), name, *self.names(after, known)]
        parts = self._separator.split(text)
        return [name for part in parts if (name := part.strip(_STRAY))]

    def _bounds(self, before: str, after: str) -> bool:
        ends = [*self._separator.finditer(before)]
        has_left_bound = not before or (bool(ends) and ends[-1].end() == len(before))
        return has_left_bound and (
            not after or self._separator.match(after) is not None
        )


def extract_ids(event: Event, group: str, people: People, ids: str) -> Event:
    """Extract ids from names that contain them, such as ``甲(wxid_a)``.

    >>> event = Event("r", "join", to_name_id("甲(wxid_a)"), (to_name_id("乙"), None))
    >>> extract_ids(event, "g", People(), "wxid_.+")[2:4]
    ('wxid_a', ('name:乙', None))
    """
    pattern = re.compile(rf"name:(?P<name>.+)\((?P<id>{ids})\)", re.ASCII)

    def identified(person: str | None) -> str | None:
        if person is None or not (match := pattern.fullmatch(person)):
            return person
        people.met(group, match["id"], match["name"])
        return match["id"]

    return event._replace(
        actor=identified(event.actor), subjects=tuple(map(identified, event.subjects))
    )


def _identify_person(name: str | None) -> str | None:
    """Return an id made from a name, or None for a placeholder."""
    stripped = (name or "").strip()
    stripped = _WITHIN_QUOTES.sub(r"\1", stripped).strip()
    if _UNRESOLVED.fullmatch(stripped):
        return None
    return to_name_id(stripped)


def _build_rule(platform: str, entry: dict[str, str]) -> _Rule:
    pieces = re.split(r"(\{\w+\}|\([^()]*\)\?)", entry["pattern"])
    literals = [piece for piece in pieces[0::2] if piece]
    pattern = "".join(map(_compile_piece, pieces))
    parts = [part for text in literals for part in re.split(r'["\s]+', text)]
    return _Rule(
        f"{platform}.{entry['rule']}", cast("EventKind", entry["kind"]),
        entry.get("method"), entry.get("value"), entry.get("you"),
        rf"\s*{pattern}\s*[.。]?\s*", tuple(filter(None, parts)),
    )  # fmt: skip


def _write_traditional(table: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield a platform's rules in traditional characters, as far as these differ."""
    signs = str.maketrans(table.get("simplified", ""), table.get("traditional", ""))
    for entry in table["rules"] if signs else ():
        name = entry["rule"].removesuffix("?") + "?"  # which no source confirms
        plain = replaced = entry["pattern"].translate(signs)
        for old, new in table["replaced"]:
            replaced = replaced.replace(old.translate(signs), new)
        for pattern in {plain, replaced} - {entry["pattern"]}:
            yield entry | {"rule": name, "pattern": pattern}


def _has_literals(line: str, literals: tuple[str, ...]) -> bool:
    """Return whether a line has a wording's fixed words in their order."""
    at = 0
    for literal in literals:
        if (at := line.find(literal, at)) < 0:
            return False
        at += len(literal)
    return True


def _compile_piece(text: str) -> str:
    if text.startswith("{"):
        return _PLACES[text[1:-1]]
    inner = text[1:-2] if text.endswith(")?") else text
    literal = _QUOTES.join(map(re.escape, inner.split('"'))).replace(r"\ ", r"\s*")
    return literal if inner == text else f"(?:{literal})?"


@cache
def load_grammar(platform: str) -> Grammar:
    """Load the system-line wordings of a platform from its data file."""
    file = f"{platform}_events.toml"
    return Grammar(
        read_own_rows("formats", platform, file) or read_own_rows("formats", file)
    )


class Happenings:
    """Event and membership records collected while an export is read.

    >>> gathered = Happenings(People(), "a.json")
    >>> event = load_grammar("wechat").match('" 乙"通过扫描"甲"分享的二维码加入群聊')
    >>> gathered.add(event, "g", 0, 1)
    >>> [batch.kind for batch in gathered.batches()]
    ['event']
    """

    def __init__(self, people: People, file: str) -> None:
        self._people, self._file = people, file
        self._events: list[dict[str, Any]] = []
        self._members: list[dict[str, Any]] = []

    def add(self, event: Event, group: str, time_us: int | None, position: int) -> None:
        """Add a group event: one record for each person affected."""
        common = {"group": group, "file": self._file, "position": position}
        people = filter(None, (event.actor, *event.subjects, *event.members))
        named = (one.removeprefix(NAMED) for one in people if one.startswith(NAMED))
        self._people.mentioned(*named)
        for subject in event.subjects or (None,):
            unresolved = subject is None and bool(event.subjects)
            row = {
                "time_us": time_us, "kind": event.kind, "actor": event.actor,
                "subject": subject, "method": event.method, "value": event.value,
                "rule": event.rule + " (unresolved)" * unresolved,
            }  # fmt: skip
            self._events.append(common | row)
        self._members += [
            common | {"person": member, "rule": event.rule} for member in event.members
        ]

    def batches(self) -> Iterator[Batch]:
        """Yield the collected event records and clear them."""
        yield from yield_rows(event=self._events, membership=self._members)
        self._events, self._members = [], []
