"""Effects of an owner's prompt on that day, and of an activation weeks later."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import list_networks_and_batches
from helpers.claims.designs.rates.event_study import (
    count_talk,
    estimate_event_ratio,
    list_dated_events,
    require_enough,
    select_before_events,
)
from helpers.claims.designs.rates.prompt_days import (
    compute_ratios,
    estimate_day_before,
    select_days_around,
)

LEAST_DAYS = 200
LASTING = (15, 28)


@estimates("s3-daily-prompts")
def daily_prompts(evidence: Evidence) -> Finding:
    """Compare members' messages on days with and without an owner's prompt.

    Within groups and days of the week; the second leg is the day before, on which a
    prompt can have done nothing.
    """
    rows = _list_owner_days(evidence)
    n_days = int(rows["prompt"].sum())
    passed = gates.pass_gates(
        gates.require_units(rows["group"].nunique()),
        gates.require_units(n_days, "days with a prompt", LEAST_DAYS),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    busy = rows["trailing"] >= rows["trailing"].median()
    return Finding.estimated(
        partial(compute_ratios, evidence, rows),
        "messages of other members on days that the owner opens with a prompt over days"
        " with the owner but without one; then the same of the day before",
        passed,
        {
            name: partial(compute_ratios, evidence, rows[part].reset_index(drop=True))
            for name, part in {"busy times": busy, "quiet times": ~busy}.items()
        },
        qualifiers=("association",),
        controls=estimate_day_before(evidence, rows),
        cases="days",
    )


def _list_owner_days(evidence: Evidence) -> pd.DataFrame:
    """Return days with owner messages, and members' messages around them."""
    days = evidence.table("owner_days")
    return select_days_around(
        evidence, days, days["prompt"].notna() & days["owner"].gt(0)
    )


@estimates("s1-single-tactics-dont-last")
def single_tactics(evidence: Evidence) -> Finding:
    """Estimate the remaining effect of an activation on messages in days 15–28."""
    events, series = list_dated_events(evidence, "activation"), count_talk(evidence)
    passed = gates.pass_gates(require_enough(events, "activations"))
    others = {
        f"days {a}–{b}": partial(estimate_event_ratio, evidence, series, events, (a, b))
        for a, b in ((8, 28), (29, 56))
    }
    return Finding.estimated(
        partial(estimate_event_ratio, evidence, series, events, LASTING),
        "messages in days 15–28 after an activation over the 14 before, against as"
        " lively groups without one",
        passed,
        others,
        beside=select_before_events(evidence, series, events),
        qualifiers=("association",),
    )
