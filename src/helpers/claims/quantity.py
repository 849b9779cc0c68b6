"""The register of quantities: what can be measured of a study, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from helpers.errors import ShequnError, suggest_nearest
from helpers.files import import_modules_in

if TYPE_CHECKING:
    from helpers.survival.interval import Interval, ScaleName

Unit = Literal["share", "ratio", "difference", "days", "count"]
SCALE_OF: Mapping[Unit, ScaleName] = MappingProxyType(
    {
        "share": "logit",
        "ratio": "log",
        "days": "log",
        "count": "log",
        "difference": "identity",
    }
)
Agreement = Literal["clearly", "somewhat", "strongly"]
Core = Literal["core_4", "core_8", "core_12"]
Detector = Literal["prompt", "question"]
Item = Literal["items", "long", "commented", "half_long"]
Outcome = Literal["posters", "messages"]
Return = Literal["again_1_60", "again_28_60", "again_28_90"]
Schedule = Literal["scheduled", "scheduled_narrow"]
Side = Literal["lurkers", "speakers"]
SMALL = (10, 30)  # people in a group, in the claims on the best size
_REGISTERED: dict[str, Quantity] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A quantity that can be measured of a study."""

    name: str
    of: Unit
    unit: str
    is_association: bool
    estimate: Callable[..., Interval]


def quantity(
    name: str, *, of: Unit, unit: str = "groups", association: bool | None = None
) -> Callable[[Callable[..., Interval]], Callable[..., Interval]]:
    """Return a decorator that registers a function as a quantity."""
    compares = of in {"ratio", "difference"} if association is None else association

    def register(function: Callable[..., Interval]) -> Callable[..., Interval]:
        _REGISTERED[name] = Quantity(
            name=name, of=of, unit=unit, is_association=compares, estimate=function
        )
        return function

    return register


@cache
def list_quantities() -> MappingProxyType[str, Quantity]:
    """Return all quantities by name."""
    for _ in import_modules_in("helpers.claims.quantities"):
        pass
    return MappingProxyType(dict(sorted(_REGISTERED.items())))


def get_quantity(name: str) -> Quantity:
    """Return a quantity by its name."""
    found = list_quantities().get(name)
    if found is None:
        raise ShequnError(
            f"there is no quantity {name!r}",
            where="quantities",
            remedy=suggest_nearest(name, list_quantities()),
        )
    return found
