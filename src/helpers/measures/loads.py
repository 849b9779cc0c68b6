"""What people received in a week and wrote in a later one, summed over pairs of weeks.

Two weeks of one person, far enough apart that no message is the outcome of one and an
exposure in the other. Given what was written after both, the share written after the
later one depends on how the weeks differ, whatever the person's own level is
(McFadden 1974). Sums over all pairs that differ alike tell nobody.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.measures.choices import CLASSES

WEEK, BEFORE = 7, 4
LAGS = (1, 2, 3, 4)
MOST_LOAD, MOST_OWN = 6, 4  # doublings; more are told as so many


def weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Return what a person received and wrote in a week.

    `days` has ``group, member, day, messages``. Returned are ``member, week, received``
    (by others, in groups written in during the four weeks up to it), ``own``,
    ``groups``; weeks with such a group.
    """
    said = days.assign(week=days["day"] // WEEK)
    of = ["member", "group", "week"]
    own = said.groupby(of, as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"], as_index=False)["messages"].sum()
    ahead = [own[of].assign(week=own["week"] + k) for k in range(BEFORE)]
    there = pd.concat(ahead).drop_duplicates()
    there = there[there["week"] <= own["week"].max()]
    heard = there.merge(talk.rename(columns={"messages": "all"}), "left")
    heard = heard.merge(own, "left").fillna({"all": 0, "messages": 0})
    heard["received"] = heard["all"] - heard["messages"]
    by = heard.groupby(["member", "week"], as_index=False)
    table: pd.DataFrame = by.agg(
        received=("received", "sum"), own=("messages", "sum"), groups=("group", "size")
    )
    return table


def loads(rows: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Return messages after the earlier and the later week of pairs, by differences.

    Returned are ``people_class, load, own`` (doublings from the earlier to the later
    week), ``pairs``, and messages written after either: ``earlier, later``.

    Parameters
    ----------
    rows
        As `weeks` returns them.
    lag
        Weeks from the exposure to what is counted.
    """
    wrote = rows[["member", "week", "own"]].rename(columns={"own": "later"})
    told = rows.merge(wrote.assign(week=wrote["week"] - lag), "left")
    told = told[told["week"] + lag <= rows["week"].max()].fillna({"later": 0})
    told["load"], told["doublings"] = (
        np.log2(1 + told[name]) for name in ("received", "own")
    )
    kept = told[["member", "week", "load", "doublings", "later"]]
    before = kept.assign(week=kept["week"] + BEFORE + lag)
    both = kept.merge(before, on=["member", "week"], suffixes=("", "_before"))
    both = both[both["later"] + both["later_before"] > 0]
    load, own = (
        (both[name] - both[f"{name}_before"]).round().clip(-most, most).astype("int64")
        for name, most in (("load", MOST_LOAD), ("doublings", MOST_OWN))
    )
    cells = pd.DataFrame(
        {
            "people_class": both["member"] % CLASSES,
            "load": load,
            "own": own,
            "pairs": 1,
            "earlier": both["later_before"],
            "later": both["later"],
        }
    )
    return cells.groupby(["people_class", "load", "own"], as_index=False).sum()
