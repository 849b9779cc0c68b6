"""Quantities shown on the card of a user's group, from the study's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.derive.measures.newcomers import EITHER
from helpers.group_lives.silence import compute_silence_days
from helpers.observed import Observed, State
from helpers.own_groups.record import RECORDED, read_adjustments
from helpers.own_groups.user_study import read_observed
from helpers.records import DAY_US, MONTH_DAYS, to_iso_day
from helpers.study import Study

WEEK, WEEKS = 7, 52  # days of a bar, and most bars of a card
HIDDEN_LABEL = "–"
FEWEST_PAUSES = 10  # from which a group has a rhythm of its own
USUAL = 0.95  # of pauses; a longer one is unusual
FALL = 0.5  # of the writers of the 28 days before: fewer are a sign of fading
FEWEST_HOURS = 20  # messages from which busy hours are named
BUSY_HOURS = 3
ANSWERED_WITHIN = 1  # hours


@dataclass(frozen=True, slots=True)
class Week:
    """Number of messages in the seven days that begin on a given day."""

    day: int
    messages: int


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Number of first-time posters followed up, of those answered, of those who stayed.

    Without recorded replies, an answer is a message of another person within ten
    minutes of theirs.
    """

    people: int  # first-time posters whose first four weeks are known
    answered: int  # within an hour of their first message
    stayed: int  # still writing after 28 days
    has_replies: bool  # whether replies or mentions are recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Activity, silence and member statistics of one group; None if not in its export.

    Newcomers are None unless a group is observed from its start, for then everybody's
    first message in the export looks like that of a newcomer.
    """

    group: int
    label: str
    since: str  # first day
    until: str  # day on which observation ends
    age_days: float
    silent_days: float  # since the last message
    days_ago: int  # of the calendar, from the day of the last message to the end
    death_days: float  # of silence that count as the end
    weeks: tuple[Week, ...]  # at most 52, oldest first, up to the end of its silence
    messages: int
    people: int | None
    people_28: int | None  # writers of the last 28 days
    people_before: int | None  # and of the 28 before
    top: float | None  # share of the last 28 days' messages by the busiest writer
    top_three: float | None
    silent_members: int | None  # listed members who never wrote, or not in the window
    members: int | None  # listed
    newcomers: Newcomers | None
    state: State  # closed, alive, silent for good, or not known
    last: str  # day of the last message
    seen: str | None  # day by which its export was made at the latest
    closed: str | None  # day on which it was closed, and how
    closed_kind: str | None
    has_end: bool  # whether it is known when observation ended
    is_left_truncated: bool  # messages before the export's first may be missing
    usual_pause: float | None  # median days between days with messages
    long_pause: float | None  # that 95% do not exceed
    hours: tuple[int, ...]  # busiest of the day, most messages first
    is_windowed: bool = False  # whether days from --from to --to alone are counted
    is_cut: bool = False  # whether it is older than the first of them
    early_messages: int | None = None  # of days 8–28; None if they are not all seen

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
    def is_fading(self) -> bool:
        """Whether the last 28 days had at most half the posters of the 28 before."""
        if self.people_28 is None or not self.people_before:
            return False
        return self.people_28 <= FALL * self.people_before

    @property
    def days_before(self) -> int:
        """Number of days that the group had before the last 28, at most 28."""
        return min(max(int(self.age_days) - MONTH_DAYS, 0), MONTH_DAYS)

    @property
    def need(self) -> int:
        """Rank: 0 unusually quiet, 1 fading, 2 steady, 3 dead, 4 closed, 5 unclear."""
        if self.state != "alive":
            return {"silent": 3, "closed": 4, "unknown": 5}[self.state]
        return 0 if self.is_unusually_quiet else 1 if self.is_fading else 2


def build_cards(study: Study) -> list[Card]:
    """Summarise activity, risk and people of each group, groups in danger first.

    Within the same need, groups with more writers come first.
    """
    groups = study.table("groups")
    written = groups["last_us"].notna()
    groups = groups[written].reset_index(drop=True)
    tables = _Tables(study, groups)
    cards = [tables.build_card(row) for row in range(len(groups))]
    return sorted(cards, key=lambda c: (c.need, -(c.people_28 or 0), c.label, c.group))


class _Tables:
    """The tables of a study, split by group."""

    def __init__(self, study: Study, groups: pd.DataFrame) -> None:
        # pandas needs longer to find a cell than to convert a row
        self.about = groups.to_dict("records")
        labels = groups["label"].astype(str)
        hidden = labels.eq(HIDDEN_LABEL)
        numbers = "small group " + hidden.cumsum().astype(str)
        self.labels: list[str] = labels.mask(hidden, numbers).tolist()
        self.observability = study.observability
        self.observed = read_observed(study)
        self.window = read_adjustments(study.folder.parent).window
        self.offset = study.manifest.day_offset_us
        self.ages = ((groups["end_us"] - groups["origin_us"]) / DAY_US).to_numpy()
        self.death = compute_silence_days(groups)
        names = ("daily", "member_days", "newcomers", "memberships", "rhythm")
        there = set(study.manifest.tables)
        tables = {name: study.table(name) for name in names if name in there}
        if "newcomers" in tables:  # of many windows, one is read
            rows = tables["newcomers"]
            tables["newcomers"] = rows[rows["within_hours"] == ANSWERED_WITHIN]
        self.by: Mapping[str, dict[int, pd.DataFrame]] = {
            name: _split_groups(tables[name]) if name in tables else {}
            for name in names
        }
        shown = study.table("shown").to_dict("records") if "shown" in there else []
        self.shown = {int(row["group"]): row for row in shown}

    def build_card(self, row: int) -> Card:
        """Return the card of one group."""
        about = self.about[row]
        group, end = int(about["group"]), int(about["end_us"])
        last = int(about["last_us"])
        watch = self.observed.get(group, Observed(until_us=end))
        last_day = (end + self.offset) // DAY_US
        silent = (end - last) / DAY_US
        spoke_on = (int(about["last_us"]) + self.offset) // DAY_US
        days = self.by["daily"].get(group, pd.DataFrame({"day": [], "messages": []}))
        has_senders = self._has_senders(group)
        month, before = self._count_people(group, int(last_day))
        usual, long = measure_pauses(days["day"].to_numpy(np.int64))
        age, death = float(self.ages[row]), float(self.death[row])
        state = watch.judge(death * DAY_US, last)
        until = end
        if watch.end_us is None and state == "alive" and watch.high_us is not None:
            until = watch.high_us  # no silence is seen behind the record's last row
        is_truncated = bool(self._get_observed(group, "left_truncated"))
        first_us = self.window.from_us
        is_cut = first_us is not None and watch.since_us == first_us
        is_followed = has_senders and not is_truncated
        return Card(
            group=group,
            label=self.labels[row],
            since=to_iso_day(int(about["origin_us"]) + self.offset),
            until=to_iso_day(end + self.offset),
            state=state,
            last=to_iso_day(last + self.offset),
            seen=self._name_day(watch.high_us),
            closed=self._name_day(watch.closed_us),
            closed_kind=watch.closed_kind,
            has_end=watch.end_us is not None,
            age_days=age,
            silent_days=silent,
            days_ago=int((until + self.offset) // DAY_US - spoke_on),
            death_days=death,
            weeks=tuple(iterate_weeks(days, min(int(last_day), int(spoke_on + death)))),
            messages=int(about["messages"]),
            people=int(about["posters"]) if has_senders else None,
            people_28=len(month) if has_senders else None,
            people_before=len(before) if has_senders else None,
            top=_sum_largest(month, 1) if has_senders else None,
            top_three=_sum_largest(month, 3) if has_senders else None,
            **self._count_silent_members(group),
            newcomers=self._count_newcomers(group) if is_followed else None,
            is_left_truncated=is_truncated,
            usual_pause=usual,
            long_pause=long,
            hours=self._find_busy_hours(group),
            is_windowed=bool(self.window),
            is_cut=is_cut,
            early_messages=None
            if is_truncated or is_cut or age < MONTH_DAYS
            else count_early_messages(days),
        )

    def _name_day(self, time_us: int | None) -> str | None:
        return None if time_us is None else to_iso_day(time_us + self.offset)

    def _get_observed(self, group: int, name: str) -> object:
        """Return which data, such as replies, a group's (or study's) exports record."""
        shown = self.shown.get(group)
        return getattr(self.observability, name) if shown is None else shown[name]

    def _has_senders(self, group: int) -> bool:
        shown = self.shown.get(group)
        return shown is None or shown["sender_ids"] != "no"

    def _count_people(self, group: int, last_day: int) -> tuple[Ints, Ints]:
        """Count messages by person in the last 28 days and in the 28 days before."""
        none = pd.DataFrame({"day": [], "member": [], "messages": []})
        rows = self.by["member_days"].get(group, none)
        day, member, messages = (
            rows[name].to_numpy(np.int64) for name in ("day", "member", "messages")
        )
        months = (last_day - day) // MONTH_DAYS
        month, before = (
            _sum_by(member[part], messages[part])[1]
            for part in (months <= 0, months == 1)
        )
        return month, before

    def _count_silent_members(self, group: int) -> dict[str, int | None]:
        rows = self.by["memberships"].get(group)
        if rows is None or not (listed := rows["listed"].to_numpy(bool)).any():
            return {"silent_members": None, "members": None}
        never = int((rows["messages"].to_numpy()[listed] == 0).sum())
        return {"silent_members": never, "members": int(listed.sum())}

    def _count_newcomers(self, group: int) -> Newcomers | None:
        rows = self.by["newcomers"].get(group)
        if rows is None:
            return None
        has_replies = self._get_observed(group, "replies") in RECORDED
        kind = "explicit" if has_replies else EITHER
        is_kind = rows["replies"].to_numpy(object) == kind
        start = rows["from_day"].to_numpy(np.int64)
        first, second = is_kind & (start == 0), is_kind & (start == WEEK)
        is_answered = rows["answered"].to_numpy(bool)
        at_risk, ended = (rows[n].to_numpy(np.int64) for n in ("at_risk", "ended"))
        early = int(ended[first].sum())  # the others reach the second span
        followed = early + int(at_risk[second].sum())
        if not followed:
            return None
        answered = int(ended[first & is_answered].sum())
        answered += int(at_risk[second & is_answered].sum())
        stayed = followed - early - int(ended[second].sum())
        return Newcomers(followed, answered, stayed, has_replies)

    def _find_busy_hours(self, group: int) -> tuple[int, ...]:
        rows = self.by["rhythm"].get(group)
        if rows is None or rows["items"].sum() < FEWEST_HOURS:
            return ()
        columns = (rows[name].to_numpy(np.int64) for name in ("hour", "items"))
        hours, items = _sum_by(*columns)
        busiest = np.argsort(-items, kind="stable")[:BUSY_HOURS]
        return tuple(map(int, hours[busiest]))


def _split_groups(rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    parts = rows.groupby(rows["group"].to_numpy(np.int64))
    return {cast("int", group): part for group, part in parts}


def iterate_weeks(days: pd.DataFrame, last_day: int) -> Iterator[Week]:
    """Yield a group's weekly message counts of at most the last 52 weeks, oldest first.

    >>> days = pd.DataFrame({"day": [100, 108], "messages": [2, 5]})
    >>> [week.messages for week in iterate_weeks(days, 110)]
    [2, 5]
    """
    if days.empty:
        return
    ago = (last_day - days["day"].to_numpy(np.int64)) // WEEK
    weeks, messages = _sum_by(ago, days["messages"].to_numpy(np.int64))
    counts = dict(zip(weeks.tolist(), messages.tolist(), strict=True))
    for back in range(min(int(ago.max()), WEEKS - 1), -1, -1):
        yield Week(last_day - WEEK * (back + 1) + 1, int(counts.get(back, 0)))


def count_early_messages(days: pd.DataFrame) -> int:
    """Count the messages of days 8 to 28, the day of the first one being day 1.

    >>> count_early_messages(pd.DataFrame({"day": [5, 12, 32, 33], "messages": 1}))
    2
    """
    age = days["day"] - days["day"].min()
    return int(days.loc[age.between(WEEK, MONTH_DAYS - 1), "messages"].sum())


def measure_pauses(days: np.ndarray) -> tuple[float | None, float | None]:
    """Return median and 95th percentile of pauses between days with messages, in days.

    >>> measure_pauses(np.array([1, 2, 3]))
    (None, None)
    >>> measure_pauses(np.arange(0, 24, 2))
    (2.0, 2.0)
    """
    pauses = np.diff(np.sort(days))
    if len(pauses) < FEWEST_PAUSES:
        return None, None
    return float(np.median(pauses)), float(np.quantile(pauses, USUAL, method="higher"))


def _sum_by(key: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return the distinct keys, sorted, and the sum of values of each.

    A group's few rows are summed some times over, for which pandas needs long.
    """
    keys, which = np.unique(key, return_inverse=True)
    sums = np.zeros(len(keys), np.int64)
    np.add.at(sums, which, values)
    return keys, sums


def _sum_largest(messages: Ints, count: int) -> float | None:
    """Return the share of messages by the `count` top posters; None without any."""
    total = messages.sum()
    return float(np.sort(messages)[-count:].sum() / total) if total else None
