"""Effects of meetings in person on survival, messages and tone.

Where only dated meetings are known, groups whose first meeting was in person are
compared with those that first met online.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates, multiply_sets
from helpers.claims.contract.permutation import Permutations, describe_confounding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_arm_difference,
    require_both_sides,
)
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.event_study import (
    count_talk,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
    stack_events,
)
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.designs.hazards.time_varying import (
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.designs.hazards.two_arms import (
    estimate_rate_ratio_by_month,
    has_sparse_arm,
)
from helpers.claims.quantities.activity import list_meetings_held
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.spans import HALF_YEAR, YEAR, to_local_days
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, fit_cox
from helpers.wording import say

SOON = (1, 14)
AFTER_MEETING = (8, 28)
HELD_OVER = 7
FADED = 60
ERA = (pd.Timestamp("2020-03-01"), pd.Timestamp("2022-01-01"))
AT_ONCE = 0.5  # days, of who met once: the grid is a day


@estimates("s3-offline-meetups-help")
def meetups_help(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of silence and the ratio of messages after meetings."""
    events, series = list_dated_events(evidence, "meetup"), count_talk(evidence)
    rows = build_stretches(evidence, _list_spells(evidence, events, HELD_OVER))
    passed = gates.pass_gates(
        require_enough(events, "{n} meetings, {least} needed")
    ) + check_gates(evidence, rows)

    def estimate(lag: int, after: tuple[int, int]) -> tuple[Interval, Interval]:
        late = build_stretches(evidence, _list_spells(evidence, events, lag))
        ratio = estimate_hazard_ratio(evidence, late)
        return ratio, estimate_event_ratio(evidence, series, events, after)

    return Finding.estimated(
        partial(estimate, HELD_OVER, AFTER_MEETING),
        "HR of the first silence of 60 days from 7 to 60 days after a meeting; messages"
        " in days 8–28 after it over the 21 before, against groups without one",
        passed,
        {say("lag of 14 days"): partial(estimate, 2 * HELD_OVER, (15, 28))},
        beside=select_before_events(evidence, series, events),
        qualifiers=("association",),
    )


def _list_spells(evidence: Evidence, events: pd.DataFrame, lag: int) -> pd.DataFrame:
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    age = events["day"] - events["group"].map(born)
    spells = {"group": events["group"], "from_age": age + lag, "to_age": age + FADED}
    return pd.DataFrame(spells)


@estimates("s4-offline-is-content")
def meeting_as_content(evidence: Evidence) -> Finding:
    """Estimate the ratio of message increases: days 1–14 after meetings vs. lessons."""
    series = count_talk(evidence)
    both = {kind: list_dated_events(evidence, kind) for kind in ("meetup", "lesson")}
    near = pd.concat(both.values())  # a lesson lifts what a meeting is compared with
    passed = gates.pass_gates(
        require_enough(both["meetup"], "{n} meetups, {least} needed"),
        require_enough(both["lesson"], "{n} lessons, {least} needed"),
    )

    def estimate(after: tuple[int, int]) -> Interval:
        rows = pd.concat(
            [
                stack_events(series, events, after, near).assign(kind=kind)
                for kind, events in both.items()
            ],
            ignore_index=True,
        )
        lift, meeting = rows["post"] * rows["treated"], rows["kind"].eq("meetup")
        exposures = pd.DataFrame(
            {
                "apart": lift * meeting,
                "lift": lift,
                "season": rows["post"] * meeting,
                say("post"): rows["post"],
            }
        )
        clusters = choose_clusters_for(evidence, rows["group"])
        unit = rows["kind"] + rows["unit"]
        return fit_within(rows["value"], exposures, unit, clusters).ratio("apart")

    return Finding.estimated(
        partial(estimate, SOON),
        "lift of messages in days 1–14 after a meeting over that after a lesson",
        passed,
        {
            say("days 1–7"): partial(estimate, (1, 7)),
            say("days 1–28"): partial(estimate, (1, 28)),
        },
    )


@estimates("s3-offline-first-better")
def offline_first(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio, and tone gap, of groups first met in person.

    The second component is None without hand labels of tone.
    """
    has_met = read_stated(evidence, "offline_first")
    landmark = compare_at_landmark(evidence, has_met, 28)
    first = landmark.finding(
        "members met in person before the group began, against not"
    )
    tone = _estimate_positive_difference(evidence, has_met)
    return Finding.estimated(
        lambda: (*first.components, tone),
        say(
            "{definition}; then the share of positive messages",
            definition=first.definition,
        ),
        first.gates,
        {
            each.name: partial(lambda each: (*each.components, tone), each)
            for each in first.specifications
        },
        beside=first.beside,
        qualifiers=first.qualifiers,
        note=first.note,
    )


def _estimate_positive_difference(
    evidence: Evidence, met: pd.Series[float]
) -> Interval | None:
    try:
        labelled = Labelled.of(evidence, "tone").among(set(met.index))
    except NotIdentifiableError:
        return None
    exposed = met.reindex(labelled.groups.index)
    if not require_both_sides(exposed).passed:
        return None
    phase = pd.DataFrame({"from_day": 0, "to_day": np.inf}, labelled.groups.index)
    return estimate_arm_difference(labelled.share(phase), exposed.to_numpy(np.float64))


@stands_in("s3-offline-first-better", needs=("meetings",))
def chapters_met_offline(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, first met in person versus online."""
    sets: Sets = {
        "w_days": {say("W = 365"): YEAR, say("W = 180"): HALF_YEAR},
        "since": {
            "all": 0,
            say("first met in 2018 or later"): 2018,
            "2022 or later": 2022,
        },
    }
    data = _select_chapters(evidence, YEAR, 0)
    passed, ratio = _check_gates(data), _estimate_hazard_ratio(data)
    return Finding(
        cases="stretches",
        components=(ratio, None),
        definition=say(
            "first meeting offline against online; no further meeting for"
            " 365 days; March 2020 to December 2021 and the year of the"
            " first meeting adjusted"
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, partial(_estimate_ratio_past_gates, evidence)
        ),
        permuted=Permutations.of(ratio, data, _estimate_hazard_ratio),
        qualifiers=QUALIFIERS,
        variant="chapters",
        note=say(
            "{ended} of {n} chapters ended; before 2020 offline is assumed;"
            " belonging is not recorded; {confounding}",
            ended=int(data["ended"].sum()),
            n=len(data),
            confounding=describe_confounding(ratio, data["ended"].mean()),
        ),
    )


def _select_chapters(evidence: Evidence, w_days: float, since: int) -> pd.DataFrame:
    """Return meetup groups with their lifetime and whether they first met in person."""
    meetings = list_meetings_held(evidence)
    first = meetings.drop_duplicates("group").set_index("group")
    last_us = meetings.groupby("group")["time_us"].max()
    data = evidence.groups.set_index("group", drop=False)[["group", "network", "batch"]]
    data = data.join(first[["time_us", "online"]], how="inner")
    began = pd.to_datetime(data["time_us"], unit="us")
    follow = (evidence.groups["end_us"].max() - data["time_us"]) / DAY_US - w_days
    last = (last_us - data["time_us"]) / DAY_US
    ended = last < follow
    data = data.assign(
        began=began,
        cohort=began.dt.year,
        year=(began.dt.year - began.dt.year.min()).astype("float64"),
        exposure=1.0 - data["online"].eq(True).astype("float64"),  # noqa: FBT003
        duration=np.maximum(last.where(ended, follow), AT_ONCE),
        ended=ended,
    )
    chapters: pd.DataFrame = data[(follow > 0) & (began.dt.year >= since)]
    return chapters.reset_index(drop=True)


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        *gates.require_arms(data["exposure"] == 1, data["ended"]),
        gates.require_clusters(data["network"], data["batch"]),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 3),
    )


def _estimate_ratio_past_gates(
    evidence: Evidence,
    **values: Any,  # noqa: ANN401 - as the sets have them
) -> tuple[Interval, None]:
    data = _select_chapters(evidence, **values)
    _check_gates(data)
    return _estimate_hazard_ratio(data), None


def _estimate_hazard_ratio(data: pd.DataFrame) -> Interval:
    """Estimate the death hazard ratio, with lifetimes split at the pandemic's dates."""
    code = choose_clusters(data["network"], data["batch"]).codes
    if has_sparse_arm(data["exposure"], data["ended"]):
        lives = data.assign(entry=0.0)
        return estimate_rate_ratio_by_month(lives, data[["exposure", "year"]], code)
    cuts = [(at - data["began"]).dt.total_seconds() / 86_400 for at in ERA]
    edges = [pd.Series(0.0, data.index), *cuts, pd.Series(np.inf, data.index)]
    parts = [
        data.assign(
            start=edges[nth].clip(lower=0),
            stop=np.minimum(edges[nth + 1], data["duration"]),
            era=float(nth == 1),
            code=code,
        )
        for nth in range(len(edges) - 1)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["stop"] > rows["start"]]
    table = rows[["exposure", "era", "year"]]
    varies = table.max() > table.min()
    fit = fit_cox(
        rows["stop"],
        rows["ended"] & (rows["stop"] == rows["duration"]),
        table.loc[:, varies],
        entry=rows["start"],
        cluster=rows["code"],
    )
    return fit["exposure"].ratio
