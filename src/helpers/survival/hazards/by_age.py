"""Rows in the order of their ages, so that who is at risk is summed along it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.arrays import Floats, Ints


class ByAge(NamedTuple):
    """Rows by age, shape (n,), and how many are younger than each time."""

    rows: Ints
    younger: Ints


def sort_by_age(ages: Floats, times: Floats) -> ByAge:
    """Return rows sorted by age; ties in input order.

    Examples
    --------
    >>> rows, younger = sort_by_age(np.array([3.0, 1.0, 2.0]), np.array([2.0, 4.0]))
    >>> rows.tolist(), younger.tolist()
    ([1, 2, 0], [1, 3])
    """
    rows = np.argsort(ages, kind="stable")
    return ByAge(rows, np.searchsorted(ages[rows], times))


def sort_by_entry(entry: Floats, times: Floats, start: float = 0.0) -> ByAge | None:
    """Return rows by when they enter; none where everybody is there from the start.

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
