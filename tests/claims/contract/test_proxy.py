"""Refusals by count, of sources that can be told to have too few units."""

import pytest

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import build_refusing_estimator
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.errors import NotIdentifiableError
from helpers.study import open_study


@pytest.mark.parametrize(
    ("claim", "source", "told"),
    [
        ("s4-quality-over-quantity", "twitch_paid_free", "1 group, 50 needed"),
        ("s4-quality-over-quantity", "zh_cruel_parent", "1 group, 50 needed"),
        ("s0-novelty-decay", "cn_colearning", "0 groups followed for 84 d, 20 needed"),
    ],
)
def test_the_registers_gate_and_the_count_are_told(claim, source, told):
    """Not the table that nobody made."""
    found = evaluate(claim, open_study(source))
    assert found.word == "UNTESTABLE"
    assert told in found.reason


def test_enough_units_are_refused_for_what_is_missing():
    """The gate is passed, and what nobody recorded is named."""
    evidence = Evidence.of(open_study("cn_colearning"))
    refuse = build_refusing_estimator("who wrote what")(
        lambda _: gates.require_groups(50)
    )
    with pytest.raises(NotIdentifiableError, match="does not tell who wrote what"):
        refuse(evidence)
