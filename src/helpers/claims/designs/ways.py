"""A finding computed in one way, and the other ways beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.claims.agreement import Specification
from helpers.claims.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.claims.gates import Gate
    from helpers.survival import Interval

    Legs = Interval | tuple[Interval | None, ...]

__all__ = ["found"]


def found(
    way: Callable[[], Legs],
    definition: str,
    asked: tuple[Gate, ...],
    others: Mapping[str, Callable[[], Legs]] | None = None,
    **more: Any,  # noqa: ANN401 - fields of a Finding, handed on
) -> Finding:
    """Return what one way finds, with the other ways as specifications."""
    legs = way()
    return Finding(
        legs=legs if isinstance(legs, tuple) else (legs,),
        definition=definition,
        gates=asked,
        specifications=tuple(
            Specification.tried(name, other) for name, other in (others or {}).items()
        ),
        **more,
    )
