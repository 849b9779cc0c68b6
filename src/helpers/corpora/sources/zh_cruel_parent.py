"""One large Chinese study group (残酷刷题群), 2018–2024: joins and leaves.

The folder `Blacklist/` of the source holds private mail and was never opened.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.registers import build_registry
from helpers.measures.lurking import count_duty_outcomes
from helpers.records import DAY_US, WEEK_DAYS, to_day_us

REGISTER, ENTRIES = "membership_register.csv", "contest_participation.csv.gz"
KEY = "parent"
ORIGIN = date(2018, 9, 2)
END_US = to_day_us(date(2024, 3, 17))  # the register's last entry is of the day before
MISSED, NOT_YET = -1, -2
FIRST_CONTEST, FIRST_SUNDAY = 118, to_day_us(date(2019, 1, 6)) // DAY_US
TWELVE_WEEKS = 84


def count(raw: RawFolder) -> Counted:
    """Build tables of one study group: who took part in its contests, and who left."""
    register = _add_dates(raw.rows(REGISTER))
    entries = raw.rows(ENTRIES)
    before = int((entries["rank_or_code"] == NOT_YET).sum())
    return Counted(
        build_registry(
            KEY,
            network="cruel",
            kind="study group",
            origin_us=ORIGIN,
            end_us=END_US,
            last_us=END_US - DAY_US,
        ),
        {"funnels": _count_duty_outcomes(register, entries)},
        {"a contest before the person was a member": before},
        {
            "memberships": len(register),
            "contests of members": len(entries) - before,
        },
    )


def _add_dates(register: pd.DataFrame) -> pd.DataFrame:
    """Return dated memberships; unnamed people count as separate ones."""
    person = register["person"].fillna(pd.Series(register.index.astype("str")))
    return register.assign(
        key=KEY,
        person=person,
        from_day=to_days(register["joined"]),
        to_day=to_days(register["left"]),
    ).sort_values("from_day", kind="stable")


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
