"""Front page of the website: famous claims, findings, and open questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from helpers.claims.rules.interval_rules import Word
from helpers.prose import format_count
from helpers.site.amendments import count_amended, list_withdrawn_answers
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.nearest import list_near_sources
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.quoted import (
    fill_caution,
    fill_note,
    give_reason,
    mark_line,
    tell_in_full,
)
from helpers.site.answers.strips import Strip, build_strip
from helpers.site.answers.told import (
    STATES,
    AnswerTexts,
    classify_state,
    describe_answer,
)
from helpers.site.claims_page import FAMOUS, LISTED, classify_gap, count_claims
from helpers.site.hundred_groups import Dots
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import find_in_language, render_template
from helpers.site.sections import list_decided_by_source
from helpers.synthesis.conclusion import Conclusion

QUOTED = FAMOUS[0]
WAITING = ("s1-ad-flood-is-death",)  # famous as well, and without data
TERMS = ("failed", "death")  # of the first two cards
FINDINGS = (
    "s0-200-of-343-shells",
    "s1-good-groups-supply-content",
    "s0-future-groups-small",
    "s4-aloofness-hurts",
    "s0-owner-alone-fails",
    "s2-overload-fatigue",
)
CARDS = (*FAMOUS[1:], *FINDINGS)
# told on the front page
GAPS = ("scattered", "people", "codings", "labels", "events", "kinds", "too-little")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A claim as shown on the front page."""

    told: AnswerTexts
    conclusion: Conclusion
    line: Markup
    why: Markup
    strip: Strip | None
    in_full: tuple[tuple[str, Markup], ...]
    advice: Markup
    caution: tuple[Markup, ...]
    details: tuple[tuple[Markup, Markup], ...]

    @property
    def claim(self) -> str:
        """The id of the claim shown on the card."""
        return self.told.claim


def render_front_page(
    board: Board,
    language: Language,
    numbers: Numbers,
    *,
    contents: Sequence[tuple[str, Sequence[str]]] = (),
    aside: Sequence[str] = (),
    story: str = "",
    teaser: Dots | None = None,
    own_cards: str = "",
) -> str:
    """Render the Markdown source of the front page.

    Parameters
    ----------
    numbers
        All quotable numbers, by which those in sentences are marked.
    contents
        The pages that Sphinx numbers, by caption; English only.
    aside
        What a user's own study lacks.
    story
        The address of the page on 100 groups, where there is one.
    teaser
        Its picture.
    own_cards
        The address of the page of a user's own groups, where there is one.
    """
    t = Words(language)
    answers = {answer.claim: answer for answer in board.answers}
    states = [classify_state(answer) for answer in board.answers]
    return render_template(
        "front.md",
        "index.html",
        language,
        about={
            name: format_count(value) for name, value in count_claims(board).items()
        },
        articles=read_entries("articles"),
        famous=build_cards(answers, FAMOUS, numbers, t),
        findings=build_cards(answers, FINDINGS, numbers, t),
        unanswered=[
            describe_answer(answers[name], language)
            for name in WAITING
            if name in answers and not answers[name].tested
        ],
        terms=[read_entries("glossary")[name][language] for name in TERMS],
        shares=[
            (s, states.count(s), 100 * states.count(s) / len(states))
            for s in STATES
            if s in states
        ],
        noted=count_amended(board.answers),
        withdrawn=len(list_withdrawn_answers()),
        by_rule=len(list_decided_by_source(board)),
        trust=find_in_language("trust.html", language),
        unknown=_count_gaps(board.answers),
        near=list_near_sources(board.studies, t),
        claims=find_in_language(LISTED, language),
        own=board.is_own,
        own_cards=own_cards,
        story=story,
        teaser=teaser,
        contents=contents,
        aside=aside,
    )


def build_cards(
    answers: dict[str, Answer], names: Iterable[str], numbers: Numbers, t: Words
) -> list[Card]:
    """Build the cards of given claims for the website's front page."""
    return [_build_card(answers[name], numbers, t) for name in names if name in answers]


def _build_card(answer: Answer, numbers: Numbers, t: Words) -> Card:
    synthesis = answer.synthesis
    caution, details = fill_caution(synthesis, numbers, t)
    return Card(
        told=describe_answer(answer, t.language),
        conclusion=answer.conclusion,
        line=mark_line(answer.conclusion, synthesis, numbers, t),
        why=give_reason(answer.conclusion, synthesis, numbers, t),
        strip=build_strip(answer, t),
        in_full=tell_in_full(synthesis, numbers, t),
        advice=fill_note("advice", synthesis, numbers, t),
        caution=caution,
        details=details,
    )


def _count_gaps(answers: Iterable[Answer]) -> list[tuple[str, int]]:
    """Count untestable claims by the kind of data missing, most frequent first."""
    waiting = [answer for answer in answers if answer.word == Word.UNTESTABLE]
    gaps = Counter(map(classify_gap, waiting))
    counts = [(name, gaps[name]) for name in GAPS if gaps[name]]
    return sorted(counts, key=lambda gap: -gap[1])
