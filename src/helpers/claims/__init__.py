"""Answers to the claims: estimates by source, pooled by kind of group, with words.

`get_answer` returns the answer to one claim, `list_answers` all of them as a frame,
`pool` pools any estimates. A claim is a row of ``claims.toml``; what it measures is a
quantity (`helpers.claims.quantities`), and each source declares which it carries.
"""

from helpers.claims.answer import Answer
from helpers.claims.pool import Pool, pool
from helpers.claims.register import Claim, get_claim, read_register
from helpers.claims.store import (
    Answers,
    compute_answers,
    get_answer,
    list_answers,
    read_answers,
)

__all__ = [
    "Answer",
    "Answers",
    "Claim",
    "Pool",
    "compute_answers",
    "get_answer",
    "get_claim",
    "list_answers",
    "pool",
    "read_answers",
    "read_register",
]
