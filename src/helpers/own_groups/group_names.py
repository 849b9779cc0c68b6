"""Names of the user's groups, shown only to the user in `groups.csv`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key
from helpers.formats.reading.source import Source
from helpers.formats.rows.frame import Frame
from helpers.formats.rows.people import RELAYED
from helpers.formats.rows.times import check_times, find_written
from helpers.own_groups.group_facts import SHOWN
from helpers.records import Batch, to_iso_day
from helpers.study.store.discovery import list_exports
from helpers.study.store.ingest import Terms


def list_named_groups(
    paths: Iterable[Path],
    terms: Terms,
    broken: list[BrokenFileError] | None = None,
    unzoned: list[Path] | None = None,
) -> pd.DataFrame:
    """List each group in the exports: key, name, messages, first and last day.

    Names come straight from the exports: nothing of this may be stored or shown.

    Parameters
    ----------
    broken
        Receives what could not be read, or only in part; else the first is raised.
    unzoned
        Receives the exports with local times, which are read as those of the zone.

    Raises
    ------
    ShequnError
        If no group can be read.
    """
    hidden = Pseudonyms(load_key(terms.key))
    groups: dict[str, dict[str, Any]] = {}
    discovered = list_exports(paths, terms.options)
    faults = list(discovered.others)
    for path in discovered.exports:
        try:
            if not _add_groups(path, terms, groups) and unzoned is not None:
                unzoned.append(path)
        except BrokenFileError as error:
            if broken is None:
                raise
            faults.append(error)
    if broken is not None:
        broken += faults
    if faults and not groups:
        raise faults[-1]
    rows = [
        {"key": hidden.of("group", group), "name": group} | about
        for group, about in groups.items()
    ]
    table = pd.DataFrame(rows, columns=[*SHOWN, "first", "last"])
    zone = terms.options.zone
    days = {
        f"{end}_day": [_format_day(time_us, zone) for time_us in table[end]]
        for end in ("first", "last")
    }
    return table.assign(**days)[list(SHOWN)].sort_values("key", ignore_index=True)


def _add_groups(path: Path, terms: Terms, groups: dict[str, dict[str, Any]]) -> bool:
    """Add the groups in one export, with counts and dates; return if it has a zone."""
    source = Source(path, terms.options)
    form = recognise_format(source)
    frame, here = Frame(form, terms.options.include), dict[str, dict[str, Any]]()
    relayed = []  # whether these are of people is known when all is read
    try:
        for batch in check_times(form.read(source), source):
            frame.meet(batch)
            senders = batch.table["sender"] if batch.kind == "message" else None
            if senders is not None and _has_relayed(senders):
                relayed.append(batch)
            else:
                _note_groups(batch, here)
    finally:
        for batch in relayed:
            _note_groups(source.people.settle(batch), here)
        for group in [key for key in here if frame.other(key) is None]:
            _merge_groups(groups, group, here[group])
    known = form.OBSERVES.as_dict() | source.observed
    return bool(known["time_zone_known"])


def _has_relayed(senders: pa.DictionaryArray) -> bool:
    return bool(pc.any(pc.starts_with(senders.dictionary, RELAYED)).as_py())


def _merge_groups(
    groups: dict[str, dict[str, Any]], group: str, here: dict[str, Any]
) -> None:
    """Merge what several exports record about one group: name, messages, dates."""
    about = groups.setdefault(group, {"messages": 0})
    for end, choose in (("first", min), ("last", max)):
        if end in here:
            about[end] = choose(here[end], about.get(end, here[end]))
    about["messages"] += here["messages"]
    about |= {"name": here["name"]} if "name" in here else {}


def _note_groups(batch: Batch, groups: dict[str, dict[str, Any]]) -> None:
    if batch.kind == "group":
        for row in batch.table.select(["group", "label"]).to_pylist():
            about = groups.setdefault(row["group"], {"messages": 0})
            if row["label"]:
                about["name"] = row["label"]
    elif batch.kind == "message":
        written = pc.cast(find_written(batch.table), pa.int64())
        timed = batch.table.select(["group", "time_us"])
        table = pa.Table.from_batches([timed]).append_column("written", [written])
        spans = table.group_by("group").aggregate(
            [("time_us", "min"), ("time_us", "max"), ("written", "sum")]
        )
        for row in spans.to_pylist():
            _add_export(groups.setdefault(row["group"], {"messages": 0}), row)


def _add_export(about: dict[str, Any], row: dict[str, Any]) -> None:
    about["messages"] += row["written_sum"]
    if row["time_us_min"] is not None:
        about["first"] = min(row["time_us_min"], about.get("first", row["time_us_min"]))
        about["last"] = max(row["time_us_max"], about.get("last", row["time_us_max"]))


def _format_day(time_us: Any, zone: str) -> str:  # noqa: ANN401 - nan where there is no time
    return "" if pd.isna(time_us) else to_iso_day(int(time_us), zone)
