"""Complete separation: data for which a regression has no finite estimate.

References
----------
Albert and Anderson (1984), Biometrika 71, 1–10, on yes and no; Correia, Guimarães and
Zylkin (2019), arXiv:1903.01633, on counts.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg, optimize

from helpers.arrays import Bools, Floats
from helpers.errors import UndeterminedError
from helpers.wording import say

NOTHING = 1e-7  # below it a sum of scaled numbers is rounding


def check_counts(counts: Floats, x: Floats) -> None:
    """Raise if covariates separate zero from positive counts completely.

    Parameters
    ----------
    counts : shape (n,)
    x : shape (n, coefficients)
        The constant included; for effects within units, differences from a row of the
        unit that has a count.

    Raises
    ------
    UndeterminedError
        If columns repeat one another, or such a combination exists.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 0, 1, 2]])
    >>> check_counts(np.array([3.0, 0, 2, 4, 1, 0]), x)
    >>> check_counts(np.array([3.0, 0, 2, 4, 0, 0]), x)  # none where the second is > 0
    Traceback (most recent call last):
    helpers.errors.UndeterminedError: complete separation: a factor leaves counts of 0.
    """
    check_columns(x)
    if is_separated(x[counts > 0], x[counts <= 0]):
        raise UndeterminedError(say("complete separation: a factor leaves counts of 0"))


def check_choices(chosen: Bools, x: Floats) -> None:
    """Raise if covariates separate the two values of a binary outcome completely.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> check_choices(np.array([1, 0, 0, 1, 1, 0], bool), x)
    >>> check_choices(np.array([1, 0, 0, 1, 1, 1], bool), x)
    Traceback (most recent call last):
    helpers.errors.UndeterminedError: complete separation: a factor divides yes from no.
    """
    check_columns(x)
    if is_separated(x[:0], np.where(chosen[:, None], -x, x)):
        raise UndeterminedError(
            say("complete separation: a factor divides yes from no")
        )


def check_columns(x: Floats) -> None:
    """Raise if covariates are constant or linearly dependent.

    >>> check_columns(np.ones((5, 2)))
    Traceback (most recent call last):
    helpers.errors.UndeterminedError: an exposure does not vary or repeats others.
    """
    if len(x) == 0 or np.linalg.matrix_rank(_scale_columns(x)) < x.shape[1]:
        raise UndeterminedError(say("an exposure does not vary or repeats others"))


def is_separated(fixed: Floats, free: Floats) -> bool:
    """Return whether some linear combination separates the outcomes.

    >>> is_separated(np.eye(2)[:1], np.array([[5.0, -1], [2, 0]]))
    True
    >>> is_separated(np.eye(2)[:1], np.array([[5.0, -1], [2, 1]]))
    False
    """
    scaled = _scale_columns(np.vstack([fixed, free]))
    fixed, free = scaled[: len(fixed)], scaled[len(fixed) :]
    axes = np.eye(scaled.shape[1])
    if len(fixed):
        axes = linalg.null_space(np.linalg.qr(fixed, mode="r"))
    if not (axes.shape[1] and len(free)):
        return False
    projections = free @ axes
    best = optimize.linprog(
        projections.sum(axis=0),
        A_ub=projections,
        b_ub=np.zeros(len(projections)),
        bounds=(-1, 1),
    )
    return best.fun is not None and bool(best.fun < -NOTHING * len(projections))


def _scale_columns(x: Floats) -> Floats:
    largest = np.abs(x).max(axis=0, initial=0.0)
    scaled: Floats = x / np.where(largest > 0, largest, 1.0)
    return scaled
