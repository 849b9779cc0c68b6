"""Count tables from simulated posts, independently of the product's code.

`validation.worlds.messages.tables` is the second route to them; here it is
given posts that planted tables asked for, in the place of a drawn world's.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd

from helpers.measures.timetables import find_kept_slots
from helpers.records import DAY_US
from validation.long_way.story import NOBODY
from validation.worlds.messages.drawing import Drawn
from validation.worlds.messages.seen import Seen, _list_recent_authors
from validation.worlds.messages.tables import build_tables

OF_PEOPLE = frozenset(
    {
        "months", "beginnings", "newcomers", "member_days", "timetables", "short_talk",
    }
)  # fmt: skip
EARLY_US = 28 * DAY_US
LONG, EARLY_AGES, LATE_AGES = 330, 84, 364  # characters; days of age


def counted(
    groups: pd.DataFrame, posts: pd.DataFrame, *, owned: bool, people: bool
) -> dict[str, pd.DataFrame]:
    """Count the tables of activity from simulated posts.

    Parameters
    ----------
    groups
        Of the planted study, in whole seconds.
    posts
        As in a story; an owner is person 0 of the group.
    owned, people
        Whether owners are known, and whether tables of people are wanted.
    """
    rows = posts.sort_values(["group", "time_us", "post"], ignore_index=True)
    group, time = rows["group"].to_numpy("int64"), rows["time_us"].to_numpy("int64")
    # a person's number within the group: an owner comes first, having the lowest
    nth = rows.groupby("group")["person"].rank("dense").astype("int64") - 1
    sender = nth.to_numpy()
    place = rows.set_index("post").index.get_indexer(rows["answers"])
    told = (rows["answers"] != NOBODY).to_numpy()
    receiver = np.where(told, sender[place], NOBODY)
    receiver[receiver == sender] = NOBODY  # nobody answers himself
    columns = ["network", "origin_us", "entry_us", "end_us"]
    view = Seen(
        groups[columns].reset_index(drop=True), group, time, sender, receiver,
        _list_recent_authors(group, time, sender), int(sender.max()) + 1,
    )  # fmt: skip
    watching = SimpleNamespace(senders=True, owners=owned, creations=False)
    drawn = SimpleNamespace(world=SimpleNamespace(watching=watching))
    found = build_tables(cast("Drawn", drawn), view, people=people)
    if not people:
        return found
    met = _met_elsewhere(groups.set_index("group")["origin_us"], rows)
    here = found["beginnings"]["group"]
    found["beginnings"]["met_elsewhere"] = met.reindex(here).to_numpy()
    found["member_days"] = _member_days(rows)
    found["timetables"], found["short_talk"] = _timetables(groups, rows)
    return found


def _member_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Count posts per person, group and day."""
    days = rows.assign(day=rows["time_us"] // DAY_US, member=rows["person"])
    by = ["group", "member", "day"]
    return days.value_counts(by, sort=False).rename("messages").reset_index()


def _timetables(
    groups: pd.DataFrame, rows: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return times of long messages, and who wrote short ones, per group.

    Chance is drawn group by group, the oldest first.
    """
    oldest = groups.sort_values("origin_us")["group"].to_numpy()
    origin = rows["group"].map(groups.set_index("group")["origin_us"])
    age = (rows["time_us"] - origin) // DAY_US
    at = pd.to_datetime(rows["time_us"], unit="us").dt
    slots = pd.DataFrame(
        {"group": np.argsort(oldest)[rows["group"]], "week": age // 7,
         "weekday": at.day_of_week, "hour": at.hour}
    )  # fmt: skip
    long = rows["chars"] >= LONG
    late = rows[~long & age.between(EARLY_AGES, LATE_AGES)]
    talk = late.groupby("group").agg(
        messages=("post", "size"), posters=("person", "nunique")
    )
    kept = find_kept_slots(slots[long & (age < EARLY_AGES)])
    return kept.assign(group=oldest[kept["group"]]), talk.reset_index()


def _met_elsewhere(origin: pd.Series[int], rows: pd.DataFrame) -> pd.Series[float]:
    """Return the largest share of a group's early posters who were in another one."""
    first = rows.groupby(["person", "group"])["time_us"].min().reset_index()
    until = first["group"].map(origin) + EARLY_US
    early = first[first["time_us"] < until].assign(until=until)
    both = early.merge(first, on="person", suffixes=("", "_other"))
    both = both[both["group"] != both["group_other"]]
    both = both[both["time_us_other"] < both["until"]]
    met = both.value_counts(["group", "group_other"]).groupby("group").max()
    posters = early.groupby("group").size()
    return met[met > 1].reindex(posters.index, fill_value=0) / posters
