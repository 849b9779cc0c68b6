"""Tables of first weeks and newcomers, from simulated messages."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US, HOUR_US, WEEK_DAYS
from validation.worlds.messages.seen import Seen

MONTH_US, LATER_US = 28 * DAY_US, 118 * DAY_US
MILD, CORE = 2, 8
SILENT_US = 60 * DAY_US
SPANS = (0, 7, 28, 84, 1 << 20)
NEVER = np.iinfo(np.int64).max


def build_beginnings(view: Seen) -> pd.DataFrame:
    """Build each group's first weeks: unanswered messages, other people's posts.

    Nobody is in two groups of a planted world, so nobody met elsewhere.
    """
    person, age = view.person, view.age_us
    early, later = age < MONTH_US, (age >= MONTH_US) & (age < LATER_US)
    rows = pd.DataFrame({"person": person[early], "day": age[early] // DAY_US})
    each = rows.groupby("person")["day"].agg(["size", "nunique"])
    each["group"] = each.index // view.posters
    first = pd.Series(view.time_us).groupby(person).min()
    each["first"] = first.reindex(each.index)
    tops = each.sort_values(["group", "size", "first"], ascending=[True, False, True])
    top = tops.drop_duplicates("group").index.to_numpy()
    days = each["nunique"].reindex(person[later]).fillna(0).to_numpy()
    neither = ((days > MILD) & (days < CORE)) | (days == 0)
    n = len(view.groups)
    table = pd.DataFrame(
        {
            "group": np.arange(n, dtype=np.int32),
            "met_elsewhere": 0.0,
            "later_by_others": np.bincount(view.group[later][neither], minlength=n),
            "later_by_newcomers": np.bincount(
                view.group[later][days == 0], minlength=n
            ),
            "top_unanswered": _count_unanswered(view, top, [view.receiver]),
            "top_unanswered_either": _count_unanswered(
                view, top, [view.receiver, view.near]
            ),
            **_summarise_beginnings(view),
        }
    )
    return table[table["group"].isin(top // view.posters)].reset_index(drop=True)


def _summarise_beginnings(view: Seen) -> dict[str, Ints]:
    """Count early messages, posters and arrival times by group."""
    n, age = len(view.groups), view.age_us
    whose, row = np.unique(view.person, return_index=True)
    group, first = whose // view.posters, age[row]
    founder = np.zeros(len(whose), bool)
    order = np.lexsort((row, view.time_us[row], group))
    founder[order[np.unique(group[order], return_index=True)[1]]] = True
    may = ~founder & (first <= WEEK_DAYS * DAY_US)
    counts = {}
    for day in (7, 14, 28):
        inside = age < day * DAY_US
        counts[f"messages_{day}"] = np.bincount(view.group[inside], minlength=n)
        counts[f"posters_{day}"] = np.bincount(group[first < day * DAY_US], minlength=n)
        at = np.searchsorted(whose, view.person[inside])
        dated = np.unique(np.stack([at, age[inside] // DAY_US]), axis=1)[0]
        often = np.bincount(dated, minlength=len(whose)) > 2  # noqa: PLR2004 - three days
        counts[f"seeds_{day}"] = np.bincount(group[may & often], minlength=n)
    for day in (1, 2, 6):
        soon = first // DAY_US <= day
        counts[f"came_by_{day}"] = np.bincount(group[soon], minlength=n)
    return counts


def _count_unanswered(view: Seen, top: Ints, receivers: list[Ints]) -> Ints:
    """Count the top poster's early messages without a reply within a day."""
    replied = np.full(len(view.group), NEVER)
    for receiver in receivers:
        to = view.group * view.posters + receiver
        _add_first_reply(view, np.where(receiver >= 0, to, -1), replied)
    mine = np.isin(view.person, top) & (view.age_us < MONTH_US)
    alone = mine & (replied > view.time_us + DAY_US)
    return np.bincount(view.group[alone], minlength=len(view.groups))


def _add_first_reply(view: Seen, to: Ints, replied: Ints) -> None:
    """Record when each author first received a reply."""
    person = view.person
    order = np.lexsort((view.time_us, to))
    who, when = to[order], view.time_us[order]
    # one sorted key for a person and an instant, which is told by its rank
    instants = np.unique(view.time_us)
    keys = who * len(instants) + np.searchsorted(instants, when)
    message_keys = person * len(instants) + np.searchsorted(instants, view.time_us)
    at = np.searchsorted(keys, message_keys, side="right")
    padded_who, padded_when = np.r_[who, -1], np.r_[when, NEVER]
    first_replies = np.where(padded_who[at] == person, padded_when[at], NEVER)
    np.minimum(replied, first_replies, out=replied)


def build_newcomers(view: Seen) -> pd.DataFrame:
    """Build life tables of newcomers by whether they received a reply in time."""
    person = view.person
    whose, row = np.unique(person, return_index=True)
    last = pd.Series(view.time_us).groupby(person).max().to_numpy()
    kinds = {"explicit": [view.receiver], "either": [view.receiver, view.near]}
    parts = []
    for replies, receivers in kinds.items():
        replied = np.full(len(view.group), NEVER)
        for receiver in receivers:
            to = view.group * view.posters + receiver
            _add_first_reply(view, np.where(receiver >= 0, to, -1), replied)
        for hours in (1, 24, 72):
            people = pd.DataFrame(
                {
                    "group": (whose // view.posters).astype("int32"),
                    "first": view.time_us[row],
                    "answer": replied[row],
                    "last": last,
                }
            )
            table = _build_life_table(view, people, hours)
            parts.append(table.assign(replies=replies, within_hours=hours))
    return pd.concat(parts, ignore_index=True)


def _build_life_table(view: Seen, people: pd.DataFrame, hours: int) -> pd.DataFrame:
    wait = hours * HOUR_US
    until = people["group"].map(view.groups["end_us"]) - SILENT_US
    start = people["first"] + wait
    answered = people["answer"] <= start
    gone = people["last"] < until
    days = ((people["last"].where(gone, until) - start) / DAY_US).clip(lower=0)
    rows = pd.DataFrame({"group": people["group"], "answered": answered})
    rows = rows.assign(days=days, gone=gone)[until > start]
    spans = []
    for low, high in pairwise(SPANS):
        ended = rows["gone"] & (rows["days"] < high)
        whole = ended | (rows["days"] >= high) | (high == SPANS[-1])
        here = rows[(rows["days"] >= low) & whole]
        by = here.assign(ended=ended[here.index]).groupby(["group", "answered"])
        table = by.agg(at_risk=("days", "size"), ended=("ended", "sum")).reset_index()
        spans.append(table.assign(from_day=low))
    return pd.concat(spans, ignore_index=True)
