"""The first screen of a page of own groups: sentences, then a picture."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import NotIdentifiableError
from helpers.own_groups.report.charts import Band, draw_curve, draw_months
from helpers.own_groups.report.news import (
    LEAST_MONTHS,
    RECENT_DAYS,
    REGULAR_DAYS,
    Change,
    People,
    count_months,
    find_changes,
    list_last_days,
    list_people,
)
from helpers.own_groups.sentences import hide_small, name_group
from helpers.small_counts import ENOUGH_GROUPS
from helpers.wording import Message, say, say_counts, say_in, say_plural

if TYPE_CHECKING:
    from helpers.own_groups.cards import Card
    from helpers.own_groups.report.answers import OwnAnswer
    from helpers.study import Study

THREE_MONTHS = "s0-three-month-death"
TICKS = (0, 30, 105, 182, 365)
MOST_MONTHS = 36
HERE = say("{groups}: {messages} from {first} to {last}.")
CHANGED = say("{name}: from {before:,} to {since:,} messages a month since {month}.")
NO_CHANGE = say(
    "In no group that still talks, with a record of six months, did messages a month"
    " halve or double for good."
)
STOPPED = say(
    "{n} {who} stopped writing, in groups written to in the last four weeks of their"
    " record: they wrote on {days} days or more, and not in its last {recent}."
)
NEW = say("{n} {who} wrote there for the first time in the last {recent} days.")
NOBODY = {
    STOPPED: say(
        "No regular stopped writing, in groups written to in the last four weeks of"
        " their record."
    ),
    NEW: say(
        "Nobody wrote there for the first time in the last {recent_days} days.",
        recent_days=RECENT_DAYS,
    ),
}
SILENT = say(
    "Silent for good by day 105, of your groups watched long enough: {alone}; with what"
    " is known elsewhere {together}."
)
SILENT_ALONE = say(
    "Silent for good by day 105, of your groups watched long enough: {alone}."
)
METHOD = say(
    "A change is the split of the whole months at which the mean differs most, by four"
    " standard errors and a factor of two or more in the median month. People are"
    " counted in each group with a record of {least} days that was written to in the"
    " last four weeks."
)
MORE = say("and {n} more, below")
OWN, ELSEWHERE = say("your groups"), say("public chats")
CURVE_TITLE = say("Groups still alive by age")
DAYS = say_in("chart", "days since the first message")
CURVE = say(
    "Of 100 of your groups, how many were still alive at an age; shaded: from the"
    " shortest-lived to the longest-lived of {places} public communities of chat"
    " groups (group life tables)."
)
MONTHS_TITLE = say("Messages by month")
MONTHS = say("Messages a month, whole months only.")
MOST_CHANGES, CALENDAR_DAYS = 3, 30.4


@dataclass(frozen=True, slots=True)
class News:
    """What changed in the groups of a study, by group."""

    changes: Mapping[int, Change] = field(default_factory=dict)
    people: Mapping[int, People] = field(default_factory=dict)


def read_news(study: Study, cards: Sequence[Card]) -> News:
    """Find what changed in the groups of a study."""
    over = {card.group for card in cards if card.state in {"silent", "closed"}}
    return News(find_changes(study, over), list_people(study))


def describe_first_screen(
    cards: Sequence[Card], news: News, answers: Sequence[OwnAnswer], k: int
) -> Iterator[Message]:
    """Yield the sentences that a page begins with."""
    n, messages = len(cards), sum(card.messages for card in cards)
    yield HERE.fill(
        groups=say_counts(groups=n),
        messages=say_counts(messages=messages),
        first=min(card.since for card in cards),
        last=max(card.until for card in cards),
    )
    yield from _describe_changes(cards, news)
    yield from _describe_people(news, k)
    for answer in answers:
        if answer.claim == THREE_MONTHS:
            form = SILENT if answer.together else SILENT_ALONE
            yield form.fill(alone=answer.found, together=answer.together)
            break


def describe_change(name: str, change: Change) -> Message:
    """Describe a change of a group's level of messages."""
    year, month = change.month.split("-")
    when = say("{month} {year}", month=say(month_name[int(month)]), year=year)
    return CHANGED.fill(name=name, before=change.before, since=change.since, month=when)


def _describe_changes(cards: Sequence[Card], news: News) -> Iterator[Message]:
    living = [
        card
        for card in cards
        if card.state != "silent" and card.age_days >= LEAST_MONTHS * CALENDAR_DAYS
    ]
    changed = [card for card in living if card.group in news.changes]
    changed.sort(key=lambda card: -news.changes[card.group].factor)
    if not changed and any(card.state == "alive" for card in living):
        yield NO_CHANGE
    for card in changed[:MOST_CHANGES]:
        yield describe_change(name_group(card.label), news.changes[card.group])
    if (rest := len(changed) - MOST_CHANGES) > 0:
        yield MORE.fill(n=rest)


def _describe_people(news: News, k: int) -> Iterator[Message]:
    if not news.people:
        return
    stopped = sum(len(people.stopped) for people in news.people.values())
    new = sum(len(people.new) for people in news.people.values())
    for form, count, who in (
        (STOPPED, stopped, say_plural("regular", "regulars", n=max(stopped, k))),
        (NEW, new, say_plural("person", "people", n=max(new, k))),
    ):
        if count:
            n = hide_small(count, k, begins=True)
            yield form.fill(n=n, who=who, days=REGULAR_DAYS, recent=RECENT_DAYS)
        else:
            yield NOBODY[form]


def draw_picture(study: Study, cards: Sequence[Card]) -> tuple[str, str] | None:
    """Draw the curve of five groups and more, or else messages by month."""
    if len(cards) >= ENOUGH_GROUPS and (drawn := _draw_lives(study)):
        return drawn
    counts = count_all_months(study)
    if not counts:
        return None
    return draw_months(counts[-MOST_MONTHS:], MONTHS_TITLE), MONTHS


def count_all_months(study: Study) -> list[tuple[str, int]]:
    """Count messages of all groups by whole month."""
    end = max(list_last_days(study).values())
    months = count_months(study.table("daily")[["day", "messages"]], end)
    return [(str(month), int(n)) for month, n in months.items()]


def _draw_lives(study: Study) -> tuple[str, str] | None:
    from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow to import
    from helpers.own_groups.opened import select_silent  # noqa: PLC0415

    try:
        curve = silence(study).curve()
    except NotIdentifiableError:
        return None
    rows = select_silent()
    rows = rows[rows["age_days"].le(TICKS[-1])]
    by = rows.groupby("age_days")["share"].agg(["min", "max"])
    band = Band(
        [0.0, *by.index.astype(float)], [1.0, *(1 - by["max"])], [1.0, *(1 - by["min"])]
    )
    known = ~np.isnan(curve.survival)
    steps = list(
        zip(curve.times[known].tolist(), curve.survival[known].tolist(), strict=True)
    )
    labels = {"title": CURVE_TITLE, "own": OWN, "band": ELSEWHERE, "x": DAYS}
    places = int(rows["source"].nunique())
    return draw_curve(steps, band, TICKS, labels), CURVE.fill(places=places)
