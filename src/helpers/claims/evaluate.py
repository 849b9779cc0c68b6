"""Evaluate a claim in a study: gates, estimate, rule, specifications, verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from helpers.claims.agreement import agreement, hardened
from helpers.claims.combine import together
from helpers.claims.computing import Kept
from helpers.claims.design_sizes import design_size
from helpers.claims.estimators import ESTIMATORS
from helpers.claims.evidence import Evidence
from helpers.claims.families import families
from helpers.claims.gates import GateError
from helpers.claims.needs import refusal
from helpers.claims.proxies import PROXIES
from helpers.claims.register import claim, read_register
from helpers.claims.remembered import once_a_run
from helpers.claims.rules import Decision, Word
from helpers.claims.special import rule_of
from helpers.errors import NotIdentifiableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.claims.agreement import Agreement
    from helpers.claims.computing import Curves
    from helpers.claims.curves import Curve
    from helpers.claims.evidence import SpeaksFor
    from helpers.claims.families import Adjusted
    from helpers.claims.finding import Beside, Estimator, Finding
    from helpers.claims.gates import Gate
    from helpers.claims.register import Claim
    from helpers.claims.specifications import Outcome
    from helpers.study import Study
    from helpers.survival import Interval

__all__ = ["ESTIMATORS", "NO_ESTIMATOR", "Verdict", "evaluate", "scoreboard"]

NO_ESTIMATOR = "no estimator yet"
PER_NETWORK = frozenset({"s0-200-of-343-shells"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one study says about one claim, with everything it rests on.

    Attributes
    ----------
    claim, study
        Which claim in which study; `study` names the network too if it is of one.
    word
        The verdict; None where there is no estimator yet, which is no verdict.
    qualifiers
        What is printed after it.
    estimate, low, high, n
        The first leg with its 95 % limits and number of groups, if it was computed.
    legs
        All deciding intervals.
    definition, population
        What was counted as what, and whom the verdict speaks of.
    gates
        Data gates, passed or not.
    curve, agreement
        Other ways to have done it, and how they agree.
    beside
        Numbers that decide nothing.
    parts
        Verdicts within each network, where these are not pooled.
    shared, frame
        The estimate under the definition that all corpora share, where that is not
        the deciding one; which groups are listed, from when on.
    speaks_for, looked_at
        Which verdicts a biased frame allows for the population; whether the corpus
        had been looked at when it was chosen.
    stand_in
        Whether it decides only where no other corpus can: it comes from a proxy, since
        the study lacks what the claim needs, or its frame is pooled with no other.
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
    legs: tuple[Interval | None, ...] = ()
    definition: str = ""
    gates: tuple[Gate, ...] = ()
    curve: Curve | None = None
    agreement: Agreement | None = None
    beside: tuple[Beside, ...] = ()
    parts: tuple[Verdict, ...] = ()
    shared: Interval | None = None
    frame: str = ""
    speaks_for: SpeaksFor = "both"
    looked_at: bool = False
    stand_in: bool = False
    reason: str = ""
    note: str = ""

    @property
    def specifications(self) -> tuple[Outcome, ...]:
        """The other ways that were computed."""
        return self.curve.outcomes if self.curve else ()

    @property
    def interval(self) -> Interval | None:
        """The first deciding interval, if there is one."""
        return next((leg for leg in self.legs if leg is not None), None)

    @property
    def estimate(self) -> float | None:
        """The first deciding estimate."""
        return None if self.interval is None else self.interval.estimate

    @property
    def low(self) -> float | None:
        """Its lower 95 % limit."""
        return None if self.interval is None else self.interval.low

    @property
    def high(self) -> float | None:
        """Its upper 95 % limit."""
        return None if self.interval is None else self.interval.high

    @property
    def n(self) -> int | None:
        """How many groups it rests on."""
        return None if self.interval is None else self.interval.n

    def __str__(self) -> str:
        return " · ".join((self.word or NO_ESTIMATOR, *self.qualifiers))


@once_a_run
def evaluate(claim_id: str, study: Study) -> Verdict:
    """Return what a study says about a claim.

    Raises
    ------
    ShequnError
        If there is no such claim, or a table of the study is missing or broken.

    Examples
    --------
    >>> from helpers.study import open_study
    >>> print(evaluate("s3-headache-ranking", open_study("fcc_gitter")))
    UNFALSIFIABLE
    """
    return evaluated(claim(claim_id), study, Kept.of(study))


def evaluated(entry: Claim, study: Study, curves: Curves) -> Verdict:
    """Return what a study says about a claim, its specifications had from `curves`."""
    blank = Verdict(
        claim=entry.id,
        study=study.name,
        word=None,
        checksum=study.checksum,
        looked_at=study.manifest.looked_at,
        reason=NO_ESTIMATOR,
    )
    if entry.status == "unfalsifiable":
        return replace(blank, word=Word.UNFALSIFIABLE, reason=entry.rule)
    if entry.status == "untestable_default":
        return replace(blank, word=Word.UNTESTABLE, reason=entry.untestable_if)
    estimator, stand_in, lacking = estimator_of(entry.id, study)
    blank = replace(blank, stand_in=stand_in)
    if lacking:
        return replace(blank, word=Word.UNTESTABLE, reason=lacking)
    if estimator is None:
        return blank
    try:
        evidence = Evidence.of(study)
    except NotIdentifiableError as error:  # no group of it was followed over time
        return replace(blank, word=Word.UNTESTABLE, reason=error.what)
    return _answered(_Question(entry, curves, estimator), evidence, blank)


class Asked(NamedTuple):
    """Who is asked about a claim in a study; no one, where it lacks what is needed."""

    estimator: Estimator | None
    stand_in: bool
    lacking: str


def estimator_of(claim_id: str, study: Study) -> Asked:
    """Return a claim's estimator, or what may stand in for it, in a study."""
    lacking = refusal(claim_id, study)
    if not lacking:
        return Asked(ESTIMATORS.get(claim_id), stand_in=False, lacking="")
    proxy = PROXIES.get(claim_id)
    if proxy is None or not proxy.met_by(study):
        return Asked(None, stand_in=False, lacking=lacking)
    return Asked(proxy.estimator, stand_in=True, lacking="")


class _Question(NamedTuple):
    entry: Claim
    curves: Curves
    estimator: Estimator


def _answered(asked: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Evaluate once, or in each network where networks are too few to be pooled."""
    blank = replace(
        blank,
        population=evidence.population,
        frame=evidence.frame,
        stand_in=blank.stand_in or evidence.apart,
        reason="",
    )
    networks = evidence.networks
    if len(networks) == 1 or asked.entry.id not in PER_NETWORK:
        verdict = _verdict(asked, evidence, blank)
        if len(networks) == 1 and verdict.word is not Word.UNTESTABLE:
            return _qualified(verdict, f"within {networks[0]}")
        if len(networks) == 1 or not _too_few_networks(verdict):
            return verdict
    return _over_networks(asked, evidence, blank)


def _qualified(verdict: Verdict, *more: str) -> Verdict:
    return replace(verdict, qualifiers=(*verdict.qualifiers, *more))


def _too_few_networks(verdict: Verdict) -> bool:
    return [gate.name for gate in verdict.gates if not gate.passed] == ["clustering"]


def _over_networks(asked: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Combine the verdicts of single networks; up to four give no pooled number."""
    parts = tuple(
        _verdict(
            asked,
            evidence.within(network),
            replace(blank, study=f"{blank.study}/{network}"),
        )
        for network in evidence.networks
    )
    able = [part for part in parts if part.word is not Word.UNTESTABLE]
    decision = together(rule_of(asked.entry), able)
    first = able[0] if able else parts[0]
    return replace(
        first if len(able) == 1 else blank,
        study=blank.study,
        word=decision.word,
        qualifiers=(*decision.qualifiers, *first.qualifiers),
        reason=decision.reason if able else first.reason,
        definition=first.definition,
        gates=first.gates,
        speaks_for=first.speaks_for,
        parts=parts,
    )


def _verdict(asked: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    try:
        finding = asked.estimator(evidence)
    except GateError as error:
        return replace(
            blank, word=Word.UNTESTABLE, reason=error.what, gates=error.gates
        )
    except NotIdentifiableError as error:
        return replace(blank, word=Word.UNTESTABLE, reason=error.what)
    return _judged(asked, finding, blank)


def _judged(asked: _Question, finding: Finding, blank: Verdict) -> Verdict:
    rule = rule_of(asked.entry)
    curve, flag = asked.curves.curve(asked.entry, blank.study, finding)
    agreed = agreement(rule, finding.legs, curve.outcomes)
    decision: Decision = hardened(rule.decide(*finding.legs), agreed)
    chance = f"{curve.null} of the exposure" if curve.null else ""
    return replace(
        blank,
        word=decision.word,
        qualifiers=(*decision.qualifiers, *finding.qualifiers),
        reason=decision.reason,
        legs=finding.legs,
        definition=finding.definition,
        gates=finding.gates,
        curve=curve,
        agreement=agreed,
        beside=finding.beside,
        shared=finding.shared,
        speaks_for=finding.speaks_for,
        note="; ".join(part for part in (finding.note, chance, flag) if part),
    )


def scoreboard(studies: Iterable[Study]) -> pd.DataFrame:
    """Return every claim in every study: one row each, in register order.

    Columns: claim, theme, priority, study, verdict, qualifiers, estimate, low, high,
    n, definition, estimator (whether there is one), reason; p, p_adjusted, fcr_low
    and fcr_high as `helpers.claims.families` has them; design_size and reached, which
    says whether n is that of `helpers.claims.design_sizes`. Where there is no estimator
    yet the verdict is missing, not one of the seven.
    """
    opened, register = list(studies), read_register()
    verdicts = [evaluate(name, study) for name in register for study in opened]
    beside = families(verdicts)
    return pd.DataFrame(
        _row(one, beside.get((one.claim, one.study))) for one in verdicts
    )


def _row(verdict: Verdict, beside: Adjusted | None) -> dict[str, object]:
    entry, told = claim(verdict.claim), beside.told if beside else ""
    falsifiable = entry.status == "testable"
    missing = falsifiable and verdict.word is None
    size = design_size(entry.id)
    return {
        "claim": entry.id,
        "theme": entry.theme,
        "priority": entry.priority,
        "study": verdict.study,
        "verdict": None if verdict.word is None else str(verdict.word),
        "qualifiers": ", ".join(verdict.qualifiers),
        "estimate": verdict.estimate,
        "low": verdict.low,
        "high": verdict.high,
        "n": verdict.n,
        "definition": verdict.definition,
        "estimator": NO_ESTIMATOR if missing else "",
        "reason": "; ".join(part for part in (verdict.reason, told) if part),
        "p": beside and beside.p,
        "p_adjusted": beside and beside.adjusted,
        "fcr_low": beside and beside.interval.low,
        "fcr_high": beside and beside.interval.high,
        "design_size": size and size.groups,
        "reached": size.reached(verdict.n) if size and verdict.n else None,
    }
