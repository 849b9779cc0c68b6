"""Reciprocal reply ties between two members, and when they end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import DAY_US

PAIR = ["group", "one", "other"]
COLUMNS = [*PAIR, "age_us", "formed_us", "until_us", "volume"]
SPAN_DAYS, SPANS = 28, 12
GAPS = {"ended": 60, "ended_30": 30, "ended_90": 90}
MOST = 3  # binary logarithm of the messages before, cut


def find_reciprocal_ties(edges: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """List the replies within each pair of members once both have replied.

    Parameters
    ----------
    edges
        ``group, age_us, member, receiver``: explicit replies.
    messages
        ``group, member, age_us``: all messages of people who reply.

    Returns
    -------
    ``group, one, other, age_us, formed_us, until_us, volume``: an exchange a row;
    `until_us` is the last message of whoever fell silent first, `volume` the whole
    binary logarithm of the messages of the one who had written fewer, 3 at most.
    """
    if edges.empty:
        return pd.DataFrame(columns=COLUMNS, dtype="int64")
    rows = edges.astype("int64").drop_duplicates()
    back = rows["member"] > rows["receiver"]
    rows = rows.assign(
        one=rows["member"].where(~back, rows["receiver"]),
        other=rows["receiver"].where(~back, rows["member"]),
        there=rows["age_us"].where(~back), back=rows["age_us"].where(back),
    )  # fmt: skip
    begun = rows.groupby(PAIR)[["there", "back"]].min().dropna().max(axis=1)
    rows = rows.join(begun.rename("formed_us").astype("int64"), on=PAIR, how="inner")
    exchanges = rows[rows["age_us"] >= rows["formed_us"]]
    pairs = _match_pair_activity(begun.rename("formed_us").reset_index(), messages)
    return exchanges[[*PAIR, "age_us", "formed_us"]].merge(pairs, on=PAIR)


def _match_pair_activity(pairs: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Add the last time that both of a pair wrote, and log2 of the smaller count."""
    messages = messages.astype("int64").sort_values("age_us", kind="stable")
    messages = messages.assign(nth=messages.groupby(["group", "member"]).cumcount() + 1)
    last = messages.groupby(["group", "member"])["age_us"].max()
    lasts, before = [], []
    for who in ("one", "other"):
        theirs = pairs[["group", who, "formed_us"]].rename(columns={who: "member"})
        theirs = theirs.astype("int64")
        lasts.append(theirs.join(last, on=["group", "member"])["age_us"])
        matches = pd.merge_asof(
            theirs.assign(row=theirs.index).sort_values("formed_us"), messages,
            left_on="formed_us", right_on="age_us", by=["group", "member"],
        )  # fmt: skip
        before.append(matches.set_index("row")["nth"].sort_index())
    fewer = pd.concat(before, axis=1).min(axis=1).astype("float64")
    return pairs[PAIR].assign(
        until_us=pd.concat(lasts, axis=1).min(axis=1),
        volume=np.minimum(np.floor(np.log2(fewer)), MOST).astype("int64"),
    )


def build_tie_life_table(exchanges: pd.DataFrame) -> pd.DataFrame:
    """Count reciprocal ties at risk and ended, by group and days since the tie formed.

    A tie ends at the last exchange before a gap that lies wholly within the time in
    which both write; a pair is at risk in a span that it was watched to the end of.
    """
    columns = ["group", "event", "from_day", "volume", "at_risk", "happened"]
    tables = [
        _count_spans(_find_tie_ends(exchanges, days * DAY_US)).assign(event=event)
        for event, days in GAPS.items()
    ]
    return pd.concat(tables)[columns].astype(dict.fromkeys(columns[2:], "int64"))


def _find_tie_ends(exchanges: pd.DataFrame, gap_us: int) -> pd.DataFrame:
    """Return how many µs each reply tie lasted, and how long it was observed."""
    rows = exchanges.sort_values([*PAIR, "age_us"])
    later = rows.groupby(PAIR)["age_us"].shift(-1).fillna(np.inf)
    silent = (later - rows["age_us"] >= gap_us) & (
        rows["age_us"] + gap_us <= rows["until_us"]
    )
    pairs = rows.drop_duplicates(PAIR).set_index(PAIR)
    ended = rows[silent].groupby(PAIR)["age_us"].min() - pairs["formed_us"]
    watched = pairs["until_us"] - gap_us - pairs["formed_us"]
    return pairs.assign(ended=ended, watched=watched).reset_index()


def _count_spans(pairs: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for nth in range(SPANS):
        start, stop = (day * DAY_US for day in (SPAN_DAYS * nth, SPAN_DAYS * (nth + 1)))
        there = (pairs["watched"] >= stop) & ~(pairs["ended"] < start)
        happened = pairs["ended"] < stop
        here = pairs[["group", "volume"]].assign(
            from_day=SPAN_DAYS * nth, happened=happened
        )
        parts.append(here[there])
    by = pd.concat(parts).groupby(["from_day", "group", "volume"])["happened"]
    return by.agg(at_risk="size", happened="sum").reset_index()
