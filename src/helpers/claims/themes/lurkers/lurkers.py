"""Share of members who never write (lurkers), and what they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    Supplement,
    estimates,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    build_finding_over_groups,
    estimate_pooled_share,
    estimate_share_of_people,
    estimate_share_of_stayers,
)
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.spans import TWELVE_WEEKS
from helpers.inference import cluster_by_label, estimate_share
from helpers.records import DAY_US, WEEK_DAYS
from helpers.small_counts import People
from helpers.survival import Interval, choose_clusters
from helpers.survival.bootstrap import FEWEST_NETWORKS
from helpers.survival.curves.proportion import ClopperPearson
from helpers.wording import say

OTHER_WEEKS = (28, 365)
LEAST_MEMBERS = 10
LEASTS = {
    say("≥ 10 members"): LEAST_MEMBERS,
    say("all groups"): 1,
    say("≥ 30 members"): 30,
}
# of members who wrote, if little: another question
WROTE = {say("at most {n}", n=n): f"at_most_{n}" for n in (1, 3)}
REACTION = "reaction"


def _select_roster(evidence: Evidence, days: int, least: int) -> pd.DataFrame:
    """Select groups with enough members who were present for the given days."""
    rows = evidence.table("roster")
    rows = rows[rows["within_days"].eq(days) & (rows["members"] >= least)]
    return rows.merge(evidence.groups[["group", "key", "network", "batch"]], on="group")


@estimates("s0-lurkers-are-many")
def lurkers_are_many(evidence: Evidence) -> Finding:
    """Estimate the mean share of members who wrote nothing in 84 days.

    Who left before without a word may be a lurker or not: the limits enclose both. Who
    had written and left is in the limits only.
    """
    rows = _select_roster(evidence, TWELVE_WEEKS, LEAST_MEMBERS)
    passed = gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with ≥ {least_members} such members, {least} needed",
            1,
            least_members=LEAST_MEMBERS,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    find = partial(_summarise_silent, evidence, passed)
    return build_finding_over_groups(rows, find)


def _summarise_silent(
    evidence: Evidence, passed: tuple[gates.Gate, ...], rows: pd.DataFrame
) -> Finding:
    """Estimate the lurker share in one group, or its mean over groups."""
    alone = len(rows) == 1
    sets: dict[str, dict[str, Any]] = {
        "days": {
            say("W = {days}", days=days): days for days in (TWELVE_WEEKS, *OTHER_WEEKS)
        },
        "column": {
            "nothing": "lurkers",
            **WROTE,
        },
    }
    eligible_groups, scope = evidence.only(rows["group"]), say("in one roster")
    if not alone:
        eligible_groups, scope = (
            evidence,
            say(
                "mean over groups of ≥ {least_members} such members",
                least_members=LEAST_MEMBERS,
            ),
        )
        sets["least"] = LEASTS
    estimate = partial(estimate_lurking, eligible_groups)
    lengths = sorted(evidence.table("roster")["within_days"].unique())
    only_week = say("; W = 84 only") if lengths == [TWELVE_WEEKS] else ""
    return Finding(
        cases="people" if alone else "groups",
        components=(estimate(),),
        definition=say(
            "members without a message in the first 84 days of their"
            " membership, in weeks of which half or more others wrote;"
            " {over}; limits enclose who left before then, all or none",
            over=scope,
        ),
        gates=passed,
        specifications=multiply_sets(sets, estimate, biased=WROTE),
        beside=()
        if alone
        else (Supplement(say("weighted by members"), _estimate_weighted(rows)),),
        may=_may(evidence),
        note=say(
            "{lurkers} lurkers and {gone_silent} gone silently of {members}"
            " members, {gone_spoke} gone who had written{only_week}",
            lurkers=People(rows["lurkers"].sum()),
            gone_silent=People(rows["gone_silent"].sum()),
            members=People(rows["members"].sum()),
            gone_spoke=People(rows["gone_spoke"].sum()),
            only_week=only_week,
        ),
    )


def _may(evidence: Evidence) -> May:
    """Return which verdicts are allowed if departures are not recorded.

    Where members are known from joining and nobody's leaving is recorded, those who
    left in silence pass for lurkers: the share errs upward.
    """
    observability = evidence.observability
    listed = observability.leaves_observed or observability.members_source == "roster"
    return "both" if listed else "contradict"


def estimate_lurking(
    evidence: Evidence,
    *,
    days: int = TWELVE_WEEKS,
    column: str = "lurkers",
    least: int = LEAST_MEMBERS,
) -> Interval:
    """Estimate the mean lurker share, with bounds for members who left."""
    rows = _select_roster(evidence, days, least)
    needed = 1 if len(evidence.groups) == 1 else FEWEST_NETWORKS
    gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with ≥ {least_2} such members, {least} needed",
            needed,
            least_2=least,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    former_posters = rows["gone_spoke"]
    return estimate_share_of_stayers(
        rows, rows[column], rows["gone_silent"], former_posters
    )


def select_stayed(rows: pd.DataFrame) -> pd.Series[int]:
    """Return each group's number of members who stayed for the roster's period."""
    return rows["members"] - rows["gone_silent"] - rows["gone_spoke"]


def _estimate_weighted(rows: pd.DataFrame) -> Interval:
    """Estimate the lurker share with equal weight for each member."""
    rows = rows[select_stayed(rows) > 0]
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_pooled_share(rows["lurkers"], select_stayed(rows), clusters)


@estimates("s0-lurkers-still-identify")
def lurkers_still_identify(evidence: Evidence) -> Finding:
    """Estimate the share of lurkers who reacted to a message, such as by an emoji.

    Where nobody's reading is recorded, that is a lower bound of who is engaged.
    """
    rows = _select_engaging(evidence, TWELVE_WEEKS)
    passed = gates.pass_gates(
        gates.require_units(len(rows), "{n} groups with a lurker, {least} needed", 1),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    find = partial(_build_reacting_finding, evidence, passed)
    return build_finding_over_groups(rows, find)


def _build_reacting_finding(
    evidence: Evidence, passed: tuple[gates.Gate, ...], rows: pd.DataFrame
) -> Finding:
    read = evidence.observability.reads_observed == "person"
    engaged = partial(_estimate_engaged_share, evidence.only(rows["group"]))
    detail = say(
        "{lurkers} lurkers in {n} groups",
        lurkers=People(rows["lurkers"].sum()),
        n=len(rows),
    )
    return Finding(
        cases="memberships",
        components=(engaged(TWELVE_WEEKS),),
        definition=say("lurkers of 84 days who ever read or reacted there")
        if read
        else say(
            "lurkers of 84 days who ever gave a reaction there; reading is"
            " not known by person"
        ),
        gates=passed,
        specifications=_list_other_weeks(engaged),
        qualifiers=() if read else ("proxy", "lower bound"),
        may="both" if read else "support",
        variant="" if read else REACTION,
        note=detail,
    )


def _list_other_weeks(estimate: Callable[[int], Interval]) -> tuple[Specification, ...]:
    return list_alternatives(
        {say("W = {days}", days=days): partial(estimate, days) for days in OTHER_WEEKS}
    )


def _select_engaging(evidence: Evidence, days: int) -> pd.DataFrame:
    rows = _select_roster(evidence, days, 1)
    return rows[rows["engaged"].notna() & (rows["lurkers"] > 0)]


def _estimate_engaged_share(evidence: Evidence, days: int) -> Interval:
    """Estimate the pooled share of lurkers who reacted, clustered by group."""
    rows = _select_engaging(evidence, days)
    gates.pass_gates(
        gates.require_units(len(rows), "{n} groups with a lurker, {least} needed", 1)
    )
    return estimate_share_of_people(rows, "engaged", "lurkers")


@stands_in("s0-lurkers-talk-elsewhere", ("elsewhere.lurkers",))
@estimates("s0-lurkers-talk-elsewhere")
def lurkers_talk_elsewhere(evidence: Evidence) -> Finding:
    """Estimate the share of lurkers who wrote in another group.

    Fear is not observed, so all lurkers stand for the fearful; another group is not a
    personal feed. Venues that the study does not log make it a lower bound.
    """
    if not evidence.records("groups", "joined", "member_days"):
        return _sum_elsewhere(evidence)
    memberships = _select_memberships(evidence, TWELVE_WEEKS)
    lurking = memberships[memberships["lurker"]]
    people = lurking["member"].nunique()
    passed = gates.pass_gates(
        gates.require_units(
            People(people), "{n} people who lurk somewhere, {least} needed"
        ),
        _require_second_venue(memberships),
    )
    posters = memberships[~memberships["lurker"]]
    return Finding(
        cases="people",
        components=(_summarise_elsewhere(lurking),),
        definition=say(
            "members without a message in their first 84 days who wrote in"
            " another group of the study in those days (another venue)"
        ),
        gates=passed,
        specifications=_list_other_weeks(
            partial(_summarise_lurkers_elsewhere, evidence)
        ),
        beside=Supplement.tried(
            say("members who wrote"), partial(_summarise_elsewhere, posters)
        ),
        qualifiers=("proxy", "lower bound"),
        may="support",
    )


def _require_second_venue(memberships: pd.DataFrame) -> gates.Gate:
    """Check that at least one member wrote in a second group."""
    n_elsewhere = int(memberships.loc[memberships["elsewhere"], "member"].nunique())
    return gates.require_at_least(
        "venues",
        n_elsewhere,
        1,
        "{seen} members who wrote in another venue, {least} needed",
        seen=People(n_elsewhere),
    )


def _summarise_lurkers_elsewhere(evidence: Evidence, days: int) -> Interval:
    memberships = _select_memberships(evidence, days)
    return _summarise_elsewhere(memberships[memberships["lurker"]])


def _summarise_elsewhere(rows: pd.DataFrame) -> Interval:
    people = cluster_by_label(rows["member"])
    return estimate_share(rows["elsewhere"], people, seed=SEED, replicates=DECIDING)


def _select_memberships(evidence: Evidence, days: int) -> pd.DataFrame:
    """Return memberships of at least `days` days, and where those members wrote."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    ends = evidence.groups.set_index("group")["end_us"]
    until = rows["left_us"].fillna(rows["group"].map(ends))
    rows = rows[until - rows["joined_us"] >= days * DAY_US]
    rows = rows.assign(start=(rows["joined_us"] // DAY_US).astype("int64"))
    rows = rows.reset_index(names="membership")
    spoken = _select_first_days(rows, evidence.table("member_days"), days)
    near = spoken[spoken["member"] == spoken["member_other"]]
    own = near[near["group"] == near["group_other"]]["membership"]
    active_elsewhere = near[near["group"] != near["group_other"]]["membership"]
    by_others = spoken[
        (spoken["group"] == spoken["group_other"])
        & (spoken["member"] != spoken["member_other"])
    ]
    weeks = ((by_others["day"] - by_others["start"]) // WEEK_DAYS).groupby(
        by_others["membership"]
    )
    is_lively = (
        rows["membership"].map(weeks.nunique()).fillna(0) * 2 >= days // WEEK_DAYS
    )
    return rows.assign(
        lurker=~rows["membership"].isin(own),
        elsewhere=rows["membership"].isin(active_elsewhere),
    )[is_lively]


def _select_first_days(
    rows: pd.DataFrame, member_days: pd.DataFrame, days: int
) -> pd.DataFrame:
    """Return who wrote in the first days of a membership, in this or other groups."""
    memberships = rows[["membership", "group", "member", "start"]]
    posting_days = member_days[["group", "member", "day"]].add_suffix("_other")
    posting_days = posting_days.rename(columns={"day_other": "day"})
    by_group = memberships.merge(posting_days, left_on="group", right_on="group_other")
    by_member = memberships.merge(
        posting_days, left_on="member", right_on="member_other"
    )
    both = pd.concat([by_group, by_member]).drop_duplicates()
    return both[(both["day"] >= both["start"]) & (both["day"] < both["start"] + days)]


def _sum_elsewhere(evidence: Evidence) -> Finding:
    """Estimate the share of lurkers who wrote in another group, pooled over groups."""
    quarters = evidence.table("elsewhere").drop(columns="quarter")
    rows = quarters.groupby("group", as_index=False).sum()
    people = len(count_fewest_people(rows["lurkers"]))
    passed = gates.pass_gates(
        gates.require_units(
            People(people), "{n} people or more who lurk somewhere, {least} needed"
        ),
        _require_second_place(rows),
    )
    with_posters = rows[rows["speakers"] > 0]
    return Finding(
        cases="memberships",
        components=(_estimate_summed(rows, "lurkers"),),
        definition=say(
            "members without a message in their first 84 days who wrote in"
            " another logged place of the study in those days"
        ),
        gates=passed,
        beside=(
            Supplement(
                say("members who wrote"), _estimate_summed(with_posters, "speakers")
            ),
        )
        if len(with_posters)
        else (),
        qualifiers=("proxy", "lower bound"),
        may="support",
        note=say(
            "{lurkers} memberships of {people} people or more; limits for"
            " the fewest; W = 84 only",
            lurkers=People(rows["lurkers"].sum()),
            people=People(people),
        ),
    )


def _require_second_place(rows: pd.DataFrame) -> gates.Gate:
    """Check that at least one member wrote in a second group, from aggregate counts."""
    n_elsewhere = int(rows[["lurkers_elsewhere", "speakers_elsewhere"]].sum().sum())
    return gates.require_at_least(
        "venues",
        n_elsewhere,
        1,
        "{seen} members who wrote in another venue, {least} needed",
        seen=People(n_elsewhere),
    )


def count_fewest_people(memberships: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Return memberships per person for the smallest possible number of people.

    Nobody is in a group twice, so the fullest group needs as many people as it has
    memberships; the first of them is in every group, and so on.

    Parameters
    ----------
    memberships : shape (groups,)

    Examples
    --------
    >>> count_fewest_people([3, 1, 2])
    array([3, 2, 1])
    """
    counts = np.asarray(memberships, int)
    each: npt.NDArray[np.int_] = (
        counts[:, None] > np.arange(counts.max(initial=0))
    ).sum(0)
    return each


def _estimate_summed(rows: pd.DataFrame, who: str) -> Interval:
    """Estimate the share of memberships of people who also wrote in another group.

    References
    ----------
    Kish (1965), Survey Sampling, section 8.2: the effective size of unequal clusters.
    """
    each = count_fewest_people(rows[who])
    share = float(rows[f"{who}_elsewhere"].sum() / rows[who].sum())
    effective = float(each.sum() ** 2 / (each**2).sum())
    return Interval.of(
        share,
        ClopperPearson(share * effective, effective),
        method=f"Clopper–Pearson on {effective:.1f}, the fewest people in effect",
        n=int(rows[who].sum()),
        clusters=len(each),
    )
