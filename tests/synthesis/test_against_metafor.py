"""Pools against R's metafor, run live: random ones, and those of every claim."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.synthesis.pooling import pool_effects
from helpers.synthesis.scales import Effect

pytestmark = pytest.mark.r

CLOSE = {"abs": 1e-6, "rel": 1e-6}
INSTALLED = "cat(requireNamespace('metafor', quietly = TRUE))"


def has_metafor():
    """Say whether R and its package metafor are here."""
    if (r := shutil.which("Rscript")) is None:
        return False
    done = subprocess.run([r, "-e", INSTALLED], capture_output=True, check=False)
    return b"TRUE" in done.stdout


def random_pools():
    """Return effects and variances of pools of 3 to 10 sources, alike or spread."""
    rng = np.random.default_rng(1)
    rows = []
    for pool in range(60):
        k, spread = rng.integers(3, 11), rng.choice([0.0, 0.1, 0.5, 2.0])
        errors = rng.uniform(0.02, 0.6, k)
        effects = rng.normal(0.3, spread, k) + errors * rng.normal(size=k)
        rows.append(pd.DataFrame({"effect": effects, "variance": errors**2}))
        rows[-1]["pool"] = f"random-{pool}"
    return pd.concat(rows)


def claims_pools(syntheses):
    """Return effects and variances of every pooled number of every claim."""
    rows = [
        {
            "pool": f"{one.claim}-{part.number}",
            "effect": entry.effect.value,
            "variance": entry.effect.se**2,
        }
        for one in syntheses.values()
        for part in one.components
        if part.pool
        for entry in part.entering
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def pools(tmp_path_factory, syntheses):
    """Return the effects, and what metafor made of them."""
    if not has_metafor():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have R with the package metafor")
        pytest.skip("R's package metafor is not installed (apt: r-cran-metafor)")
    folder = tmp_path_factory.mktemp("metafor")
    effects = pd.concat([random_pools(), claims_pools(syntheses)])
    effects.to_csv(folder / "effects.csv", index=False)
    script = Path(__file__).with_name("against_metafor.R")
    r = [shutil.which("Rscript"), str(script), str(folder)]
    done = subprocess.run(r, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return effects, pd.read_csv(folder / "pools.csv", skipinitialspace=True)


@pytest.mark.parametrize("method", ["PM", "REML"])
def test_pooled_estimates_equal_metafor(pools, method):
    """Mean, intervals, tau and I², to a millionth; the pools of claims among them."""
    effects, theirs = pools
    theirs = theirs[theirs["method"].str.strip() == method]
    assert len(theirs) == effects["pool"].nunique() > 60
    for row in theirs.itertuples():
        own = effects[effects["pool"] == row.pool.strip()]
        pairs = zip(own["effect"], own["variance"] ** 0.5, strict=True)
        pool = pool_effects(
            [Effect(*pair) for pair in pairs], "identity", method=method
        )
        ours = (
            *(pool.mean.estimate, pool.mean.low, pool.mean.high),
            *(pool.prediction.low, pool.prediction.high, pool.tau, pool.i2),
        )
        assert ours == pytest.approx(
            (row.mean, row.low, row.high, row.new_low, row.new_high, row.tau, row.i2),
            **CLOSE,
        ), row.pool
