"""What covariates add to Cox's partial likelihood, in many weighted samples at once.

Ties by Efron's rule; a row of weight w counts as w rows, each of which may end.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from helpers.arrays import Bools, Floats, Ints
from helpers.survival.bootstrap import AtRisk
from helpers.survival.hazards.partial_likelihood import (
    MOST_STEPS,
    NEAR,
    ROUNDING,
)


class Points(NamedTuple):
    """Log likelihood, score and information of each sample."""

    value: Floats
    score: Floats
    information: Floats

    def replace_where(self, chosen: Bools, by: Self) -> Self:
        """Return the other points where chosen."""
        return self._replace(
            value=np.where(chosen, by.value, self.value),
            score=np.where(chosen[:, None], by.score, self.score),
            information=np.where(
                chosen[:, None, None], by.information, self.information
            ),
        )


@dataclass(frozen=True, eq=False)
class ResampledLikelihood(AtRisk):
    """Partial likelihoods of lifetimes at risk on (entry, exit], one of each sample."""

    weights: Floats

    def compute_gains(self, x: Floats) -> Floats:
        """Return the gain in log likelihood by covariates, NaN where undetermined.

        `x`: shape (samples, n, coefficients).
        """
        beta = np.zeros((len(x), x.shape[2]))
        first = here = self._evaluate(x, beta)
        found = np.zeros(len(x), bool)
        for _ in range(MOST_STEPS):
            ranks = np.linalg.matrix_rank(here.information, hermitian=True)
            active = ~found & (ranks == x.shape[2])
            if not active.any():
                break
            step = np.zeros_like(beta)
            step[active] = np.linalg.solve(
                here.information[active], here.score[active][..., None]
            )[..., 0]
            found = found | (active & (np.abs(step).max(axis=1) < NEAR))
            beta, here = self._climb(x, beta, step, here)
        return np.where(found, here.value - first.value, np.nan)

    def _climb(
        self, x: Floats, beta: Floats, step: Floats, here: Points
    ) -> tuple[Floats, Points]:
        """Take Newton's steps, halved where they lead down."""
        slack = ROUNDING * (1 + np.abs(here.value))
        open_ = np.abs(step).max(axis=1) > 0
        for half in range(MOST_STEPS):
            if not open_.any():
                break
            ahead = beta + step / 2**half
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                there = self._evaluate(x, ahead)
            up = open_ & (there.value >= here.value - slack)
            beta, here = (
                np.where(up[:, None], ahead, beta),
                here.replace_where(up, there),
            )
            open_ &= ~up
        return beta, here

    def _evaluate(self, x: Floats, beta: Floats) -> Points:
        p = x.shape[2]
        eta = np.einsum("snp,sp->sn", x, beta)
        risk = self.weights * np.exp(eta)
        weighed = risk[..., None] * x
        crossed = (weighed[..., None] * x[..., None, :]).reshape(*risk.shape, p * p)
        sums = self._sum_steps(np.concatenate([risk[..., None], weighed, crossed], -1))
        whole, rest = sums[:, 0], sums[:, 1:] / sums[:, :1]
        mean, square = np.split(rest, [p], axis=1)
        product = (mean[:, :, None] * mean[:, None, :]).reshape(-1, p * p)
        ends = self.weights * self.ended
        return Points(
            (ends * eta).sum(axis=1) - self._add_up(np.log(whole)[:, None])[:, 0],
            np.einsum("sn,snp->sp", ends, x) - self._add_up(mean),
            (self._add_up(square) - self._add_up(product)).reshape(-1, p, p),
        )

    def _sum_steps(self, values: Floats) -> Floats:
        """Sum values at risk at each event of each sample, less ties removed."""
        cell, gone = self._steps
        rows, starts = self._ends_in_order
        ending = np.add.reduceat(values[:, rows], starts, axis=1)
        there = self._reach(values, *self._by_exit)
        if self._by_entry:
            there -= self._reach(values, *self._by_entry)
        flat = [each.reshape(-1, values.shape[2])[cell] for each in (there, ending)]
        return flat[0] - gone[:, None] * flat[1]

    @staticmethod
    def _reach(values: Floats, rows: Ints, younger: Ints) -> Floats:
        """Sum values over lifetimes that reach each event time."""
        sums = np.zeros((len(values), len(rows) + 1, values.shape[2]))
        sums[:, :-1] = np.cumsum(values[:, rows[::-1]], axis=1)[:, ::-1]
        return sums[:, younger]

    def _add_up(self, steps: Floats) -> Floats:
        """Sum steps by sample."""
        sample = self._steps[0] // len(self.times)
        n = len(self.weights)
        return np.column_stack([np.bincount(sample, one, n) for one in steps.T])

    @cached_property
    def _steps(self) -> tuple[Ints, Floats]:
        """Return each event's sample and time (one number), and ties removed."""
        rows, starts = self._ends_in_order
        tied = np.add.reduceat(self.weights[:, rows], starts, axis=1).ravel()
        tied = tied.astype(np.int64)
        cell = np.repeat(np.arange(len(tied)), tied)
        before = np.arange(len(cell)) - np.repeat(np.cumsum(tied) - tied, tied)
        return cell, before / tied[cell]
