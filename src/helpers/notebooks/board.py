"""The scoreboard's tables: verdicts by claim, over corpora, and nested shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims import combine_verdicts, nested, report
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.claims.evaluation.verdict import NO_ESTIMATOR
from helpers.claims.evaluation.verdict_store import report_together
from helpers.claims.fixed.register import claim
from helpers.claims.fixed.target_population import chinese_chats
from helpers.notebooks.tables import Table
from helpers.notebooks.undecided import wanting
from helpers.prose import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.claims import Claim, Combined
    from helpers.study import Study

__all__ = [
    "board_table",
    "combined_table",
    "estimates_table",
    "nested_rows",
    "population_words",
    "unanswered_table",
]


def board_table(board: pd.DataFrame, claims: Iterable[str]) -> Table:
    """Return some claims of the scoreboard, a row each, a column a study."""
    chosen = board[board["claim"].isin(list(claims))]
    words = chosen.assign(word=chosen["verdict"].fillna(NO_ESTIMATOR))
    wide = words.pivot_table(
        index="claim", columns="study", values="word", aggfunc="first", sort=False
    )
    wide.insert(0, "statement", [_both_languages(claim(name)) for name in wide.index])
    return Table(wide.rename_axis(columns=None).reset_index(), "Scoreboard")


def _both_languages(one: Claim) -> str:
    return f"{one.en} {one.zh}"


def estimates_table(board: pd.DataFrame, claims: Iterable[str]) -> Table:
    """Return the numbers behind some claims' verdicts: one row where there are any.

    ``reached`` says whether there are as many groups as the claim's design size.
    """
    numbers = ["estimate", "low", "high", "p_adjusted", "fcr_low", "fcr_high"]
    told, sizes = ["claim", "study", "verdict", "qualifiers"], ["n", "design_size"]
    columns = [*told, *numbers, *sizes, "reached", "reason"]
    answered = board["claim"].isin(list(claims)) & board["estimate"].notna()
    formats = {**dict.fromkeys(numbers, "{:.3f}".format), **dict.fromkeys(sizes, count)}
    rows = board.loc[answered, columns]
    rows["reached"] = rows["reached"].map({True: "yes", False: "no"})
    return Table(rows, "Estimates behind the verdicts", formats)


def unanswered_table(board: pd.DataFrame) -> Table:
    """Return claims that no study answers, with what would: data, or nothing."""
    open_words = {"UNTESTABLE", "UNFALSIFIABLE"}
    silent = board.groupby("claim", sort=False).filter(
        lambda rows: (
            rows["verdict"].isna().all() or rows["verdict"].isin(open_words).all()
        )
    )
    first = silent.drop_duplicates("claim")
    told = zip(first["claim"], first["reason"], strict=True)
    rows = first.assign(
        verdict=first["verdict"].fillna("–"),
        needs=[wanting([name]) or reason for name, reason in told],
    )
    columns = {
        "claim": "claim", "theme": "theme", "priority": "priority",
        "verdict": "verdict", "needs": "what would decide it",
    }  # fmt: skip
    table = rows[list(columns)].rename(columns=columns)
    return Table(table, "Claims that no corpus answers")


def population_words(studies: Iterable[Study]) -> str:
    """Say whether any study is of the groups that the articles mean."""
    if names := chinese_chats(studies):
        return f"what {' and '.join(names)} shows stands in a column of its own"
    return "every claim stays UNTESTABLE: no study at hand has them"


def combined_table(studies: Sequence[Study]) -> Table:
    """Return what the corpora say together, and for the groups the articles mean."""
    rows = [_combined(name, studies) for name in ESTIMATORS]
    return Table(pd.DataFrame(rows), "Over the corpora at hand")


def _combined(name: str, studies: Sequence[Study]) -> dict[str, str]:
    entry = claim(name)
    found: Combined = combine_verdicts(
        entry,
        [report(name, study) for study in studies],
        strata=report_together(name, studies),
        chinese_chats=chinese_chats(studies),
    )
    return {
        "claim": name,
        "corpora at hand": " · ".join((found.word or "–", *found.qualifiers)),
        "why": found.reason or "–",
        "deciding": ", ".join(found.entering) or "–",
        "apart": ", ".join(found.apart) or "–",
        "Chinese WeChat groups": found.population.word if found.population else "–",
    }


def nested_rows(studies: Iterable[Study]) -> pd.DataFrame:
    """Return shell < failed < not successful, in the columns that bars are drawn from.

    All three are read at the age of one year, as `helpers.claims.nested` defines them;
    `why not` says what a study lacks. Studies that show none of them are left out,
    unless no study shows any.
    """
    tables = [_nested(study) for study in studies]
    known = [rows for rows in tables if any(row["unknown"] is None for row in rows)]
    return pd.DataFrame([row for rows in known or tables for row in rows])


def _nested(study: Study) -> list[dict[str, object]]:
    return [
        {
            "study": study.manifest.title_en,
            "reading": row.name,
            "share": row.found and row.found.estimate,
            "low": row.found and row.found.low,
            "high": row.found and row.found.high,
            "unknown": None if row.found else 1.0,
            "claimed": row.claimed,
            "why not": row.reason or None,
        }
        for row in nested(study).rows
    ]
