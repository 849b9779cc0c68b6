"""Compute all processed tables of a study from its message records."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures import (
    DUCKDB,
    activity,
    cleaning,
    content,
    hosts,
    open_engine,
    timetables,
)
from helpers.derive.measures.activity import find_silences
from helpers.derive.measures.cleaning import find_broadcasts, find_repeated_messages
from helpers.derive.measures.engine import Engine, Frame
from helpers.derive.measures.unmarked_bots import find_unmarked_bots
from helpers.derive.tables.early_rows import (
    build_early_rows,
    build_newcomer_rows,
    build_timetable_rows,
)
from helpers.derive.tables.groups import (
    drop_unseen_silences,
    find_last_days,
    group_table,
    list_quarter_ends,
)
from helpers.derive.tables.record_tables import IncludedMessages, select_further_tables
from helpers.derive.tables.talk_rows import (
    TALK_ROWS,
    Talk,
    build_content_rows,
    build_talk_rows,
)
from helpers.derive.tables.window_rows import ActivityCounts, build_window_rows
from helpers.errors import ShequnError
from helpers.store.store import Store
from helpers.study.ledger import Ledger
from helpers.wording import say

Build = Callable[[IncludedMessages], pd.DataFrame]
OF_REPLIES = {
    "windows": "replies_explicit",
    "months": "unanswered",
    "beginnings": "top_unanswered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Settings for computing a study's tables, such as time zone and end date."""

    # when the archive ends; None for each network's last message
    end_us: int | None = None
    # until when each group was observed, where that is known group by group: later rows
    # are counted, and move no end
    ends: Mapping[str, int] | None = None
    # stretches that no export of a group covers, by key: no silence
    gaps: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    # when a group met the condition for being listed, by key, where it had to;
    # its life before is recorded
    entries: Mapping[str, int] = field(default_factory=dict)
    day_offset_us: int = 0  # added to a time before its calendar day is taken
    sender_ids: bool = True  # whether one person is one id
    # groups, by key, in which display names tell people apart, and nowhere else
    by_name: frozenset[str] = frozenset()
    # which replies tell who is a centre: ``explicit``, ``adjacent`` or ``none``
    centres_from: str = "explicit"
    # groups, by key, for which adjacent replies do, whatever the others have
    adjacent: frozenset[str] = frozenset()
    # IANA names of the zones that people of groups live in, by key; under no key
    # that of all others; empty where that is not known
    zones: Mapping[str, str] = field(default_factory=dict)
    names: bool = True  # whether group names may be written
    members: bool = True  # whether member rows may be written
    owners: bool = False  # whether windows tell of owners, where these are on record
    long_chars: int = 330  # least characters of a long message: some 60 English words
    # tables to be made of records other than messages, or of who asks and hosts
    further: tuple[str, ...] = ()
    # beginnings of the operator's own web addresses (`helpers.derive.tables.talk_rows`)
    own_addresses: tuple[str, ...] = ()
    # only what pages of a few groups read: no claim can be decided on so few
    lean: bool = False
    engine: str = DUCKDB  # what computes them: see `helpers.derive.measures.engine`


@dataclass(frozen=True, slots=True)
class Derived:
    """A study's computed tables, its ledger of rows and the period observed."""

    tables: dict[str, pd.DataFrame]
    ledger: Ledger
    window_us: tuple[int, int]
    quarter_ends: tuple[str, ...]


def derive_tables(
    store: Store, terms: Terms, also: Mapping[str, Build] = MappingProxyType({})
) -> Derived:
    """Compute all processed tables from a store, and those that `also` builds."""
    with open_engine(terms.engine) as run:
        cleaned = _clean_records(run, store, terms)
        ledger = _build_ledger(cleaned.counts, store)
        groups = _list_groups(run, cleaned, terms)
        people = cleaning.number_authors(cleaned.messages, cleaned.accounts)
        people = run.keep(people, "people")
        ordinals = run.frame(groups[["group", "key", "origin_us"]])
        files = run.keep(cleaning.number_files(cleaned.accounts), "files")
        included = cleaned.marked.filter(nw.col("reason").is_null()).with_columns(
            **content.build_content_flags(terms.long_chars)
        )
        offset, by_name = terms.day_offset_us, terms.by_name
        spine = cleaning.number_kept_messages(
            included, ordinals, people, files, day_offset_us=offset
        )
        spine = mark_imports(run, run.keep(spine, "spine"))
        early = run.fetch(activity.count_early_messages(spine), "group")
        groups = groups.merge(early, "left", "group").fillna({"early_messages": 0})
        deciding = terms.centres_from if terms.sender_ids else ""
        owned = None
        if terms.owners:
            owned = hosts.list_recorded_owners(
                cleaned.records, people, ordinals, by_name
            )
        adjacent_groups = tuple(groups.loc[groups["key"].isin(terms.adjacent), "group"])
        spoken = ActivityCounts.of(
            run, spine, people, deciding, owners=owned, by_adjacent=adjacent_groups
        )
        talk = Talk(spoken, groups, store, files, terms.own_addresses)
        tables = _read_tables(talk, terms)
        messages = IncludedMessages(
            run, store, spine, people, groups, offset, by_name, cleaned.bots,
            tables.get("member_days"),
        )  # fmt: skip
        elsewhere = {*TALK_ROWS, *also}
        further_tables = tuple(name for name in terms.further if name not in elsewhere)
        tables |= select_further_tables(messages, further_tables)
        tables |= {name: build(messages) for name, build in also.items()}
    window = int(groups["origin_us"].min()), int(groups["end_us"].max())
    return Derived(tables, ledger, window, list_quarter_ends(groups))


def mark_imports(run: Engine, messages: Frame) -> Frame:
    """Add ``imported``: whether a message is of a history from elsewhere."""
    imports = run.fetch(cleaning.find_imports(messages), "group", "instant")
    if len(imports):
        return cleaning.join_imports(messages, run.frame(imports))
    return messages.with_columns(imported=nw.lit(value=False))


def mark_messages(run: Engine, store: Store, terms: Terms) -> Frame:
    """Return all stored messages with the reason for exclusion, null if included."""
    return _clean_records(run, store, terms).marked


class _Cleaned(NamedTuple):
    """Messages with their exclusion reasons, groups, and ends of observation."""

    records: Frame  # of groups
    messages: Frame
    accounts: Frame  # who wrote where
    marked: Frame  # messages with the reason for which they are set aside
    counts: pd.DataFrame  # of them, by group, reason and whether a bot wrote
    listed: Frame
    ends: Frame
    bots: pd.DataFrame  # without the source's mark: ``sender, scope``


def _clean_records(run: Engine, store: Store, terms: Terms) -> _Cleaned:
    stored = run.scan(*store.parts("message"))
    messages = cleaning.add_name_scope(stored, terms.by_name)
    accounts = run.keep(cleaning.count_by_account(messages), "accounts")
    bots = find_unmarked_bots(run, messages, accounts)
    if len(bots):
        unmarked = run.frame(bots)
        messages = cleaning.mark_unmarked_bots(messages, unmarked)
        accounts = cleaning.mark_unmarked_bots(accounts, unmarked)
    else:
        messages = messages.with_columns(unmarked=nw.lit(value=False))
    records = run.scan(*store.parts("group"))
    listed = run.keep(cleaning.list_groups_once(records, accounts), "listed")
    groups = run.fetch(listed, "group")
    ends = run.keep(_find_ends(run, messages, listed, terms), "ends")
    copies = _keep_any(run, cleaning.find_duplicate_ids(messages), "copies")
    announced = None
    if len(groups) >= cleaning.LEAST_GROUPS:
        sent = _keep_any(run, find_repeated_messages(messages, accounts), "sent")
        if sent is not None:
            announced = _keep_any(run, find_broadcasts(sent), "announced")
    # messages are marked by every query that asks: few do, and none keeps their texts
    marked = cleaning.mark_exclusion_reason(messages, ends, copies, announced)
    counts = run.fetch(cleaning.count_by_reason(marked), "group", "reason", "bot")
    counts = counts.astype({"group": object, "reason": object})
    alone = cleaning.find_bot_only_groups(counts, groups)
    if len(alone):
        frame = run.frame(alone.to_frame())
        marked = cleaning.exclude_bot_only_groups(marked, frame)
        of_bots = counts["group"].isin(alone)
        counts = counts.assign(reason=counts["reason"].mask(of_bots, cleaning.ALONE))
        listed = listed.join(frame, on="group", how="anti")
    return _Cleaned(records, messages, accounts, marked, counts, listed, ends, bots)


def _keep_any(run: Engine, frame: Frame, name: str) -> Frame | None:
    """Keep the rows of a frame; return None if it has none."""
    kept = run.keep(frame, name)
    rows = run.fetch(kept.select(rows=nw.len()), "rows")
    return kept if rows["rows"].item() else None


def _read_tables(talk: Talk, terms: Terms) -> dict[str, pd.DataFrame]:
    """Build all tables computed from messages, their texts and their local hours."""
    spoken, groups = talk.spoken, talk.groups
    tables = {
        "groups": _select_entered(groups, terms),
        **_build_activity_tables(spoken, groups, terms),
    }
    if terms.lean:
        if terms.sender_ids:
            tables |= build_newcomer_rows(spoken, groups)
        if terms.zones:
            tables["rhythm"] = _count_rhythm(spoken, groups, terms.zones)
        return tables | _blank_unrecorded_replies(tables, spoken.by_adjacent)
    tables["windows"] = build_window_rows(spoken, groups)
    if terms.sender_ids:
        tables |= build_early_rows(spoken, groups)
        tables |= build_timetable_rows(spoken, terms.long_chars, terms.day_offset_us)
        # nobody holds texts and links when these tables are there
        tables |= build_talk_rows(talk, terms.further)
    tables |= build_content_rows(spoken, terms.day_offset_us)
    if terms.zones:
        tables["rhythm"] = _count_rhythm(spoken, groups, terms.zones)
    return tables | _blank_unrecorded_replies(tables, spoken.by_adjacent)


def _blank_unrecorded_replies(
    tables: dict[str, pd.DataFrame], silent: Collection[int]
) -> dict[str, pd.DataFrame]:
    """Set reply columns to null for groups without recorded replies."""
    if not silent:
        return {}
    masked = {}
    for name, column in OF_REPLIES.items():
        if name not in tables:
            continue
        rows = tables[name]
        masked[name] = rows.assign(
            **{column: rows[column].mask(rows["group"].isin(silent))}
        )
    if "newcomers" not in tables:
        return masked
    stays = tables["newcomers"]
    unknown = stays["group"].isin(silent) & stays["replies"].eq("explicit")
    return masked | {"newcomers": stays[~unknown]}


def _find_ends(run: Engine, messages: Frame, listed: Frame, terms: Terms) -> Frame:
    if terms.ends is None:
        return cleaning.find_observation_ends(messages, listed, terms.end_us)
    stated_ends = pd.DataFrame(
        {"group": list(terms.ends), "until": terms.ends.values()}
    )
    until = run.frame(stated_ends.astype({"until": "int64"}))
    return listed.join(until, on="group", how="left").select(
        "group",
        end_us=nw.min_horizontal("closed_us", "until"),
        closed=~nw.col("closed_us").is_null(),
        cut=nw.lit(value=False),
    )


def _build_ledger(counts: pd.DataFrame, store: Store) -> Ledger:
    included = counts["reason"].isna()
    excluded = counts[~included].groupby("reason")["rows"].sum()
    became: dict[str | None, int] = {None: int(counts.loc[included, "rows"].sum())}
    became.update((str(reason), int(rows)) for reason, rows in excluded.items())
    became.update(store.aside)
    return Ledger.of(store.read, became, store.entered)


def _list_groups(run: Engine, cleaned: _Cleaned, terms: Terms) -> pd.DataFrame:
    counts = cleaned.counts
    facts = run.fetch(
        cleaned.listed.join(cleaned.ends, on="group", how="left"), "group"
    )
    facts["any_us"] = facts["group"].map(counts.groupby("group")["first_us"].min())
    totals = counts[counts["reason"].isna()].rename(columns={"rows": "messages"})
    totals = totals[["group", "first_us", "last_us", "messages", "posters"]]
    facts = facts.merge(totals, "left", "group")
    facts = _end_with_observation(run, cleaned.marked, facts)
    facts = facts.rename(columns={"group": "key"})
    if facts.empty:
        remedy = say(
            "export groups in which people talk, or say when each of these began"
        )
        raise ShequnError(
            say("only bots wrote in these groups, so there is no group to count"),
            remedy=remedy,
        )
    return group_table(facts, names=terms.names, senders=terms.sender_ids)


def _end_with_observation(
    run: Engine, marked: Frame, facts: pd.DataFrame
) -> pd.DataFrame:
    """Take the last message up to the end of observation, where later ones are."""
    late = facts["last_us"] > facts["end_us"]
    if not late.any():  # as nearly always
        return facts
    ends = run.frame(facts.loc[late, ["group", "end_us"]].astype({"end_us": "int64"}))
    rows = marked.filter(nw.col("reason").is_null()).select("group", "time_us")
    inside = rows.join(ends, on="group", how="inner").filter(
        nw.col("time_us") <= nw.col("end_us")
    )
    lasts = run.fetch(
        inside.group_by("group").agg(until_us=nw.col("time_us").max()), "group"
    )
    last = facts["group"].map(lasts.set_index("group")["until_us"])
    first = facts["first_us"].where(~late | last.notna())
    return facts.assign(first_us=first, last_us=facts["last_us"].where(~late, last))


def _select_entered(groups: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Start observation of groups no earlier than they qualified to be listed."""
    entry = groups["key"].map(terms.entries).fillna(groups["entry_us"])
    both = np.maximum(entry.astype("int64"), groups["entry_us"])
    return groups.assign(entry_us=both)


def _build_activity_tables(
    spoken: ActivityCounts, groups: pd.DataFrame, terms: Terms
) -> dict[str, pd.DataFrame]:
    run, spine = spoken.run, spoken.messages
    ends = run.frame(find_last_days(groups))
    member_days = spoken.member_days
    silences = run.fetch(find_silences(spine), "group", "start_us")
    if terms.ends is not None:
        silences = drop_unseen_silences(silences, groups, terms.gaps)
    tables = {
        "silences": silences,
        "daily": run.fetch(activity.count_by_day(member_days), "group", "day"),
        "rates": run.fetch(
            activity.compute_trailing_counts(spoken.days, ends), "group", "age_day"
        ),
    }
    daily = tables["daily"]
    tables["daily"] = daily.assign(chars=daily["chars"].where(daily["known"] > 0))
    if not terms.sender_ids:
        tables["daily"]["posters"] = tables["rates"]["posters_28"] = np.nan
    if terms.members and terms.sender_ids:
        tables["members"] = run.fetch(
            activity.summarise_members(member_days), "group", "member"
        )
        tables["member_days"] = run.fetch(
            activity.select_member_days(member_days), "group", "member", "day"
        )
    return tables


def _count_rhythm(
    spoken: ActivityCounts, groups: pd.DataFrame, zones: Mapping[str, str]
) -> pd.DataFrame:
    keys = zip(groups["group"], groups["key"], strict=True)
    zone_by_group = {int(group): zones.get(key, zones.get("")) for group, key in keys}
    written = spoken.messages.filter(~nw.col("imported"))
    counts = spoken.run.fetch(
        timetables.count_by_quarter_hour(written), "group", "quarter"
    )
    named = {group: zone for group, zone in zone_by_group.items() if zone}
    return timetables.count_by_weekday_hour(counts, named)
