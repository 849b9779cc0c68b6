"""The table of windows: what groups were like at an age or a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import narwhals as nw
import pandas as pd

from helpers.measures import activity, hosts, replies, windows
from helpers.measures.centres import expected_centres_by
from helpers.measures.engine import Engine, Frame
from helpers.study.tables.definitions.tables import TABLES
from helpers.study.tables.derive.groups import window_table

COUNTS = ("posters", "replies_explicit", "replies", "reply_receivers")
WHOSE = list(windows.WHOSE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The messages that count, and who wrote them."""

    run: Engine
    messages: Frame  # as `helpers.measures.cleaning` makes them
    days: Frame  # counted by `helpers.measures.activity.by_age`
    named: Frame  # explicit replies, as `helpers.measures.replies` finds them
    beside: Frame  # adjacent replies
    # ``explicit`` or ``adjacent`` replies; empty where senders are not known
    centres_from: str
    owners: Frame | None = None  # ``group, owner``, where owners may be told
    # groups whose centres adjacent replies tell, whatever the others have
    by_adjacent: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        run: Engine,
        messages: Frame,
        people: Frame,
        centres_from: str,
        *,
        owners: Frame | None = None,
        by_adjacent: tuple[int, ...] = (),
    ) -> Self:
        """Compute once what several tables ask for."""
        return cls(
            run,
            messages,
            run.keep(activity.by_age(messages), "days"),
            run.keep(replies.explicit(messages, people), "named"),
            run.keep(replies.adjacent(messages), "beside"),
            centres_from,
            owners,
            by_adjacent,
        )

    @property
    def deciding(self) -> Frame:
        """The replies that tell who is a centre, with ``member`` and ``receiver``."""
        columns = ("group", "age_us", "member", "receiver")
        edges = self.named if self.centres_from == "explicit" else self.beside
        if not self.by_adjacent:
            return edges.select(*columns)
        theirs = nw.col("group").is_in(self.by_adjacent)
        own, other = edges.filter(~theirs), self.beside.filter(theirs)
        return nw.concat([own.select(*columns), other.select(*columns)])


def window_rows(spoken: Spoken, groups: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group and window; what the source cannot show is null."""
    frame = window_table(groups, windows.SPANS)
    spans = spoken.run.frame(frame)
    window_days = spoken.run.keep(windows.inside(spoken.days, spans), "said")
    parts = [_how_many(spoken.run, window_days, "messages")]
    if spoken.centres_from:
        parts += _posters(spoken, window_days, spans)
    for part in parts:
        frame = frame.merge(part, "left", WHOSE)
    names = {column.name for column in TABLES["windows"].columns}
    silent = dict.fromkeys(frame.columns.intersection(["messages", *COUNTS]), 0)
    return frame.fillna(silent).reindex(columns=sorted(names))


def _posters(spoken: Spoken, window_days: Frame, spans: Frame) -> list[pd.DataFrame]:
    """Return what windows say about who wrote and who was answered."""
    run, named, beside = spoken.run, spoken.named, spoken.beside
    deciding = run.keep(windows.inside(spoken.deciding, spans), "deciding")
    explicit = windows.inside(replies.answering(named), spans)
    either = windows.inside(replies.answering(named, beside), spans)
    posters = run.keep(windows.posters(window_days), "posters")
    sent = deciding.group_by(*WHOSE, "member").agg(sent=nw.len())
    on = [*WHOSE, "member"]
    null = run.fetch(posters.join(sent, on=on, how="left"), *on).fillna({"sent": 0})
    return [
        run.fetch(windows.spoken(posters), *WHOSE),
        _how_many(run, explicit, "replies_explicit"),
        _how_many(run, either, "replies"),
        run.fetch(windows.received(deciding), *WHOSE),
        expected_centres_by(null, WHOSE),
        *_of_owners(spoken, posters, deciding),
    ]


def _of_owners(spoken: Spoken, posters: Frame, deciding: Frame) -> list[pd.DataFrame]:
    if spoken.owners is None:
        return []
    shares = hosts.owner_shares(posters, spoken.owners)
    heard = hosts.owners_on_top(deciding, spoken.owners)
    return [spoken.run.fetch(part, *WHOSE) for part in (shares, heard)]


def _how_many(run: Engine, counts: Frame, name: str) -> pd.DataFrame:
    total = nw.col("n").sum().cast(nw.Int64)
    return run.fetch(counts.group_by(*WHOSE).agg(total.alias(name)), *WHOSE)
