"""Inspect chat exports: format, counts and recorded features, without contents."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import east_asian_width

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import ShequnError, Verbatim, describe_unforeseen_error
from helpers.formats import Format, recognise_format
from helpers.formats.reading.source import Options, Source
from helpers.formats.rows.frame import OTHER_CHATS, Frame
from helpers.formats.rows.people import NAMED
from helpers.formats.rows.times import (
    UNTIMED,
    USUAL_DATES,
    check_times,
    find_blanks,
    find_bots,
    find_notices,
)
from helpers.records import NOT_MESSAGES, Batch, Observability, to_iso_day
from helpers.wording import say, say_plural
from helpers.wording.messages import Language, render


@cache
def _read_chinese_words() -> Mapping[str, Mapping[str, str]]:
    """Read the Chinese translations of words in the report on an inspected export."""
    text = files("helpers.formats").joinpath("inspect_words.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


class Words:
    """Words and phrases of the report on inspected exports, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._sections = _read_chinese_words() if language == "zh" else {}

    def look_up(self, section: str, word: str) -> str:
        """Translate a word of the report on an inspected export, if a table has it.

        >>> Words("zh").look_up("kind", "voice"), Words("en").look_up("kind", "voice")
        ('语音', 'voice')
        """
        return self._sections.get(section, {}).get(word, word)

    def phrase(self, text: str) -> str:
        """Translate a message to the user; return it unchanged if it has none."""
        return (render(text, "zh") if self.language == "zh" else "") or str(text)


def _measure_width(text: str) -> int:
    """Return the columns that a text fills on a terminal: two per Chinese character."""
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


MOST_UNREAD = 10  # files that are no exports; further ones are counted
TABLE = "table of messages"  # the format whose rows a user can mend
# numbers of versions are short: a longer one may be somebody's
_VERSION = re.compile(r'"version"\s*:\s*"?(\d{1,4}(?:\.\d{1,8})*)(?![\d.])')
_PLACE = re.compile(r"(?:byte|line|row|entry) \d+$|第 \d+ (?:字节|行)$")
_QUOTED = re.compile(
    r"(['\"]).*\1|(?:(?<= the columns )|(?<=只有 )).*",
    re.DOTALL,
)
_PEOPLE = {
    "message": "sender", "membership": "person", "event": "subject",
    "reaction": "person",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Format, counts, recorded features and error of one inspected export."""

    nth: int  # its place among the exports asked about
    # what it is (``.txt``, ``folder``): a file's own name often is the group's or
    # somebody's
    kind: str
    form: str | None = None
    version: str | None = None  # what the file itself states
    groups: int = 0
    members: int = 0  # known people
    speakers: int = 0  # people who wrote
    # how many chats that are no groups, by what they are
    others: dict[str, int] = field(default_factory=dict)
    # rows by message kind and by event kind
    kinds: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    # messages by bots, and texts that are empty or deleted: no run counts them
    bots: int = 0
    blanks: int = 0
    announced: int = 0  # posts of a channel, which no person wrote
    # first and last day in a time zone, or None without a time
    period: tuple[str, str] | None = None
    # the day on which the export says that it was made
    exported: str | None = None
    asked_until: str | None = None  # the last day of the range that it was asked for
    zone: str = "UTC"
    # (reason, rows) of what was lost or read with a doubt
    doubts: tuple[tuple[str, str, int], ...] = ()
    # rows, lines or entries without a time, the first twenty of each file at most
    untimed: tuple[int, ...] = ()
    observability: Observability | None = None
    error: str | None = None  # why reading stopped, if it did
    error_in_chinese: str | None = None

    def explain_stop(self, language: Language) -> str | None:
        """Return why reading stopped, if it did."""
        return self.error_in_chinese if language == "zh" else self.error

    @property
    def messages(self) -> int:
        """Number of messages that people wrote, as a run counts them."""
        lines = sum(n for kind, n in self.kinds.items() if kind not in NOT_MESSAGES)
        return lines - self.announced - self.bots - self.blanks

    def as_dict(self) -> dict[str, Any]:
        """Return what was found in one inspected export as plain values for JSON."""
        fields = asdict(self) | {"messages": self.messages}
        del fields["error_in_chinese"]
        fields["observability"] = self.observability and self.observability.as_dict()
        return fields

    def as_text(self, language: Language = "en") -> str:
        """Format the findings on one export as a table of two columns."""
        words = Words(language)
        rows = [row for row in self._rows(words) if row[1] not in {"", "0"}]
        observability_rows = list(_list_observability(self.observability, words))
        width = max(_measure_width(name) for name, _ in (*rows, *observability_rows))
        counts, sights = (
            [
                f"  {name}{' ' * (width - _measure_width(name))}  {value}"
                for name, value in part
            ]
            for part in (rows, observability_rows)
        )
        heading = (
            [f"  {words.phrase(say('what it can show'))}"] if observability_rows else []
        )
        kind = words.look_up("label", self.kind)
        title = words.phrase(say("export {n} ({kind})", n=self.nth, kind=kind))
        return "\n".join([title, *counts, *heading, *sights])

    def as_line(self, words: Words) -> str:
        """Format the findings on one export in a line."""
        counts = say_plural(
            "{n:,} group, {messages:,} messages, {people:,} people",
            "{n:,} groups, {messages:,} messages, {people:,} people",
            n=self.groups,
            messages=self.messages,
            people=self.members,
        )
        cells = [f"{self.nth:>5}", words.look_up("label", self.form or "")]
        cells += [words.phrase(counts), " – ".join(self.period or ())]
        if stopped := self.explain_stop(words.language):
            cells.append(f"{words.look_up('label', 'stopped')}: {stopped}")
        return "  ".join(filter(None, cells))

    def _rows(self, words: Words) -> Iterable[tuple[str, str]]:
        def name(label: str) -> str:
            return words.look_up("label", label)

        yield (
            name("format"),
            " ".join(filter(None, [self.form and name(self.form), self.version])),
        )
        yield name("groups"), str(self.groups)
        for word, number in self.others.items():
            chats = words.phrase(OTHER_CHATS[word])
            yield name("no groups"), f"{number} {chats} (--include {word})"
        if self.members:
            people = say(
                "{n}, of whom {wrote} wrote", n=self.members, wrote=self.speakers
            )
            yield name("people"), words.phrase(people)
        yield name("messages"), str(self.messages)
        yield name("by bots"), str(self.bots)
        yield name("without text"), str(self.blanks)
        yield name("by channels"), str(self.announced)
        yield name("rows by kind"), _format_counts(self.kinds, "kind", words)
        yield name("events"), _format_counts(self.events, "event", words)
        if self.period:
            first, last = self.period
            days = say(
                "{first} to {last} ({zone})", first=first, last=last, zone=self.zone
            )
            yield name("period"), words.phrase(days)
            unstated = say("not stated: --exported DAY, or --exported files")
            yield name("exported on"), self.exported or words.phrase(unstated)
            yield name("messages asked for until"), self.asked_until or ""
        for kind, reason, rows in self.doubts:
            reason_text = words.look_up("reason", words.phrase(reason))
            yield (
                name(kind),
                words.phrase(say("{why}: {n}", why=Verbatim(reason_text), n=rows)),
            )
        yield name("to do"), words.phrase(self._todo)
        error = self.explain_stop(words.language)
        yield name("stopped" if self.form else "not read"), error or ""

    @property
    def _todo(self) -> str:
        """What to do about rows without a readable time."""
        rows = ", ".join(map(str, self.untimed))
        if rows and self.form == TABLE:
            return say(
                "fill in the time of these rows, or drop them (the first below the"
                " header is 1): {rows}",
                rows=rows,
            )
        if rows:
            return say(
                "write the time of these lines or entries as the others have it, or"
                " export with dates of the usual calendar and a 24-hour clock: {rows}",
                rows=rows,
            )
        return USUAL_DATES if any(why == UNTIMED for _, why, _ in self.doubts) else ""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on all inspected chat exports."""

    exports: tuple[Findings, ...]

    @property
    def whole(self) -> bool:
        """Whether every export could be read completely."""
        return not any(findings.error for findings in self.exports)

    def as_summary(self, language: Language = "en") -> str:
        """Format a total, and one line for each export, for a terminal."""
        words = Words(language)
        read = [one for one in self.exports if one.form is not None]
        days = [day for one in read for day in one.period or ()]
        total = say(
            "{exports:,} exports, {groups:,} groups, {messages:,} messages",
            exports=len(read),
            groups=sum(one.groups for one in read),
            messages=sum(one.messages for one in read),
        )
        lines = [words.phrase(total) + (f", {min(days)} – {max(days)}" if days else "")]
        lines += [one.as_line(words) for one in read]
        unread = [one for one in self.exports if one.form is None]
        for one in unread[:MOST_UNREAD]:
            why = f"{words.look_up('label', 'not read')}: {one.explain_stop(language)}"
            lines.append(f"{one.nth:>5}  {why}")
        if (more := len(unread) - MOST_UNREAD) > 0:
            left = say("and {n:,} more that were not read", n=more)
            lines.append(words.phrase(left))
        lines.append(words.phrase(say("--long prints all there is about each")))
        return "\n".join(lines)

    def as_text(self, language: Language = "en") -> str:
        """Format the findings on all exports for a terminal.

        Of the files that are no exports the first ten are named, the others counted.
        """
        counted = [one for one in self.exports if one.form is None][MOST_UNREAD:]
        left = {one.nth for one in counted}
        texts = [one.as_text(language) for one in self.exports if one.nth not in left]
        words = Words(language)
        reasons = Counter(one.explain_stop(language) for one in counted)
        texts += [
            words.phrase(say("{n:,} more not read: {why}", n=n, why=Verbatim(why)))
            for why, n in reasons.items()
        ]
        return "\n\n".join(texts)

    def as_dict(self) -> dict[str, Any]:
        """Return the findings on all exports as plain values for JSON."""
        return {"exports": [findings.as_dict() for findings in self.exports]}


def inspect_exports(paths: Iterable[Path], options: Options | None = None) -> Report:
    """Read chat exports and report format, counts and recorded features.

    Nothing is stored and nothing that anybody wrote or is called is in the result; an
    export that can't be read is reported with the reason, and the others are read.

    Parameters
    ----------
    paths
        Files, folders or archives as the platforms wrote them.
    """
    found = (_collect_findings(nth, path, options) for nth, path in enumerate(paths, 1))
    return Report(tuple(found))


def _collect_findings(nth: int, path: Path, options: Options | None) -> Findings:
    kind = "folder" if path.is_dir() else path.suffix or "file"
    findings = Findings(nth=nth, kind=kind)
    try:
        source = Source(path, options)
        form = recognise_format(source)
    except Exception as error:  # noqa: BLE001  one file is not to hide the others
        return replace(findings, **_describe_stop(error))
    tally = _Tally(Frame(form, source.options.include))
    stop: dict[str, Any] = {}
    try:
        for batch in check_times(form.read(source), source):
            tally.add(batch)
    except Exception as error:  # noqa: BLE001  one file is not to hide the others
        stop = _describe_stop(error)
    return replace(findings, **stop, **tally.findings(source, form))


def _describe_stop(error: Exception) -> dict[str, Any]:
    """Describe why reading stopped, in English and in Chinese, without names."""
    if not isinstance(error, ShequnError):
        error = describe_unforeseen_error(error)
    english, chinese = _redact_error(error, "en"), _redact_error(error, "zh")
    return {"error": english, "error_in_chinese": chinese}


def _redact_error(error: ShequnError, language: Language) -> str:
    """Describe an error without names of files, keys or members.

    Text is redacted as it is printed, so that no translation lets a name through.
    """
    words = Words(language)
    match = _PLACE.search(words.phrase(error.where))
    text = _QUOTED.sub("…", words.phrase(error.what))
    redacted = ShequnError(
        Verbatim(text), where=match[0] if match else "", remedy=error.remedy
    )
    return words.phrase(redacted.message)


class _Tally:
    """Counts of messages and people per chat, made while an export is read."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._chats: set[str] = set()
        # rows by what they are, and by chat and kind or person
        self._pairs = defaultdict[str, Counter[tuple[str, str]]](Counter)
        self._spans: dict[str, tuple[int, int]] = {}

    def add(self, batch: Batch) -> None:
        table, kind = batch.table, batch.kind
        self._frame.meet(batch)
        self._chats.update(filter(None, batch.groups))
        if kind in {"message", "event"}:
            self._count(kind, table, "kind")
        if column := _PEOPLE.get(kind):
            self._count("met", table, column)
        if kind == "message":
            self._count_messages(table)
        elif kind == "event":
            joins = pc.equal(table["kind"].cast(pa.string()), "join")
            self._count("joined", table.filter(joins), "subject")
        elif kind == "membership":
            dated = table.filter(pc.is_valid(table["joined_us"]))
            self._count("joined", dated, "person")

    def _count(self, what: str, table: pa.RecordBatch, column: str) -> None:
        pairs = zip(table["group"].to_pylist(), table[column].to_pylist(), strict=True)
        self._pairs[what].update(pairs)

    def _count_messages(self, table: pa.RecordBatch) -> None:
        bots, unsigned = find_bots(table), pc.is_null(table["sender"])
        posts = pc.equal(table["kind"].cast(pa.string()), "announcement")
        self._count("wrote", table.filter(pc.invert(find_notices(table))), "sender")
        self._count("bots", table.filter(bots), "sender")
        self._count(
            "blanks", table.filter(pc.and_not(find_blanks(table), bots)), "kind"
        )
        self._count("announced", table.filter(pc.and_(posts, unsigned)), "kind")
        message_times = pa.Table.from_batches([table.select(["group", "time_us"])])
        ends = message_times.group_by("group").aggregate([("time_us", "min_max")])
        for row in ends.to_pylist():
            first, last = row["time_us_min_max"].values()
            if first is not None:
                previous = self._spans.get(row["group"], (first, last))
                span = (min(first, previous[0]), max(last, previous[1]))
                self._spans[row["group"]] = span

    def findings(self, source: Source, form: Format) -> dict[str, Any]:
        """Return the counts of one export that were made while reading it."""
        excluded_chats = {
            chat: word for chat in self._chats if (word := self._frame.other(chat))
        }
        groups = self._chats - excluded_chats.keys()

        def count(what: str) -> dict[tuple[str, str], int]:
            pairs = self._pairs[what].items()
            return {pair: n for pair, n in pairs if pair[0] in groups}

        def people(what: str) -> set[tuple[str, str]]:
            resolve = source.people.resolve
            return {(group, resolve(group, one)) for group, one in count(what) if one}

        def kinds(record: str) -> dict[str, int]:
            counts = Counter[str]()
            for (_, kind), number in count(record).items():
                counts[kind] += number
            return dict(sorted(counts.items()))

        spans = [span for group, span in self._spans.items() if group in groups]
        period = (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None
        doubts = Counter[tuple[str, str]]()
        for entry in source.losses:
            doubts[entry.kind, entry.reason] += entry.rows
        observed = {"window_us": period or (0, 0)} | source.observed
        observability = form.OBSERVES.as_dict() | observed
        wrote = people("wrote")
        # lines about joining list the members only if every author joined within the
        # export; one founder may be missing where the creation is recorded
        undated = Counter(group for group, _ in wrote - people("joined"))
        founders = observability["births"] == "creation"
        if observability["members_source"] == "events" and (
            max(undated.values(), default=0) > founders
        ):
            observability["members_source"] = "speakers"
        zone = source.options.zone
        wrote_ids, met = ({who for _, who in people(one)} for one in ("wrote", "met"))
        if observability["members_source"] == "roster":  # a mere name is nobody further
            met = {person for person in met if not person.startswith(NAMED)}
        made = [us for group, us in source.exported.items() if group in groups]
        ranges = [rows for group, rows in source.ranges.items() if group in groups]
        ends = [end for _, end in ranges if end is not None]
        is_relayed = source.people.is_relayed
        bots = (n for pair, n in count("bots").items() if not is_relayed(*pair))
        return {
            "form": form.NAME,
            "version": _read_version(source),
            "groups": len(groups),
            "others": dict(sorted(Counter(excluded_chats.values()).items())),
            "members": len(wrote_ids | met),
            "speakers": len(wrote_ids),
            "kinds": kinds("message"),
            "events": kinds("event"),
            "bots": sum(bots),
            "blanks": sum(count("blanks").values()),
            "announced": sum(count("announced").values()),
            "period": period and tuple(to_iso_day(end, zone) for end in period),
            "exported": to_iso_day(max(made), zone) if made else None,
            "asked_until": to_iso_day(max(ends) - 1, zone) if ends else None,
            "zone": zone,
            "doubts": tuple((*key, rows) for key, rows in sorted(doubts.items())),
            "untimed": tuple(
                position
                for entry in source.losses
                if entry.reason == UNTIMED
                for position in entry.positions
            ),
            "observability": Observability.from_dict(observability),
        }


def _read_version(source: Source) -> str | None:
    """Return the exporter's version stated in an export, if any."""
    start = source.head.start.lstrip()
    is_stated = any(("." + path).endswith(".version") for path in source.head.paths)
    match = _VERSION.search(start) if is_stated and start.startswith("{") else None
    return match[1] if match else None


def _list_observability(
    observability: Observability | None, words: Words
) -> Iterable[tuple[str, str]]:
    if observability is None:
        return
    clock = (
        say("instants, to the {unit}")
        if observability.time_zone_known
        else say("a clock without a zone, to the {unit}")
    )
    unit = words.look_up("value", observability.resolution)
    times = words.phrase(clock).format(unit=unit)
    yield words.look_up("label", "times"), times
    hidden = {"window_us", "time_zone_known", "resolution"}
    for name, value in observability.as_dict().items():
        if name not in hidden:
            word = {True: "yes", False: "no"}.get(value, str(value))
            if name == "left_truncated" and value:
                word = "possible"
            label = words.look_up("property", name).replace("_", " ")
            section = "presence" if name == "left_truncated" else "value"
            yield words.look_up("label", label), words.look_up(section, word)


def _format_counts(counts: dict[str, int], section: str, words: Words) -> str:
    """Format counts by kind, such as ``text 12, image 3``."""
    pairs = (f"{words.look_up(section, kind)} {n}" for kind, n in counts.items())
    return ", ".join(pairs)
