"""Silence: groups end by W days without a message, for good or for the first time.

A group's last message in the data is not its death: it may speak again tomorrow.
So a death is declared only W days later, nobody's fate is read in the last W days,
and W is long enough for the group's own traffic. A pause is the first gap of N days,
the same N for all groups.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats, Ints
from helpers.checks import check_choice
from helpers.errors import ShequnError
from helpers.group_lives.ends import (
    FULFILLED,
    KEPT,
    Ends,
    follow_closed_groups,
    follow_fulfilled_groups,
    select_watched,
)
from helpers.group_lives.evidence import Evidence
from helpers.records import DAY_US, MONTH_DAYS, SHORTEST_GAP
from helpers.survival.lifetimes import (
    Lifetimes,
    Watch,
    assemble_lifetimes,
    compute_observation_ages,
)

Form = Literal["last_message", "first_gap"]

SILENCE_DAYS = 60.0  # so long a silence is a death, unless a group is slow
LONGEST_DAYS, EXPECTED = 180.0, 6.0  # longest W, and messages expected in it
NO_GAPS = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")


@lru_cache(maxsize=KEPT)
def define_silent(
    evidence: Evidence,
    *,
    w_days: float = SILENCE_DAYS,
    form: Form = "last_message",
    closed: bool = False,
) -> Ends:
    """Return lifetimes until silence for good (or ``first_gap``) of W days.

    Groups that were closed are watched until then; a purpose fulfilled competes.

    `closed`: whether a group that was closed is silent from its last message on.
    """
    follow = follow_closed_groups if closed else follow_fulfilled_groups
    evidence = evidence.ended
    groups = follow(evidence.groups)
    lives = define_lifetimes_by_inactivity(
        groups, evidence.silences, w_days=w_days, form=form
    )
    return add_fulfilled_purposes(evidence.groups, lives)


@lru_cache(maxsize=KEPT)
def define_paused(evidence: Evidence, *, days: float = SILENCE_DAYS) -> Ends:
    """Return lifetimes until the first gap of N days between two messages.

    The gap up to the end of observation counts too; N is the same for every group.
    """
    evidence = evidence.ended
    groups = follow_fulfilled_groups(evidence.groups)
    lives = define_lifetimes_by_inactivity(
        groups, evidence.silences, w_days=days, longest_w_days=days, form="first_gap"
    )
    return add_fulfilled_purposes(evidence.groups, lives)


def select_recorded(evidence: Evidence) -> Lifetimes:
    """Return lifetimes of groups watched from their origin; 60 silent days are death.

    Whoever was listed for having been busy early counts from the origin too: what is
    said of them is said of groups that came so far.
    """
    lives = define_silent(evidence).lives
    lives = lives.where(np.isin(lives.group, evidence.from_birth["group"]))
    return replace(lives, entry=np.zeros(len(lives)))


def add_fulfilled_purposes(groups: pd.DataFrame, lives: Lifetimes) -> Ends:
    """Make fulfilled purposes competing events of lifetimes that end by silence."""
    rows = groups.set_index("group").loc[lives.group]
    closed = ((rows["closed_us"] - rows["origin_us"]) / DAY_US).to_numpy(
        np.float64, na_value=np.inf
    )
    silent_before = lives.ended & (lives.durations + lives.waited <= closed)
    completed = rows["closed_kind"].isin(FULFILLED).to_numpy(bool)
    completed = completed & (closed <= lives.potential) & ~silent_before
    lives = replace(
        lives,
        durations=np.where(completed, closed, lives.durations),
        ended=lives.ended | completed,
    )
    return select_watched(Ends(lives, completed))


def define_lifetimes_by_inactivity(
    groups: pd.DataFrame,
    silences: pd.DataFrame,
    *,
    w_days: float = SILENCE_DAYS,
    form: Form = "last_message",
    longest_w_days: float = LONGEST_DAYS,
    messages_expected: float = EXPECTED,
    early_rate: npt.ArrayLike | None = None,
) -> Lifetimes:
    """Define lifetimes of groups: death is the start of W days without messages.

    Groups born after the end less W are left out. A group is dead if its last
    message lies W or more before the end, at that message; else it is censored at the
    end less W. W is at least `w_days` and such that a living group would be
    expected to send `messages_expected` in it, judged by its first 28 days only.
    Where not even `longest_w_days` will do, the group is slow and gets that.
    A group that never had a message is slow, and dead at 0.

    The project's note on death as inactivity, in docs/decisions.
    """
    if form not in get_args(Form):
        check_choice(form, get_args(Form), "form")
    if w_days < SHORTEST_GAP:
        raise ShequnError(
            f"W is {w_days:g} d, but only gaps of {SHORTEST_GAP} d and more are listed",
            where="silence",
            remedy=f"take {SHORTEST_GAP} days or more",
        )
    ages = compute_observation_ages(groups)
    rate = (
        _estimate_early_rate(groups, ages)
        if early_rate is None
        else np.asarray(early_rate)
    )
    waited, needed = _compute_required_silence(
        rate, w_days, longest_w_days, messages_expected
    )
    w_us = np.rint(waited * DAY_US).astype(np.int64)
    gap = _find_first_gap(groups, silences, ages, w_us)
    revived = gap < ages.last
    event = np.where(revived, gap, ages.last) if form == "first_gap" else ages.last
    potential = ages.end - w_us
    return assemble_lifetimes(
        groups,
        ages,
        event,
        (event <= potential) | ages.never,
        potential,
        waited=waited,
        slow=needed > longest_w_days,
        revived=revived,
        definition=f"silence of {w_days:g} days ({form.replace('_', ' ')})",
    )


def define_lifetimes_by_dates(groups: pd.DataFrame, days: float) -> Lifetimes:
    """Define lifetimes by a first and a last date, with the same W for all groups."""
    sure = np.full(len(groups), np.inf)  # W is not adapted to an unknown traffic
    return define_lifetimes_by_inactivity(
        groups, NO_GAPS, w_days=days, longest_w_days=days, early_rate=sure
    )


def compute_silence_days(groups: pd.DataFrame) -> Floats:
    """Return for each group the days without messages that count as its death.

    W is 60 days, or as long as six messages took in the first 28 days, at most 180.
    """
    rate = _estimate_early_rate(groups, compute_observation_ages(groups))
    return _compute_required_silence(rate, SILENCE_DAYS, LONGEST_DAYS, EXPECTED)[0]


def _compute_required_silence(
    rate: Floats, w_days: float, longest_w_days: float, messages_expected: float
) -> tuple[Floats, Floats]:
    """Return days of silence that count as death, after and before applying limits."""
    never = np.full(len(rate), np.inf)
    needed = np.divide(messages_expected, rate, out=never, where=rate > 0)
    return np.maximum(w_days, np.minimum(needed, longest_w_days)), needed


def _estimate_early_rate(groups: pd.DataFrame, ages: Watch) -> Floats:
    """Return messages per day in the observed part of each group's first 28 days."""
    archived = ~ages.never & (ages.first < ages.entry)
    days = MONTH_DAYS - np.where(archived, 0, ages.entry) / DAY_US
    early = groups["early_messages"].to_numpy(np.float64)
    rate: Floats = np.divide(early, days, out=np.zeros_like(early), where=days > 0)
    return rate


def _find_first_gap(
    groups: pd.DataFrame, silences: pd.DataFrame, ages: Watch, w_us: Ints
) -> Ints:
    """Return each group's age (µs) at its first W days of silence; 2⁶³ − 1 if none."""
    none = np.iinfo(np.int64).max
    row = pd.Series(np.arange(len(groups)), index=groups["group"].to_numpy())
    at = row.reindex(silences["group"]).to_numpy("float64", na_value=np.nan)
    has_group = ~np.isnan(at)
    index = at[has_group].astype(np.intp)
    start = silences["start_us"].to_numpy("int64")[has_group]
    length = silences["end_us"].to_numpy("int64")[has_group] - start
    start = start - groups["origin_us"].to_numpy("int64")[index]
    # silence before the first message is a gap too: what never spoke is dead at 0
    first = np.where(~ages.never & (ages.first >= w_us), 0, none)
    long = length >= w_us[index]
    np.minimum.at(first, index[long], start[long])
    return first
