"""Sentences on a group's card in English and Chinese, small counts masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpers.errors import ShequnError
from helpers.forecast import chance_of_going_on, chance_of_no_pause
from helpers.forecast.first_pause import DAYS
from helpers.forecast.going_on import Chance
from helpers.group_lives.silence import SILENCE_DAYS
from helpers.own_groups.cards import MONTH, Card, Newcomers
from helpers.wording.messages import render, say_plural

STATES = (
    ("unusually quiet", "静得反常"),
    ("losing writers", "说话的人在减少"),
    ("steady", "平稳"),
    ("inactive", "已经静了"),
    ("closed", "已关闭"),
    ("not known", "不知道还说不说话"),
)
CLOSED = {  # by how
    "dissolved": ("Dissolved by its owner on {day}", "{day} 被群主解散"),
    "archived": ("Archived on {day}", "{day} 已归档"),
    "stated": ("Closed on {day}", "{day} 已关闭"),
}

_PSEUDONYM = re.compile(r"group [0-9a-f]{8}")
_SMALL = re.compile(r"small group \d+")


class Text(NamedTuple):
    """A sentence in English and Chinese."""

    en: str
    zh: str

    def fill(self, *words: object, **values: object) -> Text:
        """Return both languages with values in the place of their names.

        A value that is a `Text` itself is put into each language in its own.
        """

        def choose(value: object, at: int) -> object:
            return value[at] if isinstance(value, Text) else value

        return Text(
            *(
                form.format(
                    *(choose(word, at) for word in words),
                    **{name: choose(value, at) for name, value in values.items()},
                )
                for at, form in enumerate(self)
            )
        )

    def choose(self, *, chinese: bool) -> str:
        """Return the sentence in one language."""
        return self.zh if chinese else self.en


NONE = Text("–", "–")
INSTRUMENT_NAMES = {
    "chat_line": Text("Chinese (chat lines)", "中文（聊天短句）"),
    "snownlp": Text("Chinese, SnowNLP as shipped", "中文（SnowNLP 原样）"),
    "vader": Text("English (VADER)", "英文（VADER）"),
}
WEEKDAYS = (
    Text("Mon", "一"), Text("Tue", "二"), Text("Wed", "三"), Text("Thu", "四"),
    Text("Fri", "五"), Text("Sat", "六"), Text("Sun", "日"),
)  # fmt: skip


def format_percent(share: float) -> str:
    """Format a share as a whole percentage.

    >>> format_percent(0.374)
    '37%'
    """
    return f"{100 * share:.0f}%"


def is_pseudonym(label: str) -> bool:
    """Return whether a label is the code of a group without a name.

    >>> is_pseudonym("group 3acef4a7"), is_pseudonym("group 7")
    (True, False)
    """
    return _PSEUDONYM.fullmatch(label) is not None


def name_group(label: str) -> Text:
    """Return a group's label in both languages; only a code is translated.

    >>> name_group("group 3acef4a7").zh
    '群 3acef4a7'
    """
    if _SMALL.fullmatch(label):
        return Text(label, label.replace("small group", "小群"))
    return Text(label, label.replace("group", "群") if is_pseudonym(label) else label)


def describe_excluded(reason: str, rows: int) -> Text:
    """Describe how many rows of an export are not counted, and why.

    >>> describe_excluded("could not be read", 1200)
    Text(en='1,200 rows: could not be read', zh='1,200 行：读不出来')
    """
    line = say_plural(
        "{n:,} row: {reason}", "{n:,} rows: {reason}", n=rows, reason=reason
    )
    return Text(line, render(line, "zh") or line)


def describe_states(needs: Sequence[int]) -> Text:
    """Describe how many groups are in each state, by their ranks.

    >>> describe_states([3, 0, 3]).en
    '3 groups: 1 unusually quiet, 2 inactive.'
    """
    counts = [(needs.count(rank), Text(*STATES[rank])) for rank in sorted(set(needs))]
    return Text(
        f"{len(needs):,} groups: {', '.join(f'{n:,} {s.en}' for n, s in counts)}.",
        f"{len(needs):,} 个群：{'，'.join(f'{n:,} 个{s.zh}' for n, s in counts)}。",
    )


def describe_rest(groups: int) -> Text:
    """Describe how many groups are on the page only.

    >>> describe_rest(1).en, describe_rest(75).zh
    ('… and 1 more group on the page', '……另有 75 个群，见网页')
    """
    noun = "group" if groups == 1 else "groups"
    return Text(
        f"… and {groups:,} more {noun} on the page", f"……另有 {groups:,} 个群，见网页"
    )


def hide_small(people: int, k: int) -> Text:
    """Format a count of people; counts from 1 to k − 1 are masked for privacy.

    >>> hide_small(3, 5), hide_small(0, 5).en, hide_small(12, 5).zh
    (Text(en='fewer than 5', zh='不到 5'), '0', '12')
    """
    if 0 < people < k:
        return Text(f"fewer than {k}", f"不到 {k}")
    return Text(f"{people:,}", f"{people:,}")


def _count_days(days: float) -> Text:
    whole = int(days)
    return Text(f"{whole:,} day{'s' * (whole != 1)}", f"{whole:,} 天")


def _describe_last_day(card: Card) -> Text:
    """Describe the last day of a record that ends with a message."""
    return Text(
        f"somebody wrote on the last day of the record, {card.until}",
        f"记录的最后一天（{card.until}）还有人说话",
    )


def _describe_unknown(card: Card) -> Text:
    """Describe a group of which the end of observation is not known."""
    file = Text("", "")
    if card.seen:
        file = Text(f" the file is of {card.seen};", f"文件是 {card.seen} 的，")
    return Text(
        f"Last message on {card.last};{file.en} whether it still talks is not known"
        " (--exported says when the export was made).",
        f"最后一条消息是 {card.last} 发的；{file.zh}之后还说不说话不知道"
        "（用 --exported 说明哪天导出的）。",
    )


def _describe_closed(card: Card) -> Text:
    said = Text(*CLOSED.get(card.closed_kind or "", CLOSED["stated"]))
    said = said.fill(day=card.closed)
    return Text(
        f"{said.en}; the last message was on {card.last}.",
        f"{said.zh}；最后一条消息是 {card.last} 发的。",
    )


def _describe_silent(card: Card) -> Text:
    last, end = _describe_last_message(card), _count_days(card.death_days)
    why = Text("(slow groups get longer)", "（起初话少的群等得更久）")
    if card.death_days > SILENCE_DAYS:
        why = Text("at its early traffic", "（这个群起初话少，等得久些）")
    return Text(
        f"Inactive: {last.en}, and {end.en} of silence count as the end {why.en}.",
        f"已经静了：{last.zh}；连续 {end.zh}没人说话就算结束{why.zh}。",
    )


def _describe_last_message(card: Card) -> Text:
    if card.days_ago < 1:
        return _describe_last_day(card)
    ago = _count_days(card.days_ago)
    return Text(f"the last message was {ago.en} ago", f"最后一条消息是 {ago.zh}前发的")


def _describe_alive(card: Card) -> Text:
    last, end = _describe_last_message(card), _count_days(card.death_days)
    count = Text(
        f"{end.en} of silence would count as its end",
        f"连续 {end.zh}没人说话才算结束",
    )
    if card.is_unusually_quiet:
        return Text(
            f"Alive but unusually quiet: {last.en} ({count.en}).",
            f"还活着，但静得反常：{last.zh}（{count.zh}）。",
        )
    if card.is_fading:
        return Text(
            "Alive, with half as many writers as a month ago or fewer:"
            f" {last.en} ({count.en}).",
            f"还活着，但说话的人只有上个月的一半或更少：{last.zh}（{count.zh}）。",
        )
    if not card.has_end and card.seen:
        ago = _count_days(card.days_ago)
        then = Text(
            f"the last message was {ago.en} before", f"最后一条消息是 {ago.zh}前发的"
        )
        if card.days_ago < 1:
            then = Text("somebody wrote on it", "当天有人说话")
        return Text(
            f"Alive on {card.seen}, the day of its file: {then.en} ({count.en}).",
            f"到 {card.seen}（文件的日期）还活着：{then.zh}（{count.zh}）。",
        )
    if card.days_ago < 1:
        return Text(
            f"Alive on {card.until}, the last day of the record: somebody wrote on it"
            f" ({count.en}).",
            f"到 {card.until}（记录的最后一天）还活着，当天有人说话（{count.zh}）。",
        )
    return Text(f"Alive: {last.en} ({count.en}).", f"还活着：{last.zh}（{count.zh}）。")


_DESCRIBE = {
    "closed": _describe_closed,
    "unknown": _describe_unknown,
    "silent": _describe_silent,
    "alive": _describe_alive,
}


def describe_state(card: Card) -> Text:
    """Describe whether a group is active, and how long a silence means its death."""
    return _DESCRIBE[card.state](card)


def describe_chance(card: Card, k: int) -> Text | None:
    """Describe the chance that a group still talks in three to five months.

    Nothing is said outside the range that was measured, or where the number of writers
    is hidden.
    """
    if card.people_28 is None or card.people_28 < k:
        return None
    try:
        found = chance_of_going_on(card.people_28, card.age_days, "chat")
    except ShequnError:
        return None
    chance, low, high, population = _round_chance(found)
    noun = "person" if card.people_28 == 1 else "people"
    return Text(
        f"{card.people_28} {noun} wrote in 28 days: of 100 such groups of its age"
        f" {chance} ({low} to {high}) still talk three to five months later"
        f" ({found.population}).",
        f"28 天里有 {card.people_28} 个人说过话：年纪相近的这样的群，"
        f"100 个有 {chance} 个（{low} 到 {high}）三到五个月后还有人说话"
        f"（{population}）。",
    )


def _round_chance(found: Chance) -> tuple[int, int, int, str]:
    """Return a chance of 100 with its range, and the population in Chinese."""
    chance, low, high = (round(100 * p) for p in (found.chance, found.low, found.high))
    return chance, low, high, render(found.population, "zh") or found.population


def describe_first_pause(card: Card) -> Text | None:
    """Describe the chance that a young group begins no pause of 60 days by day 105."""
    if card.early_messages is None or card.age_days >= DAYS[0] or card.state != "alive":
        return None
    found = chance_of_no_pause(card.early_messages, DAYS[0])
    chance, low, high, population = _round_chance(found)
    noun = "message" if card.early_messages == 1 else "messages"
    return Text(
        f"{card.early_messages:,} {noun} in days 8–28: of 100 such groups {chance}"
        f" ({low} to {high}) begin no silence of {SILENCE_DAYS:.0f} days by day"
        f" {DAYS[0]} ({found.population}).",
        f"第 8–28 天有 {card.early_messages:,} 条消息：100 个这样的群，有 {chance} 个"
        f"（{low} 到 {high}）到第 {DAYS[0]} 天还没有停过 {SILENCE_DAYS:.0f} 天"
        f"（{population}）。",
    )


def describe_carriers(card: Card, k: int) -> Text:
    """Describe how many people wrote lately, and the share of the most active."""
    if card.people_28 is None or card.people_before is None:
        return Text(
            "Who carries it is not known: this export does not record who wrote.",
            "靠谁撑着看不出来：这份导出没有记下是谁说的。",
        )
    now, before = hide_small(card.people_28, k), _describe_writers_before(card, k)
    wrote = Text(
        f"{now.en} wrote in the last four weeks{before.en}",
        f"最近四周有{_space(now.zh)} 人说话{before.zh}",
    )
    if not card.people_28 or card.top is None or card.top_three is None:
        return Text(f"{_capitalise(wrote.en)}.", f"{wrote.zh}。")
    if card.people_28 < k:
        return Text(
            f"{_capitalise(wrote.en)}; with so few, shares are hidden.",
            f"{wrote.zh}；人太少，不列比例。",
        )
    top, three = format_percent(card.top), format_percent(card.top_three)
    return Text(
        f"One person wrote {top} of the last four weeks' messages, three wrote {three};"
        f" {wrote.en}.",
        f"最近四周的消息，一个人说了 {top}，前三个人说了 {three}；{wrote.zh}。",
    )


def _describe_writers_before(card: Card, k: int) -> Text:
    """Describe how many people wrote before the last four weeks, if it existed."""
    if not card.days_before:
        return Text("; the record goes no further back", "，再往前没有记录")
    people = hide_small(card.people_before or 0, k)
    days = _count_days(card.days_before)
    span = Text("four", "四周")
    if card.days_before < MONTH:
        span = Text(days.en, f" {days.zh}")
    return Text(
        f", {people.en} in the {span.en} before",
        f"，再前{span.zh}{_space(people.zh)} 人",
    )


def describe_silent_members(card: Card, k: int) -> Text:
    """Describe how many listed members never wrote."""
    if card.silent_members is None or card.members is None:
        return Text(
            "How many members never wrote is not known: this export lists no members,"
            " and lines about joining may miss some.",
            "有多少人从没说过话看不出来：这份导出没有成员名单，入群提示又可能不全。",
        )
    if not card.silent_members:
        listed = hide_small(card.members, k)
        return Text(
            f"All {listed.en} listed members have written."
            if card.members >= k
            else "All listed members have written.",
            f"名单上{_space(listed.zh)} 人，人人都说过话。",
        )
    never, listed = hide_small(card.silent_members, k), hide_small(card.members, k)
    if card.members < k:
        return Text(
            f"{_capitalise(listed.en)} members are listed.", f"名单上{listed.zh} 人。"
        )
    if card.is_windowed:
        return Text(
            f"{_capitalise(never.en)} of {listed.en} members listed by then wrote"
            " nothing in these days.",
            f"当时名单上{_space(listed.zh)} 人，{never.zh} 人这些天没说过话。",
        )
    return Text(
        f"{_capitalise(never.en)} of {listed.en} listed members never wrote.",
        f"名单上{_space(listed.zh)} 人，{never.zh} 人从没说过话。",
    )


def describe_newcomers(card: Card, k: int) -> Text:
    """Describe how many new posters were answered and how many stayed."""
    new = card.newcomers
    if card.is_left_truncated:
        return Text(
            "Nothing is said of newcomers: the export may begin after the group, so"
            " old members cannot be told from new ones.",
            "新人留不留得住看不出来：导出可能不是从建群那天开始的，分不清老人和新人。",
        )
    if new is None:
        return Text(
            "Nothing is said of newcomers: that needs 88 days after a first message,"
            " 28 to see them stay and 60 to see them fall silent.",
            "新人留不留得住还看不出来：第一次说话之后要有 88 天的记录"
            "（28 天看留没留下，60 天看是不是不再说话）。",
        )
    if new.people < k:
        return Text(
            f"Fewer than {k} newcomers (founders among them) were followed, so nothing"
            " is said of them.",
            f"跟踪到的新人（建群时就在的也算）不到 {k} 个，不列数。",
        )
    answered, stayed = _describe_answers(new, k), _describe_stayed(new, k)
    return Text(
        f"Of {new.people:,} people who wrote for the first time (founders among them),"
        f" {answered.en}; {stayed.en}.",
        f"{new.people:,} 个人第一次说话（建群时就在的也算），"
        f"{answered.zh}；{stayed.zh}。",
    )


def _describe_answers(new: Newcomers, k: int) -> Text:
    """Describe how many newcomers were answered, and what counts as an answer."""
    count = hide_small(new.answered, k)
    en = "none" if not new.answered else count.en
    were = "was" if new.answered in {0, 1} and en != f"fewer than {k}" else "were"
    if new.has_replies:
        return Text(
            f"{en} {were} replied to, quoted or mentioned within an hour of their first"
            " message",
            f"一小时内有人回复、引用或 @ 的{_are(new.answered, count.zh)}",
        )
    return Text(
        f"{en} {were} followed by somebody else within ten minutes of a message in"
        " their first hour (replies are not recorded)",
        f"头一小时里话音刚落、十分钟内就有别人接着说的{_are(new.answered, count.zh)}"
        "（这份导出不记录谁回复谁）",
    )


def _describe_stayed(new: Newcomers, k: int) -> Text:
    if new.stayed == new.people:
        return Text(
            f"28 days later all {new.people:,} of them were still writing",
            f"28 天后 {new.people:,} 个都还在说话",
        )
    stayed = hide_small(new.stayed, k)
    return Text(
        f"28 days later {stayed.en if new.stayed else 'none'} of them"
        f" {'was' if new.stayed in {0, 1} and k <= 1 else 'were'} still writing",
        f"28 天后还在说话的{_are(new.stayed, stayed.zh)}",
    )


def _are(number: int, written: str) -> str:
    """Return the Chinese end of a count, such as "有 12 个" or "不到 5 个"."""
    if not number:
        return "一个也没有"
    return f"{written} 个" if written.startswith("不到") else f"有 {written} 个"


def _space(written: str) -> str:
    """Put a space before digits but not before Chinese characters."""
    return f" {written}" if written[0].isdigit() else written


def describe_rhythm(card: Card) -> Text:
    """Compare a group's present silence with its own earlier pauses."""
    if card.usual_pause is None or card.long_pause is None:
        return Text(
            "It has too few pauses for a rhythm of its own.",
            "停顿太少，还谈不上自己的节奏。",
        )
    usual, long = _count_days(card.usual_pause), _count_days(card.long_pause)
    silent = _count_days(card.days_ago)
    often = (
        Text("Days with messages usually follow each other", "有人说话的日子多半连着")
        if card.usual_pause <= 1
        else Text(
            f"Days with messages are usually {usual.en} apart",
            f"有人说话的日子，通常相隔 {usual.zh}",
        )
    )
    now = (
        _describe_last_day(card)
        if card.days_ago < 1
        else Text(f"now it has been silent for {silent.en}", f"现在已静了 {silent.zh}")
    )
    return Text(
        f"{often.en}, rarely with a pause of more than {long.en}; {now.en}.",
        f"{often.zh}，很少停过 {long.zh}以上；{now.zh}。",
    )


def describe_hours(card: Card, zone: str) -> Text:
    """Describe the hours of the day in which a group writes most, and its time zone."""
    if not card.hours:
        return Text(
            f"Too few messages for busy hours (times are in {zone}).",
            f"消息太少，说不出哪几个钟头最热闹（时区 {zone}）。",
        )
    en = ", ".join(f"{hour}:00" for hour in card.hours)
    zh = "、".join(f"{hour} 点" for hour in card.hours)
    return Text(
        f"Busiest hours, in {zone}: from {en}.", f"最热闹的钟头（时区 {zone}）：{zh}。"
    )


def _capitalise(words: str) -> str:
    return words[:1].upper() + words[1:]
