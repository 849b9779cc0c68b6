"""What the plan prints stands after every planned verdict, and its conditions hold."""

from __future__ import annotations

import tomllib

import pytest

from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation.standing import (
    CONDITIONS,
    SIDES,
    apply_standings,
    limit_by_condition,
    list_planned_qualifiers,
)
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.claims.fixed.evidence_plan import (
    FILE,
    FOURTH_SHELF,
    find_plan,
    is_public,
)
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.rules.interval_rules import DECIDING, Word
from helpers.study import open_study
from helpers.survival import Interval
from helpers.survival.interval import Wald

ENTRIES = [
    one
    for file in (FILE, FOURTH_SHELF)
    for one in tomllib.loads(file.read_text("utf-8"))["plan"]
]
CELLS = sorted(
    {
        (one["claim"], name)
        for one in ENTRIES
        for name in one["sources"]
        if is_public(name)
    }
)
SILENT = {None, Word.UNTESTABLE}


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize(("name", "source"), CELLS)
def test_verdict_lacks_no_qualifier_of_the_plan(name, source):
    """Of 120 planned cells 19 lacked one."""
    verdict, plan = load_verdict(name, open_study(source)), find_plan(name, source)
    if verdict.word not in SILENT:
        assert plan is not None
        assert set(list_planned_qualifiers(plan, source)) <= set(verdict.qualifiers)


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize(("name", "source"), CELLS)
def test_verdict_is_one_that_the_plan_allows(name, source):
    """A source that may support only must not contradict, nor any of its parts."""
    verdict, plan = load_verdict(name, open_study(source)), find_plan(name, source)
    for one in (verdict, *verdict.parts):
        refused = {word for limit in one.standings for word, _ in limit.refused}
        if one.word not in SILENT:
            assert one.word not in DECIDING - SIDES[plan.may]
            assert one.word not in refused
        if one.components:
            assert DECIDING - SIDES[plan.may] <= refused


def test_every_condition_of_the_plan_is_known():
    """One that no code reads would be a comment."""
    asked = {one["may_only"] for one in ENTRIES if "may_only" in one}
    assert asked == set(CONDITIONS)


def share(estimate):
    """Return a share with narrow limits."""
    rule = Wald(estimate, 0.01, "identity")
    return Interval.of(estimate, rule, method="", n=1000, clusters=1000)


def decided(name, source, components, **more):
    """Return what the rule says of components under the plan's condition."""
    rule, plan = get_rule(get_claim(name)), find_plan(name, source)
    finding = Finding(components=components, definition="", gates=(), **more)
    limit = limit_by_condition(rule, finding, plan)
    return apply_standings(rule.decide(*components), [limit]).word


def test_only_first_component_contradicts_where_the_plan_reports_it():
    """The second errs towards the claim, so it may neither support nor contradict."""
    name, source = "s2-three-complaints", "rladies_meetup"
    low, high = share(0.1), share(0.6)
    assert decided(name, source, (low, high, None)) is Word.CONTRADICTED
    assert decided(name, source, (high, low, None)) is Word.INCONCLUSIVE


def test_window_of_another_length_does_not_decide():
    """Only windows of 30 days do, which say so."""
    name, source = "s0-lurkers-still-identify", "community_reads"
    assert decided(name, source, (share(0.4),)) is Word.INCONCLUSIVE
    marks = {"qualifiers": ("W = 30",)}
    assert decided(name, source, (share(0.4),), **marks) is Word.SUPPORTED


def test_guilds_support_only_if_guilds_with_ten_posts_agree():
    """Those of ten posts have to say so too."""
    name, source = "s0-three-month-death", "ruqqus_guilds"
    assert decided(name, source, (share(0.7),)) is Word.INCONCLUSIVE
    assert decided(name, source, (share(0.3),)) is Word.CONTRADICTED
