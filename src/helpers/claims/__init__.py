"""Answers to the claims: estimates by source, pooled by kind of group, with words."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims.answer import Answer
    from helpers.claims.pool import Pool
    from helpers.claims.register import Claim, get_claim, read_register
    from helpers.claims.store import Answers, read_answers
    from helpers.study import Study

__all__ = [
    "Answer",
    "Answers",
    "Claim",
    "Pool",
    "get_answer",
    "get_claim",
    "list_answers",
    "read_answers",
    "read_register",
]

_PLACES = {  # imported on first use: stored answers are read without what computes them
    "Answer": "answer",
    "Answers": "store",
    "Claim": "register",
    "Pool": "pool",
    "get_claim": "register",
    "read_answers": "store",
    "read_register": "register",
}


def __getattr__(name: str) -> object:
    """Return a function or class of the package, imported on first use."""
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers.claims' has no attribute {name!r}")
    attribute = getattr(import_module(f"helpers.claims.{_PLACES[name]}"), name)
    globals()[name] = attribute
    return attribute


def __dir__() -> list[str]:
    """List the public names, including those imported on first use."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def list_answers() -> pd.DataFrame:
    """Return the stored answers as a data frame: a row per claim, reading and kind.

    Examples
    --------
    >>> list_answers().query("claim == 's0-three-month-death'")["of"].iloc[0]
    'share'
    """
    from helpers.claims.store import read_answers  # noqa: PLC0415 - on first use

    return read_answers().answers.copy()


def get_answer(claim_id: str, study: Study | None = None) -> Answer:
    """Return the answer to a claim, or what a study of one's own shows about it.

    Parameters
    ----------
    claim_id
        Such as ``s0-three-month-death``; `list_answers` has them all.
    study
        A study made by `shequn run` or `make_study`; by default the public sources.

    Raises
    ------
    ShequnError
        If there is no such claim.

    Examples
    --------
    >>> answer = get_answer("s0-three-month-death")
    >>> answer.certainty in {"high", "moderate", "low", "very low"}
    True
    """
    if study is None:
        from helpers.claims.store import read_answers  # noqa: PLC0415 - on first use

        return read_answers().get(claim_id)
    from helpers.claims.computation import (  # noqa: PLC0415 - stored answers need none
        compute_own_answers,
    )

    return compute_own_answers(study).get(claim_id)
