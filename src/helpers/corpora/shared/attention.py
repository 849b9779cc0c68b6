"""Count members who never write, by whether they later visited or voted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.measures.audiences import LURKING_DAYS

SEEN_DAYS = (7, 28, 84)
FOLLOWED_FROM = np.array([LURKING_DAYS, 168, 169, 366])
ALIKE = ["key", "lurkers_are", "followed_from", "may_react"]


def count_seen_again(lurkers: pd.DataFrame) -> pd.DataFrame:
    """Count members silent for 84 days by follow-up, and who later visited or acted.

    Parameters
    ----------
    lurkers
        One row a lurker: ``key, lurkers_are``; ``followed`` and ``seen``, days from
        joining to the end and to the last visit; ``may_react``, ``reacted`` (in the 84
        days) and ``did_later``. A column of nulls is what the source can't show.

    Returns
    -------
    DataFrame
        The columns of the table `count_seen_again`, with ``key``.

    Raises
    ------
    ValueError
        If somebody was followed for less than 84 days.

    Examples
    --------
    >>> import pandas as pd
    >>> one = {"key": "a", "lurkers_are": "silent", "followed": [90, 400], "seen": 30}
    >>> none = {"may_react": None, "reacted": None, "did_later": [False, True]}
    >>> table = count_seen_again(pd.DataFrame(one | none))
    >>> table[["followed_from", "lurkers", "seen_28", "seen_84", "did_later"]]
       followed_from  lurkers  seen_28  seen_84  did_later
    0             84        1        1        0          0
    1            366        1        1        0          1
    """
    if (lurkers["followed"] < LURKING_DAYS).any():
        raise ValueError(f"a lurker was followed for less than {LURKING_DAYS} days")
    band = np.searchsorted(FOLLOWED_FROM, lurkers["followed"], "right") - 1
    traces = {f"seen_{days}": lurkers["seen"] >= days for days in SEEN_DAYS}
    traces |= {"reacted_84": lurkers["reacted"], "did_later": lurkers["did_later"]}
    sources = [*["seen"] * len(SEEN_DAYS), "reacted", "did_later"]
    rows = lurkers.assign(followed_from=FOLLOWED_FROM[band], lurkers=1, **traces)
    counts = ["lurkers", *traces]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    table = rows.groupby(ALIKE, as_index=False, dropna=False)[counts].sum()
    for name, source in zip(traces, sources, strict=True):
        if lurkers[source].isna().all():
            table[name] = np.nan
    return table
