"""Rows sorted by age, so that risk sets can be summed cumulatively."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.arrays import Floats, Ints


class ByAge(NamedTuple):
    """Row order by age, shape (n,), and the number of rows younger than each time."""

    rows: Ints
    younger: Ints


def sort_by_age(ages: Floats, times: Floats) -> ByAge:
    """Sort lifetimes by age (ties in input order) and locate event times among them.

    Examples
    --------
    >>> rows, younger = sort_by_age(np.array([3.0, 1.0, 2.0]), np.array([2.0, 4.0]))
    >>> rows.tolist(), younger.tolist()
    ([1, 2, 0], [1, 3])
    """
    rows = np.argsort(ages, kind="stable")
    return ByAge(rows, np.searchsorted(ages[rows], times))


def sort_by_entry(entry: Floats, times: Floats, start: float = 0.0) -> ByAge | None:
    """Sort lifetimes by entry age; return None if all enter at the start.

    Who enters at a time is at risk after it, who is there from the start at any.

    Examples
    --------
    >>> sort_by_entry(np.array([0.0, 0.0]), np.array([1.0])) is None
    True
    >>> sort_by_entry(np.array([0.0, 1.0, 0.5]), np.array([1.0])).younger.tolist()
    [2]
    """
    late = entry > start
    return sort_by_age(np.where(late, entry, -np.inf), times) if late.any() else None
