"""Evaluate a claim in a study: gates, estimate, rule, specifications, verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Self

from helpers.claims.contract.data_needs import (
    Need,
    by_group,
    data_gate,
    in_words,
    needs_of,
    of_people,
)
from helpers.claims.contract.finding import Estimator, Finding
from helpers.claims.contract.gates import Gate, GateError
from helpers.claims.contract.proxy import Proxy
from helpers.claims.contract.showing_groups import counted, showing
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import has_places, networks_as_places
from helpers.claims.evaluation.controls import Asked, obey
from helpers.claims.evaluation.curves.source import Curves, Kept
from helpers.claims.evaluation.direction import (
    agreed_by_places,
    agreed_upon,
    allowed,
    allowed_sides,
    narrowed,
    narrowest,
    unattenuated,
)
from helpers.claims.evaluation.fragility import agreement, downgraded
from helpers.claims.evaluation.planned import marked, under_condition
from helpers.claims.evaluation.pooling import together_within
from helpers.claims.evaluation.registry import ESTIMATORS, PROXIES, STRATIFIED
from helpers.claims.evaluation.verdict import NO_ESTIMATOR, Verdict
from helpers.claims.fixed.amendments import Amendment, amendments_of
from helpers.claims.fixed.evidence_plan import (
    EvidencePlan,
    is_public,
    missing,
    plan_of,
    plans_of,
)
from helpers.claims.fixed.register import Claim, claim
from helpers.claims.fixed.rule_of_claim import rule_of
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.errors import FewNetworksError, NotIdentifiableError, UndeterminedError
from helpers.study.publish.study import Study, Tables

PER_NETWORK = frozenset({"s0-200-of-343-shells"})  # its rule is about one network


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
    return evaluated(claim(claim_id), study, Kept.of(study), permute=True)


def evaluated(
    entry: Claim, study: Tables, curves: Curves, *, permute: bool = False
) -> Verdict:
    """Return what a study says about a claim, its specifications had from `curves`.

    Parameters
    ----------
    permute
        Whether controls that permute the exposure are computed, which takes a while.
    """
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
    method = method_of(entry.id, study)
    if not method.data.passed:
        return replace(blank, word=Word.UNTESTABLE, reason=method.data.detail)
    if method.estimator is None:  # nobody records it, so nothing was written for it
        nobody = missing(entry.id)
        return (
            replace(blank, word=Word.UNTESTABLE, reason=f"{nobody}")
            if nobody
            else blank
        )
    try:
        evidence = Evidence.of(method.study)
    except NotIdentifiableError as error:  # no group of it was followed over time
        return replace(blank, word=Word.UNTESTABLE, reason=error.what)
    plan = plan_of(entry.id, study.name)
    question = _Question(entry, curves, method, method.estimator, plan, permute)
    verdict = _over_networks(question, evidence, blank)
    named = method.by_name and verdict.word is not Word.UNTESTABLE
    return _qualified(verdict, "by name") if named else verdict


class Method(NamedTuple):
    """How a claim is estimated in a study, and whether the study has what it needs.

    Attributes
    ----------
    estimator
        Of the claim, or what stands in for it.
    data
        Whether the study has what that needs.
    study
        Those of its groups that show it.
    by_name
        Whether it tells people apart, and any of these groups only by their names.
    """

    estimator: Estimator | None
    data: Gate
    study: Tables
    by_name: bool = False

    @classmethod
    def of(
        cls, estimator: Estimator | None, needs: Sequence[Need], study: Tables
    ) -> Self:
        """Return it for the groups that were chosen."""
        named = study.observability.sender_ids == "by name" and of_people(needs)
        return cls(estimator, data_gate(needs, study), study, named)


def method_of(claim_id: str, study: Tables) -> Method:
    """Return a claim's estimator, or what may stand in for it, in a study.

    The claim's own is asked wherever its needs are met, else a stand-in; a few public
    sources have both. Which of them may be asked through a stand-in, the plan says.
    """
    needs = needs_of(claim_id)
    if "shown" in study.manifest.tables:
        needs = (*needs, *by_group(claim_id))
    own = Method.of(ESTIMATORS.get(claim_id), needs, showing(needs, study))
    proxies = PROXIES.get(claim_id, ())
    if own.data.passed and not any(study.name in proxy.instead for proxy in proxies):
        return own
    for proxy in proxies:
        able = showing(proxy.own_needs, study)
        if _is_planned(claim_id, study, proxy) and proxy.met_by(able):
            return Method.of(proxy.estimator, proxy.own_needs, able)
    words = in_words(claim_id, study.name)
    data = (
        replace(own.data, detail=words) if words and not own.data.passed else own.data
    )
    return own._replace(estimator=None, data=data)


def _is_planned(claim_id: str, study: Tables, proxy: Proxy) -> bool:
    """Say whether a stand-in may be asked: of a public source the plan says so."""
    closed = proxy.planned or any(plan.lists_all for plan in plans_of(claim_id))
    if not closed or not is_public(study.name) or study.name in proxy.shown:
        return True
    plan = plan_of(claim_id, study.name)
    return plan is not None and plan.computed


class _Question(NamedTuple):
    entry: Claim
    curves: Curves
    method: Method
    estimator: Estimator
    plan: EvidencePlan | None
    permute: bool


def _over_networks(question: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Evaluate once, or in each network where networks are too few to be pooled."""
    blank = replace(
        blank,
        population=evidence.population,
        frame=evidence.frame,
        stand_in=evidence.apart,
        reason="",
    )
    networks = evidence.networks
    if has_places(evidence):
        return _verdict(question, evidence, blank)
    if len(networks) == 1:
        verdict = _verdict(question, evidence, blank)
        if verdict.word is Word.UNTESTABLE:
            return verdict
        return _qualified(verdict, f"within {networks[0]}")
    if question.entry.id not in PER_NETWORK:
        try:
            return _verdict(question, evidence, blank)
        except FewNetworksError:
            pass  # then each network on its own
    return _each_network(question, evidence, blank)


def _qualified(verdict: Verdict, *more: str) -> Verdict:
    return replace(verdict, qualifiers=(*verdict.qualifiers, *more))


def _each_network(question: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Combine the verdicts of single networks; up to four give no pooled number.

    Where each is too small alone, they are places of one stratified estimate.
    """
    parts = tuple(
        _verdict(
            question,
            evidence.within(network),
            replace(blank, study=f"{blank.study}/{network}"),
        )
        for network in evidence.networks
    )
    able = [part for part in parts if part.word is not Word.UNTESTABLE]
    if not able and STRATIFIED.get(question.entry.id) == question.estimator:
        whole = _verdict(question, networks_as_places(evidence), blank)
        if whole.word is not Word.UNTESTABLE:
            return replace(whole, parts=parts)
    decision = together_within(rule_of(question.entry), able)
    first = able[0] if able else parts[0]
    return replace(
        first if len(able) == 1 else blank,
        study=blank.study,
        word=decision.word,
        qualifiers=tuple(dict.fromkeys((*decision.qualifiers, *first.qualifiers))),
        reason=decision.reason if able else first.reason,
        definition=first.definition,
        variant=first.variant,
        cases=first.cases,
        gates=first.gates,
        stand_in=first.stand_in,
        speaks_for=first.speaks_for,
        may=narrowest(*(part.may for part in able)),
        parts=parts,
    )


def _verdict(question: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Return the verdict on some groups.

    Raises
    ------
    FewNetworksError
        If all that is wrong is that they are of 2 to 7 networks.
    """
    try:
        finding = question.estimator(evidence)
    except GateError as error:
        if error.only_networks:
            raise FewNetworksError(error.what) from error
        gates = (question.method.data, *error.gates)
        return replace(blank, word=Word.UNTESTABLE, reason=error.what, gates=gates)
    except FewNetworksError:
        raise
    except UndeterminedError as error:
        gates = (question.method.data,)
        return replace(blank, word=Word.INCONCLUSIVE, reason=error.what, gates=gates)
    except NotIdentifiableError as error:
        return replace(blank, word=Word.UNTESTABLE, reason=error.what)
    return _judged(question, finding, blank)


def _judged(question: _Question, finding: Finding, blank: Verdict) -> Verdict:
    """Decide, in the direction in which the finding cannot err; then ask others."""
    finding = marked(finding, question.plan, question.method.study.name)
    if finding.parts:
        return _in_words(question, finding, blank)
    finding = narrowed(finding, _amended(question, finding))
    rule = rule_of(question.entry)
    curve, flag = question.curves.curve(question.entry, blank.study, finding)
    agreed = agreement(rule, finding.legs, curve.outcomes)
    decision = unattenuated(rule, finding, rule.decide(*finding.legs))
    decision = allowed(decision, finding, question.plan)
    decision = under_condition(rule, finding, decision, question.plan)
    decision = agreed_upon(rule, finding, decision)
    decision = agreed_by_places(rule, finding, decision)
    decision = downgraded(decision, agreed)
    asked = Asked(question.entry.id, blank.study, rule, finding, question.permute)
    checks = asked.check(decision)
    decision = obey(decision, checks, required=is_public(question.method.study.name))
    of = counted(question.method.study)
    chance = f"{curve.null} of the exposure" if curve.null else ""
    return replace(
        _with_finding(question, finding, decision, blank),
        legs=finding.legs,
        curve=curve,
        agreement=agreed,
        controls=checks,
        shared=finding.shared,
        decides=finding.may != "nothing",
        may=allowed_sides(finding, question.plan),
        note="; ".join(part for part in (of, finding.note, chance, flag) if part),
    )


def _amended(question: _Question, finding: Finding) -> Iterator[Amendment]:
    study = question.method.study.name
    return amendments_of(question.entry.id, study, finding.variant)


def _with_finding(
    question: _Question, finding: Finding, decision: Decision, blank: Verdict
) -> Verdict:
    """Return the verdict with what it takes from a finding, decided as it may be."""
    return replace(
        blank,
        word=decision.word,
        qualifiers=tuple(dict.fromkeys((*decision.qualifiers, *finding.qualifiers))),
        reason=decision.reason,
        definition=finding.definition,
        variant=finding.variant,
        cases=finding.cases,
        gates=(question.method.data, *finding.gates),
        beside=finding.beside,
        stand_in=blank.stand_in or finding.stand_in,
        speaks_for=finding.speaks_for,
        places=finding.places,
    )


def _in_words(question: _Question, finding: Finding, blank: Verdict) -> Verdict:
    """Judge units that stand each on its own, and put their verdicts together."""
    parts = tuple(
        _judged(question, part, replace(blank, study=f"{blank.study}/{name}"))
        for name, part in finding.parts
    )
    decision = together_within(rule_of(question.entry), parts)
    return replace(
        _with_finding(question, finding, decision, blank),
        decides=any(part.decides for part in parts),
        may=narrowest(*(part.may for part in parts)),
        note="; ".join(filter(None, (counted(question.method.study), finding.note))),
        parts=parts,
    )
