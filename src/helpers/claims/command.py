"""What ``shequn claims`` prints: a table of answers, or one answer."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers.claims.answer import is_number
from helpers.claims.register import get_claim
from helpers.claims.store import read_answers
from helpers.claims.words import draw_marks, format_number, name_kind
from helpers.wording import Language, render
from helpers.wording.terminal import is_chinese_locale


def tabulate_answers(claim_id: str = "") -> pd.DataFrame:
    """Return the stored answers of all claims, or of one, a row each kind."""
    answers = read_answers().answers
    if not claim_id:
        return answers
    return answers[answers["claim"].eq(get_claim(claim_id).id)]


def format_table(answers: pd.DataFrame) -> str:
    """Format the answers for a terminal: a line per claim."""
    language: Language = "zh" if is_chinese_locale() else "en"
    chosen = set(answers["claim"])
    lines = []
    for answer in read_answers().get_all():
        if answer.claim.id not in chosen:
            continue
        found = answer.say(language) if answer.is_measured else ""
        marks = draw_marks(answer.marks) if answer.marks else ""
        lines.append(
            f"{answer.claim.id:32} {answer.say_word(language):24} {marks} {found}"
        )
    return "\n".join(lines)


def describe_answer(claim_id: str, language: Language) -> Iterator[str]:
    """Yield lines about one answer: sentence, word, kinds, sources and limits."""
    answer = read_answers().get(claim_id)
    yield answer.claim.short[language]
    yield answer.say(language)
    if not answer.is_measured:
        return
    yield from answer.list_words(language)
    yield answer.say_on_wechat(language)
    if reasons := answer.explain(language):
        yield " · ".join(reasons)
    for row in _list_main(answer.by_kind):
        kind = render(name_kind(row["kind"]), language)
        found = _format_range(row, row["of"], "mean")
        sources = f"{row['n_sources']} · {row['word']}"
        yield f"  {row['reading']} · {kind}: {found}, {sources}"
    units = {reading.key: reading.of for reading in answer.claim.readings}
    for row in _list_main(answer.estimates):
        found = _format_range(row, units[row["reading"]], "estimate")
        yield f"    {row['study']}: {found}, n = {row['n']:,}, {row['role']}"


def _list_main(table: pd.DataFrame) -> list[dict[str, Any]]:
    """List the rows of readings, without their alternative definitions."""
    main = table.loc[~table["reading"].str.contains("~", na=False)]
    return [{str(name): row[name] for name in row} for row in main.to_dict("records")]


def _format_range(row: Mapping[str, Any], of: str, name: str) -> str:
    value, low, high = (
        format_number(row[column], of) if is_number(row[column]) else "–"
        for column in (name, "low", "high")
    )
    return f"{value} ({low}–{high})"
