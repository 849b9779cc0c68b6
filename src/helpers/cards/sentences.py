"""Sentences on a group's card in English and Chinese, small counts masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers.cards.alike import KIND, Alike, Rank
from helpers.cards.facts import Card
from helpers.forecast.record import POOLED, average_within_sources, read_record
from helpers.forecast.scores import FEWEST
from helpers.wording.messages import render, say_plural

STATES = (
    ("unusually quiet", "静得反常"),
    ("losing writers", "说话的人在减少"),
    ("steady", "平稳"),
    ("inactive", "已经静了"),
)

_PSEUDONYM = re.compile(r"group [0-9a-f]{8}")


class Text(NamedTuple):
    """A sentence in English and Chinese."""

    en: str
    zh: str


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


def describe_state(card: Card) -> Text:
    """Describe whether a group is active, and how long a silence means its death."""
    ago, end = _count_days(card.silent_days), _count_days(card.death_days)
    last_en = "today" if card.silent_days < 1 else f"{ago.en} ago"
    last_zh = "今天" if card.silent_days < 1 else f" {ago.zh}前"
    if card.is_dead:
        return Text(
            f"Inactive: the last message was {last_en}, and {end.en} of silence count"
            " as the end at this traffic.",
            f"已经静了：最后一条消息在{last_zh}；"
            f"按它的说话频率，连续 {end.zh}没人说话就算结束。",
        )
    rest = Text(
        f"the last message was {last_en} ({end.en} of silence would count as its end)",
        f"最后一条消息在{last_zh}（连续 {end.zh}没人说话才算结束）",
    )
    if card.is_unusually_quiet:
        return Text(
            f"Alive but unusually quiet: {rest.en}.", f"还活着，但静得反常：{rest.zh}。"
        )
    if card.is_fading:
        return Text(
            f"Alive, with half as many writers as a month ago or fewer: {rest.en}.",
            f"还活着，但说话的人不到上个月的一半：{rest.zh}。",
        )
    return Text(f"Alive: {rest.en}.", f"还活着：{rest.zh}。")


def describe_alike(card: Card) -> Text:
    """Describe how many of 100 similar public groups remained active."""
    if not card.alike:
        return Text(
            "No public source has ten groups in the same state, so nothing is said of"
            " its future.",
            "公开来源里找不到十个处境相同的群，所以不谈它的将来。",
        )
    again = _format_range([similar.again for similar in card.alike])
    alive = _format_range([similar.alive for similar in card.alike])
    sources = len(card.alike)
    groups = sum(similar.groups for similar in card.alike)
    places = "source" if sources == 1 else "sources"
    return Text(
        f"Of 100 public groups in the same state, {again.en} wrote again within 60"
        f" days and {alive.en} were still writing after 90 days ({groups:,} groups in"
        f" {sources} {places}; none is WeChat).",
        f"处境相同的公开群，100 个里有 {again.zh} 个六十天内又有人说话，"
        f"{alive.zh} 个九十天后还在说"
        f"（{sources} 个来源，{groups:,} 个群，没有一个是微信）。",
    )


def _format_range(shares: Sequence[float]) -> Text:
    ends = sorted({round(100 * share) for share in shares})
    if len(ends) == 1:
        return Text(f"{ends[0]}", f"{ends[0]}")
    return Text(f"{ends[0]} to {ends[-1]}", f"{ends[0]} 到 {ends[-1]}")


def _read_scores(held_out: str) -> pd.DataFrame:
    """Read the accuracy by source of forecasts on held-out groups or sources."""
    scores = read_record("scores")
    return scores[
        (scores["kind"] == KIND)
        & (scores["days"] == 28)  # noqa: PLR2004 - the main horizon
        & (scores["model"] == "all features")
        & (scores["held_out"] == held_out)
        & (scores["outcome"] == "alive")
    ].set_index("source")


@cache
def describe_transfer() -> Text:
    """Describe a forecast's accuracy on groups of the same, new and other sources."""
    known, unseen, other = (
        format_percent(average_within_sources(_read_scores(held_out).reset_index()))
        for held_out in ("groups", "source", "kind")
    )
    gap = _find_largest_gap()
    return Text(
        f"A forecast from a chat group's first 28 days ranked a living group above a"
        f" dead one of the same place {known} of the time in places that it knew,"
        f" {unseen} in places that it had not seen, where its probabilities were off by"
        f" up to {gap} points, and {other} when it had learnt from forum lounges;"
        f" guessing gives half.",
        f"用聊天群头 28 天做预测，从同一个地方任取一个活群、一个死群：在见过的地方，"
        f"{known} 的时候活群排在前面；换到没见过的地方是 {unseen}，给出的概率最多差"
        f" {gap} 个百分点；只拿论坛专楼来学是 {other}。瞎猜是一半。",
    )


def _find_largest_gap() -> int:
    """Return the largest mean error of probabilities in an unseen source, in points."""
    held = _read_scores("source")
    return round(100 * float(held[held["groups"] >= FEWEST]["gap"].abs().max()))


@cache
def describe_failure() -> Text:
    """Explain why no forecast is shown: it was inaccurate on other sources."""
    held = _read_scores("source")
    auc, slope = (
        format_percent(average_within_sources(held.reset_index())),
        f"{held['slope'].to_dict()[POOLED]:.2f}",
    )
    gap = _find_largest_gap()
    use = read_record("use")
    if use.loc[(use["kind"] == KIND) & (use["days"] == 28), "usable"].all():  # noqa: PLR2004
        return Text(
            f"These are counts of other groups. A forecast from the first 28 days"
            f" ranked groups of unseen places right {auc} of the time.",
            f"这是别的群的数。用头 28 天做预测，换到没见过的地方，{auc} 排得对。",
        )
    return Text(
        f"These are counts of other groups, not the chance of yours. Where a forecast"
        f" fails: in places that it had not seen, ours ranked a living group above a"
        f" dead one of the same place {auc} of the time, its probabilities were off by"
        f" up to {gap} points and too extreme (calibration slope {slope}; 1 is right)."
        f" So no probability is given.",
        f"这是别的群的数，不是你这个群的概率。预测会错在哪里：换到没见过的地方，"
        f"我们的模型只有 {auc} 能把活群排在死群前面，概率最多差 {gap} 个百分点，"
        f"而且说得太满（校准斜率 {slope}，准的话是 1）。所以这里不给概率。",
    )


def describe_carriers(card: Card, k: int) -> Text:
    """Describe how many people wrote lately, and the share of the most active."""
    if card.people_28 is None or card.people_before is None:
        return Text(
            "Who carries it is not known: this export does not record who wrote.",
            "靠谁撑着看不出来：这份导出没有记下是谁说的。",
        )
    now, before = hide_small(card.people_28, k), hide_small(card.people_before, k)
    wrote = Text(
        f"{now.en} wrote in the last four weeks, {before.en} in the four before",
        f"最近四周有 {now.zh} 人说话，再前四周 {before.zh} 人",
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


def describe_silent_members(card: Card, k: int) -> Text:
    """Describe how many listed members never wrote."""
    if card.silent_members is None or card.members is None:
        return Text(
            "How many members never wrote is not known: this export lists no members.",
            "有多少人从没说过话看不出来：这份导出没有成员名单。",
        )
    never, listed = hide_small(card.silent_members, k), hide_small(card.members, k)
    return Text(
        f"{_capitalise(never.en)} of {listed.en} listed members never wrote.",
        f"名单上 {listed.zh} 人，{never.zh} 人从没说过话。",
    )


def describe_newcomers(card: Card, k: int) -> Text:
    """Describe how many new posters were answered and how many stayed."""
    new = card.newcomers
    if new is None:
        return Text(
            "Nothing is said of newcomers: none was followed for four weeks.",
            "新人留不留得住看不出来：没有谁能观察满四周。",
        )
    if new.people < k:
        return Text(
            f"Fewer than {k} newcomers were followed, so nothing is said of them.",
            f"能观察到的新人不到 {k} 个，不列数。",
        )
    answered = hide_small(new.answered, k)
    stayed = round(100 * new.stayed)
    were = "none was" if not new.answered else f"{answered.en} were"
    return Text(
        f"Of {new.people:,} newcomers {were} answered within an hour; of 100, {stayed}"
        f" were still writing after 28 days.",
        f"{new.people:,} 个新人里，{answered.zh} 个一小时内有人接话；"
        f"100 个里有 {stayed} 个 28 天后还在说话。",
    )


def describe_rhythm(card: Card) -> Text:
    """Compare a group's present silence with its own earlier pauses."""
    if card.usual_pause is None or card.long_pause is None:
        return Text(
            "It has too few pauses for a rhythm of its own.",
            "停顿太少，还谈不上自己的节奏。",
        )
    usual, long = _count_days(card.usual_pause), _count_days(card.long_pause)
    silent = _count_days(card.silent_days)
    return Text(
        f"Its usual pause is {usual.en}, and 95 of 100 last at most {long.en}; now it"
        f" has been silent for {silent.en}.",
        f"它通常隔 {usual.zh}有人说话，100 次停顿里 95 次不超过 {long.zh}；"
        f"现在已静了 {silent.zh}。",
    )


def describe_hours(card: Card, zone: str) -> Text:
    """Describe the busiest hours of a group and their time zone."""
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


def describe_rank(rank: Rank) -> Text:
    """Describe how many of ten public groups of the same age are less busy."""
    return Text(
        f"busier than {rank.tenths} of 10 ({rank.groups:,} groups, median"
        f" {rank.middle:.3g})",
        f"比 10 个里的 {rank.tenths} 个热闹（{rank.groups:,} 个群，中位数"
        f" {rank.middle:.3g}）",
    )


def describe_source(alike: Alike) -> Text:
    """Describe how the similar groups of one source developed."""
    name = name_source(alike.source)
    again, alive = round(100 * alike.again), round(100 * alike.alive)
    return Text(
        f"{name.en}: of 100, {again} wrote again within 60 days, {alive} after 90"
        f" ({alike.groups:,} groups)",
        f"{name.zh}：100 个里 {again} 个六十天内又有人说话，{alive} 个九十天后还在说"
        f"（{alike.groups:,} 个群）",
    )


@cache
def name_source(source: str) -> Text:
    """Return the plain name of a data source in both languages."""
    row = read_record("sources").set_index("source").loc[source]
    return Text(str(row["en"]), str(row["zh"]))


def _capitalise(words: str) -> str:
    return words[:1].upper() + words[1:]
