"""List a user's groups with their dates, from exports and `groups.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms, load_key
from helpers.formats.reading.source import Source
from helpers.formats.rows.frame import Frame
from helpers.formats.rows.people import RELAYED, to_name_id
from helpers.formats.rows.times import check_times
from helpers.measures.cleaning import find_written
from helpers.measures.engine import Engine, drop_duplicates, open_duckdb
from helpers.observed import LEFT, Observed, Sighting, choose_date
from helpers.own_groups.group_facts import SHOWN, GroupFacts
from helpers.records import (
    DAY_US,
    SCHEMAS,
    Batch,
    to_day_end_us,
    to_day_us,
    to_iso_day,
)
from helpers.study.publish.study import NETWORK
from helpers.study.store.discovery import list_exports
from helpers.study.store.exports import Exports
from helpers.study.store.ingest import Terms
from helpers.study.store.store import Store
from helpers.wording import say

Row = dict[str, Any]

STATED = "stated"  # how a group was closed, where `groups.csv` says when
LEAVING = "notice"  # the exporter's own leaving, after which nothing was seen


@dataclass(frozen=True, slots=True)
class Listing:
    """A user's groups, from and until when each was observed, and undated groups."""

    rows: tuple[Row, ...]
    observed: Mapping[str, Observed]
    undated: int  # groups left out: no line of them is there, and nothing dates them

    @property
    def ends(self) -> dict[str, int]:
        """Until when each group was observed at least, in µs."""
        return {
            row["group"]: max(
                self.observed[row["group"]].seen_us or 0,
                row["created_us"] or 0,
                row["seen_us"] or 0,
            )
            for row in self.rows
        }

    @property
    def unended(self) -> frozenset[str]:
        """Groups of which the end of observation is not known."""
        open_ = (key for key, seen in self.observed.items() if seen.end_us is None)
        return frozenset(open_)


def list_groups(
    run: Engine, store: Store, exports: Exports, facts: Mapping[str, GroupFacts]
) -> Listing:
    """List every group in the exports with its creation, owner and end of observation.

    The newest export's word holds, `groups.csv` goes before it. A group whose making
    is known, but whose history an export cut, is watched from its first line on; one
    of which nothing is dated but that an export lists it, from the export's end on.
    It was born when its day began, and closed when its day ended, where clocks hung.
    """
    facts = match_owners(run, store, facts)
    first = exports.first_lines()
    zone = ZoneInfo(exports.terms["zone"])
    observed = exports.observe_groups(place_told_days(facts, first, zone))
    recorded, cut = _list_recorded(store), _find_truncated_groups(exports)
    rows = []
    for key, seen in observed.items():
        entry = facts.get(key, GroupFacts(key=key))
        row = _build_row(key, _drop_leaving(recorded.get(key, {}), seen), entry, zone)
        _check_days(row, first.get(key), seen.seen_us or 0, entry)
        if key not in first:
            row["seen_us"] = seen.seen_us
        elif key in cut and row["created_us"] is not None:
            row["seen_us"] = max(first[key], row["created_us"])
        rows.append(row)
    dated = tuple(
        row
        for row in rows
        if row["created_us"] or row["seen_us"] or row["group"] in first
    )
    shown = {row["group"]: _add_closing(observed[row["group"]], row) for row in dated}
    return Listing(dated, shown, len(rows) - len(dated))


def _drop_leaving(recorded: Mapping[str, Any], seen: Observed) -> Mapping[str, Any]:
    """Return a record without a leaving after which the group is seen all the same."""
    if recorded.get("closed_kind") not in LEFT:
        return recorded
    if seen.until_how == "left" and (seen.last_us or 0) <= recorded["closed_us"]:
        return recorded
    return {**recorded, "closed_us": None, "closed_kind": None}


def _add_closing(seen: Observed, row: Row) -> Observed:
    """Return an observation with the closing that the user states."""
    if row["closed_kind"] != STATED:
        return seen
    return replace(seen, closed_us=row["closed_us"], closed_kind=STATED)


def place_told_days(
    facts: Mapping[str, GroupFacts], first: Mapping[str, int], zone: ZoneInfo
) -> dict[str, int]:
    """Return the end of each day of export in `groups.csv`, by group, in µs."""
    told = {}
    for key, entry in facts.items():
        if entry.exported:
            told[key] = to_day_end_us(entry.exported, zone)
            if first.get(key, 0) > told[key]:
                raise _make_day_error(entry, "exported", entry.exported, FROM_FIRST)
    return told


FROM_FIRST = say("allowed: the day of its first message, or a later one")


def _make_day_error(
    entry: GroupFacts, column: str, day: object, remedy: str
) -> BrokenFileError:
    what = say(
        "row {row}, column {column}: {cell!r} contradicts the messages of the group",
        row=entry.row,
        column=column,
        cell=str(day),
    )
    return BrokenFileError(what, where=entry.file, remedy=remedy)


def _list_recorded(store: Store) -> dict[str, Row]:
    """Return what exports record of each group, such as owner; the last one counts."""
    merged: dict[str, Row] = {}
    rows = pq.read_table(store.parts("group"))  # in the order in which exports came
    for row in rows.to_pylist():
        fields = {name: value for name, value in row.items() if value is not None}
        merged.setdefault(row["group"], {}).update(fields)
    return merged


def _find_truncated_groups(exports: Exports) -> set[str]:
    """Find groups with first messages possibly missing from all exports."""
    parted: dict[bool, set[str]] = {True: set(), False: set()}
    for entry in exports.entries:
        parted[entry.shown.left_truncated] |= set(entry.groups)
    return parted[True] - parted[False]


def _build_row(
    key: str, recorded: Mapping[str, Any], facts: GroupFacts, zone: ZoneInfo
) -> Row:
    own = _to_midnight(facts.closed and facts.closed + timedelta(days=1), zone)
    unseen = recorded.get("closed_kind") in LEFT
    kind = STATED if own is not None else LEAVING if unseen else "administrative"
    closed = own or recorded.get("closed_us")
    return dict.fromkeys(SCHEMAS["group"].names) | {
        "group": key,
        "label": facts.label or f"group {key[:SHORT]}",
        "network": NETWORK,
        "platform": facts.platform or recorded.get("platform"),
        "kind": facts.type or "group",
        "created_us": _to_midnight(facts.born, zone) or recorded.get("created_us"),
        "closed_us": closed,
        "closed_kind": None if closed is None else kind,
        "owner": facts.owner or recorded.get("owner"),
        "parent": facts.parent,
        "member_count": recorded.get("member_count"),
        "file": "groups",
        "position": 1,
    }


def _to_midnight(day: date | None, zone: ZoneInfo) -> int | None:
    """Return the time in µs at which a day begins in a time zone, or None."""
    return None if day is None else to_day_us(day, zone)


def _check_days(row: Row, first: int | None, end: int, entry: GroupFacts) -> None:
    """Raise an error if a group was born after its end, or closed before its start."""
    if entry.born and end and (row["created_us"] or 0) >= end + DAY_US:
        earlier = say("allowed: a day before its last message; empty means not known")
        raise _make_day_error(entry, "born", entry.born, earlier)
    closed = row["closed_us"]
    if closed is not None and first is not None and closed < first:
        if entry.closed:
            raise _make_day_error(entry, "closed", entry.closed, FROM_FIRST)
        raise BrokenFileError(
            say("group {group} closed before its first message", group=row["group"]),
            where="exports",
            remedy=FROM_FIRST,
        )


def hide_owners(
    facts: Mapping[str, GroupFacts], key: Path | None
) -> dict[str, GroupFacts]:
    """Replace the owner of each group by the pseudonyms of that id and that name."""
    hidden = Pseudonyms(load_key(key))
    return {
        group: replace(
            entry,
            owner=hidden.of("person", entry.owner),
            owner_by_name=hidden.of("person", to_name_id(entry.owner)),
        )
        if entry.owner
        else entry
        for group, entry in facts.items()
    }


def match_owners(
    run: Engine, store: Store, facts: Mapping[str, GroupFacts]
) -> dict[str, GroupFacts]:
    """Match each owner in `groups.csv` to a sender or member, by id or by name."""
    owned = {group: entry for group, entry in facts.items() if entry.owner}
    if not owned:
        return dict(facts)
    people = _list_people(run, store, "message", "sender")
    people |= _list_people(run, store, "membership", "person")
    matched = {}
    for group, entry in owned.items():
        given = (entry.owner, entry.owner_by_name)  # the name, where ids are missing
        owner = next((one for one in given if one and (group, one) in people), None)
        if owner is None:
            raise BrokenFileError(
                say(
                    "row {row}, column owner: no sender in group {group} has it",
                    row=entry.row,
                    group=group,
                ),
                where=entry.file,
                remedy=say(
                    "allowed: the id of a sender as the export has it, or the"
                    " name where it has names only; an empty cell means not known"
                ),
            )
        matched[group] = replace(entry, owner=owner)
    return {**facts, **matched}


def _list_people(
    run: Engine, store: Store, kind: str, who: str
) -> set[tuple[str, str]]:
    if not (parts := store.files.get(kind, ())):
        return set()
    pairs = drop_duplicates(run.scan(*parts).select("group", person=who))
    table = run.fetch(pairs, "group", "person").dropna().astype("str")
    return set(zip(table["group"], table["person"], strict=True))


def list_named_groups(
    paths: Iterable[Path],
    terms: Terms,
    broken: list[BrokenFileError] | None = None,
    unzoned: list[Path] | None = None,
) -> pd.DataFrame:
    """List each group in the exports: key, name, messages, first and last day.

    Names come straight from the exports: nothing of this may be stored or shown. What
    could not be read goes to `broken`, exports with local times to `unzoned`.
    """
    hidden = Pseudonyms(load_key(terms.key))
    columns = ["group", "name", "messages", "first", "last", "high"]
    parts = [pd.DataFrame(columns=columns)]
    discovered = list_exports(paths, terms.options)
    faults = list(discovered.others)
    for path in discovered.exports:
        try:
            if not _read_groups(path, terms, parts) and unzoned is not None:
                unzoned.append(path)
        except BrokenFileError as error:
            if broken is None:
                raise
            faults.append(error)
    if broken is not None:
        broken += faults
    rows = pd.concat(parts, ignore_index=True).astype({"name": object})
    if faults and rows.empty:
        raise faults[-1]
    table = rows.groupby("group", as_index=False).agg(
        {
            "name": "last",
            "messages": "sum",
            "first": "min",
            **dict.fromkeys(("last", "high"), "max"),
        }
    )
    keys = [hidden.of("group", str(group)) for group in table["group"]]
    days = {
        "exported" if end == "high" else f"{end}_day": [
            "" if pd.isna(time) else to_iso_day(int(time), terms.options.zone)
            for time in table[end]
        ]
        for end in ("first", "last", "high")
    }
    names = table["name"].where(table["name"].notna(), table["group"])
    messages = table["messages"].astype("int64")
    table = table.assign(key=keys, name=names, messages=messages, **days)
    return table[[*SHOWN, "exported"]].sort_values("key", ignore_index=True)


def _read_groups(path: Path, terms: Terms, parts: list[pd.DataFrame]) -> bool:
    """Add rows on the groups in one export; return whether it has a time zone."""
    source = Source(path, terms.options)
    form = recognise_format(source)
    frame, counts = Frame(form, terms.options.include), list[pd.DataFrame]()
    relayed = []  # whether these are of people is known when all is read
    try:
        for batch in check_times(form.read(source), source):
            frame.meet(batch)
            senders = batch.table["sender"] if batch.kind == "message" else None
            if senders is not None and _has_relayed(senders):
                relayed.append(batch)
            else:
                counts.append(_count_batch(batch))
    finally:
        counts += [_count_batch(source.people.settle(batch)) for batch in relayed]
        counts += [_date_export(source, counts)]
        parts += [rows[[frame.other(g) is None for g in rows["group"]]]
                  for rows in counts if len(rows)]  # fmt: skip
    known = form.OBSERVES.as_dict() | source.observed
    return bool(known["time_zone_known"])


def _date_export(source: Source, counts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the day by which each group's export was made, as its dates have it."""
    lasts = [rows["last"].max() for rows in counts if "last" in rows]
    low = int(max((one for one in lasts if not pd.isna(one)), default=0))
    groups = sorted({g for rows in counts for g in rows["group"] if g is not None})
    seen = [
        Sighting(
            group=group,
            program="",
            low_us=low,
            stated_us=source.exported.get(group),
            to_us=source.ranges.get(group, (None, None))[1],
            named_us=source.named_us,
            dated_us=choose_date(source.dates_us, low),
        ).high_us
        for group in groups
    ]
    return pd.DataFrame({"group": groups, "high": seen}, dtype=object)


def _has_relayed(senders: pa.DictionaryArray) -> bool:
    return bool(pc.any(pc.starts_with(senders.dictionary, RELAYED)).as_py())


def _count_batch(batch: Batch) -> pd.DataFrame:
    """Return the names of groups, or messages with first and last time of each."""
    if batch.kind not in {"group", "message"}:
        return pd.DataFrame({"group": []})
    column = "label" if batch.kind == "group" else "time_us"
    table = pa.Table.from_batches([batch.table]).select(["group", column])
    rows: pd.DataFrame = table.to_pandas().astype({"group": object})
    if batch.kind == "group":
        return pd.DataFrame(
            {"group": rows["group"], "name": rows["label"].replace("", None)}
        )
    by = rows.assign(written=find_written(batch.table).to_pandas()).groupby("group")
    return by.agg(
        messages=("written", "sum"), first=("time_us", "min"), last=("time_us", "max")
    ).reset_index()


LEAST_SHARED, LEAST_SHARE = 20, 0.5

# text and time without the sender, whose pseudonym may differ by group
QUERY = """
WITH read AS (
    SELECT CAST("group" AS VARCHAR) AS key, time_us, hash(text) AS words
    FROM message WHERE text <> ''
),
keys AS (SELECT key, row_number() OVER (ORDER BY key) AS n FROM read GROUP BY key),
said AS (SELECT DISTINCT n, time_us, words FROM read JOIN keys USING (key)),
sizes AS (
    SELECT n, key, count(*) AS messages FROM said JOIN keys USING (n) GROUP BY ALL
),
shared AS (
    SELECT a.n AS one, b.n AS other, count(*) AS messages
    FROM said a JOIN said b USING (time_us, words)
    WHERE a.n < b.n GROUP BY ALL
)
SELECT x.key AS one, y.key AS other, shared.messages,
    shared.messages / least(x.messages, y.messages) AS share
FROM shared JOIN sizes x ON x.n = one JOIN sizes y ON y.n = other
WHERE shared.messages >= $least AND share >= $share
ORDER BY x.key, y.key
"""


class SharedMessages(NamedTuple):
    """Two groups, number of common messages, and its share of the smaller group."""

    one: str
    other: str
    messages: int
    share: float


def find_shared_messages(paths: Sequence[Path]) -> list[SharedMessages]:
    """Find groups that share most messages, such as a renamed group exported twice.

    Messages are the same if time and text are. A pair is listed if it shares at least
    20 messages and half of those of the smaller group.
    """
    if not paths:
        return []
    with open_duckdb() as run:
        run.connection.register("message", dataset([str(path) for path in paths]))
        terms = {"least": LEAST_SHARED, "share": LEAST_SHARE}
        rows = run.connection.execute(QUERY, terms).fetchall()
    return [SharedMessages(*row) for row in rows]
