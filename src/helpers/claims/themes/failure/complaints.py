"""Three complaints about groups: silence, few writers, no sales."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, estimates
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.designs.rosters import estimate_share_of_groups
from helpers.claims.quantities.activity import list_meetings_held
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.deaths import SEED, define_silent, estimate_failure
from helpers.claims.quantities.spans import HALF_YEAR
from helpers.claims.quantities.two_dates import enclose_both, list_lifetime_readings
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

FEW_POST = 0.10
FEW_ANSWERS = 0.10
STALE = 31
SPAN = 28
LEAST_GROUPS = 50


@stands_in("s2-three-complaints", needs=("meetings", "member_series"))
@estimates("s2-three-complaints")
def three_complaints(evidence: Evidence) -> Finding:
    """Estimate the shares of groups that are dead, have few writers, or no sales.

    The third component is None where conversions are not recorded.
    """
    if not evidence.records("groups"):
        return _find_in_chapters(evidence)
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
            say("W = 90"): partial(estimate, 90.0, FEW_POST),
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
        has_sales = read_stated(evidence, "conversion", HALF_YEAR)
    except NotIdentifiableError:
        return None
    rows = select_groups_with_values(evidence, sold=has_sales)
    clusters = choose_clusters_for(evidence, rows["group"])
    return estimate_share(1 - rows["sold"], clusters, seed=SEED)


def _find_in_chapters(evidence: Evidence) -> Finding:
    """Estimate the share of meetup groups that are dead by day 180."""
    readings = list_lifetime_readings(evidence)
    passed = gates.pass_gates(
        *gates.require_failure_gates(readings[-1].lives, HALF_YEAR)
    )
    dead = enclose_both(estimate_failure(ends, HALF_YEAR) for ends in readings)
    rows = _measure_answering(evidence)
    few = rows.dropna(subset="answering")
    supplements: tuple[Supplement, ...] = ()
    if len(few) >= LEAST_GROUPS:
        share = estimate_share_of_groups(few, few["answering"] < FEW_ANSWERS)
        supplements = (Supplement("answers of 28 days under 10 % of members", share),)
    return Finding(
        components=(dead, None, None),
        definition=say(
            "no meeting for 60 days after the last one, or for 180: both"
            " must say it; chapters by day 180"
        ),
        gates=passed,
        specifications=(),
        beside=supplements,
        qualifiers=QUALIFIERS[:1],
        variant="chapters",
        note=say(
            "members at day 180 are known of {n}; meetings are rarer than"
            " messages, so the leg of those who take part cannot count for"
            " the claim; sales are not recorded",
            n=len(few),
        ),
    )


def _measure_answering(evidence: Evidence) -> pd.DataFrame:
    """Return accepted invitations per member of meetup groups, before day 180."""
    end = evidence.groups["end_us"].max()
    rows = evidence.groups[end - evidence.groups["origin_us"] >= HALF_YEAR * DAY_US]
    meetings = list_meetings_held(evidence)
    origin = meetings["group"].map(rows.set_index("group")["origin_us"])
    age = (meetings["time_us"] - origin) / DAY_US
    month = meetings[age.between(HALF_YEAR - SPAN, HALF_YEAR, inclusive="left")]
    counted = evidence.counted
    near = counted[counted["age"].between(HALF_YEAR - STALE, HALF_YEAR)]
    members = rows["group"].map(near.groupby("group")["members"].last())
    answers = rows["group"].map(month.groupby("group")["answers"].sum()).fillna(0.0)
    share = answers / members.where(members > 0)
    chapters: pd.DataFrame = rows.assign(answering=share)
    return chapters
