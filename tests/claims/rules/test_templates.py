"""Codes of the register become rules with exactly their numbers."""

import pytest

from helpers.claims.rules.interval_rules import (
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
)
from helpers.claims.rules.templates import parse_rule
from helpers.errors import ShequnError


@pytest.mark.parametrize(
    "rule",
    [
        Beyond("P>(0.50)", 1, 0.5),
        Beyond("LIT<(0.1)", -1, 0.1),
        Beyond("DOM>", 1, 0.0),
        Effect("HR>", 1, 1.0, 1.25),
        Effect("OR<", -1, 1.0, 0.8),
        Effect("TR<(0.9)", -1, 1.0, 0.9),
        Effect("RMST(365,1.15)", 1, 1.0, 1.15),
        Effect("Δ>(0.05)", 1, 0.0, 0.05),
        Effect("Δ<(0.03)", -1, 0.0, -0.03),
        NoEffect("noRR>(1.11)", 1, 1.11),
        NoEffect("noHR<(0.87)", -1, 0.87),
        Band("EQ(0.8,1.25)", 0.8, 1.25),
        Band("P≈(0.50, 0.25)", 0.25, 0.75),
        CounterExamples("D", 0.05),
    ],
    ids=lambda rule: rule.code,
)
def test_parsed_rule_has_exactly_the_numbers_of_its_code(rule):
    """Direction, no effect, margins and limits are those that the code names."""
    assert parse_rule(rule.code) == rule


@pytest.mark.parametrize(
    "code", ["HR>(1)", "HR<(1)", "noRR>(0.99)", "noHR<(1.01)", "Δ>(0)", "Δ<(-0.01)"]
)
def test_a_margin_at_or_short_of_no_effect_is_refused(code):
    """No effect itself is no margin, nor is what lies on its other side."""
    with pytest.raises(ShequnError, match="not beyond"):
        parse_rule(code)


@pytest.mark.parametrize("code", ["HR>(1.01)", "HR<(0.99)", "noRR>(1.01)", "Δ>(0.01)"])
def test_the_least_margins_are_read(code):
    """Whatever lies beyond no effect is a margin, however near."""
    assert parse_rule(code).code == code
