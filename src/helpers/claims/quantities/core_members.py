"""Core members, retained and new posters: association with later talk and survival.

Core members wrote on eight days or more of 28, mild ones on one or two. Others' later
messages are those of people who were neither, so that nobody's own writing counts.
"""

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.designs.counts import fit_counts
from helpers.claims.designs.hazards import (
    Landmark,
    drop_constant,
    estimate_ratio_of_stretches,
    list_months_at_risk,
    log_adjusted,
    require_arms_of_groups,
)
from helpers.claims.designs.shares import estimate_dominance, map_clusters
from helpers.claims.quantity import Core, Outcome, quantity
from helpers.group_lives.evidence import (
    LEAST_GROUPS,
    Evidence,
    require_at_least,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.inference import estimate_rate_ratio
from helpers.records import DAY_US
from helpers.survival.bootstrap import bootstrap_statistic, choose_clusters
from helpers.survival.interval import Interval

CORE, CORE_DAYS = "core_8", 8  # days on which core members write, of 28
BACKBONE, ALONE = 5, 1
LEAST_CORE, LEAST_MILD, LEAST_OF_BOTH = 3, 10, 30
FOLLOWED_DAYS = 118
HALF_YEAR = "152-179"


@quantity("backbone", of="ratio", unit="months of groups")
def compare_backbone(evidence: Evidence, *, core: Core = "core_8") -> Interval:
    """Estimate the hazard ratio of a first pause, five core members to one or none.

    Of 60 days, in months after one with so many; messages and posters adjusted.
    """
    data = list_months_at_risk(evidence)
    between = (data[core] > ALONE) & (data[core] < BACKBONE)
    exposure = (data[core] >= BACKBONE).astype("float64").where(~between)
    data = data.assign(exposure=exposure).dropna(subset="exposure")
    require_arms_of_groups(data)
    adjusted = log_adjusted(data, "messages", "posters")
    table = drop_constant(pd.concat([data[["exposure"]], adjusted], axis=1))
    require_events_per_coefficient(int(data["ended"].sum()), len(table.columns))
    clusters = map_clusters(evidence.groups, data["group"])
    return estimate_ratio_of_stretches(data, table, clusters.codes)


@quantity("fans_against_mild", of="ratio", association=True)
def compare_fans_with_mild(evidence: Evidence, *, mild: float = 1.0) -> Interval:
    """Estimate a ratio of later messages, one core member replacing so many mild ones.

    Of messages by other people in days 28–117, in groups with three core and ten mild
    members in days 0–27; the middle posters then, and listed members, adjusted.
    """
    rows = _select_first_month(evidence)
    followed = (rows["end_us"] - rows["origin_us"]) / DAY_US >= FOLLOWED_DAYS
    later = evidence.table("beginnings")[["group", "later_by_others"]]
    rows = rows[followed].merge(later, "left", "group")
    rows = rows.fillna({"later_by_others": 0})
    rows = rows[(rows[CORE] >= LEAST_CORE) & (rows["mild"] >= LEAST_MILD)]
    require_at_least(len(rows), LEAST_OF_BOTH, "groups with core and mild members")
    talked = int((rows["later_by_others"] > 0).sum())
    require_at_least(talked, LEAST_OF_BOTH, "groups in which others wrote later")
    heads = rows[[CORE, "mild"]].astype("float64")
    heads["middle"] = (rows["posters"] - rows[CORE] - rows["mild"]).clip(lower=0)
    if rows["members"].notna().all():
        heads["log members"] = np.log1p(rows["members"].astype("float64"))
    heads = heads.loc[:, heads.max() > heads.min()]
    clusters = choose_clusters(rows["network"], rows["batch"])
    fit = fit_counts(rows["later_by_others"], heads, clusters)
    return fit.ratio(**{CORE: 1.0, "mild": -mild})


def _select_born_in(evidence: Evidence, window: str) -> pd.DataFrame:
    """Return groups observed from their origin, with activity in an age window."""
    rows = evidence.window(window)
    return rows[rows["group"].isin(evidence.from_birth["group"])]


def _select_first_month(evidence: Evidence) -> pd.DataFrame:
    """Return messages, posters and core members of each group's first 28 days."""
    rows, months = _select_born_in(evidence, "0-27"), evidence.table("months")
    first = months[months["month"] == 0].drop(
        columns=["month", "messages", "posters", "later_by_others"]
    )
    return rows.merge(first, "left", "group").fillna(dict.fromkeys(first.columns, 0))


@quantity("core_against_size", of="share", association=True)
def compare_core_with_size(evidence: Evidence, *, core: Core = "core_8") -> Interval:
    """Estimate the core's share of what it and size explain of survival.

    Where members are not known, posters stand for size; death is silence of 60 days
    after day 28.
    """
    rows = _select_first_month(evidence).set_index("group")
    rows = rows[rows["posters"] > 0]
    size = rows["members"] if rows["members"].notna().all() else rows["posters"]
    landmark = Landmark(
        evidence=evidence,
        exposure=rows[core] / rows["posters"],
        adjust=log_adjusted(size.rename("size").to_frame(), "size"),
    )
    data = landmark.select_at_risk()
    require_sampled(data)
    require_events_per_coefficient(int(data["ended"].sum()), 2)
    return estimate_dominance(data, "exposure", "log size")


@quantity("kept_against_won", of="ratio")
def compare_kept_with_won(
    evidence: Evidence, *, outcome: Outcome = "posters"
) -> Interval:
    """Estimate a ratio of later posters, retained doubled against newcomers doubled.

    Kept wrote in days 0–27 and 28–55, won for the first time in days 28–55; later is
    days 152–179, in which silent groups count with none.
    """
    months = evidence.table("months")
    second = months.loc[months["month"] == 1, ["group", "retained", "newcomers"]]
    rows = _select_born_in(evidence, HALF_YEAR).merge(second, "left", "group")
    rows = rows.fillna({"retained": 0, "newcomers": 0})
    clusters = require_sampled(rows)
    logs = pd.DataFrame(
        {
            "kept": np.log1p(rows["retained"].astype("float64")),
            "won": np.log1p(rows["newcomers"].astype("float64")),
        }
    )
    fit = fit_counts(rows[outcome].astype("float64"), logs, clusters)
    return fit.ratio(kept=float(np.log(2)), won=-float(np.log(2)))


@quantity("links_by_core", of="share")
def estimate_links_by_core(
    evidence: Evidence, *, core_days: int = CORE_DAYS
) -> Interval:
    """Estimate the share of links from other groups that core members carried in.

    In days 28–179; core members are those of days 0–27.
    """
    rows = _select_carriers(evidence, core_days)
    clusters = map_clusters(evidence.groups, rows["group"])
    table = rows[["by_cores", "by_others"]].to_numpy(np.float64)

    def divide(weights: Floats) -> Floats:
        by_cores, by_others = (weights @ table).T
        shares: Floats = by_cores / (by_cores + by_others)
        return shares

    return bootstrap_statistic(divide, clusters, "cloglog")


@quantity("links_per_head", of="ratio")
def compare_links_per_head(evidence: Evidence) -> Interval:
    """Estimate links carried in per core member over links per other poster."""
    rows = _select_carriers(evidence, CORE_DAYS)
    clusters = map_clusters(evidence.groups, rows["group"])
    return estimate_rate_ratio(
        rows["by_cores"], rows["cores"], rows["by_others"], rows["others"], clusters
    )


def _select_carriers(evidence: Evidence, core_days: int) -> pd.DataFrame:
    rows = evidence.table("carriers")
    rows = rows[rows["least_days"] == core_days].reset_index(drop=True)
    linked = int((rows["by_cores"] + rows["by_others"]).gt(0).sum())
    require_at_least(linked, LEAST_GROUPS, "groups with such links")
    return rows
