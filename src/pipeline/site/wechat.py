"""The page of polls of WeChat users: printed numbers next to answers from logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims import Answer
from helpers.claims.printed.wechat import list_polls
from helpers.claims.words import format_number
from pipeline.site.language import Reader
from pipeline.site.tables import iterate_rows

SMALL = 0.01  # a change that is printed with a digit after the point


def list_said(
    answers: Sequence[Answer], places: Mapping[str, str], reader: Reader
) -> Iterator[dict[str, Any]]:
    """Yield polls and our answer for each claim: measured claims first.

    A claim's own numbers come before related ones, papers and polls with a method
    before numbers of the industry.
    """
    known = {answer.claim.id: answer for answer in answers}
    polls = list_polls()
    groups = [(known[str(claim)], rows) for claim, rows in polls.groupby("claim")]
    groups.sort(key=lambda each: (not each[0].is_measured, -each[1]["own"].sum()))
    for answer, rows in groups:
        ordered = rows.sort_values(
            ["own", "trust", "published"], ascending=[False, True, False]
        )
        yield {
            "id": answer.claim.id,
            "href": places.get(answer.claim.id, ""),
            "claim": answer.claim.short[reader.language],
            "said": [_describe_poll(row, reader) for row in iterate_rows(ordered)],
            "measured": answer.is_measured,
            "asked": answer.estimates["role"].eq("said").any(),
            "found": answer.say(reader.language) if answer.is_measured else "",
        }


def _describe_poll(row: Any, reader: Reader) -> dict[str, Any]:  # noqa: ANN401 - of a table
    chinese, year = reader.is_chinese, str(row.published)[:4]
    question, answer = (
        (row.question_zh, row.answer_zh) if chinese else (row.question, row.answer)
    )
    value = _format_value(row)
    if np.isfinite(row.low):
        ends = (format_number(end, "share") for end in (row.low, row.high))
        value = f"{value} ({'–'.join(ends)})".replace("%–", "–")
    return {
        "question": f"{question}{reader(': ')}{answer}",
        "value": value,
        "n": f"{row.n:,.0f}" if pd.notna(row.n) else "",
        "house": row.house_zh if chinese else row.house,
        "year": "" if year in row.house else year,
        "whose": row.population_zh if chinese else row.population,
        "own": bool(row.own),
        "trust": row.trust,
        "page": "" if str(row.page) == "same" else str(row.page),
    }


def _format_value(row: Any) -> str:  # noqa: ANN401 - of a table
    """Return a printed number in its own unit: share, change, times, or as it is."""
    if row.measure == "share":
        return format_number(row.value, "share")
    if row.measure == "change":
        digits = 1 if abs(row.value) < SMALL else 0
        return f"{100 * row.value:+.{digits}f}%".replace("-", "−")
    if row.measure == "ratio":
        return f"{format_number(row.value, 'ratio')}×"
    return format_number(row.value, "difference")


def count_polls() -> dict[str, str]:
    """Count the printed numbers and who printed them; their first and last year."""
    polls = list_polls()
    years = polls["published"].astype(str).str[:4]
    return {
        "n": f"{len(polls)}",
        "houses": f"{polls['house'].nunique()}",
        "first": str(years.min()),
        "last": str(years.max()),
    }
