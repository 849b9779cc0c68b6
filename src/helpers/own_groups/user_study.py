"""Build the study `own` from a store of a user's exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import ShequnError
from helpers.files import (
    replace_folder,
    report_write_errors,
    use_temporary_folder,
)
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import USUAL_DATES
from helpers.measures.broadcasts import LEAST_GROUPS
from helpers.measures.cleaning import ANNOUNCED
from helpers.measures.engine import open_engine
from helpers.own_groups.adjusting import (
    Adjusted,
    Adjustments,
    adjust_store,
    cut_listing,
)
from helpers.own_groups.listing import Listing, list_groups
from helpers.own_groups.own_manifest import (
    LICENCE,
    build_own_manifest,
    build_own_readme,
)
from helpers.own_groups.shown_by_group import (
    WHOLE_MEMBERSHIP,
    build_shown_rows,
    check_member_lists,
    choose_replies,
    describe_by_group,
)
from helpers.own_groups.user_metadata import (
    UserMetadata,
    add_metadata,
    compute_day_offset_us,
)
from helpers.records import SCHEMAS, Observability, combine_observability
from helpers.study.publish.published import write_study
from helpers.study.publish.study import Study, open_study
from helpers.study.store.exports import Exports
from helpers.study.store.store import Store
from helpers.study.tables.derive.derive import Terms, derive_tables
from helpers.study.tables.ledger import Ledger
from helpers.wording import join_messages, say

HOSTED = ("host_days", "quarters")
LEAST_GROUPS_ANSWERED = 5  # below, no claim can be decided
CROSSING = ("carried", "carriers")  # links of people known over groups


def publish_tables(exports: Exports, folder: Path, metadata: UserMetadata) -> Study:
    """Derive the study's tables from stored exports; write them atomically.

    Raises
    ------
    ShequnError
        If no group can be dated, or the folder can't be written.
    """
    with report_write_errors(folder), _translate_engine_errors(folder):
        return _publish_study(exports, folder, metadata)


@contextmanager
def _translate_engine_errors(folder: Path) -> Iterator[None]:
    """Turn the engine's memory and disk errors into errors with a remedy."""
    try:
        yield
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise ShequnError(
            say("the tables could not be computed ({first})", first=first),
            where=str(folder),
            remedy=say("free disk space and run again; exports already read are kept"),
        ) from error


def _publish_study(exports: Exports, folder: Path, metadata: UserMetadata) -> Study:
    store = exports.store()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with use_temporary_folder(folder.parent, ".room-") as room:
        adjust = metadata.adjust
        adjusted = adjust_store(store, adjust, room) if adjust else None
        store = adjusted.store if adjusted else store
        with open_engine(metadata.engine) as run:
            listed = list_groups(run, store, exports, metadata.facts)
        if adjusted and adjust.window:
            listed = cut_listing(listed, adjusted, adjust.window)
            if not listed.rows:
                raise ShequnError(
                    say("nobody wrote between these days"),
                    where="--from / --to",
                    remedy=say("choose days of the exports"),
                )
        if not listed.rows:
            raise _make_no_group_error(exports)
        shown = describe_by_group(exports, listed, metadata)
        if adjusted:
            shown = _describe_adjusted(shown, adjusted, adjust)
        store = _replace_groups(store, listed, room)
        derived = derive_tables(store, _build_terms(store, shown, listed, metadata))
    _check_messages(derived.ledger)
    there = set(derived.tables["groups"]["key"])  # without those of bots only
    shown = {key: shows for key, shows in shown.items() if key in there}
    tables = add_metadata(derived, listed, metadata)
    shown = check_member_lists(shown, tables)
    tables = _list_recorded(tables, shown)
    ledger = derived.ledger.leaving(metadata.left)
    derived = replace(derived, tables=tables, ledger=ledger)
    with replace_folder(folder) as partial:
        all_show = combine_observability([*shown.values()])
        manifest = build_own_manifest(exports, all_show, listed, derived, metadata)
        manifest = replace(manifest, centres_from=choose_replies(shown.values()))
        write_study(
            partial,
            tables,
            ledger,
            manifest,
            licence=LICENCE,
            readme=lambda whole: build_own_readme(whole, ledger, metadata.k),
        )
    return open_study(folder)


def _describe_adjusted(
    shown: Mapping[str, Observability], adjusted: Adjusted, adjust: Adjustments
) -> dict[str, Observability]:
    """Note that a window hides beginnings, and that members are listed."""
    listed = set() if adjust.members is None else set(adjust.members["group"])
    changed = {}
    for key, shows in shown.items():
        if key in adjusted.before:
            shows = replace(shows, left_truncated=True)  # noqa: PLW2901
        if key in listed:
            shows = replace(shows, members_source="roster")  # noqa: PLW2901
        changed[key] = shows
    return changed


def _make_no_group_error(exports: Exports) -> ShequnError:
    words = sorted({word for entry in exports.entries for word in entry.others})
    if words:
        named = join_messages(", ", [OTHER_CHATS[word] for word in words])
        return ShequnError(
            say("there are only {named} in these exports, and no group", named=named),
            remedy=say("add --include {names} if you mean them", names=",".join(words)),
        )
    if untimed := sum(entry.untimed for entry in exports.entries):
        return ShequnError(
            say(
                "none of the {untimed:,} rows here has a time that can be read",
                untimed=untimed,
            ),
            remedy=USUAL_DATES,
        )
    return ShequnError(
        say("there is no message in these exports"),
        remedy=say("export the groups again, with their messages"),
    )


def _check_messages(ledger: Ledger) -> None:
    """Raise an error if no message is left to count, as all were announcements."""
    if ledger.kept[""]:
        return
    if announced := ledger.set_aside.get(ANNOUNCED, 0):
        raise ShequnError(
            say(
                "every message here was set aside as an announcement: {n:,} rows were"
                " sent to {least} groups or more within a day",
                n=announced,
                least=LEAST_GROUPS,
            ),
            remedy=say(
                "to keep them, give fewer than {least} of these groups at a time",
                least=LEAST_GROUPS,
            ),
        )
    reasons = [say("{why}: {n}", why=w, n=n) for w, n in ledger.set_aside.items()]
    raise ShequnError(
        say("no message is left to count ({why})", why=join_messages("; ", reasons))
        if reasons
        else say("there is no message in these exports"),
        remedy=say("export the groups again, with their messages"),
    )


def _list_recorded(
    tables: dict[str, pd.DataFrame], shown: Mapping[str, Observability]
) -> dict[str, pd.DataFrame]:
    """Limit member tables to groups with listed members; add what exports record.

    Who joined stands in `memberships`. Table `roster` counts those who never wrote, so
    it keeps only groups of which the whole membership is known.
    """
    ordinal = tables["groups"].set_index("key")["group"]
    sources = {ordinal[key]: shows.members_source for key, shows in shown.items()}
    joined = [ordinal[key] for key, shows in shown.items() if shows.members_listed]
    rows = {}
    if "memberships" in tables:
        people = tables["memberships"]
        people = people[people["group"].isin(joined)]
        on_roster = people["group"].map(sources).eq("roster")
        rows["memberships"] = people.assign(listed=people["listed"] & on_roster)
    if "roster" in tables:
        counts = tables["roster"]
        is_whole = counts["group"].map(sources).isin(WHOLE_MEMBERSHIP)
        rows["roster"] = counts[is_whole]
    return tables | rows | {"shown": build_shown_rows(shown, ordinal)}


def _replace_groups(store: Store, listed: Listing, room: Path) -> Store:
    path = room / "groups.parquet"
    rows = pa.Table.from_pylist(list(listed.rows), schema=SCHEMAS["group"])
    pq.write_table(rows, path)
    return replace(store, files={**store.files, "group": (path,)})


def _build_terms(
    store: Store,
    shown: Mapping[str, Observability],
    listed: Listing,
    metadata: UserMetadata,
) -> Terms:
    observabilities = shown.values()
    further: tuple[str, ...] = ("events",) if store.rows.get("event", 0) else ()
    # a list of members stands alone; joins are members only where some are recorded
    has_roster = any(shows.members_source == "roster" for shows in observabilities)
    has_reactors = store.rows.get("reaction", 0) > 0
    has_joins = (further or has_reactors) and any(
        shows.members_listed for shows in observabilities
    )
    if has_roster or has_joins:
        further = ("memberships", "roster", *further)
    lean = not metadata.with_answers and len(listed.rows) < LEAST_GROUPS_ANSWERED
    if not lean and any(shows.sender_ids for shows in observabilities):
        further += HOSTED
    if not lean and any(
        shows.sender_ids is True and shows.text for shows in observabilities
    ):
        further += CROSSING
    centres = {key: choose_replies([shows]) for key, shows in shown.items()}
    explicit = "explicit" in centres.values()
    beside = (key for key, which in centres.items() if which == "adjacent")
    return Terms(
        ends=listed.ends,
        day_offset_us=compute_day_offset_us(metadata.zone, max(listed.ends.values())),
        sender_ids=any(shows.sender_ids for shows in observabilities),
        by_name=frozenset(
            k for k, shows in shown.items() if shows.sender_ids == "by name"
        ),
        centres_from="explicit" if explicit else "adjacent",
        adjacent=frozenset(beside if explicit else ()),
        owners=any(shows.owner_known for shows in observabilities),
        zones={"": metadata.zone},
        further=further,
        lean=lean,
        engine=metadata.engine,
    )
