"""Networks of groups: how fast they double, and what travels between groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.claims.designs.shares import map_clusters
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence, require_at_least, require_one_network
from helpers.group_lives.last_activity import define_by_listing
from helpers.group_lives.silence import define_silent
from helpers.inference import estimate_rate_ratio
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.bootstrap import SEED

FIRST_MONTHS = 14 * 30.44
LEAST_BIRTHS = 20
LEAST_BRIDGED = 8
WITHIN_DAYS = 90  # in which somebody wrote in another group
LEVEL = 0.95


@quantity("doubling_days", of="days")
def estimate_doubling_days(evidence: Evidence) -> Interval:
    """Estimate the days in which a network's living groups double in number.

    Births and ends of the first 14 months on record, by living group and day.
    """
    require_one_network(evidence)
    born = evidence.from_birth
    require_at_least(len(born), LEAST_BIRTHS, "groups watched from their origin")
    origin = evidence.groups.set_index("group")["origin_us"]
    since = (origin - born["origin_us"].min()) / DAY_US
    define = define_silent if evidence.has("groups") else define_by_listing
    lives = define(evidence).lives
    start = since.reindex(lives.group).to_numpy(np.float64)
    enter = np.maximum(start + lives.entry, 0.0)
    leave = np.minimum(start + lives.durations, FIRST_MONTHS)
    days = float(np.clip(leave - enter, 0.0, None).sum())
    end = start + lives.durations
    gone = int((lives.ended & (end > 0) & (end <= FIRST_MONTHS)).sum())
    came = (start > 0) & (start <= FIRST_MONTHS)
    listed = (since > 0) & (since <= FIRST_MONTHS)
    require_at_least(int(listed.sum()), LEAST_BIRTHS, "births in the first 14 months")
    return compute_doubling(int(came.sum()), gone, days)


@quantity("doubling_days_listed", of="days")
def estimate_doubling_days_listed(evidence: Evidence) -> Interval:
    """Estimate the days in which a project's listed groups double in number.

    Groups on the first version of its list are there at the start.
    """
    require_one_network(evidence)
    rows = evidence.table("fills")
    start, end = rows["listed_us"].min(), rows["until_us"].max()
    births = int((rows["listed_us"] > start).sum())
    require_at_least(births, LEAST_BIRTHS, "births on the list")
    since = (rows["listed_us"] - start) / DAY_US
    last_day = min(FIRST_MONTHS, float((end - start) / DAY_US))
    days = float((last_day - since).clip(lower=0).sum())
    return compute_doubling(int(((since > 0) & (since <= last_day)).sum()), 0, days)


def _compute_time(rate: float) -> float:
    return float(np.log(2) / rate) if rate > 0 else float("inf")


def compute_doubling(born: int, gone: int, days: float) -> Interval:
    """Return the doubling time of groups from births, ends and days lived.

    >>> round(compute_doubling(40, 10, 3000.0).estimate, 1)
    69.3
    """
    if days <= 0 or born <= gone:
        raise NotIdentifiableError("the number of groups does not grow", where="births")
    rate = (born - gone) / days
    reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * (
        float(np.sqrt(born + gone)) / days
    )
    value, *limits = (
        _compute_time(each) for each in (rate, rate + reach, rate - reach)
    )
    low, high = limits
    method = "births and ends"
    return Interval.of(value, (low, high), method=method, n=born + 1, clusters=1)


@quantity("bridged_links", of="ratio")
def estimate_bridged_links(evidence: Evidence) -> Interval:
    """Estimate the ratio of new links a message, people in several groups against one.

    Compared within groups, by Mantel and Haenszel's ratio of rates; somebody is in the
    groups in which they wrote within 90 days.
    """
    table = evidence.table("carried").astype({"bridging": int})
    if "within_days" in table:
        table = table[table["within_days"].fillna(WITHIN_DAYS) == WITHIN_DAYS]
    single, both = (
        table[table["bridging"] == kind].groupby("group")[["novel", "messages"]].sum()
        for kind in (0, 1)
    )
    rows = both.add_suffix("_both").join(single.add_suffix("_one"), how="inner")
    messages = rows["messages_both"] + rows["messages_one"]
    rows = rows[messages > 0].reset_index()
    messages = messages[messages > 0].reset_index(drop=True)
    require_at_least(len(rows), LEAST_BRIDGED, "groups with both kinds of people")
    ones = np.ones(len(rows))
    return estimate_rate_ratio(
        rows["novel_both"] * rows["messages_one"] / messages,
        ones,
        rows["novel_one"] * rows["messages_both"] / messages,
        ones,
        map_clusters(evidence.groups, pd.Series(rows["group"])),
        seed=SEED,
    )
