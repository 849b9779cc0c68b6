"""What a group's owner does in a window: their share of talk, and of answers."""

from __future__ import annotations

from collections.abc import Collection

import narwhals as nw

from helpers.measures.cleaning import WHO, scoped
from helpers.measures.engine import Frame
from helpers.measures.windows import WHOSE


def of_groups(
    records: Frame, people: Frame, ordinals: Frame, by_name: Collection[str] = ()
) -> Frame:
    """Return ``group, owner`` where an owner is on record; null for who never wrote.

    Parameters
    ----------
    records
        Records of groups, with ``group`` (its key) and ``owner`` (a sender).
    people, ordinals
        ``sender, scope, member`` and ``key, group``.
    by_name
        As `helpers.measures.cleaning.scoped` takes it.
    """
    recorded = scoped(records.filter(~nw.col("owner").is_null()), by_name)
    known = recorded.select(
        "scope",
        key=nw.col("group").cast(nw.String),
        sender=nw.col("owner").cast(nw.String),
    )
    numbered = known.join(people, on=list(WHO), how="left")
    return numbered.join(ordinals, on="key", how="inner").select(
        "group", owner=nw.col("member")
    )


def shares(posters: Frame, owners: Frame) -> Frame:
    """Return ``owner_share`` of the messages of a window; 0 for a silent owner.

    `posters` is what `helpers.measures.windows.posters` returns.
    """
    said = _with_theirs(posters, owners, "member").group_by(*WHOSE)
    counted = said.agg(all=nw.col("n").sum(), own=nw.col("theirs").sum())
    share = nw.col("own").cast(nw.Float64) / nw.col("all")
    return counted.select(*WHOSE, owner_share=share)


def answered_most(replies: Frame, owners: Frame) -> Frame:
    """Return ``owner_top``: whether nobody in a window was answered more often."""
    each = replies.group_by(*WHOSE, "receiver").agg(n=nw.len().cast(nw.Int64))
    got = _with_theirs(each, owners, "receiver").group_by(*WHOSE)
    counted = got.agg(most=nw.col("n").max(), own=nw.col("theirs").max())
    return counted.select(*WHOSE, owner_top=nw.col("own") == nw.col("most"))


def _with_theirs(counts: Frame, owners: Frame, who: str) -> Frame:
    """Return counts of people with the owner's in a column, 0 in other rows."""
    joined = counts.join(owners, on="group", how="inner")
    theirs = nw.when(nw.col(who) == nw.col("owner")).then(nw.col("n"))
    return joined.with_columns(theirs=theirs.otherwise(nw.lit(0)).cast(nw.Int64))
