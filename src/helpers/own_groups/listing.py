"""List a user's groups with their dates, from exports and `groups.csv`."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.derive.frame import count_written, place_groups
from helpers.derive.measures.engine import Engine, drop_duplicates, open_duckdb
from helpers.derive.tables.derive import Terms as TableTerms
from helpers.errors import BrokenFileError
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms, load_key
from helpers.formats.rows.people import to_name_id
from helpers.observed import LEFT, Observed
from helpers.own_groups.group_facts import SHOWN, GroupFacts
from helpers.records import DAY_US, SCHEMAS, to_day_end_us, to_day_us, to_iso_day
from helpers.store.exports import Exports
from helpers.store.ingest import Terms, ingest_exports
from helpers.store.people import read_names
from helpers.store.store import Store
from helpers.study.study import NETWORK
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


def list_groups(
    store: Store, exports: Exports, facts: Mapping[str, GroupFacts]
) -> Listing:
    """List every group in the exports with its creation, owner and end of observation.

    The newest export's word holds, `groups.csv` goes before it. A group whose making
    is known, but whose history an export cut, is watched from its first line on; one
    of which nothing is dated but that an export lists it, from the export's end on.
    It was born when its day began, and closed when its day ended, where clocks hung.
    """
    facts = match_owners(store, facts)
    first = exports.first_lines()
    zone = ZoneInfo(exports.terms["zone"])
    observed = exports.observe_groups(place_told_days(facts, first, zone))
    recorded = store.list_recorded()
    rows = []
    for key, seen in observed.items():
        entry = facts.get(key, GroupFacts(key=key))
        row = _build_row(key, _drop_leaving(recorded.get(key, {}), seen), entry, zone)
        _check_days(row, first.get(key), seen.seen_us or 0, entry)
        if key not in first:
            row["seen_us"] = seen.seen_us
        else:
            row["seen_us"] = replace(seen, created_us=row["created_us"]).watched_us
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
    store: Store, facts: Mapping[str, GroupFacts]
) -> dict[str, GroupFacts]:
    """Match each owner in `groups.csv` to a sender or member, by id or by name."""
    owned = {group: entry for group, entry in facts.items() if entry.owner}
    if not owned:
        return dict(facts)
    with open_duckdb() as run:
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


def count_written_by(exports: Exports) -> pd.DataFrame:
    """Count the messages that a run of these exports counts, by group and sender."""
    store = exports.store()
    with tempfile.TemporaryDirectory() as room:
        listed = list_groups(store, exports, {})
        store = place_groups(store, listed.rows, Path(room) / "groups.parquet")
        terms = TableTerms(ends=listed.ends, by_name=exports.by_name)
        return count_written(store, terms)


def list_named_groups(
    paths: Iterable[Path], terms: Terms
) -> tuple[pd.DataFrame, Sequence[BrokenFileError], list[Path]]:
    """List each group in the exports: key, name, messages, first and last day.

    Messages are counted as a run counts them. Names come straight from the exports:
    nothing of this may be stored or shown. With it come what could not be read, and
    the exports with local times.
    """
    places, zone = list(paths), terms.options.zone
    with tempfile.TemporaryDirectory() as room:
        done = ingest_exports(places, Path(room) / "store", terms)
        exports, written = done.exports, count_written_by(done.exports)
    unzoned = [
        done.places[entry.source]
        for entry in exports.entries
        if not entry.shown.time_zone_known
    ]
    by = written.groupby("group").agg(
        {"messages": "sum", "first_us": "min", "last_us": "max"}
    )
    names = read_names(places, terms)
    called = names.group_ids | names.groups
    merged = {own: called[one] for one, own in exports.aliases.items() if one in called}
    called = merged | called
    days = exports.list_days(zone)
    rows = [
        (
            key,
            called.get(key, ""),
            int(by["messages"].get(key, 0)),
            *(to_iso_day(int(by[end][key]), zone) if key in by.index else ""
              for end in ("first_us", "last_us")),
            days.get(key, ""),
        )
        for key in sorted({*chain(*(entry.groups for entry in exports.entries))})
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*SHOWN, "exported"])
    return table, done.refused, unzoned
