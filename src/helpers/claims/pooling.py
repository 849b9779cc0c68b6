"""From estimates to answers: pooled by kind of group and over all kinds."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.estimate import OWN, find_errors
from helpers.claims.grading import (
    choose_word,
    describe_unmeasured,
    find_side,
    grade_certainty,
    list_bars,
    respect_bounds,
    word_claim,
)
from helpers.claims.pool import Pool, pool
from helpers.claims.register import (
    Claim,
    Claimed,
    Reading,
    list_variants,
    read_register,
)
from helpers.claims.source_descriptions import name_study
from helpers.claims.words import KINDS, RELATED, hold_words_as_objects, order_kinds

ALONE = 1e-6  # spread between places where only one place is meant
COLUMNS = (
    "claim", "reading", "kind", "mean", "low", "high", "next_low", "next_high",
    "p_claim", "p_next", "word", "certainty", "n_sources", "n_units", "of", "claimed",
    "related", "on_wechat", "places", "studies", "kinds",
    "least", "most",
)  # fmt: skip


class Pooled(NamedTuple):
    """One pooled estimate of a reading, and the estimates that it is of."""

    pool: Pool
    used: pd.DataFrame

    def probability(self, claimed: Claimed, *, of_next: bool = False) -> float:
        """Return the probability that the mean (or the next place) is as claimed."""
        above = [
            self.pool.probability_above(number, of_next=of_next)
            if np.isfinite(number)
            else float(number < 0)
            for number in claimed
        ]
        return above[0] - above[1]

    def chance(self, claimed: Claimed, reading: Reading) -> float:
        """Return the probability of a claim for the mean, as far as bounds decide."""
        found = self.probability(claimed)
        return respect_bounds(found, claimed, self.used, reading)


def select_pooled(rows: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the estimates that are pooled: the best that there are, with an error.

    Randomised ones if there are any, else direct ones, else indirect ones, else bounds;
    what is said in polls and published studies only among themselves.
    """
    usable: pd.DataFrame = rows.loc[np.isfinite(rows["estimate"]) & rows["low"].notna()]
    roles = ("direct", "indirect", "bound", "said", "published")
    ranks = [usable["randomised"].astype(bool), *map(usable["role"].eq, roles)]
    best = next((usable.loc[own] for own in ranks if own.any()), usable)
    known: pd.DataFrame = best.loc[np.isfinite(find_errors(best, reading.scale)[1])]
    return known


def pool_rows(rows: pd.DataFrame, reading: Reading) -> Pooled | None:
    """Pool the best estimates of a reading; None if there are none."""
    used, scale = rows if rows.empty else select_pooled(rows, reading), reading.scale
    if used.empty:
        return None
    # groups of one's own are no sample of other places: their interval is their own
    own = bool(used["kind"].eq(OWN).all())
    # a single trial or poll has its own interval
    single = used["randomised"].astype(bool) | used["role"].eq("said")
    pooled = pool(
        *find_errors(used, scale),
        scale,
        prior=ALONE if own else None,
        of_these=len(single) == 1 and bool(single.all()),
    )
    return Pooled(pooled, used)


def pool_estimates(
    estimates: pd.DataFrame, register: Mapping[str, Claim] | None = None
) -> pd.DataFrame:
    """Return the answers: a row per claim, reading and kind, and one over all kinds."""
    rows: list[dict[str, Any]] = []
    estimates = hold_words_as_objects(estimates)
    for claim in (register or read_register()).values():
        own = estimates[estimates["claim"].eq(claim.id)]
        there = set(own["reading"])
        answered = [
            row
            for reading in claim.readings
            for key, variant in list_variants(reading)
            if key in there
            for row in _answer_reading(claim, variant, own[own["reading"].eq(key)])
        ]
        rows += _word_answered(claim, answered, own)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _word_answered(
    claim: Claim, answered: list[dict[str, Any]], estimates: pd.DataFrame
) -> list[dict[str, Any]]:
    """Word the whole claim; without an estimate it has one row."""
    if not any("~" not in row["reading"] for row in answered):
        return [describe_unmeasured(claim, COLUMNS)]
    key = answered[0]["reading"]
    reading = next(each for each in claim.readings if each.key == key)
    sides = _list_sides(reading, estimates)
    return word_claim(claim, answered, [*sides])


def _list_sides(reading: Reading, estimates: pd.DataFrame) -> Iterator[bool | None]:
    """Yield the side of a reading under each number of ours, halved and doubled."""
    variants = dict(list_variants(reading))
    turned = {f"{reading.key}~{n}" for n, it in enumerate(reading.also, 1) if it.turned}
    for key in (reading.key, *(each for each in variants if each in turned)):
        found = pool_rows(estimates[estimates["reading"].eq(key)], variants[key])
        if found is None:
            continue
        bars = [reading.claimed_range]
        bars += list_bars(reading) if key == reading.key else []
        for bar in bars:
            yield find_side(found.chance(bar, reading))


def _answer_reading(
    claim: Claim, reading: Reading, rows: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one reading: over all kinds first, then by kind."""
    whole = pool_rows(rows, reading)
    if whole is None:
        return
    yield (row := _build_row(claim, reading, "all", whole))
    there = set[str]() if "~" in reading.key else set(rows["kind"])
    for kind in (each for each in KINDS if each in there):
        if len(there) == 1:
            yield row | {"kind": kind}
        elif found := pool_rows(rows[rows["kind"].eq(kind)], reading):
            yield _build_row(claim, reading, kind, found)


def _build_row(
    claim: Claim, reading: Reading, kind: str, found: Pooled
) -> dict[str, Any]:
    claimed = reading.claimed_range
    chance = found.chance(claimed, reading)
    grade = grade_certainty(reading, *found, chance)
    return {
        "claim": claim.id,
        "reading": reading.key,
        "kind": kind,
        "mean": found.pool.mean,
        "low": found.pool.low,
        "high": found.pool.high,
        "next_low": found.pool.next_low,
        "next_high": found.pool.next_high,
        "p_claim": chance,
        "p_next": found.probability(claimed, of_next=True),
        "word": RELATED if reading.related else choose_word(chance, grade.level),
        "certainty": grade.word,
        "n_sources": found.used["study"].nunique(),
        "n_units": int(found.used["n"].sum()),
        "of": reading.of,
        "claimed": reading.claimed,
        "related": reading.related,
        "on_wechat": claim.row.wechat,
        "role": found.used["role"].iloc[0],  # of the row, not stored
        "places": found.used["study"].nunique(),
        "studies": found.used["study"].map(name_study).nunique(),
        "least": float(found.used["estimate"].min()),
        "most": float(found.used["estimate"].max()),
        "kinds": " ".join(order_kinds(found.used.groupby("kind")["n"].sum())),
    }
