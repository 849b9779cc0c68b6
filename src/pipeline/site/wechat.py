"""The page of polls of WeChat users: printed numbers next to answers from logs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.answer import Answer
from helpers.claims.printed import list_polls
from helpers.claims.words import format_number
from pipeline.site.charts import Chart, chart_shares, cite_chart, write_chart
from pipeline.site.language import Reader, of_hundred
from pipeline.site.sources import list_references
from pipeline.site.tables import iterate_rows

SMALL = 0.01  # a change that is printed with a digit after the point
MOMENTS = "s2-moments-decline"  # of feeds, not of groups: last
SAID = ("value", "low", "high")
BESIDE = {  # claims of which a poll and a count are shares: the poll's number
    "s0-lurkers-are-many": 38, "s2-low-value-majority": 5, "s3-willing-to-pay": 120,
}  # fmt: skip


def describe_said(
    answers: Sequence[Answer], places: Mapping[str, str], reader: Reader, folder: Path
) -> dict[str, Any]:
    """Write the picture of the page of polls; return what its template needs."""
    chart = chart_said(answers, reader)
    data, polls = chart.data.set_index("key"), list_polls()
    years = polls["published"].astype(str).str[:4]
    return {
        "claims": list(list_said(answers, places, reader)),
        "counts": {
            "n": f"{len(polls)}",
            "houses": f"{polls['house'].nunique()}",
            "first": str(years.min()),
            "last": str(years.max()),
        },
        "shares": data["estimate"].map(of_hundred),
        "ranges": data[["low", "high"]].apply(lambda it: reader.range_of(*it), axis=1),
        "chart": {
            "svg": write_chart(chart, reader, folder, "wechat.html#said"),
            "note": chart.note,
            "cite": cite_chart(
                chart.name, chart.title, reader, "figures", "wechat.html#said"
            ),
        },
    }


def chart_said(answers: Sequence[Answer], reader: Reader) -> Chart:
    """Return the chart of what is said in polls beside what is counted elsewhere."""
    known = {answer.claim.id: answer for answer in answers}
    polls, groups = list_polls().set_index("number"), []
    for claim, number in BESIDE.items():
        answer, poll = known[claim], _describe_poll(polls.loc[number], reader)
        ends = zip(("estimate", "low", "high"), polls.loc[number, [*SAID]], strict=True)
        said = dict(ends)
        seen = answer.overall[["mean", "low", "high"]].rename({"mean": "estimate"})
        label = answer.claim.readings[0].label[reader.language]
        rows = [
            {"key": f"said {claim}", "pooled": False,
             "label": reader("said: {what}", what=poll["question"])} | said,
            {"key": f"seen {claim}", "pooled": True,
             "label": reader("counted: {what}", what=label)} | seen.to_dict(),
        ]  # fmt: skip
        groups.append((answer.claim.short[reader.language], pd.DataFrame(rows)))
    silent = known["s0-lurkers-are-many"].overall
    title = reader(
        "Of 100 readers of a Xiamen newspaper {said} say that in WeChat groups they"
        " speak only on topics of interest and are mostly silent; in chats and question"
        " sites {seen}{range} of 100 members who stayed wrote nothing in their first"
        " twelve weeks",
        said=of_hundred(polls["value"].to_dict()[BESIDE["s0-lurkers-are-many"]]),
        seen=of_hundred(silent["mean"]),
        range=reader.bracket(silent["low"], silent["high"]),
    )
    note = reader(
        "Dots: polls, with the error of sampling alone; diamonds: one place or the mean"
        " of several elsewhere, with the 95% interval for such places."
    )
    return chart_shares("said-and-seen", groups, title, note, reader)


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
    groups.sort(
        key=lambda each: (
            each[0].claim.id == MOMENTS,
            not each[0].is_measured,
            -each[1]["own"].sum(),
        )
    )
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
            "references": list_references(answer.claim.id, reader),
            "asked": answer.overall["kinds"] == "poll",
            "found": answer.say(reader.language) if answer.is_measured else "",
        }


def _describe_poll(row: Any, reader: Reader) -> dict[str, Any]:  # noqa: ANN401 - of a table
    chinese, year = reader.is_chinese, str(row.published)[:4]
    question, answer = (
        (row.question_zh, row.answer_zh) if chinese else (row.question, row.answer)
    )
    value = _format_value(row, reader)
    if np.isfinite(row.low):
        ends = (format_number(end, "share") for end in (row.low, row.high))
        value += reader.enclose("–".join(ends).replace("%–", "–"))
    house = row.house_zh if chinese else row.house
    when = "" if year in row.house else year
    whose = row.population_zh if chinese else row.population
    if "second hand" in row.source:
        whose += reader("; ") + reader.name("read", "second hand")
    where = [f"{house} {when}".strip(), whose, "" if row.own else reader("related")]
    return {
        "question": f"{question}{reader(': ')}{answer}",
        "value": value,
        "n": f"{row.n:,.0f}" if pd.notna(row.n) else "",
        "house": house,
        "year": when,
        "where": reader("; ").join(filter(None, where)),
        "whose": whose,
        "own": bool(row.own),
        "trust": row.trust,
        "page": "" if str(row.page) == "same" else str(row.page),
    }


def _format_value(row: Any, reader: Reader) -> str:  # noqa: ANN401 - of a table
    """Return a printed number in its own unit: share, change, times, or as it is."""
    if row.measure == "share":
        return format_number(row.value, "share")
    if row.measure == "change":
        digits = 1 if abs(row.value) < SMALL else 0
        return f"{100 * row.value:+.{digits}f}%".replace("-", "−")
    if row.measure == "ratio":
        return reader.multiply(format_number(row.value, "ratio"))
    return format_number(row.value, "difference")
