"""Page of all claims: tested, waiting for data, untestable."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from helpers.claims import Claim
from helpers.claims.contract.data_needs import needs_of
from helpers.claims.fixed.register import get_claim
from helpers.claims.rules.interval_rules import Word
from helpers.prose import fill_sentence
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.dots import Plot, plot_of
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.told import STATES, Told, classify_state, describe_answer
from helpers.site.chapters import add_anchors
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import render_template

LISTED = "claims.html"
LACKING = ("labels", "kinds", "codings", "events")  # where a need would stand
ORDER = (
    Word.CONTRADICTED,
    Word.SUPPORTED,
    Word.TOO_SMALL,
    "MIXED",
    "HALF",
    Word.FRAGILE,
    Word.INCONCLUSIVE,
)  # what is settled first


def count_claims(board: Board) -> dict[str, int]:
    """Count the claims by state: tested, waiting, untestable."""
    words = Counter(answer.heard for answer in board.answers)
    waiting = sum(answer.word is None and not answer.tested for answer in board.answers)
    falsifiable = [
        answer for answer in board.answers if answer.word != Word.UNFALSIFIABLE
    ]
    open_words = (Word.INCONCLUSIVE, Word.FRAGILE, Word.TOO_SMALL)
    return {
        "claims": len(board.answers),
        "studies": len(board.answers[0].cells) if board.answers else 0,
        "speaking": sum(answer.tested for answer in board.answers),
        "supported": words[Word.SUPPORTED],
        "contradicted": words[Word.CONTRADICTED],
        "open": sum(words[word] for word in open_words),
        "apart": words["MIXED"] + words["HALF"],
        "untestable": words[Word.UNTESTABLE] - waiting,
        "unfalsifiable": words[Word.UNFALSIFIABLE],
        "waiting": waiting,
        "testable": len(falsifiable),
        "testless": sum(answer.population == Word.UNTESTABLE for answer in falsifiable),
    }


def list_claim_sentences(board: Board, language: Language) -> list[Markup]:
    """Summarise the claims in three sentences with marked numbers."""
    t, numbers = Words(language), count_claims(board)
    waiting = [answer for answer in board.answers if answer.word == Word.UNTESTABLE]
    lacking = Counter(map(classify_gap, waiting))
    name, n_lacking = min(
        lacking.items(), key=lambda kv: (-kv[1], kv[0]), default=("scattered", 0)
    )
    silent = numbers["testless"] == numbers["testable"]
    phrases = {
        "most": t(f"lacking.{name}"),
        "wanting": n_lacking,
        "why": t("front.nobody" if silent else "front.some"),
    }
    values = numbers | phrases
    keys = ("decided", "silent", "population")
    texts = (
        fill_sentence("front", t(f"claims.{key}"), **values).markdown for key in keys
    )
    return [Markup(text) for text in texts]  # noqa: S704 - `say` escapes what it fills in


def classify_gap(answer: Answer) -> str:
    """Classify what data a claim is missing.

    Where each need is met by some source, none meets all of them; where a source has
    all, it has too little of it.
    """
    if any(cell.checks for cell in answer.cells):
        return "too-little"
    each = [set(cell.missing) for cell in answer.cells]
    nowhere = set.intersection(*each) if each else set()
    places = {need.name: need.place[0] for need in needs_of(answer.claim)}
    tables = [place for name, place in places.items() if name in nowhere]
    if not tables:
        return "scattered"
    return next((one for one in LACKING if one in tables), "people")


def sort_answers(board: Board) -> list[Answer]:
    """Sort answers: tested claims first, decided ones before undecided."""
    place = {answer.claim: number for number, answer in enumerate(board.answers)}

    def key(answer: Answer) -> tuple[int, int, int, int]:
        entry, word = get_claim(answer.claim), answer.heard
        settled = ORDER.index(word) if word in ORDER else len(ORDER)
        state = STATES.index(classify_state(answer))
        return state, settled, entry.priority or len(board.answers), place[entry.id]

    return sorted(board.answers, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A claim as listed on the page; `full` is its registered text."""

    entry: Claim
    told: Told
    plot: Plot
    state: str
    lacking: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer, numbers: Numbers, t: Words) -> Self:
        """Build a claim's row on the page."""
        state = classify_state(answer)
        return cls(
            entry=get_claim(answer.claim),
            told=describe_answer(answer, t.language),
            plot=plot_of(answer, numbers, t),
            state=state,
            lacking=t(f"lacking.{classify_gap(answer)}") if state == "waiting" else "",
            sources=tuple(cell.study for cell in answer.speaking),
        )

    @property
    def full(self) -> str:
        """Registered text of the claim, for search."""
        return f"{self.entry.en} {self.entry.zh}"


def render_claims_page(board: Board, numbers: Numbers, language: Language) -> str:
    """Return the source of the page of all claims."""
    t = Words(language)
    rows = [_Row.of(answer, numbers, t) for answer in sort_answers(board)]
    by_state = [(one, [row for row in rows if row.state == one]) for one in STATES]
    return render_template(
        "claims.md",
        LISTED,
        language,
        said=[
            Markup(add_anchors(one))  # noqa: S704 - ours
            for one in list_claim_sentences(board, language)
        ],
        words=dict.fromkeys(row.told.word for row in rows),
        filters=_list_filters(rows, t),
        tabs=[
            (state, _group_by_gap(listed), len(listed)) for state, listed in by_state
        ],
        folding=Markup(json.dumps(_build_search_folding(), ensure_ascii=False)),  # noqa: S704 - ours
    )


def _list_filters(
    rows: Sequence[_Row], t: Words
) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the filters of the page: theme, article, answer, source."""
    themes = sorted({row.entry.theme for row in rows})
    articles = sorted({row.entry.article for row in rows})
    words = dict.fromkeys(row.told.word for row in rows)
    sources = sorted({name for row in rows for name in row.sources}, key=t.source)
    return [
        ("theme", [(one, t(f"theme.{one}")) for one in themes]),
        ("article", [(one, t(f"article.{one}")) for one in articles]),
        ("answer", [(one, t.verdict(one)) for one in words]),
        ("source", [(one, t.source(one)) for one in sources]),
    ]


def _group_by_gap(rows: Iterable[_Row]) -> list[tuple[str, list[_Row]]]:
    """Group rows by missing data, most frequent first."""
    parts: dict[str, list[_Row]] = {}
    for row in rows:
        parts.setdefault(row.lacking, []).append(row)
    return sorted(parts.items(), key=lambda kv: (-len(kv[1]), kv[0]))


def _build_search_folding() -> dict[str, object]:
    """Return word folding for search: phrases, numerals and synonyms."""
    search_words = read_entries("search")
    words = {name: search_words[name]["words"] for name in ("same", "skip")}
    return words | {"phrases": search_words["phrases"]}
