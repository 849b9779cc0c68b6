"""Whether groups last longer that first met in person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import estimate_ratio_of_stretches
from helpers.claims.evidence import Evidence
from helpers.claims.quantity import quantity
from helpers.claims.requirements import require_arms, require_events_per_coefficient
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters

YEAR = 365.0
PANDEMIC = (pd.Timestamp("2020-03-01"), pd.Timestamp("2022-01-01"))
DAY_S = 86_400
AT_ONCE = 0.5  # days, of who met once: the grid is a day


@quantity("end_hazard_of_first_met_offline", of="ratio", unit="chapters")
def compare_first_meetings(
    evidence: Evidence, *, w_days: float = YEAR, since: int = 0
) -> Interval:
    """Estimate the hazard ratio of meeting no more, first met in person to online.

    The time of the pandemic and the year of the first meeting are adjusted for.

    Parameters
    ----------
    w_days
        Days without a meeting that end a chapter.
    since
        First year of chapters that count.
    """
    chapters = _list_chapters(evidence, w_days, since)
    require_arms(chapters["exposure"] == 1, chapters["ended"])
    require_events_per_coefficient(int(chapters["ended"].sum()), 3)
    clusters = choose_clusters(chapters["network"], chapters["batch"])
    rows = _split_at_pandemic(chapters.assign(code=clusters.codes))
    columns = rows[["exposure", "in_pandemic", "year"]]
    return estimate_ratio_of_stretches(rows, columns, rows["code"])


def _list_chapters(evidence: Evidence, w_days: float, since: int) -> pd.DataFrame:
    """List chapters with the days from their first to their last meeting."""
    meetings = evidence.table("meetings").sort_values(["group", "time_us"])
    end_us = evidence.groups["end_us"].max()
    held = meetings[(meetings["time_us"] < end_us) & meetings["held"].astype(bool)]
    first = held.drop_duplicates("group").set_index("group")[["time_us", "online"]]
    data = evidence.groups.set_index("group")[["network", "batch"]]
    data = data.join(first, how="inner")
    last = (held.groupby("group")["time_us"].max() - data["time_us"]) / DAY_US
    follow = (end_us - data["time_us"]) / DAY_US - w_days
    began = pd.to_datetime(data["time_us"], unit="us")
    ended = last < follow
    data = data.assign(
        began=began,
        year=(began.dt.year - began.dt.year.min()).astype("float64"),
        exposure=1.0 - data["online"].eq(True).astype("float64"),  # noqa: FBT003
        duration=np.maximum(last.where(ended, follow), AT_ONCE),
        ended=ended,
    )
    chapters: pd.DataFrame = data[(follow > 0) & (began.dt.year >= since)]
    return chapters


def _split_at_pandemic(chapters: pd.DataFrame) -> pd.DataFrame:
    """Split each life into stretches before, in and after the pandemic."""
    cuts = [(at - chapters["began"]).dt.total_seconds() / DAY_S for at in PANDEMIC]
    none, ever = (pd.Series(edge, chapters.index) for edge in (0.0, np.inf))
    edges = [none, *cuts, ever]
    parts = [
        chapters.assign(
            start=edges[nth].clip(lower=0),
            stop=np.minimum(edges[nth + 1], chapters["duration"]),
            in_pandemic=float(nth == 1),
        )
        for nth in range(len(edges) - 1)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["stop"] > rows["start"]]
    return rows.assign(ended=rows["ended"] & (rows["stop"] == rows["duration"]))
