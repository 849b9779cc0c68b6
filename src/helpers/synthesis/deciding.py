"""Choose the sources that decide a claim: direct, else indirect measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from helpers.claims.evaluation.pooling import COMMON
from helpers.synthesis.readings import Reading

Basis = Literal[
    "direct", "indirect", "direct bounds", "indirect bounds", "strata", "none"
]
Role = Literal["direct", "indirect", "bound", "shown", "other frame", "published"]


@dataclass(frozen=True, slots=True)
class Deciding:
    """Sources that decide a claim, those that can give only one verdict, and the rest.

    Attributes
    ----------
    basis
        What kind of evidence decides.
    readings
        The sources that decide, one reading each.
    bounds
        Direct sources that may speak for one side only, in the frame that decides.
    others
        All other readings: shown, in another frame, or indirect.
    """

    basis: Basis
    readings: tuple[Reading, ...]
    bounds: tuple[Reading, ...]
    others: tuple[Reading, ...]

    @property
    def all_readings(self) -> tuple[Reading, ...]:
        """All readings of the claim, those that decide first."""
        return (*self.readings, *self.bounds, *self.others)

    @property
    def variant(self) -> str:
        """Name of the measure that the deciding sources use."""
        return next((reading.variant for reading in self.all_readings), "")

    @property
    def indirect(self) -> bool:
        """Whether the deciding sources use an indirect measure."""
        return any(reading.indirect for reading in self.readings)

    @property
    def pools(self) -> bool:
        """Whether the deciding sources' estimates may be pooled into one."""
        return self.basis in {"direct", "indirect"}

    def role(self, reading: Reading) -> Role:
        """Return a source's role in the forest plot, such as direct or indirect."""
        if reading.may == "nothing":
            return "shown"
        if reading.may != "both":
            return "bound"
        if reading.indirect:
            return "indirect"
        decides = reading in self.readings and self.basis != "strata"
        return "direct" if decides or self.basis == "strata" else "other frame"


def choose(readings: Sequence[Reading], strata: Reading | None = None) -> Deciding:
    """Choose the sources that decide a claim, preferring direct measures."""
    able = [reading for reading in readings if reading.may != "nothing"]
    direct = [reading for reading in able if not reading.indirect]
    indirect = [reading for reading in able if reading.indirect]
    frame = _select_largest([r for r in direct if r.may == "both"], _group_by_frame)
    bounds = [
        r for r in direct if r.may != "both" and r.frame == _choose_frame(frame, direct)
    ]
    if strata is not None and strata.may == "both" and not frame:
        return _select_deciding("strata", [strata], bounds, readings)
    ways: list[tuple[Basis, list[Reading]]] = [
        ("direct", frame),
        (
            "indirect",
            _select_largest(
                [r for r in indirect if r.may == "both"], _group_by_measure
            ),
        ),
        ("direct bounds", bounds),
        ("indirect bounds", _select_largest(indirect, _group_by_measure)),
    ]
    for basis, chosen in ways:
        if chosen:
            return _select_deciding(basis, chosen, bounds, readings)
    return _select_deciding("none", [], [], readings)


def _select_deciding(
    basis: Basis,
    chosen: Sequence[Reading],
    bounds: Sequence[Reading],
    readings: Sequence[Reading],
) -> Deciding:
    others = [r for r in readings if r not in chosen and r not in bounds]
    return Deciding(basis, tuple(chosen), tuple(bounds), tuple(others))


def _choose_frame(chosen: Sequence[Reading], direct: Sequence[Reading]) -> str:
    """Return which list of groups and definition of failure deciding sources share."""
    best = chosen or _select_largest(direct, _group_by_frame)
    return best[0].frame if best else ""


def _group_by_frame(reading: Reading) -> str:
    return reading.frame


def _group_by_measure(reading: Reading) -> str:
    return f"{reading.variant}, {reading.frame}"


def _select_largest(
    readings: Sequence[Reading], key: Callable[[Reading], str]
) -> list[Reading]:
    """Group estimates by a key; return the group with the most sources.

    Of equal ones the common frame comes first, then the first measure.
    """
    counts = Counter(key(reading) for reading in readings)
    if not counts:
        return []
    most = max(counts.values())
    equal = [name for name, count in counts.items() if count == most]
    best = next((name for name in equal if name.endswith(COMMON)), equal[0])
    return [reading for reading in readings if key(reading) == best]
