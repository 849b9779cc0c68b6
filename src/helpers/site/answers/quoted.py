"""Permanent names of the numbers that sentences on a claim quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from markupsafe import Markup, escape

from helpers.claims.contract.card import get_card
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.site.answers.quotable import LIMITS, Number, Numbers
from helpers.site.languages import LANGUAGES, Words, read_entries
from helpers.synthesis.bound_numbers import (
    Bound,
    fill_template,
    list_named_numbers,
)
from helpers.synthesis.component import Component
from helpers.synthesis.conclusion import Conclusion, draw_conclusion
from helpers.synthesis.decision import Answer
from helpers.synthesis.published import list_published
from helpers.synthesis.sensitivity import Redefined, list_redefined
from helpers.synthesis.synthesis import Synthesis

ALL = tuple(map(Words, LANGUAGES))
UNDECIDED = "undecided"
IN_FULL = "in_full"
LINES = ("front.numbers", "front.counted", "front.undecided")  # their titles
NOTES = ("caution", IN_FULL, "advice", UNDECIDED)  # tables of sentences on claims
POINT = "- "  # begins a line of a caution that has no title
POOLED = "pooled-mean"  # average of the sources
COMPARED = " over "  # in the name of a comparison of two sizes
PART = re.compile(r"part(\d)\.")  # begins the name of a number of one part of a claim


def find_name(bound: Bound, claim_id: str, synthesis: Synthesis | None) -> str:
    """Return the permanent name of an estimate that a sentence on a claim quotes."""
    headline = synthesis.headline if synthesis else None
    limit = bound.name.removeprefix("new_")
    if limit != bound.name:
        return f"{claim_id}.pooled-prediction.{limit}"
    if bound.name not in LIMITS or headline is None:
        return f"{claim_id}.{bound.name}"
    if headline.pool is not None:
        return f"{claim_id}.{POOLED}.{bound.name}"
    return f"{claim_id}.{headline.entering[0].reading.study}.{bound.name}"


def name_quoted(field: str, claim_id: str) -> str:
    """Return the permanent name of a number that has a name in sentences only.

    >>> name_quoted("otherwise/first gap, W = 60.least", "s0-three-month-death")
    's0-three-month-death.quoted.otherwise.first-gap-W-60.least'
    """
    words = field.replace("/", ".")
    return f"{claim_id}.quoted.{re.sub(r'[^A-Za-z0-9_.]+', '-', words)}"


def mark_number(
    claim_id: str, synthesis: Synthesis | None, numbers: Numbers
) -> Callable[[Bound], str]:
    """Return a function that writes a quoted number as HTML with its name."""

    def mark(bound: Bound) -> str:
        names = find_name(bound, claim_id, synthesis), name_quoted(bound.name, claim_id)
        known = (numbers.by_name.get(name) for name in names)
        same = (n for n in known if n is not None and n.value == bound.value)
        number = next(same, None)
        if number is None:
            return str(escape(bound.text))
        return str(replace(number, text=bound.text).marked)

    return mark


def mark_line(
    conclusion: Conclusion, synthesis: Synthesis | None, numbers: Numbers, t: Words
) -> Markup:
    """Return a claim's bottom line as HTML; its numbers can be cited by name."""
    pieces = conclusion.line.zh if t.language == "zh" else conclusion.line.en
    return _mark(pieces, mark_number(conclusion.claim, synthesis, numbers))


def _mark(pieces: Iterable[str | Bound], mark: Callable[[Bound], str]) -> Markup:
    marked = (mark(p) if isinstance(p, Bound) else str(escape(p)) for p in pieces)
    return Markup("".join(marked))  # noqa: S704 - escaped above


def fill_note(
    table: str, synthesis: Synthesis | None, numbers: Numbers, t: Words
) -> Markup:
    """Return the hand-written note on a claim from a table such as `advice.toml`."""
    entry = read_entries(table).get(synthesis.claim) if synthesis else None
    return fill_sentence(t.either(entry), synthesis, numbers) if entry else Markup()


def give_reason(
    conclusion: Conclusion, synthesis: Synthesis | None, numbers: Numbers, t: Words
) -> Markup:
    """Return in a clause why a claim is undecided; empty if it is not.

    By hand for some claims, for others by the reason of its certainty.
    """
    if conclusion.answer is not Answer.UNDECIDED:
        return Markup()
    if clause := fill_note(UNDECIDED, synthesis, numbers, t):
        return clause
    clauses = read_entries("chrome")["why"]
    said = [clauses[one.code] for one in conclusion.reasons if one.code in clauses]
    answered = synthesis.answered if synthesis else None
    if answered and answered.is_single_indirect:  # whatever its interval
        said = [clauses["indirect-alone"]]
    return Markup.escape(t.either(said[0])) if said else Markup()


def fill_caution(
    synthesis: Synthesis | None, numbers: Numbers, t: Words
) -> tuple[tuple[Markup, ...], tuple[tuple[Markup, Markup], ...]]:
    """Return what to know before quoting an answer: points, then titled details."""
    lines = [
        line for line in fill_note("caution", synthesis, numbers, t).split("\n") if line
    ]
    points = [line[len(POINT) :] for line in lines if line.startswith(POINT)]
    parts = (
        line.partition(t("front.colon")) for line in lines if not line.startswith(POINT)
    )
    return tuple(points), tuple((title, text) for title, _, text in parts)


def tell_in_full(
    synthesis: Synthesis | None, numbers: Numbers, t: Words
) -> tuple[tuple[str, Markup], ...]:
    """Return a famous claim's numbers, what is counted and why it is undecided.

    Each with its title; empty for other claims.
    """
    filled = fill_note(IN_FULL, synthesis, numbers, t)
    if not filled:
        return ()
    return tuple(zip(map(t, LINES), filled.split("\n"), strict=True))


def fill_sentence(
    template: str, synthesis: Synthesis | None, numbers: Numbers
) -> Markup:
    """Fill a sentence about a claim with marked numbers; empty if one is missing.

    A user's own study lacks the public sources that such sentences quote.
    """
    if synthesis is None:
        return Markup()
    pieces = _fill(template, synthesis)
    return _mark(pieces, mark_number(synthesis.claim, synthesis, numbers))


def _fill(template: str, synthesis: Synthesis) -> tuple[str | Bound, ...]:
    """Return the pieces of a filled sentence; none if a number is missing."""
    try:
        return fill_template(template, list_named_numbers(synthesis))
    except KeyError:
        return ()


def list_quoted_numbers(
    synthesis: Synthesis, known: Mapping[str, Number]
) -> Iterator[Number]:
    """Yield the numbers that sentences on a claim quote, without another name."""
    claim_id, named = synthesis.claim, list_named_numbers(synthesis)
    for bound in list_bounds(synthesis):
        other = known.get(find_name(bound, claim_id, synthesis))
        if other is not None and other.value == bound.value:
            continue
        label, chinese = (_describe_number(bound.name, synthesis, t) for t in ALL)
        unit = named[bound.name].of if bound.name in named else ""
        yield Number(
            name_quoted(bound.name, claim_id),
            bound.value,
            _add_direction(bound, unit),
            f"claims/{claim_id}.html",
            label,
            unit,
            chinese,
        )


def _add_direction(bound: Bound, unit: str) -> str:
    """Return a number's text; of a ratio written in percent, more or less by its sign.

    >>> _add_direction(Bound("low", 0.76, "24%"), "ratio")
    '−24%'
    """
    if unit != "ratio" or not bound.text.endswith("%"):
        return bound.text
    return f"{'−' if bound.value < 1 else '+'}{bound.text}"


def _describe_number(name: str, synthesis: Synthesis, t: Words) -> str:
    """Describe a number by what its source measured, and by the pieces of its name."""
    card, field, number = get_card(synthesis.claim), name, 0
    if part := PART.match(name):
        field, number = name[part.end() :], int(part[1])
    study = re.split("[/.]", field)[0]
    own = [r for r in synthesis.deciding.all_readings if r.study == study]
    variant = next((reading.variant for reading in own), synthesis.variant)
    measures = card.measures(variant)
    measure = (
        measures[min(number, len(measures) - 1)] if part else card.leading(variant)
    )
    what = measure.measure(t.language) if measure else synthesis.claim
    claimed = describe_claimed_range(synthesis.about, number)
    if field == "bar" and measure and claimed and claimed.is_ours(measure.of):
        field = "our_bar"
    if COMPARED in field:  # two sizes, not all others
        what = t.either(read_entries("chrome")["short_measures"][synthesis.claim])
    for published in list_published(synthesis.about):
        if published.key == study:  # which counts by a definition of its own
            what = published.measured.definition(t.language)
    form = "numbers.beside" if own and "/" in field else "numbers.of"
    return t(form, what=what, which=_describe_field(field, t))


def _describe_field(field: str, t: Words) -> str:
    """Describe a number of a sentence: its source, what it is of, and which limit."""
    place, _, what = field.rpartition(".")
    pieces = [
        _describe_piece(piece, t)
        for piece in place.split("/")
        if piece not in {"", "place", "otherwise"}
    ]
    names = read_entries("terms")["quoted"]
    comma = t.either([", ", "，"])
    return comma.join([*pieces, t.either(names[what]) if what in names else what])


def _describe_piece(piece: str, t: Words) -> str:
    """Describe a piece of a number's name: a source, a study or a definition."""
    if t.knows(piece):
        return t.source(piece)
    if piece in (studies := read_entries("chrome")["published"]):
        return t.either(studies[piece][0])
    tables = (read_entries("claim_page")["definition"], read_entries("terms")["piece"])
    named = (t.either(table[piece]) for table in tables if piece in table)
    return next(named, "") or t.sentence(piece) or piece


def list_bounds(synthesis: Synthesis) -> Iterator[Bound]:
    """Yield each number once that a claim's bottom line or notes quote."""
    line = draw_conclusion(synthesis).line
    notes = (read_entries(table).get(synthesis.claim) for table in NOTES)
    filled = (_fill(note[0], synthesis) for note in notes if note)
    pieces = (piece for part in (line.en, line.zh, *filled) for piece in part)
    bounds = [piece for piece in pieces if isinstance(piece, Bound)]
    yield from {bound.name: bound for bound in reversed(bounds)}.values()  # English


def list_quoted_definitions(
    component: Component, claim: str, t: Words
) -> Iterator[tuple[str, Redefined]]:
    """Yield the estimates by another definition that a claim's chart names."""
    named = read_entries("chrome")["redefined_rows"]
    if not any(row.startswith(f"{claim}/") for row in named):
        return  # averages by other definitions take long
    for one in list_redefined(component):
        if words := named.get(f"{claim}/{one.name}"):
            yield t.either(words), one
