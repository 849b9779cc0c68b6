"""Groups whose early posters had met in another group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import SIZE, VOLUME, first_weeks
from helpers.claims.designs.hazards.landmark import (
    Landmark,
    log_adjusted,
)

COMPANY = 0.20  # of a group's posters, met in one other group


@estimates("s2-multi-scene-helps")
def multi_scene_helps(evidence: Evidence) -> Finding:
    """Compare groups whose early posters met in another group with the rest."""
    rows = first_weeks(evidence)
    early = evidence.beginnings.reindex(rows.index)
    one = Landmark(
        evidence=evidence,
        exposure=_met(early["met_elsewhere"], COMPANY),
        adjust=log_adjusted(rows, VOLUME, SIZE),
    )
    shares = {f"share {share:.0%}": share for share in (0.1, 0.4)}
    return one.finding(
        "≥ 20 % of the posters of days 0–27 had written in one other group of the study"
        " by then, against none",
        {
            name: replace(one, exposure=_met(early["met_elsewhere"], share))
            for name, share in shares.items()
        },
        ("proxy", "association"),
    )


def _met(share: pd.Series[float], least: float) -> pd.Series[float]:
    between = (share > 0) & (share < least)
    return (share >= least).astype("float64").where(share.notna() & ~between, np.nan)
