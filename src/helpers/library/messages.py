"""Chat exports as data frames: read messages and clean them."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.checks import check_choice
from helpers.derive.doubts import describe_doubts as store_doubts
from helpers.derive.doubts import describe_signs
from helpers.derive.frame import (
    COLUMNS,
    find_name_scopes,
    find_scopes,
    name_people,
    place_closings,
)
from helpers.derive.measures import DUCKDB, open_engine
from helpers.derive.measures.cleaning import find_row_reasons
from helpers.derive.tables.derive import Terms as TableTerms
from helpers.derive.tables.derive import mark_messages
from helpers.errors import (
    BrokenFileError,
    ShequnError,
    UnknownFormatError,
    find_nearest,
)
from helpers.formats.reading.dates import DATE_ORDERS
from helpers.formats.reading.source import Options
from helpers.formats.rows.days import parse_past_day
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rules.headers import COLUMNS as COLUMNS_OF_TABLES
from helpers.library.frames import check_messages, to_microseconds, warn_user
from helpers.library.observation import UNTIL, add_observation, mark_read, read_observed
from helpers.observed import describe_doubts
from helpers.records import MESSAGE_KINDS, SCHEMAS, Batch, to_day_end_us, to_iso_day
from helpers.store.exports import Exports
from helpers.store.ingest import Terms, ingest_exports
from helpers.store.people import (
    join_people,
    join_same_people,
    read_names,
    read_same_people,
)
from helpers.store.store import write_store
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import say

PathLike = str | os.PathLike[str]
# when exports were made: a day, "files", or days by group
Exported = str | date | Mapping[str, Any] | pd.Series | None

# options of the command line, as arguments of read_messages
_OPTIONS = {
    "as with --columns time=…,sender=…": "columns={'time': …, 'sender': …}",
    "with --columns time=…,sender=…": "with columns={'time': …, 'sender': …}",
    r"--columns (sender|text)=…": r"columns={'\1': …}",
    "--date-order dmy, mdy or ymd": "date_order='dmy', 'mdy' or 'ymd'",
    "--date-order\\b": "date_order=",
    "--people\\b": "people=",
    "--zone\\b": "zone=",
    "--include ([a-z,]+)": r"include='\1'",
    r"shequn run --list FILE": "sq.groups_from(frame, born=…, last=…)",
}
STORED = tuple(name for name in COLUMNS if name in SCHEMAS["message"].names)
FRAME = "frame"  # the file that rows of a data frame come from
RECORDS = 1 << 16


def read_messages(
    paths: PathLike | Iterable[PathLike],
    *,
    zone: str | None = None,
    date_order: str | None = None,
    columns: Mapping[str, str] | None = None,
    include: str | Sequence[str] = (),
    exported: Exported = None,
    key: PathLike | None = None,
    people: PathLike | None = None,
) -> pd.DataFrame:
    """Read the messages of chat exports of any supported platform.

    Names and ids are replaced by keyed pseudonyms, and names and numbers within texts
    are masked; names are those of people in the same export. Several exports of one
    group are merged; each message is read once.

    Parameters
    ----------
    paths
        A file, folder or ZIP with exports, or several of them.
    zone
        The IANA time zone of exports that record local times without a zone, and of
        the times returned; by default Asia/Shanghai, with a warning where it is
        assumed of an export.
    date_order
        ``dmy``, ``mdy`` or ``ymd``, if days and months cannot be distinguished.
    columns
        For plain tables: our column names and those of the table, such as
        ``{"time": "when", "sender": "who"}``.
    include
        Chats to be read that are no groups: ``private``, ``saved``, ``bots``,
        ``channels``, ``direct``.
    exported
        The day on which the exports were made, or ``"files"`` if they were made on
        the dates of their files: for those that do not say it themselves. A series or
        dict of days by group is said of these groups and goes first.
    key
        A file with your own key for pseudonyms.
    people
        A list of several ids of one person, as ``shequn run --people`` takes it: a
        line each, with all names or ids of that person.

    Returns
    -------
    DataFrame
        One row per message, by time: ``time`` (with zone), ``group``, ``sender``,
        ``kind``, ``text``, ``reply_to``, ``id``, ``bot``, ``topic`` (thread),
        ``mentions``, ``person`` (who wrote: after renames and bridges, and of one
        group where an export knows people by name only) and ``reason`` (why the row
        does not count, as far as it tells on its own; `clean` finds the others, and
        drops all).
        ``attrs`` has ``zone``, ``zone_recorded`` (whether every export states its
        zone), ``formats`` (exports
        by format), ``unread`` (a sentence per file that could not be read, or only in
        part), ``lost`` (rows that are no messages here, by reason) and ``doubts`` (a
        sentence per sign that an export was read wrongly).
        ``observed_from``, ``observed_until`` (NaT: not known), ``first_read`` and
        ``last_read`` (the first and the last row that counts) are constant in a group;
        ``observed_how`` has what else is known, as JSON. `clean` and `between` change
        them, and nothing else should.

    Raises
    ------
    ShequnError
        If nothing could be read, or an option is not one of the allowed values.

    Examples
    --------
    >>> import helpers as sq
    >>> messages = sq.read_messages("data/raw/demo/chatlab-01.zip")
    >>> messages.columns.tolist()[:4], str(messages["time"].dt.tz)
    (['time', 'group', 'sender', 'kind'], 'Asia/Shanghai')
    """
    places = list_places(paths)
    chats = tuple(include.split(",") if isinstance(include, str) else include)
    chats = tuple(filter(None, map(str.strip, chats)))
    check_options(zone, date_order, chats)
    for ours in columns or ():
        check_choice(ours, COLUMNS_OF_TABLES, "columns")
    given, zone = zone, zone or DEFAULT_ZONE
    options = Options(zone=zone, date_order=date_order, columns=columns, include=chats)
    told, day = read_exported(exported)
    terms = Terms(key=None if key is None else Path(key), options=options, exported=day)
    same: dict[str, str] = {}
    if people is not None:
        said, names = read_same_people(Path(people)), read_names(places, terms)
        same = join_same_people(said, names, Path(people))
    with tempfile.TemporaryDirectory() as room:
        try:
            done = ingest_exports(places, Path(room) / "store", terms)
        except BrokenFileError as error:
            raise _write_for_python(error) from error
        check_given_day(done.exports, terms)
        own = check_told_days(done.exports, told)
        ends = {group: to_day_end_us(day, ZoneInfo(zone)) for group, day in own.items()}
        seen = done.exports.observe_groups(ends)
        messages = add_observation(_build_frame(done.exports, zone, same), seen)
        shown = [entry.shown for entry in done.exports.entries]
        messages.attrs = {
            "zone": zone,
            "zone_recorded": all(recorded.time_zone_known for recorded in shown),
            "formats": dict(Counter(entry.form for entry in done.exports.entries)),
            "unread": [str(_write_for_python(error)) for error in done.refused],
            "lost": dict(done.exports.store().aside),
            "doubts": [_reword(line) for line in store_doubts(done.exports)],
        }
        signs = [_reword(line) for line in describe_signs(done.exports)]
    for line in (*signs, *describe_doubts(seen.values())):
        warn_user(line)
    if given is None and not messages.attrs["zone_recorded"]:
        warn_of_zone(zone)
    return messages


def read_exported(
    exported: Exported,
) -> tuple[dict[str, date], date | Literal["files"] | None]:
    """Return the days of single groups, and the one for all exports."""
    if exported is None or (isinstance(exported, str) and exported == "files"):
        return {}, "files" if exported else None
    if not isinstance(exported, pd.Series | Mapping):
        return {}, _read_day(exported, "exported")
    days = pd.Series(exported, dtype=object).dropna()
    if days.index.has_duplicates:
        twice = days.index[days.index.duplicated()][0]
        raise ShequnError(
            f"group {twice} has two days",
            where="exported",
            remedy="give one day a group: that of its latest export",
        )
    return {
        str(group): _read_day(day, f"exported, group {group}")
        for group, day in days.items()
    }, None


def _read_day(cell: Any, where: str) -> date:  # noqa: ANN401 - whatever is given
    try:
        return parse_past_day(str(cell).strip())
    except ValueError as error:
        raise ShequnError(
            f"{cell!r} can't be read", where=where, remedy=f"give {error.args[0]}"
        ) from None


def check_given_day(exports: Exports, terms: Terms) -> None:
    """Raise an error if an export has messages after the stated day only."""
    given, zone = terms.given, terms.options.zone
    if not isinstance(given, int):
        return
    seen = exports.observe_groups()
    open_ = {group for group, one in seen.items() if one.until_us is None}
    firsts = [us for group, us in exports.first_lines().items() if group in open_]
    if max(firsts, default=0) > given:
        raise ShequnError(
            say(
                "the exports are said to be of {exported}, but one has messages from"
                " {first} on only",
                exported=to_iso_day(given, zone),
                first=to_iso_day(max(firsts), zone),
            ),
            remedy=say("give the day on which they were made"),
        )


def check_told_days(exports: Exports, told: Mapping[str, date]) -> dict[str, date]:
    """Return days of groups by the key that each has in the store."""
    first, zone = exports.first_lines(), exports.terms["zone"] or DEFAULT_ZONE
    own = {exports.aliases.get(group, group): day for group, day in told.items()}
    if missing := sorted(own.keys() - first.keys()):
        raise ShequnError(
            f"no group here has the key {missing[0]}",
            where="exported",
            remedy="its index must be the keys of groups, as in messages['group']",
        )
    for group, day in own.items():
        if first[group] > to_day_end_us(day, ZoneInfo(zone)):
            raise ShequnError(
                f"group {group} has messages from {to_iso_day(first[group], zone)} on"
                " only",
                where=f"exported {day}",
                remedy="give the day of its first message, or a later one",
            )
    return own


def warn_of_zone(zone: str) -> None:
    """Warn that local times without a zone are read as those of a zone."""
    warn_user(
        f"some exports have local times without a zone, which are read as those of"
        f" {zone}; say theirs with zone="
    )


def list_places(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """List the paths that a user gave, one or several; raise if one is empty."""
    places = [paths] if isinstance(paths, str | os.PathLike) else [*paths]
    if "" in places:  # Path("") is the working folder
        raise ShequnError(
            "the path is empty",
            where="read_messages",
            remedy="give a file, folder or ZIP with exports; '.' is this folder",
        )
    return [Path(one) for one in places]


def check_options(
    zone: str | None, date_order: str | None, include: Sequence[str]
) -> None:
    """Raise an error for an invalid zone, date order or kind of chat."""
    if date_order is not None:
        check_choice(date_order, DATE_ORDERS, "date_order")
    for chats in include:
        check_choice(chats, OTHER_CHATS, "include")
    try:
        ZoneInfo(zone or DEFAULT_ZONE)
    except (KeyError, ValueError, TypeError, OSError):
        names = sorted(available_timezones())
        city = [name for name in names if name.endswith(f"/{zone}")]
        near = next(iter(city), "") or find_nearest(zone, names) or "Asia/Shanghai"
        raise ShequnError(
            f"{zone!r} is no IANA time zone", where="zone", remedy=f"use {near!r}"
        ) from None


def _write_for_python(error: BrokenFileError) -> BrokenFileError:
    """Reword the hint of an error that names options of the command line."""
    remedy = _reword(str(error.remedy))
    if remedy == str(error.remedy):
        return error
    known = isinstance(error, UnknownFormatError)
    kind = UnknownFormatError if known else BrokenFileError
    return kind(error.what, where=error.where, remedy=remedy)


def _reword(text: str) -> str:
    """Write arguments of `read_messages` for the options of the command line."""
    for pattern, replacement in _OPTIONS.items():
        text = re.sub(pattern, replacement, text)
    return str(text)


def _build_frame(exports: Exports, zone: str, same: Mapping[str, str]) -> pd.DataFrame:
    stored = [*STORED, "time_us", "position"]
    schema = pa.schema([(name, _find_type(name)) for name in stored])
    tables = [
        join_people(
            pa.table({f.name: batch.table[f.name].cast(f.type) for f in schema}), same
        )
        for batch in exports.store()
        if batch.kind == "message"
    ]
    table = pa.concat_tables([schema.empty_table(), *tables])
    group = table["group"].combine_chunks().dictionary_encode()
    names = group.dictionary.to_numpy(zero_copy_only=False)
    names = np.unique(names, return_inverse=True)[1]
    by = (table["position"], names[group.indices], table["time_us"])
    table = table.take(np.lexsort(by))
    rows = table.append_column("reason", find_row_reasons(table)).to_pandas()
    person = rows["sender"]
    if exports.by_name:
        person = name_people(person, find_name_scopes(rows["group"], exports.by_name))
    times = pd.to_datetime(rows["time_us"], unit="us", utc=True)
    bots = rows["bot"].astype("boolean")
    frame = rows.assign(time=times.dt.tz_convert(zone), bot=bots, person=person)
    whole: pd.DataFrame = frame[list(COLUMNS)]
    return whole


def _find_type(name: str) -> pa.DataType:
    kind = SCHEMAS["message"].field(name).type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def clean(messages: pd.DataFrame) -> pd.DataFrame:
    """Drop bots, system notices, repeated and empty messages from a data frame.

    Excluded are system lines, notices, recalled and empty messages, bots with and
    without a mark, announcements sent to 20 groups or more within a day, and repeated
    ids. A row with a ``reason`` of yours is dropped too. Without the columns ``kind``,
    ``bot`` and ``id`` less can be recognised.

    Parameters
    ----------
    messages
        As `read_messages` returns them; ``time``, ``group`` and ``sender`` are needed.

    Returns
    -------
    DataFrame
        The remaining rows, with their index. ``attrs["excluded"]`` has the number of
        rows by reason.

    Raises
    ------
    ShequnError
        If a column is missing, a row has no time or group, or a kind is unknown.

    Examples
    --------
    >>> at = pd.to_datetime(["2024-05-03 20:00", "2024-05-03 20:01"], utc=True)
    >>> said = pd.DataFrame({"time": at, "group": "tea", "sender": "a", "id": [1, 1]})
    >>> kept = clean(said)
    >>> len(kept), kept.attrs["excluded"]
    (1, {'duplicate id': 1})
    """
    messages = check_messages(messages)
    if "kind" in messages:
        for kind in messages["kind"].dropna().unique():
            check_choice(kind, (*MESSAGE_KINDS, "unrecognised"), "column kind")
    reasons = _find_reasons(messages)
    kept = messages[reasons.isna()].copy()
    counts = reasons.dropna().value_counts().sort_index()
    kept.attrs = messages.attrs | {"excluded": {w: int(n) for w, n in counts.items()}}
    return mark_read(kept) if UNTIL in kept else kept


def _find_reasons(messages: pd.DataFrame) -> pd.Series[str]:
    """Return why each row does not count, as `shequn run` finds it."""
    known = read_observed(messages) or {}
    seen = {group: one.seen_us for group, one in known.items()}
    by_name = find_scopes(messages) if "person" in messages else pd.Series(dtype=str)
    terms = TableTerms(
        ends={group: us for group, us in seen.items() if us is not None} or None,
        by_name=frozenset(by_name[by_name.ne("")].unique()),
    )
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        batches = _build_table(messages).to_batches(RECORDS)
        records = (Batch("message", batch) for batch in batches)
        store = write_store(records, room / "store", Counter())
        ends = {group: one.closed_us for group, one in known.items()}
        closed = {group: us for group, us in ends.items() if us is not None}
        store = place_closings(store, closed, room / "closed.parquet")
        with open_engine(DUCKDB) as run:
            marked = mark_messages(run, store, terms)
            rows = run.fetch(marked.select("position", "reason"), "position")
    reasons = rows["reason"].astype(object).set_axis(messages.index)
    return reasons.fillna(messages["reason"]) if "reason" in messages else reasons


def _build_table(messages: pd.DataFrame) -> pa.Table:
    """Build a table of message records from a data frame."""
    schema, n = SCHEMAS["message"], len(messages)
    given = {name: messages[name] for name in STORED if name in messages}
    kind = messages.get("kind", pd.Series("text", messages.index))
    if "text" in given and given["text"].notna().any():
        # beside texts, a text message without one is empty
        given["text"] = given["text"].mask(kind.eq("text") & given["text"].isna(), "")
    columns: dict[str, Any] = {
        **given,
        "time_us": to_microseconds(messages["time"]),
        "kind": kind,
        "file": pd.Series(FRAME, messages.index),
        "position": pd.Series(range(n), messages.index),
    }
    arrays = [_to_array(columns.get(field.name), field.type, n) for field in schema]
    text = arrays[schema.get_field_index("text")]
    arrays[schema.get_field_index("chars")] = pc.utf8_length(text).cast(pa.int32())
    return pa.Table.from_arrays(arrays, schema=schema)


def _to_array(column: pd.Series[Any] | None, kind: pa.DataType, n: int) -> pa.Array:
    if column is None:
        return pa.nulls(n, kind)
    texts = pa.types.is_string(kind) or pa.types.is_dictionary(kind)
    if texts and not pd.api.types.is_string_dtype(column):
        column = column.astype(object).map(str, na_action="ignore")  # ids are numbers
    if pa.types.is_dictionary(kind):
        return pa.array(column, pa.string(), from_pandas=True).dictionary_encode()
    try:
        return pa.array(column, kind, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise ShequnError(
            "its values are of another kind",
            where=f"column {column.name}",
            remedy=f"give {kind} as read_messages does, or drop the column",
        ) from None
