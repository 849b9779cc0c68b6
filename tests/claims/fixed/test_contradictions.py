"""The articles' contradictions name claims of the register, and are told apart."""

import pytest

from helpers.claims import read_register
from helpers.claims.fixed.contradictions import describe_settled, read_contradictions
from helpers.claims.rules.interval_rules import Word

YES, NO = Word.SUPPORTED, Word.CONTRADICTED


def test_every_side_of_a_contradiction_is_a_testable_claim():
    """Ten contrasts, none with a claim on both sides."""
    register = read_register()
    assert len(read_contradictions()) == 10
    for one in read_contradictions():
        assert not set(one.first) & set(one.second)
        sides = (*one.first, *one.second)
        assert all(register[claim].status == "testable" for claim in sides)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (YES, NO, "the first"),
        (NO, YES, "the second"),
        (YES, None, "the first"),
        (None, NO, "not the second"),
        (NO, NO, "neither"),
        (YES, YES, "both: no contradiction there"),
        (None, None, "undecided"),
    ],
)
def test_contradiction_is_settled_only_if_one_side_alone_is_supported(
    first, second, told
):
    """Two that both hold are no contradiction."""
    assert describe_settled(first, second) == told


def test_side_with_disagreeing_claims_is_undecided():
    """One supported and one contradicted do not speak for their side."""
    one = next(c for c in read_contradictions() if len(c.second) > 1)
    words = {one.second[0]: YES, one.second[1]: NO}
    assert one.between(words) == "undecided"
