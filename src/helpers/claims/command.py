"""What ``shequn claims`` prints: a table of answers, or one answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.claims.answer import Answer, is_number, name_kind
from helpers.claims.register import Claim, get_claim, read_register
from helpers.claims.store import (
    compute_answers,
    list_differences,
    read_answers,
    write_answers,
)
from helpers.claims.words import CERTAINTIES, format_number
from helpers.wording.terminal import is_chinese_locale

SHOWN = 20  # differences that are printed


def tabulate_answers(claim_id: str = "") -> pd.DataFrame:
    """Return the stored answers of all claims, or of one, a row each kind."""
    answers = read_answers().answers
    if not claim_id:
        return answers
    return answers[answers["claim"].eq(get_claim(claim_id).id)]


def format_table(answers: pd.DataFrame) -> str:
    """Format the answers for a terminal: a line per claim."""
    language = "zh" if is_chinese_locale() else "en"
    stored = read_answers()
    lines = []
    for claim_id in dict.fromkeys(answers["claim"]):
        answer = stored.get(claim_id)
        marks = "●" * answer.marks + "○" * (4 - answer.marks)
        found = answer.say(language) if answer.is_measured else ""
        lines.append(f"{claim_id:32} {answer.say_word(language):24} {marks} {found}")
    return "\n".join(lines)


def describe_answer(claim_id: str, language: str = "en") -> str:
    """Describe one answer in lines: sentence, word, kinds, sources and limits."""
    answer = read_answers().get(claim_id)
    return "\n".join(_list_lines(answer, language))


def _list_lines(answer: Answer, language: str) -> Iterator[str]:
    yield answer.claim.short[language]
    yield answer.say(language)
    if not answer.is_measured:
        return
    reasons = answer.explain(language)
    sure = CERTAINTIES[answer.certainty][language]
    yield f"{answer.say_word(language)} · {sure}" + "".join(f" · {each}" for each in reasons)
    for row in answer.by_kind.itertuples():
        if "~" in row.reading:
            continue
        kind = name_kind(row.kind)[language]
        mean, low, high = (
            format_number(value, row.of) for value in (row.mean, row.low, row.high)
        )
        yield f"  {row.reading} · {kind}: {mean} ({low}–{high}), {row.n_sources} · {row.word}"
    for row in answer.estimates.itertuples():
        if "~" in row.reading:
            continue
        of = _find_unit(answer, row.reading)
        limits = [
            format_number(value, of) if is_number(value) else "–"
            for value in (row.estimate, row.low, row.high)
        ]
        yield f"    {row.study}: {limits[0]} ({limits[1]}–{limits[2]}), n = {row.n:,}, {row.role}"


def _find_unit(answer: Answer, reading: str) -> str:
    return next(each for each in answer.claim.readings if each.key == reading).quantity.of


def recompute_answers(*, write: bool = False) -> int:
    """Compute all answers again, print what differs, and store them if asked to.

    Returns
    -------
    int
        1 if the stored answers differ and are left as they are.
    """
    computed = compute_answers(progress=_show_progress)
    if write:
        write_answers(computed)
        read_answers.cache_clear()
        print(f"stored: {len(read_register())} claims")
        return 0
    differences = list_differences(read_answers(), computed)
    for line in differences[:SHOWN]:
        print(line)
    print(f"{len(differences)} rows differ from the stored ones")
    return int(bool(differences))


def _show_progress(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield claims, and show on a terminal how many are done."""
    start = time.process_time()
    for number, claim in enumerate(claims, 1):
        yield claim
        if sys.stderr.isatty():
            spent = time.process_time() - start
            end = "\n" if number == len(claims) else ""
            print(f"\r{number} of {len(claims)} claims, {spent:.0f} s of CPU",
                  end=end, file=sys.stderr, flush=True)  # fmt: skip
