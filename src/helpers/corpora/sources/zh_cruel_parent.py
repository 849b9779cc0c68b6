"""One large Chinese study group (残酷刷题群), 2018–2024: joins and leaves.

The folder `Blacklist/` of the source holds private mail and was never opened.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
    build_snapshots,
    compute_top_share,
    count_lives,
)
from helpers.measures.lurking import count_duty_outcomes
from helpers.records import DAY_US, WEEK_DAYS, to_day_us

REGISTER, SIZES = "membership_register.csv", "daily_size.csv"
BOARDS, ENTRIES = "snapshots.csv", "contest_participation.csv.gz"
KEY = "parent"
ORIGIN_US = to_day_us(date(2018, 9, 2))
END_US = to_day_us(date(2024, 3, 17))  # the register's last entry is of the day before
MISSED, NOT_YET = -1, -2
SATURDAY = 5
FIRST_CONTEST, FIRST_SUNDAY = 118, to_day_us(date(2019, 1, 6)) // DAY_US
TWELVE_WEEKS = 84


def count(raw: RawFolder) -> Counted:
    """Build tables of one study group: memberships, size, contests."""
    register = _add_dates(raw.rows(REGISTER))
    sizes = raw.rows(SIZES)
    boards = raw.rows(BOARDS)
    entries = raw.rows(ENTRIES)
    inside = boards[to_days(boards["date"]) < END_US // DAY_US]
    member = entries[entries["rank_or_code"] != NOT_YET]
    return build_counted(
        groups=_build_registry(),
        tables={
            "lives": count_lives(_build_lives(register)),
            "snapshots": _count_sizes(sizes, inside),
            "facts": _build_facts(register, member),
            "funnels": _count_duty_outcomes(register, entries),
        },
        became={
            "a board after the register's end": len(boards) - len(inside),
            "a contest before the person was a member": len(entries) - len(member),
        },
        entered={
            "memberships": len(register),
            "days": len(sizes),
            "boards": len(inside),
            "contests of members": len(member),
        },
    )


def _build_registry() -> pd.DataFrame:
    """Build the list of groups: one study group, active until the record ends."""
    registry_row = {
        "key": KEY,
        "network": "cruel",
        "kind": "study group",
        "origin_us": ORIGIN_US,
        "end_us": END_US,
        "last_us": END_US - DAY_US,
    }
    return build_registry_columns(pd.DataFrame([registry_row]))


def _add_dates(register: pd.DataFrame) -> pd.DataFrame:
    """Return dated memberships; unnamed people count as separate ones."""
    person = register["person"].fillna(pd.Series(register.index.astype("str")))
    table = register.assign(
        key=KEY,
        person=person,
        from_day=to_days(register["joined"]),
        to_day=to_days(register["left"]),
    )
    ordered = table.sort_values("from_day", kind="stable")
    return ordered.assign(turn=ordered.groupby("person").cumcount())


def _build_lives(register: pd.DataFrame) -> pd.DataFrame:
    """Count memberships by length, ending, joining year, and first or repeated."""
    gone = register["to_day"].notna()
    until = register["to_day"].fillna(END_US // DAY_US - 1)
    spans = register.assign(
        days=(until - register["from_day"]).astype("int64"),
        ending=np.where(gone, "left", "open"),
    )
    first_day = register["from_day"].eq(ORIGIN_US // DAY_US)
    year = register["joined"].str[:4]
    by_year = spans.assign(
        measure="membership by year", cohort=year.mask(first_day, "founders")
    )
    turn = np.where(register["turn"] > 0, "came back", "first time")
    by_turn = spans.assign(measure="membership by turn", cohort=turn)
    return pd.concat([by_year, by_turn])


def _count_sizes(sizes: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    """Count members and joins per day, and participants on contest days."""
    took = boards.set_index(to_days(boards["date"]))["took_newest_contest"]
    day = to_days(sizes["date"])
    table = pd.DataFrame(
        {"key": KEY, "day": day, "members": sizes["members"], "joined": sizes["joins"]}
    )
    return build_snapshots(table.assign(active=day.map(took)))


def _count_duty_outcomes(register: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Count memberships by contest participation and leaving within 12 weeks.

    Contests are weekly, on Sundays. Memberships from the first contest on record on,
    begun twelve weeks before its end, of people who are on a board.
    """
    last_day = END_US // DAY_US - TWELVE_WEEKS
    is_on_board = register["person"].isin(entries["person"])
    spans = register["from_day"].between(FIRST_SUNDAY, last_day)
    rows = register[is_on_board & spans].reset_index(drop=True)
    taken = entries[entries["rank_or_code"] > MISSED]
    day = FIRST_SUNDAY + WEEK_DAYS * (taken["contest"] - FIRST_CONTEST)
    pairs = rows[["person", "from_day", "to_day"]].reset_index()
    dated = pairs.merge(taken.assign(day=day)[["person", "day"]], on="person")
    inside = (dated["day"] - dated["from_day"]).between(0, TWELVE_WEEKS - 1)
    inside &= ~(dated["day"] > dated["to_day"])
    return count_duty_outcomes(
        rows.assign(
            cohort=rows["joined"].str[:4],
            gone=rows["to_day"] < rows["from_day"] + TWELVE_WEEKS,
            took_part=rows.index.isin(dated.loc[inside, "index"]),
        )
    )


def _build_facts(register: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Return counts of people and contest entries, and the top people's share."""
    took = entries[entries["rank_or_code"] != MISSED].groupby("person").size()
    weekday = (register["to_day"] + 3) % 7  # 1970-01-01 was a Thursday
    per = register.groupby("person").size()
    counts = {
        "key": KEY,
        "people": len(per),
        "people_who_came_back": (per > 1).sum(),
        "left_on_saturday": weekday.eq(SATURDAY).sum(),
        "contest_entries": took.sum(),
        "contest_misses": (entries["rank_or_code"] == MISSED).sum(),
        "people_with_an_entry": len(took),
        "top_1_share": compute_top_share(took, 0.01),
        "top_10_share": compute_top_share(took, 0.10),
    }
    return build_facts(pd.DataFrame([counts]))


CORPUS = load_description("zh_cruel_parent", count=count)
