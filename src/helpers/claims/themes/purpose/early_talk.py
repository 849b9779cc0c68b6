"""Early messages: unanswered ones, or from people who met in another group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    Landmark,
    log_adjusted,
)
from helpers.claims.designs.hazards.landmark_codings import compare_by_replies
from helpers.claims.quantities.beginnings import (
    SIZE,
    VOLUME,
    select_first_weeks,
)
from helpers.wording import say

STEP = 0.2  # of a group's messages
UNANSWERED = {"replies_explicit": "top_unanswered", "replies": "top_unanswered_either"}
COMPANY = 0.20  # of a group's posters, met in one other group


@estimates("s4-organisation-not-media")
def organisation_not_media(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per +20 points of unanswered top-poster messages.

    A unit is 0.2 of all messages.
    """

    def share(rows: pd.DataFrame, replies: str) -> pd.Series[float]:
        early = evidence.beginnings.reindex(rows.index)
        return early[UNANSWERED[replies]] / rows["messages"] / STEP

    return compare_by_replies(
        evidence,
        share,
        say(
            "HR per +0.2 of messages by the top poster that nobody answered"
            " within a day, days 0–27"
        ),
    )


@estimates("s2-multi-scene-helps")
def multi_scene_helps(evidence: Evidence) -> Finding:
    """Estimate death hazard ratio if 20 % of early posters shared another group."""
    rows = select_first_weeks(evidence)
    early = evidence.beginnings.reindex(rows.index)
    landmark = Landmark(
        evidence=evidence,
        exposure=_mark_met(early["met_elsewhere"], COMPANY),
        adjust=log_adjusted(rows, VOLUME, SIZE),
    )
    shares = {say("share {share:.0%}", share=share): share for share in (0.1, 0.4)}
    return landmark.finding(
        say(
            "≥ 20 % of the posters of days 0–27 had written in one other"
            " group of the study by then, against none"
        ),
        {
            name: replace(landmark, exposure=_mark_met(early["met_elsewhere"], share))
            for name, share in shares.items()
        },
        ("proxy", "association"),
    )


def _mark_met(share: pd.Series[float], least: float) -> pd.Series[float]:
    between = (share > 0) & (share < least)
    return (share >= least).astype("float64").where(share.notna() & ~between, np.nan)
