"""Faults of a sentence against the register: n, subject, denominator, cause."""

import re
from functools import cache
from typing import NamedTuple

from helpers.claims.pooling import select_pooled
from helpers.claims.register import Reading
from helpers.claims.store import read_answers
from helpers.claims.words import FORMS, format_number
from pipeline.site.language import of_hundred

CAUSE = re.compile(
    r"\b(because|due to|owing to|thanks to)\b|probably as|因为|由于|原因"
)
NOTHING = re.compile(r"[Nn]othing (that )?shows|[Nn]obody can say|没人说得清|说不清")
ALL = re.compile(r"\b[Ii]n all (\d+|two|three|four|five)\b|\d+ 处[^，。；]*都")
SAME = re.compile(r"no clear difference|看不出差别")
KIND_WORDS = {
    "course": "study groups|courses|打卡|课", "qa": "question sites|问答",
    "meetup": "meet-ups|聚会", "list": "working groups|工作组",
    "forum": "lounges|专楼", "open": "open platforms|平台",
}  # fmt: skip
NO_CHANGE = {"ratio": 1.0, "difference": 0.0}
LEAST_N = 100  # of groups or people, that a sentence may take for its denominator


class Printed(NamedTuple):
    """A stored number, with what the register says that it is of."""

    reading: Reading
    kind: str
    numbers: tuple[float, float, float]
    places: int
    n: int
    ends: tuple[tuple[float, float, float], ...]  # of the places that are pooled

    @property
    def forms(self) -> set[tuple[str, str]]:
        """Mean and interval as a sentence may print them."""
        of = self.reading.of
        forms = {"share": ("share", "of100"), "ratio": ("ratio", "less", "more"),
                 "difference": ("difference", "sd", "points")}  # fmt: skip
        told = set()
        for form in forms.get(of, (of,)):
            if form in FORMS:
                mean, *ends = (format_number(n, of, form) for n in self.numbers)
                low, high = reversed(ends) if form == "less" else ends
                told.add((mean.strip("%"), f"{low}–{high}".replace("%", "")))
        return told

    @property
    def changes(self) -> bool:
        """Whether every place that is pooled is clear of no change."""
        none = NO_CHANGE.get(self.reading.of, float("nan"))
        return not any(low <= none <= high for _, low, high in self.ends)


@cache
def list_printed() -> tuple[Printed, ...]:
    """List the stored numbers of all readings, over all kinds and by kind."""
    found = []
    for answer in read_answers().get_all():
        readings = {each.key: each for each in answer.claim.readings}
        rows = answer.by_kind[answer.by_kind["reading"].isin(readings)]
        for row in rows.itertuples():
            reading = readings[row.reading]
            own = answer.estimates[answer.estimates["reading"].eq(row.reading)]
            if row.kind != "all":
                own = own[own["kind"].eq(row.kind)]
            ends = select_pooled(own, reading)[["estimate", "low", "high"]]
            numbers = (row.mean, row.low, row.high)
            found.append(
                Printed(
                    reading, row.kind, numbers, row.places, int(row.n_units),
                    tuple(ends.itertuples(index=False, name=None)),
                )
            )  # fmt: skip
    return tuple(found)


def _has(number: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\d.,–−]){re.escape(number)}(?![\d]|[.,]\d)", text))


def _plain(sentence: str) -> str:
    return re.sub(r"(?<=\d) (to|到) (?=[−+\d])", "–", sentence.replace("%", ""))


def find_faults(sentence: str, *, home: bool = False, title: bool = False) -> list[str]:
    """Return what is wrong with a sentence: by the register, by places, by rows."""
    text = _plain(sentence)
    said = [
        row
        for row in list_printed()
        if row.kind == "all"
        and any(_has(mean, text) and ends in text for mean, ends in row.forms)
    ]
    faults = ["a cause or a nothing"] * bool(
        CAUSE.search(sentence) or NOTHING.search(sentence)
    )
    named = [row for row in said if not _lacks(row.reading, sentence)]
    faults += [_lacks(row.reading, sentence) for row in said if not named]
    for row in named or said:
        if row.places > 1 and row.n >= LEAST_N and _has(f"{row.n:,}", text):
            faults.append("n beside a mean of several places")
        if ALL.search(sentence) and not row.changes:
            faults.append("all of them, one without a change")
        if SAME.search(sentence) and any(
            not (end[1] <= NO_CHANGE[row.reading.of] <= end[2]) for end in row.ends
        ):
            faults.append("no clear difference, and a place with one")
    for row in list_printed():
        faults += _judge_kind(row, sentence, home=home)
        what = row.reading.what
        if (
            title
            and row.kind == "all"
            and row.reading.of == "share"
            and _names(what, sentence)
        ):
            told = any(ends in text for _, ends in row.forms)
            if _has(of_hundred(row.numbers[0]), text) and not told:
                faults.append("a title without an interval")
    return faults


def _names(words: tuple[str, str], sentence: str) -> bool:
    return any(word.replace("’", "'") in sentence.replace("’", "'") for word in words)


def _lacks(reading: Reading, sentence: str) -> str:
    """Return the subject or denominator that a sentence with a number lacks."""
    lacking = [w for w in (reading.what, reading.among) if not _names(w, sentence)]
    return f"not said: {lacking[0].en}" if lacking else ""


def _judge_kind(row: Printed, sentence: str, *, home: bool) -> list[str]:
    """Return what is wrong with the number of a kind of place that is named."""
    words = KIND_WORDS.get(row.kind)
    if not words or row.places > 1 or row.reading.of != "share":
        return []
    number = of_hundred(row.numbers[0])
    if not re.search(
        rf"(?:{words})[^,，;；。]{{0,9}}(?<![\d.]){number}(?![\d.]*\d|–)", sentence
    ):
        return []
    half = all(estimate in {0, 1} for estimate, _, _ in row.ends)
    return ["half a count"] * half + ["a kind of one place"] * home
