"""The rule of the best size, in the order that the register sets."""

import pytest

from helpers.claims.rules import Word
from helpers.claims.special import BestSize
from helpers.survival.interval import Interval, Wald

RULE = BestSize()


def _ratio(estimate, se=0.02):
    rule = Wald(estimate, se, "log")
    return Interval.of(estimate, rule, method="", n=100, clusters=100)


@pytest.mark.parametrize(
    ("pooled", "bins", "word"),
    [
        (1.3, (1.3, 1.3, 1.3, 1.3), Word.SUPPORTED),
        (1.3, (1.3, 1.3, 1.3, None), Word.SUPPORTED),
        (1.3, (1.3, 1.3, 1.0, 1.0), Word.INCONCLUSIVE),
        (1.3, (1.3, 1.3, 1.3, 0.8), Word.CONTRADICTED),
        (1.3, (1.3, 1.3, 1.3, 0.93), Word.INCONCLUSIVE),
        (1.0, (1.0, 1.0, 1.0, 1.0), Word.CONTRADICTED),
        (1.05, (1.05, 1.05, 1.05, 1.05), Word.TOO_SMALL),
        (None, (None, None, None, None), Word.UNTESTABLE),
    ],
)
def test_each_branch_of_the_rule(pooled, bins, word):
    """Ratios of 10–30 over all others, then over each other size."""
    legs = [None if value is None else _ratio(value) for value in (pooled, *bins)]

    assert RULE.decide(*legs).word is word


def test_bins_are_simultaneous():
    """A bin beyond 1 at 95 % but not at 98.75 % does not count."""
    barely = _ratio(1.045)
    wide = [_ratio(1.2), barely, barely, barely, None]

    assert barely.low > 1 > barely.at_level(1 - 0.05 / 4).low
    assert RULE.decide(*wide).word is Word.INCONCLUSIVE
