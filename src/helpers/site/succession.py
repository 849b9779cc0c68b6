"""How numbered groups follow one another, as the page of a source tells it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.claims.definitions.successions import (
    AHEAD,
    LATER,
    NEVER,
    SOON,
    TOGETHER,
    followed_when_full,
    successions,
)
from helpers.prose import count, share
from helpers.study import Study

HOW = (AHEAD, TOGETHER, SOON, LATER, NEVER)


@dataclass(frozen=True, slots=True)
class Succession:
    """A table by calendar year: what it is of, its columns, its rows of text."""

    of: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def succession(study: Study) -> Succession | None:
    """Return what a study's page says of numbers that follow one another, if any do.

    >>> from helpers.study import open_study
    >>> succession(open_study("zh_s1_lounges")).columns
    ('year opened', 'numbers', 'median days to the next', 'median days of overlap')
    >>> succession(open_study("raku_irc")) is None
    True
    """
    tables = set(study.manifest.tables)
    if {"fills", "registry"} <= tables:
        return _when_full(followed_when_full(study))
    numbered = successions(study) if "events" in tables else None
    if numbered is None or numbered.empty:
        return None
    return _in_series(numbered)


def _in_series(numbers: pd.DataFrame) -> Succession:
    by = numbers.groupby("year")
    middle = by[["days", "overlap"]].median().round(1)
    return Succession(
        "numbers of a series that were followed by the next",
        ("year opened", "numbers", "median days to the next", "median days of overlap"),
        tuple(
            (str(year), count(size), f"{row.days:g}", f"{row.overlap:g}")
            for (year, size), row in zip(
                by.size().items(), middle.itertuples(), strict=True
            )
        ),
    )


def _when_full(groups: pd.DataFrame) -> Succession:
    parts = pd.crosstab(groups["year"], groups["followed"], normalize="index")
    parts = parts.reindex(columns=HOW, fill_value=0.0)
    return Succession(
        "groups that were called full, by when the next one was listed",
        ("year called full", "groups", *HOW),
        tuple(
            (str(year), count(size), *map(share, parts.to_numpy()[nth]))
            for nth, (year, size) in enumerate(groups.groupby("year").size().items())
        ),
    )
