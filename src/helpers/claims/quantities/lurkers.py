"""Members who never write: how many they are, and what else they do.

A lurker wrote nothing in the first 84 days of a membership, while others wrote in half
of those weeks or more. Where people are not told apart, members less what was sent are
the fewest who sent nothing.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.designs.shares import (
    estimate_share_of_people,
    estimate_share_of_stayers,
    resample_ratio_of_people,
    resample_share_of_people,
)
from helpers.claims.quantity import Side, quantity
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.group_lives.evidence import Evidence, find_first_day, require_at_least
from helpers.group_lives.lurking import COURSE, DUTY, count_members_elsewhere
from helpers.inference import (
    cluster_by_label,
    compute_wilson_interval,
    estimate_mean,
)
from helpers.records import DAY_US
from helpers.survival.bootstrap import DRAWS, FEWEST_NETWORKS, choose_clusters
from helpers.survival.interval import Interval, compute_clopper_pearson

TWELVE_WEEKS = 84
LEAST_MEMBERS = 10
LEAST_LURKERS = 50
# of whom a register counts all, and those who ever did something
STEPS = (
    ("listed 90 days or more", "wrote in the stream"),
    ("joined", "attended"),
    ("registered", "wrote for the first time"),
)
QUARTER, LEAST_MAILS, STALE_DAYS = 3, 6, 31
LEAST_EVENTS = 6


@quantity("silent_members", of="share", unit="people")
def estimate_silent_members(
    evidence: Evidence, *, days: int = TWELVE_WEEKS, by_people: bool = False
) -> Interval:
    """Estimate the share of members who wrote nothing in their first days.

    The mean over groups, or with `by_people` of members. Who left before without a word
    may be a lurker or not: the limits enclose both.
    """
    rows = _select_roster(evidence, days, LEAST_MEMBERS)
    counts = rows.rename(columns={"lurkers": "silent", "gone_spoke": "gone"})
    return estimate_share_of_stayers(counts, by_people=by_people)


def _select_roster(evidence: Evidence, days: int, least: int) -> pd.DataFrame:
    """Return groups with enough members who were present for the given days."""
    rows = evidence.table("roster")
    rows = rows[rows["within_days"].eq(days) & (rows["members"] >= least)]
    require_at_least(len(rows), 1, f"groups with {least} members on record")
    return rows.merge(evidence.groups[["group", "network", "batch"]], on="group")


@quantity("silent_under_duty", of="share", unit="people")
def estimate_silent_under_duty(evidence: Evidence) -> Interval:
    """Estimate the share who stayed and never took part, under a duty to."""
    counts = _count_steps(evidence, "group").rename(
        columns={step: name for name, step in DUTY.items()}
    )
    rows = evidence.groups.merge(counts, left_on="group", right_index=True)
    rows = rows[rows["joined"] >= LEAST_MEMBERS].reset_index(drop=True)
    return estimate_share_of_stayers(rows.assign(members=rows["joined"]))


@quantity("handed_in_nothing", of="share", unit="people")
def estimate_handed_in_nothing(evidence: Evidence) -> Interval:
    """Estimate the share of those who entered a course and handed in nothing."""
    return _estimate_share_of_step(evidence, COURSE["entered"], COURSE["never"])


@quantity("gone_after_a_week", of="share", unit="people")
def estimate_gone_after_a_week(evidence: Evidence) -> Interval:
    """Estimate the share who never handed in, or did nothing after day 7."""
    return _estimate_share_of_step(evidence, COURSE["watched"], COURSE["gone"])


@quantity("came_to_another_course", of="share", unit="people")
def estimate_came_again(evidence: Evidence) -> Interval:
    """Estimate the share of a course's members who entered a later one as well."""
    return _estimate_share_of_step(evidence, COURSE["before"], COURSE["again"])


def _estimate_share_of_step(evidence: Evidence, of: str, part: str) -> Interval:
    """Estimate a share of people of one organiser, courses resampled if there are many.

    Of few courses people are taken as independent: the interval is too narrow.
    """
    if len(evidence.networks) > 1:
        raise FewNetworksError("each organiser is a place", where=evidence.name)
    counts = _count_steps(evidence, "group").reset_index()
    if not {of, part} <= {*counts.columns}:
        raise NotIdentifiableError(f"nobody counted: {part}", where=evidence.name)
    people, did = counts[of], counts[part]
    require_at_least(int(people.sum()), LEAST_LURKERS, "people in courses")
    if len(counts) < FEWEST_NETWORKS:
        return compute_wilson_interval(int(did.sum()), int(people.sum()))
    return resample_ratio_of_people(did, people, cluster_by_label(counts["group"]))


def _count_steps(evidence: Evidence, unit: str) -> pd.DataFrame:
    """Count the people of each step, by group or by year of joining."""
    return evidence.table("funnels").pivot_table(
        "people", unit, "step", aggfunc="sum", fill_value=0
    )


@quantity("never_took_part", of="share", unit="people")
def estimate_never_took_part(evidence: Evidence) -> Interval:
    """Estimate the share of listed members who never took part, mean over groups.

    Over years of joining where there are fewer than eight groups.
    """
    recorded = set(evidence.table("funnels")["step"])
    steps = next((pair for pair in STEPS if set(pair) <= recorded), None)
    if steps is None:
        raise NotIdentifiableError("nobody counted who took part", where=evidence.name)
    by_group = _count_steps(evidence, "group")
    several = len(by_group) >= FEWEST_NETWORKS
    counts = by_group if several else _count_steps(evidence, "cohort")
    counts = counts[counts[steps[0]] >= LEAST_MEMBERS]
    shares = 1 - counts[steps[1]] / counts[steps[0]]
    mean = estimate_mean(shares, cluster_by_label(counts.index), replicates=DRAWS)
    return replace(mean, n=int(counts[steps[0]].sum()))


@quantity("without_answer", of="share", unit="people")
def estimate_without_answer(evidence: Evidence) -> Interval:
    """Estimate the least share of members without an answer to an invitation.

    Members less people who answered in two years, in groups that met six times.
    """
    facts = evidence.table("facts").pivot_table("value", "group", "fact")
    facts = facts.reindex(columns=["events", "members", "guests"])  # unknown: none
    rows = facts[facts["events"].ge(LEAST_EVENTS) & facts["members"].gt(0)]
    require_at_least(len(rows), FEWEST_NETWORKS, f"groups with {LEAST_EVENTS} events")
    silent = (rows["members"] - rows["guests"].fillna(0)).clip(lower=0)
    return resample_share_of_people(rows.assign(silent=silent), "silent", "members")


@quantity("without_mail", of="share", unit="groups")
def estimate_without_mail(evidence: Evidence) -> Interval:
    """Estimate the least share of members without a mail to their list in a quarter.

    Members at its start less mails, in quarters with mail in each month and six mails
    or more; mean over groups of their quarters.
    """
    rows = _select_quarters(evidence)
    share = (1 - rows["sent"] / rows["members"]).clip(lower=0)
    groups = rows.assign(share=share).groupby("group")
    names = evidence.groups.set_index("group").loc[list(groups.groups)]
    clusters = choose_clusters(names["network"], names["batch"])
    return estimate_mean(groups["share"].mean(), clusters, replicates=DRAWS)


def _select_quarters(evidence: Evidence) -> pd.DataFrame:
    """Return quarters with mail, by group, with the members counted before them."""
    daily = evidence.table("daily")[["group", "day", "messages"]]
    month = pd.to_datetime(daily["day"], unit="D").dt.to_period("M").astype("int64")
    dated = daily.assign(month=month)
    sums = dated.groupby(["group", "month"], as_index=False)["messages"].sum()
    sums = sums[sums["messages"] > 0]
    quarters = sums.groupby(["group", sums["month"] // QUARTER])["messages"]
    spans = quarters.agg(months="size", sent="sum").reset_index()
    spans = spans[spans["months"].eq(QUARTER) & spans["sent"].ge(LEAST_MAILS)]
    spans = spans.assign(
        first=find_first_day(spans["month"] * QUARTER),
        after=find_first_day((spans["month"] + 1) * QUARTER),
    )
    counts = evidence.table("snapshots").dropna(subset="members")
    counts = counts[["group", "day", "members"]].astype("int64")
    rows = pd.merge_asof(
        spans.astype({"group": "int64"}).sort_values("first", kind="stable"),
        counts.sort_values("day", kind="stable"),
        left_on="first", right_on="day", by="group", tolerance=STALE_DAYS - 1,
    )  # fmt: skip
    ends = rows["group"].map(evidence.groups.set_index("group")["end_us"]) // DAY_US
    found = rows[rows["after"].le(ends) & rows["members"].ge(LEAST_MEMBERS)]
    require_at_least(len(found), 1, "quarters with mail and members")
    return found


@quantity("visited_again", of="share", unit="people")
def estimate_visited_again(evidence: Evidence) -> Interval:
    """Estimate the share of silent members who visited again 28 days after joining.

    Of those followed for 84 to 168 days, so that no place had longer to see them; of
    places with 50 such people. Sites on which an account begins with the first visit
    are left out.
    """
    rows = evidence.table("seen_again").merge(
        evidence.groups[["group", "kind"]], on="group"
    )
    rows = rows[
        rows["kind"].ne("meta site") & rows["lurkers_are"].ne("without an answer")
    ]
    rows = rows[rows["followed_from"].isin([TWELVE_WEEKS, 168])]
    rows = rows.dropna(subset="seen_28")
    sums = rows.groupby("group")[["lurkers", "seen_28"]].sum()
    sums = sums[sums["lurkers"] >= LEAST_LURKERS]
    require_at_least(len(sums), 1, f"places with {LEAST_LURKERS} silent members seen")
    return estimate_share_of_people(sums["seen_28"], sums["lurkers"])


@quantity("reacted_silently", of="share", unit="memberships")
def estimate_reacted_silently(evidence: Evidence) -> Interval:
    """Estimate the share of members silent for 84 days who gave a reaction."""
    if evidence.has("seen_again"):
        table = evidence.table("seen_again").dropna(subset="reacted_84")
        rows = table.groupby("group")[["lurkers", "reacted_84"]].sum()
        return resample_share_of_people(rows, "reacted_84", "lurkers")
    rows = _select_roster(evidence, TWELVE_WEEKS, 1).dropna(subset="engaged")
    return resample_share_of_people(rows, "engaged", "lurkers")


@quantity("wrote_elsewhere", of="share", unit="memberships")
def estimate_wrote_elsewhere(evidence: Evidence, *, who: Side = "lurkers") -> Interval:
    """Estimate the share of silent members who wrote in another place meanwhile.

    Limits are exact for the fewest people that the memberships can be of.

    Kish (1965), Survey Sampling, section 8.2: the effective size of unequal clusters.
    """
    rows = (
        evidence.table("elsewhere")
        if evidence.has("elsewhere")
        else _see_where(evidence)
    )
    sums = rows.groupby("group").sum(numeric_only=True)
    require_at_least(int(sums[who].sum()), 20, "memberships")
    require_at_least(
        int(sums[["lurkers_elsewhere", "speakers_elsewhere"]].to_numpy().sum()),
        1,
        "members who wrote in another place",
    )
    each = count_fewest_people(sums[who])
    share = float(sums[f"{who}_elsewhere"].sum() / sums[who].sum())
    effective = float(each.sum() ** 2 / (each**2).sum())
    return Interval.of(
        share,
        compute_clopper_pearson(share * effective, effective),
        method=f"exact for {effective:.1f}, the fewest people in effect",
        n=int(sums[who].sum()),
        clusters=len(each),
    )


def _see_where(evidence: Evidence) -> pd.DataFrame:
    """Count silent and writing members by group, and who wrote in another one."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    gone = rows["left_us"].astype("float64") // DAY_US
    rows = rows.assign(
        joined_day=rows["joined_us"] // DAY_US,
        gone_day=gone,
        dated=True,
        reactions=np.nan,
    )
    until = evidence.groups.set_index("group")["end_us"] // DAY_US
    return count_members_elsewhere(rows, evidence.table("member_days"), until)


def count_fewest_people(memberships: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Return memberships per person for the smallest possible number of people.

    Nobody is in a group twice, so the fullest group needs as many people as it has
    memberships; the first of them is in every group, and so on.

    >>> count_fewest_people([3, 1, 2])
    array([3, 2, 1])
    """
    counts = np.asarray(memberships, int)
    each: npt.NDArray[np.int_] = (
        counts[:, None] > np.arange(counts.max(initial=0))
    ).sum(0)
    return each
