"""One live chat, 2018–2025: users who paid, were gifted, or neither.

Whoever pays is watched from the notice on, and compared with people who had written
on as many days before: who never lived to a notice would else count against the free.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.records import DAY_US, SECOND_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry, count_lives

PRESENT, NOTICES = "user_streams.csv.gz", "sub_events.csv.gz"
MINUTES, STREAMS = "minutes.csv.gz", "streams.csv"
KEY = "channel"
END_US = to_day_us(date(2025, 4, 14))  # the last stream was of the day before
WHOLE_FROM = to_day_us(date(2023, 1, 1)) // DAY_US  # older ones are highlights
OWN = ("sub", "resub", "gift_upgrade", "prime_upgrade")
GIFT, MASS, RAID = "gift", "mass_gift", "raid"
DEALT_WITHIN = 20  # seconds after a giver's gift to many
STAFF = ("b_broadcaster", "b_mod", "b_vip")
SPAN = 10  # minutes before and after a raid or gift to many
MOVES = {MASS: "gift to many", RAID: "raid"}
BACK, LONGER = 60, 90  # days within which a newcomer comes back
AROUND_DAYS = 60  # days before and after
BEFORE = ["0 days", "1-2 days", "3-5 days", "6 days or more"]
EDGES = [-1, 0, 2, 5, np.inf]
FREE = "free"


class ChatDays:
    """Days on which each person wrote in a chat, and the observation period.

    Notices count between the days `first` and `end`; people are watched up to the end.
    """

    def __init__(self, days: pd.DataFrame, first: int, end: int) -> None:
        """Sort the days (``person, day``) on which each person wrote."""
        self.days = days.drop_duplicates().sort_values(["person", "day"])
        self.first, self.last, self.end = first, end - AROUND_DAYS, end
        self.last_day = self.days.groupby("person")["day"].max()

    def counted(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add how many of 60 days before and after a day each person wrote on."""
        pairs = rows[["person", "day"]].reset_index().merge(self.days, on="person")
        gap = pairs["day_y"] - pairs["day_x"]
        counts = {
            name: which.groupby(pairs["index"]).sum()
            for name, which in (
                ("before", gap.between(-AROUND_DAYS, -1)),
                ("present", gap.eq(0)),
                ("after", gap.between(1, AROUND_DAYS)),
            )
        }
        counted_rows = rows.assign(**counts)
        band = pd.cut(counted_rows["before"], EDGES, labels=BEFORE)
        return counted_rows.assign(band=band.astype("str"))


def build_arms(
    watched: ChatDays, notices: pd.DataFrame, barred: pd.Series[str]
) -> pd.DataFrame:
    """Assign chat users to arms (paid, gifted, neither) by first payment or gift."""
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


def count(raw: RawFolder) -> Counted:
    """Build tables of a live chat: paying and free users, raids and gifts."""
    present, notices, minutes, streams = (
        raw.rows(name).assign(day=lambda table: to_days(table["date"]))
        for name in (PRESENT, NOTICES, MINUTES, STREAMS)
    )
    wrote = present.rename(columns={"user": "person"}).astype({"day": "int64"})
    notices = _mark_distributed_gifts(notices.astype({"day": "int64"}))
    apart = _list_first_notices(notices)
    watched = ChatDays(wrote[["person", "day"]], WHOLE_FROM, END_US // DAY_US - 1)
    staff = wrote.loc[wrote[list(STAFF)].any(axis=1), "person"].drop_duplicates()
    sides = build_arms(watched, apart, staff)
    responses, edge = _count_responses(notices, minutes, streams)
    return Counted(
        build_registry(
            KEY,
            network="twitch",
            kind="live chat",
            origin_us=int(wrote["day"].min()) * DAY_US,
            end_us=END_US,
            last_us=int(wrote["day"].max()) * DAY_US,
        ),
        {
            "meetings": _build_streams(streams),
            "lives": _build_lives(sides),
            "responses": responses,
            "comebacks": _count_returning_newcomers(wrote, notices, watched),
        },
        {"a raid or gift to many within ten minutes of a stream's edge": edge},
        {
            "a person's streams": len(present),
            "minutes": len(minutes),
            "streams": len(streams),
            "notices": len(notices) - edge,
        },
    )


def _mark_distributed_gifts(notices: pd.DataFrame) -> pd.DataFrame:
    """Mark gifts of subscriptions that are part of a user's mass gift."""
    mass_gifts = notices[notices["kind"] == MASS][["video", "user", "sec"]]
    gifts = notices[notices["kind"] == GIFT].reset_index()
    pairs = gifts.merge(mass_gifts, on=["video", "user"], suffixes=("", "_many"))
    soon = (pairs["sec"] - pairs["sec_many"]).between(0, DEALT_WITHIN)
    return notices.assign(dealt=notices.index.isin(pairs.loc[soon, "index"]))


def _list_first_notices(notices: pd.DataFrame) -> pd.DataFrame:
    """Return the first payment or gift of each person."""
    own = notices[notices["kind"].isin(OWN)].rename(columns={"user": "person"})
    given = notices[notices["kind"] == GIFT].drop(columns="user")
    given = given.rename(columns={"other": "person"})
    prime = np.where(own["tier"].eq("prime"), "included", "paid")
    both = pd.concat(
        [
            own.assign(arm=prime),
            given.assign(arm=np.where(given["dealt"], "dealt a gift", "given a gift")),
        ]
    ).sort_values(["day", "sec"], kind="stable")
    return both.drop_duplicates("person")[["person", "day", "arm"]]


def _build_streams(streams: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": KEY,
            "nth": np.arange(len(streams)),
            "time_us": to_midnight(streams["day"]),
            "announced_us": np.nan,
            "kind": "stream",
            "held": True,
            "online": True,
            "answers": streams["chatters"],
            "waiting": np.nan,
        }
    )


def _build_lives(sides: pd.DataFrame) -> pd.DataFrame:
    """Count users by arm (paid, gifted, neither), past activity, days until stop."""
    people = sides.assign(key=KEY, cohort=sides["arm"] + ": " + sides["band"])
    stopped = np.where(people["stopped"], "stopped", "open")
    until = people.assign(measure="writing", days=people["until"], ending=stopped)
    first = people.assign(
        measure="first 60 days", days=people["after"], ending="counted"
    )
    return count_lives(pd.concat([until, first]).astype({"days": "int64"}))


def _count_responses(
    notices: pd.DataFrame, minutes: pd.DataFrame, streams: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Count messages before and after each raid or mass gift, and events left out."""
    moved = notices[notices["kind"].isin([MASS, RAID])].reset_index(drop=True)
    length = streams.set_index("video")["last_sec"] // 60
    minute = moved["sec"] // 60
    inside = (minute >= SPAN) & (minute + SPAN <= moved["video"].map(length))
    inner_moves = moved.assign(at=minute)[inside].reset_index(drop=True)
    pairs = inner_moves[["video", "at"]].reset_index().merge(minutes, on="video")
    gap = pairs["minute"] - pairs["at"]
    sums = {
        f"{name}_{side}": pairs[gap.between(*span)].groupby("index")[column].sum()
        for name, column in (("messages", "messages"), ("new", "first_ever"))
        for side, span in (("before", (-SPAN, -1)), ("after", (1, SPAN)))
    }
    names = {"messages_before": "before", "messages_after": "after"}
    responses = inner_moves.assign(**sums).rename(columns=names)
    numbers = ["before", "after", "new_before", "new_after"]
    return responses.assign(
        **responses[numbers].fillna(0).astype("int64"),
        key=KEY,
        nth=np.arange(len(responses)),
        time_us=responses["day"] * DAY_US + responses["sec"] * SECOND_US,
        kind=responses["kind"].map(MOVES),
        value=responses["count"],
        minutes=SPAN,
        speakers_before=np.nan,
        speakers_after=np.nan,
    ), len(moved) - len(inner_moves)


def _count_returning_newcomers(
    wrote: pd.DataFrame, notices: pd.DataFrame, watched: ChatDays
) -> pd.DataFrame:
    """Count new users by day and by raid, and how many returned."""
    first = wrote.sort_values(["day", "first_sec"]).drop_duplicates("person")
    new = first[first["day"].between(watched.first, watched.last)]
    since = watched.days.merge(new[["person", "day"]], on="person", suffixes=("", "_1"))
    age = since["day"] - since["day_1"]
    followed = new["day"] <= watched.end - LONGER
    counts = {
        f"again_{a}_{b}": new["person"].isin(since.loc[age.between(a, b), "person"])
        for a, b in ((1, BACK), (28, BACK), (28, LONGER))
    }
    counts[f"again_28_{LONGER}"] &= followed
    raids = notices[notices["kind"] == RAID][["video", "sec"]]
    pairs = new[["person", "video", "first_sec"]].merge(raids, on="video")
    soon = (pairs["first_sec"] - pairs["sec"]).between(0, SPAN * 60)
    brought = new["person"].isin(pairs.loc[soon, "person"])
    newcomers = new.assign(key=KEY, brought=brought, came=1, came_90=followed, **counts)
    columns = ["came", "came_90", *counts]
    return newcomers.groupby(["key", "day", "brought"])[columns].sum().reset_index()
