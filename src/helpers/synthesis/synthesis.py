"""One frozen object a claim: what entered, pooled estimate, answer, certainty."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.register import claim
from helpers.survival import Interval
from helpers.synthesis.certainty import Certainty, Grade, for_wechat, grade
from helpers.synthesis.component import Component, components_of
from helpers.synthesis.deciding import Deciding, choose
from helpers.synthesis.decision import Answer, answer_of_parts
from helpers.synthesis.readings import once_each, readings_of


@dataclass(frozen=True)
class Synthesis:
    """What all sources say about one claim together.

    Attributes
    ----------
    claim
        Of the register.
    answer
        By the written rule.
    grade
        How certain the answer is, and why; None where there is nothing to grade.
    wechat
        How certain it is for WeChat groups.
    deciding
        Which sources decide.
    components
        A pooled number for each part of the claim's rule.
    """

    claim: str
    answer: Answer
    grade: Grade | None
    wechat: Certainty | None
    deciding: Deciding
    components: tuple[Component, ...]

    @property
    def k(self) -> int:
        """How many sources decide: a source counts once."""
        return max((component.k for component in self.components), default=0)

    @property
    def variant(self) -> str:
        """Which measure of the claim's card its numbers are of."""
        readings = self.deciding.readings
        return readings[0].variant if readings else ""

    @property
    def headline(self) -> Component | None:
        """The number that is quoted: the first that any source shows."""
        shown = [component for component in self.components if component.k]
        return shown[0] if shown else None


def synthesise(
    claim_id: str,
    verdicts: Sequence[Verdict],
    *,
    strata: Verdict | None = None,
    wechat: Collection[str] = (),
) -> Synthesis:
    """Return what verdicts on one claim say together.

    Parameters
    ----------
    claim_id
        Of the register.
    verdicts
        One a source, all of it.
    strata
        What the sources say as strata of one estimate, where the claim asks for that.
    wechat
        Names of the studies that are of WeChat groups.

    Examples
    --------
    >>> synthesise("s3-headache-ranking", []).answer.value
    'not testable'
    >>> synthesise("s0-three-month-death", []).answer.value
    'no data'
    """
    entry = claim(claim_id)
    if entry.status == "unfalsifiable":
        return _without_data(claim_id, Answer.NOT_TESTABLE)
    readings = [reading for v in once_each(verdicts) for reading in readings_of(v)]
    together = readings_of(strata) if strata is not None else ()
    if not readings and not together:
        return _without_data(claim_id, Answer.NO_DATA)
    deciding = choose(readings, together[0] if together else None)
    components = components_of(entry, deciding)
    answer = answer_of_parts(
        [one.answer for one in components], [one.smaller for one in components]
    )
    graded = grade(answer, components, deciding)
    own = [v for v in verdicts if v.study in wechat]
    return Synthesis(
        claim_id, answer, graded, _wechat(claim_id, own, graded), deciding, components
    )


def _without_data(claim_id: str, answer: Answer) -> Synthesis:
    return Synthesis(claim_id, answer, None, None, choose([]), ())


def _wechat(claim_id: str, own: Sequence[Verdict], graded: Grade) -> Certainty:
    """Return the grade for WeChat groups: that of their own sources, if there are."""
    alone = synthesise(claim_id, own) if own else None
    if alone is not None and alone.grade is not None:
        return alone.grade.level
    return for_wechat(graded.level)


def pooled_numbers(
    name: str, verdicts: Sequence[Verdict], strata: Verdict | None
) -> tuple[tuple[str, Interval], ...]:
    """Return the pooled mean and the prediction of a claim by kind, if it is pooled."""
    whole = synthesise(name, verdicts, strata=strata)
    pool = whole.headline.pool if whole.headline else None
    if pool is None:
        return ()
    return ("pooled", pool.mean), ("prediction", pool.prediction)
