"""Habits of those who write: their hours, their load, and what changes with age."""

from contextlib import suppress
from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.claims.designs.ratios import estimate_slope, fit_logit, fit_within
from helpers.claims.designs.shares import map_clusters
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.group_lives.evidence import (
    LEAST_IN_ARM,
    Evidence,
    classify_groups,
    require_at_least,
)
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.records import DAY_US, QUARTER_DAYS, WEEK_DAYS
from helpers.survival.bootstrap import DRAWS, choose_clusters
from helpers.survival.interval import Interval, Wald

SATURDAY = 5
MORNING, AFTERNOON, EVENING, WAKING = (9, 12), (14, 18), (19, 23), (9, 23)
SPARE_HOURS, WORKING_HOURS = {"evening": 20.0, "weekend": 28.0}, 35.0  # a week
LEAST_ITEMS, LEAST_CLUSTERS, LEAST_PEOPLE = 100, 8, 100
GONE_WEEKS = 8
LEAST_QUARTERS = 2


@quantity("spare_time_ratio", of="ratio", association=False)
def compare_hours(
    evidence: Evidence, *, evening: bool = True, weekend: bool = True
) -> Interval:
    """Estimate the ratio of messages an hour in spare time to working time.

    By people's own clock: 19–23 h and weekends 9–23 h over working days 9–12 and
    14–18 h, of groups with 100 messages.
    """
    rows = evidence.table("rhythm")
    if evidence.has("facts"):
        facts = evidence.table("facts")
        own = facts[facts["fact"] == "own_clock"]
        if len(own):
            rows = rows[rows["group"].isin(own.loc[own["value"] == 1, "group"])]
    rows = rows[rows.groupby("group")["items"].transform("sum") >= LEAST_ITEMS]
    is_weekend, hour = rows["weekday"] >= SATURDAY, rows["hour"]
    evening_h, waking_h, morning_h, afternoon_h = (
        hour.between(*hours, inclusive="left")
        for hours in (EVENING, WAKING, MORNING, AFTERNOON)
    )
    spare = (evening & evening_h & ~is_weekend) | (weekend & waking_h & is_weekend)
    work = ~is_weekend & (morning_h | afternoon_h)
    items = {
        "spare": rows["items"].where(spare, 0),
        "work": rows["items"].where(work, 0),
    }
    sums = rows.assign(**items).groupby("group")[["spare", "work"]].sum().reset_index()
    sums = sums.merge(evidence.groups[["group", "network", "batch"]], on="group")
    require_at_least(len(sums), LEAST_CLUSTERS, "groups with people's own clock")
    hours = SPARE_HOURS["evening"] * evening + SPARE_HOURS["weekend"] * weekend
    ones = np.ones(len(sums))
    return estimate_rate_ratio(
        sums["spare"], hours * ones, sums["work"], WORKING_HOURS * ones,
        choose_clusters(sums["network"], sums["batch"]), replicates=DRAWS,
    )  # fmt: skip


@quantity("written_per_doubling", of="ratio", unit="weeks")
def compare_loads(evidence: Evidence, *, lag: int = 1) -> Interval:
    """Estimate the ratio of messages written per doubling of those received last week.

    Within persons, from their first message to eight weeks after the last; messages by
    others in their groups. All messages of the week are adjusted for.

    `lag`: weeks between; −1 compares with what is received in the week after.
    """
    rows = _count_weeks(evidence, lag)
    people = rows["member"].nunique()
    several = rows.groupby("member")["groups"].max() > 1
    require_at_least(people, LEAST_PEOPLE, "people with two weeks or more")
    require_at_least(int(several.sum()), LEAST_PEOPLE, "people in several groups")
    exposures = pd.DataFrame(
        {name: np.log2(1 + rows[name].astype(float)) for name in ("received", "whole")}
    )
    clusters = cluster_by_label(rows["member"])
    return fit_within(rows["messages"], exposures, rows["member"], clusters)


def _count_weeks(evidence: Evidence, lag: int) -> pd.DataFrame:
    """Count by person and week the messages received, and those written later."""
    days = evidence.table("member_days")
    days = days.assign(week=days["day"] // WEEK_DAYS)
    weekly_total = days.groupby("week")["messages"].sum()
    own = days.groupby(["member", "group", "week"], as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"])["messages"].sum().rename("all").reset_index()
    spans = own.groupby(["member", "group"], as_index=False)["week"].min()
    weeks = spans.rename(columns={"week": "since"}).merge(talk, on="group")
    of_member = own.groupby("member")["week"]
    first, last = of_member.min(), of_member.max() + GONE_WEEKS
    until = weeks["member"].map(last).clip(upper=int(own["week"].max()))
    inside = (weeks["week"] + lag).between(weeks["member"].map(first), until)
    weeks = weeks[(weeks["week"] >= weeks["since"]) & inside]
    weeks = weeks.merge(own, "left", ["member", "group", "week"])
    weeks["received"] = weeks["all"] - weeks["messages"].fillna(0)
    by = weeks.groupby(["member", "week"], as_index=False)
    load = by.agg(received=("received", "sum"), groups=("group", "size"))
    written = own.groupby(["member", "week"], as_index=False)["messages"].sum()
    written["week"] -= lag
    rows = load.merge(written, "left", ["member", "week"]).fillna({"messages": 0})
    rows["whole"] = (rows["week"] + lag).map(weekly_total).fillna(0)
    repeats = rows.groupby("member")["week"].transform("size") > 1
    several: pd.DataFrame = rows[repeats].reset_index(drop=True)
    return several


@quantity("written_per_doubling_in_pairs", of="ratio", unit="pairs of weeks")
def compare_loads_in_pairs(evidence: Evidence, *, lag: int = 1) -> Interval:
    """Estimate the same ratio from pairs of a person's weeks, at five weeks' distance.

    Conditional on what was written after both, the share after the later one follows
    a logit of the difference in messages received; own ones are adjusted for.
    """
    rows = evidence.study.table("loads")
    people = int(rows["in_several"].max())
    require_at_least(people, LEAST_PEOPLE, "people in several groups")
    rows = rows[rows["lag"] == lag]
    design = np.column_stack([np.ones(len(rows)), rows["load"], rows["own"]])
    counts = rows[["later", "earlier"]].to_numpy(np.float64)
    classes = rows["people_class"].to_numpy()
    known, within = design.astype(np.float64), {"groups": classes}
    divided = UndeterminedError("loads divide later from earlier", where="pairs")
    fit = fit_logit(counts, known, divided, cov_type="cluster", cov_kwds=within)
    k, ratio = len(np.unique(classes)), float(np.exp(fit.params[1]))
    rule = Wald(ratio, float(fit.bse[1]), "log", k - 1)
    method = f"conditional logit of pairs, {k} classes, t({k - 1})"
    n = int(rows["pairs"].sum())
    return Interval.of(ratio, rule, method=method, n=n, clusters=k)


@quantity("host_messages_by_age", of="ratio", unit="group-quarters")
def follow_hosts(evidence: Evidence, *, least: int = LEAST_QUARTERS) -> Interval:
    """Estimate the ratio of the first host's messages per 90 days of a group's age.

    Within living groups. The host is who wrote most in the first four weeks.

    `least`: quarters that a group must have.
    """
    rows = _list_quarters(evidence, least)
    clusters = map_clusters(evidence.groups, rows["group"])
    return fit_within(rows["host"], rows[["age"]], rows["group"], clusters)


@quantity("replies_by_age", of="difference", unit="group-quarters")
def follow_replies(evidence: Evidence) -> Interval:
    """Estimate the change in the share of messages that answer, per 90 days of age."""
    return _follow_share(evidence, evidence.replies_column)


@quantity("links_by_age", of="difference", unit="group-quarters")
def follow_links(evidence: Evidence) -> Interval:
    """Estimate the change in the share of messages with a link, per 90 days of age."""
    return _follow_share(evidence, "with_link")


def _follow_share(evidence: Evidence, column: str) -> Interval:
    rows = _list_quarters(evidence, LEAST_QUARTERS)
    table = pd.DataFrame({"share": rows[column] / rows["messages"], "age": rows["age"]})
    deviations = table - table.groupby(rows["group"]).transform("mean")
    clusters = map_clusters(evidence.groups, rows["group"])
    return estimate_slope(deviations["share"], deviations[["age"]], clusters)


@lru_cache(maxsize=8)
def _list_quarters(evidence: Evidence, least: int) -> pd.DataFrame:
    """List the 90-day periods of age in which groups on a subject talked."""
    dated = evidence.of_known_age
    groups = dated.groups.set_index("group")
    unseen = (groups["entry_us"] - groups["origin_us"]) / (QUARTER_DAYS * DAY_US)
    unseen[dated.from_birth["group"]] = 0.0
    rows = dated.table("quarters")
    rows = rows[(rows["quarter"] >= rows["group"].map(unseen)) & rows["messages"].gt(0)]
    with suppress(NotIdentifiableError):  # nobody told what groups are about
        subject = rows["group"].map(classify_groups(evidence, "about"))
        rows = rows[subject.eq("topic")]
    rows = rows[rows.groupby("group")["quarter"].transform("size") >= least]
    require_at_least(rows["group"].nunique(), LEAST_IN_ARM, "groups of two quarters")
    return rows.reset_index(drop=True).assign(age=lambda r: r["quarter"].astype(float))
