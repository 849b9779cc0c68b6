"""From when and until when a group was observed, and how that is known.

One export of a group is a `Sighting`: what its reader found and what was said of it.
`observe_groups` makes of all sightings one `Observed` a group, which store, frame,
study and page carry. The rules:

- Copying only makes dates later, so the export was made at the earliest of the days
  that speak for it (`Observed.high_us`). A day before its last row is no such day.
- Observation ends (`Observed.until_us`) when the exporter left or the file breaks off,
  on the day told for the group, on the day that the export states, on the day given for
  all, or with the latest row of an export of five groups or more; else nobody knows.
- A date of a file never ends observation by itself: a copy has one of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from helpers.records import DAY_US, get_end_of_today_us, to_iso_day
from helpers.wording import (
    Message,
    Verbatim,
    join_messages,
    say,
    say_counts,
    say_plural,
)

TAKEN = say(
    "{groups} taken as exported on {first} to {last}; to change it, fill in column"
    " exported in --groups"
)
TAKEN_ALL = say(
    "{groups} taken as exported on {first}; to change it, fill in column exported in"
    " --groups"
)
NOT_TAKEN = say(
    "{groups} exported on a day that is not known; say it: --exported DAY, --exported"
    " files if it is the date of the files, or column exported in --groups"
)

How = Literal[
    "left", "broken off", "told", "stated", "range", "record stopped", "files",
    "given", "latest row", "closed", "unknown",
]  # fmt: skip
Start = Literal["whole", "stated", "possible"]
State = Literal["closed", "alive", "silent", "unknown"]
Given = int | Literal["files"]  # `--exported`: the end of a day in µs, or files' dates

LEAST_LATE = 3  # later days with rows, from which a stated day is doubted
LEAST_GROUPS = 5  # of an export whose latest row ends the observation of all
STOPPED_DAYS, STOPPED_SILENT = 3, 30  # days around a last row, and up to the stated day
LEAST_STOPPED, SHARE_STOPPED = 2, 0.1  # of groups stated for one day
NEAR_DAYS = 30  # before a file's date: with no line in them it looks copied
LEFT = ("migrated", "exporter_left")  # the group went on where nobody watched it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one export shows of when a group was observed; times in µs since 1970."""

    group: str
    program: str
    groups: int = 1
    is_table: bool = False
    first_us: int | None = None
    last_us: int | None = None
    low_us: int | None = None
    is_cut: bool = False
    stated_us: int | None = None
    from_us: int | None = None
    to_us: int | None = None
    jumps: tuple[tuple[int, int], ...] = ()
    late_days: int = 0
    named_us: int | None = None
    dated_us: int | None = None
    read_us: int | None = None
    closed_us: int | None = None
    closed_kind: str | None = None
    is_broken: bool = False
    told_us: int | None = None
    told_late: int = 0
    given: Given | None = None
    given_late: int = 0

    @property
    def own_us(self) -> int | None:
        """The earlier of the stated day and the stated end; None if rows deny it."""
        said = min(_list_known(self.stated_us, self.to_us), default=None)
        is_denied = self.late_days >= LEAST_LATE or not self._has_begun(said)
        return None if is_denied else said

    def _has_begun(self, day: int | None) -> bool:
        """Return whether the group's first row is not later than a day."""
        return day is None or self.first_us is None or self.first_us <= day

    @property
    def high_us(self) -> int | None:
        """The latest instant at which the export can have been made, by its dates.

        A date more than a day before its latest row is of another clock.
        """
        low = self.low_us or 0
        dates = [
            max(day, low)
            for day in _list_known(self.named_us, self.dated_us)
            if day >= low - DAY_US
        ]
        return min(_list_known(self.own_us, self.read_us, *dates), default=None)

    @property
    def filed_us(self) -> int | None:
        """The date of the file where it can be believed."""
        return None if self.read_us is not None else self.high_us

    def find_end(self) -> tuple[int | None, How]:
        """Return the end of observation by this export alone, and how it is known."""
        is_file = self._is_of_file(self.told_us)  # a day given for all overrules it
        is_told = self.told_late < LEAST_LATE and self._has_begun(self.told_us)
        is_told &= not (is_file and isinstance(self.given, int))
        told = self.told_us if is_told else None
        own: How = "range" if self.own_us == self.to_us else "stated"
        many = self.groups >= LEAST_GROUPS and not self.is_table
        ends: tuple[tuple[int | None, How], ...] = (
            (self._find_leaving(), "left"),
            (self.low_us if self.is_broken else None, "broken off"),
            (told, "files" if is_file else "told"),
            (self.own_us, own),
            (self._find_given(), "files" if self.given == "files" else "given"),
            (self.low_us if many else None, "latest row"),
        )
        return next((one for one in ends if one[0] is not None), (None, "unknown"))

    def _find_leaving(self) -> int | None:
        """Return when the exporter left, if no row follows."""
        if self.closed_kind not in LEFT or self.closed_us is None:
            return None
        return self.closed_us if (self.last_us or 0) <= self.closed_us else None

    def _is_of_file(self, told: int | None) -> bool:
        """Return whether a user's day is the date of the file, as in a new template.

        Nobody has confirmed it then: it may be a day of copying.
        """
        dated = self.filed_us if self.own_us is None else None
        return told is not None and dated is not None and 0 <= told - dated < DAY_US

    def _find_given(self) -> int | None:
        if self.given == "files":
            return self.filed_us
        if self.given is None or self.given_late >= LEAST_LATE:
            return None
        if not self._has_begun(self.given):
            return None
        return min(self.given, *_list_known(self.high_us))

    @property
    def doubts(self) -> tuple[str, ...]:
        """Days that are not believed, because three later days or more have rows."""
        late = {"stated": self.late_days, "told": self.told_late}
        if self.own_us is None:  # else nobody goes by it
            late["given"] = self.given_late
        return tuple(word for word, days in late.items() if days >= LEAST_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """From when and until when a group was observed; times in µs since 1970."""

    program: str = ""
    created_us: int | None = None
    since_us: int | None = None
    since_how: Start = "whole"
    last_us: int | None = None
    low_us: int | None = None
    high_us: int | None = None
    until_us: int | None = None
    until_how: How = "unknown"
    closed_us: int | None = None
    closed_kind: str | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def end_us(self) -> int | None:
        """When observation of its life ended: with its closing, if it was closed."""
        return min(_list_known(self.until_us, self.closed_us), default=None)

    @property
    def watched_us(self) -> int | None:
        """From when it was observed, where earlier messages may be missing."""
        if self.since_how == "whole" or None in {self.since_us, self.created_us}:
            return None
        return max(_list_known(self.since_us, self.created_us))

    @property
    def seen_us(self) -> int | None:
        """Until when it was observed at least."""
        if self.end_us is not None:
            return self.end_us
        return max(_list_known(self.low_us, self.last_us), default=None)

    def judge(self, silence_us: float, last_us: int | None = None) -> State:
        """Return whether the group is closed, alive, silent for good, or not known."""
        last = self.last_us if last_us is None else last_us
        if self.closed_us is not None:
            return "closed"
        if last is None:
            return "unknown"
        if max(_list_known(self.until_us, self.low_us), default=last) - last >= (
            silence_us
        ):
            return "silent"
        latest = self.until_us if self.until_us is not None else self.high_us
        return (
            "alive" if latest is not None and latest - last < silence_us else "unknown"
        )

    def end_on(self, day_us: int | None) -> Self:
        """Return the same with a day for where none is known, as for all exports."""
        if day_us is None or self.end_us is not None:
            return self
        until = min(day_us, *_list_known(self.high_us))
        return replace(self, until_us=until, until_how="given")

    def cut_window(self, from_us: int | None, to_us: int | None) -> Self:
        """Return the same observation within a window; a cut start is stated."""
        seen = self
        if from_us is not None and from_us > (self.since_us or 0):
            seen = replace(seen, since_us=from_us, since_how="stated")
        if to_us is None:
            return seen
        end, closed = self.seen_us, self.closed_us
        until, how = self.until_us, self.until_how
        if until is None and end is not None and end >= to_us:
            until, how = to_us, "given"  # it was observed at least until then
        return replace(
            seen,
            until_us=None if until is None else min(until, to_us),
            until_how=how,
            low_us=None if self.low_us is None else min(self.low_us, to_us),
            high_us=None if self.high_us is None else min(self.high_us, to_us),
            closed_us=closed if closed is not None and closed <= to_us else None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as JSON needs them."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build it from the values of `as_dict`, also after JSON."""
        gaps = tuple((int(a), int(b)) for a, b in values.get("gaps") or ())
        return cls(**{**values, "gaps": gaps, "doubts": tuple(values["doubts"])})


def choose_date(dates: Iterable[int], low_us: int) -> int | None:
    """Return the earliest date of files that can be the day of their export.

    One of another clock, more than a day before the latest row or after today, cannot.

    >>> choose_date([0, 9 * DAY_US, 10 * DAY_US], 5 * DAY_US) // DAY_US
    9
    """
    latest = get_end_of_today_us()
    able = (day for day in dates if low_us - DAY_US <= day <= latest)
    return min(able, default=None)


def observe_groups(sightings: Iterable[Sighting]) -> dict[str, Observed]:
    """Return until when each group was observed, from all exports of it.

    The latest known end counts. Other groups bear on it only where a program states
    one day for several and its record plainly stopped before.
    """
    rows = list(sightings)
    ends = _find_ends(rows)
    by_group = defaultdict[str, list[int]](list)
    for nth, row in enumerate(rows):
        by_group[row.group].append(nth)
    return {
        group: _combine([rows[n] for n in own], [ends[n] for n in own])
        for group, own in sorted(by_group.items())
    }


def _find_ends(rows: Sequence[Sighting]) -> list[tuple[int | None, How]]:
    """Return the end by each export; that of a record which stopped is its last row."""
    ends = [row.find_end() for row in rows]
    stated = defaultdict[tuple[str, int], list[int]](list)
    for nth, (end, how) in enumerate(ends):
        if how in {"stated", "range"} and end is not None and rows[nth].last_us:
            stated[rows[nth].program, end // DAY_US].append(nth)
    for (_, day), own in stated.items():
        lasts = [rows[n].last_us or 0 for n in own]
        latest = max(lasts)
        close = sum(last > latest - STOPPED_DAYS * DAY_US for last in lasts)
        enough = close >= max(LEAST_STOPPED, SHARE_STOPPED * len(own))
        if enough and day * DAY_US - latest >= STOPPED_SILENT * DAY_US:
            for nth in own:
                ends[nth] = latest, "record stopped"
    return ends


def _combine(
    rows: Sequence[Sighting], ends: Sequence[tuple[int | None, How]]
) -> Observed:
    known = [(end, how) for end, how in ends if end is not None]
    unknown: tuple[int | None, How] = (None, "unknown")
    until, how = max(known, key=lambda one: one[0]) if known else unknown
    closings = [
        (row.closed_us, row.closed_kind)
        for row in rows
        if row.closed_us is not None and row.closed_kind not in LEFT
    ]
    closed, kind = max(closings, default=(None, None))
    start = min(rows, key=_rank_start)
    since = start.from_us if start.from_us is not None else start.first_us
    stated: Start = "possible" if start.from_us is None else "stated"
    return Observed(
        program=max(rows, key=lambda row: row.low_us or 0).program,
        since_us=since,
        since_how=stated if all(row.is_cut for row in rows) else "whole",
        last_us=max(_list_known(*(row.last_us for row in rows)), default=None),
        low_us=max(_list_known(*(row.low_us for row in rows)), default=None),
        high_us=max(_list_known(*(row.high_us for row in rows)), default=None),
        until_us=until,
        until_how=how,
        closed_us=closed,
        closed_kind=kind,
        gaps=_find_gaps(rows, [end for end, _ in ends]),
        doubts=tuple(dict.fromkeys(doubt for row in rows for doubt in row.doubts)),
    )


def _rank_start(row: Sighting) -> int:
    start = min(_list_known(row.from_us, row.first_us), default=None)
    return 1 << 62 if start is None else start


def _find_gaps(
    rows: Sequence[Sighting], ends: Sequence[int | None]
) -> tuple[tuple[int, int], ...]:
    """Find stretches that no export of a group covers, between two that do."""
    order = sorted(range(len(rows)), key=lambda n: _rank_start(rows[n]))
    gaps, covered = list[tuple[int, int]](), None
    for nth in order:
        row = rows[nth]
        if row.first_us is None:
            continue
        start = _rank_start(row)
        if covered is not None and row.is_cut and start > covered:
            gaps.append((covered, start))
        shown = max(_list_known(ends[nth], row.last_us))
        covered = shown if covered is None else max(covered, shown)
    return tuple(sorted({*gaps, *_find_jumps(rows)}))


def _find_jumps(rows: Sequence[Sighting]) -> Iterator[tuple[int, int]]:
    """Find stretches with missing numbers that no other export covers."""
    for row in rows:
        whole = [(_rank_start(one), one.last_us or 0) for one in rows if not one.jumps]
        for start, end in row.jumps:
            if not any(first <= start and end <= last for first, last in whole):
                yield start, end


def describe_observation(seen: Collection[Observed]) -> list[str]:
    """Describe the groups in estimates of life, and which days were not believed."""
    ended = [one for one in seen if one.end_us is not None]
    lines = []
    if len(ended) < len(seen):
        lines.append(
            say(
                "{known} can tell how long groups live; of {open} it is not known on"
                " which day the export was made",
                known=_count_programs(ended) or say_counts(groups=0),
                open=_count_programs([one for one in seen if one.end_us is None]),
            )
        )
    return [*lines, *describe_doubts(seen)]


def describe_days(seen: Collection[Observed], zone: str) -> Message:
    """Describe which days were taken as those of the exports, and what changes them."""
    known = [one.until_us for one in seen if one.until_us is not None]
    parts = []
    if known:
        first, last = (to_iso_day(us, zone) for us in (min(known), max(known)))
        line = TAKEN if first != last else TAKEN_ALL
        parts.append(
            line.fill(groups=say_counts(groups=len(known)), first=first, last=last)
        )
    if others := len(seen) - len(known):
        parts.append(NOT_TAKEN.fill(groups=say_counts(groups=others)))
    return join_messages("; ", parts)


def describe_doubts(seen: Collection[Observed]) -> list[str]:
    """Describe days that were not believed, and stretches that no export covers."""
    counts = {
        say(
            "Groups stated to be observed until a day long after the last row of any,"
            " which end with that row, as the record stopped there: {n:,}"
        ): sum(one.until_how == "record stopped" for one in seen),
        say(
            "Groups with rows on three days or more after the day on which their"
            " export is said to have been made, which is not believed (no row is left"
            " out): {n:,}"
        ): sum(bool(one.doubts) for one in seen),
        say(
            "Groups with a stretch that no export covers, by its days or its own"
            " numbers of messages, which counts as no silence: {n:,}"
        ): sum(bool(one.gaps) for one in seen),
        say(
            "Groups said to be observed until the dates of their files, with no line"
            " of any in the month before: the files look copied, and then these are"
            " days of copying: {n:,}"
        ): _count_copied(seen),
    }
    return [line.fill(n=n) for line, n in counts.items() if n]


def _count_copied(seen: Collection[Observed]) -> int:
    """Count groups that end on dates of files, if no line lies near any of these."""
    dated = [one for one in seen if one.until_how == "files"]
    near = (
        (one.until_us or 0) - (one.low_us or 0) < NEAR_DAYS * DAY_US for one in dated
    )
    return 0 if any(near) else len(dated)


def _count_programs(seen: Collection[Observed]) -> str:
    """List how many groups are of each program."""
    counts = sorted(Counter(one.program for one in seen).items())
    table = say("table of messages")  # no program's name: a word to translate
    parts = [
        say_plural(
            "{n:,} {form} group",
            "{n:,} {form} groups",
            n=n,
            form=table if form == table else Verbatim(form),
        )
        for form, n in counts
    ]
    return join_messages(", ", parts)


def _list_known(*values: int | None) -> list[int]:
    return [value for value in values if value is not None]
