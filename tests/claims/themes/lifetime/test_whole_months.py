"""Novelty where times are known to the month: planted true and false."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.claim import Claim
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.records import DAY_US
from validation.worlds.claims.tabled import END_DAYS, simulate_exponential


def monthly(ratio):
    """Plant groups whose third whole month has so many messages of their first."""
    rng = np.random.default_rng(8)
    origin = rng.uniform(0, END_DAYS - 400, 200)
    study = simulate_exponential(rng, 200, life=1e6, origin=origin)
    groups = study.tables["groups"]
    born = pd.to_datetime(groups["origin_us"] // DAY_US, unit="D").dt.to_period("M")
    rows = []
    for month, pace in ((0, 9.0), (1, 5.0), (2, 4.0), (3, 5.0 * ratio), (4, 1.0)):
        at = (born + month).dt
        messages = rng.poisson(pace * at.days_in_month)
        middle = (at.start_time - pd.Timestamp(0)).dt.days + 14
        rows.append(pd.DataFrame({"group": groups["group"], "day": middle}))
        rows[-1]["messages"] = messages
    study.tables["daily"] = pd.concat(rows, ignore_index=True)
    return study.seen(resolution="month")


@pytest.mark.parametrize(("ratio", "word"), [(0.2, "SUPPORTED"), (1.0, "INCONCLUSIVE")])
def test_third_month_to_first_month_ratio_is_recovered(ratio, word):
    """Decay is found; its absence is not told, since the first days are in neither."""
    found = evaluate_claim(
        Claim.of("s0-novelty-decay"),
        monthly(ratio),
        Computed(most=3, permutations=0),
    )

    assert found.low < ratio < found.high
    assert found.word == word
    assert "proxy" in found.qualifiers
    assert ("one-sided" in found.qualifiers) is (ratio == 1)
