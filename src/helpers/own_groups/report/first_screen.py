"""The first screen of a page of own groups: sentences, then a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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
    list_people,
)
from helpers.own_groups.sentences import Text, hide_small, name_group
from helpers.records import DAY_US

if TYPE_CHECKING:
    from helpers.own_groups.cards import Card
    from helpers.own_groups.report.answers import OwnAnswer
    from helpers.study import Study

LEAST_GROUPS = 5  # from which the picture is their curve
THREE_MONTHS = "s0-three-month-death"
TICKS = (0, 30, 105, 182, 365)
MOST_MONTHS = 36
HERE = Text(
    "{groups}: {messages} from {first} to {last}.",
    "{groups}，从 {first} 到 {last} 共 {messages}。",
)
CHANGED = Text(
    "{name}: from {before:,} to {since:,} messages a month since {month}.",
    "{name}：{month}起，每月从 {before:,} 条变成 {since:,} 条。",
)
NO_CHANGE = Text(
    "In no group that still talks, with a record of six months, did messages a month"
    " halve or double for good.",
    "还有人说话、记录满六个月的群里，没有哪个从某月起消息少了一半或多了一倍。",
)
STOPPED = Text(
    "{n} {who} stopped writing, in groups written to in the last four weeks of their"
    " record: they wrote on {days} days or more, and not in its last {recent}.",
    "记录的最后四周还有人说话的群里，{n} 个常客不再说话：以前至少 {days} 天说过话，"
    "最后 {recent} 天没有。",
)
NEW = Text(
    "{n} {who} wrote there for the first time in the last {recent} days.",
    "最后 {recent} 天，{n} 个人在这些群里第一次说话。",
)
NOBODY = {
    STOPPED: Text(
        "No regular stopped writing, in groups written to in the last four weeks of"
        " their record.",
        "记录的最后四周还有人说话的群里，没有常客不再说话。",
    ),
    NEW: Text(
        f"Nobody wrote there for the first time in the last {RECENT_DAYS} days.",
        f"最后 {RECENT_DAYS} 天，这些群里没有人第一次说话。",
    ),
}
SILENT = Text(
    "Silent for good by day 105, of your groups watched that long: {alone}; with what"
    " is known elsewhere {together}.",
    "看满 105 天的你的群，到那时彻底沉寂的：{alone}；加上别处的数是 {together}。",
)
SILENT_ALONE = Text(
    "Silent for good by day 105, of your groups watched that long: {alone}.",
    "看满 105 天的你的群，到那时彻底沉寂的：{alone}。",
)
METHOD = Text(
    "A change is the split of the whole months at which the mean differs most, by four"
    " standard errors and a factor of two or more in the median month. People are"
    " counted in each group with a record of {least} days that was written to in the"
    " last four weeks.",
    "变化：把整月一分为二，前后均值差得最多、超过四个标准误，且居中的月份至少差一倍。"
    "人数只数记录满 {least} 天、最近四周有人说话的群，各群分开数。",
)
MORE = Text("and {n} more, below", "另有 {n} 个群，见下")
OWN, ELSEWHERE = Text("your groups", "你的群"), Text("public chats", "公开聊天群")
CURVE_TITLE = Text("Groups still alive by age", "还活着的群，按群龄")
DAYS = Text("days since the first message", "第一条消息后的天数")
CURVE = Text(
    "Of 100 of your groups, how many were still alive at an age; shaded: from the"
    " shortest-lived to the longest-lived of {places} public communities of chat groups"
    " (group life tables).",
    "你的群，100 个里到某个年纪还活着几个；阴影：{places} 处公开聊天社群里，"
    "从最短命的到最长命的（群组生命表）。",
)
MONTHS_TITLE = Text("Messages by month", "每月消息数")
MONTHS = Text("Messages a month, whole months only.", "每月消息数，只画整月。")
MOST_CHANGES, MONTH_DAYS = 3, 30.4


@dataclass(frozen=True, slots=True)
class News:
    """What changed in the groups of a study, by group."""

    changes: Mapping[int, Change] = field(default_factory=dict)
    people: Mapping[int, People] = field(default_factory=dict)


def read_news(study: Study) -> News:
    """Find what changed in the groups of a study."""
    return News(find_changes(study), list_people(study))


def describe_first_screen(
    cards: Sequence[Card], news: News, answers: Sequence[OwnAnswer], k: int
) -> Iterator[Text]:
    """Yield the sentences that a page begins with."""
    n, messages = len(cards), sum(card.messages for card in cards)
    yield HERE.fill(
        groups=Text(f"{n:,} group{'s' * (n != 1)}", f"{n:,} 个群"),
        messages=Text(
            f"{messages:,} message{'s' * (messages != 1)}", f"{messages:,} 条消息"
        ),
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


def describe_change(name: Text, change: Change) -> Text:
    """Describe a change of a group's level of messages."""
    year, month = change.month.split("-")
    when = Text(
        pd.Period(change.month, "M").strftime("%B %Y"), f"{year} 年 {int(month)} 月"
    )
    return CHANGED.fill(name=name, before=change.before, since=change.since, month=when)


def _describe_changes(cards: Sequence[Card], news: News) -> Iterator[Text]:
    living = [
        card
        for card in cards
        if not card.is_dead and card.age_days >= LEAST_MONTHS * MONTH_DAYS
    ]
    changed = [card for card in living if card.group in news.changes]
    changed.sort(key=lambda card: -news.changes[card.group].factor)
    if living and not changed:
        yield NO_CHANGE
    for card in changed[:MOST_CHANGES]:
        yield describe_change(name_group(card.label), news.changes[card.group])
    if (rest := len(changed) - MOST_CHANGES) > 0:
        yield MORE.fill(n=rest)


def _describe_people(news: News, k: int) -> Iterator[Text]:
    if not news.people:
        return
    stopped = sum(len(people.stopped) for people in news.people.values())
    new = sum(len(people.new) for people in news.people.values())
    for form, count, one, many in (
        (STOPPED, stopped, "regular", "regulars"),
        (NEW, new, "person", "people"),
    ):
        if not count:
            yield NOBODY[form]
            continue
        n = hide_small(count, k)
        who = one if n.en == "1" else many
        text = form.fill(n=n, who=who, days=REGULAR_DAYS, recent=RECENT_DAYS)
        yield Text(text.en[:1].upper() + text.en[1:], text.zh)


def draw_picture(study: Study, cards: Sequence[Card]) -> tuple[str, Text] | None:
    """Draw the curve of five groups and more, or else messages by month."""
    if len(cards) >= LEAST_GROUPS and (drawn := _draw_lives(study)):
        return drawn
    counts = count_all_months(study)
    if not counts:
        return None
    return draw_months(counts[-MOST_MONTHS:], MONTHS_TITLE), MONTHS


def count_all_months(study: Study) -> list[tuple[str, int]]:
    """Count messages of all groups by whole month."""
    groups = study.table("groups")
    end = int((groups["end_us"].max() + study.manifest.day_offset_us) // DAY_US) - 1
    months = count_months(study.table("daily")[["day", "messages"]], end)
    return [(str(month), int(n)) for month, n in months.items()]


def _draw_lives(study: Study) -> tuple[str, Text] | None:
    from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow to import
    from helpers.life_tables import load_life_tables  # noqa: PLC0415

    try:
        curve = silence(study).curve()
    except NotIdentifiableError:
        return None
    rows = load_life_tables().groups
    rows = rows[
        rows["kind"].eq("chat")
        & rows["reading"].eq("silent for good")
        & rows["population"].eq("ever spoke")
        & rows["part"].eq("all")
        & rows["share"].notna()
        & rows["age_days"].le(TICKS[-1])
    ]
    by = rows.groupby("age_days")["share"].agg(["min", "max"])
    band = Band(
        [0.0, *by.index.astype(float)],
        [1.0, *(1 - by["max"])],
        [1.0, *(1 - by["min"])],
    )
    known = ~np.isnan(curve.survival)
    steps = list(
        zip(curve.times[known].tolist(), curve.survival[known].tolist(), strict=True)
    )
    labels = {"title": CURVE_TITLE, "own": OWN, "band": ELSEWHERE, "x": DAYS}
    places = int(rows["source"].nunique())
    return draw_curve(steps, band, TICKS, labels), CURVE.fill(places=places)


def find_gaps(days: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pauses between days with messages: first silent day, and its length.

    >>> find_gaps([1, 2, 5])
    [(3, 2)]
    """
    ordered = sorted(set(days))
    return [(a + 1, b - a - 1) for a, b in pairwise(ordered) if b - a > 1]
