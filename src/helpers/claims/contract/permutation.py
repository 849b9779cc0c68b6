"""Permutation tests of an exposure as negative controls, and E-values.

Shared by all designs that compare an exposure: the exposure permuted within
network and cohort, and the E-value of a ratio (the register's sets RF and RH). A
placebo landmark belongs to its design.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.errors import NotIdentifiableError
from helpers.inference import compute_e_value
from helpers.survival import Interval
from helpers.wording import say

SEED = 20161231
COMMON = 0.15  # of units ending; beyond it a hazard ratio is no risk ratio


class Null(NamedTuple):
    """Number of permutations that gave an effect as large as the observed one."""

    larger: int
    permutations: int

    @property
    def p(self) -> float:
        """Permutation p-value: (larger + 1) / (permutations + 1).

        >>> Null(4, 499).p
        0.01
        """
        return (self.larger + 1) / (self.permutations + 1)

    def describe(self) -> str:
        """Describe how many permutations gave an effect as large as observed."""
        return say(
            "as large in {larger} of {n} permutations of the exposure",
            larger=self.larger,
            n=self.permutations,
        )


@dataclass(frozen=True, eq=False)
class Permutations:
    """An estimate, and how to recompute it with a permuted exposure.

    Attributes
    ----------
    found
        The effect.
    permuted
        Takes a seed and gives the effect of the exposure permuted.
    ratio
        Whether no effect is 1, and distances are those of logarithms; else it is 0.
    """

    found: Interval
    permuted: Callable[[int], Interval]
    ratio: bool = True

    @classmethod
    def of(
        cls,
        observed: Interval,
        rows: pd.DataFrame,
        effect: Callable[[pd.DataFrame], Interval],
        column: str = "exposure",
        within: tuple[str, ...] = ("network", "cohort"),
        *,
        ratio: bool = True,
    ) -> Self:
        """Set up permutations of a column within network and founding year."""
        return cls(
            observed, partial(build_permutation(effect, column, within), rows), ratio
        )

    def null(self, times: int) -> Null:
        """Count the permutations with an effect as large as observed."""
        far, larger, n_permutations = self._far(self.found), 0, 0
        for seed in range(SEED, SEED + times):
            try:
                larger += self._far(self.permuted(seed)) >= far
            except NotIdentifiableError:
                continue  # a deal that leaves an arm empty tells nothing
            n_permutations += 1
        return Null(int(larger), n_permutations)

    def _far(self, effect: Interval) -> float:
        return float(abs(np.log(effect.estimate) if self.ratio else effect.estimate))


def build_permutation(
    effect: Callable[[pd.DataFrame], Interval],
    column: str = "exposure",
    within: tuple[str, ...] = ("network", "cohort"),
) -> Callable[[pd.DataFrame, int], Interval]:
    """Return a function that permutes an exposure and estimates its effect again."""

    def of(rows: pd.DataFrame, seed: int) -> Interval:
        return effect(permute_within(rows, seed=seed, column=column, within=within))

    return of


def permute_within(
    data: pd.DataFrame,
    *,
    seed: int,
    column: str = "exposure",
    within: tuple[str, ...] = ("network", "cohort"),
) -> pd.DataFrame:
    """Permute a column among rows of the same network and founding year.

    >>> data = pd.DataFrame({"network": ["a", "a", "b"], "cohort": 1,
    ...                      "exposure": [1, 2, 3]})
    >>> sorted(permute_within(data, seed=1)["exposure"].tolist())
    [1, 2, 3]
    """  # fmt: skip
    rng = np.random.default_rng(seed)
    shuffled = data[column].to_numpy().copy()
    for rows in data.groupby(list(within), sort=True).indices.values():
        shuffled[rows] = rng.permutation(shuffled[rows])
    return data.assign(**{column: shuffled})


@lru_cache(maxsize=1)
def compute_cohorts(evidence: Evidence) -> pd.Series[int]:
    """Return the founding year of each group, within which exposures are permuted."""
    origin = evidence.groups.set_index("group")["origin_us"].astype("int64")
    return pd.to_datetime(origin, unit="us").dt.year


def describe_confounding(ratio: Interval, ended: float) -> str:
    """Describe by E-values how strong unmeasured confounding would have to be.

    Parameters
    ----------
    ended
        Share of the units that ended; of many, the ratio is turned into one of risks.
    """
    value = compute_e_value(ratio, common=ended > COMMON)
    return say(
        "E-value {estimate:.2f}, of the limit {limit:.2f}",
        estimate=value.estimate,
        limit=value.limit,
    )
