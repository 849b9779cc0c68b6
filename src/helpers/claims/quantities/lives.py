"""How long groups live: silent, paused, short of writers or closed by an age."""

from __future__ import annotations

import numpy as np

from helpers.claims.designs.shares import (
    Ends,
    enclose_all,
    estimate_share_ended,
)
from helpers.claims.ends import (
    define_few_writers,
    define_silent,
    select_started,
)
from helpers.claims.evidence import Evidence
from helpers.claims.last_activity import list_last_activity_ends
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS


@quantity("silent_by_day", of="share")
def estimate_silent_by_day(
    evidence: Evidence,
    *,
    day: float,
    w_days: float = SILENCE_DAYS,
    spoke: bool = True,
) -> Interval:
    """Estimate the share of groups that are silent for good by an age.

    Silent is 60 days without a message, more where a group wrote seldom from its
    start, up to the end of the record. One that was closed is silent from its last
    message on.

    Parameters
    ----------
    spoke
        Whether only groups that ever had a message count.
    """
    ends = define_silent(evidence.of_known_age, w_days=w_days)
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("silent_while_open_by_day", of="share")
def estimate_silent_while_open_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True
) -> Interval:
    """Estimate the share of groups silent for good by an age, watched until closed."""
    ends = define_silent(evidence.of_known_age, until_closed=True)
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("ever_paused_by_day", of="share")
def estimate_ever_paused_by_day(
    evidence: Evidence, *, day: float, w_days: float = SILENCE_DAYS, spoke: bool = True
) -> Interval:
    """Estimate the share of groups ever silent by an age, for good or not."""
    ends = define_silent(evidence.of_known_age, w_days=w_days, form="first_gap")
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("few_writers_by_day", of="share")
def estimate_few_writers_by_day(
    evidence: Evidence, *, day: float, least: int = 3, spoke: bool = True
) -> Interval:
    """Estimate the share of groups that once had too few writers for eight weeks.

    Fewer than `least` people wrote in 28 days, on 28 days running, from day 28 on.
    """
    ends = define_few_writers(evidence.of_known_age, least=least)
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("last_activity_by_day", of="share")
def estimate_last_activity_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True
) -> Interval:
    """Estimate the share of groups past their last recorded activity at an age.

    Of sources with two dates a group: its creation and its last activity, after which
    60 days are silent. The limits enclose those of 180 days.
    """
    rows, ends = list_last_activity_ends(evidence, spoke=spoke)
    _require_never_active(evidence, rows.groups["last_us"].isna().any(), spoke=spoke)
    return enclose_all([estimate_share_ended(each, day) for each in ends])


@quantity("last_listing_by_day", of="share")
def estimate_last_listing_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True
) -> Interval:
    """Estimate the share of groups last listed by an age, as lists are all there is."""
    return estimate_last_activity_by_day(evidence, day=day, spoke=spoke)


def _estimate_ended(
    evidence: Evidence, ends: Ends, day: float, *, spoke: bool
) -> Interval:
    """Estimate the share ended by a day, of active groups or of all created."""
    _require_never_active(evidence, ends.lives.never_active.any(), spoke=spoke)
    own = select_started(ends) if spoke else ends
    return estimate_share_ended(own, day, error_days=evidence.time_error_days)


def _require_never_active(evidence: Evidence, any_: np.bool_, *, spoke: bool) -> None:
    """Raise if all created groups are required where only active ones are listed."""
    if not (spoke or any_):
        raise NotIdentifiableError(
            f"{evidence.name} lists only groups that were active", where="groups"
        )
