"""Effect of an owner's opening prompt on that day's messages.

Where owners are not known, who wrote most at first stands for the owner, a question
mark that names nobody for a prompt.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates, list_alternatives
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import list_networks_and_batches
from helpers.claims.designs.rates.prompt_days import (
    compute_ratios,
    estimate_day_before,
    select_days_around,
)
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.question_rule import describe_question_rule
from helpers.claims.quantities.spans import to_local_days
from helpers.wording import join_messages, say

LEAST_DAYS = 200
CHOSEN_BY = 28  # days of age in which the host is told


@estimates("s3-daily-prompts")
@stands_in("s3-daily-prompts", needs=("groups", "host_prompts"))
def daily_prompts(evidence: Evidence) -> Finding:
    """Estimate the ratio of members' messages on days with a prompt to days without.

    Within groups and weekdays; the second component is the day before, on which a
    prompt can have done nothing.
    """
    owned = evidence.records("owner_prompts")
    days = (_days_of_owner if owned else _days_of_host)(evidence)
    rows = days.rows(**days.chosen)
    passed = gates.pass_gates(
        *days.gate(rows),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    estimate = partial(compute_ratios, evidence)
    busy = rows["trailing"] >= rows["trailing"].median()
    halves = {
        name: partial(estimate, rows[part].reset_index(drop=True))
        for name, part in {say("busy times"): busy, say("quiet times"): ~busy}.items()
    }
    return days.build_finding(
        rows,
        estimate,
        passed,
        specifications=(*days.vary(estimate), *list_alternatives(halves)),
        controls=estimate_day_before(evidence, rows),
        cases="days",
    )


def _days_of_owner(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return messages on days when the owner wrote, with or without a prompt."""
    days = evidence.table("owner_days")
    chosen = days["prompt"].notna() & days["owner"].gt(0)
    return Quantity(
        rows=lambda: select_days_around(evidence, days, chosen),
        definition=say(
            "messages of other members on days that the owner opens with a"
            " prompt over days with the owner but without one; then the same of the day"
            " before"
        ),
        gate=lambda rows: (
            gates.require_units(rows["group"].nunique()),
            gates.require_units(
                int(rows["prompt"].sum()),
                "{n} days with a prompt, {least} needed",
                LEAST_DAYS,
            ),
        ),
    )


def _days_of_host(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return messages on days when the host wrote, with or without a prompt."""
    rows = _select_hosted_days(evidence, "prompt")
    both = rows.groupby("group")["prompt"].agg(["min", "max"])
    kinds = int((both["min"] < both["max"]).sum())
    return Quantity(
        rows=partial(_select_hosted_days, evidence),
        definition=say(
            "others' messages on days whose first message by who wrote most"
            " in days 0–27 has a question mark and neither names nor quotes"
            " anybody, over that person's other days; then the same of the"
            " day before"
        ),
        sets={"detector": {"a prompt": "prompt", say("any question mark"): "question"}},
        qualifiers=QUALIFIERS,
        gate=lambda _: (gates.require_groups(kinds, gates.LEAST_IN_ARM),),
        note=join_messages(
            "; ",
            (
                say(
                    "{kinds} groups with both kinds of day,"
                    " {prompt} days of {n} with a prompt",
                    kinds=kinds,
                    prompt=int(rows["prompt"].sum()),
                    n=len(rows),
                ),
                describe_question_rule(),
            ),
        ),
        standing={"variant": "host", "attenuated": True},
    )


def _select_hosted_days(evidence: Evidence, detector: str) -> pd.DataFrame:
    days = evidence.table("host_days")
    days = days.assign(prompt=days[detector])
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    later = days["day"] > days["group"].map(born) + CHOSEN_BY
    return select_days_around(
        evidence, days, later & days["prompt"].notna() & days["host"].gt(0)
    )
