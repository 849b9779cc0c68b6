"""Least amounts of data for an estimate; what is too little refuses with its count."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.survival import Lifetimes, choose_clusters
from helpers.survival.bootstrap import Clusters

LEAST_GROUPS = 50
LEAST_FOLLOWED = 20
LEAST_IN_ARM = 30
LEAST_EVENTS = 30
LEAST_EVENTS_IN_ARM = 5
EVENTS_PER_COEFFICIENT = 10


def require_at_least(number: float, least: float, what: str) -> None:
    """Raise an error unless there are enough units, named in the plural.

    Examples
    --------
    >>> require_at_least(3, 2, "groups")
    >>> require_at_least(1, 2, "groups")
    Traceback (most recent call last):
    helpers.errors.NotIdentifiableError: 1 groups, 2 needed.
    """
    if number < least:
        raise NotIdentifiableError(f"{number:g} {what}, {least:g} needed")


def require_sampled(rows: pd.DataFrame, least: int = LEAST_GROUPS) -> Clusters:
    """Return the resampling units of groups, one a row; raise if they are too few.

    Raises
    ------
    NotIdentifiableError
        If there are fewer than `least` groups.
    FewNetworksError
        If they are of two to seven networks, too few to resample.
    """
    require_at_least(len(rows), least, "groups")
    return choose_clusters(rows["network"], rows["batch"])


def require_followed(lives: Lifetimes, horizon: float) -> None:
    """Raise unless 50 lifetimes, 20 of them followed to a horizon, can be resampled.

    Potential follow-up counts, whether the group ended or not: counting survivors only
    would let the outcome decide what is estimated.
    """
    require_at_least(len(lives), LEAST_GROUPS, "groups")
    followed = int(np.sum(lives.potential >= horizon))
    require_at_least(followed, LEAST_FOLLOWED, f"groups followed for {horizon:g} d")
    entered = int(np.sum(lives.entry < horizon))
    require_at_least(entered, LEAST_FOLLOWED, f"groups watched before day {horizon:g}")
    choose_clusters(lives.network, lives.batch)


def require_arms(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> None:
    """Raise unless both arms have 30 units, and 30 events in all."""
    in_arm, dead = np.asarray(exposed, bool), np.asarray(ended, bool)
    smaller = min(int(in_arm.sum()), int((~in_arm).sum()))
    require_at_least(smaller, LEAST_IN_ARM, "units in the smaller arm")
    require_at_least(int(dead.sum()), LEAST_EVENTS, "events over both arms")


def require_events_per_coefficient(n_events: int, n_coefficients: int) -> None:
    """Raise unless there are ten events per regression coefficient."""
    least = EVENTS_PER_COEFFICIENT * n_coefficients
    require_at_least(n_events, least, f"events for {n_coefficients} coefficients")
