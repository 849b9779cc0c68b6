"""Curves are computed once, in the same bytes however often and by however many."""

import shutil

import pytest

from helpers.claims import evaluate
from helpers.claims.evaluation import curve_making
from helpers.claims.evaluation.curve_making import make_evidence
from helpers.claims.evaluation.curves import (
    Computed,
    find_evidence_file,
    read_curves,
)
from helpers.paths import PROCESSED
from helpers.study import open_study

HOW = Computed(most=6, permutations=9)
TWO = ("s1-not-centralised", "s0-novelty-decay")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a copy of a small study, of which two claims are evaluated."""
    few = {name: curve_making.ESTIMATORS[name] for name in TWO}
    monkeypatch.setattr(curve_making, "ESTIMATORS", few)
    monkeypatch.setattr(curve_making, "PROXIES", {})
    shutil.copytree(PROCESSED / "zulip_archives", tmp_path / "processed" / "copy")
    return tmp_path / "processed" / "copy"


def made(folder, pieces, processes=1):
    """Return the bytes of a study's curves, made with pieces kept in a folder."""
    (path,) = make_evidence([folder], how=HOW, pieces=pieces, processes=processes)
    return path.read_bytes()


def test_curves_do_not_depend_on_the_number_of_processes(folder, tmp_path):
    """The bytes do not depend on who computed what, or when."""
    one = made(folder, tmp_path / "a")
    find_evidence_file(folder).unlink()

    assert made(folder, tmp_path / "b", processes=2) == one


def test_finished_curves_are_not_recomputed(folder, tmp_path, monkeypatch):
    """A run goes on where an earlier one of the same code was stopped."""
    first = made(folder, tmp_path / "a")
    monkeypatch.setattr(curve_making, "evaluate_claim", None)  # would fail if called

    assert made(folder, tmp_path / "a") == first


def test_changed_code_or_tables_are_recomputed(folder, tmp_path, monkeypatch):
    """A piece is kept under the checksums of both."""
    made(folder, tmp_path / "a")
    monkeypatch.setattr(curve_making, "code_checksum", lambda *_: "other code")
    made(folder, tmp_path / "a")

    assert len(list((tmp_path / "a").iterdir())) == 2 * len(TWO)


def test_verdicts_use_the_committed_curve_table(folder, tmp_path):
    """Then a verdict rests on as many specifications as were computed for it."""
    study = open_study(folder)
    before = evaluate(TWO[0], study)
    made(folder, tmp_path / "a")
    after = evaluate(TWO[0], study)

    assert (len(before.specifications), len(after.specifications)) == (8, 6)
    assert (after.low, after.high) == (before.low, before.high)
    assert "anew" not in before.note + after.note
    assert {claim for claim, _ in read_curves(find_evidence_file(folder))} == set(TWO)
