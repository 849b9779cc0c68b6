"""What an average would be with other sources, on planted sources."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.claims.rules.interval_rules import Word
from helpers.synthesis.component import pool_places
from helpers.synthesis.pooling import pool_effects
from helpers.synthesis.scales import to_effect
from helpers.synthesis.sensitivity import (
    list_redefined,
    list_sensitivity,
)
from helpers.synthesis.synthesis import run_synthesis
from tests.claims.intervals import around
from tests.synthesis.planted import SHARE, curve, shares, verdict

OWN = (0.2, 0.25, 0.3)


def lines_of(*verdicts):
    """Return the averages of a synthesis by which choice and source."""
    component = run_synthesis(SHARE, verdicts).headline
    return {(line.code, line.of): line for line in list_sensitivity(component)}


def test_average_with_an_excluded_source_is_printed():
    """A source taken out after its number was seen could hide another answer."""
    three = shares(0.2, 0.25, 0.3, se=0.05)
    excluded = verdict("out", 0.9, se=0.05, may="nothing")

    found = lines_of(*three, excluded)
    effects = [to_effect(v.components[0], "logit", 900) for v in (*three, excluded)]

    assert found["with", "out"].k == 4
    assert found["with", "out"].mean.estimate == pytest.approx(
        pool_effects(effects, "logit").mean.estimate
    )
    assert ("without", "s0") not in found  # two sources are not averaged


def test_an_excluded_indirect_measure_is_not_added():
    """It measures something else, whatever the reason for which it was excluded."""
    indirect = verdict("out", 0.9, may="nothing", qualifiers=("proxy",))

    assert ("with", "out") not in lines_of(*shares(0.2, 0.25, 0.3), indirect)


def test_average_without_sources_that_err_towards_the_answer_is_printed():
    """Left out one by one, each had seemed harmless."""
    own = [replace(one, speaks_for="both") for one in shares(0.2, 0.25, 0.3, se=0.05)]
    low = replace(verdict("low", 0.1, se=0.05), speaks_for="support")

    line = lines_of(*own, low)["without-favouring", ""]

    assert line.k == 3
    assert line.mean.estimate == pytest.approx(0.249, abs=0.01)
    assert ("without-favouring", "") not in lines_of(*own)


def test_places_that_differ_have_a_wider_average_than_one_effect_for_all():
    """The interval of one common effect is too narrow where places differ."""
    ratios = [around(ratio, 0.05, "log", n=50) for ratio in (1.4, 1.0, 1.1)]
    places = tuple(SimpleNamespace(interval=ratio) for ratio in ratios)

    pool = pool_places(places, "log")

    assert pool.mean.low < 1 < pool.mean.estimate < 1.4
    assert pool.prediction.high > pool.mean.high
    assert pool_places(places[:2], "log") is None


def list_rows(*estimates, counts=False, speaks_for="both"):
    """Return the rows of sources of which each has one more analysis, by name."""
    sources = [
        replace(
            source, curve=build_other(estimate, counts=counts), speaks_for=speaks_for
        )
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


def test_another_definition_obeys_the_rule_on_biased_sources():
    """Its row said "not supported" where the page said that it would be undecided."""
    low = (0.1, 0.12, 0.14)

    assert list_rows(*low)["any pause"].side is Word.CONTRADICTED
    assert list_rows(*low, speaks_for="support")["any pause"].side is None


def test_an_alternative_that_counts_is_no_other_definition():
    """It answers the same question, and agrees with the answer or not."""
    assert "any pause" not in list_rows(*OWN, counts=True)


def test_two_sources_have_a_range_and_no_average():
    """An average of two has an interval that says nothing."""
    row = list_rows(0.4, 0.5, None)["any pause"]

    assert (row.k, row.mean, row.side) == (2, None, None)
