"""Tables on a group's early weeks: core members, newcomers and replies."""

from __future__ import annotations

from itertools import pairwise

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.derive.measures import beginnings, timetables
from helpers.derive.measures.content import build_slot_columns
from helpers.derive.measures.engine import Frame
from helpers.derive.tables.record_tables import PAIR
from helpers.derive.tables.window_rows import ActivityCounts
from helpers.records import DAY_US, HOUR_US, MONTH_DAYS

WITHIN_HOURS = (1, 24, 72)
SPANS = (0, 7, 28, 84, 1 << 20)  # days since the hours for an answer were over
SILENT_DAYS = 60
EITHER = "either"


def find_first_messages(messages: Frame) -> Frame:
    """Find the ages of a group (µs) at which each member first and last posted."""
    member_messages = messages.filter(~nw.col("member").is_null())
    return member_messages.group_by(*PAIR).agg(
        first_us=nw.col("age_us").min(), last_us=nw.col("age_us").max()
    )


def find_first_answers(firsts: Frame, replies: Frame) -> Frame:
    """Find when each member was first answered: explicitly, and either way."""
    named = replies.rename({"receiver": "member", "age_us": EITHER})
    edges = named.with_columns(
        explicit=nw.when(nw.col("explicit")).then(nw.col(EITHER))
    )
    later = edges.join(firsts, on=PAIR, how="inner").filter(
        nw.col(EITHER) > nw.col("first_us")
    )
    return later.group_by(*PAIR).agg(nw.col("explicit", EITHER).min())


def count_unanswered_newcomers(people: pd.DataFrame) -> pd.DataFrame:
    """Count new members without a reply within a day of their first message.

    `people`: ``group, member, first_us`` and, in age or nan, ``explicit, either``: when
    they were first answered.
    """
    month = people["first_us"] // (28 * DAY_US)
    late = {
        name: ~(people[kind] - people["first_us"] <= 24 * HOUR_US)
        for name, kind in (("unanswered", "explicit"), ("unanswered_either", EITHER))
    }
    table = people[["group"]].assign(month=month, **late)
    return table.groupby(["group", "month"], as_index=False).sum()


def build_newcomer_life_tables(
    people: pd.DataFrame, last_us: pd.Series[int]
) -> pd.DataFrame:
    """Build life tables of new posters: numbers at risk and becoming inactive."""
    ends = np.asarray(people["group"].map(last_us), np.int64)
    until = ends - SILENT_DAYS * DAY_US
    rows = [
        _build_life_table(people, until, hours, kind)
        for hours in WITHIN_HOURS
        for kind in ("explicit", EITHER)
    ]
    return pd.concat(rows, ignore_index=True)


def _build_life_table(
    people: pd.DataFrame, until: Ints, hours: int, kind: str
) -> pd.DataFrame:
    first, last = people["first_us"].to_numpy(), people["last_us"].to_numpy()
    start, gone = first + hours * HOUR_US, last < until
    days = (np.where(gone, last, until) - start).clip(min=0) / DAY_US
    answered = (people[kind] - first <= hours * HOUR_US).to_numpy()
    watched = until > start
    groups, places = np.unique(people["group"].to_numpy(), return_inverse=True)
    rows = 2 * places + answered
    parts = []
    for from_day, stop in pairwise(SPANS):
        ended = gone & (days < stop)
        whole = ended | (days >= stop) | (stop == SPANS[-1])
        here = watched & (days >= from_day) & whole
        counts = _count_by_row(rows[here], rows[here & ended], groups)
        parts.append(counts.assign(from_day=from_day))
    columns = ["from_day", "group", "answered", "at_risk", "ended"]
    table = pd.concat(parts, ignore_index=True)[columns]
    return table.assign(within_hours=hours, replies=kind)


def _count_by_row(at_risk: Ints, ended: Ints, groups: Ints) -> pd.DataFrame:
    """Count people at risk and ended by row: twice the group's place, plus answered."""
    counts = np.bincount(at_risk, minlength=2 * len(groups))
    rows = counts.nonzero()[0]
    return pd.DataFrame(
        {
            "group": groups[rows // 2],
            "answered": rows % 2 == 1,
            "at_risk": counts[rows],
            "ended": np.bincount(ended, minlength=2 * len(groups))[rows],
        }
    )


SPAN, LATE = 84, 364


def build_newcomer_rows(
    spoken: ActivityCounts, groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Build the life table of newcomers alone, from messages and replies."""
    if spoken.centres_from == "none":
        return {}
    run = spoken.run
    firsts = run.keep(find_first_messages(spoken.messages), "firsts")
    edges = _list_reply_edges(spoken)
    came = run.fetch(firsts, *PAIR)
    answers = run.fetch(find_first_answers(firsts, edges), *PAIR)
    answered = came.merge(answers, "left", PAIR)
    last = groups.set_index("group")["end_us"] - groups.set_index("group")["origin_us"]
    return {"newcomers": build_newcomer_life_tables(answered, last)}


def build_early_rows(
    spoken: ActivityCounts, groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Build the tables of groups' months, first four weeks and newcomers."""
    run, spine = spoken.run, spoken.messages
    member_months = run.keep(beginnings.count_by_member_month(spoken.days), "spoke")
    firsts = run.keep(find_first_messages(spine), "firsts")
    first_messages = run.fetch(firsts, *PAIR)
    early = run.fetch(member_months.filter(nw.col("month") == 0), *PAIR)
    later = run.fetch(beginnings.count_later_messages(spine), *PAIR)
    origin = groups.set_index("group")["origin_us"]
    met_shares = (
        beginnings.compute_share_met_elsewhere(first_messages, origin)
        .rename("met_elsewhere")
        .reset_index()
    )
    group_starts = met_shares.merge(
        _summarise_beginnings(spoken, first_messages), on="group", validate="one_to_one"
    )
    group_starts = group_starts.merge(
        beginnings.sum_later_messages(later, early), "left", "group"
    )
    after = run.fetch(
        beginnings.count_later_messages_of_others(spoken.days, member_months),
        "group",
        "month",
    )
    tables = {
        "months": _add_counts(
            run.fetch(beginnings.summarise_months(member_months), "group", "month"),
            after,
        ),
        "beginnings": group_starts.fillna(
            {"later_by_others": 0, "later_by_newcomers": 0}
        ),
    }
    if spoken.centres_from == "none":
        return _blank_answers(tables)
    edges = _list_reply_edges(spoken)
    answers = run.fetch(find_first_answers(firsts, edges), *PAIR)
    answered = first_messages.merge(answers, "left", PAIR)
    last = groups.set_index("group")["end_us"] - origin
    return {
        "months": _add_counts(tables["months"], count_unanswered_newcomers(answered)),
        "beginnings": _add_counts(
            tables["beginnings"], _count_unanswered(spoken, edges, early)
        ),
        "newcomers": build_newcomer_life_tables(answered, last),
    }


def _summarise_beginnings(spoken: ActivityCounts, came: pd.DataFrame) -> pd.DataFrame:
    month = nw.col("age_day") < MONTH_DAYS
    member_days = spoken.days.filter(month, ~nw.col("member").is_null())
    columns = ["group", "member", "age_day"]
    days = spoken.run.fetch(member_days.select(*columns, "n"), *columns)
    return beginnings.summarise_beginnings(days, came)


def _add_counts(table: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Join counts to a table by group and month of age; missing counts are 0."""
    keys = [name for name in ("group", "month") if name in counts]
    both = table.merge(counts, "left", keys)
    return both.fillna(dict.fromkeys(counts.columns, 0))


def _blank_answers(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    unknown = {"months": "unanswered", "beginnings": "top_unanswered"}
    return {
        name: table.assign(**{unknown[name]: None, f"{unknown[name]}_either": None})
        for name, table in tables.items()
    }


def _list_reply_edges(spoken: ActivityCounts) -> Frame:
    """List the receivers of replies, and whether these are explicit or adjacent."""
    columns = ["group", "age_us", "receiver"]
    both = ((spoken.named, True), (spoken.beside, False))
    return nw.concat(
        [edges.select(*columns, explicit=nw.lit(value=own)) for edges, own in both]
    )


def _count_unanswered(
    spoken: ActivityCounts, edges: Frame, early: pd.DataFrame
) -> pd.DataFrame:
    run, spine = spoken.run, spoken.messages
    top = beginnings.find_top_posters(early)
    who = run.frame(top)
    month = nw.col("age_us") < MONTH_DAYS * DAY_US
    top_messages = spine.filter(month).join(who, on=PAIR, how="inner")
    message_ages = run.fetch(top_messages.select("group", "age_us"), "group", "age_us")
    to = who.rename({"member": "receiver"})
    replies = edges.join(to, on=["group", "receiver"], how="inner")
    ages = run.fetch(replies.select("group", "age_us", "explicit"), "group", "age_us")
    table, named = top[["group"]], ages[ages["explicit"].astype(bool)]
    for name, own in (("top_unanswered", named), ("top_unanswered_either", ages)):
        counts = beginnings.count_unanswered_messages(message_ages, own)
        table = table.assign(**{name: table["group"].map(counts)})
    return table


def build_timetable_rows(
    spoken: ActivityCounts, long_chars: int, day_offset_us: int
) -> dict[str, pd.DataFrame]:
    """Tabulate a group's early long messages, and count later short ones."""
    run = spoken.run
    spine = spoken.messages.filter(~nw.col("member").is_null(), ~nw.col("imported"))
    items = spine.filter(nw.col("age_day") < SPAN, nw.col("chars") >= long_chars)
    slots = items.select("group", **build_slot_columns(day_offset_us))
    columns = ["group", "week", "weekday", "hour"]
    times = run.fetch(slots, *columns).astype("int64")
    late = spine.filter(
        nw.col("age_day") >= SPAN, nw.col("age_day") <= LATE,
        nw.col("chars") < long_chars,
    )  # fmt: skip
    talk = late.group_by("group").agg(
        messages=nw.len(), posters=nw.col("member").n_unique()
    )
    return {
        "timetables": timetables.find_kept_slots(times),
        "short_talk": run.fetch(talk, "group"),
    }
