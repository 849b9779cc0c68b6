"""Polls of WeChat users, and the line of a claim on WeChat, written by hand."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from helpers.claims.printed.published import (
    read_printed,
    read_publications,
    select_printed,
)
from helpers.claims.register import Claim
from helpers.claims.words import NOT_COUNTED, format_number
from helpers.wording import Language, render, say

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
