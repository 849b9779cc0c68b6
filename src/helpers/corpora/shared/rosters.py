"""Build role periods, counts of role holders and departures from rosters."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.corpora.shared.dates import to_days

GONE, LEFT, OPEN = "group gone", "left", "open"


def build_stays(table: pd.DataFrame, gone: Collection[str], until: int) -> pd.DataFrame:
    """Build periods of a role from dated rosters, with anonymous member numbers.

    Parameters
    ----------
    table
        ``key, role, person, start, end, end_reason``, dates as ISO text; no end where
        somebody is still listed.
    gone
        The reasons for an end that are the group's own end.
    until
        The last day of the source, as in `day`.

    Returns
    -------
    DataFrame
        ``key, member, role, from_day, to_day, ending, crowd``.
    """
    ended = table["end"].notna()
    with_group = ended & table["end_reason"].isin(list(gone))
    dated = table.assign(
        from_day=to_days(table["start"]).astype("int64"),
        to_day=to_days(table["end"]).fillna(until).astype("int64"),
        ending=np.select([with_group, ended], [GONE, LEFT], OPEN),
    ).sort_values("from_day", kind="stable")
    numbered = dated.assign(member=pd.factorize(dated["person"])[0])
    return numbered.assign(crowd=_count_simultaneous_departures(numbered))


def _count_simultaneous_departures(spells: pd.DataFrame) -> pd.Series[float]:
    """Count the groups in which members left the same role on the same day."""
    left = spells[spells["ending"] == LEFT]
    groups = left.groupby(["role", "to_day"])["key"].transform("nunique")
    return groups.reindex(spells.index).fillna(0)
