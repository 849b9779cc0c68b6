"""Plain names of data sources for sentences."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.wording.messages import Language

OWN = {"en": "your own data", "zh": "你自己的数据"}
TOGETHER = "corpora_at_hand"  # several sources as strata of one estimate
_KEY = re.compile("[0-9a-f]{16,}")
_MARKUP = re.compile(r"[<>&\[\]{}()|`*_\\$#^~\"'\s]+")  # and blanks
_LABELS: dict[str, str] = {}  # what the user calls groups, by key
ALL = {"en": "the sources taken together", "zh": "合在一起的各来源"}


def get_plain_name(study: str, language: Language) -> str:
    """Get the plain name of a data source in a language.

    Parameters
    ----------
    study
        Name of a study, or of one of its networks (``study/network``).
    language
        ``en`` or ``zh``.

    Examples
    --------
    >>> get_plain_name("fcc_gitter", "en"), get_plain_name("my_chat", "zh")
    ('chat rooms for learning to code', '你自己的数据')
    """
    if study == TOGETHER:
        return ALL[language]
    names = _read_names().get(study.partition("/")[0])
    return OWN[language] if names is None else names[language == "zh"]


class Place(str):
    """Key of a source or of one of its networks, shown to readers as a plain name."""

    __slots__ = ()

    def in_language(self, language: Language) -> str:
        """Return the plain name in a language, with the network if there is one.

        The key of a user's group becomes its label within `show_labels`; else it is
        shortened to its code on cards.

        >>> Place("ruqqus_guilds/art").in_language("en").endswith(" · art")
        True
        >>> Place("mine/21605752361b69105c32").in_language("zh")
        '你自己的数据 · 群 21605752'
        """
        study, _, network = self.partition("/")
        if not is_named(study) and _KEY.fullmatch(network):
            code = f"{'群' if language == 'zh' else 'group'} {network[:8]}"
            network = _LABELS.get(network, code)
        return " · ".join(filter(None, (get_plain_name(self, language), network)))


@contextmanager
def show_labels(labels: Mapping[str, str]) -> Iterator[None]:
    """Call the user's groups by their labels within the block.

    Two groups of one label keep their codes; signs of markup become blanks.

    Parameters
    ----------
    labels
        What the user calls a group, by its key; no name from an export.

    Examples
    --------
    >>> place = Place("mine/21605752361b69105c32")
    >>> with show_labels({"21605752361b69105c32": "Chess | Club"}):
    ...     place.in_language("en")
    'your own data · Chess Club'
    """
    plain = {key: _MARKUP.sub(" ", label).strip() for key, label in labels.items()}
    counts = Counter(plain.values())
    shown = {key: text for key, text in plain.items() if text and counts[text] == 1}
    _LABELS.update(shown)
    try:
        yield
    finally:
        for key in shown:
            _LABELS.pop(key, None)


def classify_place(study: str) -> str:
    """Return the kind of community of a source, such as a forum, or "".

    >>> classify_place("v2ex_nodes"), classify_place("my_chat")
    ('forum', '')
    """
    return _classify_kinds().get(study.partition("/")[0], "")


def is_named(study: str) -> bool:
    """Return whether a study is a public source with a plain name.

    >>> is_named("fcc_gitter"), is_named("my_chat")
    (True, False)
    """
    return study in _read_names()


@cache
def _read_names() -> Mapping[str, list[str]]:
    text = files(__package__).joinpath("source_names.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _classify_kinds() -> Mapping[str, str]:
    text = files(__package__).joinpath("source_kinds.toml").read_text("utf-8")
    return tomllib.loads(text)
