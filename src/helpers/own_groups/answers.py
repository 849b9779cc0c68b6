"""What a user's own groups show of the articles' claims: own numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from helpers.claims.answer import is_number
from helpers.claims.computation import compute_own_answers
from helpers.claims.pooling import LIKELY, UNLIKELY, choose_word
from helpers.claims.register import Reading, read_register
from helpers.claims.words import WORDS, format_number
from helpers.own_groups.sentences import Text
from helpers.study import Study

LEAST_UNITS = 20  # an open answer on fewer says nothing
FEWEST_UNITS = 5  # of any answer: they may be people


class OwnAnswer(NamedTuple):
    """One reading of a claim in a user's own groups, in words."""

    claim: str
    said: Text  # the claim in a few words
    measured: Text  # what was counted
    found: str  # estimate with its interval
    number: str  # how many were counted
    claimed: str  # where the claim is true
    word: Text  # how likely it is, judged by these groups alone


def list_own_answers(study: Study) -> list[OwnAnswer]:
    """List the readings of claims on which a user's own groups have estimates.

    Left out are readings that their tables cannot give, and those that stay open with
    fewer than 20 units, or count fewer than five.
    """
    return list(_iterate_answers(study))


def _iterate_answers(study: Study) -> Iterator[OwnAnswer]:
    rows = compute_own_answers(study).answers
    rows = rows[rows["kind"].eq("all") & rows["mean"].notna()]
    for claim in read_register().values():
        for row in rows[rows["claim"].eq(claim.id)].to_dict("records"):
            reading = next(r for r in claim.readings if r.key == row["reading"])
            chance, units = float(row["p_claim"]), int(row["n_units"])
            is_open = UNLIKELY < chance < LIKELY
            if units < (LEAST_UNITS if is_open else FEWEST_UNITS):
                continue
            if not (is_number(row["low"]) and is_number(row["high"])):
                continue
            middle, low, high = (
                format_number(row[name], row["of"]) for name in ("mean", "low", "high")
            )
            word = WORDS[choose_word(chance)]
            yield OwnAnswer(
                claim.id,
                Text(claim.short.en, claim.short.zh),
                Text(reading.label.en, reading.label.zh),
                f"{middle} ({low}–{high})",
                f"{units:,}",
                _format_claimed(reading, row["of"]),
                Text(word.en, word.zh),
            )


def _format_claimed(reading: Reading, of: str) -> str:
    numbers = [format_number(number, of) for number in reading.claimed_range.numbers]
    if len(numbers) > 1:
        return "–".join(numbers)
    return f"{reading.claimed.partition(' ')[0]} {numbers[0]}"
