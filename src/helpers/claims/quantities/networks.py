"""Networks of groups: how fast they double, and what travels between groups."""

import numpy as np
import pandas as pd
import scipy

from helpers.claims.designs.shares import map_clusters
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence, require_at_least, require_one_network
from helpers.group_lives.last_activity import define_by_listing
from helpers.group_lives.silence import define_silent
from helpers.inference import estimate_rate_ratio
from helpers.records import DAY_US
from helpers.survival.interval import Interval

FIRST_MONTHS = 14 * 30.44
LEAST_BIRTHS = 20
LEAST_BRIDGED = 8
WITHIN_DAYS = 90  # in which somebody wrote in another group
LEVEL = 0.95


@quantity("doubling_days", of="days")
def estimate_doubling_days(evidence: Evidence) -> Interval:
    """Estimate the days in which a network's living groups double in number.

    Births and ends of the first 14 months on record, by living group and day. A birth
    is known on its day; for ends, a group counts until its silence can be judged.
    """
    require_one_network(evidence)
    born = evidence.from_birth
    require_at_least(len(born), LEAST_BIRTHS, "groups watched from their origin")
    first_us = born["origin_us"].min()
    define = define_silent if evidence.has("groups") else define_by_listing
    lives = define(evidence).lives
    groups = evidence.ended.groups
    if evidence.has("groups"):  # a room that never spoke was not born
        groups = groups[groups["last_us"].notna()]
    groups = groups.set_index("group")
    start = (groups["origin_us"] - first_us) / DAY_US
    enter = (groups["entry_us"] - first_us).clip(lower=0) / DAY_US
    judged = start + pd.Series(lives.durations, lives.group).reindex(start.index)
    ended = pd.Series(lives.ended, lives.group).reindex(start.index).eq(other=True)
    until = ((groups["end_us"] - first_us) / DAY_US).mask(ended, judged)
    came = int(((start > 0) & (start <= FIRST_MONTHS)).sum())
    gone = int((ended & (judged > 0) & (judged <= FIRST_MONTHS)).sum())
    require_at_least(came, LEAST_BIRTHS, "births in the first 14 months")
    lived, followed = (
        float((stop.clip(upper=FIRST_MONTHS) - enter).clip(lower=0).sum())
        for stop in (until, judged)
    )
    return compute_doubling(came, gone, lived, followed)


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
    born = int(((since > 0) & (since <= last_day)).sum())
    return compute_doubling(born, 0, days, days)


def compute_doubling(born: int, gone: int, days: float, followed: float) -> Interval:
    """Return the doubling time of groups from births and ends, each over its days."""
    rate = born / days - gone / followed if min(days, followed) > 0 else 0.0
    if rate <= 0:
        raise NotIdentifiableError("the number of groups does not grow", where="births")
    z = float(scipy.special.ndtri((1 + LEVEL) / 2))
    reach = z * float(np.sqrt(born / days**2 + gone / followed**2))
    value, low, high = (
        float(np.log(2) / each) if each > 0 else float("inf")
        for each in (rate, rate + reach, rate - reach)
    )
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
    )
