"""Answers to the claims: estimates by source, pooled by kind of group, with words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims.answer import Answer
    from helpers.study import Study


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
    from helpers.group_lives.evidence import Evidence  # noqa: PLC0415 - as above

    return compute_own_answers(Evidence.of(study)).get(claim_id)
