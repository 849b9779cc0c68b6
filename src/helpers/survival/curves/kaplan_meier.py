"""The Kaplan–Meier estimate with delayed entry and exact ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.curves.curve import SurvivalCurve


def estimate_survival(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
) -> SurvivalCurve:
    """Estimate the Kaplan–Meier curve from censored, possibly late-entering lifetimes.

    Parameters
    ----------
    durations : shape (n,)
        Age at the end or at censoring, in days. At equal ages ends come first.
    ended : shape (n,)
        Whether the lifetime ended then.
    entry : shape (n,)
        Age from which on it was watched: at risk on (entry, duration]. An entry of
        0 means from the origin on, the origin included, so that ends at age 0 count.
    weights : shape (n,)
        How often each row counts.

    Raises
    ------
    ShequnError
        If there are no rows, lengths differ, a value is negative or not a number,
        or an entry does not precede its duration.

    Examples
    --------
    >>> curve = estimate_survival([1, 2, 2, 3], [True, True, False, True])
    >>> curve.survival.tolist(), curve.at(2.5)
    ([1.0, 0.75, 0.5, 0.0], 0.5)
    """
    exits, ends, start = check_lifetimes(durations, ended, entry)
    counts = np.ones(len(exits)) if weights is None else np.asarray(weights, float)
    times = np.unique(np.concatenate([[0.0], start, exits]))
    at_exit, at_entry = np.searchsorted(times, exits), np.searchsorted(times, start)

    def tally(index: npt.NDArray[np.intp], count: Floats) -> Floats:
        return np.bincount(index, count, minlength=len(times)).astype(np.float64)

    return SurvivalCurve(
        times,
        tally(at_entry, counts),
        tally(at_exit, counts * ends),
        tally(at_exit, counts * ~ends),
    )


def check_lifetimes(
    durations: npt.ArrayLike, ended: npt.ArrayLike, entry: npt.ArrayLike | None
) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Check lifetimes and return them as arrays (durations, ended, entry)."""
    exits = np.asarray(durations, dtype=np.float64)
    ends = np.asarray(ended).astype(bool)
    start = np.zeros(len(exits)) if entry is None else np.asarray(entry, np.float64)
    if not len(exits):
        raise NotIdentifiableError("there is no lifetime", where="lifetimes")
    if not len(exits) == len(ends) == len(start):
        raise ShequnError("durations, ended and entry differ in length")
    faults = {
        "is negative or not a number": ~((exits >= 0) & (start >= 0)),
        "enters no sooner than it leaves": (start > 0) & (start >= exits),
    }
    for fault, rows in faults.items():
        if rows.any():
            raise ShequnError(
                f"{rows.sum()} of {len(exits)} {fault}",
                where=f"lifetime {np.argmax(rows)}",
                remedy="leave out who was not watched at all",
            )
    return exits, ends, start
