"""Many claims at once: what is printed beside the verdicts of a study (register, §0).

A family is the decided claims of one theme in one study. Beside each verdict stand
its p value adjusted by Benjamini and Hochberg, and, for those selected at q = 0.10,
the interval that keeps the rate of false coverage. The unadjusted interval decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.register import claim
from helpers.claims.fixed.rule_of_claim import rule_of
from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
    Word,
)
from helpers.inference import p_value, select
from helpers.survival import Interval

NO_EFFECT = 1.0
DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a verdict is worth among the others of its theme.

    Attributes
    ----------
    p, adjusted
        Of the threshold that the verdict hangs on, two-sided, and adjusted.
    selected, decided
        Whether the adjusted p value is at most 0.10, and whether there is a verdict
        that it could overturn.
    interval
        At the level that keeps the false coverage rate of the selected.
    """

    p: float
    adjusted: float
    selected: bool
    decided: bool
    interval: Interval

    @property
    def told(self) -> str:
        """What is said of a verdict that does not survive, else nothing."""
        if self.selected or not self.decided:
            return ""
        return (
            f"does not survive the other claims of its theme (p = {self.adjusted:.2f})"
        )


def families(verdicts: Iterable[Verdict]) -> Mapping[tuple[str, str], Adjusted]:
    """Return what stands beside each decided verdict, by claim and study.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289–300; Benjamini and Yekutieli (2005),
    JASA 100, 71–81.
    """
    by: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.word not in SILENT and verdict.interval is not None:
            by.setdefault((verdict.study, claim(verdict.claim).theme), []).append(
                verdict
            )
    return {key: adjusted for own in by.values() for key, adjusted in _adjusted(own)}


def _adjusted(
    family: Sequence[Verdict],
) -> Iterable[tuple[tuple[str, str], Adjusted]]:
    pairs = [_hardest(verdict) for verdict in family]
    selection = select([leg for leg, _ in pairs], [bar for _, bar in pairs])
    for nth, verdict in enumerate(family):
        yield (
            (verdict.claim, verdict.study),
            Adjusted(
                selection.p_values[nth],
                selection.adjusted[nth],
                selection.selected[nth],
                verdict.word in DECIDED,
                selection.intervals[nth],
            ),
        )


def _hardest(verdict: Verdict) -> tuple[Interval, float]:
    """Return the leg that the verdict hangs on most, and its threshold.

    All legs must hold for SUPPORTED; for CONTRADICTED one that fails is enough.
    """
    rule = rule_of(claim(verdict.claim))
    rules = rule.rules if isinstance(rule, All) else (rule,) * len(verdict.legs)
    pairs = [
        (leg, _bar(rule, leg))
        for rule, leg in zip(rules, verdict.legs, strict=False)
        if leg is not None
    ]
    if not isinstance(rule, All):
        return next(pair for pair in pairs if pair[0] is verdict.interval)
    surest = min if verdict.word is Word.CONTRADICTED else max
    return surest(pairs, key=lambda pair: p_value(*pair))


def _bar(rule: Rule, leg: Interval) -> float:
    """Return the threshold that a verdict on a leg hangs on.

    Of an effect no effect at all, unless the claimed size is ruled out: then that.
    """
    if isinstance(rule, Effect):
        ruled_out = rule.decide(leg).word is Word.CONTRADICTED
        return rule.margin if ruled_out else rule.null
    if isinstance(rule, Beyond):
        return rule.threshold
    if isinstance(rule, NoEffect):
        return rule.margin
    if isinstance(rule, CounterExamples):
        return rule.tolerated
    if isinstance(rule, Band):
        edges = (rule.bottom, rule.top)
        return min(edges, key=lambda edge: abs(edge - leg.estimate))
    return NO_EFFECT
