"""When groups end: by silence, by few writers, or by their last activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.designs.shares import DRAWS, SEED
from helpers.claims.evidence import Evidence, require_followed
from helpers.corpora.shared.corpus import read_facts
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, WEEK_DAYS
from helpers.survival import (
    Interval,
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
    define_lifetimes_by_inactivity,
    estimate_failure_probability,
)
from helpers.survival.interval import enclose
from helpers.survival.lifetimes import (
    SILENCE_DAYS,
    Form,
    define_lifetimes_by_dates,
    find_closed_groups,
    follow_closed_groups,
)

SUSTAINED_DAYS = 28
UNREAD_DAYS = 56  # at the end of the record, in which such a spell could not be seen
FULFILLED = "completed"
PEAK_MESSAGES = 6
KEPT = 16  # definitions in memory: several quantities ask for the same few
SIDE_BY_SIDE = (60.0, 180.0)  # days of silence, where nobody knows the traffic
NO_DEATH = (FULFILLED, "administrative", "merged")
LEAST_UNITS, TIMES, AROUND, MOSTLY = 20, 10, 28, 0.9
OWN = "own"


class Ends(NamedTuple):
    """Lifetimes of groups, and which of their ends are no death."""

    lives: Lifetimes
    competing: Bools

    def where(self, keep: npt.ArrayLike) -> Ends:
        """Return the ends of the groups for which a condition is true."""
        flags = np.asarray(keep, bool)
        return Ends(self.lives.where(flags), self.competing[flags])


def estimate_share_ended(
    ends: Ends, day: float, *, error_days: float = 0.0
) -> Interval:
    """Estimate the share of groups that have ended by an age in days.

    Where times may be wrong by some days, the limits enclose the estimates at the age
    less and plus these days.
    """
    require_followed(ends.lives, day)
    competing = ends.competing if ends.competing.any() else None

    def estimate(at: float) -> Interval:
        return estimate_failure_probability(
            ends.lives, at, seed=SEED, competing=competing, replicates=DRAWS
        )

    if not error_days:
        return estimate(day)
    return enclose(
        estimate(day), estimate(day - error_days), estimate(day + error_days)
    )


def define_by_silence(groups: pd.DataFrame, lives: Lifetimes) -> Ends:
    """Make fulfilled purposes competing events of lifetimes that end by silence."""
    rows = groups.set_index("group").loc[lives.group]
    closed = ((rows["closed_us"] - rows["origin_us"]) / DAY_US).to_numpy(
        np.float64, na_value=np.inf
    )
    silent_before = lives.ended & (lives.durations + lives.waited <= closed)
    completed = rows["closed_kind"].eq(FULFILLED).to_numpy(bool)
    completed = completed & (closed <= lives.potential) & ~silent_before
    lives = replace(
        lives,
        durations=np.where(completed, closed, lives.durations),
        ended=lives.ended | completed,
    )
    return select_watched(Ends(lives, completed))


def select_watched(ends: Ends) -> Ends:
    """Leave out groups that ended before they were observed."""
    lives = ends.lives
    return ends.where((lives.entry == 0) | (lives.durations > lives.entry))


@lru_cache(maxsize=KEPT)
def define_silent(
    evidence: Evidence,
    *,
    w_days: float = SILENCE_DAYS,
    form: Form = "last_message",
    until_closed: bool = False,
) -> Ends:
    """Return lifetimes until silence for good (or ``first_gap``) of W days.

    `until_closed`: whether groups are watched only until they are closed; otherwise one
    that was closed is silent from its last message on.
    """
    groups = evidence.groups
    if until_closed:
        closed = groups["closed_us"].notna() & groups["closed_kind"].ne(FULFILLED)
        groups = groups.assign(closed_kind=groups["closed_kind"].mask(closed, "notice"))
    followed, gaps = follow_closed_groups(groups), evidence.silences
    lives = define_lifetimes_by_inactivity(followed, gaps, w_days=w_days, form=form)
    return define_by_silence(groups, lives)


def select_recorded(evidence: Evidence) -> Lifetimes:
    """Return lifetimes of groups watched from their origin; 60 silent days are death.

    Whoever was listed for having been busy early counts from the origin too: what is
    said of them is said of groups that came so far.
    """
    lives = define_silent(evidence).lives
    lives = lives.where(np.isin(lives.group, evidence.from_birth["group"]))
    return replace(lives, entry=np.zeros(len(lives)))


def select_started(ends: Ends) -> Ends:
    """Return the groups that ever were active."""
    return ends.where(~ends.lives.never_active)


@lru_cache(maxsize=KEPT)
def define_few_writers(evidence: Evidence, *, least: int = 3) -> Ends:
    """Return lifetimes until the first eight weeks with too few writers.

    Fewer than `least` posters in 28 days, read from day 28 on, for 28 days more.
    """
    evidence.require("sender_ids")
    groups = follow_closed_groups(evidence.groups)
    spells = find_few_writer_spells(groups, evidence.rates, least)
    ages = compute_observation_ages(groups)
    starts = spells.groupby("group")["start"].min()
    first = groups["group"].map(starts).to_numpy(np.float64, na_value=np.inf)
    event = np.where(ages.never, 0.0, first) * DAY_US
    potential = ages.end - UNREAD_DAYS * DAY_US
    dead = event < np.maximum(potential, 1)
    lives = assemble_lifetimes(
        groups,
        ages,
        np.where(dead, event, 0.0).astype(np.int64),
        dead,
        potential,
        waited=np.full(len(groups), float(UNREAD_DAYS)),
        slow=np.zeros(len(groups), bool),
        revived=np.zeros(len(groups), bool),
        definition=f"fewer than {least} posters in 28 days",
    )
    return Ends(lives, np.zeros(len(lives), bool))


def find_few_writer_spells(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int
) -> pd.DataFrame:
    """Find periods with too few posters in 28 days: group, start and stop in days."""
    rows = _add_birth_rows(groups, rates)
    return _list_spells(groups, rows, rows["posters_28"] < least, from_day=28.0)


def find_little_traffic(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float
) -> pd.DataFrame:
    """Find periods with traffic below a share of the earlier peak."""
    rows = _add_birth_rows(groups, rates)
    peak = rows.groupby("group")["messages_28"].cummax()
    low = (rows["messages_28"] < share * peak) & (peak >= PEAK_MESSAGES)
    return _list_spells(groups, rows, low, from_day=0.0)


def find_state_at(spells: pd.DataFrame, ages: pd.Series[float]) -> pd.Series[bool]:
    """Return whether each group, at a given age, is in one of the listed periods."""
    age = spells["group"].map(ages)
    inside = spells[(spells["start"] <= age) & (age < spells["stop"])]["group"]
    return pd.Series(ages.index.isin(set(inside)), index=ages.index)


def _add_birth_rows(groups: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add to each group's counts a row of zeros before its origin."""
    columns = ["group", "age_day", "messages_28", "posters_28"]
    births = pd.DataFrame({"group": groups["group"], "age_day": -1})
    births = births.assign(messages_28=0, posters_28=0)
    recorded = rates.loc[rates["group"].isin(births["group"]), columns]
    rows = pd.concat([births, recorded], ignore_index=True)
    return rows.sort_values(["group", "age_day"], ignore_index=True)


def _list_spells(
    groups: pd.DataFrame, rows: pd.DataFrame, holds: pd.Series[bool], *, from_day: float
) -> pd.DataFrame:
    """List periods of at least 28 days in which a condition is true."""
    ends = _compute_ages(groups, "end_us").rename("stop")
    first = _compute_ages(groups, "entry_us").add(from_day).rename("first")
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


def _compute_ages(groups: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return each group's age in days at a time."""
    days = (groups[column].astype("Float64") - groups["origin_us"]) / DAY_US
    return days.set_axis(groups["group"]).astype("float64")


class LastActivity(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's last date is, and which of its groups can be followed by it.

    Attributes
    ----------
    what
        The last activity, in words.
    kind, where
        The only kind of groups, and the facts with their values, that count.
    windows
        Days of silence that are a death; limits enclose those of all.
    born
        Whether only groups followed from their origin count.
    silent_on
        The date on which groups are called silent, where one was fixed.
    """

    what: str = "message"
    kind: str = ""
    where: Mapping[str, float] = {}
    windows: tuple[float, ...] = SIDE_BY_SIDE
    born: bool = False
    silent_on: date | None = None


def read_last_activity(source: str) -> LastActivity:
    """Read what a source's last date is.

    >>> read_last_activity("v2ex_nodes").what
    'topic or reply'
    """
    if source == OWN:
        return LastActivity()
    stated = read_facts(source).get("claims", {}).get("last_activity")
    if stated is None:
        raise NotIdentifiableError(
            f"{source} has no last activity that was fixed as life", where="registry"
        )
    return msgspec.convert(stated, LastActivity)


def select_followed(evidence: Evidence) -> tuple[Evidence, LastActivity]:
    """Select groups with a usable date of last activity; return what it is."""
    source = read_last_activity(evidence.name)
    groups = evidence.from_birth if source.born else evidence.groups
    if source.kind:
        groups = groups[groups["kind"] == source.kind]
    for fact, value in source.where.items():
        facts = evidence.table("facts")
        own = facts.loc[facts["fact"].eq(fact) & facts["value"].eq(value), "group"]
        groups = groups[groups["group"].isin(own)]
    return replace(evidence, groups=groups), source


@lru_cache(maxsize=KEPT)
def list_last_activity_ends(
    evidence: Evidence, *, spoke: bool = False
) -> tuple[Evidence, tuple[Ends, ...]]:
    """Return the groups that can be followed, and their lifetimes for each W.

    `spoke`: whether only groups that ever were active count.
    """
    rows, source = select_followed(evidence)
    if spoke:
        rows = rows.only(rows.groups.loc[rows.groups["last_us"].notna(), "group"])
    return rows, tuple(define_by_last_activity(rows, w) for w in source.windows)


def define_by_last_activity(evidence: Evidence, w_days: float) -> Ends:
    """Return lifetimes from creation to last activity, with W days of silence after it.

    What never was active is dead at 0. An end made by the administration, a merger or
    a purpose fulfilled competes, if it came before the silence was sure. Groups last
    seen on a break of the source are censored there.
    """
    rows = extend_to_record_end(evidence.groups)
    lives = define_lifetimes_by_dates(follow_closed_groups(rows), w_days)
    ends = define_by_silence(rows, lives)
    return _censor_at_breaks(rows, ends, w_days)


def extend_to_record_end(groups: pd.DataFrame) -> pd.DataFrame:
    """Extend follow-up of closed groups to the end of the record.

    That is the latest end of a group of their network; where none of these was still
    open, the latest of all. Groups lost from sight are watched until then.
    """
    closed = find_closed_groups(groups)
    has_open_groups = (~closed).groupby(groups["network"]).transform("any")
    of_network = groups.groupby("network")["end_us"].transform("max")
    until = of_network.where(has_open_groups, groups["end_us"].max())
    administered = groups["closed_kind"].isin(NO_DEATH)
    return groups.assign(
        end_us=groups["end_us"].where(~closed, until).astype("int64"),
        closed_kind=groups["closed_kind"].mask(administered, FULFILLED),
        first_us=groups["origin_us"].where(groups["last_us"].notna()),
    )


@lru_cache(maxsize=KEPT)
def define_by_listing(evidence: Evidence) -> Ends:
    """Return lifetimes until a group is taken off a list.

    The others are watched to its end; those that fulfilled their purpose compete.
    """
    rows = extend_to_record_end(evidence.groups)
    is_delisted = rows["closed_us"].notna().to_numpy(bool)
    dated = rows.assign(last_us=rows["last_us"].fillna(rows["closed_us"]))
    ages = compute_observation_ages(dated.assign(first_us=dated["origin_us"]))
    lives = assemble_lifetimes(
        dated, ages, ages.last, is_delisted, ages.end,
        waited=np.zeros(len(rows)),
        slow=np.zeros(len(rows), bool),
        revived=np.zeros(len(rows), bool),
        definition="taken off the list",
    )  # fmt: skip
    completed = rows.set_index("group")["closed_kind"].eq(FULFILLED)
    return Ends(lives, completed.reindex(lives.group).to_numpy(bool))


def find_breaks(last_days: npt.ArrayLike, end_day: int, w_days: float) -> list[int]:
    """Find days after which unusually many groups stop being active at once.

    Twenty or more on a day, or on two running, and more than ten times the median of
    the 28 days on either side; the last W days of a record apart. Of a list kept week
    by week the days are its weeks.

    >>> (
    ...     find_breaks([40] * 19 + [41], 200, 60),
    ...     find_breaks([40] * 10 + [60] * 9, 200, 60),
    ... )
    ([40, 41], [])
    """
    days = np.asarray(last_days, np.int64)
    if not len(days):
        return []
    step = WEEK_DAYS if _is_weekly(days) else 1
    margin = AROUND // step
    at = np.rint((days - days.min()) / step).astype(np.int64) + margin
    counts = np.bincount(at, minlength=int(at.max()) + margin + 2)
    occupied = np.unique(at)
    alone = {day for day in occupied if _is_outlier(counts, day, day, margin)}
    two = [
        first
        for first in {*occupied, *(occupied - 1)} - alone
        if first + 1 not in alone and _is_outlier(counts, first, first + 1, margin)
    ]
    pairs: set[int] = set()
    for first in sorted(two, key=lambda day: (-counts[day : day + 2].sum(), day)):
        if not pairs & {first, first + 1}:  # of three days running the fuller two
            pairs |= {first, first + 1}
    breaks = np.unique(days[np.isin(at, list(alone | pairs))])
    return [int(day) for day in breaks if day <= end_day - w_days]


def _is_outlier(
    counts: npt.NDArray[np.int64], first: int, last: int, around: int
) -> bool:
    """Return whether far more groups were last active on a day than around it."""
    n_last_seen = int(counts[first : last + 1].sum())
    if n_last_seen < LEAST_UNITS:
        return False
    before = counts[max(first - around, 0) : first]
    after = counts[last + 1 : last + 1 + around]
    return n_last_seen > TIMES * float(np.median(np.concatenate([before, after])))


def _is_weekly(days: npt.NDArray[np.int64]) -> bool:
    """Return whether nine in ten dates fall on the same two adjacent weekdays."""
    of_week = np.bincount(days % WEEK_DAYS, minlength=WEEK_DAYS)
    return bool((of_week + np.roll(of_week, 1)).max() >= MOSTLY * len(days))


def _censor_at_breaks(rows: pd.DataFrame, ends: Ends, w_days: float) -> Ends:
    """Censor groups that were last active just before a gap in the source's record."""
    lives = ends.lives
    last = (rows.set_index("group")["last_us"] // DAY_US).reindex(lives.group)
    end_day = int(rows["end_us"].max() // DAY_US)
    breaks = find_breaks(last.dropna().astype("int64"), end_day, w_days)
    cut = last.isin(breaks).to_numpy(bool) & lives.ended
    lives = replace(
        lives,
        durations=np.where(cut, lives.last_age, lives.durations),
        ended=lives.ended & ~cut,
    )
    return select_watched(Ends(lives, ends.competing & ~cut))
