"""Decode rows by the keys that a description names, into columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from helpers.formats.json.json_stream import Count, Repeating

Steps = tuple[str, ...]
_STEP = re.compile(r"(?<!\\)\.")
_TYPES: Mapping[str, Any] = {
    "any": Any, "count": Count, "flag": bool | int, "id": str | int, "number": int,
    "text": str, "time": int | float | str, "kind": str | int | float,
    "given": str | msgspec.UnsetType,  # maybe as null
}  # fmt: skip
_USUAL = {
    "time": "time", "kind": "kind", "number": "number", "own": "flag", "bot": "flag",
    **dict.fromkeys(("id", "reply_to", "sender_id", "group"), "id"),
}  # fmt: skip


class Paths:
    """Columns by the dotted paths of their keys; the first filled path counts.

    A key with ``[]`` behind it is a list, of which each row has all elements.

    >>> paths = Paths({"who": ["by.name", "as"], "tags": ["on[].tag"]}, {})
    >>> rows = b'[{"by": {"name": "a"}, "on": [{"tag": "x"}]}, {"as": "b"}]'
    >>> find = paths.look_into(paths.decoder.decode(rows))
    >>> find("who"), find("tags"), find("text")
    (['a', 'b'], [['x'], None], None)
    """

    def __init__(
        self, columns: Mapping[str, Sequence[str]], types: Mapping[str, Any],
        needed: Sequence[str] = (), repeated: str = "",
    ) -> None:  # fmt: skip
        self._fields: dict[Steps, str] = {}
        self._part = repeated
        self.texts = {role for role, kind in types.items() if kind == "text"}
        self.names = {
            role: [_split(path) for path in theirs] for role, theirs in columns.items()
        }
        tree: dict[str, Any] = {}
        for role, theirs in self.names.items():
            kind = types.get(role, _USUAL.get(role, "text"))
            kind = _TYPES[kind] if isinstance(kind, str) else kind
            for path in theirs:
                _plant(tree, path, kind)
        part = tree.pop(repeated, None)
        if part is not None:
            tree[repeated] = msgspec.Raw
        element = self._build(tree, (), {_split(one)[0] for one in needed})
        self.decoder: Any = msgspec.json.Decoder(list[element])  # type: ignore[valid-type]
        if part is not None:
            kind = self._build(part, (repeated,), set())
            self.decoder = Repeating(element, "part", kind)

    def _build(self, tree: Mapping[str, Any], above: Steps, needed: set[str]) -> Any:  # noqa: ANN401  a type
        fields: list[Any] = []
        names = {}
        for at, (key, inner) in enumerate(tree.items()):
            own = (*above, key)
            field = "part" if inner is msgspec.Raw else f"f{at}"
            kind = self._build(inner, own, set()) if isinstance(inner, dict) else inner
            if key.endswith("[]"):
                kind = tuple.__class_getitem__((kind | None, ...))
            if inner is msgspec.Raw:
                fields.append((field, kind, msgspec.Raw(b"{}")))
            else:
                is_open = key not in needed
                missing = msgspec.UNSET if kind == _TYPES["given"] else None
                told = (field, kind | None, missing) if is_open else (field, kind)
                fields.append(told)
            names[field] = key.removesuffix("[]")
            self._fields[own] = field
        kinds: dict[str, Any] = {"rename": names, "gc": False, "kw_only": True}
        return msgspec.defstruct("Part", fields, eq=False, **kinds)

    def look_into(self, rows: Sequence[Any]) -> Found:
        """Return what finds a column of decoded rows by its name."""
        return Found(self, rows)

    def find(self, role: str, known: dict[Steps, list[Any]]) -> list[Any] | None:
        """Return a column; "" is the part that is repeated."""
        theirs = self.names.get(role, []) if role else [(self._part,)]
        if len(theirs) == 1:
            return self._take(theirs[0], known)
        return fill(self._take(one, known) for one in theirs) if theirs else None

    def get_cells(self, roles: Sequence[str]) -> attrgetter[Any] | None:
        """Return what gets a row's cells at once, if each is a key of the row."""
        theirs = [self.names.get(role, []) for role in roles]
        are_keys = all([*map(len, paths)] == [1] for paths in theirs)
        if self._part or len(roles) == 1 or not are_keys:
            return None
        return attrgetter(*(self._fields[steps] for (steps,) in theirs))

    def open_rows(self, rows: Sequence[Any]) -> dict[Steps, list[Any]]:
        """Return the objects that rows consist of."""
        if not self._part:
            return {(): [*rows]}
        parts = [part for _, part in rows]
        return {(): [one for one, _ in rows], (self._part,): parts}

    def _take(self, steps: Steps, known: dict[Steps, list[Any]]) -> list[Any]:
        if steps not in known:
            *above, _ = steps
            outer = self._take(tuple(above), known)
            depth = sum(one.endswith("[]") for one in above)
            get = attrgetter(self._fields[steps])
            known[steps] = (
                _look_into(outer, get, depth) if above else [*map(get, outer)]
            )
        return known[steps]


class Found:
    """Columns of decoded rows, each made when it is asked for."""

    def __init__(self, paths: Paths, rows: Sequence[Any]) -> None:
        self._paths, self._rows = paths, rows
        self._known = paths.open_rows(rows)

    def __call__(self, role: str) -> list[Any] | None:
        """Return a column, or None if there is none."""
        return self._paths.find(role, self._known)

    def rows(self, roles: Sequence[str]) -> Iterator[tuple[Any, ...]] | None:
        """Yield the cells of some columns, or return None where they lie deeper."""
        get = self._paths.get_cells(roles)
        return get and map(get, self._known[()])

    def take(self, at: Sequence[int]) -> Found:
        """Return the columns of some rows."""
        return Found(self._paths, [self._rows[i] for i in at])


def _look_into(outer: Sequence[Any], get: attrgetter[Any], depth: int) -> list[Any]:
    """Return what stands under a key in objects, or in lists of them, how deep."""
    if depth and not any(outer):
        return [None] * len(outer)
    if not depth and None in outer:
        return [None if one is None else get(one) for one in outer]
    if not depth:
        return [*map(get, outer)]
    return [_look_into(one, get, depth - 1) if one else None for one in outer]


def _split(path: str) -> Steps:
    """Split a path at its dots, but for those of a key."""
    return tuple(one.replace("\\.", ".") for one in _STEP.split(path))


def _plant(tree: dict[str, Any], steps: Steps, kind: object) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
    tree.setdefault(steps[-1], kind)


def fill(columns: Iterable[list[Any]]) -> list[Any]:
    """Return the first of several columns, filled where it is empty.

    >>> fill([["a", None], ["b", "c"], ["d", "e"]])
    ['a', 'c']
    """
    each = iter(columns)
    filled = next(each)
    while None in filled or "" in filled:
        if (other := next(each, None)) is None:
            break
        filled = [
            b if a is None or a == "" else a for a, b in zip(filled, other, strict=True)
        ]
    return filled
