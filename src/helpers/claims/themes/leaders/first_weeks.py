"""What groups were like in their first four weeks, and who died after them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.designs.hazards.landmark import (
    Landmark,
    log_adjusted,
    per_sd,
    terciles,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from helpers.claims.contract.finding import Estimator, Finding
    from helpers.claims.contract.study_view import Evidence

__all__ = [
    "ESTIMATORS", "basic_service_fades", "decentralised_better", "multi_scene_helps",
    "organisation_not_media",
]  # fmt: skip

FIRST_WEEKS = "0-27"
COMPANY = 0.20  # of a group's posters, met in one other group
STEP = 0.2  # of a group's messages
REPLIES = {"explicit replies": "replies_explicit", "adjacent replies too": "replies"}
UNANSWERED = {"replies_explicit": "top_unanswered", "replies": "top_unanswered_either"}
VOLUME, SIZE = "said", "spoke"  # messages; people who wrote
ADJUSTED = {"volume adjusted": (VOLUME,), "number of posters too": (VOLUME, SIZE)}
COMPANIES = {"all groups": 1, "without announcement-only groups": 2}


def _first_weeks(evidence: Evidence, least: int = 1) -> pd.DataFrame:
    """Return groups in which so many people wrote in days 0–27."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    return rows[(rows["said"] > 0) & (rows["spoke"].fillna(1) >= least)]


def decentralised_better(evidence: Evidence) -> Finding:
    """Compare hazards by how centralised replies were, a standard deviation apart.

    Centralisation is the log of the effective number of centres that replies at random
    would give, over the one found.
    """
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    rows = _first_weeks(evidence)
    central = (rows["centres_null"] / rows["centres"]).apply(np.log)
    one = Landmark(
        evidence=evidence,
        exposure=central,
        adjust=log_adjusted(rows, VOLUME, SIZE),
        coding=per_sd,
    )
    others = {
        "Gini of messages": replace(one, exposure=rows["gini"]),
        "top poster's share": replace(one, exposure=rows["top_share"]),
    }
    if evidence.observability.owner_known:
        others["owner's share"] = replace(one, exposure=rows["owner_share"])
    return one.finding(
        "HR per SD of log(centres by chance / centres) of replies in days 0–27",
        others,
        ("proxy", "association"),
    )


def basic_service_fades(evidence: Evidence) -> Finding:
    """Compare groups of the top and bottom tercile of replies a message."""
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    build = partial(_answering, evidence)
    return build("replies_explicit").finding(
        "top against bottom tercile of explicit replies a message in days 0–27",
        sets={"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED},
        build=build,
    )


def _answering(
    evidence: Evidence,
    replies: str,
    least: int = 1,
    adjusted: Sequence[str] = (VOLUME,),
) -> Landmark:
    rows = _first_weeks(evidence, least)
    return Landmark(
        evidence=evidence,
        exposure=rows[replies] / rows["said"],
        adjust=log_adjusted(rows, *adjusted),
        coding=terciles,
    )


def organisation_not_media(evidence: Evidence) -> Finding:
    """Compare hazards by how much of the talk came from one poster and went unanswered.

    A unit is 0.2 of all messages.
    """
    gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    build = partial(_broadcast, evidence)
    return build("replies_explicit").finding(
        "HR per +0.2 of messages by the top poster that nobody answered within a day,"
        " days 0–27",
        sets={"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED},
        build=build,
    )


def _broadcast(
    evidence: Evidence,
    replies: str,
    least: int = 1,
    adjusted: Sequence[str] = (VOLUME,),
) -> Landmark:
    rows = _first_weeks(evidence, least)
    early = evidence.beginnings.reindex(rows.index)
    unanswered = early[UNANSWERED[replies]]
    return Landmark(
        evidence=evidence,
        exposure=unanswered / rows["said"] / STEP,
        adjust=log_adjusted(rows, *adjusted),
    )


def multi_scene_helps(evidence: Evidence) -> Finding:
    """Compare groups whose early posters met in another group with the rest."""
    rows = _first_weeks(evidence)
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


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-decentralised-better": decentralised_better,
        "s2-basic-service-fades": basic_service_fades,
        "s2-multi-scene-helps": multi_scene_helps,
        "s4-organisation-not-media": organisation_not_media,
    }
)
