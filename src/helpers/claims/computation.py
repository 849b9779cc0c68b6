"""Answers computed: from the public studies, or from a study of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from helpers.claims.estimate import (
    OWN,
    Estimate,
    build_estimate,
    check_declarations,
    estimate_claim,
    estimate_places,
    open_evidence,
    to_frame,
)
from helpers.claims.grading import choose_word
from helpers.claims.own.shares import (
    OwnShare,
    estimate_own_shares,
    list_own_readings,
)
from helpers.claims.pool import LEVEL
from helpers.claims.pooling import pool_estimates
from helpers.claims.register import Claim, Reading, get_claim, read_register
from helpers.claims.source_descriptions import Carried, read_declaration
from helpers.claims.store import Answers
from helpers.errors import (
    MissingSourceError,
    NotIdentifiableError,
    name_broken_row,
)
from helpers.group_lives.evidence import Evidence
from helpers.small_counts import ENOUGH_GROUPS
from helpers.study import Study, open_studies
from helpers.survival import Interval

DIGITS = 6  # of every stored number
Progress = Callable[[Sequence[Claim]], Iterable[Claim]]


def compute_answers(
    progress: Progress = lambda claims: claims, claim_id: str = ""
) -> Answers:
    """Compute all answers from the tables of public studies, or those of one claim.

    `progress` wraps the list of claims, to show how far it is.
    """
    evidence = open_evidence(open_studies())
    claims = {claim_id: get_claim(claim_id)} if claim_id else read_register()
    rows: list[Estimate] = []
    for claim in progress(list(claims.values())):
        found = [*estimate_claim(claim, evidence)]
        _check_readings(claim, evidence, found)
        rows += found
    if not claim_id:
        check_declarations(claims.values(), evidence, rows)
    estimates = _round_numbers(to_frame(rows))
    return Answers(_round_numbers(pool_estimates(estimates, claims)), estimates)


def _check_readings(
    claim: Claim, sources: Iterable[str], found: Sequence[Estimate]
) -> None:
    """Raise if sources carry a reading but none gives an estimate of it."""
    there = {row.reading for row in found}
    carried = {name for one in sources for name in read_declaration(one).carries}
    for reading in claim.readings:
        if reading.key not in there and not carried.isdisjoint(reading.quantities):
            with name_broken_row(f"claims.toml, {claim.id}, {reading.key}"):
                raise ValueError("no source gives an estimate of this reading")


def compute_own_answers(study: Study) -> Answers:
    """Compute the answers of a user's own study, for their groups only.

    A share of groups is counted from one group on: row ``own`` is by them alone, row
    ``all`` with what is known elsewhere. Other readings are estimated where the study's
    tables suffice; the rest is left out, as are the other definitions that are printed
    beside public answers.
    """
    shares = {
        (share.claim.id, share.reading.key): share
        for share in estimate_own_shares(study)
    }
    tables = Evidence.of(study)
    rows = [_describe_share(share) for share in shares.values()]
    if len(tables.groups) >= ENOUGH_GROUPS:
        rows += [
            row
            for claim, reading in list_own_readings()
            if (claim.id, reading.key) not in shares
            for row in _estimate_own(tables, claim, reading)
        ]
    estimates = _round_numbers(to_frame(rows))
    answers = pool_estimates(estimates)
    for share in shares.values():
        answers = _set_share(answers, share)
    return Answers(_round_numbers(answers), estimates)


def _describe_share(share: OwnShare) -> Estimate:
    """Return the estimate of a share counted in own groups, by these alone."""
    found = share.found
    keys = (share.claim.id, share.reading.key)
    counted = Interval(
        found.count / found.n, found.alone.low, found.alone.high, LEVEL, "Jeffreys",
        found.n, found.n,
    )  # fmt: skip
    return build_estimate(keys, OWN, OWN, counted, Carried(), unit="groups")


def _estimate_own(tables: Evidence, claim: Claim, reading: Reading) -> list[Estimate]:
    """Return the estimates of a reading that does not count groups, if there are."""
    quantity = reading.quantity
    try:
        places = estimate_places(quantity, tables, reading.params)
    except (NotIdentifiableError, MissingSourceError):
        return []
    keys = (claim.id, reading.key)
    return [
        build_estimate(keys, where, OWN, found, Carried(), unit=quantity.unit)
        for where, found in places.items()
    ]


def _set_share(answers: pd.DataFrame, share: OwnShare) -> pd.DataFrame:
    """Set the rows of a share: ``own`` is it alone, ``all`` with what is known."""
    found, claimed = share.found, share.reading.claimed_range
    rows = answers["claim"].eq(share.claim.id) & answers["reading"].eq(
        share.reading.key
    )
    both = {
        OWN: (found.alone, found.probability_alone(claimed)),
        "all": (found.together, found.probability(claimed)),
    }
    for kind, (numbers, chance) in both.items():
        there = rows & answers["kind"].eq(kind)
        answers.loc[there, ["mean", "low", "high"]] = tuple(numbers)
        answers.loc[there, ["next_low", "next_high"]] = tuple(numbers[1:])
        answers.loc[there, ["p_claim", "p_next"]] = chance
        answers.loc[there, "word"] = choose_word(chance)
    return answers


def _round_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to as many digits as are stored, so that both are the same."""
    numbers = table.select_dtypes("float").columns
    return table.assign(
        **{name: [float(f"{x:.{DIGITS}g}") for x in table[name]] for name in numbers}
    )
