"""Truths that no formula gives: the trait at which an estimand has a value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.claims import parse
from helpers.validation.coverage.truths import truths
from helpers.validation.worlds.messages import World, draw
from helpers.validation.worlds.messages.seen import seen
from helpers.validation.worlds.messages.window_table import windows

SEED = 7
HALVINGS = 9
MANY_CENTRES = truths(parse("LIT>(3)"))[0].value


def median_of(column: str, world: World) -> float:
    """Return the median over lively groups of days 28–83 in a world drawn once."""
    drawn = draw(world, SEED)
    table = windows(drawn, seen(drawn))
    rows = table[table["window"].eq("28-83") & table["observed"]]
    lively = rows[(rows["posters"] >= 5) & (rows["messages"] >= 100)]  # noqa: PLR2004 - the register's
    return float(np.nanmedian(lively[column]))


def tuned(
    outcome: Callable[[float], float], aim: float, between: tuple[float, float]
) -> float:
    """Return the setting at which a monotone outcome has a value, by halving.

    >>> round(tuned(lambda x: x**2, 4.0, (0.0, 8.0)), 1)
    2.0
    """
    low, high = between
    rising = outcome(high) > outcome(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = outcome(middle) > aim
        low, high = (low, middle) if above == rising else (middle, high)
    return (low + high) / 2
