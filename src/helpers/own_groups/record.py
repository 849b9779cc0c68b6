"""What a run counts of each group, by pseudonym: for the owner's page and chapter."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.derive.frame import (
    find_name_scopes,
    list_replies,
    name_people,
    place_closings,
    read_frame,
    select_counted,
)
from helpers.derive.tables.derive import Terms
from helpers.errors import BrokenFileError
from helpers.files import read_sealed_json, seal_json, write_text
from helpers.observed import Observed
from helpers.own_groups.cards.newcomers import select_newcomers
from helpers.own_groups.listing import Listing, Row
from helpers.records import SCHEMAS, RecordKind
from helpers.store.exports import Exports
from helpers.store.people import join_people
from helpers.store.store import REMEDY, Store
from helpers.study.study import Study, list_seen
from helpers.wording import say

RECORDED = frozenset({"explicit", "mention"})  # where exports tell who replies
GONE = ("leave", "kick")
PAIRS = 10
STORE = "store"  # in the folder that `shequn run` makes


@dataclass(frozen=True)
class Record:
    """Messages that count, replies, joins, members, reactions and readings."""

    messages: pd.DataFrame  # the cleaned frame with ``time_us``, by time
    replies: pd.DataFrame  # group, row, sender, to, explicit
    joins: pd.DataFrame  # group, person, time_us; by lines, or else lists of members
    leaves: pd.DataFrame
    members: pd.DataFrame  # group, person, joined_us of lists of members
    seen: pd.DataFrame  # group, person, time_us of reactions and readings

    def within(self, group: str) -> Record:
        """Return what is recorded of one group."""
        return Record(
            *(
                table[table["group"].eq(group)].reset_index(drop=True)
                for table in vars(self).values()
            )
        )


def read_record(
    study: Study, exports: Exports, adjust: Adjustments, engine: str
) -> Record:
    """Read the messages that a study counts, and who joined, left, reacted and read."""
    groups = study.table("groups").set_index("key")
    with tempfile.TemporaryDirectory() as name:
        room, store = Path(name), exports.store()
        if adjust:
            store = adjust_store(store, adjust, room).store
        ends, closed = map(
            _list_times, (groups["group"].map(list_seen(study)), groups["closed_us"])
        )
        frame = read_frame(
            place_closings(store, closed, room / "closed.parquet"),
            Terms(ends=ends, by_name=exports.by_name, engine=engine),
        )
        frame = frame[frame["group"].isin(groups.index)]
        events = _read(store, "event", "group", "time_us", "kind", "subject")
        members = _read(store, "membership", "group", "person", "joined_us", "bot")
        seen = pd.concat(
            _read(store, kind, "group", "person", "time_us")
            for kind in ("reaction", "read")
        )
    events = events.rename(columns={"subject": "person"})
    events = events[events["time_us"].notna() & events["group"].isin(groups.index)]
    kinds = events.pop("kind")
    members = members[members["bot"] != True]  # noqa: E712 - null is no bot
    messages = select_counted(frame).reset_index(drop=True)
    bots = set(frame.loc[frame["bot"].fillna(value=False), "person"])
    listed, seen = (
        _drop_bots(table, bots, exports.by_name)
        for table in (members[["group", "person", "joined_us"]], seen)
    )
    joins = pd.concat([events[kinds.eq("join")], _list_joins(study, listed)])
    again = joins.duplicated(["group", "person"]) & joins["is_listed"].eq(True)  # noqa: FBT003 - null is none
    return Record(
        messages,
        _select_replies(study, messages),
        joins[~again].drop(columns="is_listed"),
        events[kinds.isin(GONE)],
        listed,
        seen,
    )


def _list_joins(study: Study, members: pd.DataFrame) -> pd.DataFrame:
    """List joins of members since the first day of their group's record."""
    watched = study.table("observed").set_index("group")["since_us"]
    groups = study.table("groups").set_index("key")
    rows = members.rename(columns={"joined_us": "time_us"}).assign(is_listed=True)
    rows = rows[rows["group"].isin(groups.index)]
    is_new = select_newcomers(
        rows["time_us"],
        rows["group"].map(groups["group"]).map(watched),
        rows["group"].map(groups["created_us"]),
        study.manifest.day_offset_us,
    )
    return rows[is_new]


def _list_times(column: pd.Series[int]) -> dict[str, int]:
    return {str(key): int(us) for key, us in column.dropna().items()}


def _select_replies(study: Study, messages: pd.DataFrame) -> pd.DataFrame:
    """List replies on record; of groups whose exports have none, adjacent ones."""
    edges = list_replies(messages)
    shown = study.table("shown").set_index("group")["replies"]
    keys = study.table("groups").set_index("key")["group"]
    recorded = edges["group"].map(keys).map(shown).isin(RECORDED)
    return edges[edges["explicit"].eq(recorded)].reset_index(drop=True)


def _drop_bots(
    table: pd.DataFrame, bots: Collection[str], by_name: Collection[str]
) -> pd.DataFrame:
    """Drop who is a bot, marked or found, and rows without a name."""
    rows = table.dropna(subset=["group", "person"])
    scope = find_name_scopes(rows["group"], by_name)
    return rows[~name_people(rows["person"], scope).isin(bots)]


def _read(store: Store, kind: RecordKind, *columns: str) -> pd.DataFrame:
    parts = [pq.read_table(path, columns=list(columns)) for path in store.parts(kind)]
    table: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return table.astype(dict.fromkeys(table.select_dtypes("category"), object))


def list_silent_members(own: Record) -> pd.DataFrame:
    """List members who never wrote: ``person, joined_us, seen_us``, last seen first."""
    gone = own.leaves.groupby("person")["time_us"].max()
    joined = own.joins.groupby("person")["time_us"].max()
    listed = own.members.groupby("person")["joined_us"].min()
    seen = own.seen.groupby("person")["time_us"].max()
    people = pd.Index([*joined.index, *listed.index, *seen.index]).unique()
    people = people[~people.isin(own.messages["sender"].dropna())]
    table = pd.DataFrame({"person": people})
    table["joined_us"] = table["person"].map(listed).fillna(table["person"].map(joined))
    table["seen_us"] = table["person"].map(seen)
    left = table["person"].map(gone)
    back = table["person"].map(joined)
    there = left.isna() | (back > left)
    return table[there].sort_values(
        ["seen_us", "joined_us", "person"], ascending=False, ignore_index=True
    )


def count_growth(own: Record, offset_us: int) -> pd.DataFrame:
    """Count by month: messages, writers, who wrote first, who joined and left."""
    spoke = own.messages.assign(month=_to_months(own.messages["time_us"], offset_us))
    first = spoke.dropna(subset="sender").groupby("sender")["month"].min()
    table = pd.DataFrame(
        {
            "messages": spoke.groupby("month").size(),
            "writers": spoke.groupby("month")["sender"].nunique(),
            "new": first.value_counts(),
            "joined": _to_months(own.joins["time_us"], offset_us).value_counts(),
            "left": _to_months(own.leaves["time_us"], offset_us).value_counts(),
        }
    )
    return table.fillna(0).astype("int64").sort_index(kind="stable")


def _to_months(times: pd.Series[int], offset_us: int) -> pd.Series[str]:
    moments = pd.to_datetime(times.astype("int64") + offset_us, unit="us")
    return moments.dt.strftime("%Y-%m")


def count_replies(own: Record) -> tuple[pd.DataFrame, bool]:
    """Count replies between people, and return whether replies are recorded.

    Otherwise whoever speaks next, within ten minutes, counts as replying.
    """
    counts = own.replies.groupby(["sender", "to"]).size().rename("replies")
    table = counts.reset_index().sort_values(
        ["replies", "sender", "to"], ascending=[False, True, True], ignore_index=True
    )
    return table, bool(own.replies["explicit"].any())


def count_people(own: Record) -> pd.DataFrame:
    """Count each writer's messages, with first and last time: the busiest first."""
    by = own.messages.dropna(subset="sender").groupby("sender")["time_us"]
    table = by.agg(messages="size", first="min", last="max").reset_index()
    return table.sort_values(
        ["messages", "sender"], ascending=[False, True], ignore_index=True
    )


def add_moments(texts: pd.DataFrame, offset_us: int) -> pd.DataFrame:
    """Return texts as `tone_by_month` takes them: ``time, group, sender, text``."""
    times = pd.to_datetime(texts["time_us"].astype("int64") + offset_us, unit="us")
    rows = texts.assign(time=times.dt.tz_localize("UTC"), sender="")
    return rows[["time", "group", "sender", "text"]]


OUTSIDE = say("outside the days that are counted")
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

    def cut(self, kind: RecordKind, table: pa.Table) -> pa.Table:
        """Select the rows of a kind of record in it, and members who joined by then."""
        if kind == "membership" and self.to_us is not None:
            joined = pc.less(table["joined_us"], self.to_us)
            return table.filter(pc.fill_null(joined, fill_value=True))
        timed = kind in TIMED and self
        return table.filter(self.within(table["time_us"])) if timed else table


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
    """Store the window and the joined ids of a study, to open it in the same way."""
    window = adjustments.window
    kept = {
        "from_us": window.from_us,
        "to_us": window.to_us,
        "same": dict(sorted(adjustments.same.items())),
    }
    if any(kept.values()):
        write_text(folder / KEPT, seal_json(kept))
    else:
        (folder / KEPT).unlink(missing_ok=True)


def read_adjustments(folder: Path) -> Adjustments:
    """Read what `keep_adjustments` stored, if anything; raise if it is damaged."""
    if not (folder / KEPT).is_file():
        return Adjustments()
    try:
        kept = read_sealed_json((folder / KEPT).read_text("utf-8"))
    except ValueError as error:
        raise BrokenFileError(
            say("can't be read ({error})", error=error),
            where=str(folder / KEPT),
            remedy=REMEDY,
        ) from error
    window = Window(kept["from_us"], kept["to_us"])
    return Adjustments(window=window, same=kept["same"])


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A changed store, and the groups with lines before and within the window."""

    store: Store
    before: Mapping[str, int]  # the time of the first one
    within: frozenset[str]


def adjust_store(store: Store, adjustments: Adjustments, room: Path) -> Adjusted:
    """Write the changed records of a store to a folder; return the new store."""
    files, rows, before = dict(store.files), dict(store.rows), dict[str, int]()
    within, outside, window = set[str](), 0, adjustments.window
    late = _list_late(store, adjustments)
    for kind in SCHEMAS:
        paths = []
        for number, path in enumerate(store.parts(kind)):
            table = pq.read_table(path)
            joined = join_people(table, adjustments.same)
            changed = _drop_members(window.cut(kind, joined), late)
            if kind == "message" and window:
                if window.from_us is not None:
                    is_early = pc.less(joined["time_us"], window.from_us)
                    early = joined.filter(is_early).select(["group", "time_us"])
                    firsts = early.to_pandas().groupby("group", observed=True).min()
                    for group, first in firsts["time_us"].items():
                        before[group] = min(first, before.get(group, first))
                within |= set(pc.unique(changed["group"]).to_pylist())
                outside += len(table) - len(changed)
            if changed is table:
                paths.append(path)
                continue
            rows[kind] += len(changed) - len(table)
            paths.append(room / f"{kind}-{number}.parquet")
            pq.write_table(changed, paths[-1])
        files[kind] = tuple(paths)
    if adjustments.members is not None:
        path = room / "members.parquet"
        table = _build_memberships(adjustments.members)
        listed = _drop_members(window.cut("membership", table), late)
        pq.write_table(listed, path)
        files["membership"] = (*files["membership"], path)
        rows["membership"] += len(listed)
    aside = dict(store.aside) | ({OUTSIDE: outside} if outside else {})
    changed_store = replace(store, files=files, rows=rows, aside=aside)
    return Adjusted(changed_store, before, frozenset(within))


def _list_late(store: Store, adjustments: Adjustments) -> set[tuple[str, str]]:
    """List who joined a group after the window, by its lines, and wrote not before."""
    to_us, same = adjustments.window.to_us, adjustments.same
    if to_us is None:
        return set()
    joins = _read(store, "event", "group", "subject", "time_us", "kind")
    joins = joins[joins["kind"].eq("join")]
    person = joins["subject"].map(lambda one: same.get(one, one))
    first = joins.groupby(["group", person])["time_us"].min()
    late = {*first.index[first >= to_us]}
    columns, inside = ["group", "sender"], [("time_us", "<", to_us)]
    for path in store.parts("message") if late else ():
        wrote = pq.read_table(path, columns=columns, filters=inside)
        one = wrote.unify_dictionaries()  # row groups have dictionaries of their own
        pairs = join_people(one.group_by(columns).aggregate([]), same)
        late -= {*zip(*pairs.to_pydict().values(), strict=True)}
    return late


def _drop_members(table: pa.Table, late: Collection[tuple[str, str]]) -> pa.Table:
    """Drop the rows of some members from a list of them; other tables have none."""
    if not late or table.schema != SCHEMAS["membership"]:
        return table
    pairs = zip(*(table[name].to_pylist() for name in ("group", "person")), strict=True)
    return table.filter(pa.array((pair not in late for pair in pairs), pa.bool_()))


def _build_memberships(members: pd.DataFrame) -> pa.Table:
    rows = [
        row | {"joined_us": None if pd.isna(us := row["joined_us"]) else int(us),
               "bot": False, "file": LISTED, "position": nth}
        for nth, row in enumerate(members.to_dict("records"), 1)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMAS["membership"])


def cut_listing(listed: Listing, adjusted: Adjusted, window: Window) -> Listing:
    """Cut the groups and the ends of their observation to a window of days.

    A group with lines before the window is as old as these, and watched from its first
    day on. Groups that neither spoke nor began within it are left out.
    """
    rows: list[Row] = []
    observed: dict[str, Observed] = {}
    left = 0
    last = None if window.to_us is None else window.to_us - 1  # a day lasts to its end
    for row in listed.rows:
        key, made = row["group"], row["created_us"]
        seen = listed.observed[key].cut_window(window.from_us, last)
        end = seen.seen_us or listed.ends[key]
        began = made is not None and made >= (window.from_us or made) and made < end
        if key not in adjusted.within and not began:
            left += 1
            continue
        if key in adjusted.before:
            made = adjusted.before[key] if made is None else made
            row = row | {"seen_us": max(window.from_us or 0, made), "created_us": made}  # noqa: PLW2901
        closed = row["closed_us"]
        if closed is not None and window.to_us is not None and closed > window.to_us:
            row = row | {"closed_us": None, "closed_kind": None}  # noqa: PLW2901
        rows.append(row)
        observed[key] = seen
    return replace(
        listed, rows=tuple(rows), observed=observed, undated=listed.undated + left
    )
