"""Indirect: survival of meetup groups by whether they first met in person.

Meetings are rarer than messages, so a life ends after a year without one; nobody's
belonging and no sale is known.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, multiply_sets
from helpers.claims.contract.permutation import Permutations, describe_confounding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.sparse_arms import (
    estimate_rate_ratio_by_month,
    has_sparse_arm,
)
from helpers.claims.quantities.activity import list_meetings_held
from helpers.claims.quantities.spans import HALF_YEAR, YEAR
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, fit_cox
from helpers.wording import say

ERA = (pd.Timestamp("2020-03-01"), pd.Timestamp("2022-01-01"))
AT_ONCE = 0.5  # days, of who met once: the grid is a day


@stands_in("s3-offline-first-better", needs=("meetings",))
def offline_first(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, first met in person versus online."""
    sets: Sets = {
        "w_days": {say("W = 365"): YEAR, say("W = 180"): HALF_YEAR},
        "since": {
            "all": 0,
            say("first met in 2018 or later"): 2018,
            "2022 or later": 2022,
        },
    }
    data = _select_chapters(evidence, YEAR, 0)
    passed, ratio = _check_gates(data), _estimate_hazard_ratio(data)
    return Finding(
        cases="stretches",
        components=(ratio, None),
        definition=say(
            "first meeting offline against online; no further meeting for"
            " 365 days; March 2020 to December 2021 and the year of the"
            " first meeting adjusted"
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, partial(_estimate_ratio_past_gates, evidence)
        ),
        permuted=Permutations.of(ratio, data, _estimate_hazard_ratio),
        qualifiers=QUALIFIERS,
        variant="chapters",
        note=say(
            "{ended} of {n} chapters ended; before 2020 offline is assumed;"
            " belonging is not recorded; {confounding}",
            ended=int(data["ended"].sum()),
            n=len(data),
            confounding=describe_confounding(ratio, data["ended"].mean()),
        ),
    )


def _select_chapters(evidence: Evidence, w_days: float, since: int) -> pd.DataFrame:
    """Return meetup groups with their lifetime and whether they first met in person."""
    meetings = list_meetings_held(evidence)
    first = meetings.drop_duplicates("group").set_index("group")
    last_us = meetings.groupby("group")["time_us"].max()
    data = evidence.groups.set_index("group", drop=False)[["group", "network", "batch"]]
    data = data.join(first[["time_us", "online"]], how="inner")
    began = pd.to_datetime(data["time_us"], unit="us")
    follow = (evidence.groups["end_us"].max() - data["time_us"]) / DAY_US - w_days
    last = (last_us - data["time_us"]) / DAY_US
    ended = last < follow
    data = data.assign(
        began=began,
        cohort=began.dt.year,
        year=(began.dt.year - began.dt.year.min()).astype("float64"),
        exposure=1.0 - data["online"].eq(True).astype("float64"),  # noqa: FBT003
        duration=np.maximum(last.where(ended, follow), AT_ONCE),
        ended=ended,
    )
    chapters: pd.DataFrame = data[(follow > 0) & (began.dt.year >= since)]
    return chapters.reset_index(drop=True)


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        *gates.require_arms(data["exposure"] == 1, data["ended"]),
        gates.require_clusters(data["network"], data["batch"]),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 3),
    )


def _estimate_ratio_past_gates(
    evidence: Evidence,
    **values: Any,  # noqa: ANN401 - as the sets have them
) -> tuple[Interval, None]:
    data = _select_chapters(evidence, **values)
    _check_gates(data)
    return _estimate_hazard_ratio(data), None


def _estimate_hazard_ratio(data: pd.DataFrame) -> Interval:
    """Estimate the death hazard ratio, with lifetimes split at the pandemic's dates."""
    code = choose_clusters(data["network"], data["batch"]).codes
    if has_sparse_arm(data["exposure"], data["ended"]):
        lives = data.assign(entry=0.0)
        return estimate_rate_ratio_by_month(lives, data[["exposure", "year"]], code)
    cuts = [(at - data["began"]).dt.total_seconds() / 86_400 for at in ERA]
    edges = [pd.Series(0.0, data.index), *cuts, pd.Series(np.inf, data.index)]
    parts = [
        data.assign(
            start=edges[nth].clip(lower=0),
            stop=np.minimum(edges[nth + 1], data["duration"]),
            era=float(nth == 1),
            code=code,
        )
        for nth in range(len(edges) - 1)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["stop"] > rows["start"]]
    table = rows[["exposure", "era", "year"]]
    varies = table.max() > table.min()
    fit = fit_cox(
        rows["stop"],
        rows["ended"] & (rows["stop"] == rows["duration"]),
        table.loc[:, varies],
        entry=rows["start"],
        cluster=rows["code"],
    )
    return fit["exposure"].ratio
