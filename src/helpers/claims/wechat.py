"""What is known of a claim on WeChat: a published count, a poll, or nothing.

A line of its own, never derived from other places.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.register import Claim, Text
from helpers.claims.words import format_number

COUNT, POLL, RELATED_POLL = "count", "poll", "related poll"
NONE, NONE_OF_SHARE = "none", "none, a share"


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
    from helpers.claims.published import list_polls  # noqa: PLC0415 - reads a table

    polls = list_polls()
    asked = polls["measure"].eq("share") & polls["sort"].eq("poll")
    return polls[asked & polls["n"].notna()]


def _select_polls(claim_id: str) -> pd.DataFrame:
    """Select polls of a claim, those that ask its own question first."""
    polls = _read_polls()
    known = polls[polls["claim"].eq(claim_id)].sort_values("trust", kind="stable")
    return known.sort_values("own", ascending=False, kind="stable")


def describe_wechat(claim: Claim, row: pd.Series[Any]) -> Text:
    """Describe what is known of a claim on WeChat, in one sentence.

    `row`: of its main reading over all kinds.
    """
    known = str(row["on_wechat"])
    if known == COUNT:
        return claim.row.on_wechat
    if known in {POLL, RELATED_POLL}:
        return _describe_poll(_select_polls(claim.id).iloc[0])
    nobody = Text("Nobody has counted this on WeChat", "这件事在微信上还没人数过")
    if _has_printed_number(claim.id):
        nobody = Text("Only related numbers are in print", "只印出过相近的数")
    low, high = (float(row[end]) for end in ("next_low", "next_high"))
    if known == NONE or not np.isfinite([low, high]).all():
        return Text(f"{nobody.en}.", f"{nobody.zh}。")
    ends = [format_number(each, "share", "of100") for each in (low, high)]
    return Text(
        f"{nobody.en}; one more place of this sort would lie between {ends[0]} and "
        f"{ends[1]} of 100.",
        f"{nobody.zh}；再找一处这样的地方，多半在 100 个里 {ends[0]} 到 {ends[1]} 个"
        "之间。",
    )


def _has_printed_number(claim_id: str) -> bool:
    """Return whether a paper, firm or poll printed a number near a claim."""
    from helpers.claims.published import list_polls  # noqa: PLC0415 - reads a table

    return len(list_polls(claim_id)) > 0


def _describe_poll(poll: pd.Series[Any]) -> Text:
    share, low, high = (
        format_number(float(poll[name]), "share", "of100")
        for name in ("value", "low", "high")
    )
    year, n = str(poll["published"])[:4], f"{poll['n']:,.0f}"
    close = Text() if poll["own"] else Text("A related number: ", "旁证：")
    found = Text(f"{share}% ({low}–{high})", f"{share}%（{low}–{high}）")
    return Text(
        f"{close.en}Polled by {poll['house']} in {year} (n = {n}): {found.en} on "
        f"“{poll['question']}”: {poll['answer']}. A poll by itself is a weak sign.",
        f"{close.zh}{poll['house_zh']} {year} 年问过 {n} 人“{poll['question_zh']}”："
        f"{found.zh}答“{poll['answer_zh']}”。只凭问卷，算不上多大的证据。",
    )
