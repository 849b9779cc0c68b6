"""Units of the provisional rows, until the estimators have moved in."""

from __future__ import annotations

from typing import get_args

from helpers.claims.evidence import Evidence
from helpers.claims.quantity import Unit, quantity
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval


def _refuse(_: Evidence) -> Interval:
    raise NotIdentifiableError("this quantity has not moved in yet")


for _unit in get_args(Unit):
    quantity(f"proto_{_unit}", of=_unit)(_refuse)
