"""Indirect: share of active groups with steady content, by length and links.

The register's content item is a length or a link with words; what a reader would have
thought of it is not known, so that nothing is said of its quality.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.content_counts import (
    DEFINITIONS,
    count_items_by_span,
    estimate_share_among,
    select_alive,
    summarise_supply,
)
from helpers.claims.quantities.spans import TWELVE_WEEKS
from helpers.records import WEEK_DAYS
from helpers.survival import Interval

WATCHED, LEAST_ALIVE, LEAST_TOP = 365, 200, 20
FORTNIGHT = 14
SUPPLY: Sets = {
    "definition": DEFINITIONS,
    "top": {"top tenth": 0.9, "top fifth": 0.8},
    "steady": {"9 of 12 weeks": (WEEK_DAYS, 9), "5 of 6 fortnights": (FORTNIGHT, 5)},
}


def _select_steady(
    evidence: Evidence, definition: str, steady: tuple[int, int]
) -> set[int]:
    """Return the groups with content in enough weeks of days 0–83."""
    days, least = steady
    spans = count_items_by_span(evidence, days)[definition]
    early = spans[spans.index.get_level_values("span") < TWELVE_WEEKS // days]
    n_spans = (early > 0).groupby("group").sum()
    return set(n_spans.index[n_spans >= least])


def _mark_best(evidence: Evidence, definition: str, top: float) -> pd.Series[bool]:
    """Return which groups alive at day 84 are the most active later."""
    groups = select_alive(evidence, TWELVE_WEEKS, WATCHED)
    gates.pass_gates(gates.require_groups(len(groups), LEAST_ALIVE))
    talk = summarise_supply(evidence, definition)["other_posters"]
    spoke = talk.reindex(groups.index).fillna(0)
    best: pd.Series[bool] = (spoke >= spoke.quantile(top)) & (spoke > 0)
    return best


def _estimate_supplied(
    evidence: Evidence,
    *,
    definition: str = "items",
    top: float = 0.9,
    steady: tuple[int, int] = (WEEK_DAYS, 9),
    others: bool = False,
) -> Interval:
    best = _mark_best(evidence, definition, top)
    chosen = best.index[best != others]
    steady_groups = _select_steady(evidence, definition, steady)
    return estimate_share_among(
        evidence, chosen, pd.Series(best.index.isin(steady_groups), best.index)
    )


@stands_in(
    "s1-good-groups-supply-content",
    needs=("groups", "births", "senders", "content_by_length", "supply"),
)
def steady_supply(evidence: Evidence) -> Finding:
    """Estimate the share of active groups with steady content."""
    best = _mark_best(evidence, "items", 0.9)
    rows = evidence.groups[evidence.groups["group"].isin(best.index[best])]
    passed = gates.pass_gates(
        gates.require_groups(len(best), LEAST_ALIVE),
        gates.require_at_least(
            "best groups", len(rows), LEAST_TOP, f"{len(rows)} groups in the top tenth"
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    return Finding(
        legs=(_estimate_supplied(evidence),),
        definition="a message of 60 words, or a link with a comment, in 9 of the 12"
        " weeks of days 0–83, in the tenth of groups alive at day 84 with most people"
        " writing other messages in days 84–364",
        gates=passed,
        specifications=multiply_sets(SUPPLY, partial(_estimate_supplied, evidence)),
        beside=Beside.tried(
            "the other groups", partial(_estimate_supplied, evidence, others=True)
        ),
        qualifiers=("supply only", "association"),
        note="nobody judged the quality of what was supplied",
    )
