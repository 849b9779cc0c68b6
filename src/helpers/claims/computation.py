"""The answers of a study of one's own, for its groups only."""

from collections.abc import Iterable

import pandas as pd

from helpers.claims.estimate import (
    OWN,
    Estimate,
    build_estimate,
    estimate_places,
    to_frame,
)
from helpers.claims.grading import choose_word
from helpers.claims.own.shares import OwnShare, estimate_own_shares, list_own_readings
from helpers.claims.pool import LEVEL
from helpers.claims.pooling import pool_estimates
from helpers.claims.register import Claim, Reading
from helpers.claims.source_descriptions import Carried
from helpers.claims.store import Answers
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.small_counts import ENOUGH_GROUPS
from helpers.survival.interval import Interval

DIGITS = 6  # of every stored number
TOLD = ["mean", "low", "high", "next_low", "next_high", "p_claim", "p_next", "word"]


def compute_own_answers(
    tables: Evidence, own: Iterable[OwnShare] | None = None
) -> Answers:
    """Compute the answers of a user's own study, for their groups only.

    A share of groups is counted from one group on: row ``own`` is by them alone, row
    ``all`` with what is known elsewhere. Other readings are estimated where the study's
    tables suffice; the rest is left out, as are the other definitions that are printed
    beside public answers.
    """
    own = estimate_own_shares(tables) if own is None else own
    shares = {(share.claim.id, share.reading.key): share for share in own}
    rows = [_describe_share(share) for share in shares.values()]
    if len(tables.groups) >= ENOUGH_GROUPS:
        rows += [
            row
            for claim, reading in list_own_readings()
            if (claim.id, reading.key) not in shares
            for row in _estimate_own(tables, claim, reading)
        ]
    estimates = round_numbers(to_frame(rows))
    answers = pool_estimates(estimates)
    for share in shares.values():
        answers = _set_share(answers, share)
    return Answers(round_numbers(answers), estimates)


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
        told = (*numbers, *numbers[1:], chance, chance, choose_word(chance))
        answers.loc[rows & answers["kind"].eq(kind), TOLD] = told
    return answers


def round_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to as many digits as are stored, so that both are the same."""
    numbers = table.select_dtypes("float").columns
    return table.assign(
        **{name: [float(f"{x:.{DIGITS}g}") for x in table[name]] for name in numbers}
    )
