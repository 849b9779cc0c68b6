"""Tell whether two executed notebooks show a reader the same."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.image import imread
from nbformat import NotebookNode

from helpers.site.execution import stable

PICTURES_DIFFER = 0.01  # mean difference of a picture's pixels, of the whole range
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
VALUE = re.compile(r'data-value=\\?"([^"\\]*)\\?"')  # behind a printed number
CLOSE, CLOSE_BEHIND = 1e-9, 1e-4  # the forecast stops at its solver’s tolerance


def compare(executed: Path, committed: Path, *, exact: bool = True) -> list[str]:
    """Return what differs between two notebooks, cell by cell; nothing if they agree.

    Pictures may differ by a mean of 1 % of the pixels' range, for fonts are drawn a
    little differently from machine to machine. Values behind printed numbers may
    differ by one part in 10⁴, for processors round differently; what is printed may
    not. `exact` is false off the platform of the lock: any number may then differ by
    one part in 10⁹.
    """
    pair = stable.read_notebook(executed).cells, stable.read_notebook(committed).cells
    return [
        f"{committed.name}: cell {number}: {what}"
        for number, cells in enumerate(zip_longest(*pair), start=1)
        for what in _cells(*cells, exact=exact)
    ]


def _cells(
    one: NotebookNode | None, other: NotebookNode | None, *, exact: bool
) -> Iterator[str]:
    if one is None or other is None:
        yield "only one of the two has it"
        return
    if one.source != other.source:
        yield "the source differs"
    for ours, theirs in zip_longest(one.get("outputs", ()), other.get("outputs", ())):
        if ours is None or theirs is None:
            yield "the number of outputs differs"
            return
        yield from _outputs(ours, theirs, exact=exact)


def _outputs(one: NotebookNode, other: NotebookNode, *, exact: bool) -> Iterator[str]:
    mine, yours = _shown(one), _shown(other)
    for mime in sorted(mine.keys() | yours.keys()):
        a, b = mine.get(mime), yours.get(mime)
        if a is None or b is None:
            yield f"{mime} is shown by only one of the two"
        elif mime == "image/png":
            if (distance := _distance(a, b)) > PICTURES_DIFFER:
                yield f"the pictures differ by {distance:.1%}"
        elif not same_text(_text(a), _text(b), exact=exact):
            yield f"{mime} differs"


def _shown(output: NotebookNode) -> dict[str, Any]:
    if "data" in output:
        return dict(output.data)
    return {output.output_type: output.get("text") or output.get("evalue")}


def _text(value: object) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def same_text(one: str, other: str, *, exact: bool) -> bool:
    """Tell whether two texts agree, numbers to one part in 10⁹ if not `exact`.

    >>> same_text("F = 0.5000000000001", "F = 0.5", exact=False)
    True
    >>> same_text("F = 0.5000000000001", "F = 0.5", exact=True)
    False
    """
    if VALUE.sub("#", one) == VALUE.sub("#", other):
        behind = zip(VALUE.findall(one), VALUE.findall(other), strict=True)
        return all(_are_close(a, b, CLOSE_BEHIND) for a, b in behind)
    if exact:
        return False
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_are_close(a, b, CLOSE) for a, b in pairs)


def _are_close(one: str, other: str, tolerance: float) -> bool:
    return math.isclose(float(one), float(other), rel_tol=tolerance, abs_tol=1e-12)


def _distance(one: str, other: str) -> float:
    a, b = (_pixels(picture) for picture in (one, other))
    return float(np.abs(a - b).mean()) if a.shape == b.shape else 1.0


def _pixels(picture: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    return imread(BytesIO(base64.b64decode(picture)), format="png")[..., :3]
