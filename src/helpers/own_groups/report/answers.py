"""What a user's own groups show of the articles' claims: own numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from helpers.claims.answer import format_row, is_number
from helpers.claims.grading import LIKELY, UNLIKELY, choose_word
from helpers.claims.own.partial import FEWEST
from helpers.claims.own.shares import (
    COVERED,
    SIZES,
    estimate_own_shares,
    summarise_coverage,
)
from helpers.claims.register import Claim, Reading, read_register
from helpers.claims.store import read_answers
from helpers.claims.words import WORDS, format_number
from helpers.group_lives.evidence import Evidence
from helpers.own_groups.sentences import THREE_MONTHS, format_percent
from helpers.study import Study
from helpers.wording import Message, say, say_counts

LEAST_UNITS = 20  # an open answer on fewer says nothing
FEWEST_UNITS = 5  # of any answer: they may be people

HELD = say(
    "Computed for {groups} and true shares from 5% to 90%: the range of your groups"
    " alone holds the truth in at least {alone} of draws, the one with what is known"
    " elsewhere in at least {together}."
)
UNMIXED = say(
    "One or two groups are counted and not mixed with others: beside the count stands"
    " what another place would show."
)


class OwnAnswer(NamedTuple):
    """One reading of a claim in a user's own groups, in words."""

    claim: str
    said: str  # the claim in a few words
    measured: str  # what was counted
    found: str  # count or estimate with its interval, by these groups alone
    together: str  # the same with what is known elsewhere; empty if nothing is
    claimed: str  # where the claim is true
    word: str  # how likely it is


def list_own_answers(study: Study) -> list[OwnAnswer]:
    """List the readings of claims on which a user's own groups have estimates.

    Shares of groups are given from one group on. Of the others are left out those that
    stay open with fewer than 20 units, or count fewer than five.
    """
    return list(_iterate_answers(study))


def list_public_words(answers: Iterable[OwnAnswer]) -> list[str]:
    """List how likely each claim is by public sources, in a word."""
    stored = read_answers()
    return [WORDS[stored.get(answer.claim).word] for answer in answers]


def describe_coverage(groups: int) -> Message:
    """Describe how often, at least, the ranges of so many groups cover the truth."""
    if groups < FEWEST:
        return UNMIXED
    size = max(size for size in SIZES if size <= groups)
    least = summarise_coverage()
    held = {
        way: format_percent(float(least[f"coverage_{way}"][size])) for way in COVERED
    }
    return HELD.fill(groups=say_counts(groups=size), **held)


def _iterate_answers(study: Study) -> Iterator[OwnAnswer]:
    tables = Evidence.of(study)
    n_groups = len(tables.groups)
    if n_groups < FEWEST_UNITS:  # of none perhaps is it known until when
        if n_groups:
            yield from _iterate_shares(tables, alone=n_groups < FEWEST)
        return
    # needs every quantity, which a few groups do without
    from helpers.claims.computation import compute_own_answers  # noqa: PLC0415

    shares = estimate_own_shares(tables)
    answers, estimates = compute_own_answers(tables, shares)
    of_groups = estimates[estimates["unit"].eq("groups")]
    counted = set(zip(of_groups["claim"], of_groups["reading"], strict=True))
    of = {
        (each.claim.id, each.reading.key): (each.found.count, each.found.n)
        for each in shares
    }
    own: dict[tuple[str, str], dict[str, pd.Series[Any]]] = defaultdict(dict)
    for row in answers[answers["mean"].notna()].to_dict("records"):
        own[row["claim"], row["reading"]][row["kind"]] = pd.Series(row)
    for claim in read_register().values():
        for reading in claim.readings:
            key = (claim.id, reading.key)
            if key in own:
                counts = key in counted
                yield from _word_answer(
                    claim, reading, own[key], counts=counts, of=of.get(key)
                )


def _iterate_shares(tables: Evidence, *, alone: bool) -> Iterator[OwnAnswer]:
    """Yield the shares of a few groups; `alone`: that of those silent for good."""
    for share in estimate_own_shares(tables):
        if alone and share.claim.id != THREE_MONTHS:
            continue
        found = share.found
        chance = found.probability(share.reading.claimed_range)
        shown = {"n_units": found.n, "of": "share", "p_claim": chance}
        own = {
            kind: pd.Series(
                dict(zip(("mean", "low", "high"), numbers, strict=True)) | shown
            )
            for kind, numbers in (("own", found.alone), ("all", found.together))
        }
        yield from _word_answer(
            share.claim, share.reading, own, counts=True, of=(found.count, found.n)
        )


def _word_answer(
    claim: Claim,
    reading: Reading,
    own: Mapping[str, pd.Series[Any]],
    *,
    counts: bool,
    of: tuple[int, int] | None,
) -> Iterator[OwnAnswer]:
    """Yield the answer to a reading, unless too little was counted."""
    every, alone = own["all"], own["own"]
    chance, units = float(every["p_claim"]), int(every["n_units"])
    is_open = UNLIKELY < chance < LIKELY
    if not counts and units < (LEAST_UNITS if is_open else FEWEST_UNITS):
        return
    if not (is_number(alone["low"]) and is_number(alone["high"])):
        return
    found, together = (format_row(row) for row in (alone, every))
    word = WORDS[choose_word(chance)]
    yield OwnAnswer(
        claim.id,
        say("{claim}", claim=claim.short),
        say("{reading}", reading=reading.label),
        _word_found(alone, found, units, of),
        "" if together == found else together,
        _format_claimed(reading, str(every["of"])),
        word,
    )


def _word_found(
    alone: pd.Series[Any], found: str, units: int, of: tuple[int, int] | None
) -> Message:
    """Word what own groups show: a count of them, or an estimate."""
    if of is None or of[1] != units:
        return say("{found}, n = {units:,}", found=found, units=units)
    count, n = of
    if n < FEWEST:
        return say("{count:,} of {n:,}", count=count, n=n)
    low, high = (format_number(float(alone[end]), "share") for end in ("low", "high"))
    return say(
        "{count:,} of {n:,} (range {low} to {high})",
        count=count,
        n=n,
        low=low,
        high=high,
    )


def _format_claimed(reading: Reading, of: str) -> str:
    numbers = [format_number(number, of) for number in reading.claimed_range.numbers]
    if len(numbers) > 1:
        return "–".join(numbers)
    return f"{reading.claimed.partition(' ')[0]} {numbers[0]}"
