"""Polls of WeChat users, and what a claim has on WeChat: a count, a poll or none.

A line of its own, never derived from other places.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.printed.published import read_printed, select_printed
from helpers.claims.register import Claim, Text
from helpers.claims.words import format_number
from helpers.wording import Message, say

COUNT, POLL, RELATED_POLL = "count", "poll", "related poll"
POLLED = ("house", "question", "answer")
NONE, NONE_OF_SHARE = "none", "none, a share"


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


def choose_wechat_line(claim: Claim, *, share: bool) -> str:
    """Return what is known of a claim on WeChat, by the names above.

    `share`: whether its number is a share, of which the next place can be said.
    """
    if claim.row.on_wechat.en:
        return COUNT
    polls = _select_polls(claim.id)
    if len(polls):
        return POLL if polls["own"].iloc[0] else RELATED_POLL
    return NONE_OF_SHARE if share else NONE


@cache
def _read_polls() -> pd.DataFrame:
    polls = read_printed("press_surveys", "polls", "house")
    return polls.sort_values(["own", "number"], ascending=[False, True])


@cache
def _read_asked() -> pd.DataFrame:
    """Read the polls of shares that print their sample size."""
    polls = _read_polls()
    asked = polls["measure"].eq("share") & polls["sort"].eq("poll")
    return polls[asked & polls["n"].notna()]


def _select_polls(claim_id: str) -> pd.DataFrame:
    """Select polls of a claim, those that ask its own question first."""
    polls = _read_asked()
    known = polls[polls["claim"].eq(claim_id)].sort_values("trust", kind="stable")
    return known.sort_values("own", ascending=False, kind="stable")


def describe_wechat(claim: Claim, row: pd.Series[Any]) -> Message:
    """Describe what is known of a claim on WeChat, in one sentence.

    `row`: of its main reading over all kinds.
    """
    known = str(row["on_wechat"])
    if known == COUNT:
        return say("{known}", known=claim.row.on_wechat)
    if known in {POLL, RELATED_POLL}:
        return _describe_poll(_select_polls(claim.id).iloc[0])
    nobody = say("Nobody has counted this on WeChat")
    if len(list_polls(claim.id)) > 0:  # a paper, firm or poll
        nobody = say("Only related numbers are in print")
    low, high = (float(row[end]) for end in ("next_low", "next_high"))
    if known == NONE or not np.isfinite([low, high]).all():
        return say("{nobody}.", nobody=nobody)
    ends = [format_number(each, "share", "of100") for each in (low, high)]
    return say(
        "{nobody}; one more place of this sort would lie between {end_0} and {end_1}"
        " of 100.",
        nobody=nobody,
        end_0=ends[0],
        end_1=ends[1],
    )


def _describe_poll(poll: pd.Series[Any]) -> Message:
    share, low, high = (
        format_number(float(poll[name]), "share", "of100")
        for name in ("value", "low", "high")
    )
    year, n = str(poll["published"])[:4], f"{poll['n']:,.0f}"
    line = say(
        "Polled by {house} in {year} (n = {n}): {share}% ({low}–{high}) on"
        " “{question}”:"
        " {answer}. A poll by itself is a weak sign.",
        **{name: Text(poll[name], poll[f"{name}_zh"]) for name in POLLED},
        year=year,
        n=n,
        share=share,
        low=low,
        high=high,
    )
    return line if poll["own"] else say("A related number: {line}", line=line)
