"""Inspect chat exports: format, counts and recorded features, without contents."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from secrets import token_bytes
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from helpers.derive.doubts import ONE_CHAT, find_shared_messages
from helpers.derive.measures import DUCKDB, open_engine
from helpers.derive.measures.cleaning import (
    ALONE,
    BLANK,
    CHANNELS,
    LINE,
    MARKED,
    UNMARKED,
)
from helpers.derive.measures.engine import Engine, add_up, drop_duplicates
from helpers.errors import ShequnError, describe_unforeseen_error
from helpers.files import read_own_rows
from helpers.formats import recognise_format
from helpers.formats.privacy.boundary import Reading
from helpers.formats.privacy.pseudonyms import Pseudonyms
from helpers.formats.reading.source import Options, Source
from helpers.formats.rows.export_matching import Earlier
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import UNTIMED, USUAL_DATES
from helpers.observed import LEFT
from helpers.records import NOT_MESSAGES, Batch, Observability, to_iso_day
from helpers.store.store import Store, write_store
from helpers.wording import join_messages, say, say_counts
from helpers.wording.messages import LIST, Language, Verbatim, render
from helpers.wording.terminal import count_columns


class Words:
    """Words and phrases of the report on inspected exports, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._sections: Mapping[str, Mapping[str, str]] = (
            read_own_rows("derive", "inspect_words.toml") if language == "zh" else {}
        )

    def look_up(self, section: str, word: str) -> str:
        """Translate a word of the report on an inspected export, if a table has it.

        >>> Words("zh").look_up("kind", "voice"), Words("en").look_up("kind", "voice")
        ('语音', 'voice')
        """
        return self._sections.get(section, {}).get(word, word)

    def phrase(self, text: str) -> str:
        """Translate a message to the user; return it unchanged if it has none."""
        return (render(text, "zh") if self.language == "zh" else "") or str(text)

    def count(self, reason: str, rows: int) -> str:
        """Return how many rows there are for a reason."""
        why = Verbatim(self.look_up("reason", self.phrase(reason)))
        return say("{why}: {n}", why=why, n=rows)


MOST_UNREAD = 10  # files that are no exports; further ones are counted
TABLE = "table of messages"  # the format whose rows a user can mend
# numbers of versions are short: a longer one may be somebody's
_VERSION = re.compile(r'"version"\s*:\s*"?(\d{1,4}(?:\.\d{1,8})*)(?![\d.])')
_PLACE = re.compile(r"(?:byte|line|row|entry) \d+$|第 \d+ (?:字节|行)$")
_QUOTED = re.compile(r"(['\"]).*\1|(?:(?<= the columns )|(?<=只有 )).*", re.DOTALL)


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
    messages: int = 0  # that people wrote, as a run counts them
    texts: int = 0  # of them, with words of their own, of which tone is read
    replies: int = 0  # that quote or name another writer
    # rows that do not count, by reason
    excluded: dict[str, int] = field(default_factory=dict)
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
    def sums(self) -> dict[str, int]:
        """Joins, messages by bots, empty or deleted texts and posts of a channel."""
        bots = sum(self.excluded.get(why, 0) for why in (MARKED, UNMARKED, ALONE))
        return {
            "joins": self.events.get("join", 0),
            "bots": bots,
            "blanks": self.excluded.get(BLANK, 0),
            "announced": self.excluded.get(CHANNELS, 0),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return what was found in one inspected export as plain values for JSON."""
        fields = asdict(self) | self.sums
        del fields["error_in_chinese"]
        fields["observability"] = self.observability and self.observability.as_dict()
        return fields

    def as_text(self, language: Language = "en") -> str:
        """Format the findings on one export as a table of two columns."""
        words = Words(language)
        rows = [
            (words.look_up("label", label), words.phrase(value))
            for label, value in self._rows(words)
            if value not in {"", "0"}
        ]
        observability_rows = list(_list_observability(self.observability, words))
        width = max(count_columns(name) for name, _ in (*rows, *observability_rows))
        counts, sights = (
            [
                f"  {name}{' ' * (width - count_columns(name))}  {value}"
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
        counts = say_counts(
            groups=self.groups, messages=self.messages, people=self.members
        )
        cells = [f"{self.nth:>5}", words.look_up("label", self.form or "")]
        cells += [words.phrase(counts), " – ".join(self.period or ())]
        if stopped := self.explain_stop(words.language):
            cells.append(f"{words.look_up('label', 'stopped')}: {stopped}")
        return "  ".join(filter(None, cells))

    def _rows(self, words: Words) -> Iterable[tuple[str, str]]:
        """Yield labels, and what stands beside them, which are translated later."""
        form = self.form and words.look_up("label", self.form)
        yield "format", " ".join(filter(None, [form, self.version]))
        yield "groups", str(self.groups)
        for word, n in self.others.items():
            chats = OTHER_CHATS[word]
            left = say("{chats}: {n:,} (--include {word})", chats=chats, n=n, word=word)
            yield "no groups", left
        if self.members:
            n, wrote = self.members, self.speakers
            yield "people", say("{n}, of whom {wrote} wrote", n=n, wrote=wrote)
        yield "messages", str(self.messages)
        sums = self.sums
        yield "by bots", str(sums["bots"])
        yield "without text", str(sums["blanks"])
        yield "by channels", str(sums["announced"])
        told = {LINE, MARKED, UNMARKED, ALONE, BLANK, CHANNELS, *NOT_MESSAGES}
        for reason in self.excluded.keys() - told:
            yield "not counted", words.count(reason, self.excluded[reason])
        yield "with own words", str(self.texts)
        yield "replies", str(self.replies)
        yield "rows by kind", _format_counts(self.kinds, "kind", words)
        yield "events", _format_counts(self.events, "event", words)
        if self.period:
            days = dict(zip(("first", "last"), self.period, strict=True))
            span = say("{first} to {last} ({zone})", **days, zone=self.zone)
            yield "period", span
            unstated = say("not stated: --exported DAY, or --exported files")
            yield "exported on", self.exported or unstated
            yield "messages asked for until", self.asked_until or ""
        for kind, reason, rows in self.doubts:
            yield kind, words.count(reason, rows)
        yield "to do", self._todo
        error = self.explain_stop(words.language)
        yield "stopped" if self.form else "not read", Verbatim(error or "")

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
    # of all exports: a group or message that several show is one
    groups: int = 0
    messages: int = 0
    pairs: int = 0  # of groups that share most of their messages

    @property
    def whole(self) -> bool:
        """Whether every export could be read completely."""
        return not any(findings.error for findings in self.exports)

    def as_summary(self, language: Language = "en") -> str:
        """Format a total, and one line for each export, for a terminal."""
        words = Words(language)
        read = [one for one in self.exports if one.form is not None]
        days = [day for one in read for day in one.period or ()]
        total = say_counts(
            exports=len(read), groups=self.groups, messages=self.messages
        )
        lines = [words.phrase(total) + (f"  {min(days)} – {max(days)}" if days else "")]
        lines += [one.as_line(words) for one in read]
        unread = [one for one in self.exports if one.form is None]
        for one in unread[:MOST_UNREAD]:
            why = f"{words.look_up('label', 'not read')}: {one.explain_stop(language)}"
            lines.append(f"{one.nth:>5}  {why}")
        if (more := len(unread) - MOST_UNREAD) > 0:
            left = say("and {n:,} more that were not read", n=more)
            lines.append(words.phrase(left))
        if sum(one.messages for one in read) > self.messages:
            twice = say(
                "a message that several exports have stands in the line of each, and"
                " counts once"
            )
            lines.append(words.phrase(twice))
        if self.pairs:
            pairs = say("{what}: {n:,}", what=ONE_CHAT, n=self.pairs)
            lines.append(words.phrase(pairs))
        lines.append(words.phrase(say("--long prints all there is about each")))
        return "\n".join(lines)

    def as_text(self, language: Language = "en") -> str:
        """Format the findings on all exports for a terminal."""
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
    """Read chat exports and report format, counts and recorded features."""
    hidden = Pseudonyms(token_bytes())
    looks = [_Look(nth, path, hidden) for nth, path in enumerate(paths, 1)]
    earlier = Earlier() if len(looks) > 1 else None
    with tempfile.TemporaryDirectory() as name:
        records = (batch for look in looks for batch in look.read(options, earlier))
        store = write_store(records, Path(name) / "store", Counter())
        counted = _count(looks, store, Path(name))
        shared = find_shared_messages(store.parts("message") if earlier else ())
    groups = {
        _name_apart(group)
        for look in looks
        for group in _list_groups(look, _of(look, counted.rows))
    }
    exports = tuple(_describe(look, counted) for look in looks)
    pairs = {tuple(map(_name_apart, pair[:2])) for pair in shared}
    return Report(
        exports,
        groups=len(groups),
        messages=sum(one.messages for one in exports) - counted.again,
        pairs=sum(one != other for one, other in pairs),
    )


def _name_apart(group: str) -> str:
    """Return a group's name without the number of the export that shows it."""
    return group.partition("/")[2]


def _describe_stop(error: Exception) -> dict[str, Any]:
    """Describe why reading stopped, in English and in Chinese, without names."""
    if not isinstance(error, ShequnError):
        error = describe_unforeseen_error(error)
    english, chinese = _redact_error(error, "en"), _redact_error(error, "zh")
    return {"error": english, "error_in_chinese": chinese}


def _redact_error(error: ShequnError, language: Language) -> str:
    """Describe an error without names of files, keys or members."""
    words = Words(language)
    match = _PLACE.search(words.phrase(error.where))
    text = _QUOTED.sub("…", words.phrase(error.what))
    redacted = ShequnError(
        Verbatim(text), where=match[0] if match else "", remedy=error.remedy
    )
    return words.phrase(redacted.message)


class _Look:
    """One export while it is read, and what is known of it afterwards."""

    def __init__(self, nth: int, path: Path, hidden: Pseudonyms) -> None:
        kind = "folder" if path.is_dir() else path.suffix or "file"
        self.path, self._hidden = path, hidden
        self.findings = Findings(nth=nth, kind=kind)
        self.source: Source | None = None
        self.reading: Reading | None = None
        self.groups: dict[str, dict[str, Any]] = {}  # what is recorded of each

    def read(self, options: Options | None, earlier: Earlier | None) -> Iterator[Batch]:
        """Yield the export's records, its groups marked as those of this export."""
        try:
            self.source = Source(self.path, options)
            form = recognise_format(self.source)
        except Exception as error:  # noqa: BLE001  one file is not to hide the others
            self.findings = replace(self.findings, **_describe_stop(error))
            return
        self.reading = Reading(self.source, form, self._hidden)
        whole, told = self._read_on(self.reading), self.reading.tell_ids
        for batch in earlier.translate(whole, told) if earlier else whole:
            marked = batch.with_prefix("group", self.findings.nth)
            self._note(marked)
            yield marked

    def _read_on(self, reading: Reading) -> Iterator[Batch]:
        """Yield records until reading stops, and note why."""
        try:
            yield from reading
        except Exception as error:  # noqa: BLE001  one file is not to hide the others
            self.findings = replace(self.findings, **_describe_stop(error))

    def _note(self, batch: Batch) -> None:
        for group in batch.groups:
            self.groups.setdefault(group, {"group": group})
        if batch.kind == "group":
            columns = batch.table.select(
                ["group", "created_us", "closed_us", "closed_kind"]
            )
            for row in columns.to_pylist():
                if row.pop("closed_kind") in LEFT:
                    row["closed_us"] = None
                known = {name: one for name, one in row.items() if one is not None}
                self.groups[row["group"]] |= known

    @property
    def shown(self) -> dict[str, Any]:
        """What the export records."""
        return self.reading.observability.as_dict() if self.reading else {}


class _Counts(NamedTuple):
    """What was counted of all exports, by group."""

    rows: pd.DataFrame  # group, kind, reason, rows
    wrote: pd.DataFrame  # group, person
    joined: pd.DataFrame  # group, person
    met: pd.DataFrame  # group, person
    events: pd.DataFrame  # group, kind, rows
    answers: pd.Series[int]  # by group
    texts: pd.Series[int]
    again: int = 0  # messages that an earlier export has


def _count(looks: Sequence[_Look], store: Store, room: Path) -> _Counts:
    """Count the messages that a run of these exports counts, and the people."""
    # which need compiled code
    from helpers.derive.frame import (  # noqa: PLC0415
        NOT_OWN_WORDS,
        PLACE,
        find_replies,
        place_groups,
    )
    from helpers.derive.tables.derive import Terms, mark_messages  # noqa: PLC0415

    rows = [row for look in looks for row in look.groups.values()]
    named = (look for look in looks if look.shown.get("sender_ids") == "by name")
    by_name = frozenset(group for look in named for group in look.groups)
    store = place_groups(store, rows, room / "groups.parquet")
    with open_engine(DUCKDB) as run:
        marked = mark_messages(run, store, Terms(by_name=by_name))
        own = ~nw.col("kind").is_in(NOT_OWN_WORDS) & (nw.col("text") != "")
        thin = run.keep(
            marked.select(
                "group", "kind", "reason", "sender", "bot", "scope", "id", "reply_to",
                "mentions", "topic", "time_us", *PLACE,
                words=own.fill_null(value=False),
            ),
            "thin",
        )  # fmt: skip
        kept = thin.filter(nw.col("reason").is_null())
        answers = find_replies(run, kept).explicit.select("group", *PLACE)
        counts = (
            thin.group_by("group", "kind", "reason").agg(rows=nw.len()),
            drop_duplicates(answers).group_by("group").agg(rows=nw.len()),
            kept.group_by("group").agg(rows=add_up("words")),
        )
        by_kind, answered, texts = (run.fetch(one, *one.columns) for one in counts)
        again = _count_again(run, kept, looks)
        is_bot = nw.col("bot").fill_null(value=False)
        counts_too = nw.col("reason").is_null()
        said = _list_people(run, thin, "sender", by_name, bot=is_bot, kept=counts_too)
        wrote, bots = said[said["kept"]], said[said["bot"]]
        event = run.scan(*store.parts("event"))
        member = run.scan(*store.parts("membership"))
        reaction = run.scan(*store.parts("reaction"))
        by_event = event.group_by("group", "kind").agg(rows=nw.len())
        events = run.fetch(by_event, "group", "kind")
        joins, dated = nw.col("kind") == "join", ~nw.col("joined_us").is_null()
        subjects = _list_people(run, event, "subject", by_name, joined=joins)
        listed = _list_people(run, member, "person", by_name, bot=is_bot, joined=dated)
        reacted = _list_people(run, reaction, "person", by_name)
    known = _join(wrote, listed[~listed["bot"]], subjects, reacted)
    return _Counts(
        rows=by_kind,
        wrote=_join(wrote),
        joined=_join(*(one[one["joined"]] for one in (subjects, listed))),
        met=known[~known["person"].isin(bots["person"])],
        events=events,
        answers=answered.set_index("group")["rows"],
        texts=texts.set_index("group")["rows"],
        again=again,
    )


def _count_again(run: Engine, kept: nw.LazyFrame[Any], looks: Sequence[_Look]) -> int:
    """Count the messages that several exports have, but once."""
    shown = Counter(_name_apart(group) for look in looks for group in look.groups)
    shared = [g for look in looks for g in look.groups if shown[_name_apart(g)] > 1]
    if not shared:
        return 0
    same = ["group", "id", "sender", "time_us", "kind"]
    rows = kept.filter(nw.col("group").is_in(shared)).group_by(*same).agg(n=nw.len())
    table = run.fetch(rows, *same).astype({"group": "str"})
    table["group"] = table["group"].map(_name_apart)
    most = table.groupby(same, dropna=False, observed=True)["n"].max()
    return int(table["n"].sum() - most.sum())


def _join(*people: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([one[["group", "person"]] for one in people]).drop_duplicates()


def _list_people(
    run: Engine,
    rows: nw.LazyFrame[Any],
    who: str,
    by_name: Collection[str],
    **marks: nw.Expr,
) -> pd.DataFrame:
    """List each person of a group once for each set of marks that rows have."""
    from helpers.derive.frame import (  # noqa: PLC0415 - as above
        find_name_scopes,
        name_people,
    )

    named = rows.filter(~nw.col(who).is_null(), ~nw.col("group").is_null())
    pairs = drop_duplicates(named.select("group", person=who, **marks))
    table = run.fetch(pairs, "group", "person", *marks)
    table = table.astype({"group": "str", "person": "str"})
    scope = find_name_scopes(table["group"], by_name)
    return table.assign(person=name_people(table["person"], scope))


def _describe(look: _Look, counted: _Counts) -> Findings:
    """Return the findings on one export."""
    if look.reading is None or look.source is None:
        return look.findings
    rows = _of(look, counted.rows)
    groups = _list_groups(look, rows)
    rows = rows[rows["group"].isin(groups)]
    events = _of(look, counted.events)
    reasons = rows.groupby("reason")["rows"].sum()
    excluded = {str(why): int(n) for why, n in reasons.items()}
    shown, source = look.shown, look.source
    wrote, joined, met = (
        _of(look, table) for table in (counted.wrote, counted.joined, counted.met)
    )
    if shown["members_source"] == "events" and _wrote_without_joining(wrote, joined) > (
        shown["births"] == "creation"
    ):
        shown["members_source"] = "speakers"
    window, zone = shown["window_us"], source.options.zone
    doubts = Counter[tuple[str, str]]()
    for entry in source.losses:
        doubts[entry.kind, entry.reason] += entry.rows
    made = look.reading.exported.values()
    ends = [end for _, end in look.reading.ranges.values() if end is not None]
    return replace(
        look.findings,
        form=look.reading.format.NAME,
        version=_read_version(source, look.reading.format.NAME),
        groups=len(groups),
        others=look.reading.frame.chats,
        members=met["person"].nunique(),
        speakers=wrote["person"].nunique(),
        messages=int(rows.loc[rows["reason"].isna(), "rows"].sum()),
        texts=int(counted.texts.reindex(groups).sum()),
        replies=int(counted.answers.reindex(groups).sum()),
        kinds=_add_up(rows),
        events=_add_up(events[events["group"].isin(groups)]),
        excluded=excluded,
        period=(to_iso_day(window[0], zone), to_iso_day(window[1], zone))
        if len(rows)
        else None,
        exported=to_iso_day(max(made), zone) if made else None,
        asked_until=to_iso_day(max(ends) - 1, zone) if ends else None,
        zone=zone,
        doubts=tuple((*key, n) for key, n in sorted(doubts.items())),
        untimed=tuple(
            position
            for entry in source.losses
            if entry.reason == UNTIMED
            for position in entry.positions
        ),
        observability=Observability.from_dict(shown),
    )


def _of(look: _Look, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["group"].isin(look.groups)]


def _list_groups(look: _Look, rows: pd.DataFrame) -> list[str]:
    """List the groups that a run counts: dated ones in which not only bots wrote."""
    if look.reading is None:
        return []
    alone = set(rows.loc[rows["reason"].eq(ALONE), "group"])
    if rows.empty and not look.reading.stated:
        return [group for group, row in look.groups.items() if "created_us" in row]
    return [group for group in look.groups if group not in alone]


def _wrote_without_joining(wrote: pd.DataFrame, joined: pd.DataFrame) -> int:
    """Return how many wrote in a group, at most, of whom no joining is recorded.

    Lines about joining list the members only if every author joined within the export;
    one founder may be missing where the creation is recorded.
    """
    both = wrote.merge(joined, "left", ["group", "person"], indicator=True)
    undated = both[both["_merge"].eq("left_only")].groupby("group").size()
    return int(undated.max()) if len(undated) else 0


def _add_up(rows: pd.DataFrame) -> dict[str, int]:
    """Add up rows by kind, in the order of its names."""
    sums = rows.groupby(rows["kind"].astype("str"))["rows"].sum()
    return {str(kind): int(n) for kind, n in sums.items()}


def _read_version(source: Source, form: str) -> str | None:
    """Return the exporter's version that an export of a known program has, or None."""
    is_known = not form.startswith(("no known", "table"))  # else it is of anything
    is_stated = any(("." + path).endswith(".version") for path in source.head.paths)
    start = source.head.start.lstrip() if is_known and is_stated else ""
    match = _VERSION.search(start) if start.startswith("{") else None
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
    return join_messages(LIST, map(Verbatim, pairs))
