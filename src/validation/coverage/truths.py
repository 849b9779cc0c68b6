"""Effect sizes at which decision rules' error rates are simulated.

The true world has an effect at twice the margin from the threshold, on the scale of
logarithms of hazards (cloglog for probabilities) or ratios. The false one has no
effect or, where a threshold is named (``P``, ``LIT``, ``DOM``, ``D``), the mirror of
the true one. Where a rule names no margin it is that of the register's default hazard
ratio, 1.25.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from helpers.claims.rules.interval_rules import (
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
    Word,
)
from helpers.errors import ShequnError

MARGIN = math.log(1.25)
TAIL, EQUIVALENCE_TAIL = 0.025, 0.05  # of 95 % limits; of two one-sided tests
WorldName = Literal["true", "false", "threshold", "no effect", "margin"]
S, C = Word.SUPPORTED, Word.CONTRADICTED


@dataclass(frozen=True, slots=True)
class Truth:
    """A true value of a quantity, with the right and wrong verdicts.

    Attributes
    ----------
    world
        Its name.
    value
        Of the estimand.
    right
        The verdict that should be found; none at a boundary.
    wrong
        Verdicts that should not be, with the share in which each may be.
    """

    world: WorldName
    value: float
    right: Word | None
    wrong: tuple[tuple[Word, float], ...]


def list_truths(rule: Rule) -> tuple[Truth, ...]:
    """List the true values at which a decision rule is calibrated.

    Raises
    ------
    ShequnError
        If the rule has several components: the subject chooses the false one.

    Examples
    --------
    >>> from helpers.claims import parse_rule
    >>> [(t.world, round(t.value, 3)) for t in list_truths(parse_rule("HR>(1.25)"))]
    [('true', 1.562), ('no effect', 1.0), ('margin', 1.25)]
    >>> [round(t.value, 3) for t in list_truths(parse_rule("P>(0.50)"))]
    [0.661, 0.358, 0.5]
    """
    match rule:
        case Beyond():
            return _build_threshold_truths(rule)
        case Effect():
            return _build_effect_truths(rule)
        case NoEffect():
            return _build_no_effect_truths(rule)
        case Band():
            return _build_band_truths(rule)
        case CounterExamples():
            return _build_counterexamples(rule)
    raise ShequnError(f"{rule.code} has several legs", where="truths")


def _build_truth_pair(true: float, false: float) -> tuple[Truth, Truth]:
    return (
        Truth("true", true, S, ((C, TAIL),)),
        Truth("false", false, C, ((S, TAIL),)),
    )


def _build_threshold_truths(rule: Beyond) -> tuple[Truth, ...]:
    step = 2 * MARGIN * rule.sign
    true, false = (_shift_threshold(rule, by) for by in (step, -step))
    both = ((S, TAIL), (C, TAIL))
    return (
        *_build_truth_pair(true, false),
        Truth("threshold", rule.end, None, both),
    )


SWITCH = _build_truth_pair(
    1.0, 0.0
)  # of a world that is true or false and has no number


def build_undecided(truth: Truth) -> Truth:
    """Return a copy of a truth for which any decided verdict counts as wrong."""
    return replace(truth, right=None, wrong=((S, TAIL), (C, TAIL)))


def build_one_sided(truth: Truth) -> Truth:
    """Return the truth for evidence that can support but not contradict a claim."""
    if truth.right is not C:
        return truth
    return replace(truth, right=Word.INCONCLUSIVE, wrong=((S, TAIL), (C, TAIL)))


def build_sure_worlds(
    rule: Rule, values: tuple[float, float] | None = None
) -> tuple[Truth, Truth]:
    """Return two truths far from the threshold: claim true, and claim false.

    Parameters
    ----------
    rule
        About one component.
    values
        Of the estimand in the two, where those by default do not do: four times the
        margin from the threshold, and for effects twice the margin the other way.

    Examples
    --------
    >>> from helpers.claims import parse_rule
    >>> [round(t.value, 3) for t in build_sure_worlds(parse_rule("HR>(1.25)"))]
    [2.441, 0.64]
    """
    return _build_truth_pair(*(values or _build_plain_truths(rule)))


def _build_plain_truths(rule: Rule) -> tuple[float, float]:
    match rule:
        case Beyond():
            return _shift_threshold(rule, 4 * MARGIN * rule.sign), _shift_threshold(
                rule, -4 * MARGIN * rule.sign
            )
        case Effect() if rule.null:
            return rule.margin**4, rule.margin**-2
        case Effect():
            return 4 * rule.margin, -2 * rule.margin
        case NoEffect():
            return rule.margin**-2, rule.margin**4
    true, false = (truth.value for truth in list_truths(rule)[:2])
    return true, false


def _shift_threshold(rule: Beyond, by: float) -> float:
    """Shift a rule's threshold by an amount on the rule's own scale."""
    if rule.code.startswith("P"):
        return shift_probability(rule.end, by)
    if rule.code.startswith("LIT"):
        return rule.end * math.exp(by)
    return rule.end + by


def shift_probability(probability: float, by: float) -> float:
    """Change a failure probability by a log hazard ratio.

    >>> round(shift_probability(0.5, math.log(2)), 3)
    0.75
    """
    return -math.expm1(math.log1p(-probability) * math.exp(by))


def _build_effect_truths(rule: Effect) -> tuple[Truth, ...]:
    true = rule.margin**2 if rule.null else 2 * rule.margin
    return (
        Truth("true", true, S, ((C, TAIL),)),
        Truth("no effect", rule.null, C, ((S, TAIL),)),
        Truth("margin", rule.margin, None, ((C, TAIL),)),
    )


def _build_no_effect_truths(rule: NoEffect) -> tuple[Truth, ...]:
    return (
        Truth("true", 1.0, S, ((C, TAIL),)),
        Truth("false", rule.margin**2, C, ((S, TAIL),)),
        Truth("margin", rule.margin, None, ((S, TAIL),)),
    )


def _build_band_truths(rule: Band) -> tuple[Truth, ...]:
    ratio = not rule.code.startswith("P")
    if ratio:
        middle, beyond = math.sqrt(rule.bottom * rule.top), rule.top**2
    else:
        middle = (rule.bottom + rule.top) / 2
        beyond = 2 * rule.top - middle
    edge = ((S, EQUIVALENCE_TAIL), (C, TAIL))
    return (
        *_build_truth_pair(middle, beyond),
        Truth("threshold", rule.top, None, edge),
    )


def _build_counterexamples(rule: CounterExamples) -> tuple[Truth, ...]:
    share = shift_probability(rule.tolerated, 2 * MARGIN)
    both = ((S, TAIL), (C, TAIL))
    return (
        *_build_truth_pair(0.0, share),
        Truth("threshold", rule.tolerated, None, both),
    )
