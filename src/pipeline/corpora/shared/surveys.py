"""Count survey responses by stratum, class of respondents and question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from pipeline.corpora.shared.corpus import Counted
from pipeline.corpora.shared.registers import build_registry

BLANK = "blank"
SITE = ("stackoverflow", "Stack Overflow")  # key and name


def count_responses(
    rows: pd.DataFrame,
    year: int,
    fielded: tuple[date, date],
    classes: Mapping[str, pd.Series[bool]],
    questions: Mapping[str, pd.Series[str]],
    *,
    site: tuple[str, str] = SITE,
) -> Counted:
    """Count respondents of a year's survey by class, question, answer and stratum.

    Each survey is a network of its own, so that two instruments stay two rows.
    """
    key, label = site
    everybody = pd.Series(True, rows.index)  # noqa: FBT003 - a column, no flag
    tables = [
        rows[["stratum"]]
        .assign(answer=answers)[inside]
        .groupby(["stratum", "answer"], as_index=False)
        .size()
        .rename(columns={"size": "people"})
        .assign(key=key, respondents=who, question=question)
        for who, inside in {**classes, "all": everybody}.items()
        for question, answers in questions.items()
    ]
    registry = build_registry(
        key,
        label=label,
        network=f"{key} {year}",
        kind="site",
        origin_us=fielded[0],
        end_us=fielded[1],
    )
    answers = pd.concat(tables, ignore_index=True)
    return Counted(
        registry, {"survey_answers": answers}, {}, {"respondents": len(rows)}
    )


def count_ranks(
    ranks: pd.DataFrame,
    key: pd.Series[str],
    least: int,
    aside: Mapping[str | None, int],
    **about: object,
) -> Counted:
    """Sum respondents' preference ranks of values, centred at 0, by community."""
    centred = ranks.sub(ranks.mean(axis=1), axis=0).assign(key=key)
    long = centred.melt("key", var_name="value", value_name="rank")
    sums = (
        long.assign(squares=long["rank"] ** 2)
        .groupby(["key", "value"], as_index=False)
        .agg(people=("rank", "size"), total=("rank", "sum"), squares=("squares", "sum"))
    )
    sums = sums[sums["people"] >= least].reset_index(drop=True)
    used = key.isin(sums["key"])
    groups = pd.DataFrame({"key": sorted(set(sums["key"]))})
    return Counted(
        build_registry(groups, **about),
        {"value_ranks": sums},
        {**aside, "community with fewer than five responses": int((~used).sum())},
        {"responses": int(used.sum())},
    )
