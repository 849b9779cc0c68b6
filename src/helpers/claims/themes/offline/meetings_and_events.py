"""Effects of meetings in person on survival, messages and tone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_arm_difference,
    require_both_sides,
)
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.designs.hazards.time_varying import (
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.designs.rates.event_study import (
    count_talk,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
    stack_events,
)
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.spans import to_local_days
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.wording import say

SOON = (1, 14)
AFTER_MEETING = (8, 28)
HELD_OVER = 7
FADED = 60


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
