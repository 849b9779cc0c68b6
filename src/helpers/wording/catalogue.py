"""The catalogue of translations (``zh.po``), and messages rendered with it.

``en.po`` spells out for readers what tables and the command line abbreviate, and what
they print in the plural though there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, Protocol, runtime_checkable

from babel.messages.pofile import read_po

from helpers.wording.messages import Message

Language = Literal["en", "zh"]
WORDS = re.compile("[A-Za-z]{2}")


@runtime_checkable
class Named(Protocol):
    """A value with a name of its own in each language, such as a source."""

    def in_language(self, language: Language) -> str:
        """Return the name."""


@cache
def read_catalogue(language: Language) -> Mapping[str, tuple[str, ...]]:
    """Read the translations of a language by their English template.

    Two forms of one template are those for one and for several.

    >>> read_catalogue("zh")["none known"], read_catalogue("en")["{n} groups"]
    (('未发现',), ('{n} group', '{n} groups'))
    """
    with files(__package__).joinpath(f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language)
    texts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        ids = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
        said = entry.string or ""
        forms = (said,) if isinstance(said, str) else tuple(said)
        if len({*ids}) < len(ids):
            texts[ids[0]] = forms
        else:  # Chinese has one form, English two
            texts |= {
                id_: (forms[min(n, len(forms) - 1)],) for n, id_ in enumerate(ids)
            }
    return {text: forms for text, forms in texts.items() if text and all(forms)}


def render(text: str, language: Language) -> str:
    """Render a message in a language; empty if a part has no translation.

    Examples
    --------
    >>> from helpers.wording import say
    >>> render(say("{n} groups, {least} needed", n=31, least=50), "zh")
    '有 31 个群，需要 50 个'
    >>> render("nobody translated this", "zh")
    ''
    """
    if not isinstance(text, Message):
        return _find_form(text, language)
    if text.parts:
        said = [_render_part(part, language) for part in text.parts]
        between = _find_form(text.separator, language) or text.separator
        return between.join(said) if all(said) else ""
    values = {name: _render_value(of, language) for name, of in text.values.items()}
    if any(said == "" != text.values[name] for name, said in values.items()):
        return ""  # whole or not at all
    one = text.values.get("n") == 1
    id_ = text.plural if text.plural and not one else text.template
    template = _find_form(id_, language, one=one)
    return template.format_map(values) if values else template


def _find_form(text: str, language: Language, *, one: bool = False) -> str:
    """Return the form of a template in a language: that for one, or for several."""
    forms = read_catalogue(language).get(text, (text if language == "en" else "",))
    return forms[0 if one else -1]


def _render_part(part: str, language: Language) -> str:
    """Render a joined part; one without words, such as a number, stays as it is."""
    plain = not isinstance(part, Message) and not WORDS.search(part)
    return part if plain else render(part, language)


def _render_value(value: object, language: Language) -> object:
    if isinstance(value, Named):
        return value.in_language(language)
    if isinstance(value, Message):
        return render(value, language)
    if isinstance(value, str):  # a word of the tables, a name or numbers; no clause
        clause = " " in value and WORDS.search(value)
        return render(value, language) or ("" if clause else value)
    return value
