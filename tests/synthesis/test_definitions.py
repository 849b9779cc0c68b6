"""A claim's answer by other definitions, on planted sources."""

from dataclasses import replace

import pytest

from helpers.claims.rules.interval_rules import Word
from helpers.synthesis.definitions import list_redefined
from helpers.synthesis.synthesis import run_synthesis
from tests.synthesis.planted import SHARE, curve, shares

OWN = (0.2, 0.25, 0.3)


def list_rows(*estimates, counts=False):
    """Return the rows of sources of which each has one more analysis, by name."""
    sources = [
        replace(source, curve=build_other(estimate, counts=counts))
        for source, estimate in zip(shares(*OWN, se=0.05), estimates, strict=True)
    ]
    headline = run_synthesis(SHARE, sources).headline
    return {row.name: row for row in list_redefined(headline)}


def build_other(estimate, *, counts):
    """Return the analyses of a source: one by another definition, or none."""
    if estimate is None:
        return curve()
    made = curve(estimate, se=0.05)
    other = replace(made.outcomes[0], name="any pause", counts=counts)
    return replace(made, outcomes=(other,))


def test_another_definition_is_averaged_over_the_same_sources():
    """A claim refuted by one definition was not seen to be open by another."""
    row = list_rows(0.4, 0.5, 0.7)["any pause"]
    alone = run_synthesis(SHARE, shares(0.4, 0.5, 0.7, se=0.05)).headline.pool.mean

    assert (row.k, row.least, row.most) == pytest.approx((3, 0.4, 0.7))
    assert row.mean.estimate == pytest.approx(alone.estimate)
    assert row.mean.low == pytest.approx(alone.low, abs=1e-6)
    assert row.side is not Word.CONTRADICTED


def test_an_alternative_that_counts_is_no_other_definition():
    """It answers the same question, and agrees with the answer or not."""
    assert "any pause" not in list_rows(*OWN, counts=True)


def test_two_sources_have_a_range_and_no_average():
    """An average of two has an interval that says nothing."""
    row = list_rows(0.4, 0.5, None)["any pause"]

    assert (row.k, row.mean, row.side) == (2, None, None)
