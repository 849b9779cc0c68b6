"""Common wrong ways to the same numbers; they fail where the right ones hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from helpers.calibration.samples import plain_share, wald
from helpers.inference import clusters_by, rate_ratio
from helpers.records import DAY_US
from helpers.survival import cox, failure_probability, naive

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    import pandas as pd

    from helpers.survival import Interval

    Naive = Callable[["Tables"], Interval]

__all__ = [
    "Tables", "busy_owners", "censored_early", "every_last_message", "later_born",
    "many_replies", "pooled_top", "successes_of_all", "survivors_rate_ratio",
]  # fmt: skip

REPLICATES = 200
LATE_DAYS = 84
LIVELY_POSTERS, LIVELY_REPLIES = 5, 0.3


class Tables(Protocol):
    """What has tables: a study, wherever they come from."""

    def table(self, name: str) -> pd.DataFrame:
        """Return one."""


def every_last_message(horizon: float) -> Naive:
    """Return the way that calls each group's last message its death."""

    def way(study: Tables) -> Interval:
        lives = naive.every_last_message_a_death(study.table("groups"))
        return failure_probability(lives, horizon, seed=1, replicates=REPLICATES)

    return way


def censored_early(horizon: float) -> Naive:
    """Return the way that censors survivors at their last message."""

    def way(study: Tables) -> Interval:
        lives = naive.censored_at_last_message(study.table("groups"))
        return failure_probability(lives, horizon, seed=1, replicates=REPLICATES)

    return way


def successes_of_all(study: Tables) -> Interval:
    """Count lively groups among all listed, those not watched for a year as failed."""
    windows = study.table("windows")
    rows = windows[windows["window"] == "337-364"].set_index("group")
    ratio = rows["replies"] / rows["messages"].where(rows["messages"] > 0)
    good = (rows["posters"] >= LIVELY_POSTERS) & (ratio >= LIVELY_REPLIES)
    return plain_share((good & rows["observed"]).to_numpy(bool))


def survivors_rate_ratio(study: Tables) -> Interval:
    """Compare two windows in those groups only that outlived both."""
    windows, groups = study.table("windows"), study.table("groups")
    long = LATE_DAYS * DAY_US
    watched = groups["end_us"] - groups["origin_us"] >= long
    seen = groups[watched & (groups["last_us"] - groups["origin_us"] >= long)]
    both = [
        windows[windows["window"] == name].set_index("group")["messages"][seen["group"]]
        for name in ("1-13", "56-83")
    ]
    n = len(seen)
    days = [np.full(n, length) for length in (13.0, 28.0)]
    return rate_ratio(
        both[1], days[1], both[0], days[0], clusters_by(np.arange(n)), seed=1,
        replicates=REPLICATES,
    )  # fmt: skip


def busy_owners(study: Tables) -> Interval:
    """Compare by the days on which an owner wrote in the group's whole life.

    Who lives longer has more of them: the exposure is read from the future.
    """
    days = study.table("member_days").groupby(["group", "member"]).size()
    owners = days.groupby("group").first()  # the owner has the group's first number
    return _by_total(study, owners)


def many_replies(study: Tables) -> Interval:
    """Compare by the replies that a group collected until day 181, dead or not."""
    windows = study.table("windows")
    early = windows[windows["window"].isin(["0-27", "28-83", "84-181"])]
    return _by_total(study, early.groupby("group")["replies_explicit"].sum())


def _by_total(study: Tables, total: pd.Series[int]) -> Interval:
    groups = study.table("groups").set_index("group")
    ages = (groups["last_us"] - groups["origin_us"]) / DAY_US
    total = total.reindex(groups.index).fillna(0)
    exposed = (total > total.median()).astype(float)
    return _ratio(ages, np.ones(len(ages), bool), exposed.to_frame("exposed"))


def later_born(study: Tables) -> Interval:
    """Compare ages at the last message by birth, forgetting who is still alive."""
    groups = study.table("groups")
    ages = (groups["last_us"] - groups["origin_us"]) / DAY_US
    years = (groups["origin_us"] - groups["origin_us"].min()) / DAY_US / 365.0
    return _ratio(ages, np.ones(len(ages), bool), years.to_frame("years"))


def _ratio(
    ages: pd.Series[float], ended: npt.NDArray[np.bool_], exposure: pd.DataFrame
) -> Interval:
    fit = cox(ages + 0.5, ended, exposure, cluster=np.arange(len(ages)))
    return fit.coefficients[0].ratio


def pooled_top(study: Tables) -> Interval:
    """Take all groups for one: the first poster's share of all messages."""
    windows = study.table("windows")
    rows = windows[windows["window"].eq("28-83") & (windows["messages"] > 0)]
    top = rows["top_share"] * rows["messages"]
    share, many = float(top.sum() / rows["messages"].sum()), int(rows["messages"].sum())
    return wald(
        share, float(np.sqrt(share * (1 - share) / many)), many, scale="identity"
    )
