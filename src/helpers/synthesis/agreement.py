"""Agreement of alternative analyses with the answer that is printed.

Definition: docs/decisions/2026-11-23-agreement-is-counted-against-the-printed-answer.md
and, of the count fixed first, 2026-11-25-a-late-count-raises-no-certainty.md there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.claims.contract.finding import Components, Outcome
from helpers.claims.evaluation import standing
from helpers.claims.evaluation.standing import Agreement
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Rule, Word
from helpers.synthesis.component import Component
from helpers.synthesis.decision import Answer, is_same_side
from helpers.synthesis.readings import Alternatives, Reading

WORDS = {Answer.SUPPORTED: Word.SUPPORTED, Answer.NOT_SUPPORTED: Word.CONTRADICTED}
SIDES = {Answer.SUPPORTED: True, Answer.NOT_SUPPORTED: False}


@dataclass(frozen=True, slots=True)
class Reference:
    """What alternative analyses are compared with: the side of the printed answer.

    Attributes
    ----------
    word
        The answer as a verdict; None where it takes no side, and each source's own
        deciding estimate is what its alternatives are compared with.
    sides
        For each part of the rule, whether it is supported; None where undecided, and
        empty where a rule takes several numbers at once.
    """

    word: Word | None
    sides: tuple[bool | None, ...] = ()


class Agreeing(NamedTuple):
    """Numbers of alternative analyses.

    Attributes
    ----------
    agreeing, counted
        That agree, and that are compared at all.
    undecided
        That agree by lying on the same side, without a verdict of their own.
    excluded
        That are not compared: of other groups or another question, or biased.
    """

    agreeing: int
    counted: int
    undecided: int
    excluded: int


NONE = Agreeing(0, 0, 0, 0)


def choose_reference(answer: Answer, components: Sequence[Component]) -> Reference:
    """Return what a claim's alternative analyses are compared with.

    >>> choose_reference(Answer.NOT_SUPPORTED, []).word.value
    'CONTRADICTED'
    """
    parts = {c.number: SIDES.get(c.answer) for c in components if c.rule is not None}
    numbers = range(max(parts, default=-1) + 1)
    return Reference(WORDS.get(answer), tuple(parts.get(number) for number in numbers))


def count_specifications(readings: Sequence[Reading], reference: Reference) -> Agreeing:
    """Count the alternative analyses of sources that agree with the printed answer."""
    counts = [
        _count(alternatives, reading.verdict.about.rule, reference)
        for reading in readings
        for alternatives in reading.alternatives
    ]
    return Agreeing(*map(sum, zip(NONE, *counts, strict=True)))


def count_first(readings: Sequence[Reading]) -> tuple[int, int]:
    """Count the alternative analyses that agree with their source's registered one.

    This is the count fixed first. Returns how many agree, and of how many.
    """
    counts = [each for reading in readings for each in _list_counts(reading.verdict)]
    return sum(each.agreeing for each in counts), sum(each.counted for each in counts)


def _list_counts(verdict: Verdict) -> Iterator[Agreement]:
    """Yield a source's count of alternatives, or that of each of its networks."""
    if verdict.agreement is not None and verdict.agreement.counted:
        yield verdict.agreement
        return
    for part in verdict.parts:
        yield from _list_counts(part)


def _count(alternatives: Alternatives, rule: Rule, reference: Reference) -> Agreeing:
    components, outcomes, _ = alternatives
    answered = [o for o in outcomes if o.word is not Word.UNTESTABLE]
    counted = [o for o in answered if o.counts]
    agreeing = [o for o in counted if is_agreeing(o, components, rule, reference)]
    undecided = [o for o in agreeing if o.word is Word.INCONCLUSIVE]
    excluded = len(answered) - len(counted)
    return Agreeing(len(agreeing), len(counted), len(undecided), excluded)


def is_agreeing(
    outcome: Outcome, components: Components, rule: Rule, reference: Reference
) -> bool:
    """Return whether an alternative analysis agrees with the printed answer.

    Parameters
    ----------
    components
        The estimates of the same source that decide.
    """
    own = rule.beyond(*components)
    if reference.word is None:
        return standing.is_agreeing(outcome, rule.decide(*components).word, own)
    if outcome.word is Word.INCONCLUSIVE:
        return standing.is_same_side(outcome.beyond, reference.sides or own)
    return is_same_side(outcome.word, reference.word)
