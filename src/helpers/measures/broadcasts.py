"""Broadcasts: one sender's same words in many groups within a day.

What is put into twenty groups at once is an announcement, not talk in any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from helpers.records import DAY_US, HOUR_US

if TYPE_CHECKING:
    from typing import Any

    Frame = nw.LazyFrame[Any]

__all__ = ["LEAST_GROUPS", "broadcasts"]

LEAST_GROUPS = 20
LEAST_CHARS = 40  # of words that are known by their length only
_KEY = ("group", "file", "position")  # tells one message from another
_SENT = ("sender", "scope", "words")


def broadcasts(messages: Frame) -> Frame:
    """Return the messages that a sender put into `LEAST_GROUPS` groups within a day.

    Parameters
    ----------
    messages
        With ``group, sender, scope, time_us, text, chars, file, position``. Texts are
        compared without outer blanks and case; where there is none, lengths of
        `LEAST_CHARS` or more within an hour are.

    Returns
    -------
    Frame
        ``group, file, position`` of each.
    """
    known = messages.filter(~nw.col("sender").is_null())
    words = nw.col("text").str.strip_chars().str.to_lowercase()
    read = known.filter(~nw.col("text").is_null()).with_columns(words=words)
    unread = known.filter(nw.col("text").is_null(), nw.col("chars") >= LEAST_CHARS)
    lengths = unread.with_columns(words=nw.col("chars").cast(nw.String))
    columns = (*_SENT, "time_us", *_KEY)
    found = [
        _within(read.filter(nw.col("words") != "").select(*columns), DAY_US),
        _within(lengths.select(*columns), HOUR_US),
    ]
    return nw.concat(found)


def _within(sent: Frame, span_us: int) -> Frame:
    """Return the messages in a span that holds the same from enough groups."""
    rows = _crowded(sent, span_us)
    start = rows.select(*_SENT, start_us="time_us").unique()
    pairs = start.join(rows, on=list(_SENT), how="inner").filter(
        nw.col("time_us") >= nw.col("start_us"),
        nw.col("time_us") <= nw.col("start_us") + span_us,
    )
    many = pairs.group_by(*_SENT, "start_us").agg(groups=nw.col("group").n_unique())
    begun = many.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
    return (
        pairs.join(begun, on=[*_SENT, "start_us"], how="inner").select(*_KEY).unique()
    )


def _crowded(sent: Frame, span_us: int) -> Frame:
    """Return what may lie in such a span: of spans twice as long, laid out twice."""
    found = []
    for shift in (0, span_us):
        laid = sent.with_columns(bin=(nw.col("time_us") + shift) // (2 * span_us))
        each = [*_SENT, "bin"]
        many = laid.group_by(*each).agg(groups=nw.col("group").n_unique())
        enough = many.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
        found.append(laid.join(enough, on=each, how="inner").drop("bin"))
    return nw.concat(found).unique()
