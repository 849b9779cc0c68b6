"""The table of windows: what groups were like at an age or a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from helpers.measures import owners, replies, windows
from helpers.measures.centres import expected_centres_by
from helpers.study.groups import window_table
from helpers.study.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from helpers.measures.engine import Engine

    Frame = nw.LazyFrame[Any]

__all__ = ["Spoken", "window_rows"]

COUNTS = ("posters", "replies_explicit", "replies", "reply_receivers")
WHOSE = list(windows.WHOSE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The messages that count, and who wrote them.

    Attributes
    ----------
    run
        The engine.
    messages, people
        As `helpers.measures.cleaning` makes them.
    centres_from
        ``explicit`` or ``adjacent`` replies; empty where senders are not known.
    owners
        ``group, owner``, where owners may be told.
    """

    run: Engine
    messages: Frame
    people: Frame
    centres_from: str
    owners: Frame | None = None


def window_rows(spoken: Spoken, groups: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group and window; what the source cannot show is null."""
    frame = window_table(groups, windows.SPANS)
    spans = spoken.run.frame(frame)
    said = spoken.run.keep(windows.inside(spoken.messages, spans), "said")
    counted = said.group_by(*WHOSE).agg(messages=nw.len())
    parts = [spoken.run.fetch(counted, *WHOSE)]
    if spoken.centres_from:
        parts += _posters(spoken, said, spans)
    for part in parts:
        frame = frame.merge(part, "left", WHOSE)
    names = {column.name for column in TABLES["windows"].columns}
    silent = dict.fromkeys(frame.columns.intersection(["messages", *COUNTS]), 0)
    return frame.fillna(silent).reindex(columns=sorted(names))


def _posters(spoken: Spoken, said: Frame, spans: Frame) -> list[pd.DataFrame]:
    """Return what windows say about who wrote and who was answered."""
    run = spoken.run
    named = run.keep(replies.explicit(spoken.messages, spoken.people), "named")
    explicit = run.keep(windows.inside(named, spans), "explicit")
    beside = run.keep(replies.adjacent(spoken.messages), "beside")
    adjacent = run.keep(windows.inside(beside, spans), "adjacent")
    either = nw.concat([_answers(explicit), _answers(adjacent)]).unique()
    deciding = explicit if spoken.centres_from == "explicit" else adjacent
    posters = run.keep(windows.posters(said), "posters")
    sent = deciding.group_by(*WHOSE, "member").agg(sent=nw.len())
    on = [*WHOSE, "member"]
    null = run.fetch(posters.join(sent, on=on, how="left"), *on).fillna({"sent": 0})
    return [
        run.fetch(windows.spoken(posters), *WHOSE),
        _how_many(run, _answers(explicit).unique(), "replies_explicit"),
        _how_many(run, either, "replies"),
        run.fetch(windows.received(deciding), *WHOSE),
        expected_centres_by(null, WHOSE),
        *_of_owners(spoken, posters, deciding),
    ]


def _of_owners(spoken: Spoken, posters: Frame, deciding: Frame) -> list[pd.DataFrame]:
    if spoken.owners is None:
        return []
    said = owners.shares(posters, spoken.owners)
    heard = owners.answered_most(deciding, spoken.owners)
    return [spoken.run.fetch(part, *WHOSE) for part in (said, heard)]


def _answers(edges: Frame) -> Frame:
    """Return which message answers, however many it answers."""
    return edges.select(*WHOSE, *replies.KEY[1:])


def _how_many(run: Engine, answers: Frame, name: str) -> pd.DataFrame:
    return run.fetch(answers.group_by(*WHOSE).agg(**{name: nw.len()}), *WHOSE)
