"""Payers: whether they stay, who buys, and what perks and crowds bring."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.claims.designs.ratios import compare_means, estimate_rate_ratio_in_cells
from helpers.claims.quantity import Return, quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import (
    LEAST_EVENTS,
    LEAST_EVENTS_IN_ARM,
    LEAST_FOLLOWED,
    LEAST_IN_ARM,
    Evidence,
    measure_fact,
    require_arms,
    require_at_least,
)
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.records import DAY_US, MINUTE_US, WEEK_DAYS
from helpers.survival.bootstrap import Clusters
from helpers.survival.hazards.cox import fit_cox
from helpers.survival.interval import Interval
from helpers.survival.kaplan_meier import estimate_survival

PERKS, RAID = ("red_packet", "gift to many"), "raid"
STIRRED_MINUTES = 30  # a gift so soon after a raid meets the raid's newcomers
LEAST_PERKS, LEAST_CAME = 50, 200


@quantity("stopping_of_payers", of="ratio", unit="people")
def compare_stopping(
    evidence: Evidence, *, since: float = 0.0, until: float = np.inf
) -> Interval:
    """Estimate the hazard ratio of writing no more, payers to non-payers of one room.

    People from their first own payment on, against people without payment or gift from
    a day of writing on, as often there in the 60 days before.

    `since, until`: days of the period in which stopping is compared.
    """
    people = _list_people(evidence, "writing")
    ended, days = people["ending"].eq("stopped"), people["days"] + 1.0
    people = people.assign(ended=ended & (days <= until), days=days.clip(upper=until))
    people = people[people["days"] > since].reset_index(drop=True)
    arm = people["exposure"] == 1
    require_arms(arm, people["ended"])
    smaller = people.groupby(arm)["ended"].sum().min()
    require_at_least(int(smaller), LEAST_EVENTS_IN_ARM, "ends in the smaller arm")
    bands = pd.get_dummies(people["band"], dtype=float).iloc[:, 1:]
    fit = fit_cox(
        people["days"],
        people["ended"],
        people[["exposure"]].join(bands),
        entry=np.full(len(people), since),
        cluster=people.index,
    )
    return fit["exposure"].ratio


@quantity("returning_ratio_of_payers", of="ratio", unit="people")
def compare_returning(evidence: Evidence) -> Interval:
    """Estimate the ratio of shares who write again in 60 days, payers to non-payers."""
    return compare_means(*_weigh_returning(evidence))


@quantity("returning_gap_of_payers", of="difference", unit="people")
def compare_returning_gap(evidence: Evidence) -> Interval:
    """Estimate how many more payers than non-payers write again within 60 days."""
    return compare_means(*_weigh_returning(evidence), scale="identity")


def _weigh_returning(
    evidence: Evidence,
) -> tuple[pd.Series[float], pd.Series[float], Clusters, pd.Series[float]]:
    """Return who returned, the arm, people, and weights that balance earlier visits."""
    people = _list_people(evidence, "first 60 days")
    side = people["exposure"]
    for arm in (0.0, 1.0):
        require_at_least(int(side.eq(arm).sum()), LEAST_IN_ARM, "people in one arm")
    arms = people.groupby(["band", "exposure"]).size().unstack()  # noqa: PD010 - counts
    weight = people["band"].map(arms[1.0] / arms[0.0]).where(side == 0, 1.0)
    each = cluster_by_label(range(len(side)))
    return people["days"].gt(0) * weight, side, each, weight


@lru_cache(maxsize=8)
def _list_people(evidence: Evidence, measure: str) -> pd.DataFrame:
    """List payers and non-payers, one per row, with their earlier visits (band)."""
    rows = evidence.table("lives")
    lives = rows[rows["measure"] == measure]
    both = lives["cohort"].str.split(": ", n=1, expand=True)
    if len(both.columns) < 2:  # noqa: PLR2004 - an arm and a band
        raise NotIdentifiableError("no payers are recorded", where=evidence.name)
    lives = lives.assign(exposure=both[0].map({"paid": 1.0, "free": 0.0}), band=both[1])
    lives = lives.dropna(subset="exposure")
    each = lives.loc[lives.index.repeat(lives["people"])].reset_index(drop=True)
    compared = each.groupby("band")["exposure"].transform("nunique") == len((0, 1))
    return each[compared].reset_index(drop=True)


@quantity("bought_by_day", of="share", unit="people")
def estimate_share_of_buyers(evidence: Evidence, *, day: int = 90) -> Interval:
    """Estimate the share of registered people who have bought by a day."""
    lives = evidence.table("lives")
    rows = lives[lives["measure"].eq("until the first purchase")]
    bought, people = rows["ending"].eq("bought"), rows["people"]
    followed = int(people[rows["days"] >= day].sum())
    require_at_least(followed, LEAST_FOLLOWED, f"people followed for {day} days")
    require_at_least(int(people[bought & rows["days"].le(day)].sum()), 1, "purchases")
    alive = estimate_survival(rows["days"], bought, weights=people).interval(day)
    return Interval.of(
        1 - alive.estimate,
        (1 - alive.high, 1 - alive.low),
        method="Kaplan–Meier", n=alive.n, clusters=alive.clusters,
    )  # fmt: skip


@quantity("rebuying_of_askers", of="ratio", unit="purchases")
def compare_rebuying(
    evidence: Evidence, *, awaited: str = "new purchase", plan: bool = False
) -> Interval:
    """Estimate the rate ratio of a next purchase, days after a question to other days.

    A Poisson model of student-days in table ``purchase_risk``: ``asked`` against
    ``soon`` and ``no``, a level for each week since the first purchase, and one for
    each class of active days; levels without a purchase are left out.
    """
    rows = evidence.table("purchase_risk")
    rows = rows[rows["awaited"].eq(awaited)]
    buyers, asked = (
        int(measure_fact(evidence, fact).sum())
        for fact in ("buyers", "buyers_who_asked")
    )
    require_at_least(min(asked, buyers - asked), LEAST_IN_ARM, "people in one arm")
    require_at_least(int(rows["purchases"].sum()), LEAST_EVENTS, "purchases")
    strata = ["week", "active_days", *(["plan"] if plan else [])]
    exposed = rows["asked"].eq("asked")
    return estimate_rate_ratio_in_cells(rows, exposed, strata, "purchases")


@quantity("newcomers_after_perk", of="ratio", unit="perks")
def compare_newcomers_after_perks(
    evidence: Evidence, *, apart: bool = True
) -> Interval:
    """Estimate the ratio of first-time writers just after a perk to just before.

    Over the longest time counted around them, such as seven days.

    `apart`: whether perks within half an hour of an incoming crowd are left out.
    """
    rows = evidence.table("responses")
    perks = rows[rows["kind"].isin(PERKS)]
    perks = perks[perks["minutes"] == perks["minutes"].max()]
    if apart:
        raids = rows[rows["kind"] == RAID]
        pairs = perks[["group", "time_us"]].reset_index().merge(raids, on="group")
        since = pairs["time_us_x"] - pairs["time_us_y"]
        soon = pairs.loc[since.between(0, STIRRED_MINUTES * MINUTE_US), "index"]
        perks = perks[~perks.index.isin(soon)]
    require_at_least(len(perks), LEAST_PERKS, "perks")
    week = (perks["time_us"] // (WEEK_DAYS * DAY_US)).astype("str")
    weeks = cluster_by_label(perks["group"].astype("str") + "/" + week)
    time = np.ones(len(perks))
    return estimate_rate_ratio(
        perks["new_after"], time, perks["new_before"], time, weeks
    )


@quantity("returning_gap_of_uninvited", of="difference", unit="days")
def compare_crowds(evidence: Evidence, *, again: Return = "again_28_60") -> Interval:
    """Estimate how many more newcomers return who arrive alone than with a crowd.

    Share of those who wrote again on one of the days 28–60; a crowd is one cluster.
    """
    rows = evidence.table("comebacks")
    came = rows.groupby("brought")["came"].sum().reindex([True, False], fill_value=0)
    require_at_least(int(came.min()), LEAST_CAME, "newcomers in one arm")
    days = cluster_by_label(rows["day"])
    of = "came_90" if again == "again_28_90" else "came"
    brought = ~rows["brought"]
    return compare_means(rows[again], brought, days, rows[of], scale="identity")
