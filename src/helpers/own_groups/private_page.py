"""The owner's own page: names, silent members, newcomers, growth, hours, replies.

It names people, says so at its top and in its file name, and is written only with
``--mine``. Everything beside it goes by pseudonyms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers.files import write_text
from helpers.own_groups.opened import INSTRUMENTS, LEAST_TONED, describe_by_age
from helpers.own_groups.page import PRIVATE, build_first_screen, build_index
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
)
from helpers.own_groups.report.charts import (
    MOST_NODES,
    draw_hours,
    draw_months,
    draw_replies,
    draw_shares,
)
from helpers.own_groups.report.first_screen import MONTHS_TITLE, read_news
from helpers.own_groups.report.layout import Cell, Page, Section, Table, render_page
from helpers.own_groups.report.talk import (
    build_kinds,
    build_toned_words,
    isolate_name,
)
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
    describe_first_pause,
    describe_hours,
    describe_newcomers,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    format_percent,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.study.store.exports import open_exports
from helpers.study.tables.frame import select_texts

if TYPE_CHECKING:
    from helpers.own_groups.cards import Card
    from helpers.study.people import Names, read_names
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
CURVE = Text("Share still writing, weeks later.", "几周后还说话的比例。")
CAME_AND_WENT = Text("Who stopped, who is new", "谁不说了，谁是新来的")
YEAR = Text("The year in review", "这一年")
STAYING = Text("Newcomers who still write", "新人还说话的")
REPLIES = Text("Who replies to whom", "谁接谁的话")
EVERY_MONTH = Text(
    "Messages by month; the first and last month may not be whole.",
    "每月消息数；头一个月和最后一个月可能不满。",
)
NO_SILENT = Text(
    "None is on record: nobody is listed who never wrote, or these exports list no"
    " members (--members FILE brings a list).",
    "没有记录：要么名单上人人都说过话，要么导出里没有成员名单"
    "（可以用 --members 给一份）。",
)
BY_JOINS = Text("By join day (join lines or list of members).", "从入群那天算起。")
BY_FIRST = Text(
    "Joins are not recorded: counted from everybody's first message.",
    "没有入群记录：从每个人第一次说话算起。",
)
TIED = Text(
    "The {shown} who reply most, or are replied to; the thicker a line, the more"
    " replies.",
    "接话最多和被接最多的 {shown} 个人；线越粗，次数越多。",
)
ADJACENT = Text(
    "Replies are not recorded: whoever speaks next within ten minutes.",
    "导出里没有回复记录：十分钟内接着说话的算。",
)
TIES = 60  # pairs of people that are drawn
QUARTER, LEAST_PEERS = 3, 5  # months, and groups that a group is compared with
NOT_TONED = Text(
    f"No month has {LEAST_TONED} texts that an instrument can read.",
    f"没有哪个月有 {LEAST_TONED} 条工具读得了的文字。",
)
CORRECTED = Text(
    "Shares corrected for the instrument's measured errors, with their range: a change"
    " is surer than a level, and instruments are not to be compared.",
    "比例已按工具实测的误差校正，括号里是范围；看变化比看高低可靠，不同工具之间不能比。",
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
    record = read_record(study, exports, adjust, plan.engine)
    page = _Page(study, names, plan.terms.options.zone, cards)
    named = [
        replace(card, label=names.groups.get(keys[card.group]) or card.label)
        for card in cards
    ]
    months = read_tone(select_texts(record.messages), page.offset)
    news = read_news(study)
    sections = [
        *build_first_screen(study, named, news, (), 1),
        *[build_index(named, 1, news)] * (len(named) > 1),
        *(
            page.build_group(card, record.within(keys[card.group]), months)
            for card in cards
        ),
    ]
    written = Page(
        title=TITLE,
        warning=WARNING,
        words=[CUT] if plan.window else (),
        sections=sections,
        is_chinese=is_chinese_locale(),
    )
    path = plan.out / PRIVATE
    write_text(path, render_page(written))
    return path


class _Page:
    def __init__(
        self,
        study: Study,
        names: Names,
        zone: str,
        cards: Sequence[Card],
    ) -> None:
        self.names, self.zone = names, zone
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

    def build_group(self, card: Card, own: Record, months: pd.DataFrame) -> Section:
        """Build the section of one group."""
        key = self.keys[card.group]
        newcomers = [*self._build_newcomers(card, own)]
        lines = [
            describe_chance(card, 1),
            describe_first_pause(card),
            describe_by_age(card),
            describe_carriers(card, 1),
            describe_silent_members(card, 1),
            None if newcomers else describe_newcomers(card, 1),
            describe_rhythm(card),
            describe_hours(card, self.zone),
        ]
        texts = select_texts(own.messages)
        return Section(
            head=name_group(self.names.groups.get(key) or card.label),
            anchor=f"g{card.group}",
            states=[describe_state(card)],
            lines=[line for line in lines if line],
            sections=[
                *self._build_year(card.group, key, own, texts),
                self._build_silent(card, key, own),
                *newcomers,
                self._build_growth(own),
                *self._build_hours(card.group),
                self._build_people(key, own),
                *self._build_replies(key, own),
                *build_kinds(own.messages["kind"]),
                self._build_tone(key, months),
                *build_toned_words(texts["text"].tolist()),
            ],
        )

    def _build_year(
        self, group: int, key: str, own: Record, texts: pd.DataFrame
    ) -> Iterator[Section]:
        """Yield who stopped and who is new, and the last year in sentences."""

        def name(person: str) -> str:
            return isolate_name(self.names.name_person(key, person))

        end = int(self.ends[group])
        for head, lines in (
            (CAME_AND_WENT, [*describe_people(own, end, self.offset, name)]),
            (
                YEAR,
                [
                    *describe_year(own, end, self.offset, name),
                    describe_emoji(texts, end, self.offset),
                ],
            ),
        ):
            if said := [line for line in lines if line is not None]:
                yield _open(head, lines=said)

    def _day(self, time_us: float | None) -> str:
        if time_us is None or pd.isna(time_us):
            return DASH
        return to_iso_day(int(time_us) + self.offset)

    def _build_silent(self, card: Card, key: str, own: Record) -> Section:
        silent = list_silent_members(own)
        head = Text("Members who never wrote", "从没说过话的成员")
        if card.is_windowed:
            head = Text(
                "Members who wrote nothing in these days", "这些天没说过话的成员"
            )
        if silent.empty:
            return _open(head, notes=[NO_SILENT])
        rows = [
            [self.names.name_person(key, row["person"]),
             self._day(row["joined_us"]), self._day(row["seen_us"])]
            for row in silent.to_dict("records")
        ]  # fmt: skip
        seen = "last seen (reaction or reading)|最近露面（表情或已读）"
        return _open(head, table=_tabulate(rows, "who|谁", "joined|入群", seen))

    def _build_newcomers(self, card: Card, own: Record) -> Iterator[Section]:
        rows, recorded = follow_newcomers(own, int(self.ends[card.group]))
        if rows.empty or (card.is_left_truncated and not recorded):
            return  # old members look like new ones there, as the card says
        shares = rows["writing"] / rows["people"]
        counts = zip(rows["week"], rows["people"], rows["writing"], shares, strict=True)
        heads = ("weeks later|几周后", "newcomers followed|跟踪的新人",
                 "still writing|还说话的", "share|比例")  # fmt: skip
        table = _tabulate(
            [[str(w), f"{n:,}", f"{m:,}", format_percent(s)] for w, n, m, s in counts],
            *heads,
        )
        points = list(zip(rows["week"].tolist(), shares.tolist(), strict=True))
        yield _open(
            STAYING,
            notes=[BY_JOINS if recorded else BY_FIRST],
            table=table,
            picture=draw_shares(points, STAYING),
            caption=CURVE,
        )

    def _build_growth(self, own: Record) -> Section:
        table = count_growth(own, self.offset)
        if len(table):
            every = pd.period_range(table.index[0], table.index[-1], freq="M")
            table = table.reindex(every.astype(str), fill_value=0)
        counts = zip(table.index, table.to_numpy().tolist(), strict=True)
        rows = [[str(month), *(f"{n:,}" for n in row)] for month, row in counts]
        heads = ("month|月份", "messages|消息", "writers|说话的人",
                 "wrote for the first time|第一次说话", "joined|入群",
                 "left|退群")  # fmt: skip
        months = list(
            zip(map(str, table.index), table["messages"].tolist(), strict=True)
        )
        return _open(
            Text("Growth by month", "每月的变化"),
            picture=draw_months(months, MONTHS_TITLE) if months else "",
            caption=EVERY_MONTH,
            table=_tabulate(rows, *heads),
        )

    def _build_hours(self, group: int) -> Iterator[Section]:
        if self.rhythm is None:
            return
        rows = self.rhythm[self.rhythm["group"] == group]
        if rows.empty:
            return
        at = zip(*(rows[name].tolist() for name in ("weekday", "hour")), strict=True)
        cells = Counter[tuple[int, int]]()
        for place, n in zip(at, rows["items"].tolist(), strict=True):
            cells[place] += int(n)
        title = Text("Messages by weekday and hour", "每周各天各小时的消息")
        yield _open(
            Text("When people write", "什么时候说话"),
            picture=draw_hours(cells, WEEKDAYS, title),
            caption=Text(f"Times are in {self.zone}.", f"时区 {self.zone}。"),
        )

    def _build_people(self, key: str, own: Record) -> Section:
        rows = [
            [self.names.name_person(key, row["sender"]), f"{row['messages']:,}",
             self._day(row["first"]), self._day(row["last"])]
            for row in count_people(own).to_dict("records")
        ]  # fmt: skip
        heads = ("who|谁", "messages|消息", "first|第一条", "last|最近一条")
        return _open(Text("Who writes", "谁在说话"), table=_tabulate(rows, *heads))

    def _build_replies(self, key: str, own: Record) -> Iterator[Section]:
        pairs, recorded = count_replies(own)
        if pairs.empty:
            return
        rows = [
            (self.names.name_person(key, row["sender"]),
             self.names.name_person(key, row["to"]), int(row["replies"]))
            for row in pairs.head(TIES).to_dict("records")
        ]  # fmt: skip
        people = {name for row in rows for name in row[:2]}
        table = [[one, other, f"{n:,}"] for one, other, n in rows[:PAIRS]]
        yield _open(
            REPLIES,
            picture=draw_replies(rows, REPLIES),
            caption=TIED.fill(shown=min(len(people), MOST_NODES)),
            notes=[] if recorded else [ADJACENT],
            table=_tabulate(table, "who|谁", "to whom|接谁的话", "times|次数"),
        )

    def _build_tone(self, key: str, months: pd.DataFrame) -> Section:
        """Build the table of negative shares by month, each instrument on its own."""
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
        head = Text("Negative messages by month", "每月的负面消息")
        if not rows:
            return _open(head, notes=[NOT_TONED])
        changes = [
            change
            for name in INSTRUMENTS
            if (change := describe_change(name, key, months, self.lives))
        ]
        heads = ("month|月份", "instrument|工具", "messages|消息", "negative|负面")
        return _open(
            head, words=changes, notes=[CORRECTED], table=_tabulate(rows, *heads)
        )


def read_tone(texts: pd.DataFrame, offset_us: int) -> pd.DataFrame:
    """Estimate negative shares by group and month, of groups with texts enough."""
    rows = texts.sort_values("group", kind="stable", ignore_index=True)
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
    points = [_format_points(value) for value in own]
    beside = Text("", "")
    if len(others) >= LEAST_PEERS:
        ends = [_format_points(value) for value in (min(others), max(others))]
        beside = Text(
            f"; in {len(others)} other living groups of its age it was {ends[0]} to"
            f" {ends[1]}",
            f"；另外 {len(others)} 个年纪相近、还活着的群是 {ends[0]} 到 {ends[1]}",
        )
    return Text(
        f"Negative messages in the last three months against the months before, by"
        f" {INSTRUMENT_NAMES[name].en}: {points[0]} percentage points ({points[1]} to"
        f" {points[2]}){beside.en}.",
        f"最近三个月的负面消息和以前各月比，按“{INSTRUMENT_NAMES[name].zh}”："
        f"{points[0]} 个百分点（{points[1]} 到 {points[2]}）{beside.zh}。",
    )


def _format_points(change: float) -> str:
    return f"{100 * change:+.0f}".replace("-", "−")


def _open(
    head: Text,
    *,
    table: Table | None = None,
    picture: str = "",
    caption: Text | None = None,
    words: Sequence[Text] = (),
    lines: Sequence[Text] = (),
    notes: Sequence[Text] = (),
) -> Section:
    """Build a part of a group's section."""
    return Section(
        head=head, level=3, table=table, picture=picture, caption=caption, words=words,
        lines=lines, notes=notes,
    )  # fmt: skip


def _tabulate(rows: Sequence[Sequence[Cell]], *heads: str) -> Table:
    """Return a table; names stay as they are, heads are ``English|Chinese``."""
    return Table([Text(*head.split("|")) for head in heads], rows)
