"""A verdict: one study's answer to one claim, with all its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Outcome, Supplement
from helpers.claims.contract.gates import Gate
from helpers.claims.contract.study_view import SpeaksFor
from helpers.claims.evaluation.controls import Checked
from helpers.claims.evaluation.curves import Curve
from helpers.claims.evaluation.standing import Agreement, Standing
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval

NO_ESTIMATOR = "no estimator yet"
FAILED = "could not be computed: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One study's answer to one claim, with all its evidence.

    Attributes
    ----------
    claim, study
        Which claim in which study; `study` names the network too if it is of one.
    word
        The verdict; None where there is no estimator yet, which is no verdict.
    qualifiers
        What is printed after it.
    estimate, low, high, n
        The quoted component of the claim, with 95 % limits and number of groups.
    components
        All deciding intervals.
    definition, population
        What was counted as what, and whom the verdict speaks of.
    gates
        Data gates, passed or not.
    curve, agreement
        Other ways to have done it, and how they agree.
    controls
        Negative controls of a verdict that decides, or that one of them stopped.
    beside
        Numbers that decide nothing.
    parts
        Verdicts within each network, where these are not pooled.
    places
        The first estimate in each place alone, where places are strata of one.
    shared, frame
        The estimate under the definition that all corpora share, where that is not
        the deciding one; which groups are listed, from when on.
    shared_curve
        Other ways to have done `shared`; None where that is the deciding one.
    speaks_for, looked_at
        Which verdicts a biased frame allows for the population; whether the corpus
        had been looked at when it was chosen.
    stand_in
        Whether it decides only where no other corpus can: it comes from a proxy, since
        the study lacks what the claim needs, or its frame is pooled with no other.
    decides
        Whether it may decide anything: where not, its numbers are only shown.
    may
        Which verdicts the estimate and the plan allow: an estimate that can err in one
        direction only is a bound.
    standings
        What limits the verdict: which others, or it, were refused, and why.
    sources
        The sources that are strata of this one estimate; empty for a single source.
    variant
        Which measure of the claim's card it is of; empty for the claim's own.
    cases
        What `n` counts.
    reason, note
        Why it is this verdict; what a reader has to know.
    checksum
        Of the study's tables.
    """

    claim: str
    study: str
    word: Word | None
    checksum: str
    population: str = ""
    qualifiers: tuple[str, ...] = ()
    components: tuple[Interval | None, ...] = ()
    definition: str = ""
    gates: tuple[Gate, ...] = ()
    curve: Curve | None = None
    agreement: Agreement | None = None
    controls: tuple[Checked, ...] = ()
    beside: tuple[Supplement, ...] = ()
    parts: tuple[Verdict, ...] = ()
    places: tuple[Supplement, ...] = ()
    shared: Interval | None = None
    shared_curve: Curve | None = None
    frame: str = ""
    speaks_for: SpeaksFor = "both"
    looked_at: bool = False
    stand_in: bool = False
    decides: bool = True
    may: May = "both"
    standings: tuple[Standing, ...] = ()
    sources: tuple[str, ...] = ()
    variant: str = ""
    cases: str = "groups"
    reason: str = ""
    note: str = ""

    @property
    def about(self) -> Claim:
        """The claim itself: its wording, rule, needs and literature."""
        return Claim.of(self.claim)

    @property
    def has_failed(self) -> bool:
        """Whether the estimator stopped with an unexpected error."""
        return self.reason.startswith(FAILED)

    @property
    def refusal(self) -> str:
        """The first unmet data requirement with its counts; "" if all are met."""
        failed = (gate.detail for gate in self.gates if not gate.passed)
        return next(failed, "")

    @property
    def specifications(self) -> tuple[Outcome, ...]:
        """Estimates under the alternative specifications that were computed."""
        return self.curve.outcomes if self.curve else ()

    @property
    def leading(self) -> tuple[Interval | None, ...]:
        """Estimates of all components of the decision rule, the main one first."""
        lead = self.about.wording.lead(self.variant)
        return (
            *self.components[lead : lead + 1],
            *self.components[:lead],
            *self.components[lead + 1 :],
        )

    @property
    def interval(self) -> Interval | None:
        """The estimate that pages quote first, with its interval, or None."""
        return next(
            (component for component in self.leading if component is not None), None
        )

    @property
    def estimate(self) -> float | None:
        """The point estimate that web pages quote first, or None."""
        return None if self.interval is None else self.interval.estimate

    @property
    def low(self) -> float | None:
        """Lower 95 % limit of the estimate that pages quote first."""
        return None if self.interval is None else self.interval.low

    @property
    def high(self) -> float | None:
        """Upper 95 % limit of the estimate that pages quote first."""
        return None if self.interval is None else self.interval.high

    @property
    def n(self) -> int | None:
        """Number of units, such as groups, behind the estimate quoted first."""
        return None if self.interval is None else self.interval.n

    def __str__(self) -> str:
        return " · ".join((self.word or NO_ESTIMATOR, *self.qualifiers))
