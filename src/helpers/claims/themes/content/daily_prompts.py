"""What an owner's prompt does on its day."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import whose
from helpers.claims.designs.rates.prompt_days import around, ratios

LEAST_DAYS = 200


@estimates("s3-daily-prompts")
def daily_prompts(evidence: Evidence) -> Finding:
    """Compare days whose first word from the owner is a prompt with other such days.

    Within groups and days of the week; the second leg is the day before, on which a
    prompt can have done nothing.
    """
    rows = _posted(evidence)
    many = int(rows["prompt"].sum())
    asked = gates.passed(
        gates.units(rows["group"].nunique()),
        gates.units(many, "days with a prompt", LEAST_DAYS),
        gates.clustering(*whose(evidence, rows["group"])),
    )

    busy = rows["trailing"] >= rows["trailing"].median()
    return Finding.estimated(
        partial(ratios, evidence, rows),
        "messages of other members on days that the owner opens with a prompt over days"
        " with the owner but without one; then the same of the day before",
        asked,
        {
            name: partial(ratios, evidence, rows[part].reset_index(drop=True))
            for name, part in {"busy times": busy, "quiet times": ~busy}.items()
        },
        qualifiers=("association",),
        cases="days",
    )


def _posted(evidence: Evidence) -> pd.DataFrame:
    """Return days on which the owner wrote, with what others wrote then and before."""
    days = evidence.table("owner_days")
    return around(evidence, days, days["prompt"].notna() & days["owner"].gt(0))
