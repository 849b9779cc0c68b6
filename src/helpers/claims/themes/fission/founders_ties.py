"""Founders' earlier contacts with first posters, and posters in month three.

An exchanged reply stands for an invitation: who had answered each other in another
group of the network knew each other, not more.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.designs.rates.count_regression import compare_kinds
from helpers.claims.quantities.founders import EITHER, EXPLICIT, MET_DAYS, list_founded
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

QUARTER, FOLLOWED = 0.25, 90
ADJUSTED = say("posters of days 0–6 adjusted")
POSTERS, OTHER_POSTERS = 5, (3, 8)


@stands_in("s3-groups-start-with-friends", needs=("founders",), planned=True)
def first_posters_known(evidence: Evidence) -> Finding:
    """Estimate ratio of later posters per +25 points of first ones the founder met."""
    rows = _build_rows(evidence)
    passed = gates.pass_gates(*gates.require_sampled(rows))
    estimate = partial(_estimate, evidence)
    observed = estimate(rows)
    adjusted = partial(estimate, rows, adjusted=True)
    return Finding.estimated(
        lambda: observed,
        say(
            "people writing in days 60–89 per +0.25 of the first week's other"
            " posters who"
            " had exchanged a reply with the founder in another group within 90 days"
        ),
        passed,
        {
            say("explicit replies only"): lambda: estimate(
                _build_rows(evidence, replies=EXPLICIT)
            ),
            ADJUSTED: adjusted,
            **{
                say("{n} people in the first week", n=least): partial(
                    _estimate_of_larger, evidence, least
                )
                for least in OTHER_POSTERS
            },
        },
        permuted=Permutations.of(observed, rows, estimate, "share", ("network",)),
        beside=Supplement.tried(ADJUSTED, adjusted),
        qualifiers=("proxy", "association"),
        variant="ties",
        note=say(
            "{n} groups; {known} with a first poster whom the founder knew",
            n=len(rows),
            known=int(rows["share"].gt(0).sum()),
        ),
    )


def _build_rows(
    evidence: Evidence, least: int = POSTERS, replies: str = EITHER
) -> pd.DataFrame:
    """Return the founder's contacts among first posters, and later posters."""
    table = list_founded(evidence, MET_DAYS, replies)
    table = table[table["posters"] >= least]
    groups = evidence.from_birth.set_index("group")
    followed = (groups["end_us"] - groups["origin_us"]) >= FOLLOWED * DAY_US
    table = table[table.index.isin(groups.index[followed])]
    return select_groups_with_values(
        evidence,
        share=table["met"] / (table["posters"] - 1),
        first=table["posters"].astype("float64").transform(np.log),
        later=table["later_posters"].astype("float64"),
    )


def _estimate(
    evidence: Evidence, rows: pd.DataFrame, *, adjusted: bool = False
) -> Interval:
    x = pd.DataFrame({"share": rows["share"] / QUARTER})
    if adjusted:
        x["first"] = rows["first"]
    clusters = choose_clusters_for(evidence, rows["group"])
    return compare_kinds(rows["later"], x, clusters).ratio("share")


def _estimate_of_larger(evidence: Evidence, least: int) -> Interval:
    rows = _build_rows(evidence, least)
    gates.pass_gates(*gates.require_sampled(rows))
    return _estimate(evidence, rows)
