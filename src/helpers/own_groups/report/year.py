"""A year in review of one group, for its owner's eyes: with names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pandas as pd

from helpers.own_groups.record import Record
from helpers.own_groups.report.news import find_people
from helpers.own_groups.sentences import Text
from helpers.records import DAY_US, to_iso_day

YEAR_DAYS = 365
NAMED = 5  # people that a sentence names
LEAST_SILENCE = 3  # days, from which breaking it is told
TOP = 8  # emoji
# pictographs, flags, keycaps; joined ones and those with a skin are one
EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2})|(?:[\u2600-\u27bf\U0001f300-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2640\u2642\u2600-\u27bf"
    "\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)

Name = Callable[[str], str]


def describe_year(
    own: Record, end_us: int, offset_us: int, name: Name
) -> Iterator[Text]:
    """Yield what a group's last 365 days were, with names."""
    days = (own.messages["time_us"].astype("int64") + offset_us) // DAY_US
    end = (end_us - 1 + offset_us) // DAY_US
    inside = days.between(end - YEAR_DAYS + 1, end)
    rows, days = own.messages[inside], days[inside]
    if rows.empty:
        return
    until, number = _format_day(end), days.nunique()
    yield Text(
        f"In the year up to {until}: {_count_messages(len(rows)).en} on"
        f" {number:,} day{'s' * (number != 1)}.",
        f"到 {until} 为止的一年：{number:,} 天里有 {len(rows):,} 条消息。",
    )
    by_day = days.value_counts()
    busiest = by_day[by_day.eq(by_day.max())].index
    first, others = _format_day(int(busiest.min())), len(busiest) - 1
    most = _count_messages(int(by_day.max()))
    alike = Text("", "")
    if others:
        alike = Text(f" (as on {others:,} more)", f"（另有 {others:,} 天一样多）")
    yield Text(
        f"Busiest day: {first}, with {most.en}{alike.en}.",
        f"最热闹的一天：{first}，{most.zh}{alike.zh}。",
    )
    yield _describe_streak(sorted(days.unique().tolist()))
    if broken := _describe_broken_silence(rows, name):
        yield broken
    top = rows["sender"].dropna().value_counts()
    if len(top):
        leaders = top[top.index.isin(sorted(top.index, key=lambda s: (-top[s], s))[:3])]
        named = "、".join(f"{name(str(who))} {n:,}" for who, n in leaders.items())
        yield Text(f"Wrote most: {named.replace('、', ', ')}.", f"说得最多：{named}。")


def describe_people(
    own: Record, end_us: int, offset_us: int, name: Name
) -> Iterator[Text]:
    """Yield who of the regulars stopped writing and who is new, with names."""
    rows = own.messages.dropna(subset="sender")
    days = (rows["time_us"].astype("int64") + offset_us) // DAY_US
    spoke = pd.DataFrame({"person": rows["sender"], "day": days}).drop_duplicates()
    people = find_people(spoke, int((end_us - 1 + offset_us) // DAY_US))
    if people is None:
        return
    for ids, en, zh in (
        (people.stopped, "Regulars who stopped (60 days)", "不再说话的常客（60 天）"),
        (people.new, "New in the last 60 days", "最近 60 天新来的"),
    ):
        named = [name(str(one)) for one in ids[:NAMED]]
        rest = len(ids) - len(named)
        more = (f" and {rest} more", f" 等 {len(ids)} 人") if rest > 0 else ("", "")
        nobody = ("none", "没有")
        yield Text(
            f"{en}: {', '.join(named) + more[0] if named else nobody[0]}.",
            f"{zh}：{'、'.join(named) + more[1] if named else nobody[1]}。",
        )


def _describe_streak(days: list[int]) -> Text:
    best = run = 1
    start = begin = days[0]
    for before, day in pairwise(days):
        run, begin = (run + 1, begin) if day == before + 1 else (1, day)
        if run > best:
            best, start = run, begin
    return Text(
        f"Longest streak: {best:,} day{'s' * (best != 1)} with messages, from"
        f" {_format_day(start)}.",
        f"连着有人说话最久：{best:,} 天，从 {_format_day(start)} 起。",
    )


def _describe_broken_silence(rows: pd.DataFrame, name: Name) -> Text | None:
    """Describe the longest silence of the year, and who broke it."""
    pauses = rows["time_us"].astype("int64").diff()
    if pauses.isna().all() or pauses.max() < LEAST_SILENCE * DAY_US:
        return None
    longest = int(pauses.fillna(0).to_numpy().argmax())
    whole = int(pauses.iloc[longest] // DAY_US)
    who = rows["sender"].iloc[longest]
    by = "" if pd.isna(who) else name(str(who))
    return Text(
        f"Longest silence: {whole:,} days" + (f", broken by {by}." if by else "."),
        f"最长的一次安静：{whole:,} 天" + (f"，{by} 先开的口。" if by else "。"),
    )


def count_emoji(texts: pd.Series[str]) -> list[tuple[str, int]]:
    """Count the emoji of texts, the commonest first; a joined one is one.

    >>> count_emoji(pd.Series(["👍🏽 👍🏽", "👩‍👩‍👧 ok"]))
    [('👍🏽', 2), ('👩‍👩‍👧', 1)]
    """
    counts = Counter(emoji for text in texts for emoji in EMOJI.findall(text))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]


def describe_emoji(texts: pd.DataFrame, end_us: int, offset_us: int) -> Text | None:
    """Describe the commonest emoji of the last 365 days, and the share with any.

    `texts`: ``time_us`` and ``text``.
    """
    days = (texts["time_us"].astype("int64") + offset_us) // DAY_US
    last = (end_us - 1 + offset_us) // DAY_US
    said = texts["text"][days.between(last - YEAR_DAYS + 1, last)]
    counts = count_emoji(said)
    if not counts:
        return None
    share = f"{100 * said.str.contains(EMOJI).mean():.0f}%"
    listed = " ".join(f"{emoji} {n:,}" for emoji, n in counts)
    return Text(
        f"Emoji in {share} of {len(said):,} texts: {listed}",
        f"{len(said):,} 条文字里 {share} 带表情：{listed}",
    )


def _count_messages(n: int) -> Text:
    return Text(f"{n:,} message{'s' * (n != 1)}", f"{n:,} 条消息")


def _format_day(day: int) -> str:
    return to_iso_day(int(day) * DAY_US)
