"""What has no number is told in words: a network that does not double."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from helpers.claims.evaluation import scoreboard
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.evaluation.sentences import sentence
from helpers.study import open_study
from helpers.survival import Interval

CLAIM = "s0-fission-speed"


@pytest.fixture
def verdict():
    """Return a verdict with a doubling time, that of a network that only shrank."""
    found = evaluate(CLAIM, open_study("rust_teams"))
    (leg,) = found.legs
    assert leg is not None
    never = Interval.of(
        inf, lambda _: (inf, inf), method=leg.method, n=leg.n, clusters=1
    )
    return replace(found, legs=(never,))


def test_a_network_that_does_not_double_is_told_so(verdict, monkeypatch):
    """JSON has no infinity: the word stands beside the missing number."""
    monkeypatch.setattr(scoreboard, "report", lambda *_: verdict)
    monkeypatch.setattr(scoreboard, "read_register", lambda: [CLAIM])
    board = scoreboard.scoreboard([open_study("rust_teams")])
    assert board["found"].tolist() == ["does not double"]
    assert '"estimate":null' in board.to_json(orient="records")


def test_its_sentence_has_no_sign_of_infinity(verdict):
    """Alone, and beside one that doubled, in both languages."""
    doubled = evaluate(CLAIM, open_study("rust_teams"))
    alone = [sentence(CLAIM, [verdict], language) for language in ("en", "zh")]
    both = sentence(CLAIM, [doubled, replace(verdict, study="w3c_groups")], "en")
    assert "does not double" in alone[0]
    assert "不翻倍" in alone[1]
    assert "or not at all" in both
    assert not any("∞" in text for text in (*alone, both))
