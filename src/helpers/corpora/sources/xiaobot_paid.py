"""Chinese paid columns (newsletters), six snapshots 2024-10 to 2025-03.

Published in aggregate only. Two older snapshots are one stale crawl and set aside.
"""

from __future__ import annotations

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.distribution import DOUBLING, describe_distribution

STALE = ("2024-07-31", "2024-09-01")
WAITED = (0, 7, 28, 60, 90, 180, 365, 731, 1 << 30)  # days since the last update
MEASURES = {
    "readers": DOUBLING, "posts": DOUBLING, "days_since_update": WAITED,
    "readers_gained": DOUBLING, "posts_gained": DOUBLING,
}  # fmt: skip


def count(raw: RawFolder) -> Counted:
    """Build distributions of readers, posts and pauses over paid columns."""
    (name,) = raw.names
    columns = ["snapshot", "slug", "readers", "posts", "last_update"]
    rows = raw.rows(name, usecols=columns, dtype={"slug": "str"})
    fresh = rows[~rows["snapshot"].isin(STALE)]
    measured = _measure_columns(fresh)
    parts = [
        _describe_distribution(measured, int(day), measure)
        for day in measured["day"].unique()
        for measure in MEASURES
    ]
    return Counted(
        groups=None,
        tables={"distributions": pd.concat(parts)},
        became={None: len(fresh), "of a stale crawl": len(rows) - len(fresh)},
    )


def _measure_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return readers and posts of paid columns, and their growth, by day."""
    day = to_days(rows["snapshot"])
    dated = rows.assign(day=day, days_since_update=day - to_days(rows["last_update"]))
    ordered = dated.sort_values(["slug", "day"])
    gained = ordered.groupby("slug")[["readers", "posts"]].diff().clip(lower=0)
    whole = ordered.join(gained.add_suffix("_gained"))
    long = whole.melt("day", list(MEASURES), var_name="measure")
    return long.dropna(subset="value")


def _describe_distribution(
    measured: pd.DataFrame, day: int, measure: str
) -> pd.DataFrame:
    """Return the distribution of a measure over paid columns on a snapshot day."""
    here = measured[(measured["day"] == day) & (measured["measure"] == measure)]
    values = here["value"].astype("int64")
    rows = describe_distribution(values, MEASURES[measure])
    return rows.assign(day=day, kind="column", measure=measure)


CORPUS = load_description("xiaobot_paid", count=count)
