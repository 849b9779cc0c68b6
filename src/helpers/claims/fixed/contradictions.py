"""Contradictions between the articles, and which side the verdicts support."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from helpers.claims.rules.interval_rules import Word

ANSWERS = (Word.SUPPORTED, Word.CONTRADICTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Claims that cannot all be true, and what data would decide.

    Attributes
    ----------
    name
        Of the contrast.
    first, second
        The claims of either side.
    decides
        The estimand that would decide it.
    zh
        The contrast in Chinese.
    """

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    decides: str
    zh: str

    def between(self, words: Mapping[str, Word | None]) -> str:
        """Return which of two contradicting claims the verdicts support.

        >>> one = read_contradictions()[0]
        >>> one.between({"s2-needs-no-operation": Word.SUPPORTED})
        'the first'
        """
        return describe_settled(
            _find_side([words.get(claim) for claim in self.first]),
            _find_side([words.get(claim) for claim in self.second]),
        )


@cache
def read_contradictions() -> tuple[Contradiction, ...]:
    """Read the list of claims that contradict each other between the articles."""
    text = files(__package__).joinpath("contradictions.toml").read_text("utf-8")
    return tuple(
        Contradiction(
            name=name.replace("-", " "),
            first=tuple(entry.pop("first")),
            second=tuple(entry.pop("second")),
            **entry,
        )
        for name, entry in tomllib.loads(text).items()
    )


def _find_side(words: Sequence[Word | None]) -> Word | None:
    """Return the verdict shared by one contradicting side's decided claims, or None."""
    answers = {word for word in words if word in ANSWERS}
    return answers.pop() if len(answers) == 1 else None


def describe_settled(first: Word | None, second: Word | None) -> str:
    """Describe in words which side of a contradiction the verdicts support.

    A side holds that is supported while the other is not, and falls where it is
    contradicted; two that are both supported do not contradict each other there.

    >>> describe_settled(Word.SUPPORTED, Word.SUPPORTED)
    'both: no contradiction there'
    >>> describe_settled(Word.CONTRADICTED, None)
    'not the first'
    """
    if first is second:
        return {
            Word.SUPPORTED: "both: no contradiction there",
            Word.CONTRADICTED: "neither",
        }.get(first or Word.UNTESTABLE, "undecided")
    if Word.SUPPORTED in {first, second}:
        return "the first" if first is Word.SUPPORTED else "the second"
    return "not the first" if first is Word.CONTRADICTED else "not the second"
