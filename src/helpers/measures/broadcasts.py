"""Broadcasts: identical messages by one sender in many groups within a day.

What is put into twenty groups at once is an announcement, not talk in any of them.
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.engine import Frame, add_row_number
from helpers.records import DAY_US, HOUR_US

LEAST_GROUPS = 20
LEAST_CHARS = 40  # of words that are known by their length only
_KEY = ("group", "file", "position")  # tells one message from another
_ACCOUNT = ("sender", "scope")
_SAID = ("sender", "scope", "words", "span_us")


def find_repeated_messages(messages: Frame) -> Frame:
    """Select messages with a text that one sender posted in several groups.

    Parameters
    ----------
    messages
        With ``group, sender, scope, time_us, text, chars, file, position``. Texts are
        compared without outer blanks and case; where there is none, lengths of
        `LEAST_CHARS` or more are.

    Returns
    -------
    Frame
        ``group, file, position, time_us``; ``said``, which numbers what was said by
        whom; and ``span_us``, in which it has to be said to be a broadcast.
    """
    read = ~nw.col("text").is_null()
    text = nw.col("text").str.strip_chars().str.to_lowercase()
    long = nw.when(nw.col("chars") >= LEAST_CHARS).then(nw.col("chars").cast(nw.String))
    sent = messages.filter(~nw.col("sender").is_null())
    # texts of millions are compared only where the sender is in groups enough
    totals = sent.group_by(*_ACCOUNT).agg(groups=nw.col("group").n_unique())
    wide = totals.filter(nw.col("groups") >= LEAST_GROUPS).select(*_ACCOUNT)
    sent = sent.join(wide, on=list(_ACCOUNT), how="semi").with_columns(
        words=nw.when(read).then(text).otherwise(long),
        span_us=nw.when(read).then(nw.lit(DAY_US)).otherwise(nw.lit(HOUR_US)),
    )
    sent = sent.filter(nw.col("words") != "")
    repeats = sent.group_by(*_SAID).agg(groups=nw.col("group").n_unique())
    repeats = add_row_number(
        repeats.filter(nw.col("groups") >= LEAST_GROUPS), order=_SAID
    )
    rows = sent.join(repeats.select(*_SAID, said="nth"), on=list(_SAID), how="inner")
    return rows.select(*_KEY, "time_us", "said", "span_us")


def find_broadcasts(sent: Frame) -> Frame:
    """Find messages that one sender posted in many groups within a day or hour.

    Parameters
    ----------
    sent
        As `find_repeated_messages` returns it.

    Returns
    -------
    Frame
        ``group, file, position`` of each.
    """
    rows = _find_crowded_spans(sent)
    start = rows.select("said", start_us="time_us").unique()
    pairs = start.join(rows, on="said", how="inner").filter(
        nw.col("time_us") >= nw.col("start_us"),
        nw.col("time_us") <= nw.col("start_us") + nw.col("span_us"),
    )
    each = ["said", "start_us"]
    group_counts = pairs.group_by(*each).agg(groups=nw.col("group").n_unique())
    begun = group_counts.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
    return pairs.join(begun, on=each, how="inner").select(*_KEY).unique()


def _find_crowded_spans(sent: Frame) -> Frame:
    """Select messages that one sender posted in 20 groups or more in a given time."""
    candidates = []
    for shift in (nw.lit(0), nw.col("span_us")):
        laid = sent.with_columns(
            bin=(nw.col("time_us") + shift) // (2 * nw.col("span_us"))
        )
        each = ["said", "bin"]
        group_counts = laid.group_by(*each).agg(groups=nw.col("group").n_unique())
        enough = group_counts.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
        candidates.append(laid.join(enough, on=each, how="inner").drop("bin"))
    return nw.concat(candidates).unique()
