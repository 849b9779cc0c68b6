"""The first long pause of own groups, foretold by messages of their days 8–28.

Each group has the chance of a pause that its band of messages has in the next place
(`helpers.forecast.first_pause`); what lifts one band there lifts all of them. So the
share of these groups that pause has a density, which is the prior in the place of the
next place's share of any groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from helpers.arrays import Bools, Floats
from helpers.claims.own.counts import select_paused
from helpers.claims.own.partial import GRID, Combined, find_range, mix_vague, update
from helpers.claims.register import Reading
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.forecast.first_pause import (
    DAYS,
    PAUSED,
    count_cells,
    count_messages,
    number_bands,
    read_levels,
    select_known,
)
from helpers.forecast.random_places import fit_levels
from helpers.group_lives.evidence import Evidence

QUANTITY = "ever_paused_by_day"
PLACES = np.linspace(-5, 5, 2001)  # effects of a place, in standard deviations
CHANCES = np.exp(-(PLACES**2) / 2)
EDGES = np.append(GRID, 2 * GRID[-1] - GRID[-2]) - (GRID[1] - GRID[0]) / 2
HALF_WIDTH = special.ndtri(0.975)  # of a 95 % range, in standard deviations
SEED, DRAWS = 20240701, 200


class Bands(NamedTuple):
    """Log odds by band that a group of the next place begins no pause."""

    centres: Floats
    spreads: Floats

    def foretell(self, groups: Floats) -> Floats:
        """Return the density of the share that pauses, of so many groups by band."""
        odds = self.centres[:, None] + self.spreads[:, None] * PLACES
        paused = groups @ special.expit(-odds) / groups.sum()
        density, _ = np.histogram(special.logit(paused), EDGES, weights=CHANCES)
        return np.asarray(density / density.sum())


def to_bands(ranges: Iterator[tuple[float, float]]) -> Bands:
    """Convert 95 % ranges of the next place's share, by band."""
    low, high = special.logit(np.array([*ranges]).T)
    return Bands((low + high) / 2, (high - low) / 2 / HALF_WIDTH)


def combine_with_first_month(evidence: Evidence, reading: Reading) -> Combined | None:
    """Combine the pauses of own groups with the forecast by their first months.

    None if the reading is no share that pauses by a day that was measured, or the
    study cannot tell it.
    """
    day = reading.params.get("day")
    if QUANTITY not in reading.quantities or day not in DAYS:
        return None
    if "daily" not in evidence.study.manifest.tables:
        return None
    try:
        lives = select_paused(evidence, **reading.params).lives.to_frame()
    except (NotIdentifiableError, MissingSourceError):
        return None
    if lives.empty:
        return None
    messages = count_messages(evidence.study, lives[["group"]])(7, 28)
    bands = to_bands(read_levels(day))
    return _combine(bands, number_bands(messages), lives["ended"].to_numpy(bool))


def _combine(bands: Bands, numbers: npt.NDArray[np.intp], paused: Bools) -> Combined:
    """Combine groups, each with the number of its band and whether it paused."""
    groups = np.bincount(numbers, minlength=len(bands.centres)).astype(float)
    known = bands.foretell(groups)
    return update(mix_vague(known), find_range(known), int(paused.sum()), len(numbers))


def draw_first_months(
    beginnings: pd.DataFrame, day: int, sizes: tuple[int, ...]
) -> Iterator[tuple[str, float, list[Combined]]]:
    """Yield each place left out, its share, and ranges by groups drawn from it."""
    rows = select_known(beginnings, PAUSED, day)
    study = rows["place"].str.split("/").str[0]
    for place, own in rows.groupby("place"):
        others = rows[study.ne(str(place).split("/")[0])]
        numbers = pd.Series(number_bands(others["messages_28"]), others.index)
        levels = fit_levels(*count_cells(others, numbers))
        bands = to_bands(map(levels.next_share, sorted(numbers.unique())))
        rng = np.random.default_rng(SEED)
        known, paused = number_bands(own["messages_28"]), ~own["still"].to_numpy(bool)
        for size in sizes:
            drawn = rng.integers(len(own), size=(DRAWS, size))
            yield (
                str(place),
                float(paused.mean()),
                [_combine(bands, known[one], paused[one]) for one in drawn],
            )
