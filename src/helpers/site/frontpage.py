"""The first page: the overall answer in computed sentences, and the scoreboard."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup

from helpers.claims.fixed.register import claim
from helpers.claims.rules.interval_rules import Word
from helpers.prose import say
from helpers.site.blocks import anchored
from helpers.site.languages import Words
from helpers.site.rendering import in_language, render, study_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.claims import Claim
    from helpers.site.board import Answer, Board, Cell
    from helpers.site.languages import Language
    from helpers.site.quotable import Numbers

__all__ = ["front_page", "overall", "sentences", "word_of"]

LETTERS = MappingProxyType(
    dict(zip((*Word, "APART", "WAITING"), "SCTIFUXAW", strict=True))
)
SILENT = (Word.UNTESTABLE, Word.UNFALSIFIABLE, "WAITING")


def word_of(answer: Answer) -> str:
    """Return a claim's word over all studies, also where that is no verdict."""
    return answer.word or ("APART" if answer.speaking else "WAITING")


def overall(board: Board) -> dict[str, int]:
    """Count the claims by what becomes of them."""
    words = Counter(word_of(one) for one in board.answers)
    falsifiable = [one for one in board.answers if one.word != Word.UNFALSIFIABLE]
    open_words = (Word.INCONCLUSIVE, Word.FRAGILE, Word.TOO_SMALL)
    return {
        "claims": len(board.answers),
        "studies": len(board.answers[0].cells),
        "speaking": sum(bool(one.speaking) for one in board.answers),
        "supported": words[Word.SUPPORTED],
        "contradicted": words[Word.CONTRADICTED],
        "open": sum(words[word] for word in open_words),
        "apart": words["APART"],
        "untestable": words[Word.UNTESTABLE],
        "unfalsifiable": words[Word.UNFALSIFIABLE],
        "waiting": words["WAITING"],
        "testable": len(falsifiable),
        "testless": sum(one.population == Word.UNTESTABLE for one in falsifiable),
    }


def sentences(board: Board, language: Language) -> list[Markup]:
    """Return three sentences of overall answer, every number computed and marked."""
    t, numbers = Words(language), overall(board)
    lacking = Counter(
        name
        for one in board.answers
        if one.word == Word.UNTESTABLE
        for name in _lacked_by_all(one)
    )
    name, many = min(lacking.items(), key=lambda kv: (-kv[1], kv[0]), default=("", 0))
    said = {
        "most": t.need(name) if name else t("front.other"),
        "wanting": many,
        "why": _population(board, t),
    }
    values = numbers | said
    keys = ("decided", "silent", "population")
    told = (say("front", t(f"front.{key}"), **values).markdown for key in keys)
    return [Markup(text) for text in told]  # noqa: S704 - `say` escapes what it fills in


def _lacked_by_all(answer: Answer) -> set[str]:
    lacked = [set(cell.missing) for cell in answer.cells]
    return set.intersection(*lacked) if lacked else set()


def front_page(
    board: Board,
    numbers: Numbers,
    language: Language,
    *,
    notebooks: Sequence[tuple[str, str]],
    contents: Sequence[tuple[str, Sequence[str]]] = (),
) -> str:
    """Return the front page's source.

    Parameters
    ----------
    notebooks
        Address and title of each notebook.
    contents
        The pages that Sphinx numbers, by caption; English only.
    """
    t, entries = Words(language), [claim(one.claim) for one in board.answers]
    pairs = list(zip(entries, board.answers, strict=True))
    studies = [cell.study for cell in board.answers[0].cells]
    themes = dict.fromkeys(entry.theme for entry in entries)
    words = [word for word in LETTERS if any(_has(one, word) for one in board.answers)]
    filters = [
        ("article", [(a, a) for a in dict.fromkeys(e.article for e in entries)]),
        ("theme", [(theme, t(f"theme.{theme}")) for theme in themes]),
        ("verdict", [(word, t(f"verdict.{word}")) for word in words]),
        ("corpus", [(str(n), name) for n, name in enumerate(studies)]),
    ]
    said = [Markup(anchored(one)) for one in sentences(board, language)]  # noqa: S704 - ours
    return render(
        "front.md",
        in_language("index.html", language),
        language,
        sentences=said,
        population=_population(board, t),
        population_word=_only(one.population for one in board.answers),
        words=words,
        silent=SILENT,
        filters=filters,
        rows=[_row(entry, one, numbers, language) for entry, one in pairs],
        notebooks=notebooks,
        contents=contents,
    )


def _population(board: Board, t: Words) -> str:
    """Say why no claim, or which, is answered for the groups that the articles mean."""
    numbers = overall(board)
    silent = numbers["testless"] == numbers["testable"]
    return t("front.nobody" if silent else "front.some")


def _only(words: Iterable[str | None]) -> str:
    """Return the one verdict of all falsifiable claims; APART if they differ."""
    found = {word for word in words if word != Word.UNFALSIFIABLE}
    return (found.pop() if len(found) == 1 else None) or "APART"


def _has(answer: Answer, word: str) -> bool:
    return word == word_of(answer) or any(_word(c) == word for c in answer.cells)


def _word(cell: Cell) -> str:
    return cell.word or "WAITING"


def _row(
    entry: Claim, answer: Answer, numbers: Numbers, language: Language
) -> dict[str, object]:
    by_word: dict[str, list[str]] = {}
    for cell in answer.cells:
        by_word.setdefault(_word(cell), []).append(cell.study)
    return {
        "href": in_language(f"claims/{entry.id}.html", language),
        "mine": getattr(entry, language),
        "theirs": entry.zh if language == "en" else entry.en,
        "article": entry.article,
        "theme": entry.theme,
        "word": word_of(answer),
        "qualifiers": answer.qualifiers,
        "letters": "".join(LETTERS[_word(cell)] for cell in answer.cells),
        "counted": sorted(by_word.items(), key=lambda kv: list(LETTERS).index(kv[0])),
        "speaking": [_speaking(entry, cell, numbers) for cell in answer.speaking],
    }


def _speaking(entry: Claim, cell: Cell, numbers: Numbers) -> dict[str, object]:
    name = f"{entry.id}.{cell.study}"
    return {
        "word": cell.word,
        "study": cell.study,
        "href": study_page(cell.study),
        "qualifiers": cell.qualifiers,
        "text": numbers.interval(name) if cell.headline else "",
    }
