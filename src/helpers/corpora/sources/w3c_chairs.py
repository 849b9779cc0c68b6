"""W3C's groups and their chairs by day, 2018–2026; purposes by length and date.

The groups are those of `w3c_groups`, under the same keys: what their lists wrote is
told there, who led them here.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, described
from helpers.corpora.shared.dates import days, midnight
from helpers.corpora.shared.registers import counted, facts, holders, named, registry
from helpers.corpora.shared.w3c_mails import (
    ROUND,
    last_mails,
    months_of,
    silent_months,
)
from helpers.records import DAY_US, day_us

GROUPS, SPELLS = "groups.csv", "chair_spells.csv"
DEPARTURES, PURPOSES = "chair_departures.csv", "purposes.csv"
MAILS = "../w3c_groups/w3c_groups_union.json"
CLEAN_UP = 5  # so many chairs that left on one day are a clean-up
END_US = day_us(date(2026, 8, 23))  # the last snapshot was taken the day before
WATCHED_FROM_US = day_us(date(2018, 12, 6))  # the monitor's first snapshot
RECRAWLED = ("2020-01-21", "2020-01-22")  # the monitor began to list chairs anew
BY_CHARTER = ("wg", "ig")
AT_BIRTH_DAYS = 31


def count(raw: RawFolder) -> Counted:
    """Return the groups, how many chair them, departures and what is known of them."""
    groups = _keyed(raw.rows(GROUPS))
    spells = _keyed(raw.rows(SPELLS))
    departures = _keyed(raw.rows(DEPARTURES))
    purposes = _keyed(raw.rows(PURPOSES))
    raw.tally[MAILS] = 0  # its mails are counted in w3c_groups
    stated = purposes[purposes["key"].isin(groups["key"])]
    tables = {
        "holders": holders(_stays(spells)),
        "departures": _departures(departures),
        "silent_months": _silent(raw.path / MAILS, departures, _registry(groups)),
        "facts": pd.concat(
            [
                _first_seen(groups, spells),
                _purposes(stated),
                last_mails(raw.path / MAILS, _registry(groups)),
            ]
        ),
    }
    return counted(
        groups=_registry(groups),
        tables=tables,
        became={
            "a purpose of a task force or other group": len(purposes) - len(stated)
        },
        entered={
            "groups": len(groups),
            "stays of chairs": len(spells),
            "departures of chairs": len(departures),
            "purposes": len(stated),
        },
    )


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(key=table["w3c_id"].astype("str"))


def _registry(groups: pd.DataFrame) -> pd.DataFrame:
    kind = _kind(groups)
    seen = midnight(days(groups["first_listed"]))
    created = midnight(days(groups["created"])).fillna(seen)
    gone = groups["listed_at_end"].eq(0)
    closed = (midnight(days(groups["last_listed"])) + DAY_US).where(gone)
    by_charter = named(gone & kind.isin(BY_CHARTER), "completed")
    origin = np.minimum(created, seen)
    at_once = (created >= WATCHED_FROM_US) & (seen - created <= AT_BIRTH_DAYS * DAY_US)
    return registry(
        groups.assign(
            network="w3c",
            kind=kind,
            origin_us=origin,
            entry_us=seen.where(~at_once, origin),
            end_us=closed.fillna(END_US),
            closed_us=closed,
            closed_kind=by_charter.fillna(named(gone, "administrative")),
        )
    )


def _kind(groups: pd.DataFrame) -> pd.Series[str]:
    """Return the source's kind; an address tells where a snapshot left it out."""
    kinds = np.where(groups["group"].str.contains("/community/"), "cg", "other")
    return groups["type"].fillna(pd.Series(kinds, groups.index))


def _stays(spells: pd.DataFrame) -> pd.DataFrame:
    unlisted = spells["end_reason"].eq("group unlisted")
    ending = np.where(unlisted, "group gone", "left")
    return pd.DataFrame(
        {
            "key": spells["key"],
            "role": "chair",
            "from_day": days(spells["start"]),
            "to_day": days(spells["end"]),
            "ending": np.where(spells["end"].isna(), "open", ending),
        }
    )


def _departures(departures: pd.DataFrame) -> pd.DataFrame:
    names = {
        "chairs_left": "others",
        "chairs_new_180d": "successors",
        "mails_6m_before": "before",
        "mails_6m_after": "after",
        "joins_6m_before": "joined_before",
        "joins_6m_after": "joined_after",
        "days_listed_after": "followed_days",
        "departures_same_day": "crowd",
    }
    gone = midnight(days(departures["end"]))
    table = departures.rename(columns=names).assign(time_us=gone, role="chair")
    return table.assign(nth=np.arange(len(table)))[
        ["key", "nth", "time_us", "role", *names.values()]
    ]


def _silent(path: Path, departures: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return when the lists fell silent after departures, those of a day as one."""
    own = departures[departures["departures_same_day"] < CLEAN_UP]
    one = own.sort_values("chairs_left").drop_duplicates(["key", "end"])
    of = groups.set_index("key")
    closed = one["key"].map(of["closed_us"])
    kind = one["key"].map(of["closed_kind"])
    until = pd.to_datetime(closed.where(kind == "completed"), unit="us")
    first, last = (day_us(date.fromisoformat(day)) for day in ROUND)
    culled = kind.eq("administrative") & closed.between(first, last - 1)
    at = pd.DataFrame(
        {
            "key": one["key"],
            "time_us": midnight(days(one["end"])),
            "others": one["chairs_left"],
            "month": months_of(one["end"]),
            "until": months_of(until.dt.strftime("%Y-%m").dropna()),
            "culled": culled,
        }
    )
    return silent_months(path, at)


def _first_seen(groups: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    moved = spells.loc[spells["start"].isin(RECRAWLED), "key"]
    return facts(
        groups,
        {
            "participants_first": "participants_first",
            "participants_first_day": days(groups["participants_first_date"]),
            "chairs_first": "chairs_first",
            "chairs_ever": "chairs_ever",
            "chairs_unsure": groups["key"].isin(moved),
        },
    )


def _purposes(purposes: pd.DataFrame) -> pd.DataFrame:
    """Return a group's earliest purpose, and how its text changed under any address."""
    ordered = purposes.sort_values(["first_seen", "group"])
    first = ordered.drop_duplicates("key").set_index("key")
    last = ordered.drop_duplicates("key", keep="last").set_index("key")
    seen, created = days(first["first_seen"]), days(first["created"])
    measured = first.assign(
        last=last["words_last"],
        changes=ordered.groupby("key")["changes"].sum(),
        seen=seen,
        birth=(seen - created).le(AT_BIRTH_DAYS).where(created.notna()),
    ).reset_index()
    return facts(
        measured,
        {
            "purpose_words_first": "words_first",
            "purpose_words_last": "last",
            "purpose_changes": "changes",
            "purpose_names_goal": "goal_word",
            "purpose_names_deliverable": "deliverable_word",
            "purpose_names_talk": "discuss_word",
            "purpose_day": "seen",
            "purpose_at_birth": "birth",
        },
    )


CORPUS = described("w3c_chairs", count=count)
