"""Details of a claim's page: rule, missing data, specifications, code."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from helpers.claims.claim import Claim, PublishedFinding
from helpers.claims.contract.card import Measure, Of, Text, format_number
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.claims.rules.interval_rules import (
    All,
    Rule,
    Word,
)
from helpers.claims.rules.templates import parse_rule
from helpers.prose import Prose, format_count, format_share
from helpers.site.answers.axes import Axis, choose_axis
from helpers.site.answers.board import Answer, Cell, ControlShown, Range
from helpers.site.answers.quotable import (
    choose_writer,
    classify_number,
    describe_frame,
    format_interval,
)
from helpers.site.languages import LANGUAGES, Language, Words, read_entries
from helpers.site.rendering import LEVEL
from helpers.synthesis.bound_numbers import WRITERS
from helpers.synthesis.component import Component, compute_part_level
from helpers.synthesis.published import Published, list_published
from helpers.synthesis.sensitivity import (
    Line,
    Redefined,
    list_redefined,
    list_sensitivity,
    list_with_published,
)
from helpers.synthesis.synthesis import Synthesis

T = TypeVar("T")
CODES = ("P", "HR", "RR", "OR", "TR", "LIT", "DOM", "ALL", "RMST", "Δ", "noHR", "noRR")
WHOLE = 100  # from here on, numbers have no decimals
PRINTED = "printed"
INNER = format_share(0.90)  # two one-sided tests


@dataclass(frozen=True, slots=True)
class Code:
    """Location of an estimator's code: module, path and name."""

    module: str
    path: str
    name: str


def find_estimator(claim_id: str) -> Code | None:
    """Find the code of a claim's estimator, if it has one.

    >>> find_estimator("s0-three-month-death").path
    'src/helpers/claims/themes/lifetime/lifetimes.py'
    """
    function: Any = ESTIMATORS.get(claim_id)
    if function is None:
        return None
    while isinstance(function, partial):
        function = function.func
    made = inspect.unwrap(function)
    made = made if inspect.isroutine(made) else type(made)
    module = made.__module__.rpartition(".")[2]
    inside = made.__module__.replace(".", "/")
    return Code(module, f"src/{inside}.py", made.__qualname__.partition(".<")[0])


def list_refusals(answer: Answer) -> list[dict[str, Any]]:
    """List why studies give no estimate for a claim."""
    reasons: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cell in answer.cells:
        if cell.speaks and (cell.headline or cell.parts):
            continue
        failed = tuple(check for check in cell.checks if not check.passed)
        word = cell.word or Word.UNTESTABLE
        why = {"word": word, "missing": cell.missing, "checks": failed}
        has_reason = cell.word and not (cell.missing or failed)
        why["reason"] = cell.reason if has_reason else ""
        key = (word, cell.missing, failed, why["reason"])
        reasons.setdefault(key, why | {"studies": []})["studies"].append(cell.study)
    return list(reasons.values())


def group_texts(pairs: Iterable[tuple[T, str]]) -> list[tuple[T, list[str]]]:
    """Group names that have the same text: each text once, with its names."""
    names_by_text: dict[T, list[str]] = {}
    for text, name in pairs:
        names_by_text.setdefault(text, []).append(name)
    return list(names_by_text.items())


def describe_agreement(key: str, agreeing: int, counted: int, t: Words) -> str:
    """Describe how many alternative specifications agree, such as all or 3 of 5.

    >>> describe_agreement("claim.agree", 11, 11, Words("en"))
    'all 11 agree'
    """
    if counted == 0:
        key += "_none"
    elif agreeing == counted:
        key += "_one" if counted == 1 else "_all"
    elif agreeing == 0:
        key += "_zero"
    return t(key, agree=agreeing, of=counted)


def build_curve(cell: Cell, claim: Claim, language: Language) -> dict[str, object]:
    """Build the specification curve of a verdict, estimates sorted."""
    main = cell.in_answer
    assert main is not None  # noqa: S101 - only such cells are shown
    t = Words(language)
    lead = claim.wording.lead(cell.variant)
    claimed = describe_claimed_range(claim, lead)
    bar = claimed.bar if claimed else None
    ways = sorted([*cell.ways, main], key=lambda bounds: bounds.estimate)
    axis, write = (
        choose_axis(ways, [bar], classify_number(claim, cell.variant)),
        choose_writer(claim, language, cell.variant),
    )
    step = 100 / len(ways)
    return {
        "study": cell.study,
        "agreement": describe_agreement("claim.agree", cell.agreeing, cell.counted, t)
        if cell.decides
        else t("claim.decides_nothing"),
        "main": t("claim.main"),
        "axis": axis,
        "bar": bar,
        "ways": [
            {
                "range": bounds,
                "deciding": bounds is main,
                "standing": _describe_standing(cell, bounds, t),
                "left": round(step * (place + 0.5), 2),
                "dot": _build_dot(axis, bounds),
                "text": format_interval(bounds, write),
            }
            for place, bounds in enumerate(ways)
        ],
    }


def _describe_standing(cell: Cell, way: Range, t: Words) -> str:
    """Describe whether an analysis decides, counts for the answer, or why not."""
    main = "decides" if cell.decides else "apart"
    code = main if way is cell.in_answer else way.standing
    return t.either(read_entries("claim_page")["standing"][code])


def _build_dot(axis: Axis, bounds: Range) -> float:
    """Return an estimate's place in its interval, in percent from its left end."""
    low, high = axis.place(bounds.low), axis.place(bounds.high)
    at = axis.place(bounds.estimate)
    return round(100 * (at - low) / (high - low), 1) if high > low else 50


def list_supplementary_numbers(
    cells: Sequence[Cell], write: Callable[[float], str], language: Language
) -> list[dict[str, str]]:
    """List a claim's supplementary estimates by source.

    They are of all groups that the source lists; where the answer counts others, each
    says so.
    """
    return [
        {
            "study": cell.study,
            "name": bounds.name,
            "frame": describe_frame(
                bounds.frame or cell.frame.partition(",")[0], language
            )
            if cell.framed is not None
            else "",
            "text": _format_either(bounds, write),
        }
        for cell in cells
        for bounds in cell.beside
    ]


def list_averages(synthesis: Synthesis | None, t: Words) -> list[dict[str, Any]]:
    """List a claim's averages with other sources or methods, one table per quantity."""
    if synthesis is None:
        return []
    first = list_published(Claim.of(synthesis.claim))
    tables = (
        (component, _list_lines(component, () if component.number else first))
        for component in synthesis.components
    )
    return [
        {
            "of": component.measure.measure(t.language),
            "rows": [_build_average(line, component.measure.of, t) for line in lines],
        }
        for component, lines in tables
        if lines
    ]


def _list_lines(component: Component, published: Sequence[Published]) -> list[Line]:
    """List the printed average of a quantity, then those with other sources."""
    code, pool = PRINTED, component.pool
    if component.strata:
        code, pool = "places", component.places
    if pool is None:
        return []
    side = component.apparent if code == PRINTED else None
    printed = Line(code, "", pool.k, pool.mean, pool.prediction, side)
    return [printed, *list_sensitivity(component, published)]


def list_definitions(synthesis: Synthesis | None, t: Words) -> list[dict[str, Any]]:
    """List what a claim's first quantity is by other definitions; empty without any."""
    component = synthesis.headline if synthesis else None
    if synthesis is None or component is None:
        return []
    labels, write = (
        read_entries("claim_page")["definition"],
        partial(format_number, component.measure.of, language=t.language),
    )
    found = {other.name: other for other in list_redefined(component)}
    printed = Redefined(
        PRINTED,
        tuple(entry.interval.estimate for entry in component.entering),
        component.pool.mean if component.pool else None,
        component.side,
    )
    others = [found[name] for name in labels if name in found]
    others += _list_with_published(synthesis, component)
    return [
        {
            "label": t.either(labels[row.name]),
            "k": row.k,
            "least": write(row.least),
            "most": write(row.most),
            "mean": format_interval(row.mean, write) if row.mean else "",
            "word": (row.side or Word.INCONCLUSIVE) if row.mean else "",
            "is_printed": row is printed,
        }
        for row in ([printed, *others] if others else [])
    ]


def _list_with_published(
    synthesis: Synthesis, component: Component
) -> Iterator[Redefined]:
    """Yield the average with published studies, by their own definitions, if any."""
    published = () if component.number else list_published(synthesis.about)
    values = [entry.interval.estimate for entry in component.entering]
    values += [row.span.estimate for row in published if row.n]
    for line in list_with_published(component, published):
        yield Redefined(line.code, tuple(values), line.mean, line.side)


def _build_average(line: Line, of: Of, t: Words) -> dict[str, Any]:
    write = partial(format_number, of, language=t.language)
    label = t.either(read_entries("claim_page")["average"][line.code])
    return {
        "label": label.format(source=t.source(line.of)) if line.of else label,
        "k": line.k,
        "mean": format_interval(line.mean, write),
        "low": write(line.prediction.low),
        "high": write(line.prediction.high),
        "word": "" if line.code == "places" else line.side or Word.INCONCLUSIVE,
        "is_printed": line.code == PRINTED,
    }


def list_trials(
    cells: Sequence[Cell],
    findings: Sequence[PublishedFinding],
    write: Callable[[float], str],
    words: Words,
) -> list[dict[str, Any]]:
    """List the estimates of a claim from randomised sources, with what they published.

    Parameters
    ----------
    findings
        The published findings on the claim, those of other studies included.
    """
    compared = read_entries("claim_page")["trial"]
    return [
        {
            "study": cell.study,
            "what": words.either(compared[cell.study]),
            "text": _format_either(cell.headline, write),
            "published": [found for found in findings if found.trial == cell.study],
        }
        for cell in cells
        if "randomised" in cell.qualifiers and cell.headline is not None
    ]


def list_controls(
    cells: Sequence[Cell], write: Callable[[float], str], words: Words
) -> list[dict[str, str]]:
    """List the results of a claim's negative controls."""
    return [
        {
            "study": cell.study,
            "what": control.what,
            "text": _format_control(control, write, words),
            "said": words("claim.control_failed" if control.failed else "claim.passed"),
        }
        for cell in cells
        for control in cell.controls
    ]


def _format_control(
    control: ControlShown, write: Callable[[float], str], words: Words
) -> str:
    if control.found is not None:
        return _format_either(control.found, write)
    return words("claim.control_simulated", times=control.times, of=control.of)


def _format_either(bounds: Range, write: Callable[[float], str]) -> str:
    """Format a share and its interval; as plain numbers if one is not in 0–1."""
    outside = not all(
        0 <= value <= 1 for value in (bounds.estimate, bounds.low, bounds.high)
    )
    if not outside:
        return format_interval(bounds, write)
    if abs(bounds.estimate) >= WHOLE:  # limits are as precise as their estimate
        return format_interval(bounds, _format_whole)
    return format_interval(bounds, partial(format_number, "number", language="en"))


def _format_whole(value: float) -> str:
    """Format a number without decimals; infinity by its sign.

    >>> _format_whole(38.14), _format_whole(math.inf)
    ('38', '∞')
    """
    return (
        format_count(value) if math.isfinite(value) else format_number("number", value)
    )


def list_needs(
    claim: Claim, met: Mapping[str, Sequence[str]]
) -> list[dict[str, object]]:
    """List the data that a claim needs, and which sources have them."""
    return [
        {"name": n.name, "where": n.where, "met": met.get(n.name, ())}
        for n in claim.needs
    ]


def describe_rule(claim: Claim, words: Words) -> list[str]:
    """Describe a claim's decision rule, one sentence per component.

    >>> from helpers.site.languages import Words
    >>> claim = Claim.of("s0-three-month-death")
    >>> describe_rule(claim, Words("en"))[0][:53].replace(chr(8239), " ")
    '“Supported” if the whole 95 % interval lies above 0.5'
    """
    entry = claim.entry
    if not entry.template:
        return [words(f"own_rule.{entry.id}")] if entry.status == "testable" else []
    rule, measures = parse_rule(entry.template), claim.components
    if isinstance(rule, All):
        return [
            words("rule.every", strict=WRITERS["exact"](compute_part_level(rule))),
            *(
                _describe_component(component, measure, words)
                for component, measure in zip(rule.rules, measures, strict=True)
            ),
        ]
    also = read_entries("chrome")["rule_also"].get(entry.id)
    added = f" {words.either(also)}" if also else ""
    return [f"{_describe_component(rule, measures[0], words)}{added}"]


def name_quantity(measure: Measure, language: Language) -> str:
    """Name the quantity that a rule compares; a share is called a share.

    >>> measure = Claim.of("s0-three-month-death").components[0]
    >>> name_quantity(measure, "en")
    'Groups fallen silent by day 105 (share)'
    """
    name, share = measure.measure(language), Text("share", "比例")(language)
    if measure.of != "share" or share in name.lower():
        return name
    return name + Text(f" ({share})", f"（{share}）")(language)


def quote_rule(claim_id: str) -> Prose:
    """Quote a claim's decision rule in words, for a notebook.

    >>> quoted = quote_rule("s0-novelty-decay").markdown
    >>> "Messages a day in weeks 9–12" in quoted, "RR<(0.50)" in quoted
    (True, True)
    """
    claim = Claim.of(claim_id)
    return Prose(*(_build_quotation(claim, Words(language)) for language in LANGUAGES))


def _build_quotation(claim: Claim, words: Words) -> str:
    """Build a block quote of a claim's decision rule."""
    entry, measures = claim.entry, claim.components
    sentences = describe_rule(claim, words)
    head, components = (
        sentences[: len(sentences) - len(measures)],
        sentences[-len(measures) :],
    )
    named = [f"*{name_quantity(m, words.language)}*" for m in measures]
    colon, stop = words.either([": ", "："]), words.either([".", "。"])
    parts = [
        f"- {of}{colon}{component}"
        for of, component in zip(named, components, strict=True)
    ]
    registered = f"{words('claim.rule_register')}{colon}`{entry.rule}`"
    registered += stop + words.either([" ", ""]) + _explain_shorthand(entry.rule, words)
    lines = [" ".join([f"**{words('claim.rule')}{stop}**", *head]), "", *parts]
    return "\n".join(f"> {line}".rstrip() for line in [*lines, "", registered])


def _explain_shorthand(rule: str, words: Words) -> str:
    """Explain in words the codes that a claim's decision rule contains."""
    used = [
        code for code in CODES if re.search(rf"(?<![A-Za-z]){code}(?![A-Za-z])", rule)
    ]
    sides = ["sides"] if re.search("[<>]", rule) else []
    told = [words(f"shorthand.{code}") for code in (*used, *sides)]
    return words("shorthand.head", codes=words.either(["; ", "；"]).join(told))


def _describe_component(rule: Rule, measure: Measure, words: Words) -> str:
    """Describe the rule of one component; percentage points as such, not as shares."""
    name, numbers = rule.describe()
    unit = 100 if measure.of == "points" else 1
    ends = {
        of: f"{unit * number:g}".replace("-", "−") for of, number in numbers.items()
    }
    return words(f"rule.{name}", **ends, level=LEVEL, inner=INNER)
