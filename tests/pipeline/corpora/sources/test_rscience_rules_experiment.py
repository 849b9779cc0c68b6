"""Discussions in randomised blocks, with what newcomers wrote."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.claims.designs.trials import recount_trial
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


@needs_raw
def test_famous_seventy_per_cent_hang_on_five_discussions():
    """Independent recount from the raw rows, of the ordinary discussions."""
    rows = read_whole("rscience_rules_experiment", "posts.csv.gz")
    gone = rows["block.id"].isin([f"nonama.block{n}" for n in ("037", "058", "222")])
    rows = rows[~gone & ~rows["post.ama"].astype(bool)].sort_values(
        ["newcomer.comments", "created"], ascending=[False, True], kind="stable"
    )

    def divide(part):
        means = part.groupby("TREAT")["newcomer.comments"].mean()
        return means[1] / means[0]

    trial = open_study("rscience_rules_experiment").table("block_trial")
    trial = trial[trial["stratum"] == "discussion"]
    found = recount_trial(trial, "entered", permutations=400)
    any_newcomer = rows["newcomer.comments"].gt(0).groupby(rows["TREAT"]).mean()
    logs = np.log1p(rows["newcomer.comments"]).groupby(rows["TREAT"]).mean()
    assert len(trial) == len(rows) == 2190
    assert found.ratio.estimate == pytest.approx(divide(rows))
    assert found.without[5] == pytest.approx(divide(rows[5:]))
    assert [found.any_control, found.any_treated] == pytest.approx(
        any_newcomer.tolist()
    )
    assert [found.log_control, found.log_treated] == pytest.approx(logs.tolist())
    assert found.ratio.low < 1 < found.ratio.high
    assert 0.03 < found.p < 0.15
