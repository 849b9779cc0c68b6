"""Definitions of group death: silence, few posters or low traffic.

A group that was closed for itself is silent from its last message on, so its
observation goes on; a purpose fulfilled is a competing end, not a failure. What ends
observation is a notice to the whole platform, what shuts the collector out, and leaving
the list on which groups are followed: silence after it is not observed. First
passage into few posters or little traffic is not absorbing: who came back is counted
(`Lifetimes.revived`).

The register's sets of alternatives: RA, how a death is defined; RB, where the clock
starts, with delayed entry on or off; RD, which groups count. A source may have other
sampling frames, with other end dates or criteria.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import prose
from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Sets,
    Specification,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.quantity import enclose_bounds
from helpers.records import DAY_US
from helpers.survival import (
    Interval,
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
    define_lifetimes_by_inactivity,
    estimate_failure_probability,
    naive,
)
from helpers.survival.bootstrap import Draws, Enough
from helpers.survival.lifetimes import EARLY_DAYS, SILENCE_DAYS
from helpers.wording import say

SUSTAINED_DAYS = 28
UNREAD_DAYS = 56
PEAK_MESSAGES = 6
FULFILLED = "completed"
DONE = (FULFILLED, "merged")  # ends that are no death
SHUT_OUT = "no longer open to the program"
UNLISTED = "unlisted"  # the list that shows their activity dropped them
LOST_FROM_SIGHT = ("notice", SHUT_OUT, UNLISTED)


class Ends(NamedTuple):
    """Lifetimes of groups, competing events, and the definition of death in words."""

    lives: Lifetimes
    competing: Bools
    definition: str


def extend_follow_up(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow closed groups to the end of their network's archive, not their closure.

    Censoring them at their closure would leave out just those that were closed
    because they had died.
    """
    is_lost = groups["closed_kind"].isin(LOST_FROM_SIGHT)
    own = groups["closed_us"].notna() & ~is_lost
    if not own.any():
        return groups
    archive = groups.groupby("network")["end_us"].transform("max")
    return groups.assign(end_us=groups["end_us"].where(~own, archive))


def define_by_silence(groups: pd.DataFrame, silences: pd.DataFrame, **how: Any) -> Ends:  # noqa: ANN401 - handed on to `silence`
    """Define death as W days of silence; fulfilled purposes are competing events."""
    lives = define_lifetimes_by_inactivity(extend_follow_up(groups), silences, **how)
    rows = groups.set_index("group").loc[lives.group]
    fulfilled = (rows["closed_kind"] == FULFILLED).to_numpy(bool)
    closed = ((rows["closed_us"] - rows["origin_us"]) / DAY_US).to_numpy(
        np.float64, na_value=np.inf
    )
    silent_before = lives.ended & (lives.durations + lives.waited <= closed)
    completed = fulfilled & (closed <= lives.potential) & ~silent_before
    lives = replace(
        lives,
        durations=np.where(completed, closed, lives.durations),
        ended=lives.ended | completed,
    )
    return _select_watched(lives, completed, lives.definition)


def define_by_failure(
    groups: pd.DataFrame,
    silences: pd.DataFrame,
    rates: pd.DataFrame | None,
    *,
    for_good: bool = False,
    **how: Any,  # noqa: ANN401 - handed on to `silence`
) -> Ends:
    """Define failure as the earliest recorded death: silence or too few posters.

    Silence (closure included) always; fewer than 3 posters where senders are known
    (`rates` is None where they are not), `for_good` or for 28 days; floods of
    advertisements nowhere, as no corpus at hand has validated labels.
    """
    lives, competing, words = define_by_silence(groups, silences, **how)
    if rates is None:
        return Ends(lives, competing, _say_failed(words))
    thin = define_by_posters(groups, rates, for_good=for_good).lives
    starts = pd.Series(thin.durations[thin.ended], index=thin.group[thin.ended])
    first = starts.reindex(lives.group).to_numpy(np.float64, na_value=np.inf)
    earlier = first < lives.durations
    lives = replace(
        lives,
        durations=np.where(earlier, first, lives.durations),
        ended=lives.ended | earlier,
        revived=lives.revived | np.isin(lives.group, thin.group[thin.revived]),
    )
    words = say(
        "failed: first of {silence} and fewer than 3 posters; ads not known",
        silence=words,
    )
    return _select_watched(lives, competing & ~earlier, words)


def _say_failed(silence: str) -> str:
    return say("failed: {silence}; posters and ads not known", silence=silence)


def _select_watched(lives: Lifetimes, competing: Bools, words: str) -> Ends:
    """Exclude groups that died before they were observed."""
    keep = (lives.entry == 0) | (lives.durations > lives.entry)
    return Ends(lives.where(keep), competing[keep], words)


def define_by_posters(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int = 3, *, for_good: bool = False
) -> Ends:
    """Define death as fewer than `least` posters in 28 days.

    The state is read from day 28 on and must last 28 days more, or `for_good` to the
    end of observation; the death is the day on which it first does. It is read up to
    END − 56 days.
    """
    groups = extend_follow_up(groups)
    spells = find_few_poster_spells(groups, rates, least)
    if for_good:
        spells = spells[
            spells["stop"] >= spells["group"].map(_compute_age(groups, "end_us"))
        ]
    return _find_first(groups, spells, _say_few(least))


def _say_few(least: int) -> str:
    return say("fewer than {least} posters in 28 days", least=least)


def define_by_rate(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float = 0.10
) -> Ends:
    """Define death as traffic below a share of the group's earlier peak.

    Only groups that had 6 messages in some 28 days, and those that never had any,
    can be judged: the estimate is conditional on that.
    """
    most = rates.groupby("group")["messages_28"].max()
    judged = groups["group"].isin(most.index[most >= PEAK_MESSAGES])
    groups = extend_follow_up(groups[judged | groups["last_us"].isna()])
    spells = find_little_traffic(groups, rates, share)
    percent = prose.format_share(share)
    words = say("traffic under {percent} of its past peak", percent=percent)
    return _find_first(groups, spells, words)


def find_few_poster_spells(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int
) -> pd.DataFrame:
    """Find periods with too few posters in 28 days."""
    rows = _add_birth_row(groups, rates)
    return _list_spells(groups, rows, rows["posters_28"] < least, from_day=28.0)


def find_little_traffic(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float
) -> pd.DataFrame:
    """Find periods with traffic below a share of the earlier peak."""
    rows = _add_birth_row(groups, rates)
    peak = rows.groupby("group")["messages_28"].cummax()
    low = (rows["messages_28"] < share * peak) & (peak >= PEAK_MESSAGES)
    return _list_spells(groups, rows, low, from_day=0.0)


def _add_birth_row(groups: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add to each group's counts a row of zeros before its origin."""
    columns = ["group", "age_day", "messages_28", "posters_28"]
    births = pd.DataFrame({"group": groups["group"], "age_day": -1})
    births = births.assign(messages_28=0, posters_28=0)
    recorded_rates = rates.loc[rates["group"].isin(births["group"]), columns]
    rows = pd.concat([births, recorded_rates], ignore_index=True)
    return rows.sort_values(["group", "age_day"], ignore_index=True)


def _list_spells(
    groups: pd.DataFrame,
    rows: pd.DataFrame,
    holds: pd.Series[bool],
    *,
    from_day: float,
) -> pd.DataFrame:
    """List periods of at least 28 days in which a condition is true.

    A row's state lasts until the next row's day; the last one until the end.
    """
    ends = _compute_age(groups, "end_us").rename("stop")
    first = _compute_age(groups, "entry_us").add(from_day).rename("first")
    rows = rows[["group", "age_day"]].assign(holds=holds)
    following = rows.groupby("group")["age_day"].shift(-1)
    rows["stop"] = following.fillna(rows["group"].map(ends))
    before = rows.groupby("group")["holds"].shift()
    run = (rows["holds"] != before).cumsum()  # a group's first row differs from none
    spells = (
        rows[rows["holds"]]
        .groupby(run)
        .agg(group=("group", "first"), start=("age_day", "min"), stop=("stop", "max"))
    )
    spells["start"] = np.maximum(spells["start"], spells["group"].map(first))
    long = spells["stop"] - spells["start"] >= SUSTAINED_DAYS
    return spells[long].reset_index(drop=True)


def find_state_at(spells: pd.DataFrame, ages: pd.Series[float]) -> pd.Series[bool]:
    """Return whether each group, at a given age, is in one of the listed periods."""
    age = spells["group"].map(ages)
    inside = spells[(spells["start"] <= age) & (age < spells["stop"])]["group"]
    return pd.Series(ages.index.isin(set(inside)), index=ages.index)


def _compute_age(groups: pd.DataFrame, column: str) -> pd.Series[float]:
    """Convert a timestamp column to each group's age in days."""
    days = (groups[column].astype("Float64") - groups["origin_us"]) / DAY_US
    return days.set_axis(groups["group"]).astype("float64")


def _find_first(groups: pd.DataFrame, spells: pd.DataFrame, words: str) -> Ends:
    """Date each group's death at the start of its first period of low activity."""
    ages = compute_observation_ages(groups)
    starts = spells.groupby("group")["start"].min()
    first = groups["group"].map(starts).to_numpy(np.float64, na_value=np.inf)
    event = np.where(ages.never, 0.0, first) * DAY_US
    potential = ages.end - UNREAD_DAYS * DAY_US
    dead = event < np.maximum(potential, 1)
    ends = _compute_age(groups, "end_us").reindex(spells["group"]).to_numpy()
    revived_groups = set(spells.loc[spells["stop"].to_numpy() < ends, "group"])
    lives = assemble_lifetimes(
        groups,
        ages,
        np.where(dead, event, 0.0).astype(np.int64),
        dead,
        potential,
        waited=np.full(len(groups), float(UNREAD_DAYS)),
        slow=np.zeros(len(groups), bool),
        revived=dead & groups["group"].isin(revived_groups).to_numpy(),
        definition=words,
    )
    return Ends(lives, np.zeros(len(lives), bool), words)


Reading = Callable[[Evidence], Ends]
Clock = Callable[[Evidence], pd.DataFrame]
Filter = Callable[[pd.DataFrame], pd.DataFrame]

SEED = 20161231  # of every bootstrap behind a verdict
# samples: with ten networks, 1,000 leave a fifth of the error to luck
DECIDING = Enough(least=5000, error=0.002, most=60_000)
SHOWN = 1000  # samples behind a specification
PRIMARY, FAILED = say("last message, W = {days}", days=60), say("failed")
FEW, RATE = say("fewer than 3 posters"), say("rate under 10 %")
LATE, IGNORED = say("late entry"), say("entry ignored")
FEW_POSTERS, FEW_MEMBERS = 5, 10
READINGS = 8  # kept: specifications ask for the same few again and again


@lru_cache(maxsize=READINGS)
def define_silent(
    evidence: Evidence, *, w_days: float = SILENCE_DAYS, form: str = "last_message"
) -> Ends:
    """Define group death as a given number of days without messages."""
    return define_by_silence(
        evidence.groups, evidence.silences, w_days=w_days, form=form
    )


def select_recorded(evidence: Evidence) -> Lifetimes:
    """Return lifetimes counted from groups' origins; 60 silent days mean death.

    Whoever was listed for having been busy early counts from the origin too: what is
    said of them is said of groups that came so far.
    """
    lives = define_silent(evidence).lives
    lives = lives.where(np.isin(lives.group, evidence.from_birth["group"]))
    return replace(lives, entry=np.zeros(len(lives)))


@lru_cache(maxsize=READINGS)
def define_by_union(
    evidence: Evidence, *, w_days: float = SILENCE_DAYS, for_good: bool = False
) -> Ends:
    """Define a group's failure as its first silence, few posters or low traffic."""
    rates = evidence.rates if evidence.observability.sender_ids else None
    return define_by_failure(
        evidence.groups, evidence.silences, rates, w_days=w_days, for_good=for_good
    )


def _define_by_few_posters(evidence: Evidence) -> Ends:
    gates.pass_gates(evidence.shows("sender_ids"))
    return define_by_posters(evidence.groups, evidence.rates)


DEATHS: Mapping[str, Reading] = {
    **{
        say("last message, W = {days}", days=days): partial(
            define_silent, w_days=days, form="last_message"
        )
        for days in (30, 60, 90)
    },
    **{
        say("first gap, W = {days}", days=days): partial(
            define_silent, w_days=days, form="first_gap"
        )
        for days in (30, 60, 90)
    },
    RATE: lambda evidence: define_by_rate(evidence.groups, evidence.rates),
    FEW: _define_by_few_posters,
    FAILED: define_by_union,
    **{
        say("failed, W = {days}", days=days): partial(define_by_union, w_days=days)
        for days in (30, 90)
    },
}
FIRST_GAPS, LAST_MESSAGES = (
    frozenset(name for name in DEATHS if name.startswith(form))
    for form in (say("first gap"), say("last message"))
)
UNIONS = frozenset(name for name in DEATHS if name.startswith(FAILED))
# by the deciding definition, those that answer another question: plan, amendment 5
OTHER_QUESTIONS: Mapping[str, frozenset[str]] = {
    PRIMARY: FIRST_GAPS | UNIONS | {FEW, RATE},
    FAILED: FIRST_GAPS | LAST_MESSAGES | {FEW},
}


def estimate_failure(
    ends: Ends, horizon: float, *, error_days: float = 0.0, replicates: Draws = DECIDING
) -> Interval:
    """Estimate the share of groups failing by an age, allowing for errors in dates.

    Where times may be wrong by some days, the limits enclose the estimates at the
    horizon less and plus these days: a death dated late or early cannot go further.

    Raises
    ------
    NotIdentifiableError
        As `helpers.survival.failure_probability`.
    """
    competing = ends.competing if ends.competing.any() else None
    at = partial(
        estimate_failure_probability,
        ends.lives,
        seed=SEED,
        competing=competing,
        replicates=replicates,
    )
    if not error_days:
        return at(horizon)
    bounds = (at(horizon - error_days), at(horizon + error_days))
    reason = say("both bounds of ±{error_days:g} d", error_days=error_days)
    return enclose_bounds(at(horizon), *bounds, why=reason)


def list_readings(
    evidence: Evidence, horizon: float, *, primary: str
) -> tuple[Specification, ...]:
    """List the share of groups dead by an age under other definitions and subsets.

    Their sets are multiplied: how a death is told, when the clock starts, whether late
    entry is ignored (which is biased, and does not vote) and which groups count.
    """
    sets = list_clocks_and_deaths(evidence, primary=primary)
    sets["groups"] = list_conditions(evidence)

    def estimate(**values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
        return _estimate_at(*read_view(evidence, **values), horizon)

    supplementary_choices = list_supplementary(sets, estimate, primary=primary)
    return (*multiply_sets(sets, estimate, biased=[IGNORED]), *supplementary_choices)


def list_clocks_and_deaths(
    evidence: Evidence, *, primary: str
) -> dict[str, dict[str, Any]]:
    """List alternative time origins and definitions of death as analytic choices.

    Definitions of death that answer another question are not among them.
    """
    names = [name for name in DEATHS if name not in OTHER_QUESTIONS[primary]]
    sets: dict[str, dict[str, Any]] = {
        "death": {primary: primary, **{name: name for name in names}},
        "clock": _list_clocks(evidence),
        "late_entry": {LATE: True},
    }
    if (evidence.groups["entry_us"] > evidence.groups["origin_us"]).any():
        sets["late_entry"][IGNORED] = False
    return sets


def list_supplementary(
    sets: Sets, estimate: Callable[..., Interval], *, primary: str
) -> tuple[Specification, ...]:
    """List failure probabilities for death definitions that do not decide the claim.

    All else is as decided.
    """
    decided = take_first_choices(sets)
    return tuple(
        Specification.tried(
            name, partial(estimate, **{**decided, "death": name}), counts=False
        )
        for name in DEATHS
        if name in OTHER_QUESTIONS[primary]
    )


def read_view(
    evidence: Evidence,
    death: str,
    clock: Clock,
    *,
    late_entry: bool,
    groups: Filter | None = None,
) -> tuple[Evidence, Ends]:
    """Return groups and lifetimes for a chosen time origin and definition of death."""
    rows = clock(evidence)
    view = replace(evidence, groups=groups(rows) if groups else rows)
    ends = DEATHS[death](view)
    if not late_entry:
        ends = ends._replace(lives=naive.ignore_delayed_entry(ends.lives))
    return view, ends


def list_without_one_network(
    evidence: Evidence, reading: Reading, horizon: float
) -> Iterator[Specification]:
    """Yield the failure probability with each network left out in turn."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    for network in networks:
        remaining_groups = evidence.groups[evidence.groups["network"] != network]
        view = replace(evidence, groups=remaining_groups)
        estimate = partial(_estimate_without, view, reading, horizon)
        yield Specification.tried(say("without {network}", network=network), estimate)


def _estimate_without(view: Evidence, reading: Reading, horizon: float) -> Interval:
    return _estimate_at(view, reading(view), horizon)


def _estimate_at(evidence: Evidence, ends: Ends, horizon: float) -> Interval:
    """Estimate the failure probability of given lifetimes at a horizon."""
    gates.pass_gates(*gates.require_failure_gates(ends.lives, horizon))
    error = evidence.time_error_days
    return estimate_failure(ends, horizon, error_days=error, replicates=SHOWN)


def _list_clocks(evidence: Evidence) -> dict[str, Clock]:
    """Return alternative time origins: creation, or first message."""
    clocks: dict[str, Clock] = {say("from origin"): lambda view: view.groups}
    if evidence.observability.births == "creation":
        clocks["from first message"] = _start_at_first_message
    return clocks


def _start_at_first_message(evidence: Evidence) -> pd.DataFrame:
    groups = evidence.groups[evidence.groups["first_us"].notna()]
    first = groups["first_us"].astype("int64")
    entry = np.maximum(groups["entry_us"], first)
    early = _count_early(evidence, groups)
    return groups.assign(origin_us=first, entry_us=entry, early_messages=early)


def _count_early(evidence: Evidence, groups: pd.DataFrame) -> pd.Series[int]:
    """Count each group's messages in the 28 days from its first message."""
    days = evidence.daily
    since = days["day"] - days.groupby("group")["day"].transform("min")
    early = days[since < EARLY_DAYS].groupby("group")["messages"].sum()
    return groups["group"].map(early).fillna(0).astype("int64")


def list_conditions(evidence: Evidence) -> dict[str, Filter]:
    """Return filters of groups by size or activity, as alternative analyses."""
    sizes: dict[str, Filter] = {say("all groups"): lambda rows: rows}
    if evidence.observability.sender_ids:
        sizes["≥ 5 posters (conditional)"] = partial(
            require_at_least, "posters", FEW_POSTERS
        )
    if evidence.groups["members"].notna().any():
        sizes["≥ 10 members (conditional)"] = partial(
            require_at_least, "members", FEW_MEMBERS
        )
    return sizes


def require_at_least(column: str, least: int, groups: pd.DataFrame) -> pd.DataFrame:
    """Select groups with at least `least` in a column, such as members or posters."""
    return groups[groups[column].fillna(0) >= least]


def list_other_frames(evidence: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the share of groups dead by an age under other inclusion rules for groups.

    A frame of groups that reached a bar whenever they did is of survivors, and shown.
    """
    if "frames" not in evidence.study.manifest.tables:
        return
    frames = evidence.study.table("frames")
    own = _compute_own(frames, evidence)
    columns = ["end_day", "least_messages", "bar"]
    bar_frames = frames.assign(bar=frames["within_days"].fillna(0).astype("int64"))
    for end_day, least, bar in (
        bar_frames[columns].drop_duplicates().to_numpy().tolist()
    ):
        if (end_day, least, bar) == own:
            continue
        date = pd.Timestamp(end_day, unit="D").date()
        rows = bar_frames[columns].eq([end_day, least, bar]).all(axis=1)
        yield Specification.tried(
            say("{n} posts in {days} days, until {date}", n=least, days=bar, date=date)
            if bar
            else say("{n} posts whenever, until {date}", n=least, date=date),
            partial(_estimate_share, evidence, frames[rows], horizon),
            counts=bool(bar),
        )


def _compute_own(frames: pd.DataFrame, evidence: Evidence) -> tuple[int, int, int]:
    """Return the inclusion rule that reproduces the study's own list of groups."""
    table = frames.dropna(subset=["within_days", "group"])
    groups = evidence.groups.set_index("group")
    is_reproduced = pd.Series(data=True, index=table.index)
    for column in ("last_us", "entry_us"):
        is_reproduced &= table["group"].map(groups[column]).eq(table[column])
    by = ["end_day", "least_messages", "within_days"]
    end_day, least, bar = table[is_reproduced].value_counts(by).index[0]
    return int(end_day), int(least), int(bar)


def _estimate_share(
    evidence: Evidence, frame: pd.DataFrame, horizon: float
) -> Interval:
    older = set(evidence.study.table("groups")["group"]) - set(evidence.groups["group"])
    frame_groups = frame[~frame["group"].isin(older)]
    groups = frame_groups.assign(
        group=range(len(frame_groups)), closed_us=float("nan"), closed_kind=None
    )
    view = replace(evidence, groups=groups)
    none = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")
    ends = define_by_silence(view.groups, none)
    gates.pass_gates(*gates.require_failure_gates(ends.lives, horizon))
    error = evidence.time_error_days
    return estimate_failure(ends, horizon, error_days=error, replicates=SHOWN)


def list_common_readings(
    evidence: Evidence, ends: Ends, horizon: float, *, primary: str
) -> tuple[Specification, ...]:
    """List the other readings of the common frame: of groups that were ever active.

    The same choices as `list_readings` and `list_other_frames`; empty where all
    groups were active, since those are the source's own.
    """
    view = select_started(evidence, ends)
    if view is evidence:
        return ()
    return (
        *list_readings(view, horizon, primary=primary),
        *list_other_frames(evidence, horizon),
    )


def select_started(evidence: Evidence, ends: Ends) -> Evidence:
    """Restrict a study to groups that were ever active; itself if all were."""
    never = ends.lives.group[ends.lives.never_active]
    if not len(never):
        return evidence
    groups = evidence.groups
    return replace(evidence, groups=groups[~groups["group"].isin(never)])


def list_frames_and_bounds(
    ends: Ends, horizon: float, error: float
) -> Iterator[Specification]:
    """Yield failure shares: of groups ever active; with unclear cases dead or alive."""
    started = ~ends.lives.never_active
    views = {say("ever started"): ends.lives.where(started)}
    views["all slow groups dead"], views["all slow groups alive"] = ends.lives.bounds()
    for name, lives in views.items():
        estimate = partial(
            estimate_failure, _select_ends(ends, lives), horizon, error_days=error
        )
        yield Specification.tried(name, estimate, counts=False, decisive=True)


def estimate_common_frame(
    ends: Ends, horizon: float, error: float, own: Interval
) -> Interval | None:
    """Estimate the share of ever active groups that fail by an age; None if refused.

    It is the source's own where all of its groups did.
    """
    started = ~ends.lives.never_active
    if started.all():
        return own
    view = _select_ends(ends, ends.lives.where(started))
    estimate = partial(estimate_failure, view, horizon, error_days=error)
    return next(
        iter(Specification.tried(say("ever started"), estimate).components), None
    )


def _select_ends(ends: Ends, lives: Lifetimes) -> Ends:
    """Restrict a set of lifetimes, and their competing events, to some groups."""
    is_competing = ends.competing[np.isin(ends.lives.group, lives.group)]
    return ends._replace(lives=lives, competing=is_competing)
