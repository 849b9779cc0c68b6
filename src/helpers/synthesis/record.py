"""Convert an evidence synthesis to JSON records."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from helpers.claims.contract.card import Text
from helpers.claims.contract.finding import Supplement
from helpers.claims.fixed.source_names import classify_place
from helpers.claims.rules.interval_rules import Band
from helpers.claims.rules.templates import RanksFirst
from helpers.survival import Interval
from helpers.synthesis.agreement import (
    choose_reference,
    count_first,
    count_specifications,
)
from helpers.synthesis.certainty import Reason, is_large_enough
from helpers.synthesis.component import Component, Entry
from helpers.synthesis.conclusion import draw_conclusion
from helpers.synthesis.decision import find_withheld, withhold_biased
from helpers.synthesis.published import Published, list_published
from helpers.synthesis.sensitivity import Line, list_redefined, list_sensitivity
from helpers.synthesis.synthesis import Synthesis

Record = dict[str, Any]
ADDITIONS = ("undecided-too", "not-compared")  # to a reason, where not 0
EQUIVALENCE = 0.90  # two one-sided tests


def record_of(synthesis: Synthesis) -> Record:
    """Convert an evidence synthesis to a JSON record; infinite numbers become null.

    Examples
    --------
    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> record_of(run_synthesis("s0-three-month-death", []))["answer"]
    'no data'
    """
    grade, conclusion = synthesis.grade, draw_conclusion(synthesis)
    return {
        "claim": synthesis.claim,
        "bottom_line": conclusion.bottom_line("en"),
        "bottom_line_zh": conclusion.bottom_line("zh"),
        "answer": str(synthesis.answer),
        "answer_words": conclusion.word("en"),
        "answer_words_zh": conclusion.word("zh"),
        "certainty": grade.level.word if grade else None,
        "certainty_wechat": synthesis.wechat.word if synthesis.wechat else None,
        "k": synthesis.k,
        "basis": synthesis.deciding.basis,
        "reasons": [_reason(reason) for reason in grade.reasons] if grade else [],
        "parts": [
            _build_part(synthesis, component) for component in synthesis.components
        ],
        "trials": record_of(synthesis.trials) if synthesis.trials else None,
    }


def _reason(reason: Reason) -> Record:
    return {
        "code": reason.code,
        "steps": reason.steps,
        "numbers": [int(number) for number in reason.numbers],
        "text": reason_text(reason).en,
    }


def reason_text(reason: Reason) -> Text:
    """Return the text of a reason for the certainty grade in both languages.

    >>> few = reason_text(Reason("few-agree", -1, (62, 102))).en
    >>> most = reason_text(Reason("most-agree", 0, (4, 4, 3, 0))).en
    >>> for part in (*few.split(" that "), *most.split(" that ")):
    ...     print(part)
    only 62 of 102 alternative analyses
    keep the definition agree with the answer
    all 4 alternative analyses
    keep the definition agree with the answer (3 of them undecided themselves)
    """
    numbers = [f"{number:.0f}" for number in reason.numbers]
    special = (f"{reason.code}-{name}" for name in _name_special_counts(numbers))
    codes = [next(filter(_list_reasons().__contains__, special), reason.code)]
    for number, code in zip(reason.numbers[2:], ADDITIONS, strict=False):
        codes += [code] if number else []
    forms = zip(*(_list_reasons()[code] for code in codes), strict=True)
    return Text(*("".join(form).format(*numbers) for form in forms))


def _name_special_counts(numbers: Sequence[str]) -> Sequence[str]:
    """Name a count that may have words of its own, as all or both, best first.

    >>> [_name_special_counts(pair) for pair in (["0", "3"], ["1", "1"], ["2", "2"])]
    [['none'], ['one'], ['both', 'all']]
    """
    if len(numbers) < 2:  # noqa: PLR2004 - a count of how many
        return []
    if numbers[0] == "0":
        return ["neither", "none"] if numbers[1] == "2" else ["none"]
    if numbers[0] != numbers[1]:
        return []
    return {"1": ["one"], "2": ["both", "all"]}.get(numbers[1], ["all"])


@cache
def _list_reasons() -> Mapping[str, Sequence[str]]:
    text = files(__package__).joinpath("reasons.toml").read_text("utf-8")
    return tomllib.loads(text)


def _build_part(synthesis: Synthesis, component: Component) -> Record:
    deciding = synthesis.deciding
    published = list_published(synthesis.about) if component.number == 0 else ()
    others = component.entries(deciding.all_readings)
    return {
        "number": component.number,
        "measure": component.measure.measure.en,
        "of": component.measure.of,
        "scale": component.scale,
        "rule": component.rule.code if component.rule else None,
        "level": component.level,
        "k": component.k,
        "answer": str(component.answer),
        "side": component.side and str(component.side),
        **_build_numbers(component),
        "rows": [
            *(build_row(component, entry, synthesis) for entry in others),
            *(_build_published_row(row) for row in published),
        ],
        "places": [_build_place(component, place) for place in component.strata],
        "definitions": [
            {
                "name": str(other.name),
                "k": other.k,
                "least": other.least,
                "most": other.most,
                **_build_limits(other.mean),
                "side": other.side and str(other.side),
            }
            for other in list_redefined(component)
        ],
        "sensitivity": [
            _build_line(line) for line in list_sensitivity(component, published)
        ],
    }


def _build_place(component: Component, place: Supplement) -> Record:
    """Return a JSON record of one place of an estimate of all sources together."""
    first = component.entering[0].reading.verdict
    return {
        "study": place.name,
        "role": "place alone",
        "decides": False,
        **_build_limits(place.interval),
        "n": place.interval.n,
        "cases": component.measure.cases or first.cases,
    }


def _build_numbers(component: Component) -> Record:
    """Return a JSON record of the pooled estimate, or of the only source's."""
    pool, entering = component.pool, component.entering
    single = entering[0].interval if len(entering) == 1 else None
    mean = pool.mean if pool else single
    return {
        **_build_limits(mean),
        "prediction": _build_limits(pool.prediction) if pool else None,
        "tau": pool.tau if pool else None,
        "i2": pool.i2 if pool else None,
        "n": component.n,
        "least": min((e.interval.estimate for e in entering), default=None),
        "most": max((e.interval.estimate for e in entering), default=None),
    }


def _build_limits(interval: Interval | None) -> Record:
    if interval is None:
        return {"estimate": None, "low": None, "high": None}
    return {
        "estimate": _to_finite(interval.estimate),
        "low": _to_finite(interval.low),
        "high": _to_finite(interval.high),
    }


def _to_finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def build_row(component: Component, entry: Entry, synthesis: Synthesis) -> Record:
    """Return a JSON record of a source's estimate for one part of a claim."""
    reading, verdict = entry.reading, entry.reading.verdict
    reference = choose_reference(synthesis.answer, synthesis.components)
    alternatives = count_specifications([reading], reference)
    first = count_first([reading])
    held = find_withheld(verdict)
    return {
        "study": reading.study,
        "sources": list(reading.sources),
        "role": synthesis.deciding.role(reading),
        "decides": entry in component.entering,
        "indirect": reading.indirect,
        "may": reading.may,
        "place": classify_place(reading.study),
        "frame": reading.printed_frame,
        "variant": reading.variant,
        "networks": reading.parts,
        **_build_limits(entry.interval),
        "n": entry.interval.n,
        "cases": component.get_cases(entry),
        "beside": _list_beside(component, entry),
        "wider": _build_wider_limits(component, entry.interval),
        "verdict": str(withhold_biased(verdict).word),
        "verdict_on_this": reading.registered,
        "withheld": held and str(held),
        "speaks_for": verdict.speaks_for,
        "association": "association" in verdict.qualifiers,
        "randomised": "randomised" in verdict.qualifiers,
        **alternatives._asdict(),
        "agreeing_first": first[0],
        "counted_first": first[1],
        "reaches_design": is_large_enough(reading),
    }


def _list_beside(component: Component, entry: Entry) -> list[Record]:
    """List a source's supplementary estimates once, each with the groups it is of.

    As many groups as in the main estimate are the same groups, under the same name.
    """
    reading, own = entry.reading, entry.interval.n
    if component.number or not reading.registered:
        return []
    listed = reading.verdict.frame.partition(",")[0] if reading.frame else ""
    return [
        {
            "name": str(name),
            "frame": reading.printed_frame if found.n == own else frame or listed,
            **_build_limits(found),
            "n": found.n,
        }
        for name, found, frame in reading.verdict.beside
    ]


def _build_wider_limits(component: Component, interval: Interval) -> Record:
    """Return confidence limits at levels other than 95 % that the claim's rule uses."""
    levels = [component.level] if component.level else []
    if isinstance(component.rule, (Band, RanksFirst)):
        levels.append(EQUIVALENCE)
    return {f"{level:.4f}": _build_limits(interval.at_level(level)) for level in levels}


def _build_published_row(row: Published) -> Record:
    known = row.n > 0
    return {
        "study": row.key,
        "role": "published",
        "decides": False,
        "definition": row.measured.definition.en,
        "definition_zh": row.measured.definition.zh,
        "wechat": row.measured.wechat,
        "estimate": row.span.estimate,
        "low": row.span.low if known else None,
        "high": row.span.high if known else None,
        "n": row.n or None,
    }


def _build_line(line: Line) -> Record:
    return {
        "code": line.code,
        "of": line.of,
        "k": line.k,
        **_build_limits(line.mean),
        "prediction": _build_limits(line.prediction),
        "side": line.side and str(line.side),
    }
