"""First year of 100 groups: never active, inactive by an age, active again.

Definitions: docs/decisions/2026-11-22-what-happens-to-100-groups.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import (
    Ends,
    define_silent,
    estimate_common_frame,
    estimate_failure,
)
from helpers.study import Study
from helpers.survival import Interval, Lifetimes
from helpers.survival.curves.proportion import compute_exact_interval
from helpers.synthesis.pooling import FEWEST_POOLED, Pool, pool_effects
from helpers.synthesis.scales import to_effect
from helpers.synthesis.synthesis import Synthesis

CLAIM = "s0-three-month-death"
DAYS = (7, 30, 105, 365)


@dataclass(frozen=True, slots=True)
class Pooled:
    """One share of groups (such as inactive ones): by source, and pooled.

    Attributes
    ----------
    by_source
        Name of the source and its share; sources that cannot show it are left out.
    pool
        None of fewer than three sources.
    """

    by_source: Mapping[str, Interval]
    pool: Pool | None

    @property
    def n(self) -> int:
        """Total number of groups in all sources."""
        return sum(interval.n for interval in self.by_source.values())


@dataclass(frozen=True, slots=True)
class FirstYear:
    """Shares of groups never active, inactive by an age, and active again later.

    Attributes
    ----------
    never
        Groups without any message, of all that were created.
    inactive
        Groups inactive by an age in days, of those that ever had a message.
    revived
        Groups that became active again, of those once inactive for 60 days.
    """

    never: Pooled
    inactive: Mapping[int, Pooled]
    revived: Pooled


def list_deciding_sources(synthesis: Synthesis) -> list[str]:
    """List the names of the sources that decide a claim."""
    headline = synthesis.headline
    if headline is None or headline.pool is None:
        return []
    return [entry.reading.study for entry in headline.entering]


def estimate_first_year(studies: Iterable[Study]) -> FirstYear:
    """Estimate the shares of groups never active, inactive and revived in a year.

    Parameters
    ----------
    studies
        Those of `list_deciding_sources`.
    """
    views = {study.name: Evidence.of(study).of_known_age for study in studies}
    ends = {name: define_silent(view) for name, view in views.items()}
    return FirstYear(
        never=_pool_shares(
            {
                name: _count_never_active(ends[name].lives)
                for name, view in views.items()
                if view.observability.never_active_listed
            }
        ),
        inactive={
            day: _pool_shares(
                {
                    name: _estimate_inactive(view, ends[name], day)
                    for name, view in views.items()
                }
            )
            for day in DAYS
        },
        revived=_pool_shares(
            {name: _count_revived(ends[name].lives) for name in views}
        ),
    )


def _estimate_inactive(view: Evidence, ends: Ends, day: int) -> Interval | None:
    """Estimate the share of groups inactive by an age; None if data do not allow."""
    error = view.time_error_days
    estimate = partial(_estimate_past_gates, ends, day, error)
    components = Specification.tried(f"F({day} d)", estimate).components
    own = next(iter(components), None)
    return own and estimate_common_frame(ends, day, error, own)


def _estimate_past_gates(ends: Ends, day: int, error: float) -> Interval:
    gates.pass_gates(*gates.require_failure_gates(ends.lives, day))
    return estimate_failure(ends, day, error_days=error)


def _count_never_active(lives: Lifetimes) -> Interval:
    """Count groups never active, of those listed from their creation on.

    A group that is listed later had to live until then.
    """
    from_creation = lives.where(lives.entry == 0)
    n_never = int(from_creation.never_active.sum())
    return compute_exact_interval(n_never, len(from_creation))


def _count_revived(lives: Lifetimes) -> Interval | None:
    """Estimate the share of once inactive groups that became active again."""
    inactive = (lives.revived | lives.ended) & ~lives.never_active
    if not inactive.any():
        return None
    return compute_exact_interval(
        int(lives.revived[inactive].sum()), int(inactive.sum())
    )


def _pool_shares(shares: Mapping[str, Interval | None]) -> Pooled:
    shown = {name: share for name, share in shares.items() if share is not None}
    return Pooled(shown, _pool_intervals(list(shown.values())))


def _pool_intervals(intervals: Sequence[Interval]) -> Pool | None:
    effects = [
        effect
        for interval in intervals
        if (effect := to_effect(interval, "logit", interval.n)) is not None
    ]
    if len(effects) < FEWEST_POOLED:
        return None
    return pool_effects(effects, "logit", n=sum(interval.n for interval in intervals))
