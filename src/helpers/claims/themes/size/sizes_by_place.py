"""Compare lifetimes by group size within strata (sources) only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Supplement
from helpers.claims.designs.corpora_strata import average_places, build_cluster_gate
from helpers.claims.fixed.source_names import Place
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.survival import Interval, Lifetimes, estimate_mean_lifetime_ratio, fit_cox
from helpers.survival.bootstrap import choose_clusters_within
from helpers.survival.stratified_contrasts import (
    estimate_stratified_mean_ratio,
    select_comparing_strata,
)
from helpers.wording import join_messages, say

HORIZON = 365.0
LEAST_IN_BIN = 30
REFERENCE = 1  # the place of 10–30 among the bins


@dataclass(frozen=True, eq=False)
class SizesByPlace:
    """Groups alive at a landmark age, with their size class and stratum.

    Attributes
    ----------
    lives
        From the landmark on.
    size, place : shape (n,)
    bins, names
        Edges of the bins, as `numpy.digitize` takes them, and what they are called.
    """

    lives: Lifetimes
    size: npt.NDArray[np.float64]
    place: npt.NDArray[np.object_]
    bins: Sequence[float]
    names: Sequence[str]

    @cached_property
    def _bin(self) -> npt.NDArray[np.intp]:
        return np.digitize(self.size, self.bins)

    @property
    def _others(self) -> list[int]:
        return [nth for nth in range(len(self.names)) if nth != REFERENCE]

    @cached_property
    def _used(self) -> dict[int | None, Bools]:
        """Groups of the 10–30 class and of one other class, by other class."""
        return {nth: self._comparing(nth) for nth in (None, *self._others)}

    def _comparing(self, other: int | None) -> Bools:
        pair = np.ones(len(self.size), bool)
        if other is not None:
            pair = (self._bin == REFERENCE) | (self._bin == other)
        rows = np.flatnonzero(pair)
        compares = select_comparing_strata(
            self.lives.where(pair), self._bin[rows] == REFERENCE, self.place[rows],
            HORIZON,
        )  # fmt: skip
        used = np.zeros(len(self.size), bool)
        used[rows[compares]] = True
        return used

    def count(self, other: int | None) -> tuple[int, int]:
        """Count groups of 10–30 members and groups of another size class."""
        small = self._bin[self._used[other]] == REFERENCE
        return int(small.sum()), int((~small).sum())

    def components(self) -> Components:
        """Return mean-lifetime ratios of 10–30 members to other sizes."""
        return tuple(
            self._within(nth) if nth is None or self._enough(nth) else None
            for nth in (None, *self._others)
        )

    def _enough(self, other: int) -> bool:
        return min(self.count(other)) >= LEAST_IN_BIN

    def _within(self, other: int | None) -> Interval:
        used = self._used[other]
        return estimate_stratified_mean_ratio(
            self.lives.where(used), self._bin[used] == REFERENCE, self.place[used],
            HORIZON, seed=SEED, replicates=DECIDING,
        )  # fmt: skip

    def alone(self, other: int | None) -> tuple[Supplement, ...]:
        """Return the ratio of mean lifetimes separately in each stratum."""
        return tuple(self._alone(other))

    def _alone(self, other: int | None) -> Iterator[Supplement]:
        used = self._used[other]
        for place in sorted(set(self.place[used])):
            own = used & (self.place == place)
            side = self._bin[own] == REFERENCE
            ratio = partial(
                estimate_mean_lifetime_ratio, self.lives.where(own), side, HORIZON,
                seed=SEED, replicates=DECIDING,
            )  # fmt: skip
            yield from Supplement.tried(str(place), ratio)

    def by_bin(self) -> tuple[Supplement, ...]:
        """Return by stratum the mean-lifetime ratio to each other size class."""
        return tuple(
            Supplement(self._called(nth, supplement), supplement.interval)
            for nth in self._others
            for supplement in self.alone(nth)
        )

    def _called(self, other: int, supplement: Supplement) -> str:
        own = (self.place == supplement.name) & self._used[other]
        small, n_others = (int((self._bin[own] == n).sum()) for n in (REFERENCE, other))
        names = say(
            "{sizes} over {others}",
            sizes=self.names[REFERENCE],
            others=self.names[other],
        )
        return say(
            "within {place}, {sizes}, {small} and {others} groups",
            place=Place(supplement.name),
            sizes=names,
            small=small,
            others=n_others,
        )

    def averaged_components(self) -> Components:
        """Return mean-lifetime ratios averaged over strata by inverse variance."""
        return tuple(
            average_places(self.alone(nth))
            if nth is None or self._enough(nth)
            else None
            for nth in (None, *self._others)
        )

    def per_doubling(self) -> Interval:
        """Estimate the hazard ratio of death per doubling of size."""
        clusters = choose_clusters_within(self.place, self.lives.batch)
        doubling = pd.DataFrame({"size": np.log2(self.size)})
        lives = self.lives
        fit = fit_cox(
            lives.durations, lives.ended, doubling, entry=lives.entry,
            cluster=clusters.codes, strata=self.place,
        )  # fmt: skip
        return fit["size"].ratio

    def gated(self) -> tuple[gates.Gate, ...]:
        """Check for 30 groups of 10–30 members and of two other size classes.

        Raises
        ------
        GateError
            If they are not passed.
        """
        small, _ = self.count(None)
        other_counts = {self.names[nth]: self.count(nth)[1] for nth in self._others}
        enough = sum(self._enough(nth) for nth in self._others)
        by_class = join_messages(
            ", ",
            (say("{n} of {name}", n=n, name=name) for name, n in other_counts.items()),
        )
        detail = say(
            "groups by size in places that compare: {small} of {names},"
            " {told}; 30 needed of 10–30 and in two others",
            small=small,
            names=self.names[REFERENCE],
            told=by_class,
        )
        passed = small >= LEAST_IN_BIN and enough >= 2  # noqa: PLR2004 - as registered
        rows = pd.DataFrame({"stratum": self.place, "batch": self.lives.batch})
        return gates.pass_gates(
            gates.Gate("sizes", passed, detail), build_cluster_gate(rows)
        )
