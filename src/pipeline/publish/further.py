"""Tables that only public sources have: people's loads, and talk around red packets.

What somebody received in a week and wrote later is summed over pairs of weeks, far
enough apart that no message is outcome and exposure. Given what was written after
both, the share after the later one depends on how they differ (McFadden 1974).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.derive.tables.record_tables import IncludedMessages
from helpers.records import MINUTE_US, WEEK_DAYS

BEFORE = 4  # weeks in which a member is in the groups they wrote in
CLASSES = 60  # of people, by their number: the independent units
LAGS = (1, 2, 3, 4)
MOST_LOAD, MOST_OWN = 6, 4  # doublings; more are told as so many
SPANS = (60, 7 * 24 * 60)  # minutes: an hour, a week
SIDES = ("before", "after")
COUNTS = [f"{what}{side}" for side in SIDES for what in ("", "speakers_", "new_")]
PERKS = ("red_packet",)


def build_loads(days: pd.DataFrame) -> pd.DataFrame:
    """Build table ``loads`` from ``group, member, day, messages``."""
    weeks = summarise_member_weeks(days)
    several = weeks.groupby("member")["groups"].max() > 1
    parts = [sum_load_differences(weeks, lag).assign(lag=lag) for lag in LAGS]
    return pd.concat(parts, ignore_index=True).assign(
        people=len(several), in_several=int(several.sum())
    )


def summarise_member_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Summarise the messages each member received and wrote in each week."""
    dated_days = days.assign(week=days["day"] // WEEK_DAYS)
    of = ["member", "group", "week"]
    own = dated_days.groupby(of, as_index=False)["messages"].sum()
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


def sum_load_differences(rows: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Compare members' messages after weeks with more and with fewer received.

    Returned are ``people_class, load, own`` (doublings from the earlier to the later
    week), ``pairs``, and messages written after either: ``earlier, later``.
    """
    first = rows.groupby("member")["week"].min()
    wrote = rows[["member", "week", "own"]].rename(columns={"own": "later"})
    exposures = rows.merge(wrote.assign(week=wrote["week"] - lag), "left")
    exposures = exposures[exposures["week"] + lag <= rows["week"].max()].fillna(
        {"later": 0}
    )
    came = exposures["member"].map(first)
    exposures = exposures[exposures["week"] + lag >= came].copy()
    exposures["load"], exposures["doublings"] = (
        np.log2(1 + exposures[name]) for name in ("received", "own")
    )
    current = exposures[["member", "week", "load", "doublings", "later"]]
    before = current.assign(week=current["week"] + BEFORE + lag)
    both = current.merge(before, on=["member", "week"], suffixes=("", "_before"))
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


def _count_responses(kept: IncludedMessages) -> pd.DataFrame:
    """Count messages before and after each red packet, if both spans were observed."""
    events = kept.rows("event", "time_us", "kind", "value")
    gifts = events[events["kind"].isin(PERKS)].dropna(subset="time_us")
    gifts = gifts.assign(value=pd.to_numeric(gifts["value"], errors="coerce"))
    messages = kept.run.fetch(
        kept.messages.select("group", "member", "time_us"), "group", "time_us", "member"
    )
    life = kept.groups.set_index("group")[["origin_us", "end_us"]]
    perks = gifts.join(life, on="group")
    tables = []
    for minutes in SPANS:
        span = minutes * MINUTE_US
        watched = (perks["time_us"] - span >= perks["origin_us"]) & (
            perks["time_us"] + span <= perks["end_us"]
        )
        tables.append(count_responses(perks[watched], messages, minutes))
    both = pd.concat(tables).sort_values(["group", "time_us", "minutes"], kind="stable")
    return both.assign(nth=both.groupby("group").cumcount())


def count_responses(
    events: pd.DataFrame, messages: pd.DataFrame, minutes: int
) -> pd.DataFrame:
    """Count messages, posters and new posters in minutes before and after group events.

    A message in the very instant of the event is on neither side. Events of groups
    that nobody wrote in are left out.
    """
    heard = events[events["group"].isin(messages["group"])]
    ordered = heard.sort_values(["group", "time_us"], kind="stable", ignore_index=True)
    first = messages.groupby("member")["time_us"].min()
    ordered_messages = messages.assign(
        new=messages["time_us"] == messages["member"].map(first)
    )
    ordered_messages = ordered_messages.sort_values(
        ["group", "time_us"], kind="stable", ignore_index=True
    )
    talk = dict(list(ordered_messages.groupby("group")))
    counts = [
        _count_around_event(talk[group], at, minutes * MINUTE_US)
        for group, at in zip(ordered["group"], ordered["time_us"], strict=True)
    ]
    sides = pd.DataFrame(counts, columns=COUNTS, index=ordered.index)
    nth = ordered.groupby("group").cumcount()
    return ordered.assign(nth=nth, minutes=minutes).join(sides)


def _count_around_event(talk: pd.DataFrame, at: int, span: int) -> list[int]:
    """Count messages, posters and new posters before and after one group event."""
    times = talk["time_us"].to_numpy()
    edges = [at - span, at, at + 1, at + span + 1]
    low, until, since, high = np.searchsorted(times, edges)
    counts: list[int] = []
    for rows in (talk.iloc[low:until], talk.iloc[since:high]):
        new = rows.loc[rows["new"], "member"].nunique()
        counts += [len(rows), rows["member"].nunique(), new]
    return counts


FURTHER: Mapping[str, Callable[[IncludedMessages], pd.DataFrame]] = MappingProxyType(
    {
        "loads": lambda kept: build_loads(kept.member_days),
        "responses": _count_responses,
    }
)
