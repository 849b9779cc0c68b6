"""Indirect: effect of a host's opening question on messages that day.

That person stands for the owner, a question mark that names nobody for a prompt.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import list_networks_and_batches
from helpers.claims.designs.rates.prompt_days import (
    compute_ratios,
    estimate_day_before,
    select_days_around,
)
from helpers.claims.quantities.spans import to_local_days

CHOSEN_BY = 28  # days of age in which the host is told


@stands_in("s3-daily-prompts", needs=("groups", "host_prompts"))
def host_prompts(evidence: Evidence) -> Finding:
    """Compare members' messages on days the host opens with a question."""
    rows = _select_hosted_days(evidence, "prompt")
    both = rows.groupby("group")["prompt"].agg(["min", "max"])
    kinds = int((both["min"] < both["max"]).sum())
    passed = gates.pass_gates(
        gates.require_groups(kinds, gates.LEAST_IN_ARM),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    return Finding.estimated(
        partial(compute_ratios, evidence, rows),
        "others' messages on days whose first message by who wrote most in days 0–27"
        " has a question mark and neither names nor quotes anybody, over that person's"
        " other days; then the same of the day before",
        passed,
        {
            "any question mark": lambda: compute_ratios(
                evidence, _select_hosted_days(evidence, "question")
            ),
            **{
                name: partial(
                    compute_ratios, evidence, rows[part].reset_index(drop=True)
                )
                for name, part in _split_halves(rows).items()
            },
        },
        qualifiers=QUALIFIERS,
        variant="host",
        attenuated=True,
        controls=estimate_day_before(evidence, rows),
        note=f"{kinds} groups with both kinds of day, {int(rows['prompt'].sum())} days"
        f" of {len(rows)} with a prompt",
        cases="days",
    )


def _split_halves(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    busy = rows["trailing"] >= rows["trailing"].median()
    return {"busy times": busy, "quiet times": ~busy}


def _select_hosted_days(evidence: Evidence, detector: str) -> pd.DataFrame:
    """Select the host's days after the host was identified."""
    days = evidence.table("host_days")
    days = days.assign(prompt=days[detector])
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    later = days["day"] > days["group"].map(born) + CHOSEN_BY
    return select_days_around(
        evidence, days, later & days["prompt"].notna() & days["host"].gt(0)
    )
