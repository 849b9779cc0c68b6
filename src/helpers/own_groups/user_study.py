"""Build the study `own` from a store of a user's exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.citation import read_project
from helpers.derive.frame import place_groups
from helpers.derive.measures import DUCKDB
from helpers.derive.measures.cleaning import ANNOUNCED, LEAST_GROUPS
from helpers.derive.tables.derive import Derived, Terms, derive_tables
from helpers.errors import ShequnError
from helpers.files import (
    compute_checksum_of_parts,
    read_own_rows,
    replace_folder,
    use_temporary_folder,
)
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import USUAL_DATES
from helpers.observed import Observed, describe_observation
from helpers.own_groups.cards.newcomers import select_newcomers
from helpers.own_groups.group_facts import GroupFacts
from helpers.own_groups.listing import Listing, list_groups
from helpers.own_groups.record import RECORDED, Adjustments, adjust_store, cut_listing
from helpers.records import (
    DAY_US,
    Observability,
    SenderIds,
    combine_observability,
    to_day_us,
)
from helpers.small_counts import ENOUGH_GROUPS
from helpers.store.exports import Exports
from helpers.store.store import Store
from helpers.study.definitions import TABLES
from helpers.study.ledger import Ledger
from helpers.study.study import (
    NETWORK,
    YOURS,
    FileFacts,
    Manifest,
    Study,
    open_study,
)
from helpers.study.writing import describe_definitions, write_study
from helpers.wording import join_messages, say, say_plural

FIRST_DAYS, AROUND_DAYS = 28, 84  # of a group that split off, of its parent
HOSTED = ("host_days", "quarters")
CROSSING = ("carried", "carriers")  # links of people known over groups


def publish_tables(exports: Exports, folder: Path, metadata: UserMetadata) -> Study:
    """Derive the study's tables from stored exports; write them atomically."""
    store = exports.store()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with use_temporary_folder(folder.parent, ".room-") as room:
        adjust = metadata.adjust
        adjusted = adjust_store(store, adjust, room) if adjust else None
        store = adjusted.store if adjusted else store
        listed = list_groups(store, exports, metadata.facts)
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
        if adjusted:  # a window hides beginnings
            for key in adjusted.before & shown.keys():
                shown[key] = replace(shown[key], left_truncated=True)
        if adjust.members is not None:
            for key in {*adjust.members["group"]} & shown.keys():
                shown[key] = replace(shown[key], members_source="roster")
        store = place_groups(store, listed.rows, room / "groups.parquet")
        terms = _build_terms(store, shown, listed, metadata, exports.by_name)
        derived = derive_tables(store, terms)
    _check_messages(derived.ledger)
    there = set(derived.tables["groups"]["key"])  # without those of bots only
    shown = {key: shows for key, shows in shown.items() if key in there}
    tables = add_metadata(derived, listed, metadata)
    shown = check_member_lists(shown, tables)
    ordinal = tables["groups"].set_index("key")["group"]
    tables["observed"] = build_observed_rows(listed.observed, ordinal)
    tables = _list_recorded(tables, shown, compute_day_offset_us(metadata.zone))
    known = tables["groups"]["key"].map(lambda key: listed.observed[key].end_us)
    ends = tables["groups"]["end_us"].astype("Int64").where(known.notna())
    tables["groups"] = tables["groups"].assign(end_us=ends)
    ledger = derived.ledger.leaving(metadata.left)
    derived = replace(derived, tables=tables, ledger=ledger)
    shows = [*shown.values()]
    manifest = build_own_manifest(exports, shows, listed, derived, metadata)
    return write_own_study(folder, tables, ledger, manifest, k=metadata.k)


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
    tables: dict[str, pd.DataFrame], shown: Mapping[str, Observability], offset_us: int
) -> dict[str, pd.DataFrame]:
    """Limit member tables to groups with listed members; add what exports record."""
    ordinal = tables["groups"].set_index("key")["group"]
    sources = {ordinal[key]: shows.members_source for key, shows in shown.items()}
    joined = [ordinal[key] for key, shows in shown.items() if shows.members_listed]
    reacted = [ordinal[key] for key, one in shown.items() if one.reactions_observed]
    rows = {}
    if "memberships" in tables:
        people = tables["memberships"]
        people = people[people["group"].isin(joined)]
        on_roster = people["group"].map(sources).eq("roster")
        rows["arrivals"] = _list_arrivals(tables, offset_us)
        rows["memberships"] = people.assign(
            listed=people["listed"] & on_roster,
            reactions=people["reactions"].where(people["group"].isin(reacted)),
        )
    if "roster" in tables:
        counts = tables["roster"]
        counts = counts[counts["group"].map(sources).isin(WHOLE_MEMBERSHIP)]
        is_told = counts["group"].isin(reacted)
        rows["roster"] = counts.assign(engaged=counts["engaged"].where(is_told))
    return tables | rows | {"shown": build_shown_rows(shown, ordinal)}


def _list_arrivals(tables: Mapping[str, pd.DataFrame], offset_us: int) -> pd.DataFrame:
    """List members with a date of joining: of a line, or else of a list."""
    people = tables["memberships"]
    since, created = (
        people["group"].map(table.set_index("group")[name])
        for table, name in (
            (tables["observed"], "since_us"), (tables["groups"], "created_us"),
        )
    )  # fmt: skip
    listed = people["listed_us"]
    new = listed.where(select_newcomers(listed, since, created, offset_us))
    rows = people.assign(joined_us=people["joined_us"].fillna(new))
    return rows.dropna(subset="joined_us")


def read_observed(study: Study) -> dict[int, Observed]:
    """Read from and until when each group was observed, by its number."""
    if "observed" not in study.manifest.tables:
        return {}
    table = study.table("observed").astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    return {int(row["group"]): _parse_observed(row) for row in rows}


def _parse_observed(row: Mapping[Any, Any]) -> Observed:
    values: dict[str, Any] = {
        name: int(value) if name.endswith("_us") and value is not None else value
        for name, value in row.items()
        if name != "group"
    }
    values["gaps"] = ((0, 0),) * int(row["gaps"])
    values["doubts"] = tuple(filter(None, row["doubts"].split("; ")))
    return Observed(**values)


def build_observed_rows(
    observed: Mapping[str, Observed], ordinal: pd.Series[int]
) -> pd.DataFrame:
    """Build table `observed`: from and until when each group was, one row a group."""
    rows = [
        {"group": ordinal[key]}
        | seen.as_dict()
        | {"gaps": len(seen.gaps), "doubts": "; ".join(seen.doubts)}
        for key, seen in observed.items()
        if key in ordinal.index
    ]
    columns = [column.name for column in TABLES["observed"].columns]
    return pd.DataFrame(rows)[columns].sort_values("group", kind="stable")


def _build_terms(
    store: Store,
    shown: Mapping[str, Observability],
    listed: Listing,
    metadata: UserMetadata,
    by_name: frozenset[str],
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
    lean = not metadata.with_answers and len(listed.rows) < ENOUGH_GROUPS
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
        gaps={key: seen.gaps for key, seen in listed.observed.items() if seen.gaps},
        day_offset_us=compute_day_offset_us(metadata.zone),
        sender_ids=any(shows.sender_ids for shows in observabilities),
        by_name=by_name,
        centres_from="explicit" if explicit else "adjacent",
        adjacent=frozenset(beside if explicit else ()),
        owners=any(shows.owner_known for shows in observabilities),
        zones={"": metadata.zone},
        further=further,
        lean=lean,
        engine=metadata.engine,
    )


WHOLE_MEMBERSHIP = frozenset({"roster", "events"})  # who never wrote is in it too
PLAIN: dict[SenderIds, str] = {True: "yes", False: "no"}


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
        created, seen = row["created_us"], row["seen_us"]
        if None not in {created, seen} and seen < created + DAY_US:
            shown = replace(shown, left_truncated=False)
    return shown


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
        | {"sender_ids": PLAIN.get(shows.sender_ids, shows.sender_ids)}
        for key, shows in shown.items()
        if key in ordinal.index
    ]
    table = pd.DataFrame(rows).drop(columns="window_us")
    return table.sort_values("group", kind="stable")


FRAME_NOTES = (
    say("down: groups that were left, deleted or never exported are not here"),
    say(
        "down: an export may begin after its group did; such a group had"
        " survived by then"
    ),
)
TOLD = read_own_rows("own_groups", "study.toml")  # beside the tables
READ_BY_RUN = say("exports read by shequn run")


def build_own_manifest(
    exports: Exports,
    shows: Sequence[Observability],
    listed: Listing,
    derived: Derived,
    metadata: UserMetadata,
) -> Manifest:
    """Build the manifest (source, dates, gaps) of the study of a user's groups."""
    forms = sorted({entry.form for entry in exports.entries})
    shown = combine_observability(shows)
    read = Counter[str]()
    for entry in exports.entries:
        read[entry.name] += entry.read
    sources = sorted(entry.source for entry in exports.entries)
    window = replace(shown, window_us=derived.window_us)
    return Manifest(
        study=NETWORK,
        title_en="Your groups",
        title_zh="你的群",
        source=f"{READ_BY_RUN}: {', '.join(forms)}",
        commit=compute_checksum_of_parts(sources)[:12],
        licence=YOURS,
        code_version=read_project().version,
        row=say("a message of an export"),
        day_offset_us=compute_day_offset_us(metadata.zone),
        time_error_days=0.0 if shown.time_zone_known else 1.0,
        centres_from=choose_replies(shows),
        frame_notes=FRAME_NOTES,
        gaps=list_gaps(exports, listed, metadata.left),
        quarter_ends=derived.quarter_ends,
        observability=window,
        # without checksums, which would tell who has the same export
        files=tuple(FileFacts(name, n, "") for name, n in read.items()),
        tables={},
    )


def list_gaps(
    exports: Exports, listed: Listing, left: Mapping[str, int]
) -> tuple[str, ...]:
    """List what a user's exports do not cover and what is assumed, as sentences."""
    sentences: list[str] = []
    if n_left := sum(left.values()):
        every = n_left + len(exports.entries)
        whole = say("exports not read: {n} of {every}", n=n_left, every=every)
        reasons = (say("{n} {why}", n=n, why=why) for why, n in sorted(left.items()))
        sentences.append(join_messages("; ", (whole, *reasons)))
    sentences += [
        say("{what} are no groups and are left out: {n}", n=n, what=OTHER_CHATS[word])
        for word, n in sorted(exports.count("others").items())
    ]
    if undated := listed.undated:
        sentences.append(
            say_plural(
                "{n} group without any line or date is left out",
                "{n} groups without any line or date are left out",
                n=undated,
            )
        )
    sentences += describe_observation(listed.observed.values())
    notes = sorted(exports.count("notes").items())
    sentences += [say("{what}: {n:,}", what=what, n=n) for what, n in notes]
    return tuple(sentences)


def write_own_study(
    folder: Path, tables: Mapping[str, pd.DataFrame], ledger: Ledger,
    manifest: Manifest, *, k: int, command: str = "shequn run",
) -> Study:  # fmt: skip
    """Write a study of one's own atomically, small counts of people masked in words."""
    licence, head = TOLD["licence"], TOLD["readme"].format(manifest, command)

    def build_readme(whole: Manifest) -> str:
        return "\n".join([head, *describe_definitions(whole, ledger, TOLD["words"], k)])

    with replace_folder(folder) as partial:
        write_study(
            partial, tables, ledger, manifest, licence=licence, readme=build_readme
        )
    return open_study(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMetadata:
    """What a user supplies besides exports: `groups.csv`, zone, adjustments."""

    # rows of `groups.csv` by key
    facts: Mapping[str, GroupFacts] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"  # where days begin at midnight
    k: int = 5  # groups with fewer members go without a label
    # how many exports could not be read, by reason
    left: Mapping[str, int] = field(default_factory=dict)
    engine: str = DUCKDB  # what computes the tables
    # window of days, ids of one person, listed members
    adjust: Adjustments = field(default_factory=Adjustments)
    # whether the tables that only answers to claims read are computed
    with_answers: bool = True


def compute_day_offset_us(zone: str) -> int:
    """Return the offset (µs) from UTC to a zone's time without summer time.

    Days begin by it all year, whatever exports there are: taken at the end of the last
    one, another file moved the days of all groups.

    >>> [compute_day_offset_us(z) / 3.6e9 for z in ("Asia/Shanghai", "Europe/Paris")]
    [8.0, 1.0]
    """
    return min(to_day_us(date(2024, m, 1)) - to_day_us(date(2024, m, 1), ZoneInfo(zone))
               for m in (1, 7))  # fmt: skip


def add_metadata(
    derived: Derived, listed: Listing, metadata: UserMetadata
) -> dict[str, pd.DataFrame]:
    """Add the user's group attributes and parent groups to a study."""
    groups = derived.tables["groups"]
    people = groups[["posters", "members"]].astype("float64").max(axis=1)
    label = groups["label"].where((people >= metadata.k) | (metadata.k <= 1), "–")
    tables = derived.tables | {"groups": groups.assign(label=label)}
    ordinal = dict(zip(groups["key"], map(int, groups["group"]), strict=True))
    if facts := list(_list_facts(metadata, listed, tables, ordinal)):
        tables["facts"] = pd.DataFrame(facts, columns=["group", "fact", "value"])
    parents = {
        ordinal[child]: ordinal[facts.parent]
        for child, facts in metadata.facts.items()
        if facts.parent is not None and {child, facts.parent} <= ordinal.keys()
    }
    if parents and "member_days" in tables:
        offset = compute_day_offset_us(metadata.zone)
        member_days = tables["member_days"]
        tables["links"] = list_stated_links(parents, groups, member_days, offset)
    return tables


def _list_facts(
    metadata: UserMetadata,
    listed: Listing,
    tables: Mapping[str, pd.DataFrame],
    ordinal: Mapping[str, int],
) -> Iterator[tuple[int, str, float]]:
    """Yield the rows of table `facts`: of `groups.csv`, platforms, and local clocks."""
    for key, facts in metadata.facts.items():
        for fact, value in facts.as_facts.items() if key in ordinal else ():
            yield ordinal[key], fact, float(value)
    for row in listed.rows:
        if row["platform"] and row["group"] in ordinal:
            yield ordinal[row["group"]], f"platform: {row['platform']}", 1.0
    if "rhythm" in tables:
        for group in sorted(tables["rhythm"]["group"].unique()):
            yield int(group), "own_clock", 1.0


def list_stated_links(
    parents: Mapping[int, int],
    groups: pd.DataFrame,
    members: pd.DataFrame,
    day_offset_us: int = 0,
) -> pd.DataFrame:
    """Build the table `links` from parent groups that the user stated."""
    first = groups.dropna(subset="first_us").set_index("group")["first_us"]

    def select(group: int, day: int, days: int) -> pd.DataFrame:
        inside = members["day"].between(day, day + days - 1)
        return members[inside & (members["group"] == group)]

    rows = []
    for child, parent in sorted(parents.items()):
        if child not in first.index:
            continue
        begun = (int(first[child]) + day_offset_us) // DAY_US
        ours = set(select(child, begun, FIRST_DAYS)["member"])
        theirs = set(select(parent, begun - FIRST_DAYS, FIRST_DAYS)["member"])
        before, after = (
            int(select(parent, day, AROUND_DAYS)["messages"].sum())
            for day in (begun - AROUND_DAYS, begun)
        )
        rows.append(
            {
                "group": child,
                "parent": parent,
                "time_us": int(first[child]),
                "kind": "stated",
                "posters": len(ours),
                "shared": len(ours & theirs),
                "before": before,
                "after": after,
            }
        )
    return pd.DataFrame(rows, columns=[c.name for c in TABLES["links"].columns])
