"""Activity in a group's first days, weeks and month."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.finding import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.spans import to_local_day
from helpers.records import DAY_US
from helpers.wording import say

FROM_FIRST_MESSAGES = ("groups", "births", "senders", "early_posters")
FIRST_WEEKS = "0-27"
REPLIES = {
    say("explicit replies"): "replies_explicit",
    say("adjacent replies too"): "replies",
}
VOLUME, SIZE = "messages", "posters"
ADJUSTED = {"volume adjusted": (VOLUME,), say("number of posters too"): (VOLUME, SIZE)}
COMPANIES = {say("all groups"): 1, say("without announcement-only groups"): 2}
BY_REPLIES: Sets = {"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED}


def list_joins(evidence: Evidence) -> pd.DataFrame:
    """List members' dated joins and leaves, by group."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    return rows.rename(columns={"joined_us": "came_us"})


def compute_age_at(
    evidence: Evidence, rows: pd.DataFrame, column: str
) -> pd.Series[float]:
    """Convert times to the age, in days, of each row's group."""
    origin = evidence.groups.set_index("group")["origin_us"]
    return (rows[column] - rows["group"].map(origin)) / DAY_US


def count_early_days(evidence: Evidence, day: int) -> pd.DataFrame:
    """Count active days and messages of each member before a group age."""
    rows = evidence.table("member_days")
    born = to_local_day(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    return early.groupby(["group", "member"], as_index=False).agg(
        days=("day", "size"), messages=("messages", "sum")
    )


def select_first_weeks(evidence: Evidence, least: int = 1) -> pd.DataFrame:
    """Select groups with messages and at least `least` posters in days 0–27."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    return rows[(rows["messages"] > 0) & (rows["posters"].fillna(1) >= least)]


def select_born_in(evidence: Evidence, window: str) -> pd.DataFrame:
    """Select groups observed from their origin, with activity in an age window."""
    rows = evidence.window(window)
    return rows[rows["group"].isin(evidence.from_birth["group"])]


def summarise_first_month(evidence: Evidence) -> pd.DataFrame:
    """Return messages, posters and core members of each group's first 28 days."""
    rows = select_born_in(evidence, FIRST_WEEKS)
    first = evidence.months[evidence.months["month"] == 0]
    first = first.drop(columns=["month", "messages", "posters", "later_by_others"])
    return rows.merge(first, "left", "group").fillna(dict.fromkeys(first.columns, 0))
