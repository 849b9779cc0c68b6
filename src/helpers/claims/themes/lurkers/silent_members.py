"""Indirect: share of members who never write, from counts of people.

Where nobody knows whose the answers, mails or invitations are, members less what was
sent is the fewest who sent none. A register that counts those who did something tells
how many never did, without a row for anybody.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, multiply_sets
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    estimate_mean_of_groups,
    estimate_pooled_share,
    estimate_share_of_people,
)
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.spans import TWELVE_WEEKS, to_first_day
from helpers.claims.themes.lurkers.lurkers import LEASTS, OTHER_WEEKS
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label, estimate_mean
from helpers.records import DAY_US, WEEK_DAYS
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.survival.bootstrap import FEWEST_NETWORKS
from helpers.wording import say

STALE = 31
BOUND = ("proxy", "lower bound")
QUARTER, HALF_YEAR = 3, 6  # months
A_MAIL_IN_HALF = {1: 2, QUARTER: 6, HALF_YEAR: 13}  # of the weeks
EVENTS, OTHER_EVENTS = 6, (3, 12)
LEAST_GROUPS = 8
LEAST_MEMBERS = 10


class _Steps(NamedTuple):
    there: str
    did: str
    may: May = "both"
    same_year: bool = False  # both are reported, or neither is known


# Rust lists people because they wrote; who is silent in Kubernetes' meetings may write
# in its chat, so that this is no bound of lurkers from below.
STEPS = (
    _Steps(say("listed 90 days or more"), say("wrote in the stream"), may="support"),
    _Steps(say("joined"), say("attended")),
    _Steps(say("registered"), say("wrote for the first time")),
    _Steps(say("chat members"), say("participants"), may="nothing", same_year=True),
)

MAILS = ("groups", "daily", "member_series")


@stands_in("s0-lurkers-are-many", tuple(f"funnels.step={steps.did}" for steps in STEPS))
@stands_in("s0-lurkers-are-many", needs=("guests",), planned=True)
@stands_in("s0-lurkers-are-many", needs=MAILS)
@stands_in("s0-lurkers-are-many", ("meetings.answers",), needs=("member_series",))
def silent_members(evidence: Evidence) -> Finding:
    """Estimate the share of members who never write, RSVP or mail, as data allow."""
    if evidence.records("meetings.answers", "member_series"):
        return _bound_by_answers(evidence)
    if evidence.records(*MAILS):
        return _bound_by_mails(evidence)
    if evidence.records("guests"):
        return _bound_by_guests(evidence)
    return _count_by_steps(evidence)


def _bound_by_answers(evidence: Evidence) -> Finding:
    """Estimate a lower bound of the share of members without RSVP in 84 days."""
    days = {say("W = {days}", days=days): days for days in (TWELVE_WEEKS, *OTHER_WEEKS)}
    return Finding.over(
        {"days": days, "least": LEASTS},
        partial(_select_answered, evidence),
        partial(_require_enough, say("groups that met in half of the weeks or more")),
        _estimate_mean_bound,
        definition=say(
            "members less answers to invitations of their list's first 84"
            " days, of members; groups that met in half of those weeks or"
            " more"
        ),
        qualifiers=BOUND,
        may="support",
        variant="answers",
        note=lambda rows, _: say(
            "{members} members and {sent} answers; whose they are is not told",
            members=People(rows["members"].sum()),
            sent=int(rows["sent"].sum()),
        ),
    )


def _bound_by_mails(evidence: Evidence) -> Finding:
    """Estimate a lower bound of members without a mail in three months."""
    months = {"three months": QUARTER, "six": HALF_YEAR, "one": 1}
    return Finding.over(
        {"months": months, "least": LEASTS},
        partial(_build_spans, evidence),
        partial(_require_enough, say("groups with mail in half of the weeks or more")),
        _estimate_mean_bound,
        definition=say(
            "members less mails of a quarter, of members at its start;"
            " quarters with mail in each month and six mails or more; mean"
            " over groups of their quarters"
        ),
        qualifiers=BOUND,
        may="support",
        variant="mails",
        note=lambda rows, _: say(
            "{n} quarters of {group} groups; whose mails they are is not"
            " told, nor is what is written elsewhere",
            n=len(rows),
            group=rows["group"].nunique(),
        ),
    )


def _require_enough(what: str, rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    groups = rows.drop_duplicates("group")
    return gates.pass_gates(
        gates.require_at_least(
            "groups",
            len(groups),
            1,
            "{n} {units}, {least} needed",
            n=len(groups),
            units=what,
        ),
        gates.require_clusters(groups["network"], groups["batch"]),
    )


def _estimate_mean_bound(rows: pd.DataFrame) -> Interval:
    """Bound the mean share of silent members by messages per member."""
    share = (1 - rows["sent"] / rows["members"]).clip(lower=0)
    groups = rows.assign(share=share).groupby("group")
    return estimate_mean_of_groups(
        groups[["network", "batch"]].first(), groups["share"].mean()
    )


def _select_answered(evidence: Evidence, days: int, least: int) -> pd.DataFrame:
    """Return groups' first member count and their RSVPs in the days after it.

    Kept are those observed for W days that met in half of the weeks or more.
    """
    counts = evidence.table("snapshots").dropna(subset="members").sort_values("day")
    first = counts.groupby("group")[["day", "members"]].first()
    meetings = evidence.table("meetings").join(first, on="group", how="inner")
    meetings = meetings[meetings["held"].astype("boolean").fillna(value=False)]
    since = meetings["time_us"] // DAY_US - meetings["day"]
    inside = meetings.assign(week=since // WEEK_DAYS)[since.between(0, days - 1)]
    by = inside.groupby("group")
    names = evidence.groups.set_index("group")[["network", "batch", "end_us"]]
    rows = first.assign(weeks=by["week"].nunique(), sent=by["answers"].sum())
    rows = rows.join(names, how="inner").fillna({"weeks": 0, "sent": 0})
    is_followed_up = rows["day"] + days <= rows["end_us"] // DAY_US
    is_lively = rows["weeks"] * 2 >= days // WEEK_DAYS
    return rows[is_followed_up & is_lively & rows["members"].ge(least)].reset_index()


def _build_spans(evidence: Evidence, months: int, least: int) -> pd.DataFrame:
    """Build spans of months with mail, and with member counts, by group."""
    daily = evidence.daily[["group", "day", "messages"]]
    month = pd.to_datetime(daily["day"], unit="D").dt.to_period("M")
    by_month = daily.assign(month=month.astype("int64"))
    sums = by_month.groupby(["group", "month"], as_index=False)["messages"].sum()
    by_span = sums[sums["messages"] > 0].groupby(["group", sums["month"] // months])
    spans = by_span["messages"].agg(["size", "sum"]).reset_index()
    busy = (spans["size"] == months) & (spans["sum"] >= A_MAIL_IN_HALF[months])
    spans = spans[busy]
    spans = spans.assign(
        first=to_first_day(spans["month"] * months),
        after=to_first_day((spans["month"] + 1) * months),
    )
    rows = _add_members(evidence, spans)
    ends = rows["group"].map(evidence.groups.set_index("group")["end_us"])
    is_followed_up = rows["after"] <= ends // DAY_US
    return rows[is_followed_up & rows["members"].ge(least)].reset_index(drop=True)


def _add_members(evidence: Evidence, spans: pd.DataFrame) -> pd.DataFrame:
    """Add to each period the last member count of the 31 days before it."""
    counts = evidence.table("snapshots").dropna(subset="members")
    counts = counts[["group", "day", "members"]].astype("int64").sort_values("day")
    both = pd.merge_asof(
        spans.astype({"group": "int64"}).sort_values("first"),
        counts, left_on="first", right_on="day", by="group", tolerance=STALE - 1,
    )  # fmt: skip
    counted = both.dropna(subset="members").rename(columns={"sum": "sent"})
    return counted.merge(evidence.groups[["group", "network", "batch"]], on="group")


def _bound_by_guests(evidence: Evidence) -> Finding:
    """Bound the share of members without an RSVP to any meeting in two years."""
    rows = _count_members_less_guests(evidence, EVENTS)
    passed = gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with {events} events, {least} needed",
            LEAST_GROUPS,
            events=EVENTS,
        )
    )
    return Finding.estimated(
        partial(_estimate_without_answer, evidence, EVENTS),
        say(
            "members at the end less people with an RSVP in two years, of"
            " members, in groups with {events} events",
            events=EVENTS,
        ),
        passed,
        {
            **{
                say("groups with {events} events", events=events): partial(
                    _estimate_without_answer, evidence, events
                )
                for events in OTHER_EVENTS
            },
            say("mean of groups"): lambda: estimate_mean_of_groups(
                rows, rows["silent"] / rows["members"]
            ),
        },
        cases="memberships",
        qualifiers=("proxy", "survivors"),
        may="support",
        variant="rsvps",
        note=say(
            "{members} memberships in {n} groups",
            members=People(rows["members"].sum()),
            n=len(rows),
        ),
    )


def _count_members_less_guests(evidence: Evidence, events: int) -> pd.DataFrame:
    """Count each group's members, and a minimum of those without RSVP in two years."""
    facts = evidence.table("facts")
    names = ["events", "members", "guests"]
    numbers = facts[facts["fact"].isin(names)].pivot_table(
        index="group", columns="fact", values="value"
    )
    rows = evidence.groups[["group", "network", "batch"]].merge(
        numbers.reset_index(), on="group"
    )
    used = rows[rows["events"].ge(events) & rows["members"].gt(0)].fillna({"guests": 0})
    silent = (used["members"] - used["guests"]).clip(lower=0)
    return used.assign(silent=silent)


def _estimate_without_answer(evidence: Evidence, events: int) -> Interval:
    rows = _count_members_less_guests(evidence, events)
    return estimate_share_of_people(rows, "silent", "members")


def _count_by_steps(evidence: Evidence) -> Finding:
    """Estimate the mean share of members with no recorded action, such as writing."""
    steps = _find_steps(evidence)
    sets = {
        "least": {say("≥ 10 members"): LEAST_MEMBERS, "all": 1, say("≥ 30 members"): 30}
    }
    rows, unit = _count_silent_members(evidence, LEAST_MEMBERS)
    passed = gates.pass_gates(_require_units(len(rows), unit))
    return Finding(
        cases="years" if unit.startswith("years") else "groups",
        components=(_estimate_mean_share(rows),),
        definition=say(
            "of those who are “{there}”, who are never “{did}”; mean over {units} of"
            " ≥ {least} such members",
            there=steps.there,
            did=steps.did,
            units=unit,
            least=LEAST_MEMBERS,
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, lambda least: _estimate_by_steps(evidence, least)
        ),
        beside=(
            Supplement(
                say("weighted by members"),
                estimate_pooled_share(
                    rows["silent"], rows["there"], cluster_by_label(rows.index)
                ),
            ),
        ),
        qualifiers=("proxy",),
        may=steps.may,
        variant="never",
        note=say(
            "{silent} of {there} in {n} {units}; how long each was there is not told",
            silent=int(rows["silent"].sum()),
            there=int(rows["there"].sum()),
            n=len(rows),
            units=unit,
        ),
    )


def _require_units(n: int, what: str) -> gates.Gate:
    template = "{n} {units}, {least} needed"
    name, _, _ = what.partition(" ")
    return gates.require_at_least(name, n, FEWEST_NETWORKS, template, n=n, units=what)


def _find_steps(evidence: Evidence) -> _Steps:
    recorded = set(evidence.table("funnels")["step"])
    return next(step for step in STEPS if {step.there, step.did} <= recorded)


def _count_silent_members(evidence: Evidence, least: int) -> tuple[pd.DataFrame, str]:
    """Count members and silent members by group, or by year of joining."""
    steps = _find_steps(evidence)
    rows = evidence.table("funnels")
    if steps.same_year:
        both_steps = rows[rows["step"].isin([steps.there, steps.did])]
        n_steps = both_steps.groupby(["group", "cohort"])["step"].transform("nunique")
        rows = both_steps[n_steps == 2]  # noqa: PLR2004 - both
    by_group = _to_wide(rows, "group", steps)
    several = len(by_group) >= FEWEST_NETWORKS
    wide = by_group if several else _to_wide(rows, "cohort", steps)
    units = wide[wide["there"] >= least].reset_index(drop=True)
    return units, say("groups") if several else say("years of joining")


def _to_wide(rows: pd.DataFrame, unit: str, steps: _Steps) -> pd.DataFrame:
    wide = rows.pivot_table("people", unit, "step", aggfunc="sum", fill_value=0)
    present, active = wide[steps.there], wide[steps.did]
    if (active > present).any():
        raise NotIdentifiableError(
            f"more people “{steps.did}” than were “{steps.there}” in"
            f" {active.index[active > present][0]}: the steps count different people"
        )
    return pd.DataFrame({"there": present, "silent": present - active}).astype(
        "float64"
    )


def _estimate_by_steps(evidence: Evidence, least: int) -> Interval:
    rows, unit = _count_silent_members(evidence, least)
    gates.pass_gates(_require_units(len(rows), unit))
    return _estimate_mean_share(rows)


def _estimate_mean_share(rows: pd.DataFrame) -> Interval:
    shares = rows["silent"] / rows["there"]
    return estimate_mean(
        shares, cluster_by_label(rows.index), seed=SEED, replicates=DECIDING
    )
