"""W3C's groups and their chairs by day, 2018–2026, with charter purposes.

The groups are those of `w3c_groups`, under the same keys: what their lists wrote is
told there, who led them here.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_facts, build_registry, count_holders
from pipeline.corpora.shared.w3c_mails import (
    find_last_mails,
    find_silent_months,
    is_culled,
    to_months,
)

GROUPS, SPELLS = "groups.csv", "chair_spells.csv"
MAILS = "../w3c_groups/w3c_groups_union.json"
CLEAN_UP = 5  # so many chairs that left on one day are a clean-up
END = date(2026, 8, 23)  # the last snapshot was taken the day before
WATCHED_FROM_US = to_day_us(date(2018, 12, 6))  # the monitor's first snapshot
BY_CHARTER = ("wg", "ig")
AT_BIRTH_DAYS = 31


def count(raw: RawFolder) -> Counted:
    """Build tables of W3C groups: chairs, silences after they left, first members."""
    groups = _add_keys(raw.rows(GROUPS))
    spells = _add_keys(raw.rows(SPELLS))
    departures = _add_keys(raw.rows("chair_departures.csv"))
    raw.tally[MAILS] = 0  # its mails are counted in w3c_groups
    registry, mails = _build_registry(groups), raw.path / MAILS
    first = {
        "participants_first": groups["participants_first"],
        "participants_first_day": to_days(groups["participants_first_date"]),
    }
    facts = [build_facts(groups, first), find_last_mails(mails, registry)]
    return Counted(
        registry,
        {
            "holders": count_holders(_build_stays(spells)),
            "silent_months": _list_silences(mails, departures, registry),
            "facts": pd.concat(facts),
        },
        {},
        {
            "groups": len(groups),
            "stays of chairs": len(spells),
            "departures of chairs": len(departures),
        },
    )


def _add_keys(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(key=table["w3c_id"].astype("str"))


def _build_registry(groups: pd.DataFrame) -> pd.DataFrame:
    by_address = np.where(groups["group"].str.contains("/community/"), "cg", "other")
    kind = groups["type"].fillna(pd.Series(by_address, groups.index))
    seen = to_midnight(to_days(groups["first_listed"]))
    created = to_midnight(to_days(groups["created"])).fillna(seen)
    gone = groups["listed_at_end"].eq(0)
    closed = (to_midnight(to_days(groups["last_listed"])) + DAY_US).where(gone)
    origin = np.minimum(created, seen)
    at_once = (created >= WATCHED_FROM_US) & (seen - created <= AT_BIRTH_DAYS * DAY_US)
    return build_registry(
        groups,
        network="w3c",
        kind=kind,
        origin_us=origin,
        entry_us=seen.where(~at_once, origin),
        end_us=END,
        closed_us=closed,
        closed_kind=np.where(kind.isin(BY_CHARTER), "completed", "administrative"),
    )


def _build_stays(spells: pd.DataFrame) -> pd.DataFrame:
    unlisted = spells["end_reason"].eq("group unlisted")
    ending = np.where(unlisted, "group gone", "left")
    return pd.DataFrame(
        {
            "key": spells["key"],
            "role": "chair",
            "from_day": to_days(spells["start"]),
            "to_day": to_days(spells["end"]),
            "ending": np.where(spells["end"].isna(), "open", ending),
        }
    )


def _list_silences(
    path: Path, departures: pd.DataFrame, groups: pd.DataFrame
) -> pd.DataFrame:
    """Return the months from each chair's departure until the group's mail stops."""
    own = departures[departures["departures_same_day"] < CLEAN_UP]
    one = own.sort_values("chairs_left", kind="stable").drop_duplicates(["key", "end"])
    of = groups.set_index("key")
    closed = one["key"].map(of["closed_us"])
    kind = one["key"].map(of["closed_kind"])
    until = pd.to_datetime(closed.where(kind == "completed"), unit="us")
    at = pd.DataFrame(
        {
            "key": one["key"],
            "time_us": to_midnight(to_days(one["end"])),
            "others": one["chairs_left"],
            "month": to_months(one["end"]),
            "until": to_months(until.dt.strftime("%Y-%m").dropna()),
            "culled": is_culled(closed, kind),
        }
    )
    return find_silent_months(path, at)
