"""A finding decides only in the direction in which it cannot err."""

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import t

from helpers.claims.contract.finding import Finding, Specification, Supplement
from helpers.claims.evaluation.controls import Checked, Simulated
from helpers.claims.evaluation.standing import (
    Agreement,
    add_planned_qualifiers,
    apply_standings,
    combine_sides,
    count_agreement,
    drop_firmness,
    has_unmeasured_instrument,
    is_same_side,
    limit_by_attenuation,
    limit_by_companions,
    limit_by_condition,
    limit_by_controls,
    limit_by_fragility,
    limit_by_frame,
    limit_by_other_side,
    limit_by_places,
    limit_by_side,
    list_standings,
)
from helpers.claims.fixed.evidence_plan import Amendment, EvidencePlan, find_plan
from helpers.claims.fixed.negative_controls import Control
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.rules.interval_rules import DECIDING, Decision, Word
from helpers.claims.rules.templates import parse_rule
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
    """A slope of 0.0251 at most may be 0.0502, above 0.05; 0.0249 may not."""
    rule, half = get_rule(get_claim("s0-mutual-influence")), t(500).ppf(0.975) * 0.005
    for high, left in ((0.0251, Word.INCONCLUSIVE), (0.0249, Word.TOO_SMALL)):
        slope = around(high - half, 0.005, "identity", df=500)
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
        FINDING, components=(sure,), supported_with=(Supplement("others", sure),)
    )
    one = replace(both, supported_with=(Supplement("others", unsure),))
    yes, no = Decision(Word.SUPPORTED), Decision(Word.CONTRADICTED)

    assert apply_standings(yes, [limit_by_companions(rule, both)]) == yes
    refused = apply_standings(yes, [limit_by_companions(rule, one)])
    assert refused.word is Word.INCONCLUSIVE
    assert "others" in refused.reason
    assert apply_standings(no, [limit_by_companions(rule, one)]) == no


@pytest.mark.parametrize(
    ("own", "other", "word"),
    [
        (2.0, 1.1, Word.SUPPORTED),
        (2.0, 0.9, Word.FRAGILE),
        (0.9, 0.8, Word.SUPPORTED),
        (2.0, 1.0, Word.FRAGILE),  # exactly no effect is not above it
        (1.0, 1.1, Word.FRAGILE),
    ],
)
def test_estimates_on_opposite_sides_of_no_effect_are_fragile(own, other, word):
    """A slope within units and one over all of them have to point one way."""
    pooled = Supplement("pooled", ratio(other, 0.05))
    finding = replace(FINDING, components=(ratio(own, 0.1),), same_side=(pooled,))

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


def test_reason_of_a_limit_names_the_verdicts_that_it_refuses():
    """Where nothing is refused, only the circumstance is named."""
    assert str(limit_by_side("plan", "both")) == "plan"
    assert str(limit_by_side("plan", "support")) == "plan: not CONTRADICTED, TOO_SMALL"


def test_companion_estimate_is_decided_with_the_other_components():
    """A rule on two components has the second of the finding beside the companion."""
    rule, own = BOTH, Supplement("others", at(0.7))
    firm = replace(FINDING, components=(at(0.7), at(0.8)), supported_with=(own,))
    weak = replace(firm, components=(at(0.7), at(0.2)))
    yes = Decision(Word.SUPPORTED)

    assert apply_standings(yes, [limit_by_companions(rule, firm)]) == yes
    assert apply_standings(yes, [limit_by_companions(rule, weak)]) != yes


def plan_of(claim="s0-three-month-death", **fields):
    """Return a plan for a claim that decides both ways unless said otherwise."""
    return EvidencePlan(
        **{"claim": claim, "section": "as written", "sources": (), "unit": ""}
        | {"may": "both"}
        | fields
    )


FIRM = Agreement(10, 10, 0, ())
OTHER_RATIO = (Supplement("pooled", ratio(0.5, 0.1)),)
UNFIRM = (Supplement("others", ratio(1.1, 0.3)),)
OPPOSITE = (Supplement("Berlin", ratio(0.5, 0.1)),)


@pytest.mark.parametrize(
    ("by", "changes", "plan", "amended", "agreement"),
    [
        ("instrument", {"instrument": "vader"}, plan_of(), (), FIRM),
        ("measure", {"may": "contradict"}, plan_of(), (), FIRM),
        ("amendment", {}, plan_of(), ("contradict",), FIRM),
        ("plan", {}, plan_of(may="contradict"), (), FIRM),
        ("condition of the plan", {}, plan_of(may_only="portable"), (), FIRM),
        ("companion estimate", {"supported_with": UNFIRM}, plan_of(), (), FIRM),
        ("companion estimate", {"same_side": OTHER_RATIO}, plan_of(), (), FIRM),
        ("strata", {"places": OPPOSITE}, plan_of(), (), FIRM),
        ("specifications", {}, plan_of(), (), Agreement(10, 2, 0, ())),
    ],
)
def test_each_limit_alone_stops_a_verdict(by, changes, plan, amended, agreement):
    """All are asked for every verdict; none hides behind another."""
    rule = parse_rule("HR>(1.25)")
    finding = replace(FINDING, components=(ratio(2.0, 0.1),), **changes)
    amendments = [Amendment(date=DAY, claim="", may=may, why="") for may in amended]
    standings = list_standings(rule, finding, plan, amendments, agreement)
    refusing = [one.by for one in standings if Word.SUPPORTED not in one.allowed]

    assert refusing == [by]


DAY = dt.date(2026, 11, 22)


def test_no_limit_stops_a_verdict_without_a_plan():
    """A user's own study has none."""
    finding = replace(FINDING, components=(ratio(2.0, 0.1),))
    standings = list_standings(parse_rule("HR>(1.25)"), finding, None, (), FIRM)
    decision = Decision(Word.SUPPORTED)

    assert apply_standings(decision, standings) == decision


def test_error_of_an_exposure_is_among_the_limits():
    """It refuses what rules an effect out, and nothing else."""
    component = ratio(1.05, 0.05)
    finding = replace(FINDING, components=(component,), attenuated=True)
    standings = list_standings(parse_rule("HR>(1.25)"), finding, None, (), FIRM)
    refusing = [one.by for one in standings if one.refused]

    assert refusing == ["measurement error"]


@pytest.mark.parametrize(
    ("instrument", "unmeasured"), [("", False), ("snownlp", False), ("vader", True)]
)
def test_only_an_instrument_with_measured_error_decides(instrument, unmeasured):
    """An estimate that reads no tone has none."""
    finding = replace(FINDING, instrument=instrument)
    assert has_unmeasured_instrument(finding) is unmeasured


@pytest.mark.parametrize(
    ("places", "left"), [(1, Word.INCONCLUSIVE), (2, Word.SUPPORTED)]
)
def test_each_of_k_places_is_asked_at_a_level_for_k(places, left):
    """Below 0.5 by 2.1 standard errors: opposite at 95 %, not at 97.5 %."""
    opposite = [Supplement(f"place {n}", at(0.5 - 2.1 * 0.02)) for n in range(places)]
    finding = replace(FINDING, components=(at(0.7),), places=tuple(opposite))
    limit = limit_by_places(RULE, finding)

    assert apply_standings(Decision(Word.SUPPORTED), [limit]).word is left
    assert Word.CONTRADICTED in limit.allowed


def test_level_for_places_shrinks_by_their_number():
    """2.1 standard errors at one place; 2.2414 at two, 2.3940 at three."""
    for places, enough in ((1, 1.9600), (2, 2.2414), (3, 2.3940)):
        for error, refused in ((enough + 0.001, True), (enough - 0.001, False)):
            one = Supplement("x", at(0.5 - error * 0.02))
            finding = replace(FINDING, components=(at(0.7),), places=(one,) * places)
            limit = limit_by_places(RULE, finding)
            assert (Word.SUPPORTED not in limit.allowed) is refused


def test_place_is_decided_by_its_first_component_alone():
    """The other components of a rule are not known of one place."""
    one = Supplement("Berlin", at(0.2))
    finding = replace(FINDING, components=(at(0.7), at(0.8)), places=(one,))

    assert limit_by_places(BOTH, finding).allowed == DECIDING - {Word.SUPPORTED}


def checked(*, failed):
    """Return the result of a negative control."""
    control = Control(claim="*", sources=("*",), kind="lead", name="planted", what="")
    return Checked(control, Simulated(1, 20), failed)


@pytest.mark.parametrize(
    ("word", "checks", "required", "allowed"),
    [
        (Word.SUPPORTED, [checked(failed=True)], False, False),
        (Word.SUPPORTED, [checked(failed=False)], True, True),
        (Word.SUPPORTED, [], True, False),
        (Word.SUPPORTED, [], False, True),
        (Word.INCONCLUSIVE, [], True, True),
    ],
)
def test_failed_or_missing_control_stops_a_verdict(word, checks, required, allowed):
    """A missing one does so only where one is required and something is decided."""
    limit = limit_by_controls(word, checks, required=required)
    assert (not limit.refused) is allowed


@pytest.mark.parametrize(
    ("may_only", "changes", "allowed"),
    [
        ("", {}, {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}),
        ("portable", {}, set()),
        ("portable", {"qualifiers": ("portable form",)}, DECIDING),
        ("leg 1", {"components": (at(0.2), at(0.8))}, {Word.CONTRADICTED}),
    ],
)
def test_plan_with_a_condition_allows_only_what_meets_it(may_only, changes, allowed):
    """The plan words the condition; the finding meets it or not."""
    plan = plan_of(may_only=may_only)
    finding = replace(FINDING, **changes)
    assert limit_by_condition(BOTH, finding, plan).allowed == set(allowed)
    assert limit_by_condition(BOTH, finding, None).allowed == DECIDING


def test_support_on_all_groups_needs_the_firmer_groups():
    """SUPPORTED needs the further estimates that the plan asks for; others do not."""
    only = "SUPPORT only if it holds with W = 180 and for guilds of ≥ 10 posts"
    firm = replace(FINDING, supported_with=(Supplement("W = 180", at(0.7)),))
    without = limit_by_condition(RULE, FINDING, plan_of(may_only=only))

    assert without.allowed == DECIDING - {Word.SUPPORTED}
    assert limit_by_condition(RULE, firm, plan_of(may_only=only)).allowed == DECIDING


def test_plan_adds_its_qualifiers_to_the_sources_that_it_names():
    """A lower bound of some sources is none of the others."""
    plan = plan_of("s0-lurkers-are-many", prints=("lower bound", "proxy (not zh)"))
    own = replace(FINDING, qualifiers=("falls",))

    assert add_planned_qualifiers(own, None, "rladies_meetup") is own
    named = add_planned_qualifiers(own, plan, "rladies_meetup")
    assert named.qualifiers == ("falls", "lower bound", "proxy")
    assert add_planned_qualifiers(own, plan, "zh_cruel").qualifiers == ("falls",)
