"""From estimates to answers: pooled by kind of group and over all kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.estimate import OWN, find_errors, list_variants
from helpers.claims.pool import Pool, pool
from helpers.claims.register import Claim, Claimed, Reading, read_register
from helpers.claims.words import KINDS, LEVELS, NOT_MEASURED

SURE, LIKELY, UNLIKELY, RULED_OUT = 0.95, 0.80, 0.20, 0.05
BY_KIND, BY_READING = "depends on the kind", "depends on what counts"
LARGE_RATIO = 2.0
ALONE = 1e-6  # spread between places where only one place is meant
COLUMNS = (
    "claim", "reading", "kind", "mean", "low", "high", "next_low", "next_high",
    "p_claim", "p_next", "word", "certainty", "n_sources", "n_units", "of", "claimed",
)  # fmt: skip


def choose_word(probability: float) -> str:
    """Return the word for the probability that a claim is true.

    >>> [choose_word(p) for p in (0.96, 0.5, 0.1)]
    ['very likely', 'open', 'probably not']
    """
    if probability >= SURE:
        return "very likely"
    if probability >= LIKELY:
        return "probably"
    if probability > UNLIKELY:
        return "open"
    return "probably not" if probability > RULED_OUT else "very unlikely"


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


def select_pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates that are pooled: the best that there are.

    Randomised ones if there are any, else direct ones, else indirect ones, else bounds;
    what is said in polls and published studies only among themselves.
    """
    usable: pd.DataFrame = rows.loc[np.isfinite(rows["estimate"]) & rows["low"].notna()]
    trials: pd.DataFrame = usable.loc[usable["randomised"].astype(bool)]
    if len(trials):
        return trials
    for role in ("direct", "indirect", "bound", "said", "published"):
        own: pd.DataFrame = usable.loc[usable["role"].eq(role)]
        if len(own):
            return own
    return usable


def pool_rows(rows: pd.DataFrame, reading: Reading) -> Pooled | None:
    """Pool the best estimates of a reading; None if there are none."""
    used, scale = select_pooled(rows), reading.quantity.scale
    values, errors = find_errors(used, scale)
    known = np.isfinite(errors)
    if not known.any():
        return None
    # groups of one's own are no sample of other places: their interval is their own
    own = bool(used["kind"].eq(OWN).all())
    pooled = pool(
        values[known],
        errors[known],
        scale,
        prior=ALONE if own else None,
        of_these=_has_own_interval(used[known]),
    )
    return Pooled(pooled, used[known])


def _has_own_interval(used: pd.DataFrame) -> bool:
    """Return whether a single trial or poll is pooled, with its own interval."""
    own = used["randomised"].astype(bool) | used["role"].eq("said")
    return len(used) == 1 and bool(own.all())


def pool_estimates(
    estimates: pd.DataFrame, register: Mapping[str, Claim] | None = None
) -> pd.DataFrame:
    """Return the answers: a row per claim, reading and kind, and one over all kinds.

    `estimates`: as `helpers.claims.estimate.to_frame` returns them.
    """
    rows: list[dict[str, Any]] = []
    for claim in (register or read_register()).values():
        own = estimates[estimates["claim"].eq(claim.id)]
        answered = [
            row
            for reading in claim.readings
            for key, variant in list_variants(reading)
            for row in _answer_reading(claim, variant, own[own["reading"].eq(key)])
        ]
        rows += _word_claim(claim, answered, own)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _answer_reading(
    claim: Claim, reading: Reading, rows: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one reading: over all kinds first, then by kind."""
    whole = pool_rows(rows, reading)
    if whole is None:
        return
    yield _build_row(claim, reading, "all", whole)
    if "~" in reading.key:
        return
    for kind in KINDS:
        found = pool_rows(rows[rows["kind"].eq(kind)], reading)
        if found is not None:
            yield _build_row(claim, reading, kind, found)


def _build_row(
    claim: Claim, reading: Reading, kind: str, found: Pooled
) -> dict[str, Any]:
    claimed = reading.claimed_range
    chance, following = (
        found.probability(claimed, of_next=flag) for flag in (False, True)
    )
    grade = grade_certainty(reading, found, chance, following)
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
        "p_next": following,
        "word": choose_word(chance),
        "certainty": grade.word,
        "n_sources": found.used["study"].nunique(),
        "n_units": int(found.used["n"].sum()),
        "of": reading.quantity.of,
        "claimed": reading.claimed,
    }


class Grade(NamedTuple):
    """How sure an answer is: its level of four, and the reasons for lowering it."""

    level: int
    reasons: tuple[str, ...]

    @property
    def word(self) -> str:
        """The level in words."""
        return LEVELS[self.level]


def grade_certainty(
    reading: Reading, found: Pooled, chance: float, following: float
) -> Grade:
    """Grade the certainty of an answer in four levels, by GRADE as published.

    Returns
    -------
    Grade
        At most three reasons are named: ``association``, ``one source``, ``indirect``,
        ``places differ``, ``biased``, ``imprecise`` and ``large``.

    References
    ----------
    Guyatt et al. (2011), J. Clin. Epidemiol. 64:383-394.
    """
    used = found.used
    trial = bool(used["randomised"].all())
    observed = reading.quantity.is_association and not trial
    reasons = ["association"] if observed else []
    level = 1 if observed else 3
    is_open = UNLIKELY < chance < LIKELY
    lowered = {
        "one source": len(set(used["study"])) == 1,
        "indirect": bool(used["role"].isin(["indirect", "bound"]).all()),
        "places differ": UNLIKELY < following < LIKELY and not is_open,
        "biased": _favours(used, reading.claimed_range, chance),
        "imprecise": RULED_OUT < chance < SURE,
    }
    reasons += [name for name, holds in lowered.items() if holds]
    level -= sum(lowered.values())
    if used["role"].eq("said").all():  # a poll by itself says little
        level, reasons = 0, ["said", *reasons]
    is_ratio = reading.quantity.of == "ratio"
    beyond = found.pool.low > LARGE_RATIO or found.pool.high < 1 / LARGE_RATIO
    if observed and is_ratio and beyond:
        level += 1
        reasons.insert(1, "large")
    return Grade(min(max(level, 0), 3), tuple(reasons))


def _favours(used: pd.DataFrame, claimed: Claimed, chance: float) -> bool:
    """Return whether most known biases push towards the answer given."""
    known = used.loc[used["pushes"].isin(["up", "down"]), "pushes"]
    if known.empty or UNLIKELY < chance < LIKELY or len(claimed.numbers) != 1:
        return False
    claims_high = np.isfinite(claimed.low)
    towards = "up" if claims_high == (chance >= LIKELY) else "down"
    return bool((known == towards).sum() * 2 > len(used))


def _word_claim(
    claim: Claim, answered: list[dict[str, Any]], estimates: pd.DataFrame
) -> list[dict[str, Any]]:
    """Word the whole claim in the row of its main reading over all kinds."""
    main = [row for row in answered if "~" not in row["reading"]]
    if not main:
        return [
            dict.fromkeys(COLUMNS, None)
            | {"claim": claim.id, "word": NOT_MEASURED, "n_sources": 0, "n_units": 0}
        ]
    overall = [row for row in main if row["kind"] == "all"]
    kinds = [
        row
        for row in main
        if row["kind"] != "all" and row["reading"] == main[0]["reading"]
    ]
    reading = next(each for each in claim.readings if each.key == main[0]["reading"])
    sides = {_find_side(row["p_claim"]) for row in overall}
    if {True, False} <= {_find_kind_side(row, reading, estimates) for row in kinds}:
        main[0]["word"] = BY_KIND
    elif {True, False} <= sides:
        main[0]["word"] = BY_READING
    return answered


def _find_side(chance: float) -> bool | None:
    """Return whether a claim is at least probable (or at most improbable)."""
    if chance >= LIKELY:
        return True
    return False if chance <= UNLIKELY else None


def _find_kind_side(
    row: Mapping[str, Any], reading: Reading, estimates: pd.DataFrame
) -> bool | None:
    """Return the side of a kind, if a source's own interval is on it."""
    side = _find_side(row["p_claim"])
    rows = estimates[
        estimates["reading"].eq(row["reading"]) & estimates["kind"].eq(row["kind"])
    ]
    claimed = reading.claimed_range
    used = select_pooled(rows)
    for low, high in zip(used["low"].tolist(), used["high"].tolist(), strict=True):
        inside = claimed.holds(low) and claimed.holds(high)
        outside = high < claimed.low or low > claimed.high
        if (side is True and inside) or (side is False and outside):
            return side
    return None
