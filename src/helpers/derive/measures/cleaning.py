"""Select valid messages, and record why each other message is excluded."""

from __future__ import annotations

import re
from collections.abc import Collection

import narwhals as nw
import pandas as pd
import pyarrow as pa

from helpers.derive.measures.content import FLAGS
from helpers.derive.measures.engine import (
    Frame,
    add_row_number,
    add_up,
    drop_duplicates,
)
from helpers.records import (
    DAY_US,
    DELETED,
    HOUR_US,
    IMPORT_LEAST,
    IMPORT_US,
    NOT_MESSAGES,
)
from helpers.wording import say

ORDER = ("time_us", "file", "position")  # of messages, ties settled by the source
KEY = ("group", "file", "position")  # tells one message from another
WHO = ("sender", "scope")  # tells one person from another

LINE, COPY = "system line", "duplicate id"  # nobody's words
CHANNELS = "announcement of a channel"  # a channel's post, which no person wrote
ALONE = say("in a group in which only bots spoke")
MARKED, UNMARKED = say("bot"), say("bot without a mark")
BLANK = say("nothing written")
ANNOUNCED = say("sent to 20 groups or more within a day")

COMMAND = r"^[!/.][A-Za-z]"
LEAST_GROUPS = 20
LEAST_CHARS = 40  # of words that are known by their length only
_SAID = (*WHO, "words", "span_us")

# what is left of a text that was deleted, and blanks
_BLANKS = r"[ \t\n\r\x0b\x0c]*"
_NOTHING = f"^{_BLANKS}(?:{'|'.join(map(re.escape, DELETED))})?{_BLANKS}$"
_TEXT = ("label", "network", "kind", "closed_kind")
_TIMES = ("created_us", "seen_us", "closed_us")


def count_by_account(messages: Frame) -> Frame:
    """Count messages by group, file and account, with the time of the first."""
    asks = nw.col("text").str.contains(COMMAND).cast(nw.Int64)
    return (
        messages.with_columns(asks=asks)
        .group_by("group", "file", *WHO, "bot")
        .agg(
            rows=nw.len(),
            first_us=nw.col("time_us").min(),
            texts=nw.col("text").count(),
            commands=add_up("asks"),
        )
    )


def list_groups_once(groups: Frame, accounts: Frame) -> Frame:
    """List every group once: by its first group record, else from its messages.

    A group without a network is its own; one without a name or a kind goes by its key
    or as ``group``.
    """
    first = add_row_number(groups, "group", order=ORDER[1:])
    columns = ("group", *_TEXT, *_TIMES, "member_count")
    recorded = first.filter(nw.col("nth") == 1).select(*columns)
    written = drop_duplicates(accounts.select("group"))
    others = written.join(recorded, on="group", how="anti")
    blank = dict.fromkeys(_TEXT, nw.lit(None, nw.String)) | dict.fromkeys(
        _TIMES, nw.lit(None, nw.Int64)
    )
    unlisted = others.with_columns(**blank, member_count=nw.lit(None, nw.Int32))
    return nw.concat([recorded, unlisted.select(*columns)]).with_columns(
        nw.coalesce("label", "group").alias("label"),
        nw.coalesce("network", "group").alias("network"),
        nw.coalesce("kind", nw.lit("group")).alias("kind"),
    )


def find_observation_ends(messages: Frame, groups: Frame, end_us: int | None) -> Frame:
    """Return when observation of each group ends: ``group, end_us, closed, cut``.

    Rows after it are left out where it is a closing, or ``cut``. The archive of a
    network ends with its last message of any kind, or at `end_us` where that is known;
    a group that was closed ends with its closing.
    """
    networks = groups.select("group", "network", "closed_us")
    ends = (
        messages.select("group", "time_us")
        .join(networks, on="group", how="inner")
        .group_by("network")
        .agg(archive_end=nw.col("time_us").max())
    )
    if end_us is not None:
        ends = ends.with_columns(archive_end=nw.lit(end_us, nw.Int64))
    return networks.join(ends, on="network", how="left").select(
        "group",
        end_us=nw.min_horizontal("closed_us", "archive_end"),
        closed=~nw.col("closed_us").is_null(),
        cut=nw.lit(value=True),
    )


def name_row_reason() -> nw.Expr:
    """Return an expression for why a row does not count, by the row alone."""
    says_nothing = nw.col("text").str.contains(_NOTHING).fill_null(value=False)
    return (
        nw.when(nw.col("kind") == "system")
        .then(nw.lit(LINE))
        .when(nw.col("kind").is_in(NOT_MESSAGES))
        .then(nw.col("kind").cast(nw.String))
        .when((nw.col("kind") == "announcement") & nw.col("sender").is_null())
        .then(nw.lit(CHANNELS))
        .when(nw.col("bot"))
        .then(nw.lit(MARKED))
        .when((nw.col("kind") == "text") & says_nothing)
        .then(nw.lit(BLANK))
    )


def find_row_reasons(table: pa.Table) -> pa.ChunkedArray:
    """Return why message rows do not count, as far as each row alone shows.

    >>> from helpers.records import from_rows
    >>> rows = [
    ...     {"kind": kind, "text": "a"} for kind in ("text", "edit", "announcement")
    ... ]
    >>> batch = from_rows("message", rows).table
    >>> find_row_reasons(pa.Table.from_batches([batch])).to_pylist()
    [None, 'edit', 'announcement of a channel']
    """
    rows = nw.from_native(table.select(["kind", "sender", "text", "bot"]))
    plain = rows.with_columns(
        nw.col("kind", "sender").cast(nw.String), nw.col("bot").fill_null(value=False)
    )
    return plain.select(reason=name_row_reason())["reason"].to_native()


def mark_exclusion_reason(
    messages: Frame,
    ends: Frame,
    copies: Frame | None = None,
    announced: Frame | None = None,
) -> Frame:
    """Add ``reason``, why a message is excluded from counts; null if included."""
    said = nw.col("own_reason").fill_null("")
    if_any = (
        nw.when(nw.col("copy"))
        .then(nw.lit(COPY))
        .when(nw.col("unmarked") & said.is_in(["", MARKED, BLANK]))
        .then(nw.lit(UNMARKED))
        .when(~nw.col("own_reason").is_null())
        .then(nw.col("own_reason"))
        .when(nw.col("announced"))
        .then(nw.lit(ANNOUNCED))
        .when((nw.col("time_us") > nw.col("end_us")) & nw.col("closed"))
        .then(nw.lit("after the group was closed"))
        .when((nw.col("time_us") > nw.col("end_us")) & nw.col("cut"))
        .then(nw.lit("dated after the archive's end"))
    )
    joined = messages.with_columns(
        own_reason=name_row_reason(),
        copy=nw.lit(value=False),
        announced=nw.lit(value=False),
    ).join(ends, on="group", how="left")
    for name, those in (("copy", copies), ("announced", announced)):
        if those is not None:  # joins of millions to nothing take time
            told = those.with_columns(nw.lit(value=True).alias(name))
            joined = joined.drop(name).join(told, on=list(KEY), how="left")
    passing = ("copy", "announced", "unmarked", "own_reason")
    return joined.with_columns(reason=if_any).drop(*passing)


def count_by_reason(marked: Frame) -> Frame:
    """Count messages by group, reason for exclusion and whether a bot wrote them."""
    by = ("group", "reason", "bot")
    known = marked.with_columns(nw.col("bot").fill_null(value=False))
    senders = known.group_by(*by, "sender").agg(
        rows=nw.len(), first_us=nw.col("time_us").min(), last_us=nw.col("time_us").max()
    )
    return senders.group_by(*by).agg(
        add_up("rows"),
        nw.col("first_us").min(),
        nw.col("last_us").max(),
        posters=nw.col("sender").count(),
    )


def find_bot_only_groups(counts: pd.DataFrame, groups: pd.DataFrame) -> pd.Series[str]:
    """Find the groups in which only bots wrote."""
    by_people = ~counts["bot"] & ~counts["reason"].isin([LINE, COPY, CHANNELS])
    spoke = counts.loc[counts["bot"], "group"].unique()
    undated = groups["created_us"].isna() & groups["seen_us"].isna()
    listed = groups.loc[undated, "group"]
    heard = counts.loc[by_people, "group"].unique()
    return listed[listed.isin(spoke) & ~listed.isin(heard)]


def exclude_bot_only_groups(marked: Frame, alone: Frame) -> Frame:
    """Mark every message of bot-only groups as excluded."""
    joined = marked.join(
        alone.with_columns(alone=nw.lit(value=True)), on="group", how="left"
    )
    there = nw.when(nw.col("alone").is_null()).then(nw.col("reason"))
    return joined.with_columns(reason=there.otherwise(nw.lit(ALONE))).drop("alone")


def find_duplicate_ids(messages: Frame) -> Frame:
    """Find messages with an id that already occurred in the same group."""
    same = ["group", "id"]
    with_ids = messages.filter(~nw.col("id").is_null())
    repeated_ids = (
        with_ids.group_by(*same).agg(n=nw.len()).filter(nw.col("n") > 1).drop("n")
    )
    several = with_ids.select(*same, *ORDER).join(repeated_ids, on=same, how="inner")
    later = add_row_number(several, *same, order=ORDER).filter(nw.col("nth") > 1)
    return later.select(*KEY)


def add_name_scope(rows: Frame, by_name: Collection[str] = ()) -> Frame:
    """Add ``scope``: the group key if ids are unique only within the group, else ""."""
    everywhere = nw.lit("")
    if not by_name:
        return rows.with_columns(scope=everywhere)
    key = nw.col("group").cast(nw.String)
    own = nw.when(key.is_in(sorted(by_name))).then(key)
    return rows.with_columns(scope=own.otherwise(everywhere))


def mark_unmarked_bots(messages: Frame, bots: Frame) -> Frame:
    """Set ``bot`` to true for messages of accounts that were detected as bots."""
    unmarked_bots = bots.with_columns(unmarked=nw.lit(value=True))
    both = messages.join(unmarked_bots, on=list(WHO), how="left")
    flagged = both.with_columns(nw.col("unmarked").fill_null(value=False))
    by_bot = nw.when(nw.col("unmarked")).then(nw.lit(value=True))
    return flagged.with_columns(bot=by_bot.otherwise(nw.col("bot")))


def number_authors(messages: Frame, accounts: Frame) -> Frame:
    """Assign author numbers from 0 in the order of their first message."""
    human = ~nw.col("bot").fill_null(value=False)  # many formats mark no bots
    is_known = ~nw.col("sender").is_null()
    people = accounts.filter(human, is_known)
    began = people.group_by(*WHO).agg(time_us=nw.col("first_us").min())
    written = messages.filter(human, is_known)
    tied = written.select(*WHO, *ORDER).join(began, on=[*WHO, "time_us"], how="inner")
    first = (
        add_row_number(tied, *WHO, order=ORDER).filter(nw.col("nth") == 1).drop("nth")
    )
    sort_columns = (*ORDER, *WHO)  # two exports may begin at one instant and position
    member = (nw.col("nth") - 1).cast(nw.Int32)
    return add_row_number(first, order=sort_columns).select(*WHO, member=member)


def find_imports(messages: Frame) -> Frame:
    """Find the instants at which history was imported: ``group, instant``.

    A hundred messages of a group within two seconds came with a history that a program
    brought from elsewhere: nobody answered anybody in it, and it has no hours.
    """

    def crowds(rows: Frame, name: str, span_us: int) -> Frame:
        spans = rows.with_columns((nw.col("time_us") // span_us).alias(name))
        counts = spans.group_by("group", name).agg(n=nw.len())
        return counts.filter(nw.col("n") >= IMPORT_LEAST).select("group", name)

    # few days have so many messages: only those are looked at closely
    dated = messages.select("group", "time_us", day=nw.col("time_us") // DAY_US)
    busy = dated.join(crowds(dated, "day", DAY_US), on=["group", "day"], how="semi")
    return crowds(busy, "instant", IMPORT_US)


def join_imports(messages: Frame, imports: Frame) -> Frame:
    """Add ``imported``: whether a message has the time of an import, not of writing."""
    timed = messages.with_columns(instant=nw.col("time_us") // IMPORT_US)
    joined = timed.join(
        imports.with_columns(imported=nw.lit(value=True)),
        on=["group", "instant"],
        how="left",
    )
    return joined.with_columns(nw.col("imported").fill_null(value=False)).drop(
        "instant"
    )


def number_files(accounts: Frame) -> Frame:
    """Assign numbers to the names of files, in their order: ``name, file``."""
    names = drop_duplicates(accounts.select(name="file"))
    numbered = add_row_number(names, order=("name",))
    return numbered.select("name", file=nw.col("nth").cast(nw.Int32))


def number_kept_messages(
    kept: Frame, groups: Frame, members: Frame, files: Frame, *, day_offset_us: int = 0
) -> Frame:
    """Add group, member and file number, age and day to messages that are counted.

    `groups` has ``key, group, origin_us``; ages are whole microseconds and days since
    the origin, days are calendar days shifted by the study's own zone.
    """
    named = kept.rename({"group": "key", "file": "name"})
    keyed = named.join(groups, on="key", how="inner").join(files, on="name", how="left")
    age = nw.col("time_us") - nw.col("origin_us")
    return keyed.join(members, on=list(WHO), how="left").select(
        "group",
        "member",
        "scope",
        "id",
        "chars",
        "topic",
        "mentions",
        "reply_to",
        *FLAGS,
        "has_question",
        *ORDER,
        age_us=age,
        age_day=(age // DAY_US).cast(nw.Int32),
        day=((nw.col("time_us") + day_offset_us) // DAY_US).cast(nw.Int32),
    )


def find_repeated_messages(messages: Frame, accounts: Frame) -> Frame:
    """Select messages with a text that one sender posted in several groups."""
    read = ~nw.col("text").is_null()
    text = nw.col("text").str.strip_chars().str.to_lowercase()
    long = nw.when(nw.col("chars") >= LEAST_CHARS).then(nw.col("chars").cast(nw.String))
    # texts of millions are compared only where the sender is in groups enough
    totals = accounts.group_by(*WHO).agg(groups=nw.col("group").n_unique())
    wide = totals.filter(nw.col("groups") >= LEAST_GROUPS).select(*WHO)
    sent = messages.filter(~nw.col("sender").is_null())
    sent = sent.join(wide, on=list(WHO), how="semi").with_columns(
        words=nw.when(read).then(text).otherwise(long),
        span_us=nw.when(read).then(nw.lit(DAY_US)).otherwise(nw.lit(HOUR_US)),
    )
    sent = sent.filter(nw.col("words") != "")
    repeats = sent.group_by(*_SAID).agg(groups=nw.col("group").n_unique())
    repeats = add_row_number(
        repeats.filter(nw.col("groups") >= LEAST_GROUPS), order=_SAID
    )
    rows = sent.join(repeats.select(*_SAID, said="nth"), on=list(_SAID), how="inner")
    return rows.select(*KEY, "time_us", "said", "span_us")


def find_broadcasts(sent: Frame) -> Frame:
    """Find messages that one sender posted in many groups within a day or hour."""
    rows = _find_crowded_spans(sent)
    start = drop_duplicates(rows.select("said", start_us="time_us"))
    pairs = start.join(rows, on="said", how="inner").filter(
        nw.col("time_us") >= nw.col("start_us"),
        nw.col("time_us") <= nw.col("start_us") + nw.col("span_us"),
    )
    each = ["said", "start_us"]
    group_counts = pairs.group_by(*each).agg(groups=nw.col("group").n_unique())
    begun = group_counts.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
    return drop_duplicates(pairs.join(begun, on=each, how="inner").select(*KEY))


def _find_crowded_spans(sent: Frame) -> Frame:
    """Select messages that one sender posted in 20 groups or more in a given time."""
    candidates = []
    for shift in (nw.lit(0), nw.col("span_us")):
        laid = sent.with_columns(
            bin=(nw.col("time_us") + shift) // (2 * nw.col("span_us"))
        )
        each = ["said", "bin"]
        group_counts = laid.group_by(*each).agg(groups=nw.col("group").n_unique())
        enough = group_counts.filter(nw.col("groups") >= LEAST_GROUPS).drop("groups")
        candidates.append(laid.join(enough, on=each, how="inner").drop("bin"))
    return drop_duplicates(nw.concat(candidates))
