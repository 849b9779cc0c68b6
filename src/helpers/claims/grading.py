"""Words no stronger than the measure: certainty of an estimate, and word of a claim.

The nine rules are in ``docs/decisions/2026-11-29-words-no-stronger-than-the-measure``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.register import Claim, Claimed, Reading
from helpers.claims.source_descriptions import name_study, read_bound
from helpers.claims.words import (
    AGAINST,
    BY_KIND,
    BY_PART,
    BY_READING,
    BY_THRESHOLD,
    FOR,
    LEVELS,
    NEAR,
    NOT_MEASURED,
    OPEN,
    RELATED,
)

if TYPE_CHECKING:
    from helpers.claims.pool import Pool

SURE, LIKELY, UNLIKELY, RULED_OUT = 0.95, 0.80, 0.20, 0.05
LARGE_RATIO = 2.0
PLACES_FOR_HIGH = 5
PLACES_OF_A_KIND = 2
HIGH, MODERATE, LOW, VERY_LOW = 3, 2, 1, 0
# how wide the interval of the mean, and of the next place, may be: difference of
# shares, of differences; quotient of ratios, days and counts
WIDEST: Mapping[str, tuple[float, float]] = {
    "share": (0.4, 0.8), "difference": (0.2, 0.4),
    "ratio": (3.0, 9.0), "days": (3.0, 9.0), "count": (3.0, 9.0),
}  # fmt: skip


class Grade(NamedTuple):
    """How sure an answer is: its level of four, and the reasons for lowering it."""

    level: int
    reasons: tuple[str, ...]

    @property
    def word(self) -> str:
        """The level in words."""
        return LEVELS[self.level]


def choose_word(probability: float, level: int = HIGH) -> str:
    """Return the word for the probability that a claim is true, at a certainty.

    `level`: of certainty, 0 (very low) to 3 (high).

    >>> [choose_word(p) for p in (0.96, 0.5, 0.1)]
    ['very likely', 'open', 'probably not']
    >>> [choose_word(0.96, level) for level in (2, 1, 0)]
    ['very likely', 'probably', 'weak evidence for']
    """
    side = find_side(probability)
    if side is None:
        return OPEN
    if level == VERY_LOW:
        return FOR if side else AGAINST
    is_sure = level >= MODERATE and not RULED_OUT < probability < SURE
    if side:
        return "very likely" if is_sure else "probably"
    return "very unlikely" if is_sure else "probably not"


def find_side(probability: float) -> bool | None:
    """Return whether a claim is at least probable (or at most improbable)."""
    if probability >= LIKELY:
        return True
    return False if probability <= UNLIKELY else None


def measure_widths(pool: Pool, of: str) -> tuple[float, float]:
    """Return the widths of the mean's and the next place's interval.

    Differences of shares and differences; quotients of everything else.
    """
    ends = (pool.low, pool.high), (pool.next_low, pool.next_high)
    if of in {"share", "difference"}:
        return ends[0][1] - ends[0][0], ends[1][1] - ends[1][0]
    return ends[0][1] / ends[0][0], ends[1][1] / ends[1][0]


def count_width_marks(pool: Pool, of: str) -> dict[str, int]:
    """Return how many marks of certainty the widths of an estimate cost, by reason.

    A mean wider than the limit costs one, wider than that of the next place two.
    """
    mean, following = measure_widths(pool, of)
    narrow, wide = WIDEST[of]
    return {
        "imprecise": int(mean > narrow) + int(mean > wide),
        "places differ": int(following > wide and mean <= wide),
    }


def grade_certainty(
    reading: Reading, pool: Pool, used: pd.DataFrame, chance: float
) -> Grade:
    """Grade the certainty of an estimate in four levels, by GRADE as published.

    Of the estimate, not of a side: its widths count, the distance to the claimed number
    does not. `used`: the estimates that were pooled; `chance`: of the claim, for biases
    that push to the side it is on.

    Guyatt et al. (2011), J. Clin. Epidemiol. 64:383-394.
    """
    trial = bool(used["randomised"].all())
    observed = reading.quantity.is_association and not trial
    lowered = {
        "one source": int(len(set(map(name_study, used["study"]))) == 1),
        "indirect": int(used["role"].isin(["indirect", "bound"]).all()),
        "biased": int(_favours(used, reading.claimed_range, chance)),
        **count_width_marks(pool, reading.of),
    }
    level = (LOW if observed else HIGH) - sum(lowered.values())
    reasons = ["association"] if observed else []
    reasons += [name for name, marks in lowered.items() if marks]
    beyond = pool.low > LARGE_RATIO or pool.high < 1 / LARGE_RATIO
    if observed and reading.of == "ratio" and beyond:
        level += 1
        reasons.insert(1, "large")
    caps = {
        "few places": (
            used["study"].nunique() < PLACES_FOR_HIGH and not trial,
            MODERATE,
        ),
        "stand-in": (reading.stands_in, MODERATE),
        "said": (bool(used["role"].eq("said").all()), VERY_LOW),
    }
    for name, (holds, most) in caps.items():
        if holds and level > most:
            level, reasons = most, [*reasons, name]
    return Grade(min(max(level, VERY_LOW), HIGH), tuple(reasons))


def _favours(used: pd.DataFrame, claimed: Claimed, chance: float) -> bool:
    """Return whether most known biases push towards the answer given."""
    known, side = (
        used.loc[used["pushes"].isin(["up", "down"]), "pushes"],
        find_side(chance),
    )
    if known.empty or side is None or len(claimed.numbers) != 1:
        return False
    claims_high = np.isfinite(claimed.low)
    towards = "up" if claims_high == side else "down"
    return bool((known == towards).sum() * 2 > len(used))


def respect_bounds(
    chance: float, claimed: Claimed, used: pd.DataFrame, reading: Reading
) -> float:
    """Return the chance of a claim; bounds decide in their own direction only.

    What is at least so much may be any more: it cannot refute *more than*, nor support
    *less than*. Where a bound cannot decide, the chance is one half.
    """
    bounds = {read_bound(study, reading.quantities) for study in used["study"]}
    if not used["role"].eq("bound").all() or len(bounds) != 1:
        return chance
    wants_more = bool(np.isfinite(claimed.low) and not np.isfinite(claimed.high))
    can_support = ("at least" in bounds) == wants_more
    if (chance > 0.5) == can_support:  # noqa: PLR2004 - as likely as not
        return chance
    return 0.5


def list_bars(reading: Reading) -> Iterator[Claimed]:
    """Yield where a claim is true with our own number halved and doubled.

    A number of the article stays. Margins of ratios are halved and doubled on the
    logarithmic scale; of a share beyond one third, the rest is halved.

    >>> from msgspec.structs import replace
    >>> from helpers.claims.register import Text
    >>> own = Reading(
    ...     key="a",
    ...     label=Text("a", "b"),
    ...     what=Text("a", "b"),
    ...     among=Text("a", "b"),
    ...     over="groups",
    ...     quantities=("q",),
    ...     claimed="> 0.20",
    ...     of="share",
    ...     ours=True,
    ... )
    >>> [bar.low for bar in list_bars(own)]
    [0.1, 0.4]
    >>> [bar.low for bar in list_bars(replace(own, claimed="> 0.50"))]
    [0.25, 0.75]
    """
    claimed = reading.claimed_range
    if not reading.ours or len(claimed.numbers) != 1:
        return
    for times in (0.5, 2.0):
        low, high = (_turn(number, reading.of, times) for number in claimed)
        yield Claimed(low, high)


def _turn(number: float, of: str, times: float) -> float:
    if not np.isfinite(number):
        return number
    if of == "ratio":
        return float(number**times)
    turned = number * times
    return min(turned, 1 - (1 - number) / 2) if of == "share" else turned


def word_claim(
    claim: Claim, answered: list[dict[str, Any]], sides: Sequence[bool | None]
) -> list[dict[str, Any]]:
    """Word the whole claim in the row of its main reading over all kinds.

    `sides`: of the main reading under every number of ours, halved and doubled.
    """
    rows = [row for row in answered if "~" not in row["reading"]]
    readings = {each.key: each for each in claim.readings}
    main, reading = rows[0], readings[rows[0]["reading"]]
    whole = [row for row in rows if row["kind"] == "all"]
    meant, parts = (
        {find_side(row["p_claim"]) for row in whole
         if readings[row["reading"]].meaning == meaning}
        for meaning in ("article", "part")
    )  # fmt: skip
    kinds = [
        find_side(row["p_claim"])
        for row in rows[1:]
        if row["reading"] == main["reading"] and row["kind"] != "all"
        and row["role"] == main["role"] and row["places"] >= PLACES_OF_A_KIND
    ]  # fmt: skip
    near = reading.about is not None and main["low"] <= reading.about <= main["high"]
    under = {*sides, True} if near else {*sides}  # near is where the claim is true
    rules = {
        RELATED: reading.related,
        BY_THRESHOLD: {True, False} <= under,
        BY_READING: len(meant) > 1,
        BY_PART: len(parts) > 1,
        BY_KIND: {True, False} <= {*kinds},
        NEAR: near,
    }
    main["word"] = next((word for word, holds in rules.items() if holds), main["word"])
    return answered


def describe_unmeasured(claim: Claim, columns: Sequence[str]) -> dict[str, Any]:
    """Return the only row of a claim without an estimate."""
    nothing: dict[str, Any] = dict.fromkeys(columns)
    counts = dict.fromkeys(("n_sources", "n_units", "places", "studies"), 0)
    words = {"claim": claim.id, "word": NOT_MEASURED, "related": False}
    return nothing | words | counts
