"""The owner's own page: names, silent members, newcomers, growth, hours, replies.

It names people, says so at its top and in its file name, and is written only with
``--mine``. Everything beside it goes by pseudonyms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import pandas as pd

from helpers.derive.frame import select_texts
from helpers.files import write_text
from helpers.own_groups import record as counted
from helpers.own_groups import sentences as tell
from helpers.own_groups.cards.card import Card, find_last_days
from helpers.own_groups.cards.newcomers import (
    RECENT_DAYS,
    STAYED_WEEKS,
    follow_weeks,
    list_people,
)
from helpers.own_groups.opened import INSTRUMENTS, LEAST_TONED, describe_by_age
from helpers.own_groups.page import WINDOWED, list_index
from helpers.own_groups.plan import PRIVATE, Plan, build_adjustments
from helpers.own_groups.record import STORE, Record
from helpers.own_groups.report import charts
from helpers.own_groups.report.first_screen import MONTHS_TITLE, build_first_screen
from helpers.own_groups.report.layout import Cell, render_page
from helpers.records import DAY_US, to_iso_day
from helpers.store.exports import open_exports
from helpers.store.people import Names, read_names
from helpers.study import Study
from helpers.study.study import list_seen
from helpers.wording import Message, Verbatim, join_messages, say
from helpers.wording.messages import LIST

TIES = 60  # pairs of people that are drawn
QUARTER, LEAST_PEERS = 3, 5  # months, and groups that a group is compared with
DASH = "–"
TOWARDS_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRO", "LRE", "LRI"}
WEEKS = (1, 2, STAYED_WEEKS, 8, 12, 26)
NAMED = 5  # people that a sentence names

Name = Callable[[str], str]


def write_private_page(study: Study, cards: Sequence[Card], plan: Plan) -> Path:
    """Write the page with names next to the one to be sent; return its path."""
    exports, _ = open_exports(plan.out / STORE, plan.terms.kept())
    names = read_names(plan.exports, plan.terms)
    keys = study.table("groups").set_index("group")["key"]
    adjust = build_adjustments(plan, exports, names)
    for alias, own in exports.aliases.items():
        if alias in names.groups:
            names.groups.setdefault(own, names.groups[alias])
    record = counted.read_record(study, exports, adjust, plan.engine)
    page = _Page(study, names, cards, record)
    named = [
        replace(card, label=names.groups.get(keys[card.group]) or card.label)
        for card in cards
    ]
    zone = plan.terms.options.zone
    whole = render_page(
        "private.html.j2", screen=build_first_screen(study, named, (), 1),
        index=list_index(named, 1), is_windowed=bool(plan.window), windowed=WINDOWED,
        groups=[
            page.build_group(card, record.within(keys[card.group]), zone)
            for card in named
        ],
        zone=Verbatim(zone), least_toned=LEAST_TONED, charts=charts,
    )  # fmt: skip
    path = plan.out / PRIVATE
    write_text(path, whole)
    return path


class _Page:
    def __init__(
        self, study: Study, names: Names, cards: Sequence[Card], record: Record
    ) -> None:
        self._name, self.offset = names.name_person, study.manifest.day_offset_us
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
        self.months = read_tone(select_texts(record.messages), self.offset)

    def build_group(self, card: Card, own: Record, zone: str) -> dict[str, Any]:
        """Build what the page shows of one group."""
        key = self.keys[card.group]
        lines = [
            tell.describe_forecast(card, 1), describe_by_age(card),
            *tell.describe_people(card, 1), *tell.describe_times(card, zone),
        ]  # fmt: skip
        people = self.people[self.people["group"].eq(key)]
        tone = [*self._list_tone(key)]
        return {
            "card": card,
            "name": tell.name_group(card.label),
            "lines": [line for line in lines if line],
            "lately": [
                *describe_people(people, lambda one: isolate_name(self._name(key, one)))
            ],
            "silent": self._list_rows(
                key, counted.list_silent_members(own), "joined_us", "seen_us"
            ),
            "is_dated": people["dated"].any(),
            **_count_stayed(people),
            **self._count_growth(card, own),
            "hours": self._count_hours(card.group),
            "people": self._list_rows(key, counted.count_people(own), "first", "last"),
            **self._list_replies(key, own),
            "kinds": list_kinds(own.messages["kind"]),
            "tone": tone,
            "changes": [
                describe_change(name, key, self.months, self.lives)
                for name in INSTRUMENTS
                if tone
            ],
        }

    def _day(self, time_us: float | None) -> str:
        if time_us is None or pd.isna(time_us):
            return DASH
        return to_iso_day(int(time_us) + self.offset)

    def _list_rows(
        self, key: str, people: pd.DataFrame, *days: str
    ) -> list[list[Cell]]:
        """List people by name, with messages where they are counted, and days."""
        return [
            [self._name(key, row.get("person") or row["sender"]),
             *[f"{row[name]:,}" for name in ("messages",) if name in row],
             *(self._day(row[name]) for name in days)]
            for row in people.to_dict("records")
        ]  # fmt: skip

    def _count_growth(self, card: Card, own: Record) -> dict[str, Any]:
        table = counted.count_growth(own, self.offset)
        if len(table):
            last = max(table.index[-1], card.until[:7])
            every = pd.period_range(table.index[0], last, freq="M")
            table = table.reindex(every.astype(str), fill_value=0)
        cells = table.map("{:,}".format)
        for column, name, found in (
            ("joined", "joins_observed", own.joins),
            ("left", "leaves_observed", own.leaves),
        ):
            if found.empty and not self.shown.loc[card.group, name]:
                cells[column] = DASH
        rows = cells.reset_index().astype(str).to_numpy().tolist()
        months = list(
            zip(map(str, table.index), table["messages"].tolist(), strict=True)
        )
        picture = charts.draw_months(months, MONTHS_TITLE) if months else ""
        return {"growth": rows, "growth_picture": picture}

    def _count_hours(self, group: int) -> Counter[tuple[int, int]]:
        """Count messages by weekday and hour."""
        cells = Counter[tuple[int, int]]()
        if self.rhythm is not None:
            rows = self.rhythm[self.rhythm["group"] == group]
            for day, hour, n in rows[["weekday", "hour", "items"]].to_numpy().tolist():
                cells[day, hour] += int(n)
        return cells

    def _list_replies(self, key: str, own: Record) -> dict[str, Any]:
        pairs, is_recorded = counted.count_replies(own)
        ties = [
            (self._name(key, row["sender"]), self._name(key, row["to"]),
             int(row["replies"]))
            for row in pairs.head(TIES).to_dict("records")
        ]  # fmt: skip
        people = {name for row in ties for name in row[:2]}
        table = [[one, other, f"{n:,}"] for one, other, n in ties[: counted.PAIRS]]
        return {"ties": ties, "pairs": table, "is_recorded": is_recorded,
                "repliers": min(len(people), charts.MOST_NODES)}  # fmt: skip

    def _list_tone(self, key: str) -> Iterator[list[Cell]]:
        """List negative shares by month, each instrument on its own."""
        months = self.months
        own = months[months["group"].eq(key)] if len(months) else months
        for name in INSTRUMENTS:
            for row in own.to_dict("records"):
                if row.get(f"{name}_scored", 0) >= LEAST_TONED:
                    middle, low, high = (
                        tell.format_percent(row[f"{name}_negative{end}"])
                        for end in ("", "_low", "_high")
                    )
                    share = say(
                        "{middle} ({low}–{high})", middle=middle, low=low, high=high
                    )
                    label = tell.INSTRUMENT_NAMES[name]
                    yield [row["month"], label, f"{row[f'{name}_scored']:,.0f}", share]


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
    ends["cut"] = ends.index.isin([keys[card.group] for card in cards if card.is_cut])
    return list_people(spoke, arrivals.rename("joined").reset_index(), ends)


def _count_stayed(people: pd.DataFrame) -> dict[str, Any]:
    """Count newcomers followed for some weeks, and those who still write then."""
    found = ((weeks, follow_weeks(people, weeks)) for weeks in WEEKS)
    rows = [(w, int(n["followed"].sum()), int(n["stayed"].sum())) for w, n in found]
    rows = [row for row in rows if row[1]]
    cells = [
        [str(w), f"{n:,}", f"{m:,}", tell.format_percent(m / n)] for w, n, m in rows
    ]
    return {"stayed": [(w, m / n) for w, n, m in rows], "stayed_rows": cells}


def read_tone(texts: pd.DataFrame, offset_us: int) -> pd.DataFrame:
    """Estimate negative shares by group and month, of groups with texts enough."""
    rows = texts.sort_values("group", kind="stable", ignore_index=True)
    rows = rows[rows.groupby("group")["text"].transform("size") >= LEAST_TONED]
    if rows.empty:
        return pd.DataFrame()
    from helpers.library.tone import tone_by_month  # noqa: PLC0415 - slow

    return tone_by_month(counted.add_moments(rows, offset_us))


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
        "Negative messages in the last three months with texts enough (to {until}),"
        " against those before, by {instrument}: {change} percentage points ({low} to"
        " {high}){beside}.",
        until=by[key].loc[by[key][f"{name}_scored"] >= LEAST_TONED, "month"].max(),
        instrument=tell.INSTRUMENT_NAMES[name],
        **dict(zip(("change", "low", "high"), points, strict=True)),
        beside=beside,
    )


def _format_points(change: float) -> str:
    return f"{100 * change:+.0f}".replace("-", "−")


def isolate_name(name: str) -> str:
    """Return a name that does not turn the direction of the sentence around it.

    >>> isolate_name("Zoë"), isolate_name("שלום") == "שלום"
    ('Zoë', False)
    """
    turns = any(bidirectional(letter) in TOWARDS_LEFT for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def list_kinds(kinds: pd.Series[str]) -> list[list[Cell]]:
    """List how often what kind of message is sent, the most frequent first."""
    order = sorted(Counter(kinds).items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        [Verbatim(kind), f"{n:,}", f"{100 * n / len(kinds):.1f}%"] for kind, n in order
    ]


def describe_people(people: pd.DataFrame, name: Name) -> Iterator[Message]:
    """Yield who of the regulars stopped writing and who is new, with names.

    `people`: the rows of `list_people` of one group.
    """
    stopped = people[people["stopped"]].sort_values(["days", "last"], ascending=False)
    new = people[people["recent"]].sort_values(["came", "person"])
    dated = bool(people["dated"].any())
    for rows, is_told, line in (
        (stopped, people["long"], say("Regulars who stopped ({days} days): {people}.")),
        (new, people["told"] & dated, say("Joined in the last {days} days: {people}.")),
        (
            new,
            people["told"] & (not dated),
            say("Wrote for the first time in the last {days} days: {people}."),
        ),
    ):
        if is_told.any():
            names = [name(str(one)) for one in rows["person"]]
            yield line.fill(people=_list_names(names), days=RECENT_DAYS)


def _list_names(names: list[str]) -> Message:
    """List names, the first five by themselves."""
    listed = join_messages(LIST, map(Verbatim, names[:NAMED]))
    rest = len(names) - NAMED
    if rest > 0:
        return say("{names} and {n} more", names=listed, n=rest)
    return listed if names else say("none")
