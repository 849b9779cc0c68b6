"""Stored answers, read and checked."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers import paths
from helpers.claims.answer import Answer
from helpers.claims.register import get_claim, list_variants, read_register
from helpers.claims.words import hold_words_as_objects
from helpers.errors import MissingSourceError

FOLDER = "answers"
WORDS = ("pushes", "certainty", "on_wechat", "kinds")  # columns with a word or nothing


class Answers(NamedTuple):
    """All answers and the estimates that they are pooled from, as data frames."""

    answers: pd.DataFrame
    estimates: pd.DataFrame

    def get(self, claim_id: str) -> Answer:
        """Return the answer to one claim."""
        claim = get_claim(claim_id)
        by_kind, estimates = (
            table[table["claim"].eq(claim.id)].reset_index(drop=True) for table in self
        )
        _check_stored(claim.id, by_kind)
        return Answer(claim, by_kind, estimates)

    def get_all(self) -> Iterator[Answer]:
        """Yield the answers to all claims, in their order."""
        rows, estimates = (dict(iter(table.groupby("claim"))) for table in self)
        for name in dict.fromkeys(self.answers["claim"]):
            _check_stored(name, rows[name])
            none = self.estimates.iloc[:0]
            yield Answer(
                get_claim(name), rows[name].reset_index(drop=True),
                estimates.get(name, none).reset_index(drop=True),
            )  # fmt: skip


def _check_stored(claim_id: str, by_kind: pd.DataFrame) -> None:
    """Raise unless a claim has stored rows, all of readings that it has."""
    claim = read_register().get(claim_id)
    readings = claim.readings if claim else ()
    known = {key for each in readings for key, _ in list_variants(each)}
    odd = {*by_kind["reading"].dropna()} - known
    if by_kind.empty or claim is None or odd:
        raise MissingSourceError(
            f"has stored answers to {', '.join(sorted(odd))}, which the register lacks"
            if odd
            else "has no stored answer yet",
            where=claim_id,
            remedy="run `python -m pipeline answers --write`",
        )


@cache
def read_answers() -> Answers:
    """Read the stored answers; empty words are empty texts, other cells are missing."""
    source = paths.PROCESSED / FOLDER
    if not (source / "answers.csv").is_file():
        raise MissingSourceError(
            "the stored answers are not there",
            where=str(source),
            remedy="run `python -m pipeline answers --write`",
        )
    tables = (
        pd.read_csv(source / f"{name}.csv", dtype=dict.fromkeys(WORDS, str))
        for name in Answers._fields
    )
    return Answers(
        *(
            hold_words_as_objects(table).assign(
                **{name: table[name].fillna("") for name in WORDS if name in table}
            )
            for table in tables
        )
    )
