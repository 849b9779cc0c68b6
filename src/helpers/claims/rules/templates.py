"""Parse the rule codes of the register into decision rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import MappingProxyType

from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
)
from helpers.errors import ShequnError

_CODE = re.compile(r"(?P<name>\w+)(?P<sign>[<>≈]?)(?:\((?P<numbers>[^()]*)\))?")


def parse_rule(code: str) -> Rule:
    """Parse a rule code, such as ``P>0.9``, into a decision rule.

    Raises
    ------
    ShequnError
        If there is no such template, or its margin lies on the wrong side.

    Examples
    --------
    >>> parse_rule("HR>(1.25)")
    Effect(code='HR>(1.25)', sign=1, null=1.0, margin=1.25)
    >>> parse_rule("ALL(P>(0.50); Δ<(0.05))").rules[1]
    Effect(code='Δ<(0.05)', sign=-1, null=0.0, margin=-0.05)
    """
    if code.startswith("ALL(") and code.endswith(")"):
        return All(
            code, tuple(parse_rule(leg.strip()) for leg in code[4:-1].split(";"))
        )
    match = _CODE.fullmatch(code)
    if match is None or (make := _TEMPLATES.get(match["name"] + match["sign"])) is None:
        raise _make_unreadable_error(code, "there is no such template")
    try:
        numbers = [
            float(number) for number in (match["numbers"] or "").split(",") if number
        ]
        return make(code, {"<": -1}.get(match["sign"], 1), numbers)
    except (IndexError, ValueError) as error:
        raise _make_unreadable_error(code, str(error)) from error


def _make_unreadable_error(code: str, why: str) -> ShequnError:
    return ShequnError(
        f"{code!r} is not a decision rule: {why}",
        where="decision template",
        remedy=f"write one of {', '.join(_TEMPLATES)} or ALL(…; …)",
    )


def _parse_beyond(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return Beyond(code, sign, numbers[0])


def _parse_dominates(code: str, sign: int, _: Sequence[float]) -> Rule:
    return Beyond(code, sign, 0.0)


def _parse_ratio(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    margin = numbers[-1] if numbers else {1: 1.25, -1: 0.80}[sign]
    return Effect(code, sign, 1.0, _compute_margin(margin, sign, 1.0))


def _parse_difference(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return Effect(code, sign, 0.0, _compute_margin(sign * numbers[0], sign, 0.0))


def _parse_no_effect(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return NoEffect(code, sign, _compute_margin(numbers[0], sign, 1.0))


def _parse_band_around(code: str, _: int, numbers: Sequence[float]) -> Rule:
    return Band(code, numbers[0] - numbers[1], numbers[0] + numbers[1])


def _parse_band(code: str, _: int, numbers: Sequence[float]) -> Rule:
    return Band(code, numbers[0], numbers[1])


def _parse_counterexamples(code: str, *_: object) -> Rule:
    return CounterExamples(code)


def _compute_margin(margin: float, sign: int, null: float) -> float:
    """Return a rule's margin, or raise if it is on the wrong side."""
    if sign * (margin - null) <= 0:
        raise ValueError(f"the margin {margin:g} is not beyond {null:g}")
    return margin


_TEMPLATES: MappingProxyType[str, Callable[[str, int, Sequence[float]], Rule]] = (
    MappingProxyType(
        {
            **dict.fromkeys(("P>", "P<", "LIT>", "LIT<"), _parse_beyond),
            "DOM>": _parse_dominates,
            "P≈": _parse_band_around,
            **{
                name + sign: _parse_ratio
                for name in ("HR", "RR", "OR", "TR")
                for sign in "<>"
            },
            "RMST": _parse_ratio,
            **dict.fromkeys(("Δ>", "Δ<"), _parse_difference),
            **dict.fromkeys(("noHR<", "noHR>", "noRR<", "noRR>"), _parse_no_effect),
            "EQ": _parse_band,
            "D": _parse_counterexamples,
        }
    )
)
