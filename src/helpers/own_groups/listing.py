"""List a user's groups with their dates, from exports and `groups.csv`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms, load_key
from helpers.formats.rows.people import to_name_id
from helpers.measures.engine import Engine
from helpers.own_groups.group_facts import GroupFacts
from helpers.records import DAY_US, SCHEMAS, to_day_us
from helpers.study.publish.study import NETWORK
from helpers.study.store.exports import Exports
from helpers.study.store.store import Store
from helpers.wording import say

Row = dict[str, Any]

UNSEEN = ("migrated", "exporter_left")  # the group went on where nobody watched it


@dataclass(frozen=True, slots=True)
class Listing:
    """A user's groups, when observation of each ends, and groups without dates."""

    rows: tuple[Row, ...]
    ends: Mapping[str, int]  # when observation of each ends
    undated: int  # groups left out: no line of them is there, and nothing dates them


def list_groups(
    run: Engine, store: Store, exports: Exports, facts: Mapping[str, GroupFacts]
) -> Listing:
    """List every group in the exports with its creation, owner and end of observation.

    The newest export's word holds, `groups.csv` goes before it. A group whose making
    is known, but whose history an export cut, is watched from its first line on; one
    of which nothing is dated but that an export lists it, from the export's end on.
    It was born when its day began, and closed when its day ended, where clocks hung.

    Raises
    ------
    BrokenFileError
        If a group is said to have closed before its first line, or its owner is not
        among its people.
    """
    facts = match_owners(run, store, facts)
    first, lasts = _find_outer_lines(run, store)
    ends = exports.ends()
    recorded, cut = _list_recorded(store), _find_truncated_groups(exports)
    zone = ZoneInfo(exports.terms["zone"])
    rows = []
    for key in sorted(ends):
        entry = facts.get(key, GroupFacts(key=key))
        if entry.exported:
            ends[key] = _place_end(entry, first.get(key), lasts.get(key), zone)
        row = _build_row(key, recorded.get(key, {}), entry, zone)
        _check_born(row, ends[key], entry)
        _check_closed(row, first.get(key), entry)
        if key not in first:
            row["seen_us"] = ends[key] or None
        elif key in cut and row["created_us"] is not None:
            row["seen_us"] = max(first[key], row["created_us"])
        rows.append(row)
    dated = tuple(
        row
        for row in rows
        if row["created_us"] or row["seen_us"] or row["group"] in first
    )
    listed_ends = {
        row["group"]: max(
            ends[row["group"]], row["created_us"] or 0, row["seen_us"] or 0
        )
        for row in dated
    }
    return Listing(dated, listed_ends, len(rows) - len(dated))


def _place_end(
    entry: GroupFacts, first: int | None, last: int | None, zone: ZoneInfo
) -> int:
    """Return the end of observation on a day of export: its last line, or midnight.

    Raises
    ------
    BrokenFileError
        If all that the group has is later.
    """
    made = to_day_us(entry.exported or date.min, zone)
    if first is not None and first >= made + DAY_US:
        raise BrokenFileError(
            say(
                "row {row}, column exported: {cell!r} is before its first message",
                row=entry.row,
                cell=str(entry.exported),
            ),
            where=entry.file,
            remedy=say("allowed: the day of its first message, or a later one"),
        )
    return min(max(last or 0, made), made + DAY_US)


def _find_outer_lines(
    run: Engine, store: Store
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the times of the first and of the last line of each group."""
    messages = run.scan(*store.parts("message"))
    time = nw.col("time_us")
    times = messages.group_by("group").agg(first=time.min(), last=time.max())
    table = run.fetch(times, "group").dropna()
    keys = table["group"].astype("str")
    first, last = (
        dict(zip(keys, map(int, table[name].astype("int64")), strict=True))
        for name in ("first", "last")
    )
    return first, last


def _list_recorded(store: Store) -> dict[str, Row]:
    """Return what exports record of each group, such as owner; the last one counts."""
    merged: dict[str, Row] = {}
    rows = pq.read_table(store.parts("group"))  # in the order in which exports came
    for row in rows.to_pylist():
        fields = {name: value for name, value in row.items() if value is not None}
        merged[row["group"]] = merged.get(row["group"], {}) | fields
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
    unseen = recorded.get("closed_kind") in UNSEEN
    kind = "stated" if own is not None else "notice" if unseen else "administrative"
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


def _check_born(row: Row, end: int, entry: GroupFacts) -> None:
    """Raise an error if a group's founding date is after the end of observation."""
    if entry.born and end and (row["created_us"] or 0) >= end + DAY_US:
        raise BrokenFileError(
            say(
                "row {row}, column born: {cell!r} is too late",
                row=entry.row,
                cell=str(entry.born),
            ),
            where=entry.file,
            remedy=say("allowed: a day before its last message; empty means not known"),
        )


def _check_closed(row: Row, first: int | None, entry: GroupFacts) -> None:
    closed = row["closed_us"]
    if closed is not None and first is not None and closed < first:
        place = say("row {n}, column closed: ", n=entry.row) if entry.closed else ""
        raise BrokenFileError(
            say(
                "{place}group {group} closed before its first message",
                place=place,
                group=row["group"],
            ),
            where=entry.file if entry.closed else "exports",
            remedy=say("allowed: the day of its first message, or a later one"),
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
    """Match each owner in `groups.csv` to a sender or member, by id or by name.

    Raises
    ------
    BrokenFileError
        Naming the row of the first owner who is not in the group.
    """
    if not any(entry.owner for entry in facts.values()):
        return dict(facts)
    people = _list_people(run, store, "message", "sender")
    people |= _list_people(run, store, "membership", "person")
    return {
        group: replace(entry, owner=_match_owner(group, entry, people))
        for group, entry in facts.items()
    }


def _match_owner(
    group: str, entry: GroupFacts, people: Collection[tuple[str, str]]
) -> str | None:
    """Return the person of a group with the stated id or, without ids, the name."""
    if not entry.owner:
        return None
    for owner in filter(None, (entry.owner, entry.owner_by_name)):
        if (group, owner) in people:
            return owner
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


def _list_people(
    run: Engine, store: Store, kind: str, who: str
) -> set[tuple[str, str]]:
    parts = store.files.get(kind, ())
    if not parts:
        return set()
    pairs = run.scan(*parts).select("group", person=who).unique()
    table = run.fetch(pairs, "group", "person").dropna().astype("str")
    return set(zip(table["group"], table["person"], strict=True))
