"""Messages: English text that also stores its template and values.

An estimator writes ``say("{n} groups", n=12)``. The result is an ordinary string, so
that tables, JSON and the command line print it as it is; a page renders the same
message in its own language through the catalogue of translations (``zh.po``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Packed = str | dict[str, Any]  # a message as data for JSON
WORDS = re.compile("[A-Za-z]{2}")
CONTEXT = (
    "\x04"  # between what tells two uses of a text apart and the text, as in gettext
)
HAN = "[\u4e00-\u9fff]"
GAP = "\n\n"  # between entries of a catalogue, as Babel writes it
FIELD = re.compile(r'^(msg\S+) "((?:[^"\\]|\\.|"\n")*)"', re.MULTILINE)
PIECES = re.compile('"\n"')
SEAM = "\0"  # around a translated value, until its sentence is whole
BLANK = re.compile(f"(?<={HAN})(?:{SEAM} {SEAM}?| {SEAM})(?={HAN})|{SEAM}")


class Verbatim(str):
    """Text of a file or a user, or a number: the same in every language."""

    __slots__ = ()

    def in_language(self, _language: Language) -> str:
        """Return the same text."""
        return self


class Message(str):
    """English text with its template and values, to be rendered in other languages."""

    __slots__ = ("parts", "plural", "separator", "template", "values")

    template: str
    plural: str
    values: Mapping[str, Any]
    parts: tuple[str, ...]
    separator: str

    @classmethod
    def of(cls, template: str, plural: str, values: Mapping[str, Any]) -> Self:
        """Build a message from a template and its values."""
        form = template if not plural or values["n"] == 1 else plural
        form = _drop_context(form)
        message = cls(form.format_map(values) if values else form)
        message.template, message.plural, message.values = template, plural, values
        message.parts, message.separator = (), ""
        return message

    @classmethod
    def joined(cls, separator: str, parts: tuple[str, ...]) -> Self:
        """Build one message from several messages and a separator."""
        message = cls(_drop_context(separator).join(parts))
        message.template, message.plural, message.values = "", "", {}
        message.parts, message.separator = parts, separator
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the message with its template and values."""
        if self.parts:
            return Message.joined, (self.separator, self.parts)
        return Message.of, (self.template, self.plural, self.values)

    def __add__(self, other: str) -> Message:
        """Append text that stays a message of its own.

        >>> type(say("{n} groups", n=3) + say("; owners are not known")).__name__
        'Message'
        """
        return Message.joined("", tuple(part for part in (self, other) if part))

    def fill(self, **values: object) -> Message:
        """Return the message with values in the place of names that had none."""
        return Message.of(self.template, self.plural, {**self.values, **values})

    def map_values(self, change: Callable[[object], object]) -> Message:
        """Return the message with a function applied to all its values.

        >>> message = Message.of("{n} of {of} groups", "", {"n": 3, "of": 8})
        >>> message.map_values(lambda value: 2 * value)
        '6 of 16 groups'
        """
        if self.parts:
            parts = (
                part.map_values(change) if isinstance(part, Message) else part
                for part in self.parts
            )
            return Message.joined(self.separator, tuple(parts))
        values = {name: _change_value(of, change) for name, of in self.values.items()}
        return Message.of(self.template, self.plural, values)


def _drop_context(template: str) -> str:
    return template.rpartition(CONTEXT)[2]


def _change_value(value: Any, change: Callable[[object], object]) -> Any:  # noqa: ANN401 - of any type
    return value.map_values(change) if isinstance(value, Message) else change(value)


def pack_message(text: str) -> Packed:
    """Convert a message to data for JSON, so that it can be translated later.

    >>> pack_message(say("{n} groups", n=3))
    {'template': '{n} groups', 'plural': '', 'values': {'n': 3}}
    """
    if isinstance(text, Verbatim):
        return {"verbatim": str(text)}
    if not isinstance(text, Message) or not (text.values or text.parts):
        return str(text)
    if text.parts:
        parts = [pack_message(part) for part in text.parts]
        return {"separator": text.separator, "parts": parts}
    values = {
        name: pack_message(of) if isinstance(of, str) else of
        for name, of in text.values.items()
    }
    return {"template": text.template, "plural": text.plural, "values": values}


def unpack_message(data: Packed) -> str:
    """Restore a message that `pack_message` converted to data."""
    if isinstance(data, str):
        return data
    if "verbatim" in data:
        return Verbatim(data["verbatim"])
    if "parts" in data:
        return Message.joined(
            data["separator"], tuple(unpack_message(part) for part in data["parts"])
        )
    values = {
        name: unpack_message(of) if isinstance(of, (str, dict)) else of
        for name, of in data["values"].items()
    }
    return Message.of(data["template"], data["plural"], values)


def say(template: str, /, **values: object) -> Message:
    """Build a message (`Message`) from an English template and its values.

    >>> say("{share:.0%} of {n} groups", share=0.25, n=8)
    '25% of 8 groups'
    """
    return Message.of(template, "", values)


def say_plural(singular: str, plural: str, /, *, n: int, **values: object) -> Message:
    """Build a message with the grammatical number that `n` requires.

    >>> [say_plural("{n} group", "{n} groups", n=n) for n in (1, 2)]
    ['1 group', '2 groups']
    """
    return Message.of(singular, plural, {"n": n, **values})


def say_in(context: str, text: str, /) -> Message:
    """Build a message with a translation that depends on its place.

    >>> say_in("kind of message", "places")
    'places'
    """
    return Message.of(f"{context}{CONTEXT}{text}", "", {})


LIST = say_in("list", ", ").template  # between the things of a list


def join_messages(separator: str, parts: Iterable[str]) -> Message:
    """Join messages by a separator, leaving out empty ones.

    >>> join_messages("; ", [say("{n} groups", n=3), "", say("ads not known")])
    '3 groups; ads not known'
    """
    nonempty = tuple(part for part in parts if part)
    if len(nonempty) == 1 and isinstance(nonempty[0], Message):
        return nonempty[0]
    return Message.joined(separator, nonempty)


@cache
def read_catalogue(
    language: Language, *, fuzzy: bool = False
) -> Mapping[str, tuple[str, ...]]:
    """Read the translations of a language by their English template.

    Babel's reader needs a tenth of a second, which each run of a command would pay.

    `fuzzy`: read those instead that were of another text, and wait for a look.
    """
    if language == "en":
        return {}
    texts: dict[str, tuple[str, ...]] = {}
    for entry in (
        files(__package__).joinpath(f"{language}.po").read_text("utf-8").split(GAP)
    ):
        if ("#, fuzzy" in entry) != fuzzy:
            continue
        fields = {
            name: json.loads(f'"{PIECES.sub("", told)}"')
            for name, told in FIELD.findall(entry)
        }
        where = f"{fields['msgctxt']}{CONTEXT}" if "msgctxt" in fields else ""
        # Chinese has one form, English two
        form = fields.get("msgstr") or fields.get("msgstr[0]", "")
        for name in ("msgid", "msgid_plural"):
            if form and fields.get(name):
                texts[where + fields[name]] = (form,)
    return texts


def render(text: str, language: Language) -> str:
    """Return a message in a language, or "" if part of it has no translation.

    >>> from helpers.wording import say
    >>> render(say("export {n} is {path}", n=3, path="a.zip"), "zh")
    '导出 3 是 a.zip'
    >>> render("nobody translated this", "zh")
    ''
    """
    if isinstance(text, Verbatim):
        return text
    if not isinstance(text, Message):
        return _find_form(text, language)
    if text.parts:
        rendered = [_render_part(part, language) for part in text.parts]
        between = _find_form(text.separator, language) or _drop_context(text.separator)
        return between.join(rendered) if all(rendered) else ""
    values = {name: _render_value(of, language) for name, of in text.values.items()}
    if any(rendered == "" != text.values[name] for name, rendered in values.items()):
        return ""  # whole or not at all
    is_plural = text.plural and text.values.get("n") != 1
    template = _find_form(text.plural if is_plural else text.template, language)
    whole = template.format_map(values) if values else template
    return BLANK.sub("", whole) if language == "zh" else whole


def _find_form(text: str, language: Language) -> str:
    """Return a template in a language, or "" if it has no translation."""
    if language == "en":
        return _drop_context(text)
    return read_catalogue(language).get(text, ("",))[0]


def _render_part(part: str, language: Language) -> str:
    """Translate one part of a joined message; numbers stay as they are."""
    plain = not isinstance(part, Message) and not WORDS.search(part)
    return part if plain else render(part, language)


def _render_value(value: object, language: Language) -> object:
    if hasattr(value, "in_language"):  # a name of its own in each
        return value.in_language(language)
    if isinstance(value, Message):
        text = render(value, language)
        return f"{SEAM}{text}{SEAM}" if text and language == "zh" else text
    if isinstance(value, str):  # a word of the tables, a name or numbers; no clause
        clause = " " in value and WORDS.search(value)
        return render(value, language) or ("" if clause else value)
    return value


NOUNS = {
    "exports": say_plural("{n:,} export", "{n:,} exports", n=0),
    "groups": say_plural("{n:,} group", "{n:,} groups", n=0),
    "messages": say_plural("{n:,} message", "{n:,} messages", n=0),
    "people": say_plural("{n:,} person", "{n:,} people", n=0),
    "days": say_plural("{n:,} day", "{n:,} days", n=0),
}


def say_counts(**counts: float) -> Message:
    """Build a message of counts, whole parts only, each by its grammatical number.

    >>> say_counts(groups=1, messages=1200)
    '1 group, 1,200 messages'
    """
    said = (NOUNS[noun].fill(n=int(n)) for noun, n in counts.items())
    return join_messages(", ", said)
