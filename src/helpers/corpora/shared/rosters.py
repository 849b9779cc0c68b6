"""Build role periods, counts of role holders and departures from rosters."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.corpora.shared.dates import to_days, to_midnight

SUCCESSION_DAYS = 180
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


def join_stays(table: pd.DataFrame, gap_days: int) -> pd.DataFrame:
    """Join consecutive role periods of a person with gaps of up to `gap_days`.

    A group that gets a new name seems to end, and to begin with the same people.

    >>> rows = [
    ...     ("g", "chair", "a", "2020-01-01", "2020-02-01", "group ended"),
    ...     ("g", "chair", "a", "2020-02-01", None, None),
    ... ]
    >>> names = ["key", "role", "person", "start", "end", "end_reason"]
    >>> both = join_stays(pd.DataFrame(rows, columns=names), 0)
    >>> len(both), both["start"].item(), both["end"].isna().item()
    (1, '2020-01-01', True)
    """
    who = ["key", "role", "person"]
    ordered = table.sort_values(["start", *who], kind="stable").reset_index(drop=True)
    before = ordered.groupby(who)["end"].shift()
    apart = to_days(ordered["start"]) - to_days(before)
    stay = (~(apart <= gap_days)).groupby([ordered[name] for name in who]).cumsum()
    numbered = ordered.assign(stay=stay)
    by = [*who, "stay"]
    start = numbered.groupby(by)["start"].transform("first")
    last = numbered.assign(start=start).drop_duplicates(by, keep="last")
    return last.drop(columns="stay")


def list_departures(
    spells: pd.DataFrame, role: str, ends: pd.Series[float], until: int
) -> pd.DataFrame:
    """List departures from a role in continuing groups, and who remains.

    Parameters
    ----------
    spells
        From `build_stays`.
    role
        The role.
    ends
        The last day of each group that ended, by key.
    until
        The last day of the source.
    """
    held = spells[spells["role"] == role]
    left = held[held["ending"] == LEFT].reset_index(drop=True)
    left = left.assign(nth=np.arange(len(left)))
    pairs = left[["key", "nth", "member", "to_day"]].merge(held, on="key")
    other = pairs[pairs["member_x"] != pairs["member_y"]]
    since = other["from_day"] - other["to_day_x"]
    there = (since < 0) & (other["to_day_y"] > other["to_day_x"])
    new = (since >= 0) & (since <= SUCCESSION_DAYS)
    counts = {
        name: other[which].groupby("nth")["member_y"].nunique()
        for name, which in (("others", there), ("successors", new))
    }
    columns = {
        name: left["nth"].map(number).fillna(0).astype("int64")
        for name, number in counts.items()
    }
    last = left["key"].map(ends).fillna(until)
    return left.assign(
        **columns,
        time_us=to_midnight(left["to_day"]),
        followed_days=(last - left["to_day"]).astype("int64"),
        crowd=left.groupby("to_day")["nth"].transform("size"),
    )


def build_moments(events: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Convert dated group events to rows ``key, nth, time_us, kind, value``.

    Parameters
    ----------
    events
        ``key, date, event`` and a `value` that is a number or missing.
    names
        The kinds by what the source calls them; others are left out.
    """
    named_events = events[events["event"].isin(list(names))]
    return pd.DataFrame(
        {
            "key": named_events["key"],
            "nth": np.arange(len(named_events)),
            "time_us": to_midnight(to_days(named_events["date"])),
            "kind": named_events["event"].map(names),
            "value": pd.to_numeric(named_events["value"], errors="coerce"),
        }
    )
