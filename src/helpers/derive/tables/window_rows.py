"""Table of each group's activity in windows of its age or calendar date."""

from dataclasses import dataclass
from typing import Self

import narwhals as nw
import pandas as pd

from helpers.derive.measures import activity, hosts, replies, windows
from helpers.derive.measures.engine import Engine, Frame, add_up
from helpers.derive.measures.windows import add_expected_centres
from helpers.derive.tables.groups import build_window_table
from helpers.study.definitions import TABLES

COUNTS = ("posters", "replies_explicit", "replies", "reply_receivers")
WHOSE = list(windows.WHOSE)


@dataclass(frozen=True, slots=True)
class ActivityCounts:
    """Included messages, with daily counts, replies and owners per group."""

    run: Engine
    messages: Frame  # as `helpers.derive.measures.cleaning` makes them
    days: Frame  # counted by `helpers.derive.measures.activity.count_by_member_age`
    member_days: (
        Frame  # counted by `helpers.derive.measures.activity.count_by_member_day`
    )
    named: Frame  # explicit replies, as `helpers.derive.measures.replies` finds them
    beside: Frame  # adjacent replies
    answers: Frame  # messages that are either, as `replies.list_answers` lists them
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
        """Compute daily counts and replies once, for the tables that need them."""
        written = messages.filter(~nw.col("imported"))
        named = run.keep(replies.list_explicit_replies(written, people), "named")
        beside = run.keep(replies.list_adjacent_replies(written), "beside")
        return cls(
            run,
            messages,
            run.keep(activity.count_by_member_age(messages), "days"),
            run.keep(activity.count_by_member_day(messages), "member_days"),
            named,
            beside,
            run.keep(replies.list_answers(named, beside), "answers"),
            centres_from,
            owners,
            by_adjacent,
        )

    @property
    def deciding(self) -> Frame:
        """Return author and receiver of each reply, to measure centralisation."""
        columns = ("group", "age_us", "member", "receiver")
        edges = self.named if self.centres_from == "explicit" else self.beside
        if not self.by_adjacent:
            return edges.select(*columns)
        is_adjacent = nw.col("group").is_in(self.by_adjacent)
        own, other = edges.filter(~is_adjacent), self.beside.filter(is_adjacent)
        return nw.concat([own.select(*columns), other.select(*columns)])


def build_window_rows(spoken: ActivityCounts, groups: pd.DataFrame) -> pd.DataFrame:
    """Build a table of activity, one row per group and age window."""
    frame = build_window_table(groups, windows.SPANS)
    spans = spoken.run.frame(frame)
    window_days = spoken.run.keep(windows.match_windows(spoken.days, spans), "said")
    parts = [
        _sum_by_window(spoken.run, window_days.rename({"n": "messages"}), "messages")
    ]
    if spoken.centres_from:
        parts += _summarise_posters(spoken, window_days, spans)
    for part in parts:
        frame = frame.merge(part, "left", WHOSE)
    names = {column.name for column in TABLES["windows"].columns}
    silent = dict.fromkeys(frame.columns.intersection(["messages", *COUNTS]), 0)
    return frame.fillna(silent).reindex(columns=sorted(names))


def _summarise_posters(
    spoken: ActivityCounts, window_days: Frame, spans: Frame
) -> list[pd.DataFrame]:
    """Summarise posting and replies per age window of each group."""
    run = spoken.run
    deciding = run.keep(windows.match_windows(spoken.deciding, spans), "deciding")
    answers = replies.count_answers_by_day(spoken.answers)
    posters = run.keep(windows.count_by_window_member(window_days), "posters")
    sent = deciding.group_by(*WHOSE, "member").agg(sent=nw.len())
    on = [*WHOSE, "member"]
    null = run.fetch(posters.join(sent, on=on, how="left"), *on).fillna({"sent": 0})
    return [
        run.fetch(windows.summarise_posting(posters), *WHOSE),
        _sum_by_window(
            run, windows.match_windows(answers, spans), "replies_explicit", "replies"
        ),
        run.fetch(windows.summarise_replies_received(deciding), *WHOSE),
        add_expected_centres(null, WHOSE),
        *_build_owner_tables(spoken, posters, deciding),
    ]


def _build_owner_tables(
    spoken: ActivityCounts, posters: Frame, deciding: Frame
) -> list[pd.DataFrame]:
    if spoken.owners is None:
        return []
    shares = hosts.compute_owner_share(posters, spoken.owners)
    most_answered = hosts.is_owner_most_answered(deciding, spoken.owners)
    return [spoken.run.fetch(part, *WHOSE) for part in (shares, most_answered)]


def _sum_by_window(run: Engine, counts: Frame, *names: str) -> pd.DataFrame:
    sums = counts.group_by(*WHOSE).agg(add_up(*names))
    return run.fetch(sums, *WHOSE)
