"""The store of a user's exports → the study `own`, with the tables of any other."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import helpers
from helpers.errors import ShequnError
from helpers.files import checksum_of, whole_folder, writing
from helpers.measures.engine import DUCKDB, engine_of
from helpers.records import DAY_US, SCHEMAS, SECOND_US
from helpers.study.brought import placed
from helpers.study.derive import Derived, Terms, derive
from helpers.study.listing import NETWORK, Listing, listing
from helpers.study.manifest import FileFacts, Manifest
from helpers.study.opened import Study, open_study
from helpers.study.own_readme import FRAME_NOTES, LICENCE, gaps, own_readme
from helpers.study.parents import stated_links
from helpers.study.published import write_tables
from helpers.study.shown import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.records import Observability
    from helpers.study.exports import Exports
    from helpers.study.group_facts import GroupFacts
    from helpers.study.hand_labels import HandLabels
    from helpers.study.store import Store

__all__ = ["Wishes", "publish"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a user says of the study.

    Attributes
    ----------
    facts
        Rows of `groups.csv` by key.
    labels
        Hand labels, and what instruments read; None without.
    brought
        Tables that no export holds, by name, with `key` for `group`.
    zone
        Where days begin at midnight.
    k
        Groups with fewer members go without a label.
    refused
        How many files named could not be read.
    engine
        What computes the tables.
    """

    facts: Mapping[str, GroupFacts] = field(default_factory=dict)
    labels: HandLabels | None = None
    brought: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    k: int = 5
    refused: int = 0
    engine: str = DUCKDB


def publish(exports: Exports, folder: Path, wishes: Wishes) -> Study:
    """Make the processed tables of a store in a folder, whole or not at all.

    Raises
    ------
    ShequnError
        If no group can be dated, or the folder can't be written.
    """
    with writing(folder), _computing(folder):
        return _publish(exports, folder, wishes)


@contextmanager
def _computing(folder: Path) -> Iterator[None]:
    """Tell of the engine's trouble with memory or disk in our words."""
    try:
        yield
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise ShequnError(
            f"the tables could not be computed ({first})",
            where=str(folder),
            remedy="free some space and run again; what was read is kept",
        ) from error


def _publish(exports: Exports, folder: Path, wishes: Wishes) -> Study:
    store, shown = exports.store(), _shown(exports, wishes)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".room-") as room:
        with engine_of(wishes.engine) as run:
            listed = listing(run, store, exports, wishes.facts)
        owned = any(row["owner"] for row in listed.rows)
        shown = replace(shown, owner_known=owned and shown.sender_ids)
        if not listed.rows:
            raise ShequnError(
                "there is no message in these exports",
                remedy="export the groups again, with their messages",
            )
        store = _with_groups(store, listed, Path(room))
        derived = derive(store, _terms(store, shown, listed, wishes))
    tables = _finished(derived, listed, wishes)
    derived = replace(derived, tables=tables)
    with whole_folder(folder) as partial:
        manifest = _manifest(exports, shown, listed, derived, wishes)
        manifest = replace(manifest, tables=write_tables(tables, partial))
        texts = {
            "manifest.json": manifest.as_json(),
            "ledger.csv": derived.ledger.as_csv(),
            "LICENSE": LICENCE,
            "README.md": own_readme(manifest, derived.ledger, wishes.k),
        }
        for name, text in texts.items():
            (partial / name).write_text(text, encoding="utf-8", newline="\n")
    return open_study(folder)


def _shown(exports: Exports, wishes: Wishes) -> Observability:
    """Return what all exports show; any poster may answer the one before."""
    shown = together([entry.shown for entry in exports.entries])
    if shown.replies == "none" and shown.sender_ids:
        shown = replace(shown, replies="adjacent")
    keys = {key for entry in exports.entries for key in entry.groups}
    if all(key in wishes.facts and wishes.facts[key].born for key in keys):
        shown = replace(shown, births="creation")
    if "arrivals" in wishes.brought:
        shown = replace(shown, joins_observed=True, leaves_observed=True)
    return shown


def _with_groups(store: Store, listed: Listing, room: Path) -> Store:
    path = room / "groups.parquet"
    rows = pa.Table.from_pylist(list(listed.rows), schema=SCHEMAS["group"])
    pq.write_table(rows, path)
    return replace(store, files={**store.files, "group": (path,)})


def _terms(
    store: Store, shown: Observability, listed: Listing, wishes: Wishes
) -> Terms:
    explicit = shown.replies in {"explicit", "mention"}
    tracked = store.rows.get("membership", 0) or shown.joins_observed
    further: tuple[str, ...] = ("events",) if store.rows.get("event", 0) else ()
    if tracked and shown.sender_ids and further:
        further = ("memberships", "roster", *further)
    return Terms(
        ends=listed.ends,
        day_offset_us=_offset(wishes.zone, max(listed.ends.values())),
        sender_ids=shown.sender_ids,
        centres_from="explicit" if explicit else shown.replies,
        owners=shown.owner_known,
        further=further,
        engine=wishes.engine,
    )


def _offset(zone: str, at_us: int) -> int:
    moment = datetime.fromtimestamp(at_us // SECOND_US, UTC)
    shift = moment.astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if shift is None else int(shift.total_seconds()) * SECOND_US


def _finished(
    derived: Derived, listed: Listing, wishes: Wishes
) -> dict[str, pd.DataFrame]:
    """Add what the user said, and take labels from groups too small to be named."""
    groups = derived.tables["groups"]
    people = groups[["posters", "members"]].astype("float64").max(axis=1)
    label = groups["label"].where((people >= wishes.k) | (wishes.k <= 1), "–")
    tables = derived.tables | {"groups": groups.assign(label=label)}
    ordinal = groups.set_index("key")["group"]
    tables |= placed(tables, wishes.brought, ordinal)
    if facts := [*_facts(wishes, ordinal), *_platforms(listed, ordinal)]:
        tables["facts"] = pd.DataFrame(facts, columns=["group", "fact", "value"])
    parents = _parents(wishes, ordinal)
    if parents and "member_days" in tables:
        offset = _offset(wishes.zone, int(groups["end_us"].max()))
        said = tables["member_days"]
        tables["links"] = stated_links(parents, groups, said, offset)
    if wishes.labels is not None:
        origin = groups.set_index("key")["origin_us"]
        given, read = (_aged(rows, ordinal, origin) for rows in wishes.labels)
        tables["labels"], tables["readings"] = given, _by_day(read)
    return tables


def _aged(
    rows: pd.DataFrame, ordinal: pd.Series[int], origin: pd.Series[int]
) -> pd.DataFrame:
    """Name groups by their ordinal and times by the group's age."""
    age = (rows["time_us"] - rows["key"].map(origin)) // DAY_US
    aged = rows.assign(group=rows["key"].map(ordinal), age_day=age)
    return aged.drop(columns=["key", "time_us"]).dropna(subset="group")


def _by_day(read: pd.DataFrame) -> pd.DataFrame:
    days = read.groupby(["group", "kind", "age_day"])["predicted"]
    rows: pd.DataFrame = days.agg(messages="size", predicted="sum").reset_index()
    return rows


def _parents(wishes: Wishes, ordinal: pd.Series[int]) -> dict[int, int]:
    said = ((key, facts.parent) for key, facts in wishes.facts.items())
    return {
        int(ordinal[child]): int(ordinal[parent])
        for child, parent in said
        if parent is not None and {child, parent} <= set(ordinal.index)
    }


def _facts(wishes: Wishes, ordinal: pd.Series[int]) -> list[tuple[int, str, float]]:
    return [
        (int(ordinal[key]), fact, float(value))
        for key, facts in wishes.facts.items()
        if key in ordinal.index
        for fact, value in facts.as_facts.items()
    ]


def _platforms(
    listed: Listing, ordinal: pd.Series[int]
) -> Iterator[tuple[int, str, float]]:
    for row in listed.rows:
        if row["platform"] and row["group"] in ordinal.index:
            yield int(ordinal[row["group"]]), f"platform: {row['platform']}", 1.0


def _manifest(
    exports: Exports,
    shown: Observability,
    listed: Listing,
    derived: Derived,
    wishes: Wishes,
) -> Manifest:
    forms = sorted({entry.form for entry in exports.entries})
    sources = sorted(entry.source for entry in exports.entries)
    window = replace(shown, window_us=derived.window_us)
    offset = _offset(wishes.zone, max(listed.ends.values()))
    explicit = shown.replies in {"explicit", "mention"}
    return Manifest(
        study=NETWORK,
        title_en="Your groups",
        title_zh="你的群",
        source=f"exports read by shequn run: {', '.join(forms)}",
        commit=checksum_of(sources)[:12],
        licence="yours",
        code_version=helpers.__version__,
        row="a message of an export",
        day_offset_us=offset,
        time_error_days=_time_error(shown),
        centres_from="explicit" if explicit else shown.replies,
        looked_at=False,
        frame_notes=FRAME_NOTES,
        gaps=gaps(exports, listed.undated, wishes.refused),
        quarter_ends=derived.quarter_ends,
        observability=window,
        files=tuple(_file(name, rows) for name, rows in _read(exports).items()),
        tables={},
    )


def _time_error(shown: Observability) -> float:
    """Return how far a clock on the wall may be off when its zone is not known."""
    return 0.0 if shown.time_zone_known else 1.0


def _read(exports: Exports) -> dict[str, int]:
    rows: dict[str, int] = {}
    for entry in exports.entries:
        rows[entry.name] = rows.get(entry.name, 0) + entry.read
    return rows


def _file(name: str, rows: int) -> FileFacts:
    """Name an export; its own checksum would tell whoever has it that it is here."""
    return FileFacts(name, rows, "")
