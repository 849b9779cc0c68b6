"""The page of practices: trials on online groups, and their results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from helpers.claims.answer import Answer
from helpers.claims.register import Text
from helpers.claims.trials import list_trials
from helpers.claims.words import format_number
from helpers.files import read_own_rows
from pipeline.site.language import Reader, join_ends

FIELD = re.compile(r"\{([\w-]+):(points|times|more)\}")
LARGE = 800  # people or discussions in a large trial
ALREADY, GAIN = 0.24, 0.02  # still there after two weeks, and more of them with thanks
Z_BOTH = 1.96 + 0.84  # two-sided 5 %, 80 % power


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """A practice: words in both languages, its trials, and the claim next to it."""

    name: Text
    found: Text
    whom: Text
    cost: Text
    trials: tuple[str, ...]
    claim: str


@cache
def read_practices() -> tuple[Practice, ...]:
    """Read the practices, in the order of the page."""
    rows = read_own_rows("site", "practices.toml", package="pipeline")["practice"]
    return tuple(msgspec.convert(row, Practice) for row in rows)


def list_practices(
    answers: Sequence[Answer], places: Mapping[str, str], reader: Reader
) -> Iterator[dict[str, Any]]:
    """Yield a row per practice: those assigned at random first, the surest first.

    `places` say where claims are answered.
    """
    known = {answer.claim.id: answer for answer in answers}
    trials = list_trials().set_index("trial")
    rows = [
        _describe_practice(each, trials.loc[list(each.trials)], known, reader)
        for each in read_practices()
    ]
    for row in sorted(rows, key=lambda row: (not row["lot"], -row["marks"])):
        yield row | {"href": places.get(row["claim"], "")}


def _describe_practice(
    practice: Practice, own: pd.DataFrame, known: dict[str, Answer], reader: Reader
) -> dict[str, Any]:
    language, answer = reader.language, known.get(practice.claim)
    marks = grade_trials(own)
    return {
        "name": practice.name[language],
        "found": fill_numbers(practice.found[language], own, reader),
        "whom": fill_numbers(practice.whom[language], own, reader),
        "cost": practice.cost[language],
        "lot": bool(own["lot"].any()),
        "marks": marks,
        "sure": reader.name("marks", marks),
        "trials": [describe_trial(row, reader) for _, row in own.iterrows()],
        "claim": practice.claim,
        "short": answer.claim.short[language] if answer else "",
        "ours": answer.say(language) if answer and answer.is_measured else "",
    }


def fill_numbers(text: str, trials: pd.DataFrame, reader: Reader) -> str:
    """Fill a text with numbers of trials, each with its own interval if it has one.

    >>> row = {"estimate": [0.022], "low": [0.01], "high": [0.034]}
    >>> trials = pd.DataFrame(row, index=["thanks"])
    >>> fill_numbers("{thanks:points} more of 100", trials, Reader("en"))
    '2.2 (1.0–3.4) more of 100'
    """
    rows = {str(key): row for key, row in trials.iterrows()}
    return FIELD.sub(lambda at: format_trial(rows[at[1]], at[2], reader), text)


def format_trial(row: pd.Series[Any], form: str, reader: Reader) -> str:
    """Return a trial's number with its interval: points of 100, times, or percent.

    Without a form it is in its own unit. Points without an interval have the digits
    that were printed.

    >>> row = pd.Series({"estimate": -0.08, "low": np.nan, "high": np.nan})
    >>> [format_trial(row, form, Reader("en")) for form in ("points", "")]
    ['−8', '−0.08']
    """
    bare = np.isnan(row["low"])
    written = "printed" if bare and form == "points" else form
    mean, low, high = (
        _write_effect(float(row[name]), written) for name in ("estimate", "low", "high")
    )
    told = reader.multiply(mean) if form == "times" else mean
    return told if bare else told + reader.enclose(join_ends(low, high, reader))


def _write_effect(value: float, form: str) -> str:
    texts = {"": f"{value:+g}", "printed": f"{100 * value:.3g}"}
    if form in texts:
        return texts[form].replace("-", "−")
    return format_number(value, "ratio", "" if form == "times" else form)


def grade_trials(trials: pd.DataFrame) -> int:
    """Grade how sure the trials of a practice are, with one to four marks.

    Four: two large randomised ones, one of them read in full; three: one, or several
    read as abstracts; two: small or second hand ones, or a natural experiment; one: an
    association.
    """
    first_hand = trials["lot"] & trials["read"].ne("second hand")
    large = trials[first_hand & trials["n"].ge(LARGE)]
    if len(large):
        is_read = large["read"].isin(["full text", "recomputed"]).any()
        return 4 if is_read and len({*large["study"]}) > 1 else 3
    natural = trials["design"].eq("natural experiment")
    return 2 if trials["lot"].any() or natural.any() else 1


def describe_trial(row: pd.Series[Any], reader: Reader) -> dict[str, str]:
    """Return a trial in words: treatment, outcome, number, design, how it was read."""
    chinese = "_zh" if reader.is_chinese else ""
    number = ""
    if np.isfinite(row["estimate"]):
        own = "times" if row["scale"] == "ratio" else ""
        number = format_trial(row, "points" if row["points"] else own, reader)
        if row["points"]:
            number = reader("{number} points of 100", number=number)
    year = f"{row['year']}" if isinstance(row["year"], str) else ""
    doi = row["doi"] if isinstance(row["doi"], str) else ""
    hidden, others = reader("(authors not shown)"), reader(" and others")
    authors = str(row["authors"]).replace("(authors not shown)", hidden)
    authors = authors.replace(" and others", others)
    return {
        "what": f"{row[f'treatment{chinese}']}{reader(': ')}{row[f'outcome{chinese}']}"
        f"{reader.enclose(reader.name('of', row['unit']))}",
        "number": number or str(row[f"said{chinese}"]),
        "n": f"{row['n']:,.0f}" if np.isfinite(row["n"]) else "",
        "lot": reader.name("design", row["design"]),
        "read": reader.name("read", row["read"]),
        "citation": " ".join(filter(None, [authors, year])),
        "title": str(row["title"]),
        "url": f"https://doi.org/{doi}" if doi else "",
    }


def count_needed() -> int:
    """Count the people an arm needs to see 26 instead of 24 of 100 stay.

    >>> 7000 < count_needed() < 7600
    True
    """
    after = ALREADY + GAIN
    spread = ALREADY * (1 - ALREADY) + after * (1 - after)
    return round(Z_BOTH**2 * spread / GAIN**2)
