"""Qualifiers and conditions that the evidence plan adds to verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation.direction import ONE_SIDED, SIDES
from helpers.claims.fixed.evidence_plan import EvidencePlan
from helpers.claims.rules.interval_rules import Decision, Rule, Word

WITHIN = "within "  # printed where the networks are known
OF_SOME = re.compile(r"(?P<mark>.+) \((?P<but>not )?(?P<names>[a-z_0-9, ]+)\)")
CASES: Mapping[tuple[str, str], tuple[str, ...]] = {  # the plan's column `loses`
    ("s0-lurkers-are-many", "lower bound"): ("rladies", "w3c", "sig"),
    ("s0-lurkers-are-many", "under duty"): ("cn_colearning", "zh_cruel"),
}
Condition = Callable[[Rule, Finding, Word], bool]


def list_planned_qualifiers(plan: EvidencePlan, source: str) -> tuple[str, ...]:
    """List the qualifiers that the plan adds to a source's verdict.

    >>> from helpers.claims.fixed.evidence_plan import find_plan
    >>> plan = find_plan("s0-three-month-death", "sig_groups")
    >>> (
    ...     plan.prints,
    ...     list_planned_qualifiers(plan, "sig_groups"),
    ...     list_planned_qualifiers(plan, "v2ex_nodes"),
    ... )
    (('proxy (not v2ex, meshcore)', 'within <network>'), ('proxy',), ())
    """
    marks = (one for one in plan.prints if not one.startswith(WITHIN))
    named = (_select_qualifier(plan, one, source) for one in marks)
    return tuple(dict.fromkeys(one for one in named if one))


def _select_qualifier(plan: EvidencePlan, text: str, source: str) -> str:
    """Return a qualifier if it applies to the source, else ""."""
    if match := OF_SOME.fullmatch(text):
        own = source.startswith(tuple(match["names"].split(", ")))
        return match["mark"] if own != bool(match["but"]) else ""
    only = CASES.get((plan.claim, text))
    return "" if only and not source.startswith(only) else text


def add_planned_qualifiers(
    finding: Finding, plan: EvidencePlan | None, source: str
) -> Finding:
    """Add the plan's qualifiers to a finding."""
    if plan is None:
        return finding
    both = dict.fromkeys((*finding.qualifiers, *list_planned_qualifiers(plan, source)))
    return replace(finding, qualifiers=tuple(both))


def _decide_by_first_component(rule: Rule, finding: Finding, word: Word) -> bool:
    first, *others = finding.legs
    return rule.decide(first, *[None] * len(others)).word is word


def _has(qualifier: str) -> Condition:
    return lambda _rule, finding, _word: qualifier in finding.qualifiers


def _has_firm_groups(_rule: Rule, finding: Finding, word: Word) -> bool:
    return word is not Word.SUPPORTED or bool(finding.supported_with)


CONDITIONS: Mapping[str, Condition] = {  # as the plan words them
    "leg 1": _decide_by_first_component,
    "(whole); leg shown": _decide_by_first_component,
    "portable": _has("portable form"),
    "30-d windows of deadlock_de": _has("W = 30"),
    'for "lounges that reached 50 posts in 28 days"': _has(
        "groups that were busy early"
    ),
    "SUPPORT only if it holds with W = 180 and for guilds of ≥ 10 posts": (
        _has_firm_groups
    ),
}


def apply_plan_condition(
    rule: Rule, finding: Finding, decision: Decision, plan: EvidencePlan | None
) -> Decision:
    """Return the decision, INCONCLUSIVE if the plan's condition is not met."""
    if plan is None or not plan.may_only or decision.word not in SIDES["both"]:
        return decision
    if CONDITIONS[plan.may_only](rule, finding, decision.word):
        return decision
    reason = f"{decision.word}, which the plan allows only for: {plan.may_only}"
    return Decision(Word.INCONCLUSIVE, (ONE_SIDED,), reason)
