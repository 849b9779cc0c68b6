"""Answer to a claim as text: verdict, sentence, and its evidence base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.claims.rules.interval_rules import Word
from helpers.site.answers.board import Answer
from helpers.site.languages import LANGUAGES, Language, Words
from helpers.site.rendering import find_in_language

STATES = ("tested", "waiting", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTexts:
    """Texts of a claim's web page: the claim, its answer and how certain that is.

    Attributes
    ----------
    quote, other, question
        The claim in the page's language and in the other one; what it answers.
    word, answer, sentence
        Code of the answer; the answer in words; the sentence to quote.
    strength
        How certain it is, how many sources decide, whether they measure indirectly.
    """

    claim: str
    href: str
    quote: str
    other: str
    question: str
    word: str
    answer: str
    sentence: str
    strength: tuple[str, ...]


def classify_state(answer: Answer) -> str:
    """Classify a claim as tested, waiting for data, or untestable."""
    if answer.tested:
        return "tested"
    return "never" if answer.heard == Word.UNFALSIFIABLE else "waiting"


def describe_answer(answer: Answer, language: Language) -> AnswerTexts:
    """Build the texts that state a claim's answer on web pages."""
    t, card = Words(language), answer.about.wording
    (other,) = set(LANGUAGES) - {language}
    return AnswerTexts(
        claim=answer.claim,
        href=find_in_language(f"claims/{answer.claim}.html", language),
        quote=card.claim(language),
        other=card.claim(other),
        question=card.question(language),
        word=answer.heard,
        answer=answer.conclusion.word(language),
        sentence=answer.sentence(language),
        strength=tuple(_describe_strength(answer, t)),
    )


def _describe_strength(answer: Answer, t: Words) -> Iterable[str]:
    """Yield how certain an answer is and how many sources decide."""
    conclusion, synthesis = answer.conclusion, answer.synthesis
    if conclusion.certainty is None or synthesis is None:
        return
    yield t("strip.certainty", level=conclusion.certainty_name(t.language))
    if conclusion.k:
        yield t(
            f"strength.{'sources' if conclusion.k > 1 else 'source'}", n=conclusion.k
        )
    if synthesis.deciding.indirect:
        yield t("strength.indirect")
