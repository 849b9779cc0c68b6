"""Which function estimates which claim: the one list that grows with the register.

A module of estimators ends with its own ``ESTIMATORS``, one entry a claim; name the
module here and its claims are estimated everywhere.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims import (
    advertising,
    arrivals,
    cohorts,
    content,
    cores,
    exposures,
    factors,
    failure,
    filling,
    floods,
    hand_read,
    happenings,
    kinds,
    leaders,
    lifetimes,
    liveliness,
    lurkers,
    owners,
    people,
    persons,
    presence,
    purposes,
    regulations,
    rhythms,
    shells,
    sizes,
    splitting,
    standing_out,
    staying,
    subjects,
    successes,
    talk,
    tied,
    welcome,
    whole_groups,
    withering,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.finding import Estimator

__all__ = ["ESTIMATORS"]

MODULES = (
    lifetimes,
    failure,
    shells,
    leaders,
    exposures,
    cores,
    welcome,
    cohorts,
    sizes,
    filling,
    lurkers,
    people,
    rhythms,
    advertising,
    purposes,
    regulations,
    kinds,
    withering,
    tied,
    happenings,
    arrivals,
    staying,
    owners,
    presence,
    talk,
    content,
    splitting,
    persons,
    subjects,
    successes,
    whole_groups,
    floods,
    liveliness,
    standing_out,
    factors,
    hand_read,
)

ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {claim: one for module in MODULES for claim, one in module.ESTIMATORS.items()}
)
