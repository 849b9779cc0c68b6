"""Edges of rules, gates and agreement that changing the code had to cross."""

import pytest

from helpers.claims.agreement import Agreement, Specification, hardened
from helpers.claims.rules import Decision, Word
from helpers.claims.templates import parse
from helpers.inference import clopper_pearson
from helpers.survival.interval import Interval


def interval(low, estimate, high):
    """Return an interval whose limits are these at every level."""

    class Fixed:
        def __call__(self, _):
            return low, high

        def on_scale(self, _):
            return estimate, 0.1

    return Interval(estimate, low, high, 0.95, "planted", 100, 100, Fixed())


@pytest.mark.parametrize(
    ("low", "estimate", "high", "word"),
    [
        (0.0, 0.0, 0.0499, Word.SUPPORTED),
        (0.0, 0.0, 0.0505, Word.INCONCLUSIVE),
        (0.0505, 0.1, 0.2, Word.CONTRADICTED),
        (0.0495, 0.1, 0.2, Word.INCONCLUSIVE),
    ],
)
def test_five_percent_of_counter_examples(low, estimate, high, word):
    """A universal stands or falls with 5 % of cases, no more and no less."""
    assert parse("D").decide(interval(low, estimate, high)).word is word


def test_counter_examples_seen():
    """Fewer than 5 % in the sample lie where the claim says."""
    assert parse("D").beyond(interval(0, 0.0495, 0.2)) == (True,)
    assert parse("D").beyond(interval(0, 0.0505, 0.2)) == (False,)


@pytest.mark.parametrize(("counted", "fragile"), [(60, False), (59, True)])
def test_three_opposite_of_sixty(counted, fragile):
    """3 of 60 are 5 %, 3 of 59 are more."""
    found = Agreement(counted, counted - 3, opposite=3, decisive=())

    assert found.fragile is fragile


def test_reason_names_decisive_readings_only_if_there_are_some():
    """The sentence about a reading that decides stands only where one does."""
    decided = Decision(Word.SUPPORTED)
    without = hardened(decided, Agreement(10, 2, 0, ())).reason
    named = hardened(decided, Agreement(10, 2, 0, ("F(90 d)",))).reason

    assert "opposite at" not in without
    assert named.endswith("; opposite at F(90 d)")


def test_a_specification_counts_and_is_not_decisive_unless_said():
    """One leg or several: what a way returns are the legs."""
    one = clopper_pearson(3, 9)
    single = Specification.tried("single", lambda: one)
    double = Specification.tried("double", lambda: (one, None))

    assert (single.legs, single.counts, single.decisive) == ((one,), True, False)
    assert double.legs == (one, None)
