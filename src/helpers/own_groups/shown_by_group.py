"""Tabulate which data each exported group has: join dates, replies, owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from helpers.records import (
    DAY_US,
    Observability,
    SenderIds,
    combine_observability,
)

if TYPE_CHECKING:  # claims read this module, and nothing that reads exports
    from helpers.own_groups.listing import Listing
    from helpers.own_groups.user_metadata import UserMetadata
    from helpers.study.store.exports import Exports

RECORDED = frozenset({"explicit", "mention"})
WHOLE_MEMBERSHIP = frozenset({"roster", "events"})  # who never wrote is in it too
PLAIN = {True: "yes", False: "no"}


def describe_by_group(
    exports: Exports, listed: Listing, metadata: UserMetadata
) -> dict[str, Observability]:
    """Return what each group's exports record, such as join dates; by group key.

    A group of several exports shows what all of them do.
    """
    shown_by_key: dict[str, list[Observability]] = {}
    for entry in exports.entries:
        for key in entry.groups:
            shown_by_key.setdefault(key, []).append(entry.shown)
    return {
        row["group"]: _add_metadata(
            row, combine_observability(shown_by_key[row["group"]]), metadata
        )
        for row in listed.rows
    }


def _add_metadata(
    row: Mapping[str, Any], shown: Observability, metadata: UserMetadata
) -> Observability:
    """Add what the user's own files record to what a group's exports record."""
    key, is_owned = row["group"], row["owner"] is not None
    shown = replace(shown, owner_known=is_owned and bool(shown.sender_ids))
    if shown.replies == "none" and shown.sender_ids:
        shown = replace(shown, replies="adjacent")
    if key in metadata.facts and metadata.facts[key].born:
        shown = replace(shown, births="creation")
        if _is_observed_from_first_day(row):
            shown = replace(shown, left_truncated=False)
    if "arrivals" in metadata.brought:
        shown = replace(shown, joins_observed=True, leaves_observed=True)
    if "snapshots" in metadata.brought and shown.members_source != "roster":
        shown = replace(shown, members_source="count")
    return shown


def _is_observed_from_first_day(row: Mapping[str, Any]) -> bool:
    """Return whether the export begins on the day on which the group was founded."""
    created, seen = row["created_us"], row["seen_us"]
    return created is not None and seen is not None and seen < created + DAY_US


def check_member_lists(
    shown: Mapping[str, Observability], tables: Mapping[str, pd.DataFrame]
) -> dict[str, Observability]:
    """Correct, for each group, whether exports list all members or only authors.

    Lines about joining list the members only if everyone in the group joined or was
    named at its creation in the export; one founder may be missing where the creation
    is recorded. Level titles in message headers name speakers, and are no list.
    """
    if "memberships" not in tables:
        return dict(shown)
    keys = tables["groups"].set_index("group")["key"]
    people = tables["memberships"]
    is_undated = people["joined_us"].isna() & ~people["listed"]
    undated = is_undated.groupby(people["group"].map(keys)).sum()
    return {
        key: shows
        if shows.members_source in {"roster", "count"}
        else replace(shows, members_source=_find_source(shows, undated.get(key, 0)))
        for key, shows in shown.items()
    }


def _find_source(shown: Observability, undated: int) -> Literal["events", "speakers"]:
    is_whole = undated <= (shown.births == "creation")
    has_events = shown.members_source == "events" and shown.joins_observed
    return "events" if has_events and is_whole else "speakers"


def choose_replies(shown: Iterable[Observability]) -> str:
    """Return whether explicit replies, adjacent messages or both decide centralisation.

    >>> from helpers.formats import FORMATS
    >>> choose_replies(FORMATS[name].OBSERVES for name in ("slack", "whatsapp"))
    'explicit or adjacent'
    """
    kinds: set[str] = {shows.replies for shows in shown}
    recorded = bool(kinds & RECORDED)
    others = sorted(
        {"adjacent" if kind == "none" else kind for kind in kinds - RECORDED}
    )
    return " or ".join(["explicit"] * recorded + others)


def build_shown_rows(
    shown: Mapping[str, Observability], ordinal: pd.Series[int]
) -> pd.DataFrame:
    """Build table `shown`: what each group's exports record, one row per group."""
    rows = [
        {"group": ordinal[key]}
        | shows.as_dict()
        | {"sender_ids": _get_word(shows.sender_ids)}
        for key, shows in shown.items()
        if key in ordinal.index
    ]
    return pd.DataFrame(rows).drop(columns="window_us").sort_values("group")


def _get_word(sender_ids: SenderIds) -> str:
    return PLAIN[sender_ids] if isinstance(sender_ids, bool) else sender_ids
