"""Answers computed: from the public studies, or from a study of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.claims.estimate import (
    OWN,
    Estimate,
    build_estimate,
    estimate_claim,
    estimate_parts,
    open_evidence,
    to_frame,
)
from helpers.claims.evidence import Evidence
from helpers.claims.pooling import pool_estimates
from helpers.claims.register import Claim, read_register
from helpers.claims.source_descriptions import Carried, Declared
from helpers.claims.store import Answers
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.study import Study, open_studies

DIGITS = 6  # of every stored number
Progress = Callable[[Sequence[Claim]], Iterable[Claim]]


def compute_answers(progress: Progress = lambda claims: claims) -> Answers:
    """Compute all answers from the tables of public studies.

    `progress` wraps the list of claims, to show how far it is.
    """
    evidence = open_evidence(open_studies())
    rows: list[Estimate] = []
    for claim in progress(list(read_register().values())):
        rows += estimate_claim(claim, evidence)
    estimates = _round_numbers(to_frame(rows))
    return Answers(_round_numbers(pool_estimates(estimates)), estimates)


def compute_own_answers(study: Study) -> Answers:
    """Compute the answers of a user's own study, for their groups only.

    A reading is estimated where the study's tables suffice; others are left out, as
    are the other definitions that are printed beside public answers.
    """
    tables, declared = Evidence.of(study), Declared(kind=OWN)
    rows: list[Estimate] = []
    for claim in read_register().values():
        for reading in claim.readings:
            quantity = reading.quantity
            try:
                parts = estimate_parts(quantity, tables, declared, reading.params)
            except (NotIdentifiableError, MissingSourceError):
                continue
            keys = (claim.id, reading.key)
            rows += [
                build_estimate(keys, where, OWN, found, Carried(), unit=quantity.unit)
                for where, found in parts.items()
            ]
    estimates = _round_numbers(to_frame(rows))
    return Answers(_round_numbers(pool_estimates(estimates)), estimates)


def _round_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to as many digits as are stored, so that both are the same."""
    numbers = table.select_dtypes("float").columns
    return table.assign(
        **{name: [_round_one(value) for value in table[name]] for name in numbers}
    )


def _round_one(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else value
