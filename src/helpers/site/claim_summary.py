"""Texts at the top of a claim's web page.

Bottom line, certainty with its reasons, plain numbers, what would change the answer,
and advice for group owners. All of it follows from one `Conclusion` and its synthesis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose

from markupsafe import Markup

from helpers.claims.claim import Claim
from helpers.claims.contract.card import Of, capitalise, format_number
from helpers.prose import format_count
from helpers.site.answers.board import Answer
from helpers.site.answers.evidence_chart import Chart, build_charts
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.quoted import (
    fill_caution,
    fill_note,
    give_reason,
    mark_line,
    tell_in_full,
)
from helpers.site.languages import Words, read_entries
from helpers.survival import Interval
from helpers.synthesis.bound_numbers import (
    LIMITS,
    MANIFOLD,
    WRITERS,
    Bound,
    Named,
    fill_template,
    list_component_numbers,
)
from helpers.synthesis.certainty import Reason
from helpers.synthesis.component import Component
from helpers.synthesis.conclusion import Conclusion
from helpers.synthesis.record import reason_text
from helpers.synthesis.synthesis import Synthesis

MOST_REASONS = 5
STARTS = {"counted", "observed", "randomised"}
UNDECIDED = "undecided"  # also begins the codes of its kinds
# where a reason above says how to decide
SAID_BY_OTHERS = {UNDECIDED, "indirect-alone", "withheld", "only-shown"}
KINDS_OF_NUMBERS = {"share", "ratio", "points"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Texts at the top of a claim's web page in one language.

    Attributes
    ----------
    conclusion, line
        Answer, certainty and the sentence to quote, its numbers marked.
    why
        Why a claim is undecided, in a clause; empty for most claims.
    reasons
        Why it is that certain, each with what it does to the level.
    charts, how
        A chart per number of the rule, and how to read them.
    absolute
        What was measured and in plain numbers, per number of the rule.
    change
        What would change the answer.
    advice
        For someone who runs a group; empty for most claims.
    in_full
        Numbers, what is counted and why undecided; empty for most claims.
    caution, details
        What to mind before quoting a number, and more on it by title; empty for most
        claims.
    """

    conclusion: Conclusion
    line: Markup
    why: Markup
    reasons: tuple[tuple[str, str], ...]
    charts: tuple[Chart, ...]
    how: str
    absolute: tuple[tuple[str, str], ...]
    change: tuple[str, ...]
    advice: Markup
    in_full: tuple[tuple[str, Markup], ...]
    caution: tuple[Markup, ...]
    details: tuple[tuple[Markup, Markup], ...]


def summarise_claim(answer: Answer, numbers: Numbers, t: Words) -> Summary:
    """Build the texts at the top of a claim's web page."""
    conclusion, synthesis = answer.conclusion, answer.synthesis
    charts = tuple(build_charts(answer, numbers, t))
    caution, details = fill_caution(synthesis, numbers, t)
    graded = synthesis if synthesis and synthesis.grade else None
    return Summary(
        conclusion=conclusion,
        line=mark_line(conclusion, synthesis, numbers, t),
        why=give_reason(conclusion, synthesis, numbers, t),
        reasons=tuple(_list_reasons(conclusion, t)) if graded else (),
        charts=charts,
        how=_describe_marks(charts, synthesis, t),
        absolute=tuple(_list_absolute(graded, t)) if graded else (),
        change=tuple(_list_changes(conclusion, t)) if graded else (),
        advice=fill_note("advice", synthesis, numbers, t),
        in_full=tell_in_full(synthesis, numbers, t),
        caution=caution,
        details=details,
    )


def say_on_claim_page(key: str, *, t: Words) -> str:
    """Return a web page text from ``claim_page.toml`` by its key.

    >>> say_on_claim_page("title.cite", t=Words("en"))
    'Cite this claim'
    """
    table, _, name = key.partition(".")
    return _say(table, name, t)


def _say(table: str, key: str, t: Words) -> str:
    return t.either(read_entries("claim_page")[table][key])


def _list_reasons(conclusion: Conclusion, t: Words) -> Iterator[tuple[str, str]]:
    """Yield the reasons for a claim's certainty grade."""
    room = MOST_REASONS - 1  # the last says what it is for WeChat
    start, *rest = conclusion.reasons
    moving = [r for r in rest if r.steps or _get_family(r) in SAID_BY_OTHERS]
    still = [reason for reason in rest if reason not in moving]
    kept = [start, *moving, *still][: max(room, 1 + len(moving))]
    for reason in sorted(kept, key=conclusion.reasons.index):
        yield describe_reason(reason, t)
    is_own = conclusion.wechat == conclusion.certainty
    code = "wechat_own" if is_own and _is_above_floor(conclusion) else "wechat"
    level = conclusion.wechat_name(t.language)
    yield _say("certainty", code, t).format(level=level), ""


def _get_family(reason: Reason) -> str:
    """Return a reason's code; of every kind of undecided, that of undecided."""
    return UNDECIDED if reason.code.startswith(UNDECIDED) else reason.code


def _is_above_floor(conclusion: Conclusion) -> bool:
    """Return whether the answer is at least of low certainty for WeChat groups."""
    return conclusion.certainty is not None and conclusion.certainty > 1


def describe_reason(reason: Reason, t: Words) -> tuple[str, str]:
    """Return a reason for a certainty grade, and the step that it takes.

    >>> describe_reason(Reason("randomised", 0), Words("en"))
    ('Compared at random', 'starts high')
    """
    return capitalise(reason_text(reason)(t.language)), _describe_step(reason, t)


def _describe_step(reason: Reason, t: Words) -> str:
    if reason.code in STARTS:
        low = reason.code == "observed"
        return _say("certainty", "starts_low" if low else "starts_high", t)
    if not reason.steps:
        return ""
    return _say("certainty", "lowers" if reason.steps < 0 else "raises", t)


def _describe_marks(
    charts: tuple[Chart, ...], synthesis: Synthesis | None, t: Words
) -> str:
    """Describe what each symbol in the charts of a claim means."""
    kinds = {kind for chart in charts for kind in chart.kinds}
    components = synthesis.components if synthesis else ()
    places = any(component.places for component in components)
    pools = [] if places else [part.pool for part in components if part.pool]
    same = [isclose(pool.prediction.high, pool.mean.high) for pool in pools]
    groups: Mapping[str, set[str]] = {
        "source": {"source", "other", "shown", "bound"},
        "mean_places" if places else "mean": {"mean"},
        "new_alike" if same and all(same) else "new": {"new"},
        "other": {"other", "shown"},
        "published": {"published", "wechat"},
    }
    sentences = [_say("how", code, t) for code, of in groups.items() if of & kinds]
    sections = [section for chart in charts for section in chart.sections]
    rows = [row for one in sections for row in one.rows if row.kind == "bound"]
    if rows:
        arrow = any(row.arrow for row in rows)
        sentences.append(_say("how", "arrow" if arrow else "hollow", t))
    if any(entry.reading.parts > 1 for one in components for entry in one.entering):
        sentences.append(_say("how", "combined", t))
    if any(map(_has_small_places, components)):
        sentences.append(_say("how", "strata", t))
    if any(chart.side for chart in charts):
        sentences.append(_say("how", "side", t))
    return (" " if t.language == "en" else "").join(sentences)


def _has_small_places(component: Component) -> bool:
    """Return whether an estimate over places has some without one of their own."""
    if component.deciding.basis != "strata":
        return False
    own = sum(place.interval.n for place in component.strata)
    return own < sum(entry.interval.n for entry in component.entering)


def _list_absolute(synthesis: Synthesis, t: Words) -> Iterator[tuple[str, str]]:
    for component in synthesis.components:
        if component.entering:
            yield component.measure.measure(t.language), _write_absolute(component, t)


def _write_absolute(component: Component, t: Words) -> str:
    of = component.measure.of if component.measure.of in KINDS_OF_NUMBERS else "other"
    known = list_component_numbers(component)
    forms = [f"{of}_new"] if "new_low" in known else []
    of_verdicts = {entry.reading.verdict.cases for entry in component.entering}
    units = {component.measure.cases} if component.measure.cases else of_verdicts
    rests = _say("absolute", "rests" if len(units) == 1 else "rests_on_sources", t)
    rests = rests.replace("{cases}", t.unit(min(units)))
    parts = [_write_span(of, known, t)]
    if "places.estimate" in known:
        free = {name: known[f"places.{name}"] for name in LIMITS}
        alike = _say("absolute", "alike_places", t).format(span=parts[0])
        parts = [_write_span(of, free, t), alike]
    parts += [_fill(_say("absolute", form, t), known) for form in forms]
    joint = "; " if t.language == "en" else "；"
    return joint.join([*parts, *_write_wider(component, t), _fill(rests, known)])


def _write_wider(component: Component, t: Words) -> Iterator[str]:
    """Yield the wider interval by which one part of a rule may refute the claim."""
    if component.level is None:
        return
    intervals = component.intervals(component.entering)
    wider = [interval.at_level(component.level) for interval in intervals]
    written = [_write_reach(component.measure.of, span, t) for span in wider]
    joined = (", " if t.language == "en" else "、").join(written)
    level = WRITERS["exact"](component.level)
    yield _say("absolute", "refutes", t).format(level=level, spans=joined)


def _write_reach(of: Of, span: Interval, t: Words) -> str:
    """Write the limits of an interval, those of a ratio as changes from 1."""
    if of == "ratio":
        limits = {"low": Named(span.low, of), "high": Named(span.high, of)}
        return _fill(_say("absolute", "ratio_reach", t), limits)
    low, high = (format_number(of, x, t.language) for x in (span.low, span.high))
    return _say("pool", "reach", t).format(low=low, high=high)


def _write_span(of: str, known: Mapping[str, Named], t: Words) -> str:
    """Write an estimate with its limits, or once if its ends are rounded alike."""
    ends, form = (LIMITS, "") if "estimate" in known else (("least", "most"), "_range")
    many = of == "ratio" and any(known[name].value >= MANIFOLD for name in ends)
    template = _say("absolute", f"{'times' if many else of}{form}", t)
    bounds = [p for p in fill_template(template, known) if isinstance(p, Bound)]
    if len({bound.text for bound in bounds}) > 1:
        return _fill(template, known)
    once = _fill(_say("absolute", f"{of}_once", t), {"estimate": known[bounds[0].name]})
    return once if "estimate" in known else once + _say("absolute", "alike", t)


def _fill(template: str, known: Mapping[str, Named]) -> str:
    pieces = fill_template(template, known)
    return "".join(p.text if isinstance(p, Bound) else p for p in pieces)


def _list_changes(conclusion: Conclusion, t: Words) -> Iterator[str]:
    """Yield what evidence would change the answer to a claim."""
    words = read_entries("claim_page")["change"]
    moving = [r for r in conclusion.reasons if r.steps < 0 or r.code == "observed"]
    others = [r for r in conclusion.reasons if _get_family(r) in SAID_BY_OTHERS]
    for reason in moving or others:
        yield _describe_change(reason, conclusion.about, t)
    needs = t.either(words["join"]).join(
        t.need(need.name) for need in conclusion.about.needs
    )
    if needs:
        yield t.either(words["wechat"]).format(needs=needs)


def _describe_change(reason: Reason, claim: Claim, t: Words) -> str:
    numbers = [f"{number:.0f}" for number in reason.numbers]
    if reason.code != "small":
        return _say("change", _get_family(reason), t).format(*numbers)
    size = claim.design_size
    if size is None or size.groups is None:
        return _say("change", "small-unknown", t)
    return _say("change", "small", t).format(groups=format_count(size.groups))
