"""What has no number is told in words: a network that does not double."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from helpers.claims.contract.finding import Supplement
from helpers.claims.evaluation import multiplicity
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.evaluation.sentences import write_sentence
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_study
from helpers.survival import Interval
from tests.claims.intervals import around

CLAIM = "s0-fission-speed"
SEEDS = "s0-seed-users-needed"


@pytest.fixture
def verdict():
    """Return a verdict with a doubling time, that of a network that only shrank."""
    found = evaluate(CLAIM, open_study("rust_teams"))
    (component,) = found.components
    assert component is not None
    never = Interval.of(
        inf, lambda _: (inf, inf), method=component.method, n=component.n, clusters=1
    )
    return replace(found, components=(never,))


def test_infinite_doubling_time_is_in_words(verdict, monkeypatch):
    """JSON has no infinity: the word stands beside the missing number."""
    monkeypatch.setattr(multiplicity, "report_verdict", lambda *_: verdict)
    monkeypatch.setattr(multiplicity, "read_register", lambda: [CLAIM])
    board = multiplicity.build_scoreboard([open_study("rust_teams")])
    assert board["found"].tolist() == ["does not double"]
    assert '"estimate":null' in board.to_json(orient="records")


def test_sentence_on_infinite_doubling_time_has_no_infinity_sign(verdict):
    """Alone, and beside one that doubled, in both languages."""
    doubled = evaluate(CLAIM, open_study("rust_teams"))
    alone = [write_sentence(CLAIM, [verdict], language) for language in ("en", "zh")]
    both = write_sentence(CLAIM, [doubled, replace(verdict, study="w3c_groups")], "en")
    assert "does not double" in alone[0]
    assert "不翻倍" in alone[1]
    assert "or not at all" in both
    assert not any("∞" in text for text in (*alone, both))


def test_rows_of_strata_and_of_means_are_listed(monkeypatch):
    """What sources say together was absent: thirty-nine times UNTESTABLE for sizes."""
    places = (Supplement("fcc_gitter", around(1.4, 0.1)),)
    alone = [replace(_blank(f"s{n}"), components=(around(0.9, 0.1),)) for n in range(5)]
    together = replace(
        _blank(TOGETHER), components=(around(1.2, 0.1, n=7),), places=places
    )
    verdicts = iter(alone)
    monkeypatch.setattr(multiplicity, "report_verdict", lambda *_: next(verdicts))
    monkeypatch.setattr(multiplicity, "report_together", lambda *_: together)
    monkeypatch.setattr(multiplicity, "read_register", lambda: [SEEDS])
    board = multiplicity.build_scoreboard([open_study("rust_teams")] * 5, _pooled)
    rows = board.set_index("kind")

    assert board["kind"].tolist() == [
        *["source"] * 5, "strata", "place", "pooled", "prediction",
    ]  # fmt: skip
    assert rows.loc["strata", "estimate"] == pytest.approx(1.2)
    assert rows.loc["strata", "n"] == 7
    assert rows.loc["strata", "p"] < 0.1
    assert rows.loc["place", "study"] == "corpora_at_hand/fcc_gitter"
    assert rows.loc["place", "estimate"] == pytest.approx(1.4)
    assert rows.loc["pooled", "estimate"] == pytest.approx(0.9)
    assert rows.loc["prediction", "low"] <= rows.loc["pooled", "low"]


def _pooled(_, verdicts, strata):
    """Return a mean and a prediction of what was asked."""
    assert (len(verdicts), strata.study) == (5, TOGETHER)
    return ("pooled", around(0.9, 0.1)), ("prediction", around(0.9, 0.5))


def _blank(study):
    return Verdict(claim=SEEDS, study=study, word=Word.INCONCLUSIVE, checksum="")
