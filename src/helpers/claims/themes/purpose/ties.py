"""Reciprocal ties between members: formation and end, by kind of group."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_mean_ratio,
    list_networks_and_batches,
    require_both_sides,
)
from helpers.claims.designs.hazards.time_varying import (
    build_ties,
    estimate_pair_hazard_ratio,
)
from helpers.claims.quantities.codings import (
    classify_kinds,
    compare_kinds,
    is_kind,
    read_stated,
)
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import to_local_day
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

CONVENED = ("learning", "fans")  # for one course, or for reach
LEVELS = 10  # of volume, more than there are
SEEDS_WITHIN, SEED_DAYS, YOUNG = 7, 3, 14


@estimates("s3-interest-ties-fragile")
@stands_in("s3-interest-ties-fragile", needs=("about", "ties"), planned=True)
def ties_of_interest(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of reply ties ending, interest to friends' groups."""
    typed = evidence.records("type")
    ties = (_ties_by_type if typed else _ties_by_subject)(evidence)
    rows = ties.rows(**ties.chosen)
    passed = gates.pass_gates(
        require_both_sides(rows.drop_duplicates("group")["exposure"]),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    estimate = partial(estimate_pair_hazard_ratio, evidence)
    return ties.build_finding(rows, estimate, passed)


def _ties_by_type(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return reply ties in interest groups and in groups of friends."""
    exposed = compare_kinds(evidence, ("interest",), ("friends",))
    with suppress(NotIdentifiableError):  # friends alone
        met_first = read_stated(evidence, "offline_first")
        more = met_first[met_first.eq(1) & ~met_first.index.isin(exposed.index)]
        exposed = pd.concat([exposed, 1 - more])
    rows = build_ties(evidence, "ended", exposed)
    first = rows["from_day"] == rows["from_day"].min()
    return Quantity(
        rows=lambda spans: spans,
        definition=say(
            "pairs without an exchange for 60 days while both write, interest"
            " groups over groups of friends or met offline"
        ),
        sets={
            "spans": {
                "all": rows,
                "after the first span": rows[~first],
                "the first span": rows[first],
            }
        },
    )


def _ties_by_subject(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return reply ties in rooms on a topic and in rooms of a city."""
    subjects = classify_kinds(evidence, "about")
    is_topic = subjects[subjects.isin(["topic", "city"])].eq("topic").astype("float64")

    def select(event: str) -> pd.DataFrame:
        rows = build_ties(evidence, event, is_topic)
        return rows.assign(from_day=rows["from_day"] * LEVELS + rows["volume"])

    return Quantity(
        rows=select,
        definition=say(
            "pairs whose replies went both ways without an exchange for 60 days"
            " while both write, rooms of a topic over rooms of a city"
        ),
        sets={
            "event": {
                say("60 days"): "ended",
                "no exchange for 30 days": "ended_30",
                "no exchange for 90 days": "ended_90",
            }
        },
        qualifiers=QUALIFIERS,
        standing={"variant": "rooms", "attenuated": True},
    )


@estimates("s0-course-groups-no-seeds")
def course_without_seeds(evidence: Evidence) -> Finding:
    """Estimate seed users' share of course members, and the ratio of new reply ties."""
    convened = is_kind(evidence, *CONVENED)
    people = _list_seeds(evidence)
    people = people[people["group"].map(convened).eq(1.0)].reset_index(drop=True)
    formed = build_ties(evidence, "formed", convened)
    passed = gates.pass_gates(
        gates.require_groups(people["group"].nunique(), gates.LEAST_IN_ARM),
        require_both_sides(formed.drop_duplicates("group")["exposure"]),
        gates.require_clusters(*list_networks_and_batches(evidence, formed["group"])),
    )
    density = partial(
        estimate_mean_ratio, formed["happened"], formed["exposure"],
        choose_clusters_for(evidence, formed["group"]), exposure=formed["at_risk"],
    )  # fmt: skip

    def estimate(days: int) -> tuple[Interval, Interval]:
        seed = people["days"] >= days
        clusters = choose_clusters_for(evidence, people["group"])
        return estimate_share(seed, clusters, seed=SEED), density()

    return Finding.estimated(
        partial(estimate, SEED_DAYS),
        "members of course and fan groups who joined by day 7 and wrote on 3 days of"
        " days 0–13; then answered pairs of posters over those of other types",
        passed,
        {
            say("wrote on {days} days", days=days): partial(estimate, days)
            for days in (2, 5)
        },
    )


def _list_seeds(evidence: Evidence) -> pd.DataFrame:
    """Return members at day 14 with days active, and whether they joined by day 7."""
    born = evidence.groups.set_index("group")["origin_us"]
    people = evidence.table("memberships").dropna(subset="joined_us")
    people = people[people["role"].fillna("") != "owner"]
    age = (people["joined_us"] - people["group"].map(born)) / DAY_US
    leaving_age = (people["left_us"] - people["group"].map(born)) / DAY_US
    people = people[(age < YOUNG) & ~(leaving_age < YOUNG)].assign(
        soon=age <= SEEDS_WITHIN
    )
    member_days = evidence.table("member_days")
    first = to_local_day(evidence, member_days["group"].map(born))
    early = member_days["day"] - first < YOUNG
    days = member_days[early].groupby(["group", "member"]).size().rename("days")
    both = people.join(days, on=["group", "member"])
    return both.assign(days=both["days"].fillna(0).where(both["soon"], 0))
