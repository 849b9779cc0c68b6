"""Test claims on several sources as strata if no single source has enough groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.curves.tables import Kept
from helpers.claims.evaluation.evaluate import choose_method, evaluate_claim
from helpers.claims.evaluation.registry import STRATIFIED
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.evidence_plan import is_public
from helpers.claims.fixed.source_names import TOGETHER
from helpers.errors import NotIdentifiableError
from helpers.study import Study
from helpers.study.publish.union import StudyUnion


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
    able = [s for s in studies if is_public(s.name) and _has_groups(claim, s)]
    if len(able) <= 1:
        return None
    union = StudyUnion(TOGETHER, able)
    verdict = evaluate_claim(claim, union, Kept.of(union), permute=True)
    return replace(verdict, sources=tuple(study.name for study in able))


def _has_groups(claim: Claim, study: Study) -> bool:
    named = {source for plan in claim.plans for source in plan.sources}
    estimator = STRATIFIED[claim.id]
    if study.name not in named or choose_method(claim, study).estimator != estimator:
        return False
    try:
        return bool(len(Evidence.of(study).groups))
    except NotIdentifiableError:  # no group of it was followed over time
        return False
