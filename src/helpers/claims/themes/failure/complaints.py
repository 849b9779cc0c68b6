"""Three complaints about groups: silence, few writers, no sales."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.death_definitions import (
    SEED,
    define_silent,
    estimate_failure,
)
from helpers.claims.quantities.spans import HALF_YEAR
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.survival import Interval
from helpers.survival.silence import SILENCE_DAYS

FEW_POST = 0.10


@estimates("s2-three-complaints")
def three_complaints(evidence: Evidence) -> Finding:
    """Estimate shares of groups dead, with few writers, and without sales.

    The third leg is None where conversions are not recorded.
    """
    ends = define_silent(evidence)
    failure_gates = gates.pass_gates(
        *gates.require_failure_gates(ends.lives, HALF_YEAR)
    )
    quiet = _select_hardly_written(evidence)
    passed = failure_gates + gates.pass_gates(gates.require_groups(len(quiet)))
    unsold = _estimate_unsold(evidence)

    def estimate(w_days: float, few: float) -> tuple[Interval | None, ...]:
        dead = estimate_failure(define_silent(evidence, w_days=w_days), HALF_YEAR)
        clusters = choose_clusters_for(evidence, quiet["group"])
        share = estimate_share(quiet["share"] < few, clusters, seed=SEED)
        return dead, share, unsold

    return Finding.estimated(
        partial(estimate, SILENCE_DAYS, FEW_POST),
        "dead by 180 d; under 10 % of members wrote in days 152–179; no conversion by"
        " then",
        passed,
        {
            "W = 90": partial(estimate, 90.0, FEW_POST),
            "under 5 % of members": partial(estimate, SILENCE_DAYS, FEW_POST / 2),
        },
        qualifiers=("proxy",),
    )


def _select_hardly_written(evidence: Evidence) -> pd.DataFrame:
    rows = evidence.window("152-179").set_index("group")
    members = rows["members"].astype("float64").where(rows["members"] > 0)
    return select_groups_with_values(
        evidence, share=rows["posters"].fillna(0) / members
    )


def _estimate_unsold(evidence: Evidence) -> Interval | None:
    try:
        sold = read_stated(evidence, "conversion", HALF_YEAR)
    except NotIdentifiableError:
        return None
    rows = select_groups_with_values(evidence, sold=sold)
    clusters = choose_clusters_for(evidence, rows["group"])
    return estimate_share(1 - rows["sold"], clusters, seed=SEED)
