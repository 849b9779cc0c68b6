"""Grade the certainty of an answer (GRADE): starting level and each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from helpers.claims.evaluation.standing import AT_LEAST_AGREE
from helpers.claims.rules.interval_rules import Word
from helpers.claims.rules.templates import ENOUGH_BINS, BestSize
from helpers.inference import compute_e_value
from helpers.survival import Interval
from helpers.synthesis.agreement import (
    Reference,
    choose_reference,
    count_first,
    count_specifications,
)
from helpers.synthesis.component import Component
from helpers.synthesis.deciding import Deciding
from helpers.synthesis.decision import (
    Answer,
    find_side,
    is_biased_towards,
    is_same_side,
)
from helpers.synthesis.readings import Reading

HALF = 0.5
LARGE = 2.0  # a ratio, or its inverse


class Certainty(IntEnum):
    """Certainty of an answer in GRADE's four levels, from very low to high."""

    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def word(self) -> str:
        """The level's name in lower case, such as "very low".

        >>> Certainty.VERY_LOW.word
        'very low'
        """
        return self.name.lower().replace("_", " ")

    def moved(self, steps: int) -> Certainty:
        """Return the certainty raised or lowered by some of its four levels.

        >>> Certainty.LOW.moved(-3).word, Certainty.MODERATE.moved(1).word
        ('very low', 'high')
        """
        return Certainty(min(max(self + steps, Certainty.VERY_LOW), Certainty.HIGH))


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that raises or lowers GRADE certainty: its code, levels and numbers.

    Attributes
    ----------
    code
        Which reason; ``reasons.toml`` has the words.
    steps
        By how many levels it moves the certainty; 0 for one that was checked.
    numbers
        What it rests on: so many of so many.
    """

    code: str
    steps: int
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A GRADE level of certainty: its starting level and the reasons of each change."""

    level: Certainty
    reasons: tuple[Reason, ...]


def grade_certainty(
    answer: Answer, components: Sequence[Component], deciding: Deciding
) -> Grade:
    """Grade the certainty of an answer by the project's GRADE-like rule.

    Of a rule of several parts those count that decide.
    """
    if not deciding.readings:
        return Grade(Certainty.VERY_LOW, (Reason("only-shown", 0),))
    decided = [component for component in components if component.answer.decides]
    reasons = tuple(_list_reasons(answer, decided or components, deciding))
    if answer is Answer.UNDECIDED:
        why = _explain_undecided(components)
        return Grade(Certainty.VERY_LOW, (*reasons, why))
    start = Certainty.LOW if reasons[0].code == "observed" else Certainty.HIGH
    return Grade(start.moved(sum(reason.steps for reason in reasons)), reasons)


def _explain_undecided(components: Sequence[Component]) -> Reason:
    """Return why no part of a claim is decided, as ``reasons.toml`` calls it."""
    estimated = [component for component in components if component.k]
    if estimated and all(component.side for component in estimated):
        one = rests_on_one_indirect(estimated)
        return Reason("indirect-alone" if one else "undecided", 0)
    open_parts = [component for component in estimated if not component.side]
    if open_parts and all(part.is_late for part in open_parts):
        return Reason("undecided-late", 0)
    if open_parts and all(part.is_withheld for part in open_parts):
        return _explain_withheld(open_parts)
    if any(map(_needs_wider_interval, open_parts)):
        return Reason("undecided-wider", 0)
    outlived = [n for part in open_parts for n in _count_outlived(part)]
    if outlived and outlived[0] < ENOUGH_BINS:
        return Reason("undecided-sizes", 0, (outlived[0], ENOUGH_BINS))
    averaged = [part for part in open_parts if part.mean is not None]
    return Reason(_explain_interval(averaged[0]) if averaged else "undecided-apart", 0)


def _explain_interval(part: Component) -> str:
    """Return which condition of its rule the interval of a part does not meet."""
    rule, mean = part.rule, part.mean
    if rule is None or mean is None:
        return "undecided-rule"
    if rule.no_effect is None or Word.SUPPORTED in rule.ruling_out:
        return "undecided"
    includes = mean.low <= rule.no_effect <= mean.high
    return "undecided-null" if includes else "undecided-short"


def _explain_withheld(parts: Sequence[Component]) -> Reason:
    """Return whether all sources are biased or fail a check, or how many."""
    if not any(part.unbiased for part in parts):
        return Reason("withheld", 0)
    biased = sum(part.k_biased for part in parts)
    k = sum(len(part.entering) for part in parts)
    return Reason("undecided-biased", 0, (biased, k))


def _needs_wider_interval(part: Component) -> bool:
    """Return whether only the wider interval prevents a part from refuting a claim."""
    if part.rule is None or part.level is None:
        return False
    intervals = part.intervals(part.entering)
    narrow = find_side(part.rule, intervals)
    wide = find_side(part.rule, intervals, part.level)
    return narrow is Word.CONTRADICTED and wide is None


def _count_outlived(part: Component) -> Iterator[int]:
    """Yield how many other sizes the claimed best size outlives, where needed."""
    for entry in part.entering:
        verdict = entry.reading.verdict
        rule = verdict.about.rule
        if isinstance(rule, BestSize):
            yield rule.count_outlived(*verdict.components[1:])


def rests_on_one_indirect(components: Sequence[Component]) -> bool:
    """Return whether each part with an estimate rests on one indirect source only."""
    estimated = [part for part in components if part.k]
    return bool(estimated) and all(part.is_single_indirect for part in estimated)


def _list_reasons(
    answer: Answer, components: Sequence[Component], deciding: Deciding
) -> Iterator[Reason]:
    readings = list_carrying_sources(components) or deciding.readings
    k = min((component.k_free for component in components if component.k), default=0)
    yield Reason(_start(readings), 0)
    yield Reason("one-source" if k == 1 else "sources", -(k == 1), (k,))
    if deciding.indirect:
        yield Reason("indirect", -1)
    if answer is not Answer.DEPENDS:
        yield from _check_prediction(components, k)
    yield from _check_specifications(readings, choose_reference(answer, components))
    yield from _check_sizes(readings)
    yield from _check_frames(components, readings)
    if _start(readings) == "observed" and any(map(_is_large, components)):
        yield Reason("large-effect", 1)


def list_carrying_sources(components: Sequence[Component]) -> tuple[Reading, ...]:
    """Return the sources that decide a claim by their estimates, each once."""
    entries = [entry for component in components for entry in component.entering]
    return tuple({entry.reading.study: entry.reading for entry in entries}.values())


def _start(readings: Sequence[Reading]) -> str:
    """Return the study design (such as randomised) from which grading starts."""
    marked = [reading.verdict.qualifiers for reading in readings]
    if any("association" in qualifiers for qualifiers in marked):
        return "observed"
    is_random = all("randomised" in qualifiers for qualifiers in marked)
    return "randomised" if marked and is_random else "counted"


def _check_prediction(components: Sequence[Component], k: int) -> Iterator[Reason]:
    pooled = [component for component in components if component.pool]
    if k and not pooled:
        together = any(component.strata for component in components)
        few = {1: "one-range", 2: "two-sources"}.get(k, "no-average")
        yield Reason("no-prediction" if together else few, -1, (k,))
    elif crossing := [
        component
        for component in pooled
        if not is_same_side(component.side, component.predicted)
    ]:
        alike = all(component.is_alike for component in crossing)
        yield Reason("prediction-crosses-alike" if alike else "prediction-crosses", -1)
    elif pooled:
        yield Reason("prediction-agrees", 0)


def _check_specifications(
    readings: Sequence[Reading], reference: Reference
) -> Iterator[Reason]:
    numbers = count_specifications(readings, reference)
    if not numbers.counted:
        yield Reason("no-specifications", 0)
        return
    few = numbers.agreeing < AT_LEAST_AGREE * numbers.counted
    with_what = "agree" if reference.word else "own"
    code = f"few-{with_what}" if few else f"most-{with_what}"
    yield Reason(code, -few, numbers)
    agreeing, counted = count_first(readings)
    if not few and agreeing < AT_LEAST_AGREE * counted:
        yield Reason("few-first", -1, (agreeing, counted))


def is_large_enough(reading: Reading) -> bool | None:
    """Return whether a source has as many groups as the claim's design requires.

    None where it counts something else, or the claim was not calibrated.
    """
    size = reading.verdict.about.design_size
    if size is None or reading.verdict.cases != "groups":
        return None
    return size.reached(reading.n)


def _check_sizes(readings: Sequence[Reading]) -> Iterator[Reason]:
    reached = [r for r in map(is_large_enough, readings) if r is not None]
    if not reached:
        return
    small = len(reached) - sum(reached)
    mostly_small = small > HALF * len(reached)
    yield Reason(
        "small" if mostly_small else "large-enough",
        -mostly_small,
        (small, len(reached)),
    )


def _check_frames(
    components: Sequence[Component], readings: Sequence[Reading]
) -> Iterator[Reason]:
    """Yield a reason to lower certainty if most sources list a biased set of groups."""
    side = next((component.side for component in components if component.side), None)
    pushed = sum(is_biased_towards(side, reading.verdict) for reading in readings)
    if pushed > HALF * len(readings):
        yield Reason("survivors", -1, (pushed, len(readings)))


def _is_large(component: Component) -> bool:
    """Return whether a ratio is ≥ 2 or ≤ 1/2, robust to weak confounding."""
    intervals = component.intervals(component.entering)
    if component.measure.of != "ratio" or len(intervals) != 1:
        return False
    return component.side is Word.SUPPORTED and _is_robust(intervals[0])


def _is_robust(ratio: Interval) -> bool:
    beyond = max(ratio.estimate, 1 / ratio.estimate) >= LARGE
    return beyond and compute_e_value(ratio, common=False).limit >= LARGE


def grade_for_wechat(certainty: Certainty) -> Certainty:
    """Return the certainty for WeChat groups if no source observes WeChat.

    >>> grade_for_wechat(Certainty.HIGH).word, grade_for_wechat(Certainty.LOW).word
    ('low', 'very low')
    """
    return min(certainty.moved(-1), Certainty.LOW)
