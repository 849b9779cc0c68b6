"""Decision templates: the codes of the register, read into rules."""

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


def parse(code: str) -> Rule:
    """Return the rule that a template code names.

    Raises
    ------
    ShequnError
        If there is no such template, or its margin lies on the wrong side.

    Examples
    --------
    >>> parse("HR>(1.25)")
    Effect(code='HR>(1.25)', sign=1, null=1.0, margin=1.25)
    >>> parse("ALL(P>(0.50); Δ<(0.05))").rules[1]
    Effect(code='Δ<(0.05)', sign=-1, null=0.0, margin=-0.05)
    """
    if code.startswith("ALL(") and code.endswith(")"):
        return All(code, tuple(parse(leg.strip()) for leg in code[4:-1].split(";")))
    match = _CODE.fullmatch(code)
    if match is None or (make := _TEMPLATES.get(match["name"] + match["sign"])) is None:
        raise _unreadable(code, "there is no such template")
    try:
        numbers = [
            float(number) for number in (match["numbers"] or "").split(",") if number
        ]
        return make(code, {"<": -1}.get(match["sign"], 1), numbers)
    except (IndexError, ValueError) as error:
        raise _unreadable(code, str(error)) from error


def _unreadable(code: str, why: str) -> ShequnError:
    return ShequnError(
        f"{code!r} is not a decision rule: {why}",
        where="decision template",
        remedy=f"write one of {', '.join(_TEMPLATES)} or ALL(…; …)",
    )


def _beyond(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return Beyond(code, sign, numbers[0])


def _dominates(code: str, sign: int, _: Sequence[float]) -> Rule:
    return Beyond(code, sign, 0.0)


def _ratio(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    margin = numbers[-1] if numbers else {1: 1.25, -1: 0.80}[sign]
    return Effect(code, sign, 1.0, _past(margin, sign, 1.0))


def _difference(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return Effect(code, sign, 0.0, _past(sign * numbers[0], sign, 0.0))


def _no_effect(code: str, sign: int, numbers: Sequence[float]) -> Rule:
    return NoEffect(code, sign, _past(numbers[0], sign, 1.0))


def _around(code: str, _: int, numbers: Sequence[float]) -> Rule:
    return Band(code, numbers[0] - numbers[1], numbers[0] + numbers[1])


def _between(code: str, _: int, numbers: Sequence[float]) -> Rule:
    return Band(code, numbers[0], numbers[1])


def _counter_examples(code: str, *_: object) -> Rule:
    return CounterExamples(code)


def _past(margin: float, sign: int, null: float) -> float:
    """Return the margin; one short of no effect would allow two verdicts at once."""
    if sign * (margin - null) <= 0:
        raise ValueError(f"the margin {margin:g} is not beyond {null:g}")
    return margin


_TEMPLATES: MappingProxyType[str, Callable[[str, int, Sequence[float]], Rule]] = (
    MappingProxyType(
        {
            **dict.fromkeys(("P>", "P<", "LIT>", "LIT<"), _beyond),
            "DOM>": _dominates,
            "P≈": _around,
            **{
                name + sign: _ratio
                for name in ("HR", "RR", "OR", "TR")
                for sign in "<>"
            },
            "RMST": _ratio,
            **dict.fromkeys(("Δ>", "Δ<"), _difference),
            **dict.fromkeys(("noHR<", "noHR>", "noRR<", "noRR>"), _no_effect),
            "EQ": _between,
            "D": _counter_examples,
        }
    )
)
