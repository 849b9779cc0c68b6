"""Content of the first weeks: amount, steadiness, timetables and opening questions.

An item of content is a message of 60 words, or a link with a comment; nobody judged
what was said.
"""

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import compare_at_landmark, log_adjusted
from helpers.claims.designs.ratios import estimate_odds_ratio, fit_within
from helpers.claims.designs.shares import estimate_share_of, map_clusters
from helpers.claims.quantity import Detector, Item, Schedule, quantity
from helpers.group_lives.evidence import (
    LEAST_IN_ARM,
    Evidence,
    require_at_least,
    require_sampled,
)
from helpers.group_lives.lurking import Sums
from helpers.group_lives.silence import select_recorded
from helpers.records import DAY_US, MONTH_DAYS, WEEK_DAYS
from helpers.survival.bootstrap import choose_clusters
from helpers.survival.interval import Interval

WEEKS, STEADY_WEEKS = 12, 9
YEAR = 365
LEAST_ALIVE, LEAST_TOP, LEAST_IN_CELL = 200, 20, 2


@quantity("end_hazard_by_content", of="ratio")
def compare_by_content(
    evidence: Evidence, *, definition: Item = "items", share: bool = False
) -> Interval:
    """Estimate the hazard ratio of silence per doubling of 1 + items a week, days 0–27.

    Messages and posters are adjusted for.
    """
    rows = evidence.window("0-27").set_index("group")
    born = rows.index.isin(evidence.from_birth["group"])
    rows = rows[born & (rows["messages"] > 0)]
    days = evidence.table("content")
    early = days[days["age_day"].between(0, MONTH_DAYS - 1)]
    counts = early.groupby("group")[definition].sum().reindex(rows.index).fillna(0)
    shares = counts / rows["messages"]
    exposure: pd.Series[float] = np.log2(1 + counts / (MONTH_DAYS / WEEK_DAYS))
    return compare_at_landmark(
        evidence,
        shares / shares.std() if share else exposure,
        MONTH_DAYS,
        adjust=log_adjusted(rows, "messages", "posters"),
    )


@quantity("steady_content_of_best", of="share")
def estimate_steady_share(
    evidence: Evidence,
    *,
    definition: Item = "items",
    top: float = 0.9,
    others: bool = False,
) -> Interval:
    """Estimate the share of the best groups with content in nine of twelve weeks.

    The best tenth of groups alive at day 84, by people who wrote something else in days
    84–364; or the others.
    """
    lives = select_recorded(evidence)
    alive = lives.group[lives.durations > WEEKS * WEEK_DAYS]
    groups = evidence.groups.set_index("group", drop=False).loc[alive]
    followed = groups["end_us"] - groups["origin_us"] >= YEAR * DAY_US
    groups = groups[followed].rename_axis(None)
    require_at_least(len(groups), LEAST_ALIVE, "groups alive at day 84")
    supply = evidence.table("supply")
    later = supply[supply["definition"] == definition].set_index("group")
    posters = later["other_posters"].reindex(groups.index).fillna(0)
    best = (posters >= posters.quantile(top)) & (posters > 0)
    require_at_least(int(best.sum()), LEAST_TOP, "groups in the best tenth")
    days = evidence.table("content")
    week = (days["age_day"] // WEEK_DAYS).rename("week")
    counts = days.groupby(["group", week])[definition].sum().reset_index()
    has_items = counts[(counts["week"] < WEEKS) & (counts[definition] > 0)]
    steady = has_items.groupby("group").size()
    chosen = groups[best != others]
    return estimate_share_of(
        chosen, chosen.index.isin(steady.index[steady >= STEADY_WEEKS])
    )


@quantity("timetable_odds_of_best", of="ratio")
def compare_timetables(
    evidence: Evidence,
    *,
    kept: Schedule = "scheduled",
    top: float = 0.9,
    volume: bool = False,
) -> Interval:
    """Estimate the odds ratio of long messages at fixed hours, best tenth and the rest.

    Of groups alive at day 84; the best by people who wrote short messages in days
    84–364, so that no message counts for both.
    """
    times = evidence.table("timetables")
    groups = evidence.from_birth
    age = (groups["end_us"] - groups["origin_us"]) / DAY_US
    last = (groups["last_us"] - groups["origin_us"]) / DAY_US
    rows = groups[(age > YEAR - 1) & (last >= WEEKS * WEEK_DAYS)]
    rows = rows.drop(columns="posters")
    rows = rows.merge(times, "left", "group")
    short = evidence.table("short_talk")[["group", "posters"]]
    rows = rows.merge(short, "left", "group")
    require_sampled(rows, LEAST_ALIVE // 2)
    posters = rows["posters"].fillna(0)
    best = posters > posters.quantile(top)
    table = pd.DataFrame({"kept": rows[kept].eq(True).astype(float)})  # noqa: FBT003
    cells = pd.crosstab(best, table["kept"]).reindex(
        index=[False, True], columns=[0.0, 1.0], fill_value=0
    )
    smallest = int(cells.to_numpy().min())
    require_at_least(smallest, LEAST_IN_CELL, "groups in the smallest of four cells")
    if volume:
        table["volume"] = np.log1p(rows["long_messages"].fillna(0).astype(float))
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_odds_ratio(best, table, clusters)


@quantity("talk_on_prompt_days", of="ratio", unit="days")
def compare_prompt_days(
    evidence: Evidence, *, detector: Detector = "prompt", before: bool = False
) -> Interval:
    """Estimate the ratio of members' messages on days that open with a question.

    Against other days with a message by the host, who wrote most in days 0–27; within
    groups and weekdays, given the week that ended two days before.
    """
    days = evidence.table("host_days")
    days = days.assign(prompt=days[detector])
    shift = evidence.study.manifest.day_offset_us
    born = (evidence.groups.set_index("group")["origin_us"] + shift) / DAY_US
    later = days["day"] > days["group"].map(born) + MONTH_DAYS
    chosen = later & days["prompt"].notna() & days["host"].gt(0)
    rows = days[chosen].reset_index(drop=True)
    rows = rows.assign(prompt=rows["prompt"].astype("float64"))
    both = rows.groupby("group")["prompt"].nunique().eq(2)
    require_at_least(int(both.sum()), LEAST_IN_ARM, "groups with both kinds of day")
    columns = ["group", "day", "others"]
    written = Sums.of(*days[columns].to_numpy(np.int64).T)
    group, day, _ = rows[columns].to_numpy(np.int64).T
    outcome = written.between(group, day - 1, day) if before else rows["others"]
    trailing = np.log1p(written.between(group, day - 8, day - 1))
    exposures = rows[["prompt"]].assign(trailing=trailing)
    unit = rows["group"] * WEEK_DAYS + rows["day"] % WEEK_DAYS
    clusters = map_clusters(evidence.groups, rows["group"])
    return fit_within(outcome, exposures, unit, clusters)
