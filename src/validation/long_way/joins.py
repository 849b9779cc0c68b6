"""Simulate joins, silent members and splits of groups.

`memberships` are told by joinings in whole seconds. Who writes without having been seen
to join is a member too, without a date: such rows are added, and claims leave them out.

`roster` counts members in their first 28, 84 and 365 days. What was planted leaves open
who wrote when: all join when the group begins, those who are no lurkers write on its
first days, and two of them each week, so that nobody is silent among the silent. Two
things can't be: a group younger than W days has no members who were there for so long,
and of a hundred members at most 98 say nothing while others talk.

`links` are told as `groups.csv` does, by the parent's key.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import DAY_US, SECOND_US
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY, Story, person
from validation.worlds.claims.tabled import Planted
from validation.worlds.messages.tables import CHARS

TABLES = frozenset({"memberships", "roster", "links"})
PAIR = ["group", "member"]
WEEK, TALKERS = 7, 2
MESSAGES = 4  # of a first month: more than any lurker's
SILENT = ["lurkers", "at_most_1", "at_most_3", "engaged"]


def adjust_tables(study: Planted, story: Story, reads: Reads) -> None:
    """Adjust join times and member counts to plausible whole numbers."""
    if "memberships" in reads:
        study.tables["memberships"] = _memberships(study, story)
    if "roster" in reads:
        study.tables["roster"] = _roster(study)
        story.posts = story.posts.iloc[:0]
        story.add("posts", _spoken(study))


def _memberships(study: Planted, story: Story) -> pd.DataFrame:
    """Return dated memberships of a simulated study."""
    rows = study.tables["memberships"]
    times = {at: rows[at] // SECOND_US * SECOND_US for at in ("joined_us", "left_us")}
    wrote = story.posts[["group", "person"]].drop_duplicates()
    wrote = wrote.rename(columns={"person": "member"}).astype("int64")
    return rows.assign(**times).merge(wrote, "outer", PAIR)


def _roster(study: Planted) -> pd.DataFrame:
    rows = study.tables["roster"]
    days = study.tables["groups"].set_index("group")[["entry_us", "end_us"]] // DAY_US
    watched = (days["end_us"] - days["entry_us"]).loc[rows["group"]].to_numpy()
    there = (rows["within_days"] <= watched).astype(int)
    silent = rows[SILENT].clip(upper=rows["members"] - TALKERS, axis=0)
    return rows.assign(
        members=rows["members"] * there, **silent.mul(there, axis=0).to_dict("series")
    )


def _spoken(study: Planted) -> pd.DataFrame:
    """Simulate posts by members who write, two authors per week."""
    begun = study.tables["groups"].set_index("group")[["origin_us", "end_us"]]
    parts = []
    for group, members, lurkers, _ in _sizes(study).itertuples():
        origin, end = begun.loc[group]
        who, nth = (
            index.ravel() for index in np.indices((members - lurkers, MESSAGES))
        )
        weeks = int(end - origin) // DAY_US // WEEK
        two, week = (index.ravel() for index in np.indices((TALKERS, weeks)))
        speaker, day = np.append(who, two), np.append(nth, week * WEEK)
        at = origin + day * DAY_US + np.arange(len(day)) * SECOND_US  # no two at once
        said = {"group": group, "time_us": at, "person": person(group, speaker)}
        parts.append(pd.DataFrame(said))
    return pd.concat(parts).assign(answers=NOBODY, chars=CHARS)


def _sizes(study: Planted) -> pd.DataFrame:
    """Return numbers of members and silent members, by group."""
    rows = study.tables["roster"].sort_values("within_days").drop_duplicates("group")
    return rows.set_index("group")[["members", "lurkers", "engaged"]]


def tell(study: Planted, story: Story, reads: Reads) -> None:
    """Add joins, reactions and parent groups to the simulated events."""
    if {"memberships", "roster"} & reads.keys():
        story.further = ("memberships", "roster", "events")
    if "memberships" in reads:
        rows = study.tables["memberships"].rename(columns={"member": "person"})
        _come(story, rows, "join", "joined_us")
        _come(story, rows, "leave", "left_us")
    if "roster" in reads:
        _enrol(study, story)
    if "links" in reads:
        links = study.tables["links"]
        story.parents = dict(zip(links["group"], links["parent"], strict=True))


def _come(story: Story, rows: pd.DataFrame, kind: str, when: str) -> None:
    dated = rows.dropna(subset=when).astype({when: "int64"})
    told = dated[["group", "person"]].assign(time_us=dated[when], kind=kind, by=NOBODY)
    story.add("comings", told)


def _enrol(study: Planted, story: Story) -> None:
    """Let all members join at the start, and some react."""
    origin = study.tables["groups"].set_index("group")["origin_us"]
    first = story.posts.drop_duplicates("group").set_index("group")["post"]
    for group, members, lurkers, engaged in _sizes(study).itertuples():
        everyone = person(group, np.arange(members))
        came = pd.DataFrame({"group": group, "person": everyone, "at": origin[group]})
        _come(story, came, "join", "at")
        silent = everyone[members - lurkers :][:engaged]
        story.add("reactions", {"post": first[group], "person": silent})
