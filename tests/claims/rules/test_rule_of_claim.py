"""The rule of the best size, in the order that the register sets."""

import pytest

from helpers.claims.rules.interval_rules import Word
from helpers.claims.rules.templates import BestSize, RanksFirst
from helpers.survival.interval import Interval
from tests.claims.intervals import around

RULE = BestSize()


def _ratio(estimate, se=0.02):
    return around(estimate, se)


@pytest.mark.parametrize(
    ("pooled", "bins", "word"),
    [
        (1.3, (1.3, 1.3, 1.3, 1.3), Word.SUPPORTED),
        (1.3, (1.3, 1.3, 1.3, None), Word.SUPPORTED),
        (None, (None, None, None, None), Word.UNTESTABLE),
    ],
)
def test_each_branch_of_the_rule(pooled, bins, word):
    """Ratios of 10–30 over all others, then over each other size."""
    components = [None if value is None else _ratio(value) for value in (pooled, *bins)]

    assert RULE.decide(*components).word is word


def test_size_bins_are_judged_at_a_simultaneous_level():
    """A bin beyond 1 at 95 % but not at 98.75 % does not count."""
    barely = _ratio(1.045)
    wide = [_ratio(1.2), barely, barely, barely, None]

    assert barely.low > 1 > barely.at_level(1 - 0.05 / 4).low
    assert RULE.decide(*wide).word is Word.INCONCLUSIVE


class Asked:
    """Limits that note at which levels they were asked for."""

    def __init__(self, low, high):
        self.limits, self.levels = (low, high), []

    def __call__(self, level):
        """Return the same limits at every level."""
        self.levels.append(level)
        return self.limits

    def on_scale(self, _scale):
        """Return something of the right shape; no rule looks at it."""
        return 0.0, 1.0


def fixed(low, estimate, high):
    """Return an interval whose limits are these at every level."""
    return Interval(estimate, low, high, 0.95, "planted", 9, 9, Asked(low, high))


ABOVE, EQUAL, LONG = fixed(1.01, 1.2, 1.4), fixed(0.8, 1.0, 1.2), fixed(1.01, 1.1, 1.3)
SHORT = fixed(0.8, 1 / 1.1, 0.99)


@pytest.mark.parametrize(
    ("components", "word"),
    [
        ((LONG, ABOVE, ABOVE, ABOVE, EQUAL), "SUPPORTED"),
        ((fixed(1.01, 1.09, 1.3), ABOVE, ABOVE, ABOVE, EQUAL), "INCONCLUSIVE"),
        ((fixed(1.01, 1.05, 1.09), ABOVE, ABOVE, ABOVE, EQUAL), "TOO_SMALL"),
        ((fixed(1.0, 1.05, 1.09), ABOVE, ABOVE, ABOVE, EQUAL), "CONTRADICTED"),
        ((fixed(0.99, 1.05, 1.09), ABOVE, ABOVE, ABOVE, EQUAL), "CONTRADICTED"),
        ((LONG, ABOVE, ABOVE, EQUAL, EQUAL), "INCONCLUSIVE"),
        ((LONG, ABOVE, ABOVE, fixed(1.0, 1.2, 1.4), EQUAL), "INCONCLUSIVE"),
        ((LONG, ABOVE, ABOVE, ABOVE, SHORT), "CONTRADICTED"),
        ((LONG, ABOVE, ABOVE, ABOVE, fixed(0.8, 0.9, 1.0)), "SUPPORTED"),
        ((LONG, ABOVE, ABOVE, ABOVE, fixed(0.8, 0.92, 0.99)), "INCONCLUSIVE"),
        ((fixed(0.9, 1.0, 1.09), ABOVE, ABOVE, ABOVE, EQUAL), "CONTRADICTED"),
        ((fixed(0.9, 1.0, 1.11), ABOVE, ABOVE, ABOVE, EQUAL), "INCONCLUSIVE"),
        ((fixed(0.99, 1.1, 1.3), EQUAL, EQUAL, EQUAL, EQUAL), "INCONCLUSIVE"),
    ],
)
def test_best_size_rule_changes_verdict_exactly_at_its_thresholds(components, word):
    """Three other sizes surely shorter, a tenth longer than all, none surely longer."""
    assert RULE.decide(*components).word == word


def test_four_other_sizes_are_judged_together():
    """Each at 1 − .05/4, the sizes that are missing counted in."""
    components = [fixed(1.01, 1.2, 1.4) for _ in range(4)]
    RULE.decide(*components, None)

    assert [component.limits.levels for component in components[1:]] == [
        [1 - 0.05 / 4]
    ] * 3
    assert (
        "3 of 3 other sizes"
        in RULE.decide(fixed(0.9, 1.0, 1.2), *components[1:]).reason
    )
    assert RULE.decide(LONG).word is Word.INCONCLUSIVE


def test_single_size_comparison_is_judged_at_95_percent():
    """Where a corpus compares 10–30 with one size alone, that is judged at 95 %."""
    only = fixed(1.01, 1.2, 1.4)
    RULE.decide(LONG, only)

    assert set(only.limits.levels) == {0.95}


def test_best_size_rule_without_ratios_is_an_error():
    """Without even the first ratio there is neither a verdict nor a side."""
    with pytest.raises(ValueError, match="not enough"):
        RULE.decide()
    with pytest.raises(ValueError, match="longer"):
        RULE.beyond()


def test_best_size_side_needs_a_tenth_over_all_others():
    """A tenth over all others, and not below any one of them."""
    components = [fixed(0.1, e, 9.0) for e in (1.1, 1.0, 0.99)]

    assert RULE.beyond(*components, None) == (True, True, False, None)
    assert RULE.beyond(fixed(0.1, 1.09, 9.0), *components[1:]) == (False, True, False)
    assert RULE.beyond(None) == (None,)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.01, 0.5, "SUPPORTED"),
        (0.0, 0.5, "INCONCLUSIVE"),
        (-0.5, 0.0, "INCONCLUSIVE"),
        (-0.5, -0.01, "CONTRADICTED"),
    ],
)
def test_being_first_is_judged_at_90_percent(low, high, word):
    """First in 95 % of the bootstraps, in fewer than 5 %, or neither."""
    lead = fixed(low, (low + high) / 2, high)

    assert RanksFirst().decide(lead).word == word
    assert lead.limits.levels == [0.90]


def test_ranking_rule_without_a_lead_is_untestable():
    """Without a lead there is no verdict; a lead of 0 is none."""
    assert RanksFirst().decide(None).word is Word.UNTESTABLE
    components = [fixed(-1, lead, 1) for lead in (0.01, 0.0)]
    assert RanksFirst().beyond(*components, None) == (True, False, None)


def test_a_lead_is_claimed_above_zero():
    """The page shades the side on which content ranks first."""
    assert RanksFirst().claimed_range == (0.0, float("inf"), "more")
