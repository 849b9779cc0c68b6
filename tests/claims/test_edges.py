"""Edges of rules, gates and agreement that changing the code had to cross."""

import pytest

from helpers.claims.contract.finding import Specification
from helpers.claims.evaluation.standing import Agreement, limit_by_fragility
from helpers.claims.rules.interval_rules import Word, _take_only_verdict
from helpers.claims.rules.templates import parse_rule
from helpers.errors import ShequnError
from helpers.inference import compute_exact_interval
from helpers.survival.interval import Interval
from tests.claims.intervals import fixed


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
    assert parse_rule("D").decide(fixed(low, estimate, high)).word is word


def test_reason_names_decisive_specifications_only_if_there_are_some():
    """The sentence about a reading that decides stands only where one does."""
    without, named = (
        limit_by_fragility(Agreement(10, 2, 0, decisive)).refused[0][1]
        for decisive in ((), ("F(90 d)",))
    )

    assert "opposite at" not in without
    assert named.endswith("; opposite at F(90 d)")


def test_specification_counts_and_is_not_decisive_by_default():
    """One component or several: what a way returns are the components."""
    one = compute_exact_interval(3, 9)
    single = Specification.tried("single", lambda: one)
    double = Specification.tried("double", lambda: (one, None))

    assert (single.components, single.counts, single.decisive) == ((one,), True, False)
    assert double.components == (one, None)


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
        ("D", 0.0495, True),
        ("D", 0.05, False),
    ],
)
def test_thresholds_are_strict_and_margins_count_as_reached(rule, estimate, beyond):
    """Thresholds are strict, margins count as reached, bands are open."""
    assert parse_rule(rule).beyond(fixed(0.001, estimate, 9.0)) == (beyond,)


def test_reversed_needs_the_whole_interval_on_the_other_side():
    """A margin that is ruled out while no effect is not is contradicted, no more."""
    plain = parse_rule("HR>(1.25)").decide(fixed(0.9, 1.0, 1.2))
    turned = parse_rule("HR>(1.25)").decide(fixed(0.7, 0.8, 0.9))

    assert (plain.word, plain.qualifiers) == (Word.CONTRADICTED, ())
    assert (turned.word, turned.qualifiers) == (Word.CONTRADICTED, ("REVERSED",))


def test_two_verdicts_at_once_are_an_error():
    """Rules exclude each other; where they do not, no verdict is made up."""
    with pytest.raises(ShequnError, match="two verdicts at once"):
        _take_only_verdict(SUPPORTED=True, CONTRADICTED=True)


@pytest.mark.parametrize("code", ["noHR<(0.87)", "noRR>(1.11)"])
def test_a_margin_just_missed_decides_nothing_against_no_effect(code):
    """An estimate short of the margin contradicts no claim of no effect."""
    at = {"noHR<(0.87)": (0.6, 0.88, 0.95), "noRR>(1.11)": (1.01, 1.10, 1.3)}[code]

    assert parse_rule(code).decide(fixed(*at)).word is Word.INCONCLUSIVE


def test_falls_qualifier_needs_the_whole_interval_below_no_effect():
    """`falls` says that the whole interval lies below no effect."""
    assert parse_rule("noRR>(1.11)").decide(fixed(0.7, 0.8, 0.9)).qualifiers == (
        "falls",
    )
    assert parse_rule("noRR>(1.11)").decide(fixed(0.9, 1.0, 1.1)).qualifiers == ()
    assert parse_rule("noHR<(0.87)").decide(fixed(1.1, 1.2, 1.3)).qualifiers == ()


@pytest.mark.parametrize(
    ("code", "numbers", "word"),
    [
        ("P>(0.50)", (0.5, 0.6, 0.7), "INCONCLUSIVE"),
        ("P>(0.50)", (0.3, 0.4, 0.5), "INCONCLUSIVE"),
        ("HR>(1.25)", (1.0, 1.3, 1.5), "INCONCLUSIVE"),
        ("HR>(1.25)", (0.9, 1.1, 1.25), "INCONCLUSIVE"),
        ("HR>(1.25)", (1.05, 1.1, 1.25), "INCONCLUSIVE"),
        ("HR>(1.25)", (1.0, 1.1, 1.2), "CONTRADICTED"),
        ("HR>(1.25)", (1.25, 1.4, 1.6), "SUPPORTED"),
        ("HR>(1.25)", (0.8, 0.9, 1.0), "CONTRADICTED"),
        ("noRR>(1.11)", (0.9, 1.0, 1.11), "INCONCLUSIVE"),
        ("noRR>(1.11)", (1.0, 1.2, 1.3), "INCONCLUSIVE"),
        ("noRR>(1.11)", (1.01, 1.11, 1.3), "CONTRADICTED"),
        ("noRR>(1.11)", (0.8, 0.9, 1.0), "SUPPORTED"),
        ("EQ(0.8,1.25)", (0.8, 1.0, 1.2), "INCONCLUSIVE"),
        ("EQ(0.8,1.25)", (0.9, 1.0, 1.25), "INCONCLUSIVE"),
        ("EQ(0.8,1.25)", (0.6, 0.7, 0.8), "INCONCLUSIVE"),
        ("EQ(0.8,1.25)", (1.25, 1.3, 1.4), "INCONCLUSIVE"),
        ("D", (0.0, 0.0, 0.05), "INCONCLUSIVE"),
        ("D", (0.05, 0.1, 0.2), "INCONCLUSIVE"),
    ],
)
def test_a_limit_at_a_threshold_is_not_beyond_it(code, numbers, word):
    """Nor does it make a verdict strong, reversed or falling."""
    found = parse_rule(code).decide(fixed(*numbers))

    assert (found.word, found.qualifiers) == (word, ())


@pytest.mark.parametrize(
    ("past", "refused"), [(0.99e-9, False), (1e-9, False), (1.01e-9, True)]
)
@pytest.mark.parametrize("side", [-1, 1])
def test_estimate_outside_its_limits_by_rounding_only_is_accepted(past, refused, side):
    """An estimate that lies further outside of its limits is an error."""
    numbers = (0.0, -past, 1.0) if side < 0 else (-1.0, past, 0.0)
    if refused:
        with pytest.raises(ShequnError, match="do not enclose"):
            parse_rule("P>(2)").decide(fixed(*numbers))
        return
    assert parse_rule("P>(2)").decide(fixed(*numbers)).word is Word.CONTRADICTED


class Asked:
    """Limits that note at which levels they were asked for."""

    def __init__(self):
        self.levels = []

    def __call__(self, level):
        """Return limits that any rule on a half finds beyond."""
        self.levels.append(level)
        return 0.6, 0.8

    def on_scale(self, _):
        """Return something of the right shape."""
        return 0.7, 0.1


@pytest.mark.parametrize(
    ("code", "components", "levels"),
    [
        ("P>(0.50)", 1, []),
        ("EQ(0.8,1.25)", 1, [0.90]),
        ("ALL(P>(0.5); P>(0.5))", 2, [1 - 0.05 / 2]),
        ("ALL(P>(0.5); P>(0.5); P>(0.5))", 3, [1 - 0.05 / 3]),
    ],
)
def test_rule_requests_its_own_confidence_level(code, components, levels):
    """90 % for equivalence, 1 − .05/k for one of k components to contradict."""
    asked = [Asked() for _ in range(components)]
    parse_rule(code).decide(
        *(Interval(0.7, 0.6, 0.8, 0.95, "planted", 9, 9, one) for one in asked)
    )

    assert [one.levels for one in asked] == [levels] * components


def test_every_component_has_its_own_side():
    """Sides are in the order of the rule's code, one for every component."""
    rule = parse_rule("ALL(P>(0.50); P<(0.30))")
    high, low = fixed(0.6, 0.7, 0.8), fixed(0.1, 0.2, 0.4)

    assert rule.beyond(high, low) == (True, True)
    assert rule.beyond(low, high) == (False, False)
    assert rule.beyond(high, None) == (True, None)
    for ask in (rule.decide, rule.beyond):
        with pytest.raises(ValueError, match="shorter"):
            ask(high)
