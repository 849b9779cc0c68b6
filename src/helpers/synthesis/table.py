"""Build a table of the evidence on all claims: one row per claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from helpers.claims.evaluation.verdict_store import report_together, report_verdict
from helpers.claims.fixed.register import read_register
from helpers.claims.fixed.target_population import list_chinese_chats
from helpers.study import Study
from helpers.synthesis.synthesis import Synthesis, run_synthesis


def list_syntheses(studies: Sequence[Study]) -> list[Synthesis]:
    """List the evidence syntheses of all claims, in the register's order."""
    wechat = list_chinese_chats(studies)
    return [
        run_synthesis(
            name,
            [report_verdict(name, study) for study in studies],
            strata=report_together(name, studies),
            wechat=wechat,
        )
        for name in read_register()
    ]


def build_table(syntheses: Iterable[Synthesis]) -> pd.DataFrame:
    """Build a table of answer, certainty, source count and estimate per claim.

    Examples
    --------
    >>> row = build_table([run_synthesis("s0-three-month-death", [])]).iloc[0]
    >>> row["answer"], int(row["k"])
    ('no data', 0)
    """
    return pd.DataFrame([_build_row(synthesis) for synthesis in syntheses])


def _build_row(synthesis: Synthesis) -> dict[str, object]:
    grade, headline = synthesis.grade, synthesis.headline
    single = (
        headline.entering[0].interval
        if headline and len(headline.entering) == 1
        else None
    )
    mean = headline.pool.mean if headline and headline.pool else single
    prediction = headline.pool.prediction if headline and headline.pool else None
    return {
        "claim": synthesis.claim,
        "answer": str(synthesis.answer),
        "certainty": grade.level.word if grade else "",
        "wechat": synthesis.wechat.word if synthesis.wechat else "",
        "k": synthesis.k,
        "basis": synthesis.deciding.basis,
        "estimate": mean and mean.estimate,
        "low": mean and mean.low,
        "high": mean and mean.high,
        "new_low": prediction and prediction.low,
        "new_high": prediction and prediction.high,
    }
