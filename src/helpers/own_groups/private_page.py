"""The owner's own page: names, silent members, newcomers, growth, hours, replies.

It names people, says so at its top and in its file name, and is written only with
``--mine``. Everything beside it goes by pseudonyms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers.derive.frame import select_texts
from helpers.files import write_text
from helpers.own_groups.cards.card import find_last_days
from helpers.own_groups.cards.newcomers import STAYED_WEEKS, follow_weeks, list_people
from helpers.own_groups.opened import INSTRUMENTS, LEAST_TONED, describe_by_age
from helpers.own_groups.page import PRIVATE, WINDOWED, build_first_screen, build_index
from helpers.own_groups.plan import Plan, build_adjustments
from helpers.own_groups.record import (
    PAIRS,
    STORE,
    Record,
    add_moments,
    count_growth,
    count_people,
    count_replies,
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
from helpers.own_groups.report.first_screen import MONTHS_TITLE
from helpers.own_groups.report.layout import Page, Section, Table, render_page
from helpers.own_groups.report.newcomers import describe_people
from helpers.own_groups.report.talk import build_kinds, isolate_name
from helpers.own_groups.sentences import (
    INSTRUMENT_NAMES,
    WEEKDAYS,
    describe_carriers,
    describe_forecast,
    describe_hours,
    describe_newcomers,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    describe_trend,
    format_percent,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.store.exports import open_exports
from helpers.store.people import Names, read_names
from helpers.study.study import list_seen
from helpers.wording import Message, Verbatim, say, say_in

if TYPE_CHECKING:
    from helpers.own_groups.cards.card import Card
    from helpers.study import Study

TITLE = say("PRIVATE: your groups, with names")
WARNING = say(
    "This page names people. Keep it to yourself: the page to send on is"
    " your-groups.html, which names no person."
)
CURVE = say("Share still writing, weeks later.")
CAME_AND_WENT = say("Who stopped, who is new")
STAYING = say("Newcomers who still write")
REPLIES = say("Who replies to whom")
EVERY_MONTH = say("Messages by month; the first and last month may not be whole.")
NO_SILENT = say(
    "None is on record: nobody is listed who never wrote, or these exports list no"
    " members (a list of members can be given with them)."
)
BY_JOINS = say("By join day (join lines or list of members).")
BY_FIRST = say("Joins are not recorded: counted from everybody's first message.")
TIED = say(
    "The {shown} who reply most, or are replied to; the thicker a line, the more"
    " replies."
)
ADJACENT = say("Replies are not recorded: whoever speaks next within ten minutes.")
TIES = 60  # pairs of people that are drawn
QUARTER, LEAST_PEERS = 3, 5  # months, and groups that a group is compared with
NOT_TONED = say(
    "No month has {least_toned} texts that an instrument can read.",
    least_toned=LEAST_TONED,
)
CORRECTED = say(
    "Shares corrected for the instrument's measured errors, with their range: a change"
    " is surer than a level, and instruments are not to be compared."
)
DASH = "–"
WEEKS = (1, 2, STAYED_WEEKS, 8, 12, 26)
_open = partial(Section, level=3)


def write_private_page(study: Study, cards: Sequence[Card], plan: Plan) -> Path:
    """Write the page with names next to the one to be sent; return its path."""
    exports, _ = open_exports(plan.out / STORE, plan.terms.kept())
    names = read_names(plan.exports, plan.terms)
    keys = study.table("groups").set_index("group")["key"]
    adjust = build_adjustments(plan, exports, names)
    for alias, own in exports.aliases.items():
        if alias in names.groups:
            names.groups.setdefault(own, names.groups[alias])
    record = read_record(study, exports, adjust, plan.engine)
    page = _Page(study, names, plan.terms.options.zone, cards, record)
    named = [
        replace(card, label=names.groups.get(keys[card.group]) or card.label)
        for card in cards
    ]
    months = read_tone(select_texts(record.messages), page.offset)
    sections = [
        *build_first_screen(study, named, (), 1),
        *[build_index(named, 1)] * (len(named) > 1),
        *(
            page.build_group(card, record.within(keys[card.group]), months)
            for card in cards
        ),
    ]
    written = Page(
        title=TITLE,
        warning=WARNING,
        words=[WINDOWED] * bool(plan.window),
        sections=sections,
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
        record: Record,
    ) -> None:
        self.names, self.zone = names, zone
        self.offset = study.manifest.day_offset_us
        groups = study.table("groups").set_index("group")
        self.keys, ends = groups["key"], list_seen(study)
        alive = [card.group for card in cards if card.state == "alive"]
        self.lives = pd.DataFrame(
            {
                "age_days": (ends - groups["origin_us"]) / DAY_US,
                "alive": groups.index.isin(alive),
            }
        ).set_axis(groups["key"])
        self.people = _list_people(study, cards, record)
        self.shown = study.table("shown").set_index("group")
        there = "rhythm" in study.manifest.tables
        self.rhythm = study.table("rhythm") if there else None

    def build_group(self, card: Card, own: Record, months: pd.DataFrame) -> Section:
        """Build the section of one group."""
        key = self.keys[card.group]
        rows = self._select(key)
        lines = [
            describe_forecast(card, 1),
            describe_by_age(card),
            describe_carriers(card, 1),
            describe_silent_members(card, 1),
            *describe_newcomers(card, 1),
            describe_rhythm(card),
            describe_hours(card, self.zone),
        ]
        name = name_group(self.names.groups.get(key) or card.label)
        return Section(
            head=name,
            anchor=f"g{card.group}",
            states=[describe_state(card), describe_trend(card.trend, name)],
            lines=[line for line in lines if line],
            sections=[
                *self._build_people_lately(key),
                self._build_silent(card, key, own),
                *_build_newcomers(rows),
                self._build_growth(card.group, own),
                *self._build_hours(card.group),
                self._build_people(key, own),
                *self._build_replies(key, own),
                *build_kinds(own.messages["kind"]),
                self._build_tone(key, months),
            ],
        )

    def _build_people_lately(self, key: str) -> Iterator[Section]:
        """Yield who stopped and who is new."""

        def name(person: str) -> str:
            return isolate_name(self.names.name_person(key, person))

        if lines := [*describe_people(self._select(key), name)]:
            yield _open(CAME_AND_WENT, lines=lines)

    def _day(self, time_us: float | None) -> str:
        if time_us is None or pd.isna(time_us):
            return DASH
        return to_iso_day(int(time_us) + self.offset)

    def _build_silent(self, card: Card, key: str, own: Record) -> Section:
        silent = list_silent_members(own)
        head = say("Members who never wrote")
        if card.is_windowed:
            head = say("Members who wrote nothing in these days")
        if silent.empty:
            return _open(head, notes=[NO_SILENT])
        rows = [
            [self.names.name_person(key, row["person"]),
             self._day(row["joined_us"]), self._day(row["seen_us"])]
            for row in silent.to_dict("records")
        ]  # fmt: skip
        seen = say("last seen (reaction or reading)")
        return _open(head, table=Table((say("who"), say("joined"), seen), rows))

    def _select(self, key: str) -> pd.DataFrame:
        return self.people[self.people["group"].eq(key)]

    def _build_growth(self, group: int, own: Record) -> Section:
        table = count_growth(own, self.offset)
        if len(table):
            every = pd.period_range(table.index[0], table.index[-1], freq="M")
            table = table.reindex(every.astype(str), fill_value=0)
        counts = zip(table.index, table.to_numpy().tolist(), strict=True)
        rows = [[str(month), *(f"{n:,}" for n in row)] for month, row in counts]
        for column, name, found in (
            (-2, "joins_observed", own.joins), (-1, "leaves_observed", own.leaves),
        ):  # fmt: skip
            if found.empty and not self.shown.loc[group, name]:
                for row in rows:
                    row[column] = DASH
        heads = (say("month"), say("messages"), say_in("table of people", "writers"),
                 say("wrote for the first time"), say("joined"),
                 say_in("table of people", "left"))  # fmt: skip
        months = list(
            zip(map(str, table.index), table["messages"].tolist(), strict=True)
        )
        return _open(
            say("Growth by month"),
            picture=draw_months(months, MONTHS_TITLE) if months else "",
            caption=EVERY_MONTH,
            table=Table(heads, rows),
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
        title = say("Messages by weekday and hour")
        yield _open(
            say("When people write"),
            picture=draw_hours(cells, WEEKDAYS, title),
            caption=say("Times are in {zone}.", zone=Verbatim(self.zone)),
        )

    def _build_people(self, key: str, own: Record) -> Section:
        rows = [
            [self.names.name_person(key, row["sender"]), f"{row['messages']:,}",
             self._day(row["first"]), self._day(row["last"])]
            for row in count_people(own).to_dict("records")
        ]  # fmt: skip
        heads = (
            say("who"),
            say("messages"),
            say("first"),
            say_in("table of people", "last"),
        )
        return _open(say("Who writes"), table=Table(heads, rows))

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
            table=Table((say("who"), say("to whom"), say("times")), table),
        )

    def _build_tone(self, key: str, months: pd.DataFrame) -> Section:
        """Build the table of negative shares by month, each instrument on its own."""
        own = months[months["group"].eq(key)] if len(months) else months
        rows = [
            [row["month"], label, f"{int(row[f'{name}_scored']):,}",
             say("{middle} ({low}–{high})", **{
                 what: format_percent(row[f"{name}_negative{end}"])
                 for what, end in (("middle", ""), ("low", "_low"), ("high", "_high"))
             })]
            for name, label in INSTRUMENT_NAMES.items()
            if name in INSTRUMENTS
            for row in own.to_dict("records")
            if row.get(f"{name}_scored", 0) >= LEAST_TONED
        ]  # fmt: skip
        head = say("Negative messages by month")
        if not rows:
            return _open(head, notes=[NOT_TONED])
        changes = [
            change
            for name in INSTRUMENTS
            if (change := describe_change(name, key, months, self.lives))
        ]
        heads = (say("month"), say("instrument"), say("messages"), say("negative"))
        return _open(head, words=changes, notes=[CORRECTED], table=Table(heads, rows))


def _list_people(study: Study, cards: Sequence[Card], record: Record) -> pd.DataFrame:
    """Return who wrote and joined, by the rules and for the days of the cards."""
    keys = study.table("groups").set_index("group")["key"]
    offset = study.manifest.day_offset_us
    rows = record.messages.dropna(subset="sender")
    days = (rows["time_us"].astype("int64") + offset) // DAY_US
    by = days.groupby([rows["group"], rows["sender"].rename("person")], observed=True)
    spoke = by.agg(first="min", last="max", days="nunique").reset_index()
    dated = [keys[c.group] for c in cards if c.newcomers and c.newcomers.dated]
    joins = record.joins[record.joins["group"].isin(dated)].dropna()
    joined = (joins["time_us"].astype("int64") + offset) // DAY_US
    arrivals = joined.groupby([joins["group"], joins["person"]], observed=True).min()
    groups = study.table("groups")
    ends = pd.DataFrame({"end": find_last_days(study)}).set_axis(groups["key"])
    cut = {keys[card.group]: card.is_left_truncated for card in cards}
    ends["truncated"] = ends.index.map(cut).fillna(value=True)
    return list_people(spoke, arrivals.rename("joined").reset_index(), ends)


def _build_newcomers(people: pd.DataFrame) -> Iterator[Section]:
    """Build the table of newcomers who still write some weeks later."""
    rows = [
        (weeks, int(found["followed"].sum()), int(found["stayed"].sum()))
        for weeks in WEEKS
        for found in [follow_weeks(people, weeks)]
    ]
    rows = [row for row in rows if row[1]]
    if not rows:
        return
    heads = (say("weeks later"), say("newcomers followed"),
             say_in("table of people", "still writing"), say("share"))  # fmt: skip
    cells = [[str(w), f"{n:,}", f"{m:,}", format_percent(m / n)] for w, n, m in rows]
    yield _open(
        STAYING,
        notes=[BY_JOINS if people["dated"].any() else BY_FIRST],
        table=Table(heads, cells),
        picture=draw_shares([(w, m / n) for w, n, m in rows], STAYING),
        caption=CURVE,
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
    rows = months[months[f"{name}_scored"] >= LEAST_TONED]
    rows = rows.sort_values("month", kind="stable")
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
) -> Message | None:
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
    beside: str = Verbatim("")
    if len(others) >= LEAST_PEERS:
        ends = [_format_points(value) for value in (min(others), max(others))]
        beside = say(
            "; in {n} other living groups of its age it was {end_0} to {end_1}",
            n=len(others),
            end_0=ends[0],
            end_1=ends[1],
        )
    return say(
        "Negative messages in the last three months against the months before, by"
        " {instrument}: {change} percentage points ({low} to {high}){beside}.",
        instrument=INSTRUMENT_NAMES[name],
        **dict(zip(("change", "low", "high"), points, strict=True)),
        beside=beside,
    )


def _format_points(change: float) -> str:
    return f"{100 * change:+.0f}".replace("-", "−")
