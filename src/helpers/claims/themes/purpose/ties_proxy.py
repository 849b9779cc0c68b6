"""Indirect: end of ties in chat rooms on a topic and rooms of a city.

A city's room may hold strangers, which draws to no difference.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    list_networks_and_batches,
    require_both_sides,
)
from helpers.claims.designs.hazards.dyad_hazards import (
    build_ties,
    fit_counted_hazard_ratio,
)
from helpers.claims.quantities.codings import classify_kinds
from helpers.survival import Interval

LEVELS = 10  # of volume, more than there are


@stands_in("s3-interest-ties-fragile", needs=("about", "ties"), planned=True)
def ties_by_room(evidence: Evidence) -> Finding:
    """Compare the end of ties in topic rooms and city rooms."""
    rows = _select_tied(evidence, "ended")
    each = rows.drop_duplicates("group")
    passed = gates.pass_gates(
        require_both_sides(each["exposure"]),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    events = {f"no exchange for {days} days": f"ended_{days}" for days in (30, 90)}
    finding = Finding.estimated(
        partial(_estimate_ratio, evidence, rows),
        "pairs whose replies went both ways without an exchange for 60 days while both"
        " write, rooms of a topic over rooms of a city",
        passed,
        {
            name: partial(
                lambda event: _estimate_ratio(evidence, _select_tied(evidence, event)),
                event,
            )
            for name, event in events.items()
        },
        qualifiers=QUALIFIERS,
        variant="rooms",
    )
    return replace(finding, attenuated=True)


def _select_tied(evidence: Evidence, event: str) -> pd.DataFrame:
    about = classify_kinds(evidence, "about")
    is_topic = about[about.isin(["topic", "city"])].eq("topic").astype("float64")
    return build_ties(evidence, event, is_topic)


def _estimate_ratio(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio of ties, stratified by time and volume."""
    return fit_counted_hazard_ratio(
        rows["happened"], rows["at_risk"], rows["exposure"],
        rows["from_day"] * LEVELS + rows["volume"],
        choose_clusters_for(evidence, rows["group"]),
    )  # fmt: skip
