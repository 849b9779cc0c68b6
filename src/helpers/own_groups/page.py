"""Write one offline HTML page with all cards, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.files import write_text
from helpers.own_groups.cards import WEEK, Card
from helpers.own_groups.report.charts import draw_weeks
from helpers.own_groups.report.first_screen import (
    METHOD,
    News,
    describe_change,
    describe_first_screen,
    draw_picture,
    read_news,
)
from helpers.own_groups.report.layout import (
    Cell,
    Link,
    Page,
    Section,
    Table,
    render_page,
)
from helpers.own_groups.report.news import LEAST_DAYS
from helpers.own_groups.sentences import (
    NONE,
    STATES,
    Text,
    describe_carriers,
    describe_chance,
    describe_excluded,
    describe_first_pause,
    describe_hours,
    describe_newcomers,
    describe_rest,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    describe_states,
    hide_small,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.small_counts import OPEN
from helpers.wording.messages import render

if TYPE_CHECKING:
    from helpers.own_groups.report.answers import OwnAnswer
    from helpers.study import Study

NAME, PRIVATE = "your-groups.html", "PRIVATE-your-groups.html"
TITLE = Text("Your groups", "你的群")
LEAD = Text(
    "Counted from your export, but for what is said of public groups; nothing left this"
    " computer.",
    "除了注明是公开群的，数都出自你的导出；没有任何内容离开这台电脑。",
)
ORDER = Text(
    "Groups that may need you come first: unusually quiet ones, then those that are"
    " losing writers.",
    "可能要你照看的群排在前面：先是静得反常的，再是说话的人变少的。",
)
NOT_COUNTED = Text("What was not counted", "没有计入的")
BROKEN_OFF = Text(
    "Exports that break off: {n:,}. Everything after the break is missing here, so a"
    " group may look quieter than it is: export it again.",
    "有 {n:,} 份导出中途断了，断点以后的消息都不在这里，群会显得比实际冷清："
    "请重新导出。",
)
OPENED = Text(OPEN, "--k 1：列出了很小的人数，只给自己看。")
HIDDEN = Text(
    "Counts of people below {k} are hidden.",
    "不到 {k} 人的数不显示。",
)
HEADS = (
    Text("group", "群"),
    Text("state", "状况"),
    Text("messages a month, before → since", "每月消息，以前 → 现在"),
    Text("days since the last message", "距最后一条消息（天）"),
    Text("writers, last 28 days", "最近 28 天说话的人"),
    Text("28 days before", "再前 28 天"),
)
CHART = Text(
    "Messages per week, {first} to {last}; the tallest bar is {most:,}. The shaded"
    " stretch is {days} days from the last message: silence for all of it counts as"
    " the end.",
    "每周消息数，{first} 至 {last}，最高一根是 {most:,} 条。"
    "阴影从最后一条消息算起，共 {days} 天：静满这么久就算结束。",
)
AHEAD = Text(
    " The dashed line is the last day of the record; to its right nothing is recorded"
    " yet.",
    "虚线是记录的最后一天，右边的日子还没有记录。",
)
PER_WEEK = Text("Messages per week", "每周消息数")
ANSWERS = Text("The articles' claims in these groups", "文章里的说法，在这些群里")
OWN_ONLY = Text(
    "“Yours alone” counts these groups and nothing else. “With what is known elsewhere”"
    " also uses what public groups in other places show: the fewer your groups, the"
    " more. The word in the last column goes by both.",
    "“只看你的群”只数这些群。“加上别处的数”还用了公开群的结果："
    "你的群越少，别处的数占得越多。最后一列的判断两样都算。",
)
ANSWER_HEADS = (
    Text("claim", "说法"),
    Text("what was counted", "数的是什么"),
    Text("yours alone", "只看你的群"),
    Text("with what is known elsewhere", "加上别处的数"),
    Text("true if", "对的话应是"),
    Text("so it is", "所以"),
)
NOTHING = Text(
    "The articles' claims are not answered: these exports hold too little for any.",
    "没有拿文章里的说法来对照：这些导出里的记录还不够回答其中任何一条。",
)
LEFT_GROUPS = Text(
    "Groups that you left, or that nobody exported, are not among them: such lists make"
    " groups look longer-lived than they are.",
    "你退掉的、没导出的群不在里面，所以这样一份名单会让群显得比实际长命。",
)
PUBLIC = Text("in public communities", "公开社群里")


def write_page(
    cards: Sequence[Card],
    folder: Path,
    *,
    k: int,
    zone: str,
    excluded: Mapping[str, int] = MappingProxyType({}),
    broken_off: int = 0,
    assumed: Sequence[str] = (),
    answers: Sequence[OwnAnswer] = (),
    public: Mapping[str, Text] = MappingProxyType({}),
    chinese: bool = False,
    study: Study | None = None,
) -> Path:
    """Write the HTML page with the cards of all groups and return its path."""
    news = read_news(study) if study is not None else News()
    several = len(cards) > 1
    sections = [
        *build_first_screen(study, cards, news, answers, k),
        *[build_index(cards, k, news)] * several,
        *(_build_card(card, k, zone, news) for card in cards),
        build_answers(answers, public, len(cards)),
        *build_excluded(excluded, [OPENED if k <= 1 else HIDDEN.fill(k=k)]),
    ]
    page = Page(
        title=TITLE,
        state=describe_states([card.need for card in cards]) if several else None,
        words=[ORDER, Link(ANSWERS, "answers")] if several else (),
        notes=[LEAD, *(Text(line, render(line, "zh") or line) for line in assumed)],
        alarms=[BROKEN_OFF.fill(n=broken_off)] if broken_off else (),
        sections=sections,
        is_chinese=chinese,
    )
    path = folder / NAME
    write_text(path, render_page(page))
    return path


def build_first_screen(
    study: Study | None,
    cards: Sequence[Card],
    news: News,
    answers: Sequence[OwnAnswer],
    k: int,
) -> list[Section]:
    """Build what a page begins with: sentences, and a picture."""
    if study is None or not cards:
        return []
    picture, caption = draw_picture(study, cards) or ("", None)
    lines = [*describe_first_screen(cards, news, answers, k)]
    method = METHOD.fill(least=LEAST_DAYS)
    first = Section(
        kind="first", lines=lines, picture=picture, caption=caption, after=[method]
    )
    return [first]


def build_answers(
    answers: Sequence[OwnAnswer], public: Mapping[str, Text], groups: int
) -> Section:
    """Build the table of what so many groups of a user show of the claims."""
    if not answers:
        return Section(head=ANSWERS, anchor="answers", kind="missing", after=[NOTHING])
    # needs the stored answers, which few groups do without
    from helpers.own_groups.report.answers import describe_coverage  # noqa: PLC0415

    rows: list[list[Cell]] = [
        [
            answer.said,
            answer.measured,
            answer.found,
            answer.together or "–",
            answer.claimed,
            answer.word,
            *[public.get(answer.claim, NONE)] * bool(public),
        ]
        for answer in answers
    ]
    table = Table([*ANSWER_HEADS, *[PUBLIC] * bool(public)], rows, is_stacked=True)
    return Section(
        head=ANSWERS, anchor="answers", kind="missing", words=[OWN_ONLY], table=table,
        after=[describe_coverage(groups), LEFT_GROUPS],
    )  # fmt: skip


def build_excluded(
    excluded: Mapping[str, int], notes: Sequence[Text] = ()
) -> list[Section]:
    """Build the list of the rows of exports that were not counted, by reason."""
    lines = [describe_excluded(reason, rows) for reason, rows in excluded.items()]
    head = NOT_COUNTED if lines else None
    if not lines and not notes:
        return []
    return [Section(head=head, kind="missing", lines=lines, after=notes)]


def build_index(cards: Sequence[Card], k: int, news: News) -> Section:
    """Build the table of all groups, which leads to their parts of the page."""
    rows: list[list[Cell]] = []
    for card in cards:
        before = card.people_before if card.days_before else None
        counts = (
            NONE if people is None else hide_small(people, k)
            for people in (card.people_28, before)
        )
        change = news.changes.get(card.group)
        level = f"{change.before:,} → {change.since:,}" if change else "–"
        ago = "–" if card.state == "unknown" else f"{card.days_ago:,}"
        name = Link(name_group(card.label), f"g{card.group}")
        rows.append([name, Text(*STATES[card.need]), level, ago, *counts])
    return Section(kind="index", table=Table(HEADS, rows, is_stacked=True))


def _build_card(card: Card, k: int, zone: str, news: News) -> Section:
    span = Text(
        f"{card.since} to {card.until}: {card.messages:,} messages",
        f"{card.since} 至 {card.until}，{card.messages:,} 条消息",
    )
    states = [describe_state(card)]
    if change := news.changes.get(card.group):
        states.append(describe_change(Text("Messages", "消息"), change))
    chances = describe_chance(card, k), describe_first_pause(card)
    return Section(
        head=name_group(card.label),
        anchor=f"g{card.group}",
        kind=f"need-{card.need}",
        span=span,
        states=states,
        picture=draw_weeks(card, PER_WEEK) if card.weeks else "",
        caption=_describe_weeks(card),
        words=[each for each in chances if each is not None],
        lines=[
            describe_carriers(card, k),
            describe_silent_members(card, k),
            describe_newcomers(card, k),
            describe_rhythm(card),
            describe_hours(card, zone),
        ],
    )


def _describe_weeks(card: Card) -> Text | None:
    """Describe the picture of a group's messages by week."""
    if not card.weeks:
        return None
    first, end = card.weeks[0].day, card.weeks[-1].day + WEEK
    start, last = (to_iso_day(day * DAY_US) for day in (first, end - 1))
    most = max(week.messages for week in card.weeks) or 1
    days = int(card.death_days)
    words = CHART.fill(first=start, last=last, most=most, days=days)
    if card.death_days > card.silent_days:
        words = Text(words.en + AHEAD.en, words.zh + AHEAD.zh)
    return words


MOST = 3  # groups whose lines are printed; the page has them all


def list_lines(
    cards: Sequence[Card], k: int, *, chinese: bool = False
) -> Iterator[str]:
    """Yield five lines for each of the most urgent groups, in one language."""
    for card in cards[:MOST]:
        name = name_group(card.label).choose(chinese=chinese)
        state = describe_state(card).choose(chinese=chinese)
        yield f"{name}：{state}" if chinese else f"{name}: {state}"
        for text in (
            describe_chance(card, k),
            describe_carriers(card, k),
            describe_silent_members(card, k),
            describe_newcomers(card, k),
        ):
            if text is not None:
                yield f"  {text.choose(chinese=chinese)}"
    if (rest := len(cards) - MOST) > 0:
        yield describe_rest(rest).choose(chinese=chinese)
