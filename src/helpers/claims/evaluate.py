"""Evaluate a claim in a study: gates, estimate, rule, specifications, verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from helpers.claims.agreement import agreement, hardened
from helpers.claims.combine import together
from helpers.claims.computing import Kept
from helpers.claims.estimators import ESTIMATORS
from helpers.claims.evidence import Evidence
from helpers.claims.gates import GateError
from helpers.claims.needs import refusal
from helpers.claims.proxies import PROXIES
from helpers.claims.register import claim
from helpers.claims.remembered import once_a_run
from helpers.claims.rules import Decision, Word
from helpers.claims.special import rule_of
from helpers.claims.verdict import NO_ESTIMATOR, Verdict
from helpers.errors import NotIdentifiableError

if TYPE_CHECKING:
    from helpers.claims.computing import Curves
    from helpers.claims.finding import Estimator, Finding
    from helpers.claims.register import Claim
    from helpers.study import Study

__all__ = ["evaluate", "evaluated"]

PER_NETWORK = frozenset({"s0-200-of-343-shells"})


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
