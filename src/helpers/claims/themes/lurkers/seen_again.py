"""Indirect: shares of silent members who opened the community, came back or reacted.

A platform that counts visitors and posters of a window tells how many members were
there without writing: visitors less posters, of members less posters. That is exact
for the window and holds for it only, since both grow with its length. Opening is not
reading.

Where only the last visit or a reaction is known, "still engaged" is seen in part: a
visit 28 days or more after joining is past arrival and lies inside every membership of
84 days; it is neither reading on many days nor liking. A reaction is a lower bound.
The later a source was saved, the more visits it shows: only members who were followed
for 84 to 168 days decide.

Which windows decide and what counts was fixed beforehand (`evidence_plan.toml`, and the
decision of 2026-11-21 on who reads without writing).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    build_finding_over_groups,
    build_finding_per_group,
    estimate_share_of_people,
)
from helpers.claims.quantities.quantity import build_range
from helpers.claims.themes.lurkers.lurkers import REACTION
from helpers.inference import compute_exact_interval
from helpers.measures.audiences import (
    LURKING_DAYS,
    bound_silent_share,
    summarise_windows,
)
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

DECIDING_DAYS = 30
OPENED = "opened"
LEAST_LURKERS = 50
SHOWN = "meta site"  # an account of a meta comes into being on the first visit to it
OTHERWISE = frozenset({say("without an answer")})  # another reading of who lurks
PAST_ARRIVAL = 28  # days after joining
EARLY, SEEN = 7, f"seen_{PAST_ARRIVAL}"
FOLLOWED: Mapping[str, tuple[int, ...]] = {
    say("84–168"): (84, 168),
    say("169–365"): (169,),
    say("more than 365"): (366,),
}
EQUAL = "84–168"  # the shortest follow-up of all, so that no source is older
VISIT = "visit"
NOTE = say(
    "members who left or were deleted are not listed, so it errs up; W = 84 only"
)


@stands_in("s0-lurkers-still-identify", ("audiences.visitors",))
def opened_without_writing(evidence: Evidence) -> Finding:
    """Estimate the share of silent members who visited in 30 days.

    Of several windows the one with the lowest share decides.
    """
    groups = evidence.groups.set_index("group")
    names = groups["label"]
    table = evidence.table("audiences")
    rows = summarise_windows(table).assign(
        key=lambda each: each["group"].map(groups["key"]),
        label=lambda each: each["group"].map(names),
    )
    deciding = rows[rows["window_days"] == DECIDING_DAYS]
    lengths = sorted(rows["window_days"].dropna().astype(int).unique())
    gate = gates.pass_gates(
        gates.Gate(
            "windows",
            len(deciding) > 0,
            say(
                "{n} windows of {deciding_days} days with members counted, 1"
                " needed; windows of {lengths} days",
                n=len(deciding),
                deciding_days=DECIDING_DAYS,
                lengths=", ".join(map(str, lengths)) or say("no"),
            ),
        )
    )
    finding = build_finding_per_group(deciding, _find_lowest)
    supplements = (*_summarise_by_window(rows), *_compute_bounds(table, names))
    return replace(finding, gates=gate, beside=supplements)


def _find_lowest(rows: pd.DataFrame) -> Finding:
    """Build the result for the period with the smallest share of silent visitors."""
    sides = {
        say("members {days} days before the stamp", days=DECIDING_DAYS): partial(
            _bound_with_members, rows, -DECIDING_DAYS
        ),
        say("members {days} days after the stamp", days=DECIDING_DAYS): partial(
            _bound_with_members, rows, DECIDING_DAYS
        ),
    }
    key = rows["key"].iloc[0]
    return Finding(
        cases="people",
        components=(_estimate_opened_share(rows),),
        definition=say(
            "visitors less posters of members less posters, in the window"
            " of {deciding_days} days with the lowest share: opened the"
            " community in it and wrote nothing, which is not reading",
            deciding_days=DECIDING_DAYS,
        ),
        gates=(),
        specifications=list_alternatives(sides),
        qualifiers=(
            "proxy",
            "lower bound",
            say("W = {deciding_days}", deciding_days=DECIDING_DAYS),
            say("within {place}", place=key),
        ),
        may="support",
        variant=OPENED,
        note=say(
            "lowest of {n} windows of one community; no member is followed", n=len(rows)
        ),
    )


def _estimate_opened_share(rows: pd.DataFrame) -> Interval:
    """Estimate the lowest share of silent members who visited, over time windows."""
    least = int(rows["share"].argmin())
    opened_it, silent = (int(rows[name].iloc[least]) for name in ("opened", "silent"))
    return compute_exact_interval(opened_it, silent)


def _bound_with_members(rows: pd.DataFrame, by: int) -> Interval:
    """Estimate silent members' lowest visit rate using member counts of another day."""
    other = rows["day"].add(by).map(rows.set_index("day")["members"])
    windows = rows.assign(silent=other - rows["posters"])[other.notna()]
    gates.pass_gates(
        gates.require_units(
            len(windows),
            "{n} windows with members at the other end, {least} needed",
            1,
        )
    )
    return _estimate_opened_share(
        windows.assign(share=windows["opened"] / windows["silent"])
    )


def _summarise_by_window(rows: pd.DataFrame) -> tuple[Supplement, ...]:
    """Summarise the shares of silent visitors separately by length of period."""
    return tuple(
        Supplement(
            say(
                "{label}: windows of {days} d",
                label=label,
                days=int(own["window_days"].iloc[0]),
            ),
            build_range(
                own["share"].median(),
                own["share"].min(),
                own["share"].max(),
                method=f"lowest to highest of {len(own)} windows",
                n=int(own["silent"].min()),
            ),
        )
        for (label, _), own in rows.groupby(["label", "window_days"])
    )


def _compute_bounds(
    table: pd.DataFrame, names: pd.Series[str]
) -> tuple[Supplement, ...]:
    """Compute bounds of the share of silent members who visited within 84 days."""
    return tuple(
        Supplement(
            say(
                "{name}: {days} d, bounds by {window} d",
                name=names[group],
                days=LURKING_DAYS,
                window=bounds.window_days,
            ),
            build_range(
                (bounds.low + bounds.high) / 2, bounds.low, bounds.high,
                method="bounds; the middle is no estimate",
                n=int(own["visitors"].max()),
            ),
        )
        for group, own in table.groupby("group")
        for bounds in bound_silent_share(own)
    )  # fmt: skip


@stands_in("s0-lurkers-still-identify", ("seen_again.seen_28", "seen_again.reacted_84"))
def seen_again(evidence: Evidence) -> Finding:
    """Estimate the share of lurkers who visited again after joining.

    Only members followed for 84 to 168 days decide. Where visits are not known, the
    share who reacted within the 84 days.
    """
    rows = evidence.table("seen_again").merge(
        evidence.groups[["group", "key", "kind", "network", "batch"]], on="group"
    )
    if rows["seen_28"].isna().all():
        return _estimate_reacted_share(rows)
    deciding, metas = rows[rows["kind"] != SHOWN], rows[rows["kind"] == SHOWN]
    lurkers = _count_lurkers(deciding[_select_equal_follow_up(deciding)])
    enough = lurkers.index[lurkers >= LEAST_LURKERS]
    most = People(lurkers.max() if len(lurkers) else 0)
    passed = gates.pass_gates(
        gates.Gate(
            "lurkers",
            len(enough) > 0,
            say(
                "{n} of {n_lurkers} places with ≥ {least_lurkers} lurkers"
                " followed for {equal} days, 1 needed; {most} lurkers at the"
                " most",
                n=len(enough),
                n_lurkers=len(lurkers),
                least_lurkers=LEAST_LURKERS,
                equal=EQUAL,
                most=most,
            ),
        )
    )
    finding = build_finding_per_group(
        deciding[deciding["key"].isin(enough)], _summarise_visited
    )
    sites = metas[_is_usual(metas)].groupby("key")  # that have no vote
    supplements = _list_shares((str(key), own, SEEN) for key, own in sites)
    return replace(
        finding, gates=passed, beside=(*finding.beside, *supplements), note=NOTE
    )


def _count_lurkers(rows: pd.DataFrame) -> pd.Series[int]:
    return rows[_is_usual(rows)].groupby("key")["lurkers"].sum()


def _is_usual(rows: pd.DataFrame) -> pd.Series[bool]:
    return ~rows["lurkers_are"].isin(OTHERWISE)


def _select_equal_follow_up(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["followed_from"].isin(FOLLOWED[EQUAL])


def _summarise_visited(rows: pd.DataFrame) -> Finding:
    """Estimate in one group the share of lurkers who visited again."""
    who = rows.loc[_is_usual(rows), "lurkers_are"].iloc[0]
    usual = rows[_is_usual(rows)]
    equal_follow_up = rows[_select_equal_follow_up(rows)]
    sets: Sets = {
        "days": {
            say("seen ≥ {n} days after joining", n=n): n for n in (PAST_ARRIVAL, EARLY)
        },
        "who": {kind: kind for kind in (who, *sorted({*rows["lurkers_are"]} - {who}))},
    }
    return Finding(
        cases="people",
        components=(_estimate_share(equal_follow_up, PAST_ARRIVAL, who),),
        definition=say(
            "members of 84 days {who} whose last visit was {past_arrival}"
            " days or more after joining; members followed for {equal}"
            " days: a visit is seen, not reading and not liking",
            who=who,
            past_arrival=PAST_ARRIVAL,
            equal=EQUAL,
        ),
        gates=(),
        specifications=multiply_sets(sets, partial(_estimate_share, equal_follow_up)),
        beside=tuple(_list_traces(usual)),
        qualifiers=("proxy",),
        may="support",
        speaks_for="contradict",  # who left is not listed, so the share is too high
        variant=VISIT,
        note=NOTE,
    )


def _estimate_share(rows: pd.DataFrame, days: int, who: str) -> Interval:
    """Estimate the share of lurkers last seen at least `days` days after joining."""
    class_rows = rows[rows["lurkers_are"] == who]
    people = int(class_rows["lurkers"].sum())
    gates.pass_gates(
        gates.Gate(
            "lurkers",
            people >= LEAST_LURKERS,
            say("{people} lurkers", people=People(people)),
        )
    )
    return compute_exact_interval(int(class_rows[f"seen_{days}"].sum()), people)


def _list_shares(
    named: Iterable[tuple[str, pd.DataFrame, str]],
) -> Iterator[Supplement]:
    """Yield the share of lurkers with each kind of recorded activity."""
    for name, rows, column in named:
        people = int(rows["lurkers"].sum())
        if people and rows[column].notna().all():
            yield Supplement(
                name, compute_exact_interval(int(rows[column].sum()), people)
            )


def _list_traces(rows: pd.DataFrame) -> Iterator[Supplement]:
    """Yield the share of lurkers active again, by length of follow-up."""
    classes = {days: rows["followed_from"].isin(of) for days, of in FOLLOWED.items()}
    may_react, may_not_react = (
        rows[rows["may_react"].eq(may)] for may in (True, False)
    )
    return _list_shares(
        [
            *(
                (say("followed for {d} days", d=d), rows[class_], SEEN)
                for d, class_ in classes.items()
            ),
            (
                say("reacted within 84 days, of those who may vote"),
                may_react,
                "reacted_84",
            ),
            (say("reacted within 84 days, of the others"), may_not_react, "reacted_84"),
            (say("wrote after all"), rows, "did_later"),
        ]
    )


def _estimate_reacted_share(rows: pd.DataFrame) -> Finding:
    """Estimate the share of lurkers who reacted within 84 days."""
    sums = rows.groupby(["group", "key", "network", "batch"], as_index=False)[
        ["lurkers", "reacted_84", "did_later"]
    ].sum()
    passed = gates.pass_gates(
        gates.require_units(len(sums), "{n} groups with a lurker, {least} needed", 1),
        gates.require_clusters(sums["network"], sums["batch"]),
    )
    finding = build_finding_over_groups(sums, _build_reaction_finding)
    return replace(finding, gates=passed)


def _build_reaction_finding(rows: pd.DataFrame) -> Finding:
    n_memberships = int(rows["lurkers"].sum())
    return Finding(
        cases="memberships",
        components=(estimate_share_of_people(rows, "reacted_84", "lurkers"),),
        definition=say(
            "lurkers of 84 days with a dated joining who gave a reaction in"
            " these days; who reads is not known"
        ),
        gates=(),
        beside=(
            Supplement(
                say("wrote after all"),
                estimate_share_of_people(rows, "did_later", "lurkers"),
            ),
        ),
        qualifiers=("proxy", "lower bound"),
        may="support",
        variant=REACTION,
        note=say(
            "{n_memberships} memberships in {n} groups; W = 84 only",
            n_memberships=People(n_memberships),
            n=len(rows),
        ),
    )
