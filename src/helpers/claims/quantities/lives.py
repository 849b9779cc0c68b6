"""How long groups live: until silent, paused or short of writers; by cohort."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import fit_lives
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.ends import Ends, estimate_share_ended, select_started
from helpers.group_lives.evidence import (
    Evidence,
    require_at_least,
    require_events_per_coefficient,
    require_followed,
    require_sampled,
    select_clock,
)
from helpers.group_lives.few_writers import define_few_writers
from helpers.group_lives.last_activity import (
    define_by_last_activity,
    list_last_activity_ends,
    select_followed,
)
from helpers.group_lives.silence import define_paused, define_silent
from helpers.records import DAY_US
from helpers.survival.interval import Interval, enclose_all

YEAR = 365.0
LEAST_COHORTS, LEAST_YEARS = 3, 2


@quantity("silent_by_day", of="share")
def estimate_silent_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True, closed: bool = False
) -> Interval:
    """Estimate the share of groups that are silent for good by an age.

    Silent is 60 days without a message, more where a group wrote seldom from its
    start, up to the end of the record. Groups that were closed are watched until then.

    `spoke`: whether only groups that ever had a message count, from the first one on;
    else all from their creation on. `closed`: whether a group that was closed is silent
    from its last message on.
    """
    ends = define_silent(select_clock(evidence, spoke=spoke), closed=closed)
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("ever_paused_by_day", of="share")
def estimate_ever_paused_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True
) -> Interval:
    """Estimate the share of groups ever silent for 60 days by an age, for good or not.

    60 days are the same for every group.
    """
    ends = define_paused(select_clock(evidence, spoke=spoke))
    return _estimate_ended(evidence, ends, day, spoke=spoke)


@quantity("few_writers_by_day", of="share")
def estimate_few_writers_by_day(
    evidence: Evidence, *, day: float, spoke: bool = True
) -> Interval:
    """Estimate the share of groups that once had too few writers for eight weeks.

    Fewer than three people wrote in 28 days, on 28 days running, from day 28 on.
    """
    ends = define_few_writers(select_clock(evidence, spoke=spoke))
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
    require_never_active(evidence, rows.groups["last_us"].isna().any(), spoke=spoke)
    return _estimate_followed(ends, day)


def _estimate_ended(
    evidence: Evidence, ends: Ends, day: float, *, spoke: bool
) -> Interval:
    """Estimate the share ended by a day, of active groups or of all created."""
    require_never_active(evidence, ends.lives.never_active.any(), spoke=spoke)
    own = select_started(ends) if spoke else ends
    return _estimate_followed((own,), day, error_days=evidence.time_error_days)


def _estimate_followed(
    ends: Sequence[Ends], day: float, *, error_days: float = 0.0
) -> Interval:
    for each in ends:
        require_followed(each.lives, day)
    return estimate_share_ended(*ends, day=day, error_days=error_days)


def require_never_active(evidence: Evidence, any_: np.bool_, *, spoke: bool) -> None:
    """Raise if all created groups are required where only active ones are listed."""
    if not (spoke or any_):
        raise NotIdentifiableError(
            f"{evidence.name} lists only groups that were active", where="groups"
        )


@quantity("silence_by_birth_year", of="ratio")
def estimate_silence_by_birth_year(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of falling silent in year one, per later birth year."""
    known = evidence.of_known_age
    return _estimate_per_year(_cut_at_first_year(known, define_silent(known)))


@quantity("last_activity_by_birth_year", of="ratio")
def estimate_last_activity_by_birth_year(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of a last activity in year one, per later birth year.

    By the days of silence that its description states; the limits enclose all.
    """
    rows, source = select_followed(evidence)
    tables = [
        _cut_at_first_year(rows, define_by_last_activity(rows, w_days))
        for w_days in source.windows
    ]
    return enclose_all([_estimate_per_year(data) for data in tables])


def _cut_at_first_year(evidence: Evidence, ends: Ends) -> pd.DataFrame:
    """Return lifetimes cut at the end of the first year, with the dates of birth."""
    lives = ends.lives
    origin = evidence.groups.set_index("group")["origin_us"]
    data = pd.DataFrame(
        {
            "network": lives.network,
            "batch": lives.batch,
            "origin_us": origin.reindex(lives.group).to_numpy(),
            "duration": np.minimum(lives.durations, YEAR),
            "ended": lives.ended & ~ends.competing & (lives.durations <= YEAR),
            "entry": lives.entry,
        }
    )
    return data[(data["entry"] == 0) | (data["duration"] > data["entry"])]


def _estimate_per_year(data: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio per later year of birth."""
    origin = data["origin_us"]
    years = (origin - origin.min()) / DAY_US / YEAR
    cohorts = pd.to_datetime(origin, unit="us").dt.year.nunique()
    require_at_least(cohorts, LEAST_COHORTS, "calendar years of birth")
    require_at_least(years.max(), LEAST_YEARS, "years of births")
    require_sampled(data)
    require_events_per_coefficient(int(data["ended"].sum()), 1)
    exposure = pd.DataFrame({"year": years.astype("float64")})
    return fit_lives(data, exposure)["year"].ratio
