"""Indirect: share of meetup members who answered no invitation.

Members are counted at the end and guests over the window: members less guests is the
least number of silent ones, since guests may have left before the end.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    estimate_mean_of_groups,
    estimate_share_of_people,
)
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

EVENTS, OTHER_EVENTS = 6, (3, 12)
LEAST_GROUPS = 8


@stands_in("s0-lurkers-are-many", needs=("guests",), planned=True)
def never_answered(evidence: Evidence) -> Finding:
    """Estimate the share of members who answered no invitation."""
    rows = _count_silent(evidence, EVENTS)
    passed = gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with {events} events, {least} needed",
            LEAST_GROUPS,
            events=EVENTS,
        )
    )
    return Finding.estimated(
        partial(_estimate_silent, evidence, EVENTS),
        say(
            "members at the end less people with an RSVP in two years, of"
            " members, in groups with {events} events",
            events=EVENTS,
        ),
        passed,
        {
            **{
                say("groups with {events} events", events=events): partial(
                    _estimate_silent, evidence, events
                )
                for events in OTHER_EVENTS
            },
            say("mean of groups"): lambda: estimate_mean_of_groups(
                rows, rows["silent"] / rows["members"]
            ),
        },
        cases="memberships",
        qualifiers=("proxy", "survivors"),
        may="support",
        variant="rsvps",
        note=say(
            "{members} memberships in {n} groups",
            members=People(rows["members"].sum()),
            n=len(rows),
        ),
    )


def _count_silent(evidence: Evidence, events: int) -> pd.DataFrame:
    """Count by group all members, and how many at least never answered."""
    facts = evidence.table("facts")
    names = ["events", "members", "guests"]
    numbers = facts[facts["fact"].isin(names)].pivot_table(
        index="group", columns="fact", values="value"
    )
    rows = evidence.groups[["group", "network", "batch"]].merge(
        numbers.reset_index(), on="group"
    )
    used = rows[rows["events"].ge(events) & rows["members"].gt(0)].fillna({"guests": 0})
    silent = (used["members"] - used["guests"]).clip(lower=0)
    return used.assign(silent=silent)


def _estimate_silent(evidence: Evidence, events: int) -> Interval:
    rows = _count_silent(evidence, events)
    return estimate_share_of_people(rows, "silent", "members")
