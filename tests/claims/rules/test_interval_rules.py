"""Rules turn intervals into verdicts, never into two of them."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.claims.rules.interval_rules import All, Word
from helpers.claims.rules.templates import parse_rule
from helpers.errors import ShequnError
from helpers.inference import compute_exact_interval
from helpers.survival.interval import Interval, Wald

S, C, T, N = Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL, Word.INCONCLUSIVE
MIRRORS = {"HR>(1.25)": "HR<(0.8)", "LIT>(3)": "LIT<(0.3333333333333333)"}
CODES = [
    "P>(0.50)", "P<(0.05)", "P≈(0.50, 0.10)", "HR>(1.25)", "HR<(0.80)", "RR<(0.50)",
    "RMST(365,1.15)", "noHR<(0.87)", "noRR>(1.11)", "LIT>(3)", "LIT<(0.1)", "Δ>(0.05)",
    "Δ<(0.03)", "DOM>", "EQ(0.8,1.25)", "D",
]  # fmt: skip


class Around:
    """Limits whose distance from the estimate grows with the level."""

    def __init__(self, estimate, below, above):
        self.estimate, self.below, self.above = estimate, below, above

    def __call__(self, level):
        """Return limits in proportion to the level."""
        factor = level / 0.95
        return self.estimate - factor * self.below, self.estimate + factor * self.above

    def on_scale(self, _scale):
        """Return something of the right shape; no rule looks at it."""
        return self.estimate, self.below


def interval(low, estimate, high):
    """Return an interval with these limits at 95 %."""
    limits = Around(estimate, estimate - low, high - estimate)
    return Interval(estimate, low, high, 0.95, "planted", 100, 100, limits)


def word(code, *numbers):
    """Return the verdict of one rule on low, estimate, high."""
    return parse_rule(code).decide(interval(*numbers)).word


triples = st.lists(st.floats(-3, 5), min_size=3, max_size=3).map(sorted)


@pytest.mark.parametrize(
    ("code", "numbers", "expected"),
    [
        ("P>(0.50)", (0.51, 0.6, 0.7), S),
        ("P>(0.50)", (0.50, 0.6, 0.7), N),  # a limit at the threshold is not beyond it
        ("P>(0.50)", (0.3, 0.4, 0.49), C),
        ("P<(0.05)", (0.0, 0.01, 0.049), S),
        ("P≈(0.50, 0.10)", (0.41, 0.5, 0.59), S),
        ("P≈(0.50, 0.10)", (0.61, 0.65, 0.7), C),
        ("HR>(1.25)", (1.01, 1.25, 1.6), S),
        ("HR>(1.25)", (0.9, 1.0, 1.24), C),
        ("HR>(1.25)", (1.01, 1.1, 1.24), T),
        ("HR>(1.25)", (1.01, 1.2, 1.5), N),
        ("HR<(0.80)", (0.5, 0.7, 0.99), S),
        ("HR<(0.80)", (0.81, 0.9, 0.99), T),
        ("noRR>(1.11)", (0.9, 1.0, 1.10), S),
        ("noRR>(1.11)", (1.01, 1.2, 1.4), C),
        ("noHR<(0.87)", (0.88, 0.95, 1.02), S),
        ("noHR<(0.87)", (0.7, 0.8, 0.99), C),
        ("LIT>(100)", (1.1, 900.0, 9000.0), N),  # a large literal ratio needs the limit
        ("Δ>(0.05)", (0.01, 0.06, 0.11), S),
        ("Δ<(0.03)", (-0.06, -0.04, -0.01), S),
        ("Δ<(0.03)", (-0.02, -0.01, 0.01), C),
        ("DOM>", (0.01, 0.2, 0.4), S),
        ("EQ(0.8,1.25)", (0.79, 1.0, 1.2), S),  # its 90 % limits lie inside
        ("EQ(0.8,1.25)", (1.26, 1.4, 1.6), C),
        ("D", (0.0, 0.0, 0.049), S),
        ("D", (0.0, 0.01, 0.04), N),  # one counter-example is one too many
        ("D", (0.06, 0.1, 0.2), C),
        ("RMST(365,1.15)", (1.01, 1.2, 1.4), S),
    ],
)
def test_each_template_gives_the_tabulated_verdict(code, numbers, expected):
    """Each row of the table of templates gives the verdict it is written for."""
    assert word(code, *numbers) is expected


@pytest.mark.parametrize(
    ("code", "numbers", "qualifier"),
    [
        ("HR>(1.25)", (1.3, 1.5, 1.8), "STRONG"),
        ("HR<(0.80)", (0.4, 0.5, 0.7), "STRONG"),
        ("HR>(1.25)", (0.5, 0.7, 0.9), "REVERSED"),
        ("Δ>(0.05)", (-0.2, -0.1, -0.01), "REVERSED"),
        ("noRR>(1.11)", (0.7, 0.8, 0.9), "falls"),
    ],
)
def test_verdict_names_what_its_interval_shows(code, numbers, qualifier):
    """What a verdict's interval shows beyond the verdict is printed after it."""
    assert parse_rule(code).decide(interval(*numbers)).qualifiers == (qualifier,)


@pytest.mark.parametrize("code", CODES)
@given(numbers=triples)
def test_every_interval_gets_exactly_one_verdict(code, numbers):
    """Any interval gets exactly one verdict; the rule raises if two would hold."""
    assert word(code, *numbers) in {S, C, T, N}


@pytest.mark.parametrize("code", CODES)
@given(numbers=triples, share=st.floats(0, 1))
def test_narrowing_an_interval_never_reverses_the_verdict(code, numbers, share):
    """More data around the same estimate never turn a verdict into its opposite."""
    low, estimate, high = numbers
    narrow = (
        low + share * (estimate - low),
        estimate,
        high - share * (high - estimate),
    )

    assert not word(code, *numbers).opposes(word(code, *narrow))


@pytest.mark.parametrize(
    "code", ["P>(0.50)", "HR>(1.25)", "Δ>(0.05)", "LIT>(3)", "DOM>", "RMST(365,1.15)"]
)
@given(numbers=triples, shift=st.floats(0, 3))
def test_moving_an_interval_towards_the_claim_never_worsens_the_verdict(
    code, numbers, shift
):
    """Moving a whole interval towards the claim never makes the verdict worse."""
    rank = {C: 0, N: 1, T: 1, S: 2}
    moved = [number + shift for number in numbers]

    assert rank[word(code, *moved)] >= rank[word(code, *numbers)]


@pytest.mark.parametrize(
    ("up", "down"),
    [("HR>(2)", "HR<(0.5)"), ("LIT>(4)", "LIT<(0.25)"), ("noRR>(2)", "noHR<(0.5)")],
)
@given(numbers=st.lists(st.floats(0.05, 20), min_size=3, max_size=3).map(sorted))
def test_reciprocal_ratio_gets_the_mirrored_verdict(up, down, numbers):
    """The reciprocal of a ratio, judged by the mirrored rule, gets the same verdict."""
    reciprocal = sorted(1 / number for number in numbers)
    assume(all(min(abs(n - b) for b in (1, 2, 4)) > 1e-9 for n in numbers))

    assert word(up, *numbers) is word(down, *reciprocal)


@pytest.mark.parametrize(("up", "down"), [("Δ>(0.05)", "Δ<(0.05)")])
@given(numbers=triples)
def test_negated_difference_gets_the_mirrored_verdict(up, down, numbers):
    """A fall judged by the mirrored rule gets the verdict of the equal rise."""
    negative = sorted(-number for number in numbers)

    assert word(up, *numbers) is word(down, *negative)


@pytest.mark.parametrize("numbers", [(0.6, 0.5, 0.7), (math.nan, 0.5, 0.7)])
def test_limits_must_enclose_the_estimate(numbers):
    """An interval that is none is refused rather than judged."""
    broken = interval(0.4, 0.5, 0.6)
    broken = Interval(numbers[1], numbers[0], numbers[2], 0.95, "", 1, 1, broken.limits)

    with pytest.raises(ShequnError, match="do not enclose"):
        parse_rule("P>(0.50)").decide(broken)


@pytest.mark.parametrize(
    "code",
    [
        "P=(0.5)",
        "HR>(x)",
        "P>",
        "ALL(P>(0.5); XX>(1))",
        "ALL(P>(0.5)",
        "P>(0.5))",
        "ALL P>(0.5)",
    ],
)
def test_unknown_code_is_refused(code):
    """A template that cannot be read is an error, not a silent INCONCLUSIVE."""
    with pytest.raises(ShequnError, match="not a decision rule"):
        parse_rule(code)


def test_no_success_among_72_is_the_least_that_decides():
    """Clopper–Pearson's upper limit passes 0.05 between 71 and 72 groups."""
    rule = parse_rule("P<(0.05)")

    assert rule.decide(compute_exact_interval(0, 72)).word is S
    assert rule.decide(compute_exact_interval(0, 71)).word is N


def all_of(*components):
    """Return the decision of ALL on two components."""
    return parse_rule("ALL(P>(0.50); P>(0.50))").decide(*components)


UP, DOWN, OPEN = (0.6, 0.7, 0.8), (0.1, 0.2, 0.3), (0.4, 0.6, 0.8)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(UP, UP, S), (UP, DOWN, C), (UP, OPEN, N), (OPEN, OPEN, N)],
)
def test_composite_rule_needs_every_component_for_support(first, second, expected):
    """ALL is supported by all components and contradicted by one."""
    assert all_of(interval(*first), interval(*second)).word is expected


def test_component_contradicts_only_at_the_wider_level():
    """A component contradicted at 95 % but not at 97.5 % leaves the whole open."""
    just = interval(0.2, 0.35, 0.498)

    assert parse_rule("P>(0.50)").decide(just).word is C
    assert all_of(interval(*UP), just).word is N


def test_composite_rule_with_a_missing_component_is_inconclusive():
    """Unless the other is ruled out, and the whole with it; all missing, no word."""
    assert all_of(None, interval(*UP)).word is N
    assert all_of(None, interval(*DOWN)).word is C
    assert "SUPPORTED" in all_of(None, interval(*UP)).reason
    assert all_of(None, None).word is Word.UNTESTABLE


def test_a_small_component_makes_the_claim_too_small():
    """A component too small beside supported ones makes the whole too small."""
    rule = parse_rule("ALL(HR>(1.25); HR>(1.25))")
    strong, small = interval(1.3, 1.5, 1.8), interval(1.05, 1.1, 1.2)

    assert rule.decide(strong, small).word is T
    assert rule.decide(small, small).word is T


def test_each_rule_uses_its_own_confidence_level():
    """Equivalence is judged at 90 %, whatever level the interval was printed at."""
    ratio = Interval.of(1.0, Wald(1.0, 0.11, "log"), method="", n=9, clusters=9)

    assert parse_rule("EQ(0.8,1.25)").decide(ratio).word is S
    assert parse_rule("EQ(0.82,1.22)").decide(ratio).word is S
    assert parse_rule("EQ(0.85,1.18)").decide(ratio).word is N


def test_a_small_component_does_not_contradict_at_a_wider_level():
    """At 97.5 % a small effect may be none as well; that is one verdict, not two."""
    rule = parse_rule("ALL(Δ>(0.05); RR>(1.2))")
    small, there = interval(0.0005, 0.02, 0.0395), interval(1.3, 1.5, 1.7)

    assert rule.decide(small, there).word is T
    assert rule.decide(small, interval(0.9, 1.1, 1.3)).word is N


@pytest.mark.parametrize(
    ("code", "claimed", "no_effect", "scale", "text"),
    [
        ("P>(0.50)", (0.5, math.inf, "more"), None, None,
         ("above", {"threshold": 0.5})),
        ("P<(0.05)", (-math.inf, 0.05, "less"), None, None,
         ("below", {"threshold": 0.05})),
        ("HR>(1.25)", (1.25, math.inf, "at_least"), 1, "log",
         ("rise", {"null": 1, "margin": 1.25})),
        ("HR<(0.80)", (-math.inf, 0.8, "at_most"), 1, "log",
         ("fall", {"null": 1, "margin": 0.8})),
        ("Δ>(0.05)", (0.05, math.inf, "at_least"), 0, "identity",
         ("rise", {"null": 0, "margin": 0.05})),
        ("noHR<(0.87)", (0.87, math.inf, "more"), 1, "log",
         ("no_effect", {"margin": 0.87})),
        ("noRR>(1.11)", (-math.inf, 1.11, "less"), 1, "log",
         ("no_effect", {"margin": 1.11})),
        ("EQ(0.8,1.25)", (0.8, 1.25, "between"), None, "log",
         ("band", {"bottom": 0.8, "top": 1.25})),
        ("D", (-math.inf, 0.05, "less"), None, None,
         ("counter", {"tolerated": 0.05})),
    ],
)  # fmt: skip
def test_rule_states_its_own_side_and_numbers(code, claimed, no_effect, scale, text):
    """Pages and figures print these instead of numbers of their own."""
    rule = parse_rule(code)

    finite = [end for end in claimed[:2] if math.isfinite(end)]

    assert rule.claimed_range == claimed
    assert rule.threshold == (finite[0] if len(finite) == 1 else None)
    assert rule.no_effect == no_effect
    assert rule.list_scales(2) == (scale, scale)
    assert rule.describe() == text


def test_composite_rule_takes_no_effect_and_scales_of_its_components():
    """It has no range of its own; each component keeps its scale."""
    rule = All("ALL", (parse_rule("HR>(1.25)"), parse_rule("P>(0.50)")))

    assert rule.claimed_range is None
    assert rule.threshold is None
    assert rule.no_effect == 1
    assert rule.list_scales(2) == ("log", None)
    assert rule.list_scales(1) == ("log",)
    assert rule.describe() == ("own", {})
