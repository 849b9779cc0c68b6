"""Alternative definitions of group failure, and alternative lists of groups.

RA: how a death is told · RB: where the clock starts, delayed entry on or off · RD:
which groups count. A source may have other sampling frames: other end dates, criteria.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.specification import (
    Sets,
    Specification,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import (
    Ends,
    define_by_failure,
    define_by_posters,
    define_by_rate,
    define_by_silence,
)
from helpers.claims.quantities.unsampled_intervals import enclose_bounds
from helpers.survival import Interval, Lifetimes, estimate_failure_probability, naive
from helpers.survival.bootstrap import Draws, Enough
from helpers.survival.silence import EARLY_DAYS, SILENCE_DAYS
from helpers.wording import say

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
    """Estimate the failure probability at a horizon, with timestamp error.

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
    why = say("both bounds of ±{error_days:g} d", error_days=error_days)
    return enclose_bounds(at(horizon), *bounds, why=why)


def list_readings(
    evidence: Evidence, horizon: float, *, primary: str
) -> tuple[Specification, ...]:
    """List the failure probability under each alternative definition.

    Their sets are multiplied: how a death is told, when the clock starts, whether late
    entry is ignored (which is biased, and does not vote) and which groups count.
    """
    sets = list_clocks_and_deaths(evidence, primary=primary)
    sets["groups"] = list_conditions(evidence)

    def estimate(**values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
        return _estimate_at(*read_view(evidence, **values), horizon)

    others = list_supplementary(sets, estimate, primary=primary)
    return (*multiply_sets(sets, estimate, biased=[IGNORED]), *others)


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
    """Return groups and lifetimes by a time origin and a definition of death."""
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
        rest = evidence.groups[evidence.groups["network"] != network]
        view = replace(evidence, groups=rest)
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
    spoke = evidence.groups[evidence.groups["first_us"].notna()]
    first = spoke["first_us"].astype("int64")
    entry = np.maximum(spoke["entry_us"], first)
    early = _count_early(evidence, spoke)
    return spoke.assign(origin_us=first, entry_us=entry, early_messages=early)


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
    """Select groups that ever had a number of members or posters."""
    return groups[groups[column].fillna(0) >= least]


def list_other_frames(evidence: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the failure probability in each alternative frame of a source.

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
    """Return the listing condition that matches the study's own list of groups."""
    table = frames.dropna(subset=["within_days", "group"])
    groups = evidence.groups.set_index("group")
    alike = pd.Series(data=True, index=table.index)
    for column in ("last_us", "entry_us"):
        alike &= table["group"].map(groups[column]).eq(table[column])
    by = ["end_day", "least_messages", "within_days"]
    end_day, least, bar = table[alike].value_counts(by).index[0]
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


def list_frames_and_bounds(
    ends: Ends, horizon: float, error: float
) -> Iterator[Specification]:
    """Yield failure of groups ever active, and bounds for groups that post rarely."""
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
    """Estimate failure among groups that ever started, or None if not estimable.

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
