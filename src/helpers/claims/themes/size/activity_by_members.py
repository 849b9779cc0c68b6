"""Indirect: how monthly activity grows with the number of members.

A row is a group and a calendar month of 28 days: members as counted last before it,
and what was done in it: people who wrote, answers to meetings, or meetings.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Specification, Supplement
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.count_regression import compare_kinds, fit_within
from helpers.claims.quantities.quantity import enclose_bounds
from helpers.claims.quantities.spans import MONTH, to_local_day
from helpers.survival import Interval
from helpers.wording import say

STALE = 31
LEAST_GROUPS = 30
ACTIVITY = "activity only"


def activity_by_members(evidence: Evidence) -> Finding:
    """Estimate the elasticity of a group's monthly activity to its members."""
    rows = _sum_by_month(evidence)
    n_groups = int(rows["group"].nunique())
    passed = gates.pass_gates(
        gates.require_groups(n_groups, LEAST_GROUPS),
        gates.require_clusters(evidence.groups["network"], evidence.groups["batch"]),
    )
    large = rows[rows["members"] >= rows["members"].median()]
    return Finding(
        cases="months",
        components=(_estimate_both(evidence, rows),),
        definition=say(
            "elasticity of {meetings} in 28 days to {receivers}, limits of"
            " the one within groups and the one between them enclosed",
            meetings=_describe_meetings(evidence),
            receivers=_describe_receivers(evidence),
        ),
        gates=passed,
        specifications=(
            Specification.tried(
                say("upper half of sizes"), partial(_estimate_both, evidence, large)
            ),
            Specification.tried(
                say("within groups"), partial(_fit_within_groups, evidence, rows)
            ),
            Specification.tried(
                say("between groups"), partial(_fit_between_groups, evidence, rows)
            ),
        ),
        beside=(
            Supplement(say("within groups"), _fit_within_groups(evidence, rows)),
            Supplement(say("between groups"), _fit_between_groups(evidence, rows)),
        ),
        qualifiers=(*QUALIFIERS, ACTIVITY),
        variant="" if _has_activity(evidence) else "meetings",
        note=say(
            "{n} months of {n_groups} groups; conversions are not recorded",
            n=len(rows),
            n_groups=n_groups,
        ),
    )


def _has_activity(evidence: Evidence) -> bool:
    return bool(evidence.table("snapshots")["active"].notna().any())


def _describe_receivers(evidence: Evidence) -> str:
    if _is_measured_later(evidence):
        return say("people who joined a day in the 28 before")
    return say("members before them")


def _describe_meetings(evidence: Evidence) -> str:
    if _has_activity(evidence):
        return say("people who wrote a day")
    announced = "meetings" in evidence.study.manifest.tables
    return say("answers to meetings") if announced else say("meetings")


def _sum_by_month(evidence: Evidence) -> pd.DataFrame:
    """Return members and activity (such as posts) by group and calendar month."""
    rows = (
        _select_joining_months(evidence)
        if _is_measured_later(evidence)
        else _list_counted_months(evidence)
    )
    year = pd.to_datetime(rows["month"] * MONTH, unit="D").dt.year
    complete = rows.assign(year=year).dropna(subset="done")
    months: pd.DataFrame = complete.sort_values(["group", "month"], ignore_index=True)
    return months


def _is_measured_later(evidence: Evidence) -> bool:
    """Return whether member counts were inferred from later messages."""
    return evidence.observability.members_source == "events"


def _select_joining_months(evidence: Evidence) -> pd.DataFrame:
    """Return group-months with the mean daily joins of the month before."""
    days = evidence.table("snapshots").dropna(subset="joined")
    days = days.assign(month=days["day"] // MONTH)
    joins = days.groupby(["group", "month"], as_index=False)["joined"].mean()
    joins = joins.assign(month=joins["month"] + 1).rename(columns={"joined": "members"})
    rows = joins[joins["members"] > 0]
    both: pd.DataFrame = rows.merge(
        _sum_work(evidence, days), "left", ["group", "month"]
    )
    return both


def _list_counted_months(evidence: Evidence) -> pd.DataFrame:
    """Return group-months with the last member count before each month."""
    counted = evidence.table("snapshots").dropna(subset="members")
    counted = counted[counted["members"] > 0].astype({"group": "int64", "day": "int64"})
    counted = counted.sort_values("day")
    grid = _build_grid(evidence, counted)
    months = pd.merge_asof(
        grid.sort_values("first"), counted[["group", "day", "members"]],
        left_on="first", right_on="day", by="group", allow_exact_matches=False,
    )  # fmt: skip
    months = months[months["first"] - months["day"] <= STALE]
    activity = _sum_work(evidence, counted)
    rows = months.merge(activity, "left", ["group", "month"])
    if "meetings" in evidence.study.manifest.tables:
        rows = rows.fillna({"done": 0.0})
    return rows


def _build_grid(evidence: Evidence, counted: pd.DataFrame) -> pd.DataFrame:
    """Return all 28-day months between a group's first and last member count."""
    until = to_local_day(evidence, evidence.groups.set_index("group")["end_us"])
    span = counted.groupby("group")["day"].agg(["min", "max"])
    first = span["min"] // MONTH + 1
    stop = (np.minimum(span["max"], until.reindex(span.index)) + 1) // MONTH
    n_months = (stop - first).clip(lower=0).to_numpy(int)
    group = np.repeat(span.index.to_numpy(), n_months)
    nth = np.arange(len(group)) - np.repeat(np.cumsum(n_months) - n_months, n_months)
    month = np.repeat(first.to_numpy(), n_months) + nth
    return pd.DataFrame(
        {"group": group, "month": month, "first": MONTH * month}
    ).astype("int64")


def _sum_work(evidence: Evidence, counted: pd.DataFrame) -> pd.DataFrame:
    """Sum what a source counts as activity, such as posts, by group and month."""
    if _has_activity(evidence):
        rows = evidence.table("snapshots").dropna(subset="active")
        rows = rows.assign(month=rows["day"] // MONTH, done=rows["active"])
        return rows.groupby(["group", "month"])["done"].mean().reset_index()
    if "meetings" in evidence.study.manifest.tables:
        rows = evidence.table("meetings")
        rows = rows[rows["held"].astype(bool)]
        month = to_local_day(evidence, rows["time_us"]) // MONTH
        rows = rows.assign(month=month, done=rows["answers"])
        return rows.groupby(["group", "month"])["done"].sum().reset_index()
    rows = counted.assign(month=counted["day"] // MONTH)
    last = rows.groupby(["group", "month"], as_index=False)["posts"].last()
    before = last.groupby("group")["month"].diff() == 1
    activity = last.groupby("group")["posts"].diff().where(before).clip(lower=0)
    months: pd.DataFrame = last.assign(done=activity).dropna(subset="done")
    return months[["group", "month", "done"]]


def _estimate_both(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    return enclose_bounds(
        _fit_within_groups(evidence, rows), _fit_between_groups(evidence, rows),
        why="and between groups, limits of both enclosed",
    )  # fmt: skip


def _fit_within_groups(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    years = pd.get_dummies(rows["year"], drop_first=True, dtype=float)
    logs = years.assign(members=np.log(rows["members"].astype("float64")))
    clusters = choose_clusters_for(evidence, rows["group"])
    return fit_within(rows["done"], logs, rows["group"], clusters).coefficient(
        "members"
    )


def _fit_between_groups(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    by = rows.groupby("group").agg(
        done=("done", "sum"), members=("members", "mean"), months=("month", "size")
    )
    logs = by[["members", "months"]].astype("float64").apply(np.log)
    logs = logs.loc[:, (logs.max() > logs.min()) | (logs.columns == "members")]
    clusters = choose_clusters_for(evidence, by.index.to_series())
    return compare_kinds(by["done"], logs, clusters).coefficient("members")
