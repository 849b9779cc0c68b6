"""Compare users of a chat room who paid, were gifted a subscription, or neither.

Whoever pays is watched from the notice on, and compared with people who had written
on as many days before: who never lived to a notice would else count against the free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

SPAN = 60  # days before and after
BEFORE: Sequence[str] = ("0 days", "1-2 days", "3-5 days", "6 days or more")
EDGES = (-1, 0, 2, 5, np.inf)
FREE = "free"


class ChatDays:
    """Days on which each person wrote in a chat, and the observation period.

    Parameters
    ----------
    days
        ``person, day``.
    first, end
        Days between which notices count; people are watched up to the end.
    """

    def __init__(self, days: pd.DataFrame, first: int, end: int) -> None:
        """Sort each person's writing days; `first` and `end` bound the period."""
        self.days = days.drop_duplicates().sort_values(["person", "day"])
        self.first, self.last, self.end = first, end - SPAN, end
        self.last_day = self.days.groupby("person")["day"].max()

    def counted(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add how many of 60 days before and after a day each person wrote on."""
        pairs = rows[["person", "day"]].reset_index().merge(self.days, on="person")
        gap = pairs["day_y"] - pairs["day_x"]
        counts = {
            name: which.groupby(pairs["index"]).sum()
            for name, which in (
                ("before", gap.between(-SPAN, -1)),
                ("present", gap.eq(0)),
                ("after", gap.between(1, SPAN)),
            )
        }
        counted_rows = rows.assign(**counts)
        band = pd.cut(counted_rows["before"], list(EDGES), labels=list(BEFORE))
        return counted_rows.assign(band=band.astype("str"))


def build_arms(
    watched: ChatDays, notices: pd.DataFrame, barred: pd.Series[str]
) -> pd.DataFrame:
    """Assign chat users to arms (paid, gifted, neither) by first payment or gift.

    Parameters
    ----------
    watched
        The days.
    notices
        ``person, day, arm``, one row a person: what first set them apart. Those who
        did not write that day, or not between the days watched, are left out.
    barred
        People who are in no arm.

    Returns
    -------
    DataFrame
        ``person, arm, band, day, after, until, stopped``. The free are watched from
        the first day on which they had written on so many days before, once for each
        band, until a notice comes.
    """
    eligible = notices[~notices["person"].isin(barred)]
    set_apart = watched.counted(
        eligible[eligible["day"].between(watched.first, watched.last)]
    )
    free = _select_free_viewers(watched, notices, barred)
    both = pd.concat([set_apart[set_apart["present"] > 0], free], ignore_index=True)
    return both.assign(**_compute_end(watched, both, notices))


def _select_free_viewers(
    watched: ChatDays, notices: pd.DataFrame, barred: pd.Series[str]
) -> pd.DataFrame:
    noticed = watched.days["person"].map(notices.set_index("person")["day"])
    able = (watched.days["day"] < noticed.fillna(np.inf)) & watched.days["day"].between(
        watched.first, watched.last
    )
    rows = watched.days[able & ~watched.days["person"].isin(barred)]
    counted_rows = watched.counted(rows.reset_index(drop=True)).assign(arm=FREE)
    return counted_rows.drop_duplicates(["person", "band"])


def _compute_end(
    watched: ChatDays, rows: pd.DataFrame, notices: pd.DataFrame
) -> dict[str, pd.Series[float]]:
    """Return days from entry to a person's last message, and if writing stopped."""
    last = rows["person"].map(watched.last_day)
    noticed = rows["person"].map(notices.set_index("person")["day"])
    cut = rows["arm"].eq(FREE) & (noticed <= last)
    return {
        "until": last.mask(cut, noticed) - rows["day"],
        "stopped": ~cut & (last < watched.last),
    }
