"""Published numbers: estimates of studies, polls of WeChat users, trials."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import msgspec
import pandas as pd

from helpers.claims.register import Text, get_claim
from helpers.claims.store import read_answers
from helpers.study import open_study
from helpers.survival.curves.proportion import compute_wilson_interval

RECOUNTS = MappingProxyType(
    {  # trials whose data we have: the claim and reading that are their number
        "thanks-stay-recomputed": ("s4-aloofness-hurts", "thanked~2"),
        "thanks-stay-new-recomputed": ("s4-aloofness-hurts", "thanked~1"),
        "rscience-newcomers-nonama-recomputed": ("s1-rules-needed", "newcomers"),
    }
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A published number of a claim's reading."""

    claim: str
    reading: str
    share: float
    n: int = 0
    unit: str = "groups"
    definition: Text


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A published study: who, where, its sample and finding, and how it was read."""

    citation: str
    doi: str = ""
    url: str = ""
    read: Literal["whole", "abstract", "account"]
    sample: Text = Text()
    finding: Text = Text()
    found: tuple[Found, ...] = ()


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked for, for claims of some themes, on a day, and what was found."""

    date: date
    themes: tuple[str, ...]
    looked_for: Text
    found: Text


@cache
def read_searches() -> tuple[Search, ...]:
    """Read the searches for data, in the order of their table."""
    text = files(__package__).joinpath("searches.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["search"], tuple[Search, ...])


def list_searches(claim: str) -> tuple[Search, ...]:
    """Return what was looked for to answer a claim better, and when.

    Parameters
    ----------
    claim
        Its id, such as ``s0-lurk-from-fear``.

    Raises
    ------
    ShequnError
        If there is no such claim.

    Examples
    --------
    >>> [str(one.date) for one in list_searches("s0-lurk-from-fear")]
    ['2026-11-29']
    """
    theme = get_claim(claim).row.theme
    return tuple(one for one in read_searches() if theme in one.themes)


@cache
def read_publications() -> Mapping[str, Publication]:
    """Read the published studies by key."""
    text = files(__package__).joinpath("literature.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return MappingProxyType(
        {key: msgspec.convert(row, Publication) for key, row in rows.items()}
    )


def list_published(claim: str, reading: str) -> Iterator[dict[str, Any]]:
    """Yield the published estimates of a reading, as rows without claim and reading.

    Numbers without a size that could be read are shown without an interval.
    """
    for key, publication in read_publications().items():
        for found in publication.found:
            if (found.claim, found.reading) != (claim, reading):
                continue
            low = high = float("nan")
            if found.n:
                count = round(found.share * found.n)
                interval = compute_wilson_interval(count, found.n)
                low, high = interval.low, interval.high
            yield {
                "study": key,
                "kind": "published",
                "role": "published",
                "estimate": found.share,
                "low": low,
                "high": high,
                "n": found.n,
                "unit": found.unit,
            }


def list_polls(claim: str = "") -> pd.DataFrame:
    """Return the printed numbers on WeChat, a row each.

    They are never pooled with logs; numbers of one ``house`` are one place. Intervals
    are of sampling alone: the error of a panel is larger, and nobody knows it.

    Parameters
    ----------
    claim
        Only those nearest to it, its own numbers (``own``) first; by default all.

    Returns
    -------
    pandas.DataFrame
        ``house`` and the columns of table ``polls`` (docs/tables.md).

    Raises
    ------
    ShequnError
        If there is no such claim.

    Examples
    --------
    >>> silent = list_polls("s0-lurkers-are-many").iloc[0]
    >>> print(silent["house"], silent["value"], silent["n"], silent["own"])
    Xiamen Evening News 0.674 282.0 True
    """
    return _list_printed("press_surveys", "polls", claim, "house", first="own")


def list_trials(claim: str = "", practice: str = "") -> pd.DataFrame:
    """Return the effects of practices tried elsewhere, a row each.

    Signs and outcomes differ, so that effects of one claim are never pooled; ``null``
    is no effect on the scale of each.

    Parameters
    ----------
    claim, practice
        Only those nearest to a claim, or of a practice such as ``thank``; drawn by lot
        first. By default all.

    Returns
    -------
    pandas.DataFrame
        ``study`` and the columns of table ``trials`` (docs/tables.md).

    Raises
    ------
    ShequnError
        If there is no such claim.

    Examples
    --------
    >>> thanks = list_trials(practice="thank").iloc[0]
    >>> print(thanks["estimate"], thanks["low"], thanks["high"], thanks["read"])
    0.022 0.01 0.034 full text
    """
    rows = _list_printed("published_trials", "trials", claim, "study", first="lot")
    wanted = rows["practice"].eq(practice) if practice else slice(None)
    return rows[wanted].reset_index(drop=True)


def _list_printed(
    source: str, table: str, claim: str, name: str, *, first: str
) -> pd.DataFrame:
    """Return a source's printed numbers by claim, the nearest ones first."""
    rows = _read_printed(source, table, name, first)
    if not claim:
        return rows.copy()
    own = _group_by_claim(source, table, name, first)
    return own.get(get_claim(claim).id, rows.iloc[:0]).reset_index(drop=True)


@cache
def _group_by_claim(*printed: str) -> Mapping[str, pd.DataFrame]:
    return {
        str(claim): rows for claim, rows in _read_printed(*printed).groupby("claim")
    }


@cache
def _read_printed(source: str, table: str, name: str, first: str) -> pd.DataFrame:
    """Read a table once, the numbers nearest to a claim first."""
    study = open_study(source)
    labels = study.table("registry").set_index("group")["label"]
    rows = study.table(table)
    rows = rows.assign(**{name: rows["group"].map(labels)})
    if table == "trials":
        rows = _take_recounts(rows.assign(lot=rows["design"].eq("randomised")))
    order = rows.sort_values([first, "number"], ascending=[False, True])
    return order[[name, *rows.columns.drop([name, "group"])]]


def _take_recounts(trials: pd.DataFrame) -> pd.DataFrame:
    """Give trials that we recounted the numbers of our answers."""
    answers = read_answers()
    for trial, (claim, reading) in RECOUNTS.items():
        estimates = answers.get(claim).estimates.set_index("reading")
        own = estimates.loc[[reading], ["estimate", "low", "high"]].to_numpy()[0]
        trials.loc[trials["trial"] == trial, ["estimate", "low", "high"]] = own
    return trials
