"""Subjects of calibration, their worlds and their seeds."""

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
    """The result of one replicate.

    Attributes
    ----------
    word
        The verdict.
    leg
        The interval whose truth was planted, if there was one.
    naive
        What a common wrong way makes of the same data.
    """

    word: Word
    leg: Interval | None
    naive: Interval | None = None


class Way(Protocol):
    """Draws one world of a truth and judges it."""

    def __call__(
        self, truth: Truth, groups: int, seed: np.random.SeedSequence
    ) -> Judged:
        """Return the result of one replicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A template or a claim with planted worlds.

    Attributes
    ----------
    name
        The template's code, or the claim.
    kind
        Which of the two.
    template, leg
        The rule that decides, and that of the leg whose truth is planted; the latter
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
    leg: str
    estimand: str
    truths: tuple[Truth, ...]
    way: Way
    naive: str = ""
    groups: int = 300
    largest: int = 10_000
    sure: tuple[Truth, ...] = ()

    def cells(self, groups: int | None = None) -> list[Cell]:
        """Return its worlds at a size."""
        size = groups or self.groups
        return [Cell(self.name, truth.world, size) for truth in self.truths]

    def truth(self, world: str) -> Truth:
        """Return the truth of a world by its name."""
        return next(truth for truth in self.truths if truth.world == world)

    def judge(self, cell: Cell, replicate: int) -> Judged:
        """Draw and judge one replicate; it depends on nothing but its name."""
        return self.way(self.truth(cell.world), cell.groups, cell.seed(replicate))


class Cell(NamedTuple):
    """A subject in one world at one size."""

    subject: str
    world: str
    groups: int

    def seed(self, replicate: int) -> np.random.SeedSequence:
        """Return the seed that spawning by cell and replicate gives.

        >>> Cell("D", "true", 300).seed(4).spawn_key[1:]
        (300, 4)
        """
        which = crc32(f"{self.subject}|{self.world}".encode())
        return np.random.SeedSequence(SEED, spawn_key=(which, self.groups, replicate))
