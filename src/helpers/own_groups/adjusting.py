"""Cut a store to a window of days, join ids of one person, add listed members.

The store of a run stays as the exports were read; what is changed is written beside
it for the time of the computation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.files import write_text
from helpers.formats.rows.people import PEOPLE
from helpers.own_groups.listing import Listing, Row
from helpers.records import SCHEMAS, RecordKind
from helpers.study.store.store import Store
from helpers.wording import say

OUTSIDE = say("before --from or after --to")
TIMED: tuple[RecordKind, ...] = ("message", "read", "reaction", "event")
KEPT = "adjusting.json"  # beside the study that was adjusted
LISTED = "members"  # the file that rows of a list of members come from


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a study is cut to: from a time on, and up to another."""

    from_us: int | None = None
    to_us: int | None = None

    def __bool__(self) -> bool:
        return self.from_us is not None or self.to_us is not None

    def within(self, times: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return which times are within the window."""
        inside = pc.is_valid(times)
        if self.from_us is not None:
            inside = pc.and_(inside, pc.greater_equal(times, self.from_us))
        if self.to_us is not None:
            inside = pc.and_(inside, pc.less(times, self.to_us))
        return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """What a user requests besides the exports: window, people, members."""

    window: Window = field(default_factory=Window)
    # pseudonyms of further ids, and the one that stands for each
    same: Mapping[str, str] = field(default_factory=dict)
    members: pd.DataFrame | None = None  # as `people.place_members` returns them

    def __bool__(self) -> bool:
        return bool(self.window or self.same) or self.members is not None


def keep_adjustments(adjustments: Adjustments, folder: Path) -> None:
    """Keep a window and joined ids beside a study, so that it can be opened alike."""
    window = adjustments.window
    kept = {
        "from_us": window.from_us,
        "to_us": window.to_us,
        "same": dict(adjustments.same),
    }
    if any(kept.values()):
        write_text(folder / KEPT, json.dumps(kept, sort_keys=True) + "\n")
    else:
        (folder / KEPT).unlink(missing_ok=True)


def read_adjustments(folder: Path) -> Adjustments:
    """Read what `keep_adjustments` kept; nothing if there was nothing."""
    if not (folder / KEPT).is_file():
        return Adjustments()
    kept = json.loads((folder / KEPT).read_text("utf-8"))
    window = Window(kept["from_us"], kept["to_us"])
    return Adjustments(window=window, same=kept["same"])


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A changed store, and the groups with lines before and within the window."""

    store: Store
    before: frozenset[str]
    within: frozenset[str]


def adjust_store(store: Store, adjustments: Adjustments, room: Path) -> Adjusted:
    """Write the changed records of a store to a folder; return the new store."""
    files, rows, before = dict(store.files), dict(store.rows), set[str]()
    within, outside = set[str](), 0
    for kind in SCHEMAS:
        paths = []
        for number, path in enumerate(store.parts(kind)):
            table = pq.read_table(path)
            changed = _join_people(table, adjustments.same)
            if kind in TIMED and adjustments.window:
                inside = adjustments.window.within(changed["time_us"])
                kept = changed.filter(inside)
                if kind == "message":
                    early = changed
                    if adjustments.window.from_us is not None:
                        first = adjustments.window.from_us
                        early = changed.filter(pc.less(changed["time_us"], first))
                        before |= set(pc.unique(early["group"]).to_pylist())
                    within |= set(pc.unique(kept["group"]).to_pylist())
                    outside += len(changed) - len(kept)
                changed = kept
            if changed is table:
                paths.append(path)
                continue
            rows[kind] += len(changed) - len(table)
            paths.append(room / f"{kind}-{number}.parquet")
            pq.write_table(changed, paths[-1])
        files[kind] = tuple(paths)
    if adjustments.members is not None:
        path = room / "members.parquet"
        listed = _build_memberships(adjustments.members)
        pq.write_table(listed, path)
        files["membership"] = (*files["membership"], path)
        rows["membership"] += len(listed)
    aside = dict(store.aside) | ({OUTSIDE: outside} if outside else {})
    changed_store = replace(store, files=files, rows=rows, aside=aside)
    return Adjusted(changed_store, frozenset(before), frozenset(within))


def _join_people(table: pa.Table, same: Mapping[str, str]) -> pa.Table:
    if not same:
        return table
    for name in (*PEOPLE, "mentions"):
        if name not in table.schema.names:
            continue
        field_type = table.schema.field(name).type
        chunks = [_replace_ids(chunk, same) for chunk in table[name].chunks]
        if any(
            new is not old for new, old in zip(chunks, table[name].chunks, strict=True)
        ):
            at = table.schema.get_field_index(name)
            column = pa.chunked_array(chunks, field_type)
            table = table.set_column(at, table.schema.field(name), column)
    return table


def _replace_ids(column: pa.Array, same: Mapping[str, str]) -> pa.Array:
    if isinstance(column, pa.ListArray):
        ids = column.flatten()
        flat = _replace_ids(ids, same)
        if flat is ids:
            return column
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
        return pa.ListArray.from_arrays(offsets, flat, mask=pc.is_null(column))
    if isinstance(column, pa.DictionaryArray):
        ids = column.dictionary.to_pylist()
        if not same.keys() & set(ids):
            return column
        codes = {
            one: n for n, one in enumerate(dict.fromkeys(same.get(i, i) for i in ids))
        }
        moved = np.array([codes[same.get(i, i)] for i in ids], np.int32)
        indices = pa.array(moved).take(column.indices)
        words = pa.array(list(codes), pa.string())
        return pa.DictionaryArray.from_arrays(indices.cast(pa.int32()), words)
    ids = column.to_pylist()
    if not same.keys() & {one for one in ids if one}:
        return column
    return pa.array([same.get(one, one) for one in ids], column.type)


def _build_memberships(members: pd.DataFrame) -> pa.Table:
    rows = [
        {
            "group": row["group"],
            "person": row["person"],
            "joined_us": None if pd.isna(row["joined_us"]) else int(row["joined_us"]),
            "bot": False,
            "file": LISTED,
            "position": nth,
        }
        for nth, row in enumerate(members.to_dict("records"), 1)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMAS["membership"])


def cut_listing(listed: Listing, adjusted: Adjusted, window: Window) -> Listing:
    """Cut the groups and the ends of their observation to a window of days.

    A group with lines before the window is watched from its first day on. Groups that
    neither spoke nor began within it are left out.
    """
    rows: list[Row] = []
    ends: dict[str, int] = {}
    left = 0
    for row in listed.rows:
        key, made = row["group"], row["created_us"]
        end = listed.ends[key]
        if window.to_us is not None:
            end = min(end, window.to_us)
        began = made is not None and made >= (window.from_us or made) and made < end
        if key not in adjusted.within and not began:
            left += 1
            continue
        if key in adjusted.before:
            row = row | {"seen_us": max(window.from_us or 0, made or 0)}  # noqa: PLW2901
        closed = row["closed_us"]
        if closed is not None and window.to_us is not None and closed > window.to_us:
            row = row | {"closed_us": None, "closed_kind": None}  # noqa: PLW2901
        rows.append(row)
        ends[key] = end
    return replace(listed, rows=tuple(rows), ends=ends, undated=listed.undated + left)
