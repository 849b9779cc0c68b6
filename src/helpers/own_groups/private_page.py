"""The owner's own page: names, silent members, newcomers, growth, hours, replies.

It names people, says so at its top and in its file name, and is written only with
``--mine``. Everything beside it goes by pseudonyms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.files import write_text
from helpers.own_groups.opened import INSTRUMENTS, LEAST_TONED, SEED, describe_by_age
from helpers.own_groups.page import (
    PRIVATE,
    build_first_screen,
    build_table,
    open_page,
    show_both,
)
from helpers.own_groups.people import Names, read_names
from helpers.own_groups.plan import Plan, build_adjustments
from helpers.own_groups.record import (
    PAIRS,
    STORE,
    Record,
    add_moments,
    count_growth,
    count_people,
    count_replies,
    follow_newcomers,
    list_silent_members,
    read_record,
    read_texts,
)
from helpers.own_groups.report.charts import draw_hours, draw_replies
from helpers.own_groups.report.first_screen import read_news
from helpers.own_groups.report.year import (
    describe_emoji,
    describe_people,
    describe_year,
)
from helpers.own_groups.sentences import (
    INSTRUMENT_NAMES,
    WEEKDAYS,
    Text,
    describe_carriers,
    describe_chance,
    describe_hours,
    describe_newcomers,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    format_percent,
)
from helpers.records import DAY_US, to_iso_day
from helpers.study.store.exports import open_exports

if TYPE_CHECKING:
    from helpers.own_groups.cards import Card
    from helpers.study import Study

TITLE = Text("PRIVATE: your groups, with names", "仅供自己看：你的群（含姓名）")
WARNING = Text(
    "This page names people. Keep it to yourself: the page to send on is"
    " your-groups.html, which names nobody.",
    "这一页写着真实的名字，只给你自己看，不要转发。要发给别人，"
    "请发 your-groups.html，那一页没有名字。",
)
CUT = Text(
    "Only the days from --from to --to are counted: first and last messages are the"
    " first and last of these days.",
    "只算 --from 到 --to 这几天：第一条、最近一条，都是这几天里的。",
)
CURVE = Text(
    "Share still writing: all of them at the left, {weeks} weeks later at the right.",
    "还说话的比例：左端是开始时（全部），右端是 {weeks} 周后。",
)
TIES = 60  # pairs of people that are drawn
TEXTS = 5_000  # of a group that are read for tone
QUARTER, LEAST_PEERS = 3, 5  # months, and groups that a group is compared with
STYLE = (
    "<style>.private{border:3px solid var(--alarm);padding:.6rem;clear:both}</style>"
)
DASH = "–"


def write_private_page(study: Study, cards: Sequence[Card], plan: Plan) -> Path:
    """Write the page with names next to the one to be sent; return its path."""
    from helpers.wording.terminal import is_chinese_locale  # noqa: PLC0415

    exports = open_exports(plan.out / STORE, plan.terms.kept())
    names = read_names(plan.exports, plan.terms)
    keys = study.table("groups").set_index("group")["key"]
    adjust = build_adjustments(plan, exports, names)
    for alias, own in exports.aliases.items():
        if alias in names.groups:
            names.groups.setdefault(own, names.groups[alias])
    record = read_record(exports, adjust, plan.engine)
    texts = read_texts(exports.store().parts("message"), plan.window)
    page = _Page(study, names, plan.terms.options.zone, texts, cards)
    named = [
        replace(card, label=names.groups.get(keys[card.group]) or card.label)
        for card in cards
    ]
    months = read_tone(texts[texts["group"].isin(keys)], page.offset)
    parts = [
        *open_page(TITLE, chinese=is_chinese_locale()),
        STYLE,
        f'<p class="private state">{show_both(WARNING)}</p>',
        f"<h1>{show_both(TITLE)}</h1>",
        f"<p>{show_both(CUT)}</p>" if plan.window else "",
        "</header><main>",
        *build_first_screen(study, named, read_news(study), (), 1),
        *(
            part
            for card in cards
            for part in page.build_group(card, record.within(keys[card.group]), months)
        ),
        "</main></body></html>\n",
    ]
    path = plan.out / PRIVATE
    write_text(path, "".join(parts))
    return path


class _Page:
    def __init__(
        self,
        study: Study,
        names: Names,
        zone: str,
        texts: pd.DataFrame,
        cards: Sequence[Card],
    ) -> None:
        self.names, self.zone, self.texts = names, zone, texts
        self.offset = study.manifest.day_offset_us
        groups = study.table("groups").set_index("group")
        self.keys, self.ends = groups["key"], groups["end_us"].astype("int64")
        alive = [card.group for card in cards if card.state == "alive"]
        self.lives = pd.DataFrame(
            {
                "age_days": (groups["end_us"] - groups["origin_us"]) / DAY_US,
                "alive": groups.index.isin(alive),
            }
        ).set_axis(groups["key"])
        there = "rhythm" in study.manifest.tables
        self.rhythm = study.table("rhythm") if there else None

    def build_group(
        self, card: Card, own: Record, months: pd.DataFrame
    ) -> Iterator[str]:
        """Yield the HTML section of one group."""
        key = self.keys[card.group]
        name = self.names.groups.get(key) or card.label
        yield f'<article id="g{card.group}"><h2>{escape(name)}</h2>'
        yield f'<p class="state">{show_both(describe_state(card))}</p><ul>'
        newcomers = [*self._build_newcomers(card, own)]
        lines = [
            describe_chance(card, 1),
            describe_by_age(card),
            describe_carriers(card, 1),
            describe_silent_members(card, 1),
            None if newcomers else describe_newcomers(card, 1),
            describe_rhythm(card),
            describe_hours(card, self.zone),
        ]
        yield from (f"<li>{show_both(line)}</li>" for line in lines if line)
        yield "</ul>"
        yield from self._build_year(card.group, key, own)
        yield from self._build_silent(key, own)
        yield from newcomers
        yield from self._build_growth(own)
        yield from self._build_hours(card.group)
        yield from self._build_people(key, own)
        yield from self._build_replies(key, own)
        yield from self._build_tone(key, months)
        yield "</article>"

    def _build_year(self, group: int, key: str, own: Record) -> Iterator[str]:
        """Yield who stopped and who is new, and the last year in sentences."""

        def name(person: str) -> str:
            return self.names.name_person(key, person)

        end = int(self.ends[group])
        for head, lines in (
            (
                Text("Who stopped, who is new", "谁不说了，谁是新来的"),
                [*describe_people(own, end, self.offset, name)],
            ),
            (
                Text("The year in review", "这一年"),
                [
                    *describe_year(own, end, self.offset, name),
                    describe_emoji(self.texts["text"][self.texts["group"].eq(key)]),
                ],
            ),
        ):
            said = [line for line in lines if line is not None]
            if said:
                items = "".join(f"<li>{show_both(line)}</li>" for line in said)
                yield f"<h3>{show_both(head)}</h3><ul>{items}</ul>"

    def _day(self, time_us: float | None) -> str:
        if time_us is None or pd.isna(time_us):
            return DASH
        return to_iso_day(int(time_us) + self.offset)

    def _build_silent(self, key: str, own: Record) -> Iterator[str]:
        silent = list_silent_members(own)
        yield _head("Members who never wrote", "从没说过话的成员")
        if silent.empty:
            yield _say(
                "None is on record: nobody is listed who never wrote, or these exports"
                " list no members (--members FILE brings a list).",
                "没有记录：要么名单上人人都说过话，要么导出里没有成员名单"
                "（可以用 --members 给一份）。",
            )
            return
        rows = (
            [self.names.name_person(key, row["person"]),
             self._day(row["joined_us"]), self._day(row["seen_us"])]
            for row in silent.to_dict("records")
        )  # fmt: skip
        seen = "last seen (reaction or reading)|最近露面（表情或已读）"
        yield _build_table(rows, "who|谁", "joined|入群", seen)

    def _build_newcomers(self, card: Card, own: Record) -> Iterator[str]:
        rows, recorded = follow_newcomers(own, int(self.ends[card.group]))
        if rows.empty or (card.is_left_truncated and not recorded):
            return  # old members look like new ones there, as the card says
        yield _head("Newcomers who still write", "新人还说话的")
        yield (
            _say("By join day (join lines or list of members).", "从入群那天算起。")
            if recorded
            else _say(
                "Joins are not recorded: counted from everybody's first message.",
                "没有入群记录：从每个人第一次说话算起。",
            )
        )
        shares = rows["writing"] / rows["people"]
        counts = zip(rows["week"], rows["people"], rows["writing"], shares, strict=True)
        yield _build_table(
            ([str(w), f"{n:,}", f"{m:,}", format_percent(s)] for w, n, m, s in counts),
            "weeks later|几周后",
            "newcomers followed|跟踪的新人",
            "still writing|还说话的",
            "share|比例",
        )
        yield _draw_curve(list(zip(rows["week"], shares, strict=True)))

    def _build_growth(self, own: Record) -> Iterator[str]:
        table = count_growth(own, self.offset)
        counts = zip(table.index, table.to_numpy().tolist(), strict=True)
        yield _head("Growth by month", "每月的变化")
        yield _build_table(
            ([str(month), *(f"{n:,}" for n in row)] for month, row in counts),
            "month|月份",
            "messages|消息",
            "writers|说话的人",
            "wrote for the first time|第一次说话",
            "joined|入群",
            "left|退群",
        )

    def _build_hours(self, group: int) -> Iterator[str]:
        if self.rhythm is None:
            return
        rows = self.rhythm[self.rhythm["group"] == group]
        if rows.empty:
            return
        yield _head("When people write", "什么时候说话")
        at = zip(*(rows[name].tolist() for name in ("weekday", "hour")), strict=True)
        cells = Counter[tuple[int, int]]()
        for place, n in zip(at, rows["items"].tolist(), strict=True):
            cells[place] += int(n)
        title = Text("Messages by weekday and hour", "每周各天各小时的消息")
        yield f"<figure>{draw_hours(cells, WEEKDAYS, title)}</figure>"

    def _build_people(self, key: str, own: Record) -> Iterator[str]:
        rows = (
            [self.names.name_person(key, row["sender"]), f"{row['messages']:,}",
             self._day(row["first"]), self._day(row["last"])]
            for row in count_people(own).to_dict("records")
        )  # fmt: skip
        yield _head("Who writes", "谁在说话")
        heads = ("who|谁", "messages|消息", "first|第一条", "last|最近一条")
        yield _build_table(rows, *heads)

    def _build_replies(self, key: str, own: Record) -> Iterator[str]:
        pairs, recorded = count_replies(own)
        if pairs.empty:
            return
        yield _head("Who replies to whom", "谁接谁的话")
        if not recorded:
            yield _say(
                "Replies are not recorded: whoever speaks next within ten minutes.",
                "导出里没有回复记录：十分钟内接着说话的算。",
            )
        ties = (
            (self.names.name_person(key, row["sender"]),
             self.names.name_person(key, row["to"]), int(row["replies"]))
            for row in pairs.head(TIES).to_dict("records")
        )  # fmt: skip
        title = Text("Who replies to whom", "谁接谁的话")
        yield f"<figure>{draw_replies(ties, title)}</figure>"
        rows = (
            [self.names.name_person(key, row["sender"]),
             self.names.name_person(key, row["to"]), f"{row['replies']:,}"]
            for row in pairs.head(PAIRS).to_dict("records")
        )  # fmt: skip
        yield _build_table(rows, "who|谁", "to whom|接谁的话", "times|次数")

    def _build_tone(self, key: str, months: pd.DataFrame) -> Iterator[str]:
        """Yield the table of negative shares by month, each instrument on its own."""
        own = months[months["group"].eq(key)] if len(months) else months
        rows = [
            [row["month"], label, f"{int(row[f'{name}_scored']):,}",
             "{} ({}–{})".format(*(format_percent(row[f"{name}_negative{end}"])
                                   for end in ("", "_low", "_high")))]
            for name, label in INSTRUMENT_NAMES.items()
            if name in INSTRUMENTS
            for row in own.to_dict("records")
            if row.get(f"{name}_scored", 0) >= LEAST_TONED
        ]  # fmt: skip
        yield _head("Negative messages by month", "每月的负面消息")
        if not rows:
            yield _say(
                f"No month has {LEAST_TONED} texts that an instrument can read.",
                f"没有哪个月有 {LEAST_TONED} 条工具读得了的文字。",
            )
            return
        for name in INSTRUMENTS:
            if change := describe_change(name, key, months, self.lives):
                yield f"<p>{show_both(change)}</p>"
        yield _say(
            "Shares corrected for the instrument's measured errors, with their range: a"
            " change is surer than a level, and instruments are not to be compared.",
            "比例已按工具实测的误差校正，括号里是范围；看变化比看高低可靠，"
            "不同工具之间不能比。",
        )
        heads = ("month|月份", "instrument|工具", "messages|消息", "negative|负面")
        yield _build_table(rows, *heads)


def read_tone(texts: pd.DataFrame, offset_us: int) -> pd.DataFrame:
    """Estimate negative shares by group and month, of groups with texts enough."""
    draw = np.random.default_rng(SEED).random(len(texts))
    rank = pd.Series(draw, texts.index).groupby(texts["group"]).rank(method="first")
    rows = texts[rank <= TEXTS].sort_values("group", kind="stable", ignore_index=True)
    rows = rows[rows.groupby("group")["text"].transform("size") >= LEAST_TONED]
    if rows.empty:
        return pd.DataFrame()
    from helpers.library.tone import tone_by_month  # noqa: PLC0415 - slow

    return tone_by_month(add_moments(rows, offset_us))


def measure_change(
    name: str, months: pd.DataFrame
) -> tuple[float, float, float] | None:
    """Compare a group's mean negative share of its last three months with earlier ones.

    Months differ by more than their messages, so the range is by months (Welch).
    """
    rows = months[months[f"{name}_scored"] >= LEAST_TONED].sort_values("month")
    if rows.empty:  # an instrument that read nothing has no shares
        return None
    shares = rows[f"{name}_negative"].to_numpy(float)
    late, early = shares[-QUARTER:], shares[:-QUARTER]
    if len(early) < QUARTER or not late.std() + early.std():
        return None
    from scipy.stats import ttest_ind  # noqa: PLC0415 - slow

    low, high = ttest_ind(late, early, equal_var=False).confidence_interval()
    return float(late.mean() - early.mean()), float(low), float(high)


def describe_change(
    name: str, key: str, months: pd.DataFrame, lives: pd.DataFrame
) -> Text | None:
    """Describe the change of tone in the last quarter, and in groups of similar age."""
    by = {k: part for k, part in months.groupby("group") if k in lives.index}
    own = measure_change(name, by[key]) if key in by else None
    if own is None:
        return None
    age = float(lives["age_days"].loc[key])
    peers = lives[lives["alive"] & lives["age_days"].between(age / 2, 2 * age)].index
    others = [
        change[0]
        for peer in peers.intersection(list(by)).difference([key])
        if (change := measure_change(name, by[peer])) is not None
    ]
    points = [f"{100 * v:+.0f}" for v in own]
    beside = Text("", "")
    if len(others) >= LEAST_PEERS:
        ends = [f"{100 * v:+.0f}" for v in (min(others), max(others))]
        beside = Text(
            f"; in {len(others)} other living groups of its age it was {ends[0]} to"
            f" {ends[1]}",
            f"；另外 {len(others)} 个年纪相近、还活着的群是 {ends[0]} 到 {ends[1]}",
        )
    return Text(
        f"Negative messages in the last three months against the months before, by"
        f" {INSTRUMENT_NAMES[name].en}: {points[0]} percentage points ({points[1]} to"
        f" {points[2]}){beside.en}.",
        f"最近三个月的负面消息，和以前各月比（{INSTRUMENT_NAMES[name].zh}）："
        f"{points[0]} 个百分点（{points[1]} 到 {points[2]}）{beside.zh}。",
    )


def _head(en: str, zh: str) -> str:
    return f"<h3>{show_both(Text(en, zh))}</h3>"


def _say(en: str, zh: str) -> str:
    return f'<p class="small">{show_both(Text(en, zh))}</p>'


def _build_table(rows: Iterable[Sequence[str | Text]], *heads: str) -> str:
    """Return an HTML table; names stay as they are, heads are ``English|Chinese``."""
    cells = (
        [show_both(cell) if isinstance(cell, Text) else escape(cell) for cell in row]
        for row in rows
    )
    table = build_table((Text(*head.split("|")) for head in heads), cells)
    return f'<div class="index">{table}</div>'


def _draw_curve(points: Sequence[tuple[int, float]]) -> str:
    """Return an SVG line of shares by week."""
    most = max(week for week, _ in points)
    path = " ".join(f"{100 * w / most:.1f},{60 - 58 * s:.1f}" for w, s in points)
    return (
        '<figure><svg role="img" viewBox="0 0 100 62" preserveAspectRatio="none">'
        f'<polyline points="0,2 {path}" fill="none" stroke="var(--bar)"'
        ' stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
        f"<figcaption>{show_both(CURVE.fill(weeks=most))}</figcaption></figure>"
    )
