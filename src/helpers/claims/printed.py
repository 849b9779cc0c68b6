"""Published numbers: estimates of studies, and sources that are printed tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec
import pandas as pd

from helpers.claims.register import (
    NO_TEXT,
    Claim,
    Text,
    Theme,
    get_claim,
)
from helpers.claims.words import NOT_COUNTED, format_number
from helpers.errors import name_broken_row
from helpers.files import read_own_rows
from helpers.study import open_study
from helpers.wording import Language, render, say


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published number of a claim's reading."""

    claim: str
    reading: str
    share: float
    n: int = 0
    unit: str = "groups"
    definition: Text


class Publication(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """A published study: sample, finding, `about` which claims, how it was read."""

    citation: str
    doi: str = ""
    url: str = ""
    read: Literal["whole", "abstract", "account"]
    about: tuple[str, ...] = ()
    sample: Text = NO_TEXT
    finding: Text = NO_TEXT
    found: tuple[Found, ...] = ()


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was looked for, for claims of some themes, on a day, and what was found."""

    date: date
    themes: tuple[Theme, ...]
    looked_for: Text
    found: Text


@cache
def read_searches() -> tuple[Search, ...]:
    """Read the searches for data, in the order of their table."""
    rows = read_own_rows("claims", "searches.toml")
    with name_broken_row("searches.toml"):
        return msgspec.convert(rows.get("search"), tuple[Search, ...])


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
    studies: dict[str, Publication] = {}
    for key, row in read_own_rows("claims", "literature.toml").items():
        with name_broken_row(f"literature.toml, {key}"):
            studies[key] = msgspec.convert(row, Publication)
    return MappingProxyType(studies)


def read_printed(source: str, table: str, name: str) -> pd.DataFrame:
    """Read a source of printed numbers, a row each; `name` is who printed it."""
    study = open_study(source)
    labels = study.table("registry").set_index("group")["label"]
    rows = study.table(table).rename(columns={"group": name})
    rows[name] = rows[name].map(labels)
    return rows[[name, *rows.columns.drop(name)]]


def select_printed(rows: pd.DataFrame, claim: str) -> pd.DataFrame:
    """Select the printed numbers nearest to a claim; all of them without one."""
    own = rows["claim"].eq(get_claim(claim).id) if claim else slice(None)
    return rows[own].reset_index(drop=True)


FIELD = re.compile(r"\{([\w-]+)(?:\.([a-z]+))?(?::([a-z0-9]+))?\}")
NOBODY = say("Nobody has counted this on WeChat.")


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
    return select_printed(_read_polls(), claim)


@cache
def _read_polls() -> pd.DataFrame:
    polls = read_printed("press_surveys", "polls", "house")
    return polls.sort_values(["own", "number"], ascending=[False, True])


def say_on_wechat(claim: Claim, language: Language) -> str:
    """Return what is known of a claim on WeChat, in one sentence.

    Its numbers are of a poll by number, as in ``{38.low}``, or of a published study, as
    in ``{qiu-2016.share:of100}``.
    """
    if claim.row.wechat == NOT_COUNTED:
        return render(NOBODY, language)
    filled = FIELD.sub(_fill_number, claim.row.on_wechat[language])
    return filled.replace("%–", "–")


def _fill_number(match: re.Match[str]) -> str:
    """Return a printed number, its interval or sample size, as it is written."""
    source, column, form = match[1], match[2] or "value", match[3] or ""
    if source.isdecimal():
        polls = _read_polls().set_index("number")[column]
        value = float(polls.to_dict()[int(source)])
    else:
        value = float(getattr(read_publications()[source].found[0], column))
    return format_number(value, "share", form, "n_" if column == "n" else "mean")
