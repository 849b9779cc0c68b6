"""Simulate first purchases with a true share beyond the claimed threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.study.publish.study import Study
from validation.controls.redrawn import Redrawn

WITHIN = 90.0


def simulate_purchases(
    study: Study, planted: float, rng: np.random.Generator
) -> Redrawn:
    """Simulate each student's time to a first purchase.

    Follow-up is that of students without a purchase; the hazard is constant and gives
    the planted share by day 90.
    """
    lives = study.table("lives")
    still = lives[lives["ending"].eq("open")]
    weights = still["people"] / still["people"].sum()
    n = int(lives["people"].sum())
    followed = rng.choice(still["days"].to_numpy(), n, p=weights.to_numpy())
    bought = rng.exponential(-WITHIN / np.log1p(-planted), n)
    days = np.minimum(np.floor(bought), followed).astype("int64")
    rows = pd.DataFrame(
        {
            "days": days,
            "ending": np.where(bought < followed, "bought", "open"),
        }
    )
    sums = rows.groupby(["days", "ending"], as_index=False).size()
    same = {str(name): lives[name].iloc[0] for name in ("group", "measure", "cohort")}
    return Redrawn(
        study, {"lives": sums.rename(columns={"size": "people"}).assign(**same)}
    )
