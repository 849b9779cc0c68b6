"""Committed curves are those of the committed tables and of this code's estimates."""

import pytest

from helpers import paths
from helpers.claims import evaluate
from helpers.claims.evaluation.curves import find_evidence_file, read_curves
from helpers.study import open_studies, open_study

KEPT = [
    study.name for study in open_studies() if find_evidence_file(study.folder).is_file()
]
QUICK = ["s0-decentralised-better", "s4-many-centres", "s4-organisation-not-media"]


def curves(name):
    """Return the committed curves of a study."""
    return read_curves(find_evidence_file(open_study(name).folder))


def flagged(name, claims):
    """Return the claims whose curve is not the one of their estimate."""
    study = open_study(name)
    kept = {claim for claim, _ in curves(name)}
    asked = sorted(kept & set(claims))
    return [one for one in asked if "anew" in evaluate(one, study).note]


@pytest.mark.parametrize("name", KEPT)
def test_curves_are_of_these_tables(name):
    """Every curve names the checksum of its study's tables."""
    assert {one.tables for one in curves(name).values()} == {open_study(name).checksum}


@pytest.mark.parametrize("name", ["fcc_gitter", "zulip_archives"])
def test_curves_belong_to_the_headline(name):
    """What is recomputed in every run is what the curve was computed for."""
    assert flagged(name, QUICK) == []


@pytest.mark.long
@pytest.mark.parametrize("name", KEPT)
def test_all_curves_belong_to_their_headline(name):
    """The same for every claim."""
    assert flagged(name, {claim for claim, _ in curves(name)}) == []


def test_curves_are_small_and_hold_at_most_a_hundred():
    """Specifications are chosen down to a hundred; all tables stay under 1 MB."""
    files = list((paths.PROCESSED / "evidence").glob("*.parquet"))
    most = max(len(one.outcomes) for name in KEPT for one in curves(name).values())

    assert most == 100
    assert sum(file.stat().st_size for file in files) < 1_000_000
