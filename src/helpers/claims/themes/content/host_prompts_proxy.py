"""What the first word of who wrote most at first does on its day: for owners' prompts.

That person stands for the owner, a question mark that names nobody for a prompt.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import local_days
from helpers.claims.designs.arms import whose
from helpers.claims.designs.rates.prompt_days import around, day_before, ratios

CHOSEN_BY = 28  # days of age in which the host is told


@stands_in("s3-daily-prompts", needs=("groups", "host_prompts"))
def host_prompts(evidence: Evidence) -> Finding:
    """Compare days that a host opens with a question to all with the host's others."""
    rows = _hosted(evidence, "prompt")
    both = rows.groupby("group")["prompt"].agg(["min", "max"])
    kinds = int((both["min"] < both["max"]).sum())
    passed = gates.passed(
        gates.groups(kinds, gates.LEAST_IN_ARM),
        gates.clustering(*whose(evidence, rows["group"])),
    )
    return Finding.estimated(
        partial(ratios, evidence, rows),
        "others' messages on days whose first message by who wrote most in days 0–27"
        " has a question mark and neither names nor quotes anybody, over that person's"
        " other days; then the same of the day before",
        passed,
        {
            "any question mark": lambda: ratios(
                evidence, _hosted(evidence, "question")
            ),
            **{
                name: partial(ratios, evidence, rows[part].reset_index(drop=True))
                for name, part in _halves(rows).items()
            },
        },
        qualifiers=QUALIFIERS,
        variant="host",
        attenuated=True,
        controls=day_before(evidence, rows),
        note=f"{kinds} groups with both kinds of day, {int(rows['prompt'].sum())} days"
        f" of {len(rows)} with a prompt",
        cases="days",
    )


def _halves(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    busy = rows["trailing"] >= rows["trailing"].median()
    return {"busy times": busy, "quiet times": ~busy}


def _hosted(evidence: Evidence, detector: str) -> pd.DataFrame:
    """Return days of the host wholly after the age by which the host was told."""
    days = evidence.table("host_days")
    days = days.assign(prompt=days[detector])
    born = local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    later = days["day"] > days["group"].map(born) + CHOSEN_BY
    return around(evidence, days, later & days["prompt"].notna() & days["host"].gt(0))
