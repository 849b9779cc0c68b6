"""Refusals by count, of sources that can be told to have too few units."""

import pytest

from helpers.claims.contract.study_view import format_too_few
from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study


@pytest.mark.parametrize(
    ("claim", "source", "told"),
    [
        ("s4-quality-over-quantity", "twitch_paid_free", "1 group, 50 needed"),
        ("s4-quality-over-quantity", "zh_cruel_parent", "1 group, 50 needed"),
        ("s0-novelty-decay", "cn_colearning", "0 groups followed for 84 d, 20 needed"),
    ],
)
def test_the_registers_gate_and_the_count_are_reported(claim, source, told):
    """Not the table that nobody made."""
    found = evaluate(claim, open_study(source))
    assert found.word == "UNTESTABLE"
    assert told in found.reason


def test_a_source_with_enough_units_is_not_called_too_small():
    """Then what it lacks is named instead."""
    study = open_study("rust_teams")
    weak = {"counts": {"n": ["facts", "fact == 'zulip_stream'"]}, "words": "{n}"}
    assert format_too_few(weak | {"least": 45}, study) == ""
    assert format_too_few(weak | {"least": 46}, study) == "45"
