"""The plan of the evidence says what it was given, and names what there is."""

import json

import pytest

from helpers import paths
from helpers.claims.fixed.evidence_plan import (
    find_plan,
    get_missing,
    list_plans,
    list_substitutes,
)
from helpers.claims.fixed.register import get_claim, read_register
from helpers.site.languages import Words

SHARED = paths.ROOT.parent / "shared" / "claims" / "standins.json"
FOURTH = SHARED.with_name("fourth_shelf.json")
TESTABLE = [c.id for c in read_register().values() if c.status == "testable"]


def test_newest_plan_entry_of_a_source_is_used():
    """A new source is described apart from those that a claim had before."""
    first, second = list_plans("s0-fission-speed")

    assert find_plan("s0-fission-speed", "zh_numbered_groups") == second
    assert find_plan("s0-fission-speed", "rust_teams") == first
    assert find_plan("s0-fission-speed", "no such source") is None


@pytest.mark.parametrize("claim", TESTABLE)
def test_claim_has_either_sources_or_missing_data(claim):
    """A claim has sources, or something is missing, never both."""
    carried = any(
        plan.computed and not plan.section.startswith("fourth shelf")  # by amendment
        for plan in list_plans(claim)
    )

    assert not (carried and get_missing(claim))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not on this machine")
def test_plan_of_added_sources_equals_the_given_one():
    """Block by block: sources, unit, rule, verdicts allowed, qualifiers."""
    may = {"CONTRADICT": "contradict", "SUPPORT": "support", "both": "both"}
    for entry in json.loads(FOURTH.read_text("utf-8")):
        (plan,) = [
            p
            for p in list_plans(entry["id"])
            if p.section == f"fourth shelf {entry['section']}"
            and p.sources == tuple(entry["corpora"])
        ]
        assert (plan.unit, plan.rule) == (entry["unit"], entry["rule"])
        assert plan.may == may.get(entry["may"], "nothing")
        assert plan.prints == tuple(entry["qualifiers"])


def test_substitute_measure_names_a_planned_source():
    """An amendment for a source that is not asked opens nothing."""
    for one in list_substitutes():
        assert get_claim(one.claim).rule
        assert all(find_plan(one.claim, source) for source in one.sources)
        assert Words("zh").sentence(one.describe())


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not on this machine")
def test_plan_equals_the_given_one():
    """Sources, units, rules and qualifiers, entry by entry."""
    for entry in json.loads(SHARED.read_text("utf-8")):
        if entry["section"] in {"C", "N"}:
            assert get_missing(entry["id"])
            continue
        (plan,) = [
            p for p in list_plans(entry["id"]) if p.sources == tuple(entry["corpora"])
        ]
        assert (plan.unit, plan.rule) == (entry["unit"], entry["rule"])
        assert plan.prints == tuple(entry["qualifiers"])
