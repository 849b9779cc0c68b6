"""The table of answers, and a page per answered claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.answer import Answer
from helpers.claims.printed import list_polls, list_searches
from helpers.claims.trials import list_trials
from helpers.claims.words import (
    BY_THRESHOLD,
    NOT_MEASURED,
    OPEN,
    WORDS,
    count_marks,
    draw_marks,
    format_number,
    name_kind,
)
from helpers.figures.drawing import INK
from helpers.wording import Language, render, say
from pipeline.site.articles import describe_article
from pipeline.site.cards import Card
from pipeline.site.charts import SIDES, chart_claim, cite_chart, is_related, write_chart
from pipeline.site.follow_up import list_followed
from pipeline.site.language import Reader, join_ends, of_hundred
from pipeline.site.practices import describe_trial
from pipeline.site.sources import (
    list_references,
    locate_source,
    name_published,
    name_study,
)

CERTAINTIES = (say("high"), say("moderate"), say("low"), say("very low"))
DIFFERENCES = ("points", "sd")  # forms of them
UNSURE = 2  # marks of a low certainty
MOST_PAGES = 38  # of claims, so that both languages stay below 130 pages
ORDER = tuple(word for word in WORDS if word != NOT_MEASURED)
DRAWN = ("poll", "trial")  # whose single intervals are of sampling alone
ENDS = ("s0-three-month-death", "s1-over-90-fail")  # answers about groups' ends


def locate_answers(answers: Sequence[Answer]) -> dict[str, str]:
    """Return where each measured claim is answered, below ``claims/``.

    Those that readers ask for have a page; the others are sections of one.
    """
    measured = [answer for answer in answers if answer.is_measured]
    ordered = sorted(
        measured,
        key=lambda a: (
            a.claim.row.priority,
            is_related(a),
            a.word == OPEN,
            -count_marks(str(a.overall["certainty"])),
        ),
    )
    return {
        answer.claim.id: f"{answer.claim.id}.html"
        if at < MOST_PAGES
        else f"more.html#{answer.claim.id}"
        for at, answer in enumerate(ordered)
    }


def list_answers(
    answers: Sequence[Answer], places: Mapping[str, str], reader: Reader
) -> list[dict[str, Any]]:
    """Return the rows of the table, most likely claims first."""
    rows = [
        _describe_row(a, f"claims/{places[a.claim.id]}", reader)
        for a in answers
        if a.is_measured
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row["key"]), -row["p"]))


def _describe_row(answer: Answer, href: str, reader: Reader) -> dict[str, Any]:
    main, language = answer.overall, reader.language
    return {
        "id": answer.claim.id,
        "claim": answer.claim.short[language],
        "found": format_found(main, answer.form, reader),
        "dots": place_dots(main, answer),
        "claimed": format_claimed(answer, reader),
        "key": answer.word,
        **word_answer(answer, language),
        "theme": answer.claim.row.theme,
        "theme_name": reader(answer.claim.row.theme),
        "href": href,
        "sentence": answer.say(language),
        "p": float(main["p_claim"]),
        "order": ORDER.index(answer.word),
    }


def word_answer(answer: Answer, language: Language) -> dict[str, Any]:
    """Return the words of an answer: where it was measured, and on WeChat.

    A related number has no certainty, so no marks.
    """
    sure, word = answer.certainty, render(WORDS[answer.word], language)
    return {
        "place": answer.say_place(language),
        "word": word,
        "parts": answer.say_word(language).removeprefix(word),
        "marks": answer.marks,
        "certainty": render(sure, language),
        "on_wechat": answer.say_on_wechat(language),
        "word_on_wechat": answer.say_word_on_wechat(language),
    }


def format_found(
    row: pd.Series[Any], form: str, reader: Reader, mean: str = "mean"
) -> str:
    """Return an estimate with its 95 % interval, in readers' units.

    >>> row = pd.Series({"mean": 0.19, "low": 0.1, "high": 0.31})
    >>> format_found(row, "share", Reader("en"))
    '19% (10–31%)'
    """
    told, low, high = (_sign(float(row[name]), form) for name in (mean, "low", "high"))
    ends = join_ends(low.removesuffix("%"), high, reader)
    return _name_unit(told, form, reader) + reader.enclose(ends)


def _sign(value: float, form: str) -> str:
    """Return a number; a difference that is above zero has its sign."""
    number = format_number(value, form)
    return f"+{number}" if form in DIFFERENCES and value > 0 else number


def _name_unit(number: str, form: str, reader: Reader) -> str:
    """Return a number with its unit, where it is no share and no count."""
    return reader.name("form", form, n=number) or reader.multiply(number, form)


def format_claimed(answer: Answer, reader: Reader) -> str:
    """Return the claimed number in words, and whether it is ours."""
    claimed, form = answer.claim.readings[0].claimed_range, answer.form
    numbers = [_name_unit(_sign(n, form), form, reader) for n in claimed.numbers]
    if form == "ratio" and claimed.numbers == (1.0,):
        told = reader("more") if np.isinf(claimed.high) else reader("less")
    elif len(numbers) > 1:
        told = "–".join(numbers)
    elif np.isinf(claimed.high):
        told = reader("more than {number}", number=numbers[0])
    else:
        told = reader("less than {number}", number=numbers[0])
    if answer.claim.readings[0].ours:
        return reader("we count it as true if {number}", number=told)
    return reader("claimed: {number}", number=told)


def place_dots(row: pd.Series[Any], answer: Answer) -> dict[str, float]:
    """Return the places of estimate, interval and claimed number, from 0 to 100.

    Shares lie on their own scale, everything else on that of the claimed number's
    multiples, a tenth to ten times; differences from −1 to 1.
    """
    of, claimed = str(row["of"]), answer.claim.readings[0].claimed_range.numbers
    values = [float(row[name]) for name in ("low", "mean", "high")] + [*claimed]
    if of == "share":
        places = [100 * value for value in values]
    elif of == "difference":
        places = [50 + 50 * value for value in values]
    else:
        unit = claimed[0]
        places = [
            50 + 50 * float(np.log10(max(value, 1e-9) / unit)) for value in values
        ]
    low, mean, high, *marks = (round(min(max(place, 0), 100), 1) for place in places)
    return {"low": low, "mean": mean, "high": high, "claimed": marks[0]}


def format_bars(answer: Answer, reader: Reader) -> str:
    """Return the range of an answer that depends on the threshold."""
    if answer.word != BY_THRESHOLD:
        return ""
    form, key, rows = answer.form, answer.overall["reading"], answer.by_kind
    same = rows["kind"].eq("all") & rows["reading"].str.split("~").str[0].eq(key)
    low, high = (float(end) for end in rows.loc[same, "mean"].agg(["min", "max"]))
    if low == high:
        return ""
    if form == "share":
        return f"{reader.range_of(low, high)}%"
    ends = join_ends(_sign(low, form), _sign(high, form), reader)
    return _name_unit(ends, form, reader)


def format_value(value: float, form: str, reader: Reader) -> str:
    """Return a number with its unit, in the shortest form.

    >>> (
    ...     format_value(0.193, "share", Reader("en")),
    ...     format_value(1.5, "ratio", Reader("en")),
    ... )
    ('19 of 100', '1.50×')
    """
    if form == "share":
        return reader("{n} of 100", n=of_hundred(value))
    return _name_unit(_sign(value, form), form, reader)


def format_headline(answer: Answer, reader: Reader) -> str:
    """Return where a claim was measured, its verdict and number, or their range."""
    word = render(WORDS[answer.word], reader.language)
    told = reader.enclose(_format_number(answer, reader))
    return f"{answer.say_place(reader.language)}{reader(': ')}{word}{told}"


def _format_number(answer: Answer, reader: Reader) -> str:
    mean = float(answer.overall["mean"])
    return format_bars(answer, reader) or format_value(mean, answer.form, reader)


def ask_claim(answer: Answer, reader: Reader) -> str:
    """Return a claim as a question.

    >>> from helpers.claims.store import read_answers
    >>> ask_claim(read_answers().get("s0-three-month-death"), Reader("en"))
    'Most groups die in little more than three months?'
    """
    return reader("{claim}?", claim=answer.claim.short[reader.language])


def build_card(answer: Answer, reader: Reader) -> Card:
    """Return the card of a claim: question, answer, finding, scale, and n."""
    main, of = answer.overall, str(answer.overall["of"])
    dots = place_dots(main, answer)
    claimed = answer.claim.readings[0].claimed_range.numbers[0]
    ends = {"share": (0.0, 1.0), "difference": (-1.0, 1.0)}
    start, end = ends.get(of, (claimed / 10, 10 * claimed))
    label = " ".join(answer.claim.readings[0].label[reader.language].split())
    colon = reader(": ")
    word = render(WORDS[answer.word], reader.language)
    marks = f" {draw_marks(answer.marks)}" if answer.marks else ""
    asked = ask_claim(answer, reader)
    on_wechat = answer.say_word_on_wechat(reader.language)
    return Card(
        title=f"{asked} {format_headline(answer, reader)}",
        above=asked,
        headline=f"{word[0].upper()}{word[1:]}{colon}{_format_number(answer, reader)}",
        text=answer.say(reader.language),
        colour=SIDES.get(answer.word, INK),
        dots=dots,
        words=(
            format_claimed(answer, reader),
            f"{100 * start if answer.form == 'points' else start:g}".replace("-", "−"),
            format_value(end, answer.form, reader),
            label,
        ),
        where=f"{answer.say_place(reader.language)}{marks} · "
        f"{reader('On WeChat')}{colon}{on_wechat}",
        note=count_rows(main, answer.claim.readings[0].over, reader),
    )


def list_unmeasured(answers: Sequence[Answer], reader: Reader) -> list[dict[str, str]]:
    """Return the claims without a number, and what it would take to measure them."""
    language = reader.language
    return [
        {
            "id": answer.claim.id,
            "claim": answer.claim.short[language],
            "needs": answer.claim.needs[language],
        }
        for answer in answers
        if not answer.is_measured
    ]


def build_claim(
    answer: Answer, chapters: Mapping[str, str], reader: Reader, out: Path, page: str
) -> dict[str, Any]:
    """Write a claim's chart; return what the template of its page needs."""
    language, main = reader.language, answer.overall
    over = answer.claim.readings[0].over
    asked, told = ask_claim(answer, reader), format_headline(answer, reader)
    chart = chart_claim(answer, asked, told, reader)
    readings = {reading.key: reading for reading in answer.claim.readings}
    rows, own = answer.by_kind, answer.main_estimates
    is_main = rows["reading"].eq(rows["reading"].iloc[0])
    kinds = rows[is_main & rows["kind"].ne("all")]
    drawn = own.loc[own["role"].eq("published"), "study"]
    low, high = (
        _sign(float(main[end]), answer.form) for end in ("next_low", "next_high")
    )
    return {
        "id": answer.claim.id,
        "article": describe_article(answer.claim.row.article, reader),
        "polls": bool(len(list_polls(answer.claim.id))),
        "references": list_references(answer.claim.id, reader, *drawn),
        "followed": list_followed(reader) if answer.claim.id in ENDS else {},
        "trials": [
            describe_trial(row, reader)
            for _, row in list_trials(answer.claim.id).iterrows()
        ],
        "searches": [  # what was looked for where the answer is open or unsure
            {
                "date": str(one.date),
                "looked_for": one.looked_for[language],
                "found": one.found[language],
            }
            for one in list_searches(answer.claim.id)
            if answer.word == OPEN or answer.marks <= UNSURE
        ],
        "asked": asked,
        "statement": answer.claim.statement[language],
        "sentence": answer.say(language),
        "key": answer.word,
        **word_answer(answer, language),
        "by_kind": [
            {
                "kind": render(name_kind(str(row["kind"])), language),
                "sources": int(row["n_sources"]),
                "n": _count_kind(
                    own[own["kind"].eq(row["kind"])], over, reader, row["n_units"]
                ),
                "found": format_found(row, answer.form, reader),
                "word": render(WORDS[str(row["word"])], language),
            }
            for _, row in kinds.iterrows()
        ],
        "overall": {
            "found": format_found(main, answer.form, reader),
            "claimed": format_claimed(answer, reader),
            "sources": int(main["n_sources"]),
            "n": count_units(main["n_units"], over, reader),
        },
        "next": _name_unit(join_ends(low, high, reader), answer.form, reader),
        "polled": {*answer.overall["kinds"].split()} <= {"poll", "survey"},
        "lonely": bool(kinds.loc[~kinds["kind"].isin(DRAWN), "n_sources"].eq(1).any()),
        "svg": write_chart(chart, reader, out, page),
        "note": chart.note,
        "cite": cite_chart(chart.name, chart.title, reader, "../figures", page),
        "sources": list(_list_claim_sources(answer, reader)),
        "others": list(_list_others(answer, readings, reader)),
        "reasons": answer.explain(language),
        "limits": answer.claim.row.limits[language],
        "would_change": answer.claim.row.would_change[language],
        "owner": answer.claim.row.owner[language],
        "chapter": chapters.get(answer.claim.id, ""),
        "number": answer.claim.row.chapter,
    }


def _list_claim_sources(answer: Answer, reader: Reader) -> list[dict[str, Any]]:
    rows, form, over = [], answer.form, answer.claim.readings[0].over
    for at, each in answer.main_estimates.iterrows():
        number = _name_unit(_sign(each.estimate, form), form, reader)
        if np.isfinite(each.low) and each.role != "published":  # sampling is no doubt
            number = format_found(each, form, reader, mean="estimate")
        rows.append(
            {
                "name": name_published(str(each.study), each.estimate)[reader.language]
                if each.role == "published"
                else name_study(str(each.study), reader),
                "href": locate_source(str(each.study)),
                "kind": render(name_kind(str(each.kind)), reader.language),
                "found": number,
                "n": _count_kind(answer.main_estimates.loc[[at]], over, reader),
                "role": reader.name("role", each.role),
                "pushes": reader.name("pushes", each.pushes),
            }
        )
    return rows


def count_units(n: float, unit: str, reader: Reader, sign: str = "") -> str:
    """Return how many: plain after a sign if groups or people, else with their name.

    >>> [count_units(91, unit, Reader("en"), "n = ") for unit in ("groups", "perks")]
    ['n = 91', '91 perks']
    """
    return reader.name("n", unit, n=f"{n:,.0f}") or f"{sign}{n:,.0f}"


def _count_kind(own: pd.DataFrame, over: str, reader: Reader, n: float = 0) -> str:
    """Return of how many units numbers are, named where they are not the claim's."""
    whole = own[own["n"].gt(0) & (own["role"].ne("part") | (len(own) == 1))]
    units = whole.groupby("unit", sort=False)["n"].sum()
    if n and len(units) == 1:  # not all of them may be pooled
        units.iloc[0] = n
    plain = {"groups", "people"} - {over}
    names = [f"other {unit}" if unit in plain else str(unit) for unit in units.index]
    return reader(", ").join(map(count_units, units, names, repeat(reader)))


def count_rows(row: pd.Series[Any], over: str, reader: Reader) -> str:
    """Return of how many places and units a pooled number is.

    >>> count_rows(pd.Series({"n_sources": 1, "n_units": 91}), "groups", Reader("en"))
    'one place, n = 91'
    """
    n = int(row["n_sources"])
    places = reader("{n} places", n=n) if n > 1 else reader("one place")
    return places + reader(", ") + count_units(row["n_units"], over, reader, "n = ")


def _list_others(
    answer: Answer, readings: dict[str, Any], reader: Reader
) -> list[dict[str, str]]:
    """List other definitions of the main reading, and other readings."""
    rows, main = [], answer.claim.readings[0].key
    overall = answer.by_kind[answer.by_kind["kind"].eq("all")].iloc[1:]
    overall = overall.sort_values(  # a definition's label goes on from the main one's
        "reading", key=lambda keys: ~keys.str.contains("~"), kind="stable"
    )
    for _, row in overall.iterrows():
        key, _, number = str(row["reading"]).partition("~")
        reading = readings.get(key)
        if reading is None or (number and key != main):
            continue
        label = reading.also[int(number) - 1].label if number else reading.label
        found = format_found(row, reading.form, reader) + reader(", ")
        found += count_rows(row, reading.over, reader)
        rows.append({"label": label[reader.language], "found": found})
    return rows
