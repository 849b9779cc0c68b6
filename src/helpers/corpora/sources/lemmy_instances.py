"""Lemmy servers by day, 2023–2026: reachability and active users.

Two windows without holes are used, each as groups of its own: between them a year is
missing, and before the first the crawler broke off and on.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import build_facts, build_registry
from helpers.records import DAY_US, to_day_us

LISTINGS = "instance_days.csv.gz"
ABSENT_DAYS = 30  # a server away for so long at the end of a window is gone
START_DAYS = 3  # the crawler misses some servers on any one day
WINDOWS = {  # in which servers were crawled every day
    "A": (date(2023, 8, 4), date(2024, 6, 11)),
    "B": (date(2025, 4, 13), date(2026, 1, 23)),
}


def count(raw: RawFolder) -> Counted:
    """Build tables of Lemmy servers: registry, and who was there before."""
    listings = _number_people(raw.rows(LISTINGS))
    inside = pd.concat([_select_inside(listings, window) for window in WINDOWS])
    server_days = inside.dropna(subset="users_active_month")
    return Counted(
        _build_registry(server_days, listings),
        {"facts": _build_facts(server_days, listings)},
        {
            "a day outside both windows": len(listings) - len(inside),
            "a day without numbers": len(inside) - len(server_days),
        },
        {"days of a server": len(server_days)},
    )


def _number_people(listings: pd.DataFrame) -> pd.DataFrame:
    """Replace server host names by numbers, in the order of names.

    Most servers have one user, so a host's name can be a person's.
    """
    number = listings["host"].rank(method="dense").astype("int64").astype("str")
    server = "s" + number.str.zfill(4)
    return listings.assign(server=server, day=to_days(listings["date"]).astype("int64"))


def _select_inside(listings: pd.DataFrame, window: str) -> pd.DataFrame:
    first, last = (to_day_us(day) // DAY_US for day in WINDOWS[window])
    inside = listings[listings["day"].between(first, last)]
    key, kind = window + "/" + inside["server"], f"window {window}"
    return inside.assign(key=key, kind=kind, start=first, end=last)


def _build_registry(server_days: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Build the list of servers; one that stays unreachable to the end is closed."""
    by = server_days.groupby("key")
    table = by[["server", "kind", "start", "end"]].first()
    table = table.assign(first=by["day"].min(), last=by["day"].max()).reset_index()
    ever = table["server"].map(listings.groupby("server")["day"].max())
    gone = (table["last"] <= table["end"] - ABSENT_DAYS) & (ever <= table["end"])
    return build_registry(
        table,
        network=table["server"],
        origin_us=to_midnight(table["first"]),
        end_us=to_midnight(table["end"] + 1),
        closed_us=to_midnight(table["last"] + 1).where(gone),
        closed_kind="unreachable",
        last_us=to_midnight(table["last"]),
    )


def _build_facts(server_days: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    first = server_days.sort_values("day").drop_duplicates("key")
    ever = first["server"].map(listings.groupby("server")["day"].min())
    return build_facts(
        first,
        {
            "listed_at_start": first["day"] < first["start"] + START_DAYS,
            "seen_before_window": ever < first["start"],
        },
    )
