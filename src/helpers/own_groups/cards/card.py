"""The record of each group: state, trend, newcomers and people, for all at once.

What pages, terminal and picture say of a group is read from its card and nothing else.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from helpers.derive.tables.early_rows import EITHER
from helpers.forecast import Forecast
from helpers.group_lives.silence import compute_silence_days
from helpers.observed import Observed, State
from helpers.own_groups.cards.counts import (
    count_answered,
    count_last_month,
    count_silent_members,
    count_weeks,
    count_writers,
    find_busy_hours,
    measure_pauses,
    read_shift,
    tell_groups,
)
from helpers.own_groups.cards.newcomers import (
    Newcomers,
    Regulars,
    count_newcomers,
    list_people,
)
from helpers.own_groups.cards.trends import (
    Trend,
    count_months,
    measure_trends,
    sum_months,
)
from helpers.own_groups.record import RECORDED, read_adjustments
from helpers.own_groups.user_study import read_observed
from helpers.records import DAY_US, MONTH_DAYS, to_iso_day
from helpers.study import Study
from helpers.study.definitions import TABLES
from helpers.study.study import list_seen

Fields = Mapping[int, Mapping[str, Any]]  # of cards, by group
HIDDEN_LABEL = "–"
QUIET, MUCH_LESS, TALKING, MORE, INACTIVE, CLOSED, NOT_KNOWN = range(7)
_TALKS = {"falls": MUCH_LESS, "grows": MORE}
_NEEDS = {"silent": INACTIVE, "closed": CLOSED, "unknown": NOT_KNOWN}


class Answered(NamedTuple):
    """How many first-time posters were answered, in a group watched from its start.

    Without recorded replies, an answer is a message of another person within ten
    minutes of theirs.
    """

    people: int
    answered: int  # within an hour of their first message
    has_replies: bool  # whether replies or mentions are recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The record of one group: state, trend, people; None if not in its export."""

    group: int
    label: str
    since: str  # first day
    until: str  # day on which observation ends
    age_days: float
    silent_days: float  # since the last message
    days_ago: int  # of the calendar, from the day of the last message to the end
    death_days: float  # of silence that count as the end
    weeks: tuple[int, ...] = ()  # messages in at most 52 weeks, oldest first
    weeks_end: int  # day with which the last of them ends: that of its silence at most
    messages: int
    people: int | None = None
    people_28: int | None = None  # writers of the last 28 days
    people_before: int | None = None  # and of the 28 before
    top: float | None = (
        None  # share of the last 28 days' messages by the busiest writer
    )
    top_three: float | None = None
    silent_members: int | None = (
        None  # listed members who never wrote, or not in the window
    )
    members: int | None = None  # listed
    newcomers: Newcomers | None = None
    answered: Answered | None = None
    regulars: Regulars | None = None
    trend: Trend | None = None  # None of a record of fewer than three whole months
    state: State  # closed, alive, silent for good, or not known
    last: str  # day of the last message
    seen: str | None  # day by which its export was made at the latest
    closed: str | None  # day on which it was closed, and how
    closed_kind: str | None
    has_end: bool  # whether it is known when observation ended
    is_left_truncated: bool  # messages before the export's first may be missing
    usual_pause: float | None = None  # median days between days with messages
    long_pause: float | None = None  # that 95% do not exceed
    hours: tuple[int, ...] = ()  # busiest of the day beyond chance, the first ahead
    is_windowed: bool = False  # whether days from --from to --to alone are counted
    is_cut: bool = False  # whether it is older than the first of them
    forecast: Forecast | None = None  # of the next 60 days; None if not told
    recalibrated: Forecast | None = None  # by the past of all groups of the study

    @property
    def has_silence_to_come(self) -> bool:
        """Whether a silence can still be its end: a closed group has ended."""
        return self.state != "closed"

    @property
    def is_unusually_quiet(self) -> bool:
        """Whether the present silence exceeds 95% of earlier pauses, in whole days."""
        if self.long_pause is None or not self.has_end:
            return False  # no silence is seen behind the record's last row
        return self.days_ago > self.long_pause

    @property
    def days_before(self) -> int:
        """Number of days that the group had before the last 28, at most 28."""
        return min(max(int(self.age_days) - MONTH_DAYS, 0), MONTH_DAYS)

    @property
    def talks_less(self) -> bool:
        """Whether its messages a month fell, by the rule of `measure_trends`."""
        return self.trend is not None and self.trend.direction == "falls"

    @property
    def need(self) -> int:
        """Rank: quiet, talking much less, talking, more, inactive, closed, unknown."""
        if self.state != "alive":
            return _NEEDS[self.state]
        if self.is_unusually_quiet:
            return QUIET
        return _TALKS.get(self.trend.direction if self.trend else "", TALKING)


def build_cards(study: Study) -> list[Card]:
    """Build the record of each group that ever wrote, groups in danger first.

    Within the same need, groups with more writers come first.
    """
    groups = study.table("groups")
    groups = groups[groups["last_us"].notna()].astype({"group": "int64"})
    groups["end_us"] = groups["group"].map(list_seen(study))
    cards = _Rows(study, groups.set_index("group")).build()
    order = lambda c: (c.need, not c.talks_less, -(c.people_28 or 0), c.label, c.group)  # noqa: E731
    return sorted(cards, key=order)


def predict_groups(study: Study) -> pd.DataFrame:
    """Predict the next 60 days of each group of a study, as its card does.

    Parameters
    ----------
    study
        Made by `shequn run` or `make_study`.

    Returns
    -------
    DataFrame
        A row per group of which something can be told: ``group, share, low, high`` that
        nobody writes, and ``own, own_low, own_high``, recalibrated by past days of
        these groups (null where fewer than five have any).

    Examples
    --------
    >>> from helpers.study import open_study
    >>> told = predict_groups(open_study("houston_slack"))
    >>> bool((told["low"] < told["share"]).all())
    True
    """
    names = ("share", "low", "high", "own", "own_low", "own_high")
    rows = [
        (card.group, *card.forecast[:3], *(card.recalibrated or [float("nan")] * 3)[:3])
        for card in build_cards(study)
        if card.forecast is not None
    ]
    return pd.DataFrame(rows, columns=["group", *names])


def count_all_months(study: Study) -> list[tuple[str, int]]:
    """Count the messages of all groups together by whole month."""
    last = int(find_last_days(study).max())
    daily = study.table("daily").assign(group=0)
    return sum_months(count_months(daily, pd.Series({0: last})))


def find_last_days(study: Study) -> pd.Series[int]:
    """Return the last day of each group's record, since 1970, by its number."""
    return (list_seen(study) - 1 + study.manifest.day_offset_us) // DAY_US


class _Rows:
    """Cards of all groups, counted column by column; `groups` by number."""

    def __init__(self, study: Study, groups: pd.DataFrame) -> None:
        self.study, self.groups = study, groups
        self.there = set(study.manifest.tables)
        self.offset = study.manifest.day_offset_us
        self.observed = read_observed(study)
        self.window = read_adjustments(study.folder.parent).window
        self.daily = self.read("daily")
        self.end_day = (groups["end_us"].astype("int64") + self.offset) // DAY_US
        self.spoke_day = (groups["last_us"].astype("int64") + self.offset) // DAY_US
        self.death = pd.Series(compute_silence_days(groups), groups.index)
        self.has_senders = self.get_shown("sender_ids", "yes").ne("no")
        truncated = study.observability.left_truncated
        self.is_truncated = self.get_shown("left_truncated", truncated).astype(bool)

    def read(self, name: str) -> pd.DataFrame:
        """Read the rows of a table of these groups; none where the study has none."""
        if name not in self.there:
            columns = [column.name for column in TABLES[name].columns]
            return pd.DataFrame(columns=columns).astype({"group": "int64"})
        table = self.study.table(name).astype({"group": "int64"})
        return table[table["group"].isin(self.groups.index)]

    def get_shown(self, name: str, default: object) -> pd.Series[Any]:
        """Return by group what its exports, or else those of the study, record."""
        keys = self.groups.index
        if "shown" not in self.there:
            return pd.Series([default] * len(keys), keys)
        return self.study.table("shown").set_index("group")[name].reindex(keys)

    def build(self) -> list[Card]:
        """Build the cards, each of one row of every column."""
        lives = {int(g): self._describe_life(g) for g in self.groups.index}
        over = {g for g, life in lives.items() if life["state"] in {"silent", "closed"}}
        columns = [
            _list_fields(measure_pauses(self.daily)),
            self._count_weeks(),
            self._count_writers(),
            _list_fields(count_silent_members(self.read("memberships"))),
            _list_fields(find_busy_hours(self.read("rhythm"))),
            self._predict(lives),
            self._count_people({g for g, life in lives.items() if life["is_cut"]}),
            self._count_answered(),
            self._measure_trends(over),
        ]
        return [
            Card(**life, **ChainMap(*({**one.get(group, {})} for one in columns)))
            for group, life in lives.items()
        ]

    @cached_property
    def labels(self) -> pd.Series[str]:
        """Labels of groups; hidden ones are numbered."""
        labels = self.groups["label"].astype(str)
        hidden = labels.eq(HIDDEN_LABEL)
        return labels.mask(hidden, "small group " + hidden.cumsum().astype(str))

    @cached_property
    def abouts(self) -> Mapping[Any, Mapping[Any, Any]]:
        """The rows of the table and what was counted of each group, by number."""
        told: dict[str, pd.Series[Any]] = {
            "label": self.labels, "death_days": self.death, "spoke_day": self.spoke_day,
            "has_senders": self.has_senders, "is_truncated": self.is_truncated,
        }  # fmt: skip
        return self.groups.assign(**told).to_dict("index")

    def _describe_life(self, group: int) -> dict[str, Any]:
        """Describe from and until when a group was observed, and its state."""
        about = self.abouts[group]
        end, last, origin = (
            int(about[name]) for name in ("end_us", "last_us", "origin_us")
        )
        watch = self.observed.get(int(group), Observed(until_us=end))
        death = float(about["death_days"])
        state = watch.judge(death * DAY_US, last)
        until = end
        if watch.end_us is None and state == "alive" and watch.high_us is not None:
            until = watch.high_us  # no silence is seen behind the record's last row
        first_us = self.window.from_us
        is_cut = first_us is not None and watch.since_us == first_us
        origin = int(about["first_us"]) if is_cut else origin  # what is shown begins so
        return {
            "group": int(group),
            "label": about["label"],
            "since": self._name_day(origin),
            "until": self._name_day(end),
            "state": state,
            "last": self._name_day(last),
            "seen": self._name_day(watch.high_us),
            "closed": self._name_day(watch.closed_us),
            "closed_kind": watch.closed_kind,
            "has_end": watch.end_us is not None,
            "age_days": (end - origin) / DAY_US,
            "silent_days": (end - last) / DAY_US,
            "days_ago": int((until + self.offset) // DAY_US - about["spoke_day"]),
            "death_days": death,
            "messages": int(about["messages"]),
            "people": int(about["posters"]) if about["has_senders"] else None,
            "is_left_truncated": bool(about["is_truncated"]),
            "is_windowed": bool(self.window),
            "is_cut": is_cut,
        }

    def _name_day(self, time_us: int | None) -> str | None:
        return None if time_us is None else to_iso_day(time_us + self.offset)

    def _count_weeks(self) -> Fields:
        ends = self.end_day.clip(upper=self.spoke_day + self.death.astype("int64"))
        return _list_fields(count_weeks(self.daily, ends).assign(weeks_end=ends))

    def _count_writers(self) -> Fields:
        rows = count_writers(self.read("member_days"), self.end_day)
        return _list_fields(rows[self.has_senders])

    def _predict(self, lives: Mapping[int, Mapping[str, Any]]) -> Fields:
        """Predict the next 60 days, from the calendar days up to the last one."""
        ago = {
            group: life["days_ago"]
            for group, life in lives.items()
            if life["state"] in {"alive", "silent"}
            and self.has_senders[group]
            and not life["is_cut"]
        }
        since = pd.Series(ago, dtype="int64")
        today = self.spoke_day.reindex(since.index) + since
        origin = self.groups["origin_us"].astype("int64").reindex(since.index)
        age = today - (origin + self.offset) // DAY_US + 1
        month = count_last_month(self.read("member_days"), today)
        states = pd.concat([age, since, month], axis=1)
        return tell_groups(states, read_shift(self.study))

    def _count_people(self, cut: Collection[int]) -> Fields:
        if "members" not in self.there:
            return {}
        spoke = self.read("members").rename(columns={"member": "person"})
        arrivals = self.read("arrivals").rename(columns={"member": "person"})
        for table, names in (
            (spoke, {"first": "first_us", "last": "last_us"}),
            (arrivals, {"joined": "joined_us"}),
        ):
            for day, time in names.items():
                table[day] = (table[time].astype("int64") + self.offset) // DAY_US
        last = find_last_days(self.study).reindex(self.groups.index)
        ends = pd.DataFrame({"end": last, "truncated": self.is_truncated})
        ends["cut"] = ends.index.isin(cut)
        rows = list_people(
            spoke[["group", "person", "first", "last", "days"]],
            arrivals[["group", "person", "joined"]],
            ends,
        )
        return {
            group: {"newcomers": new, "regulars": regulars}
            for group, (new, regulars) in count_newcomers(rows).items()
            if self.has_senders[group]
        }

    def _count_answered(self) -> Fields:
        """Count who was answered in groups watched from their start."""
        recorded = self.get_shown("replies", self.study.observability.replies)
        has_replies = recorded.isin(RECORDED)
        kinds = has_replies.map({True: "explicit", False: EITHER})
        whole = kinds[self.has_senders & ~self.is_truncated]
        rows = count_answered(self.read("newcomers"), whole)
        return {
            int(group): {"answered": Answered(n, answered, bool(has_replies[group]))}
            for group, n, answered in rows.itertuples(name=None)
        }

    def _measure_trends(self, over: Collection[int]) -> Fields:
        """Measure trends; the months after the end of a group are not of its talk."""
        last = find_last_days(self.study)
        ends = self.spoke_day.where(self.groups.index.isin(over), last)
        trends = measure_trends(count_months(self.daily, ends))
        return {group: {"trend": trend} for group, trend in trends.items()}


def _list_fields(table: pd.DataFrame) -> Fields:
    """List the values of each group by the name of the field; none is None."""
    rows = table.astype(object).where(table.notna(), None)
    names = [str(name) for name in rows]
    values = zip(*(rows[name].tolist() for name in names), strict=True)
    return {
        int(group): dict(zip(names, row, strict=True))
        for group, row in zip(rows.index, values, strict=True)
    }
