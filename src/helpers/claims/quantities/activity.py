"""Activity and content of groups: lively at an age, never active, meetings, items.

What an item of content is stands in `helpers.measures.content`. Nobody judged what was
said.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import (
    DECIDING,
    SEED,
    extend_follow_up,
    select_recorded,
)
from helpers.errors import NotIdentifiableError
from helpers.inference import choose_clusters, estimate_share
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

LIVELY_WINDOWS = {90.0: "56-83", 180.0: "152-179", 365.0: "337-364"}
POSTERS, REPLY_RATIO = 5, 0.3
MESSAGES, WEEK_DAYS = 20, 7
DEFINITIONS: Mapping[str, str] = {
    "long, or a link with a comment": "items",
    say("long alone"): "long",
    say("links with a comment alone"): "commented",
    say("half as long"): "half_long",
}


def lively(
    evidence: Evidence,
    groups: npt.NDArray[np.int64],
    horizon: float,
    *,
    posters: int = POSTERS,
    reply_ratio: float = REPLY_RATIO,
    replies: str = "",
) -> Bools:
    """Return which groups had ≥ 5 posters and ≥ 0.3 replies per message before an age.

    Those not watched through these days are not lively.
    """
    if replies:
        gates.pass_gates(
            gates.require_explicit_replies(evidence.study.manifest.centres_from)
        )
    window = evidence.window(LIVELY_WINDOWS[horizon]).set_index("group")
    window = window.reindex(groups)
    answers = window[replies or evidence.answers]
    ratio = answers / window["messages"].where(window["messages"] > 0)
    is_lively = (window["posters"] >= posters) & (ratio >= reply_ratio)
    return is_lively.to_numpy(bool)


def estimate_never_active(evidence: Evidence, horizon: float) -> Interval:
    """Estimate the share of groups never active up to an age, in days.

    Active is 5 people and 20 messages in some 7 calendar days. Of the groups watched
    from their origin those count that could be watched up to that age, dead or not.

    Raises
    ------
    NotIdentifiableError
        If senders or their days are not known, or a gate is not passed.
    """
    gates.pass_gates(evidence.shows("sender_ids", "births"))
    days = evidence.study.table("member_days")
    groups = extend_follow_up(evidence.from_birth)
    watched = (groups["end_us"] - groups["origin_us"]) / DAY_US
    followed_groups = groups[watched >= horizon]
    gates.pass_gates(
        gates.require_groups(len(groups)),
        gates.require_follow_up(watched, horizon),
        gates.require_clusters(followed_groups["network"], followed_groups["batch"]),
    )
    born = days["group"].map(followed_groups.set_index("group")["origin_us"] // DAY_US)
    early = days[(days["day"] - born) < horizon]  # without `born` false
    is_inactive = ~followed_groups["group"].isin(select_active_groups(early))
    clusters = choose_clusters(followed_groups["network"], followed_groups["batch"])
    return estimate_share(is_inactive, clusters, seed=SEED, replicates=DECIDING)


def select_active_groups(member_days: pd.DataFrame) -> set[int]:
    """Select groups with 5 posters and 20 messages within some 7 calendar days.

    Examples
    --------
    >>> import pandas as pd
    >>> five = pd.DataFrame({"group": 0, "member": range(5), "messages": 4})
    >>> select_active_groups(five.assign(day=[1, 2, 3, 5, 7]))
    {0}
    >>> select_active_groups(five.assign(day=[1, 2, 3, 5, 8]))
    set()
    """
    weeks = member_days.loc[member_days.index.repeat(WEEK_DAYS)]
    last = weeks["day"] + np.tile(np.arange(WEEK_DAYS), len(member_days))
    counts = weeks.assign(last=last).groupby(["group", "last"]).agg(
        people=("member", "nunique"), messages=("messages", "sum")
    )  # fmt: skip
    busy = counts[(counts["people"] >= POSTERS) & (counts["messages"] >= MESSAGES)]
    return set(busy.index.get_level_values("group").tolist())


def list_meetings_held(evidence: Evidence) -> pd.DataFrame:
    """List meetings that took place (not cancelled), up to the end of the record."""
    rows = evidence.table("meetings").sort_values(["group", "time_us"])
    is_past = rows["time_us"] < evidence.groups["end_us"].max()
    meetings: pd.DataFrame = rows[is_past & rows["held"].astype(bool)]
    return meetings


def select_alive(evidence: Evidence, day: float, watched: float) -> pd.DataFrame:
    """Select groups active at or after an age and observed for at least `watched` days.

    Parameters
    ----------
    day
        The age; groups silent from before it, for 60 days, are out.
    watched
        Least days from the origin to the end of observation.
    """
    lives = select_recorded(evidence)
    lives = lives.where(lives.durations > day)
    groups = evidence.groups.set_index("group", drop=False)
    rows = groups.loc[lives.group].rename_axis(None)
    return rows[rows["end_us"] - rows["origin_us"] >= watched * DAY_US]


def count_items(evidence: Evidence, from_day: int, to_day: int) -> pd.DataFrame:
    """Count messages, links and long messages by group in a range of ages in days."""
    days = evidence.table("content")
    inside = days[days["age_day"].between(from_day, to_day)]
    return inside.drop(columns="age_day").groupby("group").sum()


def count_items_by_span(evidence: Evidence, days: int = MONTH_DAYS) -> pd.DataFrame:
    """Count messages, links and long messages by group and period of group age.

    The index is ``group, span``, spans numbered from the origin, those with a message.
    """
    rows = evidence.table("content")
    spans = rows.assign(span=rows["age_day"] // days).drop(columns="age_day")
    return spans.groupby(["group", "span"]).sum()


def summarise_supply(evidence: Evidence, definition: str) -> pd.DataFrame:
    """Return by group if content was scheduled, and how many people posted later."""
    rows = evidence.table("supply")
    return rows[rows["definition"] == definition].set_index("group")


def estimate_share_among(
    evidence: Evidence, groups: pd.Index[int], yes: pd.Series[bool]
) -> Interval:
    """Estimate in which share of given groups a property is true, with interval.

    Raises
    ------
    NotIdentifiableError
        If there is no group, or there are too few networks for one interval.
    """
    if groups.empty:
        raise NotIdentifiableError("there is no such group", where="content")
    rows = evidence.groups.set_index("group").loc[groups]
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(yes[groups], clusters, seed=SEED, replicates=DECIDING)
