"""What is calibrated: decision templates and claims, each in its worlds."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.calibration.claim_worlds import CLAIMS
from helpers.calibration.template_worlds import TEMPLATES
from helpers.calibration.worlds import (
    arrivals,
    beginnings,
    content,
    happenings,
    kinds,
    lifetimes,
    networks,
    owners,
    people,
    readings,
    records,
    sizes,
    talk,
    ties,
)
from helpers.errors import ShequnError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.calibration.cells import Subject

__all__ = ["SUBJECTS"]


def _once(subjects: Iterable[Subject]) -> Mapping[str, Subject]:
    """Return subjects by name; one that two modules plant would be lost in one."""
    listed = list(subjects)
    twice = [name for name, n in Counter(one.name for one in listed).items() if n > 1]
    if twice:
        raise ShequnError(
            f"planted twice: {', '.join(twice)}",
            where="helpers.calibration.subjects",
            remedy="leave each claim its world in one module",
        )
    return MappingProxyType({one.name: one for one in listed})


WORLDS = (
    people,
    lifetimes,
    beginnings,
    sizes,
    kinds,
    ties,
    happenings,
    arrivals,
    records,
    networks,
    owners,
    readings,
    talk,
    content,
)
SUBJECTS: Mapping[str, Subject] = _once(
    [*TEMPLATES, *CLAIMS, *(one for room in WORLDS for one in room.SUBJECTS)]
)
