"""Coverage of the ranges of own groups, public places being left out in turn.

For each reading that own groups can carry and each place, so many groups are drawn
from it as own groups, and combined with what all other studies show. The chances of
each count are binomial, so that nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from helpers.claims.estimate import find_errors
from helpers.claims.own.counts import COUNTS
from helpers.claims.own.partial import Combined, build_prior, update_prior
from helpers.claims.own.shares import list_own_readings, pool_elsewhere
from helpers.claims.own.tried import FILE, SIZES, WAYS
from helpers.claims.pooling import select_pooled
from helpers.claims.register import Claim, Reading
from helpers.claims.source_descriptions import name_study
from helpers.claims.store import read_answers
from helpers.files import write_text

LEAST_PLACES = 4  # without fewer, leaving one out leaves nothing to know


def tabulate_coverage() -> pd.DataFrame:
    """Tabulate coverage, width and error by reading, place and number of own groups."""
    return pd.DataFrame(
        [
            row
            for claim, reading in list_own_readings()
            if COUNTS.keys() & set(reading.quantities)
            for row in _score_reading(claim, reading)
        ]
    )


def _score_reading(claim: Claim, reading: Reading) -> Iterator[dict[str, object]]:
    stored = read_answers().estimates
    own = stored["claim"].eq(claim.id) & stored["reading"].eq(reading.key)
    rows = select_pooled(stored[own], reading)
    studies = rows["study"].map(name_study)
    if studies.nunique() < LEAST_PLACES:
        return
    shares, _ = find_errors(rows, reading.scale)
    places = zip(rows["study"], studies, shares.tolist(), strict=True)
    for place, study, share in places:
        known = pool_elsewhere(claim, reading, without=study)
        prior = build_prior(known)
        for size in SIZES:
            where = {"claim": claim.id, "reading": reading.key, "place": place}
            found = [update_prior(prior, known, n, size) for n in range(size + 1)]
            yield where | {"share": share, "groups": size} | _score(found, share)


def _score(found: list[Combined], share: float) -> dict[str, float]:
    """Score ranges by the binomial chance of each count."""
    size = len(found) - 1
    chances = stats.binom.pmf(np.arange(size + 1), size, share)
    return {
        f"{name}_{way}": float(chances @ values)
        for way in WAYS
        for name, values in _measure(found, way, share).items()
    }


def _measure(found: list[Combined], way: str, share: float) -> dict[str, np.ndarray]:
    middle, low, high = np.array([getattr(one, way) for one in found]).T
    return {
        "coverage": (low <= share) & (share <= high),
        "width": high - low,
        "error": np.abs(middle - share),
    }


def write_coverage(file: Path = FILE) -> None:
    """Compute the table of coverage and write it."""
    text = tabulate_coverage().to_csv(
        index=False, float_format="%.4f", lineterminator="\n"
    )
    write_text(file, text)


if __name__ == "__main__":
    write_coverage()
