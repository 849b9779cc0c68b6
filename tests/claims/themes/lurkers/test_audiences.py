"""Windows of visitors and posters: the lowest of 30 days decides."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from tests.claims.registers import as_of, registry

CLAIM = "s0-lurkers-still-identify"


def _study(*windows, length=30, members=2000):
    """Plant windows of one community: (visitors, posters) each."""
    rows = pd.DataFrame(windows, columns=["visitors", "posters"])
    rows = rows.assign(
        group=0, channel=None, one_way=None, window_days=length, messages=None,
        day=[20_000 + length * nth for nth in range(len(rows))], members=members,
    )  # fmt: skip
    one = registry(1, 30_000, key="server", network="server", label="a server")
    return as_of("community_reads", registry=one, audiences=rows)


def test_the_lowest_window_decides():
    """The window with the fewest silent visitors is estimated, and decides nothing."""
    found = evaluate(CLAIM, _study((1000, 200), (800, 100), (900, 100)))
    assert found.estimate == pytest.approx(700 / 1900)
    assert found.word == "INCONCLUSIVE"
    assert found.reason.startswith("SUPPORTED, which this evidence may not decide")
    assert {"proxy", "lower bound", "W = 30"} <= set(found.qualifiers)
    assert found.n == 1900


def test_few_visitors_in_one_month_do_not_contradict():
    """Opening one place in one month is not all there is to attention."""
    found = evaluate(CLAIM, _study((1000, 200), (150, 100)))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")


@pytest.mark.parametrize("length", [1, 7])
def test_short_windows_do_not_decide(length):
    """The refusal says which windows there are."""
    found = evaluate(CLAIM, _study((1000, 200), (900, 100), length=length))
    assert found.word == "UNTESTABLE"
    assert "0 windows of 30 days with members counted, 1 needed" in found.reason
    assert f"windows of {length} days" in found.reason


def test_both_ends_of_a_window_are_used_for_member_counts():
    """Which end of a window the stamp marks is not known: each is asked."""
    study = _study((1000, 0), (1000, 0))
    study.tables["audiences"]["members"] = [2000, 4000]
    found = evaluate(CLAIM, study)
    before, after = (one.components[0].estimate for one in found.specifications)
    assert (before, after) == (0.5, 0.25)
    assert found.estimate == 0.25
