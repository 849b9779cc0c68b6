"""Who is invited after a perk was given."""

from __future__ import annotations

from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.members import BROUGHT
from helpers.claims.definitions.spans import local_day
from helpers.claims.designs.rates.event_study import (
    Series,
    before_events,
    dated,
    enough,
    event_ratio,
)

SOON = (1, 14)
A_WEEK = (1, 7)


@estimates("s3-perks-spread")
def perks_spread(evidence: Evidence) -> Finding:
    """Compare invited joins in the week after a perk with the week before."""
    events, arrivals = dated(evidence, "perk"), evidence.table("arrivals")
    invited = arrivals[arrivals["channel"].isin(BROUGHT)]
    joins = invited.assign(day=local_day(evidence, invited["joined_us"]), value=1.0)
    series = Series.of(evidence, joins[["group", "day", "value"]])
    asked = gates.passed(enough(events, "perks"))
    return Finding.estimated(
        partial(event_ratio, evidence, series, events, A_WEEK),
        "joins by members' invitation in days 1–7 after a perk over the week before,"
        " against groups without one",
        asked,
        {"days 1–14": partial(event_ratio, evidence, series, events, SOON)},
        beside=before_events(evidence, series, events), qualifiers=("association",),
        cases="perks",
    )  # fmt: skip
