"""A finding decides only in the direction in which it cannot err."""

from dataclasses import replace

import pytest

from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.evaluation.fragility import Agreement
from helpers.claims.evaluation.standing import (
    apply_standings,
    combine_sides,
    drop_firmness,
    limit_by_attenuation,
    limit_by_companions,
    limit_by_frame,
    limit_by_other_side,
    limit_by_side,
)
from helpers.claims.fixed.evidence_plan import find_plan
from helpers.claims.fixed.register import get_claim
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.claims.rules.templates import get_rule, parse_rule
from tests.claims.intervals import around

FINDING = Finding(components=(None,), definition="", gates=())
SUPPORT = find_plan("s1-many-have-no-why", "v2ex_nodes")  # may support only
CONTRADICT = find_plan("s2-three-complaints", "rladies_meetup")


def ratio(estimate, se):
    """Return a ratio with a standard error on the scale of logarithms."""
    return around(estimate, se, df=50)


def undone(rule, finding):
    """Return what attenuation leaves of a rule's verdict."""
    decision = rule.decide(*finding.components)
    return apply_standings(decision, [limit_by_attenuation(rule, finding)]).word


@pytest.mark.parametrize(
    ("plan", "found", "left"),
    [
        (SUPPORT, Word.SUPPORTED, Word.SUPPORTED),
        (SUPPORT, Word.CONTRADICTED, Word.INCONCLUSIVE),
        (SUPPORT, Word.TOO_SMALL, Word.INCONCLUSIVE),
        (CONTRADICT, Word.CONTRADICTED, Word.CONTRADICTED),
        (CONTRADICT, Word.SUPPORTED, Word.INCONCLUSIVE),
        (None, Word.SUPPORTED, Word.SUPPORTED),
    ],
)
def test_plan_restricts_a_verdict_to_one_side(plan, found, left):
    """The other side reads INCONCLUSIVE, and says so."""
    limit = limit_by_side("plan", plan.may if plan else "both")
    decision = apply_standings(Decision(found), [limit])

    assert decision.word is left
    assert ("one-sided" in decision.qualifiers) is (left is not found)


def test_display_only_finding_decides_nothing():
    """Then it decides nothing, and nothing that it refused is left."""
    assert limit_by_side("measure", "nothing").allowed == set()


def test_first_refusing_limit_gives_the_reason():
    """A later one is listed with the verdict, and changes nothing."""
    limits = [limit_by_side("measure", "both"), limit_by_side("plan", "contradict")]
    decision = apply_standings(
        Decision(Word.SUPPORTED), [*limits, limit_by_side("amendment", "nothing")]
    )

    assert decision.word is Word.INCONCLUSIVE
    assert decision.reason == limits[1].refused[0][1]


def test_frame_that_overstates_failure_can_only_contradict():
    """Of its population; a frame without known bias says whatever it finds."""
    assert limit_by_frame("contradict") == {Word.CONTRADICTED}
    assert Word.INCONCLUSIVE in limit_by_frame("both")


def test_an_indirect_measure_is_never_strong():
    """Nor reversed; what is estimated as written may be."""
    strong = Decision(Word.SUPPORTED, ("STRONG", "falls"))

    firm = Agreement(10, 10, 0, ())

    assert drop_firmness(strong, FINDING, firm) == strong
    proxy = replace(FINDING, qualifiers=("proxy",))
    assert drop_firmness(strong, proxy, firm).qualifiers == ("falls",)


@pytest.mark.parametrize(
    ("code", "estimate", "se", "left"),
    [
        ("HR>(1.25)", 1.0, 0.05, Word.CONTRADICTED),  # 1.10 at most, 1.22 undone
        ("HR>(1.25)", 1.05, 0.05, Word.INCONCLUSIVE),  # 1.16 at most, 1.35 undone
        ("HR>(1.25)", 1.8, 0.05, Word.SUPPORTED),
        ("noHR<(0.87)", 1.0, 0.05, Word.INCONCLUSIVE),  # 0.90 at least, 0.82 undone
        ("EQ(0.8,1.25)", 1.0, 0.08, Word.INCONCLUSIVE),
    ],
)
def test_measurement_error_in_the_exposure_cannot_rule_out_an_effect(
    code, estimate, se, left
):
    """What rules an effect out has to stand at a reliability of one half."""
    rule, component = parse_rule(code), ratio(estimate, se)
    finding = replace(FINDING, components=(component,), attenuated=True)

    assert undone(rule, finding) is left


@pytest.mark.parametrize(
    ("se", "left"), [(0.04, Word.CONTRADICTED), (0.075, Word.INCONCLUSIVE)]
)
def test_measurement_error_correction_applies_to_effects_with_a_placebo(se, left):
    """1.16 at most may be 1.35; the day before is no effect and stays."""
    rule = get_rule(get_claim("s3-daily-prompts"))
    components = ratio(1.0, se), ratio(1.0, 0.03)
    finding = replace(FINDING, components=components, attenuated=True)

    assert undone(rule, finding) is left


def test_measurement_error_correction_applies_to_slopes_with_chance():
    """A slope of 0.03 at most may be 0.06; 0.02 may not."""
    rule = get_rule(get_claim("s0-mutual-influence"))
    for high, left in ((0.03, Word.INCONCLUSIVE), (0.02, Word.TOO_SMALL)):
        slope = around(high - 0.01, 0.005, "identity", df=500)
        components = slope, ratio(0.001, 0.1)
        finding = replace(FINDING, components=components, attenuated=True)
        assert undone(rule, finding) is left


def test_exposure_measured_without_error_is_not_corrected():
    """Nothing is divided."""
    rule, component = parse_rule("HR>(1.25)"), ratio(1.05, 0.05)
    finding = replace(FINDING, components=(component,))

    assert undone(rule, finding) is Word.CONTRADICTED


def test_support_needs_every_companion_estimate_to_agree():
    """One that only leans the same way is not enough; against it nothing is needed."""
    rule, sure, unsure = parse_rule("HR>(1.25)"), ratio(2.0, 0.1), ratio(1.3, 0.3)
    both = replace(
        FINDING, components=(sure,), supported_with=(Beside("others", sure),)
    )
    one = replace(both, supported_with=(Beside("others", unsure),))
    yes, no = Decision(Word.SUPPORTED), Decision(Word.CONTRADICTED)

    assert apply_standings(yes, [limit_by_companions(rule, both)]) == yes
    refused = apply_standings(yes, [limit_by_companions(rule, one)])
    assert refused.word is Word.INCONCLUSIVE
    assert "others" in refused.reason
    assert apply_standings(no, [limit_by_companions(rule, one)]) == no


@pytest.mark.parametrize(
    ("other", "word"), [(1.1, Word.SUPPORTED), (0.9, Word.FRAGILE)]
)
def test_estimates_on_opposite_sides_of_no_effect_are_fragile(other, word):
    """A slope within units and one over all of them have to point one way."""
    pooled = Beside("pooled", ratio(other, 0.05))
    finding = replace(FINDING, components=(ratio(2.0, 0.1),), same_side=(pooled,))

    decision = Decision(Word.SUPPORTED)
    assert apply_standings(decision, [limit_by_other_side(finding)]).word is word


def test_finding_and_plan_allowing_opposite_sides_decide_nothing():
    """A bound that the plan forbids to speak for its own side is shown only."""
    assert combine_sides("contradict", CONTRADICT.may) == "contradict"
    assert combine_sides("contradict", SUPPORT.may) == "nothing"
