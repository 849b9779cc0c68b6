"""What an owner's prompt does on its day, and what is left of an activation."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import whose
from helpers.claims.designs.rates.event_study import (
    before_events,
    dated,
    enough,
    event_ratio,
    talk,
)
from helpers.claims.designs.rates.prompt_days import around, day_before, ratios

LEAST_DAYS = 200
LASTING = (15, 28)


@estimates("s3-daily-prompts")
def daily_prompts(evidence: Evidence) -> Finding:
    """Compare days whose first word from the owner is a prompt with other such days.

    Within groups and days of the week; the second leg is the day before, on which a
    prompt can have done nothing.
    """
    rows = _posted(evidence)
    n_days = int(rows["prompt"].sum())
    passed = gates.passed(
        gates.units(rows["group"].nunique()),
        gates.units(n_days, "days with a prompt", LEAST_DAYS),
        gates.clustering(*whose(evidence, rows["group"])),
    )

    busy = rows["trailing"] >= rows["trailing"].median()
    return Finding.estimated(
        partial(ratios, evidence, rows),
        "messages of other members on days that the owner opens with a prompt over days"
        " with the owner but without one; then the same of the day before",
        passed,
        {
            name: partial(ratios, evidence, rows[part].reset_index(drop=True))
            for name, part in {"busy times": busy, "quiet times": ~busy}.items()
        },
        qualifiers=("association",),
        controls=day_before(evidence, rows),
        cases="days",
    )


def _posted(evidence: Evidence) -> pd.DataFrame:
    """Return days on which the owner wrote, with what others wrote then and before."""
    days = evidence.table("owner_days")
    return around(evidence, days, days["prompt"].notna() & days["owner"].gt(0))


@estimates("s1-single-tactics-dont-last")
def single_tactics(evidence: Evidence) -> Finding:
    """Estimate what is left of an activation's lift in days 15–28."""
    events, series = dated(evidence, "activation"), talk(evidence)
    passed = gates.passed(enough(events, "activations"))
    others = {
        f"days {a}–{b}": partial(event_ratio, evidence, series, events, (a, b))
        for a, b in ((8, 28), (29, 56))
    }
    return Finding.estimated(
        partial(event_ratio, evidence, series, events, LASTING),
        "messages in days 15–28 after an activation over the 14 before, against as"
        " lively groups without one",
        passed, others,
        beside=before_events(evidence, series, events), qualifiers=("association",),
    )  # fmt: skip
