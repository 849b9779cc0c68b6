"""Simulate messages from given daily counts per person.

Where the age of groups matters their host writes when they begin and end, at least
every twenty days, and what the first four weeks have beyond what was planted of people;
his days are added, and what people were to write before a group began or after it
ended is left out. Where it does not, groups begin with what people write.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import DAY_US, SECOND_US
from validation.long_way.messages import (
    DAY,
    EARLY,
    Span,
    life_of,
    numbered,
    rows_of,
    times,
)
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY
from validation.worlds.claims.tabled import Planted
from validation.worlds.messages.tables import CHARS

TABLES = frozenset({"member_days"})
APART = 1009  # seconds by which groups' days begin at different times


def fits(reads: Reads) -> bool:
    """Return whether the simulator covers the tables that a claim reads."""
    return "member_days" in reads


def posts(study: Planted, reads: Reads) -> pd.DataFrame:
    """Simulate messages with given daily counts per person."""
    _apart(study)
    groups = study.tables["groups"]
    aged = "origin_us" in reads["groups"]
    rows = _said(study, aged=aged)
    if not aged:
        _begin_with(study, rows)
        return rows.assign(post=np.arange(len(rows)))
    origin = rows["group"].map(groups.set_index("group")["origin_us"])
    early = rows[rows["time_us"] < origin + EARLY * DAY_US].groupby("group").size()
    parts = []
    for row in groups.itertuples(index=False):
        many = int(row.early_messages) - int(early.get(row.group, 0))
        span = (
            [Span(0, EARLY * DAY, many, 1)]
            if "early_messages" in reads["groups"]
            else []
        )
        life = life_of(row)
        age = times(life, [], span) if "silences" in reads else np.array([0])
        parts.append(rows_of(row, age, 0))
    both = pd.concat([numbered(parts), rows], ignore_index=True)
    return both.assign(post=np.arange(len(both)))


def _said(study: Planted, *, aged: bool) -> pd.DataFrame:
    """Simulate people's posts, spread over each day."""
    days = study.tables["member_days"].reset_index(drop=True)
    known = study.tables["groups"].set_index("group").loc[days["group"]]
    first, last = (known[name].to_numpy("int64") for name in ("origin_us", "last_us"))
    start, stop = days["day"] * DAY_US, (days["day"] + 1) * DAY_US
    if aged:
        start, stop = np.maximum(start, first), np.minimum(stop, last)
    stop = np.minimum(stop, known["end_us"].to_numpy("int64"))
    days = days.assign(start=start, stop=stop)[start <= stop]
    rows = days.loc[days.index.repeat(days["messages"])].reset_index(drop=True)
    nth = rows.groupby(["group", "member", "day"]).cumcount()
    at = (nth + 0.5) / rows["messages"] * (rows["stop"] - rows["start"])
    apart = rows["group"] % APART * SECOND_US  # who came first must be sure
    whole = (rows["start"] + at.astype("int64") - apart) // SECOND_US * SECOND_US
    return pd.DataFrame(
        {
            "group": rows["group"], "time_us": np.maximum(whole, rows["start"]),
            "person": rows["member"], "answers": NOBODY, "chars": CHARS,
        }
    )  # fmt: skip


def _apart(study: Planted) -> None:
    """Shift groups' founding times so that no two groups have the same."""
    groups = study.tables["groups"]
    again = groups.groupby("origin_us").cumcount() * SECOND_US
    later = {name: groups[name] + again for name in ("origin_us", "entry_us")}
    study.tables["groups"] = groups.assign(**later)


def _begin_with(study: Planted, rows: pd.DataFrame) -> None:
    """Move each group's founding time to its first post."""
    first = rows.groupby("group")["time_us"].min()
    groups = study.tables["groups"]
    there = groups[groups["group"].isin(first.index)].copy()
    for name in ("origin_us", "entry_us", "created_us"):
        there[name] = there["group"].map(first)
    study.tables["groups"] = there
