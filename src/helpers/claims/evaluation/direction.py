"""Directions in which a finding may decide, given proxies and measurement error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from helpers.claims.contract.finding import Finding
from helpers.claims.fixed.amendments import Amendment
from helpers.claims.fixed.evidence_plan import EvidencePlan, May
from helpers.claims.rules.interval_rules import (
    Decision,
    Rule,
    Word,
)

ONE_SIDED = "one-sided"
DISAGREE = "corpora disagree"
RELIABILITY = 0.5  # what an exposure that was read with error is taken for
FIRMER = frozenset({"STRONG", "REVERSED"})
SIDES: Mapping[May, frozenset[Word]] = {
    "both": frozenset({Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}),
    "support": frozenset({Word.SUPPORTED}),
    "contradict": frozenset({Word.CONTRADICTED, Word.TOO_SMALL}),
    "nothing": frozenset[Word](),
}


def list_allowed_sides(finding: Finding, plan: EvidencePlan | None) -> May:
    """Return the verdicts that both the finding and the plan allow."""
    return combine_sides(finding.may, plan.may if plan else "both")


def combine_sides(*allowed_by: May) -> May:
    """Return the verdicts allowed by all of several restrictions.

    >>> combine_sides("both", "support"), combine_sides("support", "contradict")
    ('support', 'nothing')
    """
    sides = SIDES["both"].intersection(*(SIDES[may] for may in allowed_by))
    return next(may for may, words in SIDES.items() if words == sides)


def narrow_finding(finding: Finding, amendments: Iterable[Amendment]) -> Finding:
    """Restrict a finding to what dated amendments of the plan still allow."""
    for one in amendments:
        why = f"withdrawn on {one.date}: {one.why}"
        note = "; ".join(filter(None, (finding.note, why)))
        finding = replace(finding, may=combine_sides(finding.may, one.may), note=note)
    return finding


def restrict_decision(
    decision: Decision, finding: Finding, plan: EvidencePlan | None
) -> Decision:
    """Return the decision, INCONCLUSIVE if finding or plan does not allow it.

    A stand-in is never STRONG or REVERSED.
    """
    sides = SIDES[list_allowed_sides(finding, plan)]
    if decision.word in SIDES["both"] - sides:
        reason = f"{decision.word}, which this evidence may not decide"
        return Decision(Word.INCONCLUSIVE, (ONE_SIDED,), reason)
    if not finding.stand_in:
        return decision
    qualifiers = tuple(one for one in decision.qualifiers if one not in FIRMER)
    return replace(decision, qualifiers=qualifiers)


def apply_companion_estimates(
    rule: Rule, finding: Finding, decision: Decision
) -> Decision:
    """Downgrade the decision if required companion estimates disagree.

    SUPPORTED needs all of `supported_with`; on another side of no effect than one of
    `same_side` nothing is sure.
    """
    if decision.word is Word.SUPPORTED:
        for name, leg in finding.supported_with:
            if rule.decide(leg, *finding.legs[1:]).word is not Word.SUPPORTED:
                reason = f"SUPPORTED, but not by {name}: {leg}"
                return Decision(Word.INCONCLUSIVE, reason=reason)
    if decision.word not in SIDES["both"]:
        return decision
    for name, leg in finding.same_side:
        (own,) = finding.legs
        if own is not None and (own.estimate > 1) != (leg.estimate > 1):
            reason = f"{decision.word}, but {name} lies on the other side: {leg}"
            return Decision(Word.FRAGILE, reason=reason)
    return decision


def require_places_to_agree(
    rule: Rule, finding: Finding, decision: Decision
) -> Decision:
    """Return the decision, INCONCLUSIVE if one stratum alone decides otherwise.

    Each of k places is asked at level 1 − 0.05/k.
    """
    level = 1 - 0.05 / max(len(finding.places), 1)
    rest = (None,) * (len(finding.legs) - 1)
    for name, leg in finding.places:
        word = rule.decide(leg.at_level(level), *rest).word
        if word.opposes(decision.word):
            reason = f"{decision.word}, but {name} {word}"
            return Decision(Word.INCONCLUSIVE, (DISAGREE,), reason)
    return decision


def require_robust_to_attenuation(
    rule: Rule, finding: Finding, decision: Decision
) -> Decision:
    """Return the decision, INCONCLUSIVE if attenuation may explain a null result.

    Random misclassification draws an effect towards none. A verdict that rules an
    effect out has to stand with the effect and its limits divided by a reliability of
    one half, on the scale of logarithms for ratios.

    References
    ----------
    Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear
    Models, 2nd ed., chapter 3.
    """
    if not finding.attenuated or decision.word not in rule.ruling_out:
        return decision
    pairs = zip(finding.legs, rule.list_scales(len(finding.legs)), strict=True)
    undone = [
        leg.scaled(1 / RELIABILITY, scale) if leg and scale else leg
        for leg, scale in pairs
    ]
    if rule.decide(*undone).word is decision.word:
        return decision
    reason = f"{decision.word} only if the exposure was read without error"
    return Decision(Word.INCONCLUSIVE, reason=reason)
