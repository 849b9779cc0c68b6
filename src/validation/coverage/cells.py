"""What is calibrated: rules and claims, their simulated truths and seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol
from zlib import crc32

import numpy as np

from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval
from validation.coverage.truths import Truth

SEED = 20261120
SIZES = (50, 100, 300, 1000, 3000, 10_000)


class Judged(NamedTuple):
    """Verdict and estimates on one simulated study.

    Attributes
    ----------
    word
        The verdict.
    component
        The interval whose truth was planted, if there was one.
    naive
        What a common wrong way makes of the same data.
    """

    word: Word
    component: Interval | None
    naive: Interval | None = None


class Way(Protocol):
    """Interface: simulate one study with a true value, and judge it."""

    def __call__(
        self, truth: Truth, groups: int, seed: np.random.SeedSequence
    ) -> Judged:
        """Simulate one study with a true value and return the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A decision rule or claim to be calibrated, with simulated truths.

    Attributes
    ----------
    name
        The template's code, or the claim.
    kind
        Which of the two.
    template, component
        The rule that decides, and that of the simulated component; the latter
        empty where a world is true or false and has no number.
    estimand
        What was planted, in words.
    naive
        The wrong way beside it, in words; empty where there is none.
    truths
        The worlds.
    way
        Draws and judges one.
    groups
        The size at which coverage and wrong verdicts are counted.
    largest
        The most groups tried when the design size is looked for.
    sure
        A true and a false world that a test can rely on to be told at that size.
    """

    name: str
    kind: Literal["template", "claim"]
    template: str
    component: str
    estimand: str
    truths: tuple[Truth, ...]
    way: Way
    naive: str = ""
    groups: int = 300
    largest: int = 10_000
    sure: tuple[Truth, ...] = ()

    def cells(self, groups: int | None = None) -> list[Cell]:
        """Return one calibration cell per truth, at a sample size."""
        size = groups or self.groups
        return [Cell(self.name, truth.world, size) for truth in self.truths]

    def truth(self, world: str) -> Truth:
        """Return one of the simulated truths by name."""
        return next(truth for truth in self.truths if truth.world == world)

    def judge(self, cell: Cell, replicate: int) -> Judged:
        """Simulate one study (by number, reproducibly) and return the verdict on it."""
        return self.way(self.truth(cell.world), cell.groups, cell.seed(replicate))


class Cell(NamedTuple):
    """A calibration cell: a claim or rule, a truth and a sample size."""

    subject: str
    world: str
    groups: int

    def seed(self, replicate: int) -> np.random.SeedSequence:
        """Return the random seed of a numbered simulation.

        >>> Cell("D", "true", 300).seed(4).spawn_key[1:]
        (300, 4)
        """
        which = crc32(f"{self.subject}|{self.world}".encode())
        return np.random.SeedSequence(SEED, spawn_key=(which, self.groups, replicate))
