"""The register of quantities: what can be measured of a study, by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

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
HEAD = re.compile(r"^@quantity\(.*?\) -> Interval:$", re.DOTALL | re.MULTILINE)
Agreement = Literal["clearly", "somewhat", "strongly"]
Core = Literal["core_4", "core_8", "core_12"]
Detector = Literal["prompt", "question"]
Item = Literal["items", "long", "commented", "half_long"]
Outcome = Literal["posters", "messages"]
Return = Literal["again_1_60", "again_28_60", "again_28_90"]
Schedule = Literal["scheduled", "scheduled_narrow"]
Side = Literal["lurkers", "speakers"]
PLAIN: Mapping[str, Any] = MappingProxyType(
    {"bool": bool, "float": float, "int": int, "str": str}
    | {"Agreement": Agreement, "Core": Core, "Detector": Detector, "Item": Item}
    | {"Outcome": Outcome, "Return": Return, "Schedule": Schedule, "Side": Side}
)
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

    @property
    def scale(self) -> ScaleName:
        """The working scale on which estimates are pooled."""
        return SCALE_OF[self.of]


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


class Parameters(NamedTuple):
    """The unit of a quantity, and the struct that its parameters are converted to."""

    of: Unit
    struct: type[msgspec.Struct]


@cache
def list_parameters() -> Mapping[str, Parameters]:
    """Return the unit and parameters of all quantities by name.

    They are read from the source, as importing the estimators takes seconds.
    """
    heads = (
        ast.parse(f"{head} ...").body[0]
        for file in files(__package__).joinpath("quantities").iterdir()
        if file.name.endswith(".py")
        for head in HEAD.findall(file.read_text("utf-8"))
    )
    return dict(found for head in heads for found in _read_parameters(head))


def _read_parameters(head: ast.stmt) -> Iterator[tuple[str, Parameters]]:
    """Yield the name and parameters of a function that is decorated as a quantity."""
    match head:
        case ast.FunctionDef(
            args=taken,
            decorator_list=[ast.Call(args=[ast.Constant(name)], keywords=options)],
        ):
            known = {each.arg: ast.literal_eval(each.value) for each in options}
            fields = [
                (each.arg, kind) if default is None else (each.arg, kind, None)
                for each, default in zip(
                    taken.kwonlyargs, taken.kw_defaults, strict=True
                )
                for kind in [PLAIN.get(ast.unparse(each.annotation or each), Any)]
            ]
            struct = msgspec.defstruct(
                str(name), fields, kw_only=True, forbid_unknown_fields=True
            )
            yield str(name), Parameters(known["of"], struct)


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError at the first unrecognised name, with the nearest one."""
    known = list(known)
    for name in names:
        if name not in known:
            nearest = suggest_nearest(name, known).strip()
            raise ValueError(
                f"there is no {what} {name!r}" + (nearest and f" ({nearest})")
            )


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
