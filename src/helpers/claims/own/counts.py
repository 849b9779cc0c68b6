"""State of own groups under a claim's reading, among those watched long enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from helpers.arrays import Bools
from helpers.claims.quantities.states import find_lively
from helpers.claims.register import Reading
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.group_lives.ends import Ends, select_started
from helpers.group_lives.evidence import Evidence, select_clock
from helpers.group_lives.few_writers import define_few_writers
from helpers.group_lives.last_activity import list_last_activity_ends
from helpers.group_lives.silence import define_paused, define_silent, select_recorded

Count = Callable[..., Bools]


def count_own_groups(evidence: Evidence, reading: Reading) -> tuple[int, int] | None:
    """Count own groups in the state of a reading, and those watched long enough.

    None if the reading is no share of groups, or the tables can't tell.
    """
    for name in reading.quantities:
        if name not in COUNTS:
            continue
        try:
            states = COUNTS[name](evidence, **reading.params)
        except (NotIdentifiableError, MissingSourceError):
            continue
        if len(states):
            return int(states.sum()), len(states)
    return None


def _select_watched(ends: Ends, day: float, *, spoke: bool) -> Ends:
    """Select groups watched until a day at least; later ends are none."""
    own = select_started(ends) if spoke else ends
    watched = own.where((own.lives.potential >= day) & (own.lives.entry == 0))
    ended = watched.lives.ended & (watched.lives.durations <= day) & ~watched.competing
    return watched._replace(lives=replace(watched.lives, ended=ended))


def _mark_ended(define: Callable[..., Ends]) -> Count:
    """Return what marks groups that had ended by a day, of those watched until then."""

    def mark(
        evidence: Evidence, *, day: float, spoke: bool = True, **more: bool
    ) -> Bools:
        ends = define(select_clock(evidence, spoke=spoke), **more)
        return np.asarray(_select_watched(ends, day, spoke=spoke).lives.ended)

    return mark


def _mark_last_activity(evidence: Evidence, *, day: float, spoke: bool = True) -> Bools:
    _, ends = list_last_activity_ends(evidence, spoke=spoke)
    return np.asarray(_select_watched(ends[0], day, spoke=spoke).lives.ended)


def _mark_busy(
    evidence: Evidence, *, day: int, spoke: bool = True, failing: bool = False
) -> Bools:
    alive, lively = _find_states(evidence, day, spoke=spoke)
    return ~(alive & lively) if failing else alive & lively


def _mark_adrift(evidence: Evidence, *, day: int, spoke: bool = True) -> Bools:
    alive, lively = _find_states(evidence, day, spoke=spoke)
    return alive & ~lively


def _find_states(evidence: Evidence, day: int, *, spoke: bool) -> tuple[Bools, Bools]:
    """Return which of the groups watched until a day are alive then, and lively."""
    evidence.require("sender_ids", "replies")
    lives = select_recorded(evidence)
    lives = lives.where((lives.potential >= day) & ~(lives.never_active & spoke))
    alive = ~(lives.ended & (lives.durations <= day))
    return alive, find_lively(evidence, lives.group, day)


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "silent_by_day": _mark_ended(define_silent),
        "ever_paused_by_day": _mark_ended(define_paused),
        "few_writers_by_day": _mark_ended(define_few_writers),
        "last_activity_by_day": _mark_last_activity,
        "busy_at_day": _mark_busy,
        "adrift_at_day": _mark_adrift,
    }
)
