"""A verdict that other reasonable choices do not bear out is FRAGILE."""

from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.specification import Specification
from helpers.claims.evaluation.fragility import Agreement, count_agreement, is_same_side
from helpers.claims.evaluation.standing import (
    apply_standings,
    drop_firmness,
    limit_by_fragility,
)
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.claims.rules.templates import parse_rule
from tests.claims.intervals import around

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
