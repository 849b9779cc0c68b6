"""A claim's answer as text: word, sentence, and what it is based on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.claims.contract.card import capitalise, get_card
from helpers.claims.rules.interval_rules import Word
from helpers.prose import format_count
from helpers.site.answers.board import Answer
from helpers.site.languages import LANGUAGES, Language, Words
from helpers.site.rendering import find_in_language

STATES = ("tested", "waiting", "never")
GOES_ON = (" in ", " whether ", "（")  # what may follow the word of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Texts at the top of a claim's page and card.

    Attributes
    ----------
    quote, other, question
        The claim in the page's language and in the other one; what it answers.
    word, sentence
        Code of the answer; the answer, without its word where that comes first.
    strength
        What it rests on: sources, cases, stand-ins, shaky ones.
    """

    claim: str
    href: str
    quote: str
    other: str
    question: str
    word: str
    sentence: str
    strength: tuple[str, ...]


def classify_state(answer: Answer) -> str:
    """Return whether a claim is tested, waiting for data, or untestable."""
    if answer.tested:
        return "tested"
    return "never" if answer.heard == Word.UNFALSIFIABLE else "waiting"


def describe_answer(answer: Answer, language: Language) -> Told:
    """Build the texts of a claim's answer in one language."""
    t, one = Words(language), get_card(answer.claim)
    (other,) = set(LANGUAGES) - {language}
    return Told(
        claim=answer.claim,
        href=find_in_language(f"claims/{answer.claim}.html", language),
        quote=one.claim(language),
        other=one.claim(other),
        question=one.question(language),
        word=answer.heard,
        sentence=_strip_leading_word(answer.said(language), answer.sentence(language)),
        strength=tuple(_describe_strength(answer, t)),
    )


def _strip_leading_word(word: str, sentence: str) -> str:
    """Remove from a sentence the word that a page prints before it.

    >>> _strip_leading_word("data missing", "Data missing: nobody counts.")
    'Nobody counts.'
    >>> _strip_leading_word("一半相符", "一半相符（两个来源）：一层成立。")
    '两个来源：一层成立。'
    >>> _strip_leading_word(
    ...     "not settled", "Not settled whether groups die: 2 in 3 did."
    ... )
    'Whether groups die: 2 in 3 did.'
    """
    opening, rest = sentence[: len(word)], sentence[len(word) :]
    if opening.casefold() == word.casefold() and rest.startswith(GOES_ON):
        return capitalise(rest.strip(" （").replace("）：", "：", 1))
    for mark in (": ", "："):
        first, colon, rest = sentence.partition(mark)
        if colon and first.casefold() == word.casefold():
            return capitalise(rest)
    return sentence


def _describe_strength(answer: Answer, t: Words) -> Iterable[str]:
    speaking = answer.speaking
    if not speaking:
        if answer.together:
            yield t("strength.together")
        return
    words = Counter(cell.word for cell in speaking)
    plural = "sources" if len(speaking) > 1 else "source"
    yield t(f"strength.{plural}", n=len(speaking))
    cases = [cell.n for cell in speaking if cell.n]
    if len(speaking) == 1 and cases:
        yield f"{format_count(cases[0])} {t.unit(speaking[0].cases)}"
    stand_ins = sum(cell.stands_in for cell in speaking)
    if stand_ins == len(speaking):
        yield t("strength.stand_in")
    elif stand_ins:
        yield t("strength.stand_ins", n=stand_ins)
    if words[Word.FRAGILE]:
        yield t("strength.shaky", n=words[Word.FRAGILE])
