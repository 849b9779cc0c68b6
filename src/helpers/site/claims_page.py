"""Web page that lists all claims: tested, waiting for data, untestable."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from helpers.claims import RegisterEntry
from helpers.claims.contract.card import capitalise
from helpers.claims.rules.interval_rules import Word
from helpers.prose import fill_sentence
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.told import (
    STATES,
    AnswerTexts,
    classify_state,
    describe_answer,
)
from helpers.site.chapters import add_anchors
from helpers.site.languages import LANGUAGES, Language, Words, read_entries
from helpers.site.rendering import find_in_language, render_template
from helpers.synthesis.certainty import Certainty
from helpers.synthesis.component import Component
from helpers.synthesis.conclusion import (
    Conclusion,
    get_answer_name,
    get_certainty_name,
)
from helpers.synthesis.decision import Answer as Decided

LISTED = "claims.html"
SHARE = re.compile("in ten|of ten|tenths|half|ninety|成|半|百分")  # phrases of shares
LIFT = 1  # of a famous claim, by its place among them
LACKING = ("labels", "kinds", "codings", "events")  # where a need would stand
FAMOUS = (
    "s1-over-90-fail",
    "s0-three-month-death",
    "s0-lurkers-still-identify",
    "s0-size-10-30-best",
)  # what everyone quotes


def count_claims(board: Board) -> dict[str, int]:
    """Count the claims by state: tested, waiting for data, untestable."""
    cells = board.answers[0].cells if board.answers else ()
    answers = Counter(answer.conclusion.answer for answer in board.answers)
    waiting = sum(answer.word is None and not answer.tested for answer in board.answers)
    falsifiable = [
        answer for answer in board.answers if answer.word != Word.UNFALSIFIABLE
    ]
    tested = sum(answer.tested for answer in board.answers)
    fit = [_list_fit_parts(answer) for answer in board.answers]
    able = sum(any(not part.is_single_indirect for part in parts) for parts in fit)
    direct = sum(any(not part.deciding.indirect for part in parts) for parts in fit)
    return {
        "claims": len(board.answers),
        "studies": len(cells),
        "answering": len(
            {c.study for answer in board.answers for c in answer.cells if c.speaks}
        ),  # studies that say something on a claim
        "looked": sum(cell.looked_at for cell in cells),  # before rules were fixed
        "speaking": tested,
        "supported": answers[Decided.SUPPORTED],
        "contradicted": answers[Decided.NOT_SUPPORTED],
        "answered": sum(n for answer, n in answers.items() if answer.decides),
        "open": answers[Decided.UNDECIDED],
        "fit": sum(map(bool, fit)),  # some source is fit to take part
        "able": able,  # they may decide: one directly, or several
        "direct": direct,  # some fit source measures it directly
        "unfit": tested - direct,
        "apart": answers[Decided.DEPENDS] + answers[Decided.PARTLY],
        "untestable": answers[Decided.NO_DATA] - waiting,
        "unfalsifiable": answers[Decided.NOT_TESTABLE],
        "waiting": waiting,
        "testable": len(falsifiable),
        "testless": sum(answer.population == Word.UNTESTABLE for answer in falsifiable),
    }


def _list_fit_parts(answer: Answer) -> list[Component]:
    """Return the parts of a claim for which a source may decide that is not biased."""
    parts = answer.synthesis.components if answer.synthesis else ()
    return [part for part in parts if part.k > len(part.withheld)]


def list_claim_sentences(board: Board, language: Language) -> list[Markup]:
    """Summarise all claims in three sentences with quotable numbers."""
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
    # what public sources lack is no matter of one's own groups
    keys = ("decided", "silent", *(() if board.is_own else ("population",)))
    texts = (
        fill_sentence("front", t(f"claims.{key}"), **values).markdown for key in keys
    )
    return [Markup(text) for text in texts]  # noqa: S704 - `say` escapes what it fills in


def classify_gap(answer: Answer) -> str:
    """Return the kind of missing data for which a claim is untested.

    Where each need is met by some source, none meets all of them; where a source has
    all, it has too little of it.
    """
    if any(cell.checks for cell in answer.cells):
        return "too-little"
    each = [set(cell.missing) for cell in answer.cells]
    nowhere = set.intersection(*each) if each else set()
    places = {need.name: need.place[0] for need in answer.about.needs}
    tables = [place for name, place in places.items() if name in nowhere]
    if not tables:
        return "scattered"
    return next((kind for kind in LACKING if kind in tables), "people")


def sort_answers(board: Board) -> list[Answer]:
    """Sort claims by whether they were tested, then prominence, then certainty."""
    place = {answer.claim: number for number, answer in enumerate(board.answers)}

    def key(answer: Answer) -> tuple[int, int, int, bool, int, int]:
        entry, conclusion = answer.about.entry, answer.conclusion
        famous = FAMOUS.index(entry.id) if entry.id in FAMOUS else len(FAMOUS)
        state = STATES.index(classify_state(answer))
        certainty = -conclusion.certainty if conclusion.certainty is not None else 1
        priority = entry.priority or len(board.answers)
        decided = not conclusion.answer.decides
        return state, famous, certainty, decided, priority, place[entry.id]

    return sorted(board.answers, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One claim in the list of all claims, with its searchable text."""

    entry: RegisterEntry
    told: AnswerTexts
    conclusion: Conclusion
    line: str
    state: str
    lacking: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer, t: Words) -> Self:
        """Build the row of a claim in the list of all claims."""
        state = classify_state(answer)
        return cls(
            entry=answer.about.entry,
            told=describe_answer(answer, t.language),
            conclusion=answer.conclusion,
            line=answer.conclusion.bottom_line(t.language),
            state=state,
            lacking=t(f"lacking.{classify_gap(answer)}") if state == "waiting" else "",
            sources=tuple(cell.study for cell in answer.speaking),
        )

    @property
    def answer(self) -> str:
        """Code of the claim's answer, such as ``supported``, for web addresses."""
        return self.conclusion.answer.name.lower()

    @property
    def full(self) -> str:
        """All searchable text of the claim."""
        return f"{self.entry.en} {self.entry.zh} {self.told.question}"


def _find_only_level(rows: Sequence[_Row], language: Language) -> str:
    """Return the certainty that all graded claims share; empty if they differ."""
    graded = (row.conclusion for row in rows if row.conclusion.certainty is not None)
    levels = {conclusion.certainty_name(language) for conclusion in graded}
    return levels.pop() if len(levels) == 1 else ""


def render_claims_page(board: Board, language: Language) -> str:
    """Render the Markdown source of the list of all claims."""
    t = Words(language)
    rows = [_Row.of(answer, t) for answer in sort_answers(board)]
    by_state = [
        (state, [row for row in rows if row.state == state]) for state in STATES
    ]
    return render_template(
        "claims.md",
        LISTED,
        language,
        said=[
            Markup(add_anchors(sentence))  # noqa: S704 - ours
            for sentence in list_claim_sentences(board, language)
        ],
        key=[
            (decided.name.lower(), get_answer_name(decided)(language))
            for decided in Decided
        ],
        levels=[get_certainty_name(level)(language) for level in reversed(Certainty)],
        level=_find_only_level(rows, language),
        own=board.is_own,
        filters=_list_filters(rows, t),
        tabs=[
            (state, _group_rows(state, listed, t), len(listed))
            for state, listed in by_state
        ],
        folding=Markup(json.dumps(_build_search_folding(), ensure_ascii=False)),  # noqa: S704 - ours
    )


def list_search_texts(board: Board) -> dict[str, str]:
    """Return the searchable text of each claim's page.

    These are the claim's own words, its question and its bottom line.
    """
    return {
        find_in_language(f"claims/{answer.claim}", language): text
        for answer in board.answers
        for text in [_list_own_words(answer)]
        for language in LANGUAGES
    }


def list_spelled_numbers(board: Board) -> dict[str, str]:
    """Return for each claim's page, in digits, the numbers that its text spells out."""
    quotes = {
        answer.claim: " ".join(describe_answer(answer, t).quote for t in LANGUAGES)
        for answer in board.answers
    }
    return {
        find_in_language(f"claims/{claim}", language): " ".join(_spell_in_digits(quote))
        for claim, quote in quotes.items()
        for language in LANGUAGES
    }


def _list_own_words(answer: Answer) -> str:
    entry, conclusion = answer.about.entry, answer.conclusion
    words = [entry.en, entry.zh]
    for language in LANGUAGES:
        texts, t = describe_answer(answer, language), Words(language)
        words += [texts.quote, texts.question, t(f"theme.{entry.theme}")]
    if conclusion.written:  # a template's words are every claim's
        words += [conclusion.bottom_line(t) for t in LANGUAGES]
    return " ".join(words)


def _spell_in_digits(text: str) -> list[str]:
    """Return in digits the numbers that a text writes as words.

    >>> _spell_in_digits("Nine in ten groups fail")
    ['90%', '10']
    """
    numbers = read_entries("search")["phrases"]
    held = {phrase: n for phrase, n in numbers.items() if phrase in text.lower()}
    return list(
        dict.fromkeys(
            f"{number}%" if SHARE.search(phrase) else number
            for phrase, number in held.items()
            if number[:1].isdecimal()
        )
    )


def rank_famous_pages() -> dict[str, int]:
    """Return how far searches lift the pages of the most prominent claims."""
    return {
        find_in_language(f"claims/{name}", language): LIFT * (len(FAMOUS) - place)
        for place, name in enumerate(FAMOUS)
        for language in LANGUAGES
    }


def _list_filters(
    rows: Sequence[_Row], t: Words
) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the filters of the claims list: theme, article, answer, source."""
    themes = sorted({row.entry.theme for row in rows})
    articles = sorted({row.entry.article for row in rows})
    answers = dict.fromkeys(row.conclusion.answer for row in rows)
    sources = sorted({name for row in rows for name in row.sources}, key=t.source)
    return [
        ("theme", [(theme, t(f"theme.{theme}")) for theme in themes]),
        ("article", [(article, t.article(article)) for article in articles]),
        (
            "answer",
            [
                (decided.name.lower(), get_answer_name(decided)(t.language))
                for decided in Decided
                if decided in answers
            ],
        ),
        ("source", [(source, t.source(source)) for source in sources]),
    ]


def _group_rows(
    state: str, rows: Iterable[_Row], t: Words
) -> list[tuple[str, list[_Row]]]:
    """Group tested claims by theme, untested ones by the kind of data missing.

    The claims of the front page and those with an answer come first, without a heading.
    """
    parts: dict[str, list[_Row]] = {}
    for row in rows:
        parts.setdefault(_choose_heading(state, row, t), []).append(row)
    return sorted(parts.items(), key=lambda kv: (kv[0] != "", -len(kv[1]), kv[0]))


def _choose_heading(state: str, row: _Row, t: Words) -> str:
    if state != "tested":
        missing = f"{t('claims.lacking')}{t('claim.colon')}{row.lacking}"
        return missing if row.lacking else ""
    if row.entry.id in FAMOUS or row.conclusion.answer.decides:
        return ""
    return capitalise(t(f"theme.{row.entry.theme}"))


def _build_search_folding() -> dict[str, object]:
    """Return the synonyms and numerals that searches treat as equal."""
    search_words = read_entries("search")
    words = {name: search_words[name]["words"] for name in ("same", "skip")}
    return words | {"phrases": search_words["phrases"]}
