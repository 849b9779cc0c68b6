"""No claim about tone is decided by an instrument whose errors nobody measured."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers import paths
from helpers.claims import read_register
from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation import standing
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.evaluation.registry import PROXIES
from helpers.claims.evaluation.standing import choose_side, limit_by_instrument
from helpers.study import open_studies
from helpers.study.tables.derive.talk_rows import TONED

TABLE = paths.PROCESSED / "instruments" / "chat_tone_quality.csv"
RATES = ["auc", "sensitivity", "specificity"]
WORDS_ONLY = {"s0-success-traits-cohere"}  # counts replies and "we" in that table
FINDING = Finding(components=(None,), definition="", gates=(), instrument="vader")


def list_machine_read_claims():
    """Return the claims with a proxy that needs a table of machine-read tone."""
    every = ((claim, one) for claim, own in PROXIES.items() for one in own)
    toned = {claim for claim, proxy in every if set(TONED) & set(proxy.needs)}
    return sorted(toned - WORDS_ONLY)


@pytest.fixture(scope="module")
def verdicts():
    """Return every verdict of these claims on the public studies with such tables."""
    studies = [s for s in open_studies() if set(TONED) & set(s.manifest.tables)]
    return [evaluate(c, s) for c in list_machine_read_claims() for s in studies]


def test_at_least_two_machine_read_claims_are_registered():
    """Else the tests below would pass on nothing."""
    assert set(list_machine_read_claims()) <= set(read_register())
    assert len(list_machine_read_claims()) >= 2


def test_an_unmeasured_instrument_decides_no_public_verdict(verdicts):
    """One plan allows both sides, another one side: the instrument allows neither."""
    estimated = [one for one in verdicts if one.interval is not None]
    assert {one.claim for one in estimated} == set(list_machine_read_claims())
    for one in estimated:
        assert one.may == "nothing", one
        assert one.word not in standing.DECIDING, one
        assert "instrument" in [each.by for each in one.standings], one
    assert any("was not measured" in one.reason for one in estimated)


def test_every_instrument_listed_as_measured_has_error_rates():
    """Each name has its rates on labelled chat lines; VADER has none."""
    table = pd.read_csv(TABLE)
    measured = table[table["length"] == "all"].set_index("instrument")[RATES]
    assert measured.notna().all(axis=None)
    assert set(measured.index) == standing.MEASURED_INSTRUMENTS


def test_refusal_names_the_unmeasured_instrument():
    """All verdicts are refused by it, or none is."""
    refused = dict(limit_by_instrument(FINDING).refused)
    assert set(refused) == standing.DECIDING
    assert all("vader" in reason for reason in refused.values())
    checked = replace(FINDING, instrument="chat_lines", may="support")
    assert limit_by_instrument(checked).refused == ()
    assert (choose_side(FINDING), choose_side(checked)) == ("nothing", "support")
