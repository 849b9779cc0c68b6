"""The written decision rule: from pooled intervals to the answer on a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from helpers.claims.evaluation.standing import SIDES, explain_side
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Rule, Word
from helpers.survival import Interval
from helpers.synthesis.readings import DECIDED, Reading

T = TypeVar("T")  # of an estimate with its source

MOST_AGAINST = 0.25
AGAINST = {Word.CONTRADICTED, Word.TOO_SMALL}
BIASED = {
    "support": (Word.CONTRADICTED,),
    "contradict": (Word.SUPPORTED,),
    "neither": (Word.CONTRADICTED, Word.SUPPORTED),
}


class Answer(StrEnum):
    """The combined answer on a claim, such as supported, undecided or no data."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    DEPENDS = "depends on the kind of group"
    PARTLY = "partly supported"
    UNDECIDED = "undecided"
    NO_DATA = "no data"
    NOT_TESTABLE = "not testable"

    @property
    def decides(self) -> bool:
        """Whether the answer settles the claim, for or against it."""
        return self in {
            Answer.SUPPORTED,
            Answer.NOT_SUPPORTED,
            Answer.DEPENDS,
            Answer.PARTLY,
        }


def find_side(
    rule: Rule, intervals: Sequence[Interval], level: float | None = None
) -> Word | None:
    """Return the verdict that all intervals share by a rule's threshold, or None.

    Parameters
    ----------
    level
        At which an interval has to contradict too, where a rule has several parts.

    Examples
    --------
    >>> from helpers.claims.rules.templates import parse_rule
    >>> from helpers.inference import compute_exact_interval
    >>> few, half = compute_exact_interval(10, 100), compute_exact_interval(50, 100)
    >>> (
    ...     str(find_side(parse_rule("P>(0.50)"), [few])),
    ...     find_side(parse_rule("P>(0.50)"), [few, half]),
    ... )
    ('CONTRADICTED', None)
    """
    words = {_choose_word(rule, interval, level) for interval in intervals}
    if words in ({Word.SUPPORTED}, {Word.TOO_SMALL}):
        return words.pop()
    return Word.CONTRADICTED if words and words <= AGAINST else None


def _choose_word(rule: Rule, interval: Interval, level: float | None) -> Word:
    word = rule.decide(interval).word
    if word is Word.CONTRADICTED and level is not None:
        wide = rule.decide(interval.at_level(level)).word
        return word if wide is Word.CONTRADICTED else Word.INCONCLUSIVE
    return word


def find_withheld(verdict: Verdict) -> Word | None:
    """Return the verdict that an estimate would give if its biases allowed it.

    Its exposure is read with error, say, or a negative control failed.
    """
    rule = verdict.about.rule
    for part in (verdict, *verdict.parts):
        if any(part.components) and part.word is Word.INCONCLUSIVE:
            word = rule.decide(*part.components).word
            if word in DECIDED:
                return word
    return None


def is_same_side(word: Word | None, other: Word | None) -> bool:
    """Return whether two verdicts both support, or both contradict, the claim.

    >>> is_same_side(Word.CONTRADICTED, Word.TOO_SMALL), is_same_side(None, None)
    (True, False)
    """
    if word is None or other is None:
        return False
    return (word is Word.SUPPORTED) == (other is Word.SUPPORTED)


def is_biased_towards(side: Word | None, verdict: Verdict) -> bool:
    """Return whether a bias in a source's sampling of groups favours one side."""
    favoured = BIASED.get(verdict.speaks_for, ())
    return any(is_same_side(side, word) for word in favoured)


def confirm_side(
    estimates: Sequence[T],
    find: Callable[[Sequence[T]], Word | None],
    may_decide: Callable[[Word | None, T], bool],
) -> Word | None:
    """Return the side of estimates that also those of unbiased sources are on.

    Parameters
    ----------
    find
        On which side of the threshold given estimates are.
    may_decide
        Whether an estimate's source may decide for a side.

    Examples
    --------
    >>> above = lambda shares: Word.SUPPORTED if min(shares) > 0.5 else None
    >>> confirm_side([0.6, 0.9], above, lambda side, share: share < 0.8)
    <Word.SUPPORTED: 'SUPPORTED'>
    """
    side = find(estimates)
    free = [estimate for estimate in estimates if may_decide(side, estimate)]
    if len(free) == len(estimates) or is_same_side(side, find(free)):
        return side
    return None


def withhold_biased(verdict: Verdict) -> Verdict:
    """Return a source's verdict, as undecided if its biases favour it."""
    word = verdict.word
    if word not in DECIDED or not is_biased_towards(word, verdict):
        return verdict
    return replace(verdict, word=Word.INCONCLUSIVE, reason=explain_side(word))


def find_decided_word(reading: Reading, rule: Rule, component: Interval) -> Word | None:
    """Return a source's verdict by one estimate, or None if it may not decide.

    A verdict that depends on a definition does not, and a bound speaks for its own
    side only.
    """
    if (
        reading.verdict.word is Word.FRAGILE
        or find_withheld(reading.verdict) is not None
    ):
        return None
    word = rule.decide(component).word
    return word if word in SIDES[reading.may] else None


def decide_answer(
    side: Word | None,
    sources: Sequence[Word | None],
    intervals: Sequence[Word | None],
) -> Answer:
    """Combine the sources' verdicts and the pooled estimate into one answer.

    Parameters
    ----------
    side
        Where the pooled interval lies, or all of one or two intervals.
    sources
        What each direct source decides by itself.
    intervals
        On which side the interval of each pooled source lies.

    Examples
    --------
    >>> decide_answer(
    ...     Word.SUPPORTED, [Word.SUPPORTED, None], [Word.SUPPORTED, None]
    ... ).value
    'supported'
    >>> decide_answer(
    ...     Word.SUPPORTED, [], [Word.CONTRADICTED, *[Word.SUPPORTED] * 2]
    ... ).value
    'depends on the kind of group'
    """
    verdicts = {word for word in sources if word is not None}
    if Word.SUPPORTED in verdicts and Word.CONTRADICTED in verdicts:
        return Answer.DEPENDS
    if side is None:
        return Answer.UNDECIDED
    against = sum(_get_opposite(side, word) for word in intervals)
    if against > MOST_AGAINST * len(intervals):
        return Answer.DEPENDS
    if any(_get_opposite(side, word) for word in verdicts):
        return Answer.UNDECIDED
    supported = side is Word.SUPPORTED
    return Answer.SUPPORTED if supported else Answer.NOT_SUPPORTED


def _get_opposite(side: Word, word: Word | None) -> bool:
    return word in DECIDED and not is_same_side(side, word)


def decide_answer_of_parts(parts: Sequence[Answer], smaller: Sequence[bool]) -> Answer:
    """Combine the answers on the parts of a composite claim into one.

    Parameters
    ----------
    smaller
        Of each part, whether it is true but smaller than claimed: that alone does
        not refute the whole.

    Examples
    --------
    >>> decide_answer_of_parts(
    ...     [Answer.SUPPORTED, Answer.UNDECIDED], [False, False]
    ... ).value
    'partly supported'
    """
    answers = set(parts)
    refuted = zip(parts, smaller, strict=True)
    if any(part is Answer.NOT_SUPPORTED and not small for part, small in refuted):
        return Answer.NOT_SUPPORTED
    if answers == {Answer.SUPPORTED}:
        return Answer.SUPPORTED
    if answers <= {Answer.SUPPORTED, Answer.NOT_SUPPORTED}:
        return Answer.NOT_SUPPORTED
    if answers <= {Answer.SUPPORTED, Answer.DEPENDS}:
        return Answer.DEPENDS
    return Answer.PARTLY if Answer.SUPPORTED in answers else Answer.UNDECIDED
