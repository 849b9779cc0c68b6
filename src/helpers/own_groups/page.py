"""Write one offline HTML page with all cards, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.files import write_text
from helpers.own_groups.cards import WEEK, Card
from helpers.own_groups.report.first_screen import (
    METHOD,
    News,
    describe_change,
    describe_first_screen,
    draw_picture,
    read_news,
)
from helpers.own_groups.report.news import LEAST_DAYS
from helpers.own_groups.sentences import (
    NONE,
    STATES,
    Text,
    describe_carriers,
    describe_chance,
    describe_excluded,
    describe_hours,
    describe_newcomers,
    describe_rest,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    describe_states,
    hide_small,
    is_pseudonym,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.small_counts import OPEN
from helpers.wording.messages import render

if TYPE_CHECKING:
    from helpers.own_groups.report.answers import OwnAnswer
    from helpers.study import Study

NAME, PRIVATE = "your-groups.html", "PRIVATE-your-groups.html"
HEIGHT, BAR, TALLEST = 80, 10, 70  # of a chart, in its own units
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
NAMELESS = Text(
    "Groups without a label in groups.csv are called by a code (shequn groups-template"
    " writes that file; read it with --groups). Labels of groups of fewer than {k}"
    " people stay hidden.",
    "没填群名的群用代号。想看到群名：先用 shequn groups-template 写出 groups.csv，填好"
    " label 一列，运行时加上 --groups groups.csv。不到 {k} 人的群，群名不显示。",
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
    "Counts of people below {k} are hidden (--k 1 shows them to you).",
    "不到 {k} 人的数不显示；只给自己看时，在命令末尾加 --k 1。",
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
PER_WEEK = "Messages per week · 每周消息数"
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
CHAPTERS = Text("Chapters on these groups", "这些群的章节")
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
    chapters: Sequence[str] = (),
    chinese: bool = False,
    study: Study | None = None,
) -> Path:
    """Write the HTML page with the cards of all groups and return its path."""
    left = build_excluded(excluded)
    news = read_news(study) if study is not None else News()
    parts = [
        *_build_head(cards, broken_off, assumed, chinese=chinese),
        *build_first_screen(study, cards, news, answers, k),
        _build_index(cards, k, news) if len(cards) > 1 else "",
        *(part for card in cards for part in _build_card(card, k, zone, news)),
        *build_answers(answers, public),
        *_build_chapters(chapters),
        f'<section class="missing">{left}</section>' if left else "",
        *_build_notices(cards, k),
        "</main></body></html>\n",
    ]
    path = folder / NAME
    write_text(path, "".join(parts))
    return path


def _build_head(
    cards: Sequence[Card],
    broken_off: int,
    assumed: Sequence[str],
    *,
    chinese: bool,
) -> Iterator[str]:
    yield from open_page(TITLE, chinese=chinese)
    yield f"<h1>{show_both(TITLE)}</h1>"
    if len(cards) > 1:
        states = show_both(describe_states([card.need for card in cards]))
        answers = f'<a href="#answers">{show_both(ANSWERS)}</a>'
        yield f'<p class="state">{states}</p><p>{show_both(ORDER)} {answers}</p>'
    yield f'<p class="small">{show_both(LEAD)}</p>'
    for line in assumed:
        both = Text(line, render(line, "zh") or line)
        yield f'<p class="small hint">{show_both(both)}</p>'
    if broken_off:
        yield f'<p class="hint">{show_both(BROKEN_OFF.fill(n=broken_off))}</p>'
    yield "</header><main>"


def build_first_screen(
    study: Study | None,
    cards: Sequence[Card],
    news: News,
    answers: Sequence[OwnAnswer],
    k: int,
) -> Iterator[str]:
    """Yield what a page begins with: sentences, and a picture."""
    if study is None or not cards:
        return
    yield '<section class="first"><ul>'
    for text in describe_first_screen(cards, news, answers, k):
        yield f"<li>{show_both(text)}</li>"
    yield "</ul>"
    if (drawn := draw_picture(study, cards)) is not None:
        picture, caption = drawn
        yield f"<figure>{picture}<figcaption>{show_both(caption)}</figcaption></figure>"
    yield f'<p class="small">{show_both(METHOD.fill(least=LEAST_DAYS))}</p></section>'


def _build_notices(cards: Sequence[Card], k: int) -> Iterator[str]:
    notice = OPENED if k <= 1 else HIDDEN.fill(k=k)
    yield f'<p class="small">{show_both(notice)}</p>'
    if any(is_pseudonym(card.label) for card in cards):
        yield f'<p class="small hint">{show_both(NAMELESS.fill(k=k))}</p>'


def open_page(title: Text, *, chinese: bool = False) -> Iterator[str]:
    """Yield the start of a page with its style sheet and switch of language."""
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    language = "zh-CN" if chinese else "en"
    yield f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title.en} · {title.zh}</title><style>\n{style}</style></head><body>"
    for name in ("en", "zh"):
        checked = " checked" if (name == "zh") == chinese else ""
        yield f'<input type="radio" name="language" id="{name}"{checked}>'
    yield '<header><p class="switch"><label for="en">English</label>'
    yield '<label for="zh">中文</label></p>'


def build_answers(
    answers: Sequence[OwnAnswer], public: Mapping[str, Text]
) -> Iterator[str]:
    """Yield an HTML table of what a user's own groups show of the claims."""
    yield f'<section class="missing" id="answers"><h2>{show_both(ANSWERS)}</h2>'
    if not answers:
        yield f'<p class="small">{show_both(NOTHING)}</p></section>'
        return
    yield f"<p>{show_both(OWN_ONLY)}</p>"
    rows, before = [], ""
    for answer in answers:
        is_new = answer.claim != before
        cells = [
            answer.said if is_new else Text("", ""),
            answer.measured,
            Text(
                f"{answer.found}, n = {answer.number}",
                f"{answer.found}，n = {answer.number}",
            ),
            Text(answer.together or "–", answer.together or "–"),
            Text(answer.claimed, answer.claimed),
            answer.word,
        ]
        if public:
            cells.append(public.get(answer.claim, NONE) if is_new else NONE)
        rows.append(map(show_both, cells))
        before = answer.claim
    table = build_table([*ANSWER_HEADS, *[PUBLIC] * bool(public)], rows)
    yield f'<div class="index">{table}</div>'
    yield f'<p class="small">{show_both(LEFT_GROUPS)}</p></section>'


def build_table(heads: Iterable[Text], rows: Iterable[Iterable[str]]) -> str:
    """Return an HTML table of cells that are HTML."""
    head = "".join(f"<th>{show_both(one)}</th>" for one in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _build_chapters(chapters: Sequence[str]) -> Iterator[str]:
    if chapters:
        yield f'<section class="missing"><h2>{show_both(CHAPTERS)}</h2><p>'
        places = [escape(name, quote=True) for name in chapters]
        links = [f'<a href="{at}">{at.rpartition("/")[2]}</a>' for at in places]
        yield " · ".join(links) + "</p></section>"


def build_excluded(excluded: Mapping[str, int]) -> str:
    """Return an HTML list of the rows of exports that were not counted, by reason."""
    lines = (describe_excluded(reason, rows) for reason, rows in excluded.items())
    items = "".join(f"<li>{show_both(line)}</li>" for line in lines)
    return f"<h2>{show_both(NOT_COUNTED)}</h2><ul>{items}</ul>" if items else ""


def show_both(text: Text) -> str:
    """Return a text as HTML in English and Chinese, of which one is visible."""
    en, zh = map(escape, text)
    return f'<span lang="en">{en}</span><span lang="zh">{zh}</span>'


def _build_index(cards: Sequence[Card], k: int, news: News) -> str:
    rows = []
    for card in cards:
        before = card.people_before if card.days_before else None
        counts = (
            NONE if people is None else hide_small(people, k)
            for people in (card.people_28, before)
        )
        name = f'<a href="#g{card.group}">{show_both(name_group(card.label))}</a>'
        state = show_both(Text(*STATES[card.need]))
        change = news.changes.get(card.group)
        level = f"{change.before:,} → {change.since:,}" if change else "–"
        ago = "–" if card.state == "unknown" else f"{card.days_ago:,}"
        rows.append([name, state, level, ago, *map(show_both, counts)])
    return f'<section class="index">{build_table(HEADS, rows)}</section>'


def _build_card(card: Card, k: int, zone: str, news: News) -> Iterator[str]:
    yield f'<article id="g{card.group}" class="need-{card.need}">'
    yield f"<h2>{show_both(name_group(card.label))}</h2>"
    span = Text(
        f"{card.since} to {card.until}: {card.messages:,} messages",
        f"{card.since} 至 {card.until}，{card.messages:,} 条消息",
    )
    yield f'<p class="small">{show_both(span)}</p>'
    yield f'<p class="state">{show_both(describe_state(card))}</p>'
    if change := news.changes.get(card.group):
        said = describe_change(Text("Messages", "消息"), change)
        yield f'<p class="state">{show_both(said)}</p>'
    yield from _build_chart(card)
    if chance := describe_chance(card, k):
        yield f"<p>{show_both(chance)}</p>"
    yield "<ul>"
    for text in (
        describe_carriers(card, k),
        describe_silent_members(card, k),
        describe_newcomers(card, k),
        describe_rhythm(card),
        describe_hours(card, zone),
    ):
        yield f"<li>{show_both(text)}</li>"
    yield "</ul>"
    yield "</article>"


def _build_chart(card: Card) -> Iterator[str]:
    """Yield an SVG of a group's weekly messages and the silence that means death."""
    if not card.weeks:
        return
    most = max(week.messages for week in card.weeks) or 1
    end = card.weeks[-1].day + WEEK
    width = BAR * len(card.weeks)
    scale = BAR / WEEK
    last = width - min(card.silent_days, card.death_days) * scale
    whole = max(width, last + card.death_days * scale)
    yield '<figure><svg role="img" preserveAspectRatio="none" '
    yield f'viewBox="0 0 {whole:.1f} {HEIGHT}"><title>{PER_WEEK}</title>'
    yield f'<rect class="silence" x="{max(last, 0):.1f}" y="0" '
    yield f'width="{min(card.death_days * scale, whole):.1f}" height="{HEIGHT}"/>'
    for nth, week in enumerate(card.weeks):
        height = TALLEST * week.messages / most
        yield f'<rect class="bar" x="{nth * BAR + 1}" y="{HEIGHT - height:.1f}" '
        yield f'width="{BAR - 2}" height="{height:.1f}"/>'
    yield f'<line x1="{width}" x2="{width}" y1="0" y2="{HEIGHT}"/></svg>'
    first, last_day = (to_iso_day(day * DAY_US) for day in (card.weeks[0].day, end - 1))
    days = int(card.death_days)
    words = CHART.fill(first=first, last=last_day, most=most, days=days)
    if whole > width:
        words = Text(words.en + AHEAD.en, words.zh + AHEAD.zh)
    yield f"<figcaption>{show_both(words)}</figcaption></figure>"


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
