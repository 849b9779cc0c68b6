"""A year in review of one group, for its owner's eyes: with names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pandas as pd

from helpers.own_groups.cards.newcomers import RECENT_DAYS
from helpers.own_groups.record import Record
from helpers.records import DAY_US, to_iso_day
from helpers.wording import (
    Message,
    Verbatim,
    join_messages,
    say,
    say_counts,
    say_plural,
)
from helpers.wording.messages import LIST

YEAR_DAYS = 365
NAMED = 5  # people that a sentence names
LEAST_SILENCE = 3  # days, from which breaking it is told
# pictographs, flags, keycaps; joined ones and those with a skin are one
EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2})|(?:[\u2600-\u27bf\U0001f300-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2640\u2642\u2600-\u27bf"
    "\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)

Name = Callable[[str], str]


def describe_year(
    own: Record, end_us: int, offset_us: int, name: Name
) -> Iterator[Message]:
    """Yield what a group's last 365 days were, with names."""
    days = (own.messages["time_us"].astype("int64") + offset_us) // DAY_US
    end = (end_us - 1 + offset_us) // DAY_US
    inside = days.between(end - YEAR_DAYS + 1, end)
    rows, days = own.messages[inside], days[inside]
    if rows.empty:
        return
    until, number = _format_day(end), days.nunique()
    yield say(
        "In the year up to {until}: {messages} on {days}.",
        until=until,
        messages=say_counts(messages=len(rows)),
        days=say_counts(days=number),
    )
    by_day = days.value_counts()
    busiest = by_day[by_day.eq(by_day.max())].index
    first, others = _format_day(int(busiest.min())), len(busiest) - 1
    most = say_counts(messages=int(by_day.max()))
    alike: str = Verbatim("")
    if others:
        alike = say(" (as on {others:,} more)", others=others)
    yield say(
        "Busiest day: {first}, with {most}{alike}.", first=first, most=most, alike=alike
    )
    yield _describe_streak(sorted(days.unique().tolist()))
    if broken := _describe_broken_silence(rows, name):
        yield broken
    top = rows["sender"].dropna().value_counts()
    if len(top):
        leaders = top[top.index.isin(sorted(top.index, key=lambda s: (-top[s], s))[:3])]
        named = [Verbatim(f"{name(str(who))} {n:,}") for who, n in leaders.items()]
        yield say("Wrote most: {people}.", people=join_messages(LIST, named))


def describe_people(people: pd.DataFrame, name: Name) -> Iterator[Message]:
    """Yield who of the regulars stopped writing and who is new, with names.

    `people`: the rows of `list_people` of one group.
    """
    stopped = people[people["stopped"]].sort_values(["days", "last"], ascending=False)
    new = people[people["recent"]].sort_values(["came", "person"])
    dated = bool(people["dated"].any())
    for rows, is_told, line in (
        (stopped, people["long"], say("Regulars who stopped ({days} days): {people}.")),
        (new, people["told"] & dated, say("Joined in the last {days} days: {people}.")),
        (
            new,
            people["told"] & (not dated),
            say("Wrote for the first time in the last {days} days: {people}."),
        ),
    ):
        if is_told.any():
            names = [name(str(one)) for one in rows["person"]]
            yield line.fill(people=_list_names(names), days=RECENT_DAYS)


def _list_names(names: list[str]) -> Message:
    """List names, the first five by themselves."""
    listed = join_messages(LIST, map(Verbatim, names[:NAMED]))
    rest = len(names) - NAMED
    if rest > 0:
        return say("{names} and {n} more", names=listed, n=rest)
    return listed if names else say("none")


def _describe_streak(days: list[int]) -> Message:
    best = run = 1
    start = begin = days[0]
    for before, day in pairwise(days):
        run, begin = (run + 1, begin) if day == before + 1 else (1, day)
        if run > best:
            best, start = run, begin
    return say_plural(
        "Longest streak: {n:,} day with messages, from {day}.",
        "Longest streak: {n:,} days with messages, from {day}.",
        n=best,
        day=_format_day(start),
    )


def _describe_broken_silence(rows: pd.DataFrame, name: Name) -> Message | None:
    """Describe the longest silence of the year, and who broke it."""
    pauses = rows["time_us"].astype("int64").diff()
    if pauses.isna().all() or pauses.max() < LEAST_SILENCE * DAY_US:
        return None
    longest = int(pauses.fillna(0).to_numpy().argmax())
    whole = int(pauses.iloc[longest] // DAY_US)
    who = rows["sender"].iloc[longest]
    if pd.isna(who):
        return say("Longest silence: {n:,} days.", n=whole)
    person = Verbatim(name(str(who)))
    return say(
        "Longest silence: {n:,} days, broken by {person}.", n=whole, person=person
    )


def _format_day(day: int) -> str:
    return to_iso_day(int(day) * DAY_US)
