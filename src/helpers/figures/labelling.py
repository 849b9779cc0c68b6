"""Find room for direct labels, so that no legend is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from helpers.figures.lettering import line_height, width
from helpers.figures.style import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Labels"]

HALO = [withStroke(linewidth=2, foreground="white")]
SIDES: tuple[Literal["left", "right", "center"], ...] = ("left", "right", "center")
SHIFTS = (4.0, 9.0, 16.0, 25.0, 36.0)  # points above or below the anchor
LEADER = {"arrowstyle": "-", "lw": 0.5, "shrinkA": 0, "shrinkB": 3}
COVERED, OVERLAP = 4.0, 500.0  # what hiding a point of a line, or a label, costs


@dataclass(slots=True)
class Labels:
    """Labels of one panel, each put where it hides least and stays nearest.

    The panel must have been laid out before, for what counts is room on paper.
    """

    axes: Axes
    _lines: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    _taken: list[Bbox] = field(default_factory=list)

    def avoid(self, x: ArrayLike, y: ArrayLike) -> None:
        """Keep labels off a line drawn through these points as steps."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if not x.size:
            return
        dense = np.linspace(x[0], x[-1], 150)
        steps = y[np.searchsorted(x, dense, side="right") - 1]
        self._lines = np.vstack([self._lines, self._points(dense, steps)])

    def put(
        self, text: str, anchors: Iterable[tuple[float, float]], colour: str
    ) -> None:
        """Write `text` beside that one of `anchors` where it is least in the way."""
        size = width(text, SMALL), line_height(SMALL)
        options = list(product(anchors, SIDES, SHIFTS, (1, -1)))
        boxes = [self._box(a, size, side, sign * up) for a, side, up, sign in options]
        costs = [self._cost(b, o[2]) for b, o in zip(boxes, options, strict=True)]
        best = int(np.argmin(costs))
        anchor, side, up, sign = options[best]
        self._taken.append(boxes[best])
        across = {"left": 3.0, "right": -3.0, "center": 0.0}[side]
        corner = {"left": 0.0, "right": 1.0, "center": 0.5}[side]
        self.axes.annotate(
            text,
            anchor,
            xytext=(across, sign * up),
            textcoords="offset points",
            ha=side,
            va="bottom" if sign > 0 else "top",
            color=colour,
            path_effects=HALO,
            arrowprops=LEADER | {"color": colour, "relpos": (corner, sign < 0)}
            if up >= SHIFTS[1]
            else None,
            zorder=5,
        ).set_in_layout(False)

    def _points(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return places of the data in points on paper."""
        pixels = self.axes.transData.transform(np.column_stack([x, y]))
        return np.asarray(pixels) * 72 / self.axes.figure.dpi

    def _box(
        self,
        anchor: tuple[float, float],
        size: tuple[float, float],
        side: Literal["left", "right", "center"],
        up: float,
    ) -> Bbox:
        (x, y), (across, high) = self._points(*([a] for a in anchor))[0], size
        left = {"left": x + 3, "right": x - 3 - across, "center": x - across / 2}[side]
        bottom = y + up if up > 0 else y + up - high
        return Bbox.from_bounds(left, bottom, across, high)

    def _cost(self, box: Bbox, distance: float) -> float:
        page = self._points(self.axes.get_xlim(), self.axes.get_ylim())
        outside = np.any(np.concatenate([page[0] - box.min, box.max - page[1]]) > 1)
        inside = np.all((self._lines > box.min) & (self._lines < box.max), axis=1)
        overlaps = sum(box.overlaps(other) for other in self._taken)
        return (
            COVERED * float(inside.sum())
            + OVERLAP * (overlaps + 2 * outside)
            + distance
        )
