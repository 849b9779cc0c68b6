"""Replies and thanks: whether newcomers stay, and groups live, that get them."""

from dataclasses import replace

import pandas as pd

from helpers.claims.designs.hazards import (
    compare_at_landmark,
    drop_constant,
    estimate_ratio_of_stretches,
    list_months_at_risk,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.ratios import (
    compute_paired_difference,
    estimate_stratified_ratio,
)
from helpers.claims.designs.shares import map_clusters
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import (
    LEAST_GROUPS,
    Evidence,
    require_at_least,
    require_events_per_coefficient,
)
from helpers.records import MONTH_DAYS
from helpers.survival.interval import Interval

LEAST_NEWCOMERS, LEAST_CLUSTERS = 200, 8
TEN_POINTS, TWENTY_POINTS = 0.10, 0.2


@quantity("leaving_of_unanswered", of="ratio", unit="newcomers")
def compare_unanswered(
    evidence: Evidence, *, hours: int = 24, replies: str = "explicit", from_day: int = 0
) -> Interval:
    """Estimate the hazard ratio of writing no more, newcomers unanswered to answered.

    Within groups, from life tables of who wrote for the first time.
    """
    rows = evidence.table("newcomers")
    rows = rows[rows["within_hours"].eq(hours) & rows["replies"].eq(replies)]
    rows = rows[rows["group"].isin(evidence.from_birth["group"])]
    people = int(rows.loc[rows["from_day"].eq(from_day), "at_risk"].sum())
    require_at_least(people, LEAST_NEWCOMERS, "newcomers")
    sums = rows.assign(answered=rows["answered"].astype(bool)).pivot_table(
        index=["group", "from_day"], columns="answered", values=["at_risk", "ended"],
        aggfunc="sum", fill_value=0,
    )  # fmt: skip
    sides = [(name, side) for name in ("at_risk", "ended") for side in (True, False)]
    tables = sums.reindex(columns=pd.MultiIndex.from_tuples(sides), fill_value=0)
    tables = tables[tables.index.get_level_values("from_day") >= from_day]
    groups = tables.index.get_level_values("group").to_series().reset_index(drop=True)
    require_at_least(groups.nunique(), LEAST_CLUSTERS, "groups")
    found = estimate_stratified_ratio(
        tables["at_risk"], tables["ended"], map_clusters(evidence.groups, groups)
    )
    return replace(found, n=people)


@quantity("end_hazard_by_unanswered", of="ratio", unit="months")
def compare_unanswering_groups(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of a lull of 60 days per ten more points unanswered.

    The points are of newcomers without an explicit answer in the month of 28 days
    before; its messages and posters are adjusted for.
    """
    rows = list_months_at_risk(evidence)
    newcomers = rows["newcomers"].where(rows["newcomers"] > 0)
    share = rows["unanswered"].astype("float64") / newcomers / TEN_POINTS
    rows = rows.assign(exposure=share).dropna(subset="exposure")
    require_at_least(rows["group"].nunique(), LEAST_GROUPS, "groups")
    table = rows[["exposure"]].join(log_adjusted(rows, "messages", "posters"))
    table = drop_constant(table)
    require_events_per_coefficient(int(rows["ended"].sum()), table.shape[1])
    clusters = map_clusters(evidence.groups, rows["group"])
    return estimate_ratio_of_stretches(rows, table, clusters.codes)


@quantity("end_hazard_by_one_way_talk", of="ratio")
def compare_one_way_talk(
    evidence: Evidence, *, posters: bool = False, least: int = 1
) -> Interval:
    """Estimate the hazard ratio of silence per 20 points more one-way talk, days 0–27.

    One-way talk are messages by the top poster that nobody answered within a day.
    """
    _require_explicit_replies(evidence)
    rows = _select_first_weeks(evidence, least)
    unanswered = evidence.table("beginnings").set_index("group")["top_unanswered"]
    share = unanswered.reindex(rows.index) / rows["messages"] / TWENTY_POINTS
    columns = ("messages", "posters") if posters else ("messages",)
    return compare_at_landmark(
        evidence, share, MONTH_DAYS, adjust=log_adjusted(rows, *columns)
    )


@quantity("end_hazard_by_replies", of="ratio")
def compare_answered_groups(
    evidence: Evidence, *, posters: bool = False, least: int = 1
) -> Interval:
    """Estimate the hazard ratio of silence, most to least answered third of groups.

    By explicit replies a message in days 0–27; parameters as `compare_one_way_talk`.
    """
    _require_explicit_replies(evidence)
    rows = _select_first_weeks(evidence, least)
    columns = ("messages", "posters") if posters else ("messages",)
    return compare_at_landmark(
        evidence,
        rows["replies_explicit"] / rows["messages"],
        MONTH_DAYS,
        adjust=log_adjusted(rows, *columns),
        coding=mark_terciles,
    )


def _select_first_weeks(evidence: Evidence, least: int) -> pd.DataFrame:
    """Select groups with messages and enough posters in days 0–27."""
    rows = evidence.window("0-27").set_index("group")
    return rows[(rows["messages"] > 0) & (rows["posters"].fillna(1) >= least)]


def _require_explicit_replies(evidence: Evidence) -> None:
    told = evidence.study.manifest.centres_from
    if told != "explicit":
        raise NotIdentifiableError(f"replies are {told}", where=evidence.name)


@quantity("retention_by_thanks", of="difference", unit="people", association=False)
def compare_thanked(
    evidence: Evidence, *, newcomers: bool = False, every_pair: bool = False
) -> Interval:
    """Estimate how many more stay for two weeks of those assigned to be thanked.

    A randomised trial in pairs; accounts are analysed as assigned, thanked or not. `n`
    is the people who were randomised.
    """
    pairs = evidence.table("paired_trial")
    if newcomers:
        pairs = pairs[pairs["stratum"].eq("two newcomers")]
    n = pairs["pairs"]
    require_at_least(2 * int(n.sum()), LEAST_NEWCOMERS, "people in pairs")
    treated, control = pairs["treated_stayed"], pairs["control_stayed"]
    used = n if every_pair else n.where(pairs["registered"], 0)
    found = compute_paired_difference(
        int(used[treated & ~control].sum()),
        int(used[control & ~treated].sum()),
        int(used.sum()),
    )
    return replace(found, n=2 * int(n.sum()))
