"""Groups with a known truth: their chance of being alive is a known logistic one."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from helpers.forecast import FEATURES


@pytest.fixture
def simulate_groups():
    """Return a function that draws groups of some sources with known coefficients."""

    def simulate(slopes, levels, groups=400, seed=7):
        random = np.random.default_rng(seed)
        parts = []
        for source, level in levels.items():
            x = pd.DataFrame(
                random.normal(size=(groups, len(FEATURES))), columns=list(FEATURES)
            )
            linear = level + x.to_numpy() @ slopes.get(source, slopes["every"])
            alive = random.random(groups) < expit(linear)
            cluster = [f"{source}:{nth // 2}" for nth in range(groups)]
            about = {"source": source, "kind": "chat", "cluster": cluster}
            parts.append(x.assign(**about, alive=alive, chance=expit(linear)))
        return pd.concat(parts, ignore_index=True)

    return simulate
