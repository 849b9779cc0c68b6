"""Accuracy of the rule that recognises questions, as measured on labelled chats."""

from __future__ import annotations

import csv
from functools import cache

from helpers import paths
from helpers.prose import format_share
from helpers.wording import say

QUALITY = paths.PROCESSED / "instruments" / "chat_rules_quality.csv"


@cache
def describe_question_rule() -> str:
    """Describe how often question marks miss questions, and how often they mislead.

    Returns
    -------
    str
        Sensitivity and precision, with 95 % limits, on messages labelled by people.

    Examples
    --------
    >>> describe_question_rule().split(" of labelled")[0].replace("\u202f", " ")
    'question marks find 63 % (59 % to 66 %)'
    """
    with QUALITY.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rule"] == "question"]
    told = {row["measure"]: _format_row(row) for row in rows}
    return say(
        "question marks find {sensitivity} of labelled questions, and {precision} of"
        " the messages so marked are questions, on English chats",
        sensitivity=told["sensitivity"],
        precision=told["precision"],
    )


def _format_row(row: dict[str, str]) -> str:
    share, low, high = (
        format_share(float(row[name])) for name in ("estimate", "low", "high")
    )
    return say("{share} ({low} to {high})", share=share, low=low, high=high)
