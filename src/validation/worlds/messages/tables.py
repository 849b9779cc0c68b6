"""Compute a study's tables directly from simulated messages.

They follow docs/tables.md and are a second route to it: a test sends the same
worlds through exports, readers and measures and compares row for row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from validation.worlds.messages.beginnings import (
    build_beginnings,
    build_newcomers,
)
from validation.worlds.messages.drawing import Drawn
from validation.worlds.messages.seen import Seen
from validation.worlds.messages.window_table import MONTH, build_windows

SHORTEST_DAYS, EARLY_DAYS = 28, 28
# every message: nothing that is planted reads lengths, and with eight letters or more
# an account that repeats them alone would be a bot without a mark
PLAIN = "字。" * 6
CHARS = len(PLAIN)


def build_tables(
    drawn: Drawn, view: Seen, *, people: bool = True
) -> dict[str, pd.DataFrame]:
    """Build a study's tables from observed simulated messages."""
    frames = {
        "groups": _build_groups(drawn, view),
        "silences": _build_silences(view),
        "daily": _count_by_day(view),
        "rates": _compare_rates(view),
        "windows": build_windows(drawn, view),
    }
    if not drawn.world.watching.senders:
        frames["daily"]["posters"] = frames["rates"]["posters_28"] = np.nan
        frames["groups"]["posters"] = np.nan
        return frames
    if not people:
        return frames
    return frames | {
        "member_days": _build_member_days(view),
        "months": _build_months(view),
        "beginnings": build_beginnings(view),
        "newcomers": build_newcomers(view),
    }


def _build_groups(drawn: Drawn, view: Seen) -> pd.DataFrame:
    groups, n = view.groups, len(view.groups)
    messages = np.bincount(view.group, minlength=n)
    spoke = messages > 0
    first = np.searchsorted(view.group, np.arange(n))
    last = np.searchsorted(view.group, np.arange(n), side="right") - 1
    early = view.age_us < EARLY_DAYS * DAY_US
    dated = drawn.world.watching.creations
    origin = groups["origin_us"].to_numpy()
    return pd.DataFrame(
        {
            "group": np.arange(n, dtype=np.int32),
            "key": [f"{at:06d}" for at in range(n)],
            "label": [f"{at:06d}" for at in range(n)],
            "network": groups["network"],
            "batch": _label_weeks(groups["network"], origin),
            "kind": "room",
            "created_us": origin.astype(float) if dated else np.nan,
            "origin_us": origin,
            "origin_kind": "creation" if dated else "first_message",
            "entry_us": groups["entry_us"],
            "end_us": groups["end_us"],
            "closed_us": np.nan,
            "closed_kind": None,
            "first_us": _to_instants(view.time_us, first, spoke),
            "last_us": _to_instants(view.time_us, last, spoke),
            "messages": messages,
            "posters": (_count_by_sender(view) > 0).sum(axis=1),
            "early_messages": np.bincount(view.group[early], minlength=n),
            "members": np.nan,
        }
    )


def _label_weeks(network: pd.Series[str], origin: Ints) -> pd.Series[str]:
    week = pd.to_datetime(pd.Series(origin), unit="us").dt.strftime("%G-W%V")
    return network.astype(str) + ":" + week


def _to_instants(
    times: Ints, at: Ints, has_instant: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return the times at given positions as floats, NaN where there is none."""
    padded = np.r_[times, 0].astype(float)
    return np.where(has_instant, padded[np.minimum(at, len(times))], np.nan)


def _count_by_sender(view: Seen) -> Ints:
    counts = np.bincount(view.person, minlength=len(view.groups) * view.posters)
    return counts.reshape(len(view.groups), view.posters)


def _build_silences(view: Seen) -> pd.DataFrame:
    same = np.diff(view.group) == 0
    long = np.diff(view.time_us) >= SHORTEST_DAYS * DAY_US
    at = np.flatnonzero(same & long)
    return pd.DataFrame(
        {
            "group": view.group[at].astype("int32"),
            "start_us": view.time_us[at],
            "end_us": view.time_us[at + 1],
        }
    )


def _build_member_days(view: Seen) -> pd.DataFrame:
    """Count messages per person, group and day."""
    table = pd.DataFrame(
        {
            "group": view.group.astype("int32"),
            "member": view.person.astype("int32"),
            "day": (view.time_us // DAY_US).astype("int32"),
        }
    )
    return table.value_counts(sort=False).rename("messages").reset_index()


def _count_by_day(view: Seen) -> pd.DataFrame:
    days = _build_member_days(view).groupby(["group", "day"], as_index=False)
    table = days.agg(messages=("messages", "sum"), posters=("member", "size"))
    return table.assign(chars=CHARS * table["messages"])


def _compare_rates(view: Seen) -> pd.DataFrame:
    """Compute messages and posters of the last 28 days, by group and age."""
    day = view.age_us // DAY_US
    group, begin, stop = _list_presences(view, day)
    ones, nothing = np.ones(len(day), int), np.zeros(len(begin), int)
    changes = pd.DataFrame(
        {
            "group": np.r_[view.group, view.group, group, group].astype("int32"),
            "age_day": np.r_[day, day + MONTH, begin, stop].astype("int32"),
            "messages_28": np.r_[ones, -ones, nothing, nothing],
            "posters_28": np.r_[0 * day, 0 * day, nothing + 1, nothing - 1],
        }
    )
    net = changes.groupby(["group", "age_day"], as_index=False).sum()
    net = net[(net["messages_28"] != 0) | (net["posters_28"] != 0)]
    columns = ["messages_28", "posters_28"]
    running = net.assign(**net.groupby("group")[columns].cumsum())
    last = (view.groups["end_us"] - view.groups["origin_us"]) // DAY_US
    inside = running["age_day"] <= running["group"].map(last)
    return running[inside].reset_index(drop=True)


def _list_presences(view: Seen, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the spans of days in which each person posted in the last 28 days."""
    pairs = np.unique(np.column_stack([view.person, day]), axis=0)
    who, when = pairs[:, 0], pairs[:, 1]
    apart = np.r_[True, (np.diff(who) != 0) | (np.diff(when) > MONTH)]
    first = np.flatnonzero(apart)
    last = np.r_[first[1:], len(who)] - 1
    return who[first] // view.posters, when[first], when[last] + MONTH


def _build_months(view: Seen) -> pd.DataFrame:
    """Count core, new and unanswered posters per month of age."""
    day = view.age_us // DAY_US
    rows = pd.DataFrame({"group": view.group, "person": view.person, "day": day})
    rows["month"] = day // MONTH
    monthly = rows.groupby(["group", "person", "month"], as_index=False).agg(
        messages=("day", "size"), days=("day", "nunique")
    )
    before = monthly.groupby("person")["month"].shift()
    monthly["newcomers"] = before.isna()
    monthly["retained"] = before == monthly["month"] - 1
    monthly["mild"] = monthly["days"] <= 2  # noqa: PLR2004 - the register's mild member
    for least in (4, 8, 12):
        monthly[f"core_{least}"] = monthly["days"] >= least
    for name, receiver in _build_answers(view).items():
        late = ~monthly["person"].isin(_list_first_answered(view, receiver))
        monthly[name] = monthly["newcomers"] & late
    counted = monthly.drop(columns=["person", "days"])
    summed = counted.groupby(["group", "month"], as_index=False).sum()
    posters = monthly.groupby(["group", "month"]).size()
    later = [_count_others_after(rows, monthly, *at) for at in posters.index]
    return summed.assign(posters=posters.to_numpy(), later_by_others=later)


def _count_others_after(
    rows: pd.DataFrame, monthly: pd.DataFrame, group: int, month: int
) -> int:
    """Count later messages by people outside a month's core."""
    here = monthly[(monthly["group"] == group) & (monthly["month"] == month)]
    middle = here["days"].between(3, 7)
    named = here.loc[~middle, "person"]
    since = (month + 1) * MONTH
    later = rows[(rows["group"] == group) & rows["day"].between(since, since + 89)]
    return int((~later["person"].isin(named)).sum())


def _build_answers(view: Seen) -> dict[str, list[Ints]]:
    return {
        "unanswered": [view.receiver],
        "unanswered_either": [view.receiver, view.near],
    }


def _list_first_answered(view: Seen, receivers: list[Ints]) -> set[int]:
    """Return who received a reply within a day of their first message."""
    first = pd.Series(view.time_us).groupby(view.person).min()
    answered: set[int] = set()
    for receiver in receivers:
        to = view.group * view.posters + receiver
        came = first.reindex(to).to_numpy()
        soon = (view.time_us > came) & (view.time_us <= came + DAY_US)
        answered |= set(to[(receiver >= 0) & soon].tolist())
    return answered
