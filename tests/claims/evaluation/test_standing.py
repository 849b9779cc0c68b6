"""A finding decides only in the direction in which it cannot err."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.claims.contract.finding import Beside, Finding, Specification
from helpers.claims.evaluation.standing import (
    Agreement,
    apply_standings,
    combine_sides,
    count_agreement,
    drop_firmness,
    is_same_side,
    limit_by_attenuation,
    limit_by_companions,
    limit_by_fragility,
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


RULE = parse_rule("P>(0.50)")


def at(estimate, se=0.02):
    """Return a 95 % interval around an estimate."""
    return around(estimate, se, "identity")


def downgraded(decision, found):
    """Return what fragility leaves of a decision."""
    firm = drop_firmness(
        decision, Finding(components=(), definition="", gates=()), found
    )
    return apply_standings(firm, [limit_by_fragility(found)])


def verdict(*specifications):
    """Return the word after the specifications had their say."""
    primary = at(0.7)
    found = count_agreement(
        RULE, (primary,), [one.outcome(RULE) for one in specifications]
    )
    return downgraded(RULE.decide(primary), found).word


def many(interval, count, **fields):
    """Return some equal specifications."""
    return [
        Specification.tried(f"s{i}", lambda: interval, **fields) for i in range(count)
    ]


def test_inconclusive_specification_is_not_opposite():
    """INCONCLUSIVE on the same side agrees; on the other side it does not."""
    assert verdict(*many(at(0.55, 0.2), 10)) is Word.SUPPORTED
    assert verdict(*many(at(0.45, 0.2), 10)) is Word.FRAGILE


@pytest.mark.parametrize(
    ("disagreeing", "expected"), [(2, Word.SUPPORTED), (3, Word.FRAGILE)]
)
def test_four_in_five_must_agree(disagreeing, expected):
    """Ten specifications bear two that disagree, not three."""
    agreeing = many(at(0.7), 10 - disagreeing)

    assert verdict(*agreeing, *many(at(0.45, 0.2), disagreeing)) is expected


@pytest.mark.parametrize(("count", "expected"), [(20, "SUPPORTED"), (19, "FRAGILE")])
def test_more_than_one_opposite_specification_in_20_is_fragile(count, expected):
    """One opposite verdict in 20 is 5 %; one in 19 is more."""
    assert verdict(*many(at(0.7), count - 1), *many(at(0.2), 1)) == expected


@example(fifths=60, agreeing=239)
@given(fifths=st.integers(1, 60), agreeing=st.integers(0, 300))
def test_exactly_80_percent_is_enough(fifths, agreeing):
    """Whatever the number: 4 in 5 hold a verdict, one fewer makes it FRAGILE."""
    counted = 5 * fifths
    agreeing = min(agreeing, counted)
    found = Agreement(counted, agreeing, opposite=0, decisive=())

    assert found.fragile is (agreeing < 4 * fifths)


@given(twentieths=st.integers(1, 15), opposite=st.integers(0, 60))
def test_exactly_5_percent_opposite_is_not_fragile(twentieths, opposite):
    """Whatever the number: 1 in 20 may be opposite, one more makes it FRAGILE."""
    counted = 20 * twentieths
    opposite = min(opposite, counted // 5)
    found = Agreement(counted, counted - opposite, opposite, decisive=())

    assert found.fragile is (opposite > twentieths)


@pytest.mark.parametrize(("counted", "fragile"), [(60, False), (59, True)])
def test_three_opposite_specifications_of_sixty_are_not_fragile(counted, fragile):
    """3 of 60 are 5 %, 3 of 59 are more."""
    found = Agreement(counted, counted - 3, opposite=3, decisive=())

    assert found.fragile is fragile


def test_biased_specifications_are_not_counted():
    """A specification known to be biased cannot make a verdict fragile."""
    assert verdict(*many(at(0.2), 9, counts=False)) is Word.SUPPORTED


def test_untestable_specifications_are_not_counted():
    """A specification past no gate is neither for nor against."""
    nothing = [Specification(f"none {i}", lambda: ()).outcome(RULE) for i in range(99)]
    found = count_agreement(RULE, (at(0.7),), nothing)

    assert (found.counted, found.fragile) == (0, False)


def test_one_decisive_specification_makes_a_verdict_fragile():
    """The register may ask for FRAGILE as soon as one reading is opposite."""
    decisive = many(at(0.2), 1, decisive=True, counts=False)

    assert verdict(*many(at(0.7), 50), *decisive) is Word.FRAGILE


@pytest.mark.parametrize("word", [Word.INCONCLUSIVE, Word.UNTESTABLE])
def test_undecided_verdict_never_becomes_fragile(word):
    """FRAGILE replaces SUPPORTED, CONTRADICTED and TOO_SMALL only."""
    opposite = [one.outcome(RULE) for one in many(at(0.2), 9)]
    found = count_agreement(RULE, (at(0.5),), opposite)

    assert downgraded(Decision(word), found).word is word


BOTH = parse_rule("ALL(P>(0.50); P>(0.50))")
STRONG = parse_rule("HR>(1.25)")


def composite(primary, *specifications):
    """Return the word on two components after some specifications were compared."""
    outcomes = [
        Specification("other", partial(tuple, components)).outcome(BOTH)
        for components in specifications
    ]
    return downgraded(
        BOTH.decide(*primary), count_agreement(BOTH, primary, outcomes)
    ).word


def test_specification_with_a_missing_component_is_no_disagreement():
    """Sides are compared on the component that both have."""
    both = (at(0.7), at(0.8))
    assert composite(both, (at(0.7), None)) is Word.SUPPORTED
    assert composite(both, (at(0.45, 0.2), None)) is Word.FRAGILE


def test_missing_component_of_the_verdict_is_no_disagreement():
    """A contradiction by one component is borne out by specifications with both."""
    one = (at(0.2), None)
    assert composite(one, (at(0.4, 0.2), at(0.7))) is Word.CONTRADICTED
    assert composite(one, (at(0.6, 0.2), at(0.7))) is Word.FRAGILE


@pytest.mark.parametrize(
    ("row", "qualifiers"), [(0.4, ()), (1.2, ()), (1.3, ("STRONG",))]
)
def test_decisive_row_below_the_margin_blocks_strong(row, qualifiers):
    """An adjusted ratio on the other side leaves SUPPORTED, however wide it is."""
    wide = around(row, 0.7)
    row = Specification.tried("adjusted", lambda: wide, counts=False, decisive=True)
    primary = around(12.9, 0.6)
    found = count_agreement(STRONG, (primary,), [row.outcome(STRONG)])
    decided = downgraded(STRONG.decide(primary), found)
    assert (decided.word, decided.qualifiers) == (Word.SUPPORTED, qualifiers)
    assert ("adjusted" in decided.reason) is (not qualifiers)


def test_row_that_is_not_decisive_does_not_block_strong():
    """Others have a vote among many, and no veto."""
    wide = around(0.4, 0.7)
    rows = [Specification.tried("shown", lambda: wide, counts=False).outcome(STRONG)]
    primary = around(12.9, 0.6)
    found = count_agreement(STRONG, (primary,), rows)
    assert downgraded(STRONG.decide(primary), found).qualifiers == ("STRONG",)


def test_specification_with_fewer_kinds_is_compared_on_shared_kinds():
    """A kind that it does not compare is on neither side."""
    assert is_same_side((True,), (True, False))
    assert not is_same_side((False,), (True, False))
