"""Evaluate a claim in a study: requirements, estimate, rule, specifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, Self

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Estimator, Finding
from helpers.claims.contract.gates import Gate, GateError
from helpers.claims.contract.proxy import Proxy
from helpers.claims.contract.showing_groups import (
    ShowingGroups,
    describe_counted,
    select_showing,
)
from helpers.claims.contract.source_facts import read_source_facts
from helpers.claims.contract.study_view import Evidence, Need, check_data, needs_people
from helpers.claims.designs.corpora_strata import use_networks_as_places
from helpers.claims.evaluation.controls import Checked, EstimatesToCheck
from helpers.claims.evaluation.curves import Curve, Curves, StoredCurves
from helpers.claims.evaluation.pooling import COMMON, pool_verdicts_within
from helpers.claims.evaluation.registry import ESTIMATORS, PROXIES, STRATIFIED
from helpers.claims.evaluation.standing import (
    add_planned_qualifiers,
    apply_standings,
    choose_side,
    combine_sides,
    count_agreement,
    describe_amendments,
    drop_firmness,
    limit_by_controls,
    list_standings,
)
from helpers.claims.evaluation.verdict import NO_ESTIMATOR, Verdict
from helpers.claims.fixed.evidence_plan import (
    EvidencePlan,
    May,
    find_late_choice,
    find_substitute,
    is_public,
    list_amendments,
)
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.interval_rules import DECIDING, Decision, Word
from helpers.errors import FewNetworksError, NotIdentifiableError, UndeterminedError
from helpers.study.publish.study import Study, Tables
from helpers.study.publish.union import StudyUnion
from helpers.wording import join_messages, say

PER_NETWORK = frozenset({"s0-200-of-343-shells"})  # its rule is about one network


def evaluate(claim_id: str, study: Study) -> Verdict:
    """Evaluate a claim in a study: return the verdict, estimates and reasons.

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
    return evaluate_claim(
        Claim.of(claim_id), study, StoredCurves.of(study), permute=True
    )


def evaluate_claim(
    claim: Claim, study: Tables, curves: Curves, *, permute: bool = False
) -> Verdict:
    """Evaluate a claim in a study, with a source of specification curves.

    Parameters
    ----------
    permute
        Whether controls that permute the exposure are computed, which takes a while.
    """
    blank = Verdict(
        claim=claim.id,
        study=study.name,
        word=None,
        checksum=study.checksum,
        looked_at=study.manifest.looked_at,
        reason=NO_ESTIMATOR,
    )
    entry = claim.entry
    if entry.status == "unfalsifiable":
        return replace(blank, word=Word.UNFALSIFIABLE, reason=entry.rule)
    if entry.status == "untestable_default" and not find_substitute(
        entry.id, study.name
    ):
        return replace(blank, word=Word.UNTESTABLE, reason=entry.untestable_if)
    method = choose_method(claim, study)
    if not method.data.passed:
        return replace(blank, word=Word.UNTESTABLE, reason=method.data.detail)
    if method.estimator is None:  # no source records it, so none was written
        untestable = replace(blank, word=Word.UNTESTABLE, reason=f"{claim.missing}")
        return untestable if claim.missing else blank
    try:
        evidence = Evidence.of(method.study)
    except NotIdentifiableError as error:  # no group of it was followed over time
        return replace(blank, word=Word.UNTESTABLE, reason=error.what)
    plan = claim.find_plan(study.name)
    question = _Question(claim, curves, method, method.estimator, plan, permute)
    verdict = _evaluate_networks(question, evidence, blank)
    named = method.by_name and verdict.word is not Word.UNTESTABLE
    return _add_qualifiers(verdict, "by name") if named else verdict


class Method(NamedTuple):
    """How to estimate a claim in a study, and whether the study has the data.

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
    proxy
        The indirect measure, if the claim is answered by one.
    """

    estimator: Estimator | None
    data: Gate
    study: Tables
    by_name: bool = False
    proxy: Proxy | None = None

    @classmethod
    def of(
        cls, estimator: Estimator | None, needs: Sequence[Need], study: Tables
    ) -> Self:
        """Choose an estimator, and check that the study has the data it needs."""
        named = study.observability.sender_ids == "by name" and needs_people(needs)
        return cls(estimator, check_data(needs, study), study, named)


def choose_method(claim: Claim, study: Tables) -> Method:
    """Choose the direct or indirect estimator of a claim for a study.

    The claim's own is asked wherever its needs are met, else a stand-in; a few public
    sources have both. Which of them may be asked through a stand-in, the plan says.
    """
    mixed = "shown" in study.manifest.tables
    needs = (*claim.needs, *claim.group_needs) if mixed else claim.needs
    view = select_showing(needs, study) if mixed else study
    own = Method.of(ESTIMATORS.get(claim.id), needs, view)
    proxies = PROXIES.get(claim.id, ())
    other_proxies = [each for each in proxies if each.estimator is not own.estimator]
    indirect = other_proxies and claim.id in read_source_facts(study.name).indirect
    if own.estimator is not None and own.data.passed and not indirect:
        return own
    if not own.data.passed and (words := claim.explain_refusal(study)):
        return own._replace(estimator=None, data=replace(own.data, detail=words))
    for proxy in proxies:
        view = select_showing(proxy.own_needs, study) if mixed else study
        if _is_planned(claim, study, proxy) and proxy.met_by(view):
            method = Method.of(proxy.estimator, proxy.own_needs, view)
            return method._replace(proxy=proxy)
    return own._replace(estimator=None)


def _can_pool(claim: Claim, method: Method) -> bool:
    """Return whether sources estimated by a method can be strata of one estimate."""
    pooled = STRATIFIED.get(claim.id)
    if pooled is None or pooled.estimator != method.estimator:
        return False
    return not method.proxy.alone if method.proxy else pooled.direct


def _is_planned(claim: Claim, study: Tables, proxy: Proxy) -> bool:
    """Return whether the pre-registered plan allows an indirect measure."""
    closed = proxy.planned or any(plan.lists_all for plan in claim.plans)
    is_descriptive = claim.id in read_source_facts(study.name).shown
    if not closed or not is_public(study.name) or is_descriptive:
        return True
    plan = claim.find_plan(study.name)
    return plan is not None and plan.computed


class _Question(NamedTuple):
    claim: Claim
    curves: Curves
    method: Method
    estimator: Estimator
    plan: EvidencePlan | None
    permute: bool


def _evaluate_networks(
    question: _Question, evidence: Evidence, blank: Verdict
) -> Verdict:
    """Evaluate a claim over all groups, or per network if they cannot be pooled."""
    blank = replace(
        blank,
        population=evidence.population,
        frame=evidence.frame,
        stand_in=evidence.apart,
        reason="",
    )
    networks = evidence.networks
    if evidence.has_places:
        return _build_verdict(question, evidence, blank)
    if len(networks) == 1:
        verdict = _build_verdict(question, evidence, blank)
        if verdict.word is Word.UNTESTABLE:
            return verdict
        return _add_qualifiers(verdict, say("within {place}", place=networks[0]))
    if question.claim.id not in PER_NETWORK:
        try:
            return _build_verdict(question, evidence, blank)
        except FewNetworksError:
            pass  # then each network on its own
    return _combine_networks(question, evidence, blank)


def _add_qualifiers(verdict: Verdict, *more: str) -> Verdict:
    return replace(verdict, qualifiers=(*verdict.qualifiers, *more))


def _combine_networks(
    question: _Question, evidence: Evidence, blank: Verdict
) -> Verdict:
    """Evaluate a claim in each network of a study, and combine the verdicts.

    Where each is too small alone, they are places of one stratified estimate.
    """
    parts = tuple(
        _build_verdict(
            question,
            evidence.within(network),
            replace(blank, study=f"{blank.study}/{network}"),
        )
        for network in evidence.networks
    )
    testable = [part for part in parts if part.word is not Word.UNTESTABLE]
    if not testable and _can_pool(question.claim, question.method):
        stratified = _build_verdict(question, use_networks_as_places(evidence), blank)
        if stratified.word is not Word.UNTESTABLE:
            return replace(stratified, parts=parts)
    decision = pool_verdicts_within(question.claim.rule, testable)
    # the refusal that is reported is that of the network with the most groups
    largest = evidence.groups["network"].value_counts().sort_index().argmax()
    first = testable[0] if testable else parts[largest]
    return replace(
        first if len(testable) == 1 else blank,
        study=blank.study,
        word=decision.word,
        qualifiers=tuple(dict.fromkeys((*decision.qualifiers, *first.qualifiers))),
        reason=decision.reason if testable else first.reason,
        definition=first.definition,
        variant=first.variant,
        cases=first.cases,
        gates=first.gates,
        stand_in=first.stand_in,
        speaks_for=first.speaks_for,
        may=combine_sides(*(part.may for part in testable)),
        parts=parts,
    )


def _build_verdict(question: _Question, evidence: Evidence, blank: Verdict) -> Verdict:
    """Estimate a claim on given groups and apply its decision rule to the estimate.

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
    return _judge_finding(question, finding, blank)


def _judge_finding(question: _Question, finding: Finding, blank: Verdict) -> Verdict:
    """Apply the decision rule to an estimate, then biases and other limits."""
    source = question.method.study.name
    finding = add_planned_qualifiers(finding, question.plan, source)
    if finding.parts:
        return _combine_parts(question, finding, blank)
    amendments = list_amendments(question.claim.id, source, finding.variant)
    rule = question.claim.rule
    curve, flag = question.curves.curve(question.claim, blank.study, finding)
    agreed = count_agreement(rule, finding.components, curve.outcomes)
    standings = list_standings(rule, finding, question.plan, amendments, agreed)
    decision = drop_firmness(rule.decide(*finding.components), finding, agreed)
    decision = apply_standings(decision, standings)
    checks = _check_controls(question, finding, decision, blank.study)
    controlled = limit_by_controls(decision.word, checks, required=is_public(source))
    own = combine_sides(finding.may, *(amendment.may for amendment in amendments))
    by_plan: May = question.plan.may if question.plan else "both"
    of = _describe_counted(question.method.study)
    chance = curve.null.describe() if curve.null else ""
    substitute = find_substitute(question.claim.id, source)
    late = find_late_choice(question.claim.id, source)
    limits = (
        *describe_amendments(amendments),
        substitute.describe() if substitute else "",
        late.describe() if late else "",
    )
    notes = (of, finding.note, *limits, chance, flag)
    return replace(
        _add_finding(question, finding, apply_standings(decision, [controlled]), blank),
        components=finding.components,
        curve=curve,
        agreement=agreed,
        controls=checks,
        shared=finding.shared,
        shared_curve=_compute_shared_curve(question, finding, blank.study),
        decides=own != "nothing",
        may=combine_sides(own, by_plan, choose_side(finding)),
        standings=tuple(
            standing for standing in (*standings, controlled) if standing.refused
        ),
        note=join_messages("; ", notes),
    )


def _compute_shared_curve(
    question: _Question, finding: Finding, label: str
) -> Curve | None:
    """Return the alternatives of the common frame's estimate, if it is another."""
    shared = finding.shared
    if shared is None or (shared,) == finding.components:
        return None
    framed = replace(
        finding,
        components=(shared,),
        specifications=finding.shared_specifications,
        permuted=None,
    )
    return question.curves.curve(question.claim, f"{label}, {COMMON}", framed)[0]


def _check_controls(
    question: _Question, finding: Finding, decision: Decision, label: str
) -> tuple[Checked, ...]:
    """Check the negative controls of a supported or contradicted claim."""
    if decision.word not in DECIDING:
        return ()
    estimates = EstimatesToCheck(question.claim, label, finding, question.permute)
    return estimates.check(decision)


def _describe_counted(study: Tables) -> str:
    return describe_counted(study) if isinstance(study, ShowingGroups) else ""


def _add_finding(
    question: _Question, finding: Finding, decision: Decision, blank: Verdict
) -> Verdict:
    """Return the verdict with decision, estimates and definition filled in."""
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


def _combine_parts(question: _Question, finding: Finding, blank: Verdict) -> Verdict:
    """Judge the parts of a study, such as its networks, and combine the verdicts."""
    parts = tuple(
        _judge_finding(question, part, replace(blank, study=f"{blank.study}/{name}"))
        for name, part in finding.parts
    )
    decision = pool_verdicts_within(question.claim.rule, parts)
    return replace(
        _add_finding(question, finding, decision, blank),
        decides=any(part.decides for part in parts),
        may=combine_sides(*(part.may for part in parts)),
        note=join_messages(
            "; ", (_describe_counted(question.method.study), finding.note)
        ),
        parts=parts,
    )


def evaluate_together(claim_id: str, studies: Iterable[Study]) -> Verdict | None:
    """Evaluate a claim with all suitable public sources as strata of one estimate.

    Returns
    -------
    Verdict or None
        None for a claim that is estimated source by source only, or where fewer than
        two sources can show what its one estimator needs.
    """
    claim = Claim.of(claim_id)
    if claim.id not in STRATIFIED:
        return None
    suitable_studies = [
        s for s in studies if is_public(s.name) and _has_groups(claim, s)
    ]
    if len(suitable_studies) <= 1:
        return None
    union = StudyUnion(TOGETHER, suitable_studies)
    verdict = evaluate_claim(claim, union, StoredCurves.of(union), permute=True)
    return replace(verdict, sources=tuple(study.name for study in suitable_studies))


def _has_groups(claim: Claim, study: Study) -> bool:
    named = {source for plan in claim.plans for source in plan.sources}
    if study.name not in named or not _can_pool(claim, choose_method(claim, study)):
        return False
    try:
        return bool(len(Evidence.of(study).groups))
    except NotIdentifiableError:  # no group of it was followed over time
        return False
