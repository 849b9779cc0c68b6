"""Front page: the main question, findings, and what cannot be answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.claims.fixed.literature import Finding, read_literature
from helpers.claims.fixed.register import get_claim
from helpers.prose import format_count
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.dots import Plot, plot_of
from helpers.site.answers.nearest import list_near_sources
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.told import STATES, classify_state, describe_answer
from helpers.site.claims_page import LISTED, count_claims
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import find_in_language, render_template

QUOTED = "s1-over-90-fail"  # what everyone quotes
CARDS = (
    "s0-three-month-death",
    "s4-aloofness-hurts",
    "s0-lurkers-still-identify",
    "s0-size-10-30-best",
    "s0-owner-alone-fails",
    "s0-200-of-343-shells",
    "s0-later-cohorts-harder",
    "s2-overload-fatigue",
    "s4-many-centres",
)
WECHAT = "qiu-2016"  # the one published study of the groups that the articles mean


def render_front_page(
    board: Board,
    numbers: Numbers,
    language: Language,
    *,
    contents: Sequence[tuple[str, Sequence[str]]] = (),
    aside: Sequence[str] = (),
) -> str:
    """Render the front page's source.

    Parameters
    ----------
    contents
        The pages that Sphinx numbers, by caption; English only.
    aside
        What a user's own study lacks.
    """
    t = Words(language)
    answers = {answer.claim: answer for answer in board.answers}
    cards = [
        _build_card(answers[name], numbers, t) for name in CARDS if name in answers
    ]
    quoted = _build_card(answers[QUOTED], numbers, t) if QUOTED in answers else None
    states = [classify_state(answer) for answer in board.answers]
    return render_template(
        "front.md",
        "index.html",
        language,
        about={
            name: format_count(value) for name, value in count_claims(board).items()
        },
        articles=read_entries("chrome")["article"],
        quoted=quoted,
        again=_find_revival_share(quoted["plot"]) if quoted else None,
        cards=cards,
        shares=[
            (s, states.count(s), 100 * states.count(s) / len(states))
            for s in STATES
            if s in states
        ],
        wechat=_find_wechat_study(),
        near=list_near_sources(board.studies, t),
        claims=find_in_language(LISTED, language),
        contents=contents,
        aside=aside,
    )


def _find_revival_share(plot: Plot) -> tuple[str, str, int] | None:
    """Return the smallest and largest revival share, and the number of sources."""
    shares = sorted((row.again for row in plot.rows if row.again), key=_parse_number)
    return (shares[0], shares[-1], len(shares)) if len(shares) > 1 else None


def _parse_number(text: str) -> float:
    return float(text.rstrip("%").strip())


def _build_card(answer: Answer, numbers: Numbers, t: Words) -> dict[str, Any]:
    return {
        "entry": get_claim(answer.claim),
        "told": describe_answer(answer, t.language),
        "plot": plot_of(answer, numbers, t),
    }


def _find_wechat_study() -> Finding:
    return next(finding for finding in read_literature(QUOTED) if finding.key == WECHAT)
