"""Displayed rules: a trial that stands with its claim and decides nothing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.registers import as_of, registry
from tests.raw_corpora import SHARED, needs_raw

CLAIM = "s1-rules-needed"


def _study(ratio, blocks=100):
    rng = np.random.default_rng(5)
    treated = np.tile([True, False] * 5, blocks)
    entered = rng.poisson(8.0, len(treated))
    removed = rng.binomial(entered, np.where(treated, 0.5 * ratio, 0.5))
    rows = pd.DataFrame(
        {
            "group": 0,
            "block": np.repeat(np.arange(blocks), 10),
            "unit": np.arange(len(treated)),
            "treated": treated,
            "stratum": "discussion",
            "visible": True,
            "entered": entered,
            "removed": removed,
        }
    )
    return as_of(
        "rscience_rules_experiment", registry=registry(1, 30), block_trial=rows
    )


@pytest.mark.parametrize("ratio", [0.6, 1.0])
def test_simulated_trial_ratio_is_recovered_but_does_not_decide(ratio):
    """No life of a group is observed."""
    found = evaluate(CLAIM, _study(ratio))
    assert found.components[0].low < ratio < found.components[0].high
    assert found.word == "INCONCLUSIVE"
    assert not found.decides
    assert "randomised" in found.qualifiers


def test_fewer_than_200_discussions_in_an_arm_are_refused():
    """The count is in the refusal."""
    found = evaluate(CLAIM, _study(1.0, blocks=20))
    assert found.word == "UNTESTABLE"
    assert "100 discussions in the smaller arm, 200 needed" in found.reason


@needs_raw
def test_trial_ratio_is_recomputed_from_raw_discussions():
    """Independent recomputation, and 80 permutations of arms within blocks."""
    raw = pd.read_csv(SHARED / "rscience_rules_experiment" / "posts.csv.gz")
    names = ["newcomer.comments.removed", "newcomer.comments"]

    def ratio(arm):
        sums = raw.groupby(arm)[names].sum()
        shares = sums[names[0]] / sums[names[1]]
        return shares[1] / shares[0]

    verdict = evaluate(CLAIM, open_study("rscience_rules_experiment"))
    found = verdict.components[0]
    own = ratio(raw["TREAT"])
    assert found.estimate == pytest.approx(own)
    rng = np.random.default_rng(7)
    far = 0
    for _ in range(80):
        swapped = raw.groupby("block.id")["TREAT"].transform(rng.permutation)
        far += abs(np.log(ratio(swapped))) >= abs(np.log(own))
    inside = found.low < 1.0 < found.high
    assert inside == (far / 80 > 0.05)
    told = re.search(r"as large in (\d+) of 500 permutations", verdict.note)
    assert int(told[1]) / 500 == pytest.approx(far / 80, abs=0.12)
