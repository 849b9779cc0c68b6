"""Synthesise evidence on a claim: sources, pooled estimate, answer, certainty."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from helpers.claims.claim import Claim
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.source_names import is_named
from helpers.survival import Interval
from helpers.synthesis.certainty import (
    Certainty,
    Grade,
    grade_certainty,
    grade_for_wechat,
)
from helpers.synthesis.component import Component, list_components
from helpers.synthesis.deciding import Deciding, choose
from helpers.synthesis.decision import Answer, decide_answer_of_parts
from helpers.synthesis.readings import drop_repeated_networks, list_readings

NoData = Literal["no_data", "few", "no_data_yours", "few_yours"]


@dataclass(frozen=True)
class Synthesis:
    """The combined evidence of all sources on one claim.

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
    no_data
        Which sentence says that there are no data: of public sources or of one's own
        groups, and of these whether too little or nothing is recorded.
    trials
        The synthesis of the randomised sources alone; None without one.
    """

    claim: str
    answer: Answer
    grade: Grade | None
    wechat: Certainty | None
    deciding: Deciding
    components: tuple[Component, ...]
    trials: Synthesis | None = None
    no_data: NoData = "no_data"

    @property
    def about(self) -> Claim:
        """The claim itself: its wording, rule, needs and literature."""
        return Claim.of(self.claim)

    @property
    def k(self) -> int:
        """Number of deciding sources; each counts once."""
        return max((component.k for component in self.components), default=0)

    @property
    def variant(self) -> str:
        """Name of the measure that the deciding sources use."""
        return self.deciding.variant

    @property
    def headline(self) -> Component | None:
        """First quantity of the claim for which a deciding source has an estimate."""
        shown = [component for component in self.components if component.k]
        return shown[0] if shown else None

    @property
    def answered(self) -> Component | None:
        """The headline or, of a claim partly supported, the first part that is."""
        if self.answer is not Answer.PARTLY:
            return self.headline
        parts = (p for p in self.components if p.answer is Answer.SUPPORTED)
        return next(parts, self.headline)


def run_synthesis(
    claim_id: str,
    verdicts: Sequence[Verdict],
    *,
    strata: Verdict | None = None,
    wechat: Collection[str] = (),
) -> Synthesis:
    """Synthesise the verdicts of all sources on one claim.

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
    >>> run_synthesis("s3-headache-ranking", []).answer.value
    'not testable'
    >>> run_synthesis("s0-three-month-death", []).answer.value
    'no data'
    """
    claim = Claim.of(claim_id)
    if claim.entry.status == "unfalsifiable":
        return _build_no_data(claim_id, Answer.NOT_TESTABLE)
    readings = [
        reading
        for v in drop_repeated_networks(verdicts)
        for reading in list_readings(v)
    ]
    together = list_readings(strata) if strata is not None else ()
    if not readings and not together:
        none = _build_no_data(claim_id, Answer.NO_DATA)
        return replace(none, no_data=_explain_no_data(verdicts))
    deciding = choose(readings, together[0] if together else None)
    components = list_components(claim, deciding)
    answer = decide_answer_of_parts(
        [component.answer for component in components],
        [component.smaller for component in components],
    )
    graded = grade_certainty(answer, components, deciding)
    own = [v for v in verdicts if v.study in wechat]
    return Synthesis(
        claim_id,
        answer,
        graded,
        _grade_wechat(claim_id, own, graded),
        deciding,
        components,
        _synthesise_trials(claim_id, verdicts),
    )


def _synthesise_trials(claim_id: str, verdicts: Sequence[Verdict]) -> Synthesis | None:
    """Synthesise randomised sources alone; their certainty starts at high."""
    trials = [v for v in verdicts if "randomised" in v.qualifiers]
    if not trials or len(trials) == len(verdicts):
        return None
    return run_synthesis(claim_id, trials)


def _build_no_data(claim_id: str, answer: Answer) -> Synthesis:
    return Synthesis(claim_id, answer, None, None, choose([]), ())


def _explain_no_data(verdicts: Sequence[Verdict]) -> NoData:
    """Choose why there are no data: too little or nothing, public or of a user."""
    recorded = any(
        gate.name == "data" and gate.passed
        for verdict in verdicts
        for gate in verdict.gates
    )
    if not verdicts or any(is_named(verdict.study) for verdict in verdicts):
        return "few" if recorded else "no_data"
    return "few_yours" if recorded else "no_data_yours"


def _grade_wechat(claim_id: str, own: Sequence[Verdict], graded: Grade) -> Certainty:
    """Return the certainty for WeChat groups, from their own sources if any."""
    alone = run_synthesis(claim_id, own) if own else None
    if alone is not None and alone.grade is not None:
        return alone.grade.level
    return grade_for_wechat(graded.level)


def pooled_numbers(
    name: str, verdicts: Sequence[Verdict], strata: Verdict | None
) -> tuple[tuple[str, Interval], ...]:
    """Return a claim's pooled mean and prediction interval; empty if not pooled."""
    whole = run_synthesis(name, verdicts, strata=strata)
    pool = whole.headline.pool if whole.headline else None
    if pool is None:
        return ()
    return ("pooled", pool.mean), ("prediction", pool.prediction)
