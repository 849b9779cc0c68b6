"""Shares of the same groups: nearly inactive ("shells"), failed, unsuccessful.

The articles give 58 % shells, 90 % failures and 95 % without success. Under one
definition these contradict each other; as shares of ever wider sets they need not.
The three verdicts read a date, a first passage and a state; so the printed table has
definitions of its own (`estimate_nested_shares`), under which each set holds the one
before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.activity import lively
from helpers.claims.quantities.deaths import (
    DECIDING,
    SEED,
    define_by_union,
    define_silent,
)
from helpers.claims.quantities.quantity import compute_complement, enclose_bounds
from helpers.claims.quantities.spans import YEAR
from helpers.claims.themes.failure.shells import is_shell
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.inference import Interval, estimate_success_probability
from helpers.study import Study
from helpers.survival import Lifetimes
from helpers.wording import say

Outside = Callable[[Evidence, Lifetimes, float], Bools]

CLAIMED = {
    "s0-200-of-343-shells": ("dead or in name only", 0.583),
    "s1-over-90-fail": (say("ever failed"), 0.90),
    "s0-success-below-5pct": (say("ever failed or not lively"), 0.95),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of groups: its name, the value claimed, and the estimate if any.

    Attributes
    ----------
    found
        None where the study cannot show it; then `reason` says why.
    """

    name: str
    claimed: float
    found: Interval | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nested:
    """Three shares of the same groups, each containing the one before.

    Raises
    ------
    ShequnError
        If a narrower set is larger than a wider one.
    """

    rows: tuple[Share, ...]

    def __post_init__(self) -> None:
        shares = [(row.name, row.found.estimate) for row in self.rows if row.found]
        for (inner, less), (outer, more) in pairwise(shares):
            if less > more + 1e-9:  # shares are rounded at the twelfth digit
                raise ShequnError(
                    f"{less:.3f} are {inner}, but {more:.3f} are {outer}",
                    where="nested shares",
                    remedy="report this: each set must contain the one before",
                )


def estimate_nested_shares(study: Study) -> Nested:
    """Estimate shares of groups that are nearly inactive, failed or unsuccessful.

    One roster, the groups watched from their origin; one age, 365 days; as far as the
    corpus shows senders:

    - dead or in name only: dead by silence, or below 3 posters or under a tenth of
      the past peak of traffic at that age;
    - ever failed: these, or failed at any age before, though it recovered;
    - ever failed or not lively: these, fulfilled its purpose and ended, or
      without 5 posters and 0.3 replies a message in days 337–364.

    Who was not watched for a year is stood for by those who were. A fulfilled purpose
    is neither dead nor failed. Where times are coarse the limits of the first two
    enclose those of both bounds of the age.

    Raises
    ------
    ShequnError
        If a table of the study is broken.

    Examples
    --------
    >>> from helpers.study import open_study
    >>> [row.name for row in estimate_nested_shares(open_study("fcc_gitter")).rows]
    ['dead or in name only', 'ever failed', 'ever failed or not lively']
    """
    estimators: tuple[Callable[[Evidence], Interval], ...] = (
        partial(_estimate_at_bounds, outside=_is_no_shell),
        partial(_estimate_at_bounds, outside=_is_never_failed),
        _estimate_unsuccessful,
    )
    return Nested(
        tuple(
            _build_row(name, claimed, study, estimate)
            for (name, claimed), estimate in zip(
                CLAIMED.values(), estimators, strict=True
            )
        )
    )


def _build_row(
    name: str, claimed: float, study: Study, estimate: Callable[[Evidence], Interval]
) -> Share:
    try:
        evidence = Evidence.of(study)
        gates.pass_gates(evidence.shows("births"))
        return Share(
            name, claimed, estimate(replace(evidence, groups=evidence.from_birth))
        )
    except NotIdentifiableError as error:
        return Share(name, claimed, None, error.what)


def _estimate_unsuccessful(evidence: Evidence) -> Interval:
    gates.pass_gates(evidence.shows("sender_ids", "replies"))
    return _estimate_share(evidence, _is_successful, YEAR)


def _estimate_at_bounds(evidence: Evidence, outside: Outside) -> Interval:
    at, error = partial(_estimate_share, evidence, outside), evidence.time_error_days
    if not error:
        return at(YEAR)
    reason = say("both bounds of ±{error:g} d", error=error)
    return enclose_bounds(at(YEAR), at(YEAR - error), at(YEAR + error), why=reason)


def _estimate_share(evidence: Evidence, outside: Outside, age: float) -> Interval:
    """Estimate the share of groups that are dead, or fail a condition, at an age."""
    lives = _list_unfulfilled(evidence)
    gates.pass_gates(*gates.require_failure_gates(lives, age))
    return compute_complement(
        estimate_success_probability(
            lives, outside(evidence, lives, age), age, seed=SEED, replicates=DECIDING
        )
    )


def _list_unfulfilled(evidence: Evidence) -> Lifetimes:
    """Return lifetimes except those that end because the purpose was fulfilled."""
    lives, fulfilled, _ = define_silent(evidence)
    return replace(
        lives,
        durations=np.where(fulfilled, lives.potential, lives.durations),
        ended=lives.ended & ~fulfilled,
    )


def _is_no_shell(evidence: Evidence, lives: Lifetimes, age: float) -> Bools:
    groups = evidence.groups.set_index("group", drop=False)
    ages = pd.Series(age, index=groups.index)
    shell = is_shell(evidence, groups, ages).reindex(lives.group).to_numpy(bool)
    return ~(shell & ~_is_fulfilled(evidence, lives, age))


def _is_never_failed(evidence: Evidence, lives: Lifetimes, age: float) -> Bools:
    ends = define_by_union(evidence)
    passed = ends.lives.ended & ~ends.competing & (ends.lives.durations <= age)
    return _is_no_shell(evidence, lives, age) & ~np.isin(
        lives.group, ends.lives.group[passed]
    )


def _is_successful(evidence: Evidence, lives: Lifetimes, age: float) -> Bools:
    good = lively(evidence, lives.group, age) & ~_is_fulfilled(evidence, lives, age)
    return good & _is_never_failed(evidence, lives, age)


def _is_fulfilled(evidence: Evidence, lives: Lifetimes, age: float) -> Bools:
    """Return whether each group had fulfilled its purpose and ended by an age."""
    ends = define_silent(evidence)
    is_fulfilled = ends.competing & (ends.lives.durations <= age)
    return np.isin(lives.group, ends.lives.group[is_fulfilled])
