"""Who carries a group: one person, the owner, or several centres."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims import gates
from helpers.claims.agreement import Specification
from helpers.claims.finding import Beside, Finding
from helpers.claims.hazards import landmark_hazard_ratio
from helpers.claims.readings import DECIDING, SEED, silent
from helpers.inference import clusters_of, median_interval, share_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from helpers.claims.evidence import Evidence
    from helpers.claims.finding import Estimator
    from helpers.survival import Interval, Lifetimes

__all__ = ["ESTIMATORS", "many_centres", "not_centralised", "owner_alone_fails"]

LANDMARK = 28
CARRIED, SHARED = 0.6, 0.3  # the owner's share of messages, alone and among others
LEAST_POSTERS, LEAST_MESSAGES = 5, 100
WINDOW, OTHER_WINDOWS = "28-83", ("28-55", "84-181")


def _lively(
    evidence: Evidence, window: str = WINDOW, posters: int = LEAST_POSTERS
) -> pd.DataFrame:
    """Return groups with enough posters and messages in a window to have a centre."""
    rows = evidence.window(window)
    return rows[(rows["spoke"] >= posters) & (rows["said"] >= LEAST_MESSAGES)]


def not_centralised(evidence: Evidence) -> Finding:
    """Estimate the median share of a group's top poster in days 28–83."""
    gates.passed(evidence.shows("sender_ids", "births"))
    rows = _lively(evidence)
    asked = gates.passed(
        gates.groups(len(rows)), gates.clustering(rows["network"], rows["batch"])
    )
    others = {f"days {window}": (window, LEAST_POSTERS) for window in OTHER_WINDOWS}
    others["≥ 10 posters (conditional)"] = (WINDOW, 2 * LEAST_POSTERS)
    return Finding(
        legs=(_median(rows, "top_share"),),
        definition="top poster's share of messages, days 28–83; groups with ≥ 5"
        " posters and ≥ 100 messages then",
        gates=asked,
        specifications=tuple(
            Specification.tried(
                name, partial(_median, _lively(evidence, *choice), "top_share")
            )
            for name, choice in others.items()
        ),
        beside=(Beside("Gini of messages", _median(rows, "gini")),),
    )


def _median(rows: pd.DataFrame, column: str) -> Interval:
    """Return the median over at least 50 groups."""
    gates.passed(gates.groups(len(rows)))
    clusters = clusters_of(rows["network"], rows["batch"])
    return median_interval(rows[column], clusters, seed=SEED, replicates=DECIDING)


def many_centres(evidence: Evidence) -> Finding:
    """Estimate the median effective number of centres, and whether owners are on top.

    The second leg is None where owners are not known.
    """
    gates.passed(evidence.shows("sender_ids", "replies", "births"))
    rows = _connected(evidence)
    asked = gates.passed(
        gates.groups(len(rows)), gates.clustering(rows["network"], rows["batch"])
    )
    others = {f"days {window}": (window, LEAST_POSTERS) for window in OTHER_WINDOWS}
    others |= {f"≥ {least} posters": (WINDOW, least) for least in (10, 20)}
    return Finding(
        legs=_centres(evidence),
        definition="1/Σ(share of replies received)², days 28–83;"
        f" {evidence.study.manifest.centres_from} replies; groups with ≥ 5 posters"
        " and ≥ 100 messages then",
        gates=asked,
        specifications=tuple(
            Specification.tried(name, partial(_centres, evidence, *choice))
            for name, choice in others.items()
        ),
        note=f"median centres over those expected by chance: {_excess(rows):.2f}",
    )


def _connected(
    evidence: Evidence, window: str = WINDOW, posters: int = LEAST_POSTERS
) -> pd.DataFrame:
    rows = _lively(evidence, window, posters)
    return rows[rows["centres"].notna()]


def _excess(rows: pd.DataFrame) -> float:
    """Return the median of centres over those that replies at random would give."""
    return float((rows["centres"] / rows["centres_null"]).median())


def _centres(
    evidence: Evidence, window: str = WINDOW, posters: int = LEAST_POSTERS
) -> tuple[Interval | None, Interval | None]:
    rows = _connected(evidence, window, posters)
    return _median(rows, "centres"), _owner_on_top(evidence, rows)


def _owner_on_top(evidence: Evidence, rows: pd.DataFrame) -> Interval | None:
    known = rows[rows["owner_top"].notna()]
    if not evidence.observability.owner_known or not gates.groups(len(known)).passed:
        return None
    clusters = clusters_of(known["network"], known["batch"])
    return share_interval(
        known["owner_top"].astype(bool), clusters, seed=SEED, replicates=DECIDING
    )


def owner_alone_fails(evidence: Evidence) -> Finding:
    """Compare the hazard of groups that their owner carried with that of the others.

    Landmark day 28: the exposure is the owner's share of messages in days 0–27; only
    groups alive then are at risk. Adjusted for messages and posters in those days.
    """
    gates.passed(evidence.shows("owner_known", "births"), gates.timing(27, LANDMARK))
    rows = evidence.window("0-27")
    asked, found = landmark_hazard_ratio(rows, silent(evidence).lives, _exposed(rows))
    return Finding(
        legs=(found,),
        definition="owner's share of messages in days 0–27 ≥ 0.6 against < 0.3;"
        " death by silence after day 28",
        gates=asked,
        specifications=tuple(_other_hazards(evidence, rows)),
        qualifiers=("association",),
    )


def _exposed(
    rows: pd.DataFrame, carried: float = CARRIED, shared: float = SHARED
) -> pd.Series[float]:
    """Return 1 for carried by the owner, 0 for shared, missing in between."""
    owner = rows["owner_share"].astype("float64")
    middle = (owner < carried) & (owner >= shared)
    return (owner >= carried).astype("float64").where(owner.notna() & ~middle, np.nan)


def _other_hazards(evidence: Evidence, rows: pd.DataFrame) -> Iterator[Specification]:
    choices = {
        **{f"W = {w}": (w, CARRIED, SHARED) for w in (30.0, 90.0)},
        "at least half against less": (60.0, 0.5, 0.5),
        "≥ 0.7 against < 0.2": (60.0, 0.7, 0.2),
    }
    for name, (w_days, carried, shared) in choices.items():
        lives = silent(evidence, w_days=w_days).lives
        exposed = _exposed(rows, carried, shared)
        way = partial(_hazard_ratio, rows, lives, exposed)
        yield Specification.tried(name, way)


def _hazard_ratio(
    rows: pd.DataFrame, lives: Lifetimes, exposed: pd.Series[float]
) -> Interval:
    return landmark_hazard_ratio(rows, lives, exposed)[1]


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-owner-alone-fails": owner_alone_fails,
        "s1-not-centralised": not_centralised,
        "s4-many-centres": many_centres,
    }
)
