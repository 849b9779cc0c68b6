"""Steps of members whose absence costs them the place."""

from __future__ import annotations

import pandas as pd

DUTY = {
    "joined": "joined under a duty",
    "silent": "stayed and never took part",
    "gone_silent": "left before ever taking part",
    "gone": "left after taking part",
}


def under_duty(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count memberships by what became of them, as steps of `funnels`.

    Parameters
    ----------
    memberships
        ``key, cohort, gone, took_part``: whether somebody left in the time that is
        looked at, and took part in it; one row a membership.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("g", "2020", True, False), ("g", "2020", False, True)]
    >>> names = ["key", "cohort", "gone", "took_part"]
    >>> under_duty(pd.DataFrame(rows, columns=names))["people"].tolist()
    [2, 0, 1, 0]
    """
    gone, silent = memberships["gone"], ~memberships["took_part"]
    steps = {
        DUTY["joined"]: gone | ~gone,
        DUTY["silent"]: silent & ~gone,
        DUTY["gone_silent"]: silent & gone,
        DUTY["gone"]: ~silent & gone,
    }
    wide = memberships[["key", "cohort"]].assign(**steps)
    sums = wide.groupby(["key", "cohort"], as_index=False)[list(steps)].sum()
    long = sums.melt(["key", "cohort"], var_name="step", value_name="people")
    return long.astype({"people": "int64"})
