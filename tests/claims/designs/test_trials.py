"""Effects of trials: pairs and blocks keep what was randomised together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.designs.strata import (
    compute_paired_risk_ratio,
    compute_risk_ratio,
    estimate_ratio_of_blocks,
)


def _draw_pairs(rng, n, ratio, base=0.5, shared=0.6):
    """Return events in both, the control only and the treated one only.

    The two of a pair share a latent trait, so that their outcomes are correlated.
    """
    trait = rng.random(n)
    own = rng.random((2, n))
    latent = np.where(rng.random(n) < shared, trait, own)
    control, treated = latent[0] < base * ratio, latent[1] < base
    return (
        int((control & treated).sum()),
        int((control & ~treated).sum()),
        int((treated & ~control).sum()),
    )


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.6])
def test_paired_limits_cover_the_simulated_ratio(ratio):
    """Nominal 95 %; pairs whose outcomes are correlated."""
    rng = np.random.default_rng(20261122)
    hits = 0
    for _ in range(400):
        found = compute_paired_risk_ratio(*_draw_pairs(rng, 600, ratio), 600)
        hits += found.low <= ratio <= found.high
    assert 0.925 <= hits / 400 <= 0.975


def test_paired_interval_is_narrower_for_correlated_pairs():
    """What randomising within pairs bought is not thrown away."""
    both, control, treated = _draw_pairs(np.random.default_rng(1), 4000, 1.2)
    paired = compute_paired_risk_ratio(both, control, treated, 4000)
    single = compute_risk_ratio((both + control, both + treated), (4000, 4000))
    assert paired.estimate == pytest.approx(single.estimate)
    assert paired.high - paired.low < 0.8 * (single.high - single.low)


def test_no_event_in_an_arm_is_refused():
    """A ratio over nothing has no estimate."""
    with pytest.raises(GateError, match="0 events in the smaller arm"):
        compute_paired_risk_ratio(0, 5, 0, 50)


def test_interval_of_a_blocked_ratio_covers_the_simulated_one():
    """Blocks of ten whose level differs: treated and control share it."""
    hits = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        level = np.repeat(rng.gamma(2.0, 2.0, 60), 10)
        treated = np.tile([True, False] * 5, 60)
        entered = rng.poisson(level * np.where(treated, 1.5, 1.0))
        rows = pd.DataFrame(
            {"block": np.repeat(np.arange(60), 10), "treated": treated, "n": entered}
        )
        found = estimate_ratio_of_blocks(rows, "n", seed=seed)
        hits += found.low <= 1.5 <= found.high
    assert 0.90 <= hits / 120 <= 0.99
