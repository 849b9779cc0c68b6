"""Decode what repeats once: who wrote is spelled alike in thousands of messages."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec

MOST = 1 << 14  # spellings remembered: memory stays put where none repeats
T = TypeVar("T")
P = TypeVar("P")


class Repeating(Generic[T, P]):
    """A decoder of lists of elements, each with one part that others share.

    Parameters
    ----------
    element
        A Struct that leaves the part undecoded, as `msgspec.Raw`.
    part
        The part's name.
    kind
        What the part is; one spelling is one object.

    Examples
    --------
    >>> class Said(msgspec.Struct):
    ...     by: msgspec.Raw
    >>> said = Repeating(Said, "by", dict[str, int])
    >>> (_, ann), (_, bob), (_, again) = said.decode(
    ...     b'[{"by": {"a": 1}}, {"by": {"b": 2}}, {"by": {"a": 1}}]'
    ... )
    >>> ann, bob, again is ann
    ({'a': 1}, {'b': 2}, True)
    """

    def __init__(self, element: type[T], part: str, kind: Any) -> None:  # noqa: ANN401  any type
        self._elements: msgspec.json.Decoder[list[T]]
        self._elements = msgspec.json.Decoder(list[element])  # type: ignore[valid-type]
        self._part = attrgetter(part)
        self._parts: msgspec.json.Decoder[P] = msgspec.json.Decoder(kind)
        self._known: dict[bytes, P] = {}

    def decode(self, data: bytes, /) -> list[tuple[T, P]]:
        """Return elements with their parts.

        Raises
        ------
        msgspec.MsgspecError
            If an element or its part isn't what it should be.
        """
        found = self._elements.decode(data)
        spelled = list(map(bytes, map(self._part, found)))
        if len(self._known) > MOST:
            self._known.clear()
        for new in set(spelled) - self._known.keys():
            self._known[new] = self._parts.decode(new)
        return list(zip(found, map(self._known.__getitem__, spelled), strict=True))
