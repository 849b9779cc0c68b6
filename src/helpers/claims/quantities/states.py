"""The state of groups at an age or a date: busy, adrift, in name only, thin."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.designs.shares import count_exactly, estimate_share_of
from helpers.claims.quantities.lives import require_never_active
from helpers.claims.quantity import Item, quantity
from helpers.group_lives.ends import SHUT_OUT, follow_closed_groups
from helpers.group_lives.evidence import (
    LEAST_GROUPS,
    Evidence,
    require_at_least,
    require_one_network,
    require_sampled,
)
from helpers.group_lives.few_writers import (
    find_few_writer_spells,
    find_little_traffic,
    find_state_at,
)
from helpers.group_lives.last_activity import extend_to_record_end, read_dates
from helpers.group_lives.silence import SILENCE_DAYS, select_recorded
from helpers.inference import estimate_success_probability
from helpers.records import DAY_US, MONTH_DAYS
from helpers.survival.bootstrap import DRAWS, choose_clusters
from helpers.survival.interval import Interval, enclose
from helpers.survival.lifetimes import Lifetimes

BEFORE = {90: "56-83", 180: "152-179", 365: "337-364"}  # four weeks, by the age after
LEAST_FOR_SUCCESS = 72
POSTERS, REPLY_RATIO = 5, 0.3
KEPT = 64  # shares in memory, of sources by definitions
SHELL_POSTERS, SHELL_TRAFFIC = 3, 0.10
THIN, FLOODED, CONTENT_DAY = 0.05, 0.50, 90


@quantity("busy_at_day", of="share")
def estimate_busy_at_day(
    evidence: Evidence,
    *,
    day: int,
    spoke: bool = True,
    writers: int = POSTERS,
    replies: float = REPLY_RATIO,
    failing: bool = False,
) -> Interval:
    """Estimate the share of groups alive at an age, with writers and enough replies.

    So many replies a message in the four weeks before. Groups not followed so long are
    represented by those that were. `failing`: the share of all the rest instead.
    """
    found = _estimate_busy(evidence, day, spoke=spoke, writers=writers, replies=replies)
    if not failing:
        return found
    ends = 1 - found.estimate, 1 - found.high, 1 - found.low
    return replace(found, estimate=ends[0], low=ends[1], high=ends[2])


@lru_cache(maxsize=KEPT)
def _estimate_busy(
    evidence: Evidence, day: int, *, spoke: bool, writers: int, replies: float
) -> Interval:
    """Estimate the share of busy groups once for success and for failure."""
    lives = _select_born(evidence, spoke=spoke)
    good = find_lively(evidence, lives.group, day, writers=writers, replies=replies)
    return estimate_success_probability(lives, good, float(day), replicates=DRAWS)


@quantity("adrift_at_day", of="share")
def estimate_adrift_at_day(
    evidence: Evidence, *, day: int, spoke: bool = True, replies: float = REPLY_RATIO
) -> Interval:
    """Estimate the share of groups alive at an age and not busy (`busy_at_day`)."""
    lives = _select_born(evidence, spoke=spoke)
    followed = int(np.sum(lives.potential >= day))
    require_at_least(followed, LEAST_GROUPS, f"followed {day} d")
    good = find_lively(evidence, lives.group, day, replies=replies)
    return estimate_success_probability(lives, ~good, float(day), replicates=DRAWS)


def _select_born(evidence: Evidence, *, spoke: bool) -> Lifetimes:
    """Return lifetimes from the origin, of active groups or of all; raise if few."""
    evidence.require("sender_ids", "replies")
    lives = select_recorded(evidence)
    require_never_active(evidence, lives.never_active.any(), spoke=spoke)
    lives = lives.where(~lives.never_active) if spoke else lives
    require_at_least(len(lives), LEAST_FOR_SUCCESS, "groups watched from their origin")
    choose_clusters(lives.network, lives.batch)
    return lives


def find_lively(
    evidence: Evidence,
    groups: npt.ArrayLike,
    day: int,
    *,
    writers: int = POSTERS,
    replies: float = REPLY_RATIO,
) -> Bools:
    """Return which groups had enough writers and replies a message before an age.

    Those not watched through these four weeks are not lively.
    """
    window = evidence.window(BEFORE[day]).set_index("group").reindex(np.asarray(groups))
    messages = window["messages"].where(window["messages"] > 0)
    ratio = window[evidence.replies_column] / messages
    is_lively = (window["posters"] >= writers) & (ratio >= replies)
    return is_lively.to_numpy(bool)


@quantity("shells_at_end", of="share")
def count_shells_at_end(evidence: Evidence, *, spoke: bool = False) -> Interval:
    """Count the groups of a network that are silent or in name only at the last date.

    In name only: under 3 writers in 28 days for 28 days, or under a tenth of the peak
    of messages. The date is the last one after which 60 days of all are seen. The list
    is complete, so that the share has no sampling error.
    """
    require_one_network(evidence)
    rows = evidence.from_birth
    rows = rows[
        rows["closed_kind"].ne(SHUT_OUT) & (rows["last_us"].notna() | (not spoke))
    ]
    require_at_least(len(rows), LEAST_GROUPS, "groups watched from their origin")
    at_us = int(follow_closed_groups(rows)["end_us"].min()) - int(SILENCE_DAYS) * DAY_US
    exact = _count_shells(evidence, rows, at_us)
    if not evidence.time_error_days:
        return exact
    error_us = round(evidence.time_error_days * DAY_US)
    bounds = (at_us - error_us, at_us + error_us)
    return enclose(exact, *(_count_shells(evidence, rows, date) for date in bounds))


def _count_shells(evidence: Evidence, rows: pd.DataFrame, at_us: int) -> Interval:
    """Count groups of four weeks and more that are silent or shells at a date."""
    old = at_us - rows["origin_us"] >= MONTH_DAYS * DAY_US
    groups = rows[old].set_index("group", drop=False)
    require_at_least(len(groups), LEAST_GROUPS, "groups four weeks old")
    ages = (at_us - groups["origin_us"]) / DAY_US
    followed = follow_closed_groups(groups)
    rates = evidence.rates
    shell = find_state_at(find_little_traffic(followed, rates, SHELL_TRAFFIC), ages)
    if evidence.study.observability.sender_ids:
        few = find_few_writer_spells(followed, rates, SHELL_POSTERS)
        shell |= find_state_at(few, ages)
    talks = (groups["last_us"] > at_us).fillna(value=False).astype(bool)
    return count_exactly(shell | ~talks)


@quantity("silent_at_end", of="share")
def count_silent_at_end(evidence: Evidence, *, spoke: bool = False) -> Interval:
    """Count the listed groups of a network without activity at the end of the list.

    For as many days as mean an end in this source: 60, or 180 for meetings.
    """
    require_one_network(evidence)
    source = read_dates(evidence.name)
    rows = extend_to_record_end(evidence.ended.groups)
    if source.silent_on is not None:
        at = pd.Timestamp(source.silent_on) - pd.Timestamp(0)
        at_us = int(at / pd.Timedelta(1, "us"))
    else:
        at_us = int(rows["end_us"].min()) - int(source.windows[0]) * DAY_US
    old = rows[at_us - rows["origin_us"] >= MONTH_DAYS * DAY_US]
    old = old[old["last_us"].notna()] if spoke else old
    require_at_least(len(old), LEAST_GROUPS, "groups four weeks old")
    return count_exactly(~(old["last_us"] > at_us).astype(bool))


@quantity("thin_content", of="share")
def estimate_thin_content(
    evidence: Evidence, *, definition: Item = "items"
) -> Interval:
    """Estimate the share of groups alive at day 90 with little content in four weeks.

    Under 5 % of the messages have 60 words, or a link with a comment. Groups with
    content in which most messages carry a link may be mostly advertisements: the limits
    hold them as both.
    """
    born = select_recorded(evidence)
    alive = born.group[born.durations > CONTENT_DAY]
    groups = evidence.groups.set_index("group", drop=False)
    rows = groups.loc[groups.index.isin(alive)].rename_axis(None)
    rows = rows[rows["end_us"] - rows["origin_us"] >= CONTENT_DAY * DAY_US]
    days = evidence.table("content")
    inside = days[days["age_day"].between(CONTENT_DAY - MONTH_DAYS, CONTENT_DAY - 1)]
    counts = inside.drop(columns="age_day").groupby("group").sum()
    counts = counts[counts.index.isin(rows.index)]
    own = groups.loc[counts.index]
    require_sampled(own)
    low = counts[definition] < THIN * counts["messages"]
    flooded = counts["links"] > FLOODED * counts["messages"]
    none = estimate_share_of(own, low)
    if not (~low & flooded).any():
        return none
    return enclose(none, estimate_share_of(own, low | flooded))
