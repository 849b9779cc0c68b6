"""Indirect: lower bound of the share of members who never write.

Answers and mails are counted, and nobody knows whose they are. Members less answers,
or less mails, is the fewest who sent none.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import estimate_mean_of_groups
from helpers.claims.quantities.spans import TWELVE_WEEKS, to_first_day
from helpers.claims.themes.lurkers.lurkers import LEASTS, OTHER_WEEKS
from helpers.records import DAY_US, WEEK_DAYS
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

STALE = 31
BOUND = ("proxy", "lower bound")
QUARTER, HALF_YEAR = 3, 6  # months
A_MAIL_IN_HALF = {1: 2, QUARTER: 6, HALF_YEAR: 13}  # of the weeks


@stands_in("s0-lurkers-are-many", ("meetings.answers",), needs=("member_series",))
def never_answered(evidence: Evidence) -> Finding:
    """Estimate a lower bound of members without an answer in 84 days."""
    days = {say("W = {days}", days=days): days for days in (TWELVE_WEEKS, *OTHER_WEEKS)}
    return Finding.over(
        {"days": days, "least": LEASTS},
        partial(_select_answered, evidence),
        partial(
            _require_enough,
            say("groups that met in half of the weeks or more"),
        ),
        _estimate_mean,
        definition=say(
            "members less answers to invitations of their list's first 84"
            " days, of members; groups that met in half of those weeks or"
            " more"
        ),
        qualifiers=BOUND,
        may="support",
        variant="answers",
        note=lambda rows, _: say(
            "{members} members and {sent} answers; whose they are is not told",
            members=People(rows["members"].sum()),
            sent=int(rows["sent"].sum()),
        ),
    )


@stands_in("s0-lurkers-are-many", needs=("groups", "daily", "member_series"))
def never_mailed(evidence: Evidence) -> Finding:
    """Estimate a lower bound of members without a mail in three months."""
    months = {"three months": QUARTER, "six": HALF_YEAR, "one": 1}
    return Finding.over(
        {"months": months, "least": LEASTS},
        partial(_build_spans, evidence),
        partial(
            _require_enough,
            say("groups with mail in half of the weeks or more"),
        ),
        _estimate_mean,
        definition=say(
            "members less mails of a quarter, of members at its start;"
            " quarters with mail in each month and six mails or more; mean"
            " over groups of their quarters"
        ),
        qualifiers=BOUND,
        may="support",
        variant="mails",
        note=lambda rows, _: say(
            "{n} quarters of {group} groups; whose mails they are is not"
            " told, nor is what is written elsewhere",
            n=len(rows),
            group=rows["group"].nunique(),
        ),
    )


def _require_enough(what: str, rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    groups = rows.drop_duplicates("group")
    return gates.pass_gates(
        gates.require_at_least(
            "groups",
            len(groups),
            1,
            "{n} {units}, {least} needed",
            n=len(groups),
            units=what,
        ),
        gates.require_clusters(groups["network"], groups["batch"]),
    )


def _estimate_mean(rows: pd.DataFrame) -> Interval:
    """Estimate the mean over groups of 1 − messages per member."""
    share = (1 - rows["sent"] / rows["members"]).clip(lower=0)
    groups = rows.assign(share=share).groupby("group")
    return estimate_mean_of_groups(
        groups[["network", "batch"]].first(), groups["share"].mean()
    )


def _select_answered(evidence: Evidence, days: int, least: int) -> pd.DataFrame:
    """Return groups with a member count and the later replies.

    Kept are those observed for W days that met in half of the weeks or more.
    """
    counts = evidence.table("snapshots").dropna(subset="members").sort_values("day")
    first = counts.groupby("group")[["day", "members"]].first()
    met = evidence.table("meetings").join(first, on="group", how="inner")
    met = met[met["held"].astype("boolean").fillna(value=False)]
    since = met["time_us"] // DAY_US - met["day"]
    inside = met.assign(week=since // WEEK_DAYS)[since.between(0, days - 1)]
    by = inside.groupby("group")
    names = evidence.groups.set_index("group")[["network", "batch", "end_us"]]
    rows = first.assign(weeks=by["week"].nunique(), sent=by["answers"].sum())
    rows = rows.join(names, how="inner").fillna({"weeks": 0, "sent": 0})
    whole = rows["day"] + days <= rows["end_us"] // DAY_US
    talking = rows["weeks"] * 2 >= days // WEEK_DAYS
    return rows[whole & talking & rows["members"].ge(least)].reset_index()


def _build_spans(evidence: Evidence, months: int, least: int) -> pd.DataFrame:
    """Build periods of months with enough members and mail, by group."""
    daily = evidence.daily[["group", "day", "messages"]]
    month = pd.to_datetime(daily["day"], unit="D").dt.to_period("M")
    by_month = daily.assign(month=month.astype("int64"))
    sums = by_month.groupby(["group", "month"], as_index=False)["messages"].sum()
    by_span = sums[sums["messages"] > 0].groupby(["group", sums["month"] // months])
    spans = by_span["messages"].agg(["size", "sum"]).reset_index()
    busy = (spans["size"] == months) & (spans["sum"] >= A_MAIL_IN_HALF[months])
    spans = spans[busy]
    spans = spans.assign(
        first=to_first_day(spans["month"] * months),
        after=to_first_day((spans["month"] + 1) * months),
    )
    rows = _add_members(evidence, spans)
    ends = rows["group"].map(evidence.groups.set_index("group")["end_us"])
    whole = rows["after"] <= ends // DAY_US
    return rows[whole & rows["members"].ge(least)].reset_index(drop=True)


def _add_members(evidence: Evidence, spans: pd.DataFrame) -> pd.DataFrame:
    """Add to each period the last member count of the 31 days before it."""
    counts = evidence.table("snapshots").dropna(subset="members")
    counts = counts[["group", "day", "members"]].astype("int64").sort_values("day")
    both = pd.merge_asof(
        spans.astype({"group": "int64"}).sort_values("first"),
        counts, left_on="first", right_on="day", by="group", tolerance=STALE - 1,
    )  # fmt: skip
    counted = both.dropna(subset="members").rename(columns={"sum": "sent"})
    return counted.merge(evidence.groups[["group", "network", "batch"]], on="group")
