"""Edges of rules, gates and agreement that changing the code had to cross."""

import pytest

from helpers.claims.agreement import Agreement, Specification, hardened
from helpers.claims.rules import Decision, Word, _the_one
from helpers.claims.templates import parse
from helpers.errors import ShequnError
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


@pytest.mark.parametrize(
    ("rule", "estimate", "beyond"),
    [
        ("P>(0.50)", 0.51, True),
        ("P>(0.50)", 0.50, False),
        ("P<(0.30)", 0.29, True),
        ("P<(0.30)", 0.30, False),
        ("HR>(1.25)", 1.25, True),
        ("HR>(1.25)", 1.24, False),
        ("HR<(0.80)", 0.80, True),
        ("HR<(0.80)", 0.81, False),
        ("noRR>(1.11)", 1.10, True),
        ("noRR>(1.11)", 1.11, False),
        ("noHR<(0.87)", 0.88, True),
        ("noHR<(0.87)", 0.87, False),
        ("EQ(0.8,1.25)", 0.81, True),
        ("EQ(0.8,1.25)", 0.80, False),
        ("EQ(0.8,1.25)", 1.25, False),
    ],
)
def test_on_which_side_an_estimate_lies(rule, estimate, beyond):
    """Thresholds are strict, margins count as reached, bands are open."""
    assert parse(rule).beyond(interval(0.001, estimate, 9.0)) == (beyond,)


def test_only_a_whole_interval_on_the_other_side_is_reversed():
    """A margin that is ruled out while no effect is not is contradicted, no more."""
    plain = parse("HR>(1.25)").decide(interval(0.9, 1.0, 1.2))
    turned = parse("HR>(1.25)").decide(interval(0.7, 0.8, 0.9))

    assert (plain.word, plain.qualifiers) == (Word.CONTRADICTED, ())
    assert (turned.word, turned.qualifiers) == (Word.CONTRADICTED, ("REVERSED",))


def test_two_verdicts_at_once_are_an_error():
    """Rules exclude each other; where they do not, no verdict is made up."""
    with pytest.raises(ShequnError, match="two verdicts at once"):
        _the_one(SUPPORTED=True, CONTRADICTED=True)


@pytest.mark.parametrize("code", ["noHR<(0.87)", "noRR>(1.11)"])
def test_a_margin_just_missed_decides_nothing_against_no_effect(code):
    """An estimate short of the margin contradicts no claim of no effect."""
    at = {"noHR<(0.87)": (0.6, 0.88, 0.95), "noRR>(1.11)": (1.01, 1.10, 1.3)}[code]

    assert parse(code).decide(interval(*at)).word is Word.INCONCLUSIVE


def test_only_a_rise_that_is_ruled_out_can_fall():
    """`falls` says that the whole interval lies below no effect."""
    assert parse("noRR>(1.11)").decide(interval(0.7, 0.8, 0.9)).qualifiers == ("falls",)
    assert parse("noRR>(1.11)").decide(interval(0.9, 1.0, 1.1)).qualifiers == ()
    assert parse("noHR<(0.87)").decide(interval(1.1, 1.2, 1.3)).qualifiers == ()
