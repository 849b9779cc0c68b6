"""The decision rule of each claim: a template of the register, or its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    ClaimedRange,
    CounterExamples,
    Decision,
    Effect,
    NoEffect,
    Rule,
    RuleBase,
    Word,
    state_side,
)
from helpers.claims.rules.multi_estimate_rules import COMPOUND
from helpers.errors import ShequnError
from helpers.survival import Interval

_CODE = re.compile(r"(?P<name>\w+)(?P<sign>[<>≈]?)(?:\((?P<numbers>[^()]*)\))?")
MARGIN = 1.10
ENOUGH_BINS = 3
POOLED = Effect("RMST(365,1.10)", 1, 1.0, MARGIN)


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
            code,
            tuple(parse_rule(component.strip()) for component in code[4:-1].split(";")),
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
    """Return a rule's margin, or raise if it is on the wrong side of the null value."""
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


@dataclass(frozen=True, slots=True)
class BestSize(RuleBase):
    """Rule: mean lifetimes of groups of 10–30 exceed those of other size classes.

    Components are ratios of mean lifetimes: 10–30 members over all, then over each
    other bin, None where that has too few groups. Bins are simultaneous: each at
    level 1 − 0.05/4.
    """

    code: str = "10–30 best"

    @property
    def claimed_range(self) -> ClaimedRange:
        """The ratios that count as a longer life: from the margin on."""
        return POOLED.claimed_range

    @property
    def no_effect(self) -> float:
        """The value of the lifetime ratio without an effect: one."""
        return POOLED.null

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict on lifetime ratios of groups of 10–30 to other sizes."""
        pooled, *others = components
        if pooled is None:
            return Decision(Word.UNTESTABLE)
        bins = self._widen(others)
        better = [component for component in bins if component.high < 1]
        whole = POOLED.decide(pooled)
        if any(component.estimate <= 1 / MARGIN for component in better):
            return Decision(Word.CONTRADICTED, reason="another size lives longer")
        if whole.word is Word.CONTRADICTED:
            return whole
        above = sum(component.low > 1 for component in bins)
        if above >= ENOUGH_BINS and pooled.estimate >= MARGIN and not better:
            return Decision(Word.SUPPORTED)
        if whole.word is Word.TOO_SMALL:
            return whole
        reason = f"10–30 lives longer than {above} of {len(bins)} other sizes"
        return Decision(Word.INCONCLUSIVE, reason=reason)

    def count_outlived(self, *others: Interval | None) -> int:
        """Count the other sizes that groups of 10–30 outlive at the joint level."""
        return sum(other.low > 1 for other in self._widen(others))

    @staticmethod
    def _widen(others: Sequence[Interval | None]) -> list[Interval]:
        level = 1 - 0.05 / max(len(others), 1)
        return [other.at_level(level) for other in others if other is not None]

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return for each lifetime ratio whether it is on the side of the claim."""
        bars = (MARGIN, *[1.0] * (len(components) - 1))
        return tuple(
            None if component is None else component.estimate >= bar
            for component, bar in zip(components, bars, strict=True)
        )


@dataclass(frozen=True, slots=True)
class RanksFirst(RuleBase):
    """Rule: content explains more of later activity than any other predictor family.

    The component is a lead over the best rival; being first that often means its 90 %
    limits lie on one side of 0.
    """

    code: str = "first in ≥ 95 %"

    @property
    def claimed_range(self) -> ClaimedRange:
        """The claimed lead in explained share over other predictors: above 0."""
        return state_side(1, 0.0, strictly=True)

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict from content's lead in explained share (90 % interval)."""
        (component,) = components
        if component is None:
            return Decision(Word.UNTESTABLE)
        wide = component.at_level(0.90)
        if wide.low > 0:
            return Decision(Word.SUPPORTED)
        behind = wide.high < 0
        return Decision(Word.CONTRADICTED if behind else Word.INCONCLUSIVE)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return whether content explains more than any other predictor family."""
        return tuple(
            None if component is None else component.estimate > 0
            for component in components
        )


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "s0-size-10-30-best": BestSize(),
        "s4-content-explains-liveliness": RanksFirst(),
        **COMPOUND,
    }
)


def find_rule(claim_id: str, code: str) -> Rule:
    """Find a claim's decision rule: a class of its own, or parsed from its rule code.

    Raises
    ------
    ShequnError
        If it has neither.
    """
    return _RULES.get(claim_id) or parse_rule(code)
