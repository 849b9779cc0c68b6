"""Messages in a channel after raids or gifts, compared with channels without one."""

from __future__ import annotations

from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.event_study import (
    count_talk,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
)
from helpers.wording import say

LASTING = (15, 28)


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
