"""Messages in a channel after raids or gifts, compared with channels without one.

Where no other channel is known, with the channel's own similar days. Packets strewn
over those present and gifts to many are activations. A matched day is of the same
weekday, had about as many messages in the fortnight before and no activation within
four weeks.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, estimates, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import build_stratum_qualifiers
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.event_study import (
    Series,
    count_talk,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
)
from helpers.claims.quantities.spans import to_local_day
from helpers.inference import cluster_by_label
from helpers.records import WEEK_DAYS
from helpers.survival import Interval
from helpers.survival.bootstrap import FEWEST_NETWORKS
from helpers.wording import say

LASTING = (15, 28)
PACKET, GIFT, RAID = "red_packet", "gift to many", "raid"
MANY = 5  # people who were given to
BEFORE, CLEAR, AS_LIVELY, CONTROLS = 14, 28, 2.0, 3


@estimates("s1-single-tactics-dont-last")
def single_tactics(evidence: Evidence) -> Finding:
    """Estimate the before–after ratio of messages at raids or gifts vs. controls."""
    events, series = list_dated_events(evidence, "activation"), count_talk(evidence)
    passed = gates.pass_gates(require_enough(events, "{n} activations, {least} needed"))
    alternatives = {
        say("days {a}–{b}", a=a, b=b): partial(
            estimate_event_ratio, evidence, series, events, (a, b)
        )
        for a, b in ((8, 28), (29, 56))
    }
    return Finding.estimated(
        partial(estimate_event_ratio, evidence, series, events, LASTING),
        "messages in days 15–28 after an activation over the 14 before, against as"
        " lively groups without one",
        passed,
        alternatives,
        beside=select_before_events(evidence, series, events),
        qualifiers=("association",),
    )


@stratified("s1-single-tactics-dont-last")
@stands_in(
    "s1-single-tactics-dont-last",
    (f"events.{PACKET}", f"events.{GIFT}"),
    needs=("daily",),
    planned=True,
)
def tactics_fade(evidence: Evidence) -> Finding:
    """Estimate the message ratio of days 15–28 after raids or gifts to similar days."""
    rows = _build_rows(evidence, LASTING)
    matched = rows[rows["treated"] == 1]
    passed = gates.pass_gates(
        require_enough(matched, "{n} activations with matched days, {least} needed")
    )
    alternatives = {
        say("days 8–28"): partial(_estimate_ratio, evidence, (8, 28)),
        say("days 29–56"): partial(_estimate_ratio, evidence, (29, 56)),
        "no crowd sent that day": partial(
            _estimate_ratio, evidence, LASTING, apart=True
        ),
    }
    before = Supplement.tried(
        say("days −28 to −15"), partial(_estimate_ratio, evidence, (-28, -15))
    )
    return Finding.estimated(
        partial(_estimate_ratio, evidence, LASTING),
        say(
            "messages in days 15–28 after an activation over those after"
            " days of the same channel and weekday with half to twice as"
            " many in the 14 days before"
        ),
        passed,
        alternatives,
        beside=before,
        qualifiers=build_stratum_qualifiers(evidence.groups, QUALIFIERS),
        may="both" if _has_no_pretrend(before) else "nothing",
        note=say(
            "{n} activations in {group} channels",
            n=len(matched),
            group=matched["group"].nunique(),
        )
        + (
            "" if _has_no_pretrend(before) else say("; other days differed before, too")
        ),
    )


def _has_no_pretrend(before: tuple[Supplement, ...]) -> bool:
    """Return whether message counts before a raid or gift already show its effect."""
    return bool(before) and all(b.interval.low <= 1 <= b.interval.high for b in before)


def _list_activations(evidence: Evidence, *, apart: bool) -> pd.DataFrame:
    """List the days on which a channel had a raid (incoming viewers) or gifts."""
    rows = evidence.table("events")
    is_gift = rows["kind"].eq(GIFT) & (rows["value"] >= MANY)
    days = rows.assign(day=to_local_day(evidence, rows["time_us"]))
    active = days.loc[is_gift | rows["kind"].eq(PACKET), ["group", "day"]]
    sent = days.loc[rows["kind"].eq(RAID), ["group", "day"]]
    activations = active.drop_duplicates()
    if apart:
        both = activations.merge(sent.drop_duplicates(), how="left", indicator=True)
        activations = both.loc[both["_merge"] == "left_only", ["group", "day"]]
    return activations.sort_values(["group", "day"], ignore_index=True)


def _build_rows(
    evidence: Evidence, span: tuple[int, int], *, apart: bool = False
) -> pd.DataFrame:
    series = _start_at_first_count(evidence, count_talk(evidence))
    near = _list_activations(evidence, apart=False)
    return match_days(series, _list_activations(evidence, apart=apart), near, span)


def _start_at_first_count(evidence: Evidence, series: Series) -> Series:
    """Start the observation of each channel at its first day with messages."""
    first_day = evidence.daily.groupby("group")["day"].min().reindex(series.groups)
    return replace(series, first=np.fmax(series.first, first_day.to_numpy(np.float64)))


def match_days(
    series: Series, events: pd.DataFrame, near: pd.DataFrame, span: tuple[int, int]
) -> pd.DataFrame:
    """Match each day of a raid or gift with similar days of the channel without one.

    Parameters
    ----------
    events
        ``group, day`` of activations; those without a matched day are left out.
    near
        Activations that keep a day within four weeks from being matched.
    span
        The days after (or before, if negative) whose messages are `value`.
    """
    days = _select_watched(series, max(-span[0], BEFORE), max(span[1], LASTING[1]))
    free = series.like(near.assign(value=1.0)).at(days, -CLEAR, CLEAR) == 0
    units = events.merge(days, on=["group", "day"]).reset_index(names="unit")
    pairs = units.merge(days[free], on="group", suffixes=("", "_of"))
    fits = (pairs["day_of"] - pairs["day"]) % WEEK_DAYS == 0
    fits &= pairs["before_of"] >= pairs["before"] / AS_LIVELY
    fits &= pairs["before_of"] <= pairs["before"] * AS_LIVELY
    distance = np.abs(np.log1p(pairs["before_of"]) - np.log1p(pairs["before"]))
    near_by = pairs.assign(apart=distance)[fits].sort_values(
        ["unit", "apart", "day_of"]
    )
    chosen = near_by.groupby("unit").head(CONTROLS)[["unit", "group", "day_of"]]
    own = units.loc[units["unit"].isin(chosen["unit"]), ["unit", "group", "day"]]
    both = pd.concat(
        [
            own.assign(treated=1.0),
            chosen.rename(columns={"day_of": "day"}).assign(treated=0.0),
        ],
        ignore_index=True,
    )
    return both.assign(value=series.at(both, *span))


def _select_watched(series: Series, before: int, after: int) -> pd.DataFrame:
    """Select days of a channel with enough observed days before and after them."""
    spans = [
        (group, np.arange(np.ceil(first) + before, np.floor(last) - after))
        for group, first, last in zip(
            series.groups, series.first, series.last, strict=True
        )
    ]
    day = np.concatenate([days for _, days in spans]).astype("int64")
    group = np.repeat(series.groups, [len(days) for _, days in spans])
    rows = pd.DataFrame({"group": group, "day": day})
    rows = rows.assign(before=series.at(rows, -BEFORE, -1))
    return rows[rows["before"] > 0].reset_index(drop=True)


def _estimate_ratio(
    evidence: Evidence, span: tuple[int, int], *, apart: bool = False
) -> Interval:
    rows = _build_rows(evidence, span, apart=apart)
    gates.pass_gates(
        require_enough(
            rows[rows["treated"] == 1],
            "{n} activations with matched days, {least} needed",
        )
    )
    has_groups = rows["group"].nunique() >= FEWEST_NETWORKS
    start = rows.groupby("unit")["day"].transform("first") // WEEK_DAYS
    cluster_ids = rows["group"] if has_groups else start
    return fit_within(
        rows["value"], rows[["treated"]], rows["unit"], cluster_by_label(cluster_ids)
    ).ratio("treated")
