"""How groups begin and what follows: seed users, a rush, size, a meeting, less talk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import (
    Landmark,
    compare_at_landmark,
    estimate_ratio_of_stretches,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.ratios import compare_means
from helpers.claims.quantity import SMALL, quantity
from helpers.group_lives.evidence import (
    Evidence,
    find_first_day,
    measure_fact,
    require_arms,
    require_at_least,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.group_lives.silence import define_silent
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.records import DAY_US, MONTH_DAYS
from helpers.survival.bootstrap import DRAWS, choose_clusters
from helpers.survival.estimates import estimate_mean_lifetime_ratio
from helpers.survival.interval import Interval

PANDEMIC = (pd.Timestamp("2020-03-01"), pd.Timestamp("2022-01-01"))
DAY_S = 86_400
AT_ONCE = 0.5  # days, of who met once: the grid is a day
THIRD = 3  # whole calendar month, the first being 1
LEAST_OF_A_SIZE = 10  # large groups are rare; the interval says how few they are
YEAR = 365.0


@quantity("seeded_hazard", of="ratio")
def estimate_seeded_hazard(
    evidence: Evidence, *, day: int = 14, least: int = 3
) -> Interval:
    """Estimate the hazard ratio of silence, several seed users against none.

    A seed user is somebody else than the first poster, who first wrote within seven
    days and wrote on three days before the landmark. Early messages and posters are
    adjusted for.
    """
    rows = evidence.table("beginnings").set_index("group")
    names = ["messages", "posters", "seeds"]
    counts = rows[[f"{name}_{day}" for name in names]].set_axis(names, axis=1)
    counts = counts.reindex(evidence.from_birth["group"], fill_value=0)
    seeds = counts["seeds"].astype("float64")
    between = (seeds > 0) & (seeds < least)
    return compare_at_landmark(
        evidence,
        seeds.ge(least).astype("float64").where(~between, np.nan),
        day,
        adjust=log_adjusted(counts, "messages", "posters"),
    )


@quantity("rushed_hazard", of="ratio")
def estimate_rushed_hazard(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of silence, groups that filled fast against slowly.

    Thirds by the share of the writers of days 0–27 who first wrote by day 2; writers
    and messages are adjusted for.
    """
    rows = evidence.table("beginnings").set_index("group")
    rows = rows[rows.index.isin(evidence.from_birth["group"])]
    counts = rows[rows["posters_28"] > 0]
    return Landmark(
        evidence=evidence,
        exposure=counts["came_by_2"] / counts["posters_28"],
        adjust=log_adjusted(counts, "posters_28", "messages_28"),
        coding=mark_terciles,
    ).estimate_hazard_ratio()


@quantity("life_by_writers", of="ratio")
def estimate_life_by_writers(
    evidence: Evidence, *, other_low: int = 31, other_high: int = 100
) -> Interval:
    """Estimate the ratio of mean lives after day 28 of groups of two ranges of size.

    Days lived in the year that follows; size is the people who wrote in days 0–27.
    """
    lives, _ = define_silent(evidence)
    late = lives.where(lives.durations > MONTH_DAYS)
    rates = evidence.rates[evidence.rates["age_day"] < MONTH_DAYS]
    rates = rates[rates["group"].isin(evidence.from_birth["group"])]
    writers = rates.groupby("group")["posters_28"].last().reindex(late.group)
    first = writers.between(*SMALL).to_numpy()
    second = writers.between(other_low, other_high).to_numpy()
    for arm in (first, second):
        require_at_least(int(arm.sum()), LEAST_OF_A_SIZE, "groups of a range of size")
    both = first | second
    own = late.where(both)
    choose_clusters(own.network, own.batch)
    own = replace(
        own,
        durations=own.durations - MONTH_DAYS,
        entry=np.maximum(own.entry - MONTH_DAYS, 0.0),
        potential=own.potential - MONTH_DAYS,
    )
    return estimate_mean_lifetime_ratio(own, first[both], YEAR, replicates=DRAWS)


@quantity("active_by_size", of="ratio", unit="clubs")
def compare_clubs_by_size(evidence: Evidence) -> Interval:
    """Estimate the ratio of shares still active two years on, of two ranges of size."""
    members = measure_fact(evidence, "members_2023")
    active = measure_fact(evidence, "active_2025").reindex(members.index)
    first = members.between(*SMALL)
    both = first | (members > SMALL[1])
    for arm in (first, both & ~first):
        require_at_least(int(arm.sum()), LEAST_OF_A_SIZE, "clubs of a range of size")
    own = members[both].index.to_series()
    return compare_means(active[both], first[both], cluster_by_label(own))


@quantity("end_hazard_of_first_met_offline", of="ratio", unit="chapters")
def compare_first_meetings(
    evidence: Evidence, *, w_days: float = YEAR, since: int = 0
) -> Interval:
    """Estimate the hazard ratio of meeting no more, first met in person to online.

    The time of the pandemic and the year of the first meeting are adjusted for.
    """
    chapters = _list_chapters(evidence, w_days, since)
    require_arms(chapters["exposure"] == 1, chapters["ended"])
    require_events_per_coefficient(int(chapters["ended"].sum()), 3)
    clusters = choose_clusters(chapters["network"], chapters["batch"])
    rows = _split_at_pandemic(chapters.assign(code=clusters.codes))
    columns = rows[["exposure", "in_pandemic", "year"]]
    found = estimate_ratio_of_stretches(rows, columns, rows["code"])
    return replace(found, n=len(chapters))


def _list_chapters(evidence: Evidence, w_days: float, since: int) -> pd.DataFrame:
    """List chapters with the days from their first to their last meeting."""
    meetings = evidence.table("meetings").sort_values(["group", "time_us"])
    end_us = evidence.groups["end_us"].max()
    held = meetings[(meetings["time_us"] < end_us) & meetings["held"].astype(bool)]
    first = held.drop_duplicates("group").set_index("group")[["time_us", "online"]]
    data = evidence.groups.set_index("group")[["network", "batch"]]
    data = data.join(first, how="inner")
    last = (held.groupby("group")["time_us"].max() - data["time_us"]) / DAY_US
    follow = (end_us - data["time_us"]) / DAY_US - w_days
    began = pd.to_datetime(data["time_us"], unit="us")
    ended = last < follow
    data = data.assign(
        began=began,
        year=(began.dt.year - began.dt.year.min()).astype("float64"),
        exposure=1.0 - data["online"].eq(True).astype("float64"),  # noqa: FBT003
        duration=np.maximum(last.where(ended, follow), AT_ONCE),
        ended=ended,
    )
    chapters: pd.DataFrame = data[(follow > 0) & (began.dt.year >= since)]
    return chapters


def _split_at_pandemic(chapters: pd.DataFrame) -> pd.DataFrame:
    """Split each life into stretches before, in and after the pandemic."""
    cuts = [(at - chapters["began"]).dt.total_seconds() / DAY_S for at in PANDEMIC]
    none, ever = (pd.Series(edge, chapters.index) for edge in (0.0, np.inf))
    edges = [none, *cuts, ever]
    parts = [
        chapters.assign(
            start=edges[nth].clip(lower=0),
            stop=np.minimum(edges[nth + 1], chapters["duration"]),
            in_pandemic=float(nth == 1),
        )
        for nth in range(len(edges) - 1)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["stop"] > rows["start"]]
    return rows.assign(ended=rows["ended"] & (rows["stop"] == rows["duration"]))


@quantity("later_talk", of="ratio", association=False)
def estimate_later_talk(
    evidence: Evidence, *, early: str = "1-13", late: str = "56-83"
) -> Interval:
    """Estimate the ratio of messages a day in a later range of ages to an earlier one.

    Of groups observed through both; those silent later count with 0. The ratio of
    totals is the period effect of a Poisson model with an effect for each group.

    `early, late`: names of windows, in days of age.
    """
    first = evidence.window(early)
    first = first[first["group"].isin(evidence.from_birth["group"])]
    second = evidence.window(late)[["group", "messages", "from_day", "to_day"]]
    return _compare(first.merge(second, on="group", suffixes=("", "_late")))


@quantity("later_talk_by_month", of="ratio", association=False)
def estimate_later_talk_by_month(evidence: Evidence) -> Interval:
    """Estimate the ratio of messages a day, third to first whole calendar month.

    The first days lie in neither, so that the loss of novelty is underrated.
    """
    groups = evidence.from_birth
    born, end = (_to_month(groups[name] // DAY_US) for name in ("origin_us", "end_us"))
    groups = groups.assign(born=born)[end - born > THIRD]
    daily = evidence.table("daily")
    since = _to_month(daily["day"]) - daily["group"].map(
        groups.set_index("group")["born"]
    )
    messages = daily.groupby(["group", since.rename("since")])["messages"].sum()
    for name, month in (("", 1), ("_late", THIRD)):
        of = messages[messages.index.get_level_values("since") == month]
        total = groups["group"].map(of.droplevel("since")).fillna(0)
        groups[f"messages{name}"] = total
        first = find_first_day(groups["born"] + month)
        groups[f"from_day{name}"] = np.maximum(first, groups["origin_us"] // DAY_US)
        groups[f"to_day{name}"] = find_first_day(groups["born"] + month + 1) - 1
    return _compare(groups)


def _compare(both: pd.DataFrame) -> Interval:
    """Estimate the ratio of rates of two windows of the same groups."""
    require_sampled(both)
    return estimate_rate_ratio(
        both["messages_late"],
        both["to_day_late"] - both["from_day_late"] + 1,
        both["messages"],
        both["to_day"] - both["from_day"] + 1,
        choose_clusters(both["network"], both["batch"]),
        replicates=DRAWS,
    )


def _to_month(days: pd.Series[int]) -> pd.Series[int]:
    """Convert day numbers since 1970 to calendar month numbers since 1970."""
    at = pd.to_datetime(days, unit="D")
    return (at.dt.year - 1970) * 12 + at.dt.month - 1
