"""The store of a user's exports → the study `own`, with the tables of any other."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import ShequnError
from helpers.files import whole_folder, writing
from helpers.measures.engine import engine_of
from helpers.records import SCHEMAS
from helpers.study.own.listing import Listing, listing
from helpers.study.own.own_manifest import own_manifest
from helpers.study.own.own_readme import LICENCE, own_readme
from helpers.study.own.shared_observability import together
from helpers.study.own.user_metadata import Wishes, day_offset_us, with_wishes
from helpers.study.publish.published import write_tables
from helpers.study.publish.study import Study, open_study
from helpers.study.tables.derive.derive import Terms, derive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.records import Observability
    from helpers.study.store.exports import Exports
    from helpers.study.store.store import Store

__all__ = ["Wishes", "publish"]


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
    tables = with_wishes(derived, listed, wishes)
    derived = replace(derived, tables=tables)
    with whole_folder(folder) as partial:
        manifest = own_manifest(exports, shown, listed, derived, wishes)
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
    if "snapshots" in wishes.brought:
        shown = replace(shown, members_source="count")
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
        day_offset_us=day_offset_us(wishes.zone, max(listed.ends.values())),
        sender_ids=shown.sender_ids,
        centres_from="explicit" if explicit else shown.replies,
        owners=shown.owner_known,
        further=further,
        engine=wishes.engine,
    )
