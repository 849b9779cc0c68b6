"""Chinese check-in groups (打卡群), 2016–2025: check-ins, member lists, rules.

Eleven are children of the group in `zh_cruel_parent`; four are others.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import take_earlier, to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
    build_snapshots,
    count_lives,
)
from helpers.records import DAY_US, to_day_us

CHILDREN, CHECKINS = "groups.csv", "checkins.csv.gz"
OTHERS, WORK = "other_groups.csv", "other_groups_activity.csv.gz"
ROSTER, RULES = "roster_spells.csv", "rules_versions.csv"
READ_US = to_day_us(date(2026, 8, 1))  # the repositories were read later in that month
WEEK, MONTH, LAST_DAYS = 7, 28, 14
FLAGS = {
    "fine_redpacket": "a fine in red packets",
    "leaving_rule": "a rule on leaving",
    "no_second_entry": "no second entry",
    "leave_or_mercy": "days off",
    "entry_via_owner_or_invite": "entry through the owner",
    "child_of_parent": "members of the parent only",
}


def count(raw: RawFolder) -> Counted:
    """Build tables of check-in groups: daily check-ins, memberships, rules."""
    children = raw.rows(CHILDREN)
    handed = raw.rows(CHECKINS)
    others = raw.rows(OTHERS)
    work = raw.rows(WORK)
    listed = _list_groups(children, others)
    key = listed.set_index("group")["key"]
    roster = raw.rows(ROSTER)
    rules = raw.rows(RULES)
    roster, rules = (t.assign(key=t["group"].map(key)) for t in (roster, rules))
    done = _count_by_day(handed, work, key)
    people = _identify_people(done)
    groups = _build_groups(listed, done)
    return build_counted(
        groups,
        {
            "snapshots": _count_active_people(done),
            "lives": count_lives(
                pd.concat(
                    [_build_submission_lives(people, groups), _build_stays(roster)]
                )
            ),
            "events": list_rule_events(rules),
            "facts": _build_facts(listed, people, done, rules),
        },
        {},
        {
            "groups": len(listed),
            "days of a person": len(done),
            "stays on a roster": len(roster),
            "versions of rules": len(rules),
        },
    )


def _list_groups(children: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return all check-in groups, with anonymous keys of kind and first day."""
    ours = children.assign(
        kind="child",
        network="cruel",
        born=to_days(children["first_checkin_day"]),
        made=to_days(children["first_commit"]),
        read_until=to_days(children["last_commit"]),
        censored=children["end"].str.startswith("censored"),
    )
    theirs = others.assign(kind="other", born=to_days(others["first"]), censored=False)
    both = pd.concat([ours, theirs], ignore_index=True)
    first = pd.to_datetime(both["born"], unit="D").dt.strftime("%Y-%m-%d")
    key = both["kind"] + "/" + first
    return both.assign(key=key, network=both["network"].fillna(key))


def _count_by_day(
    handed: pd.DataFrame, work: pd.DataFrame, key: pd.Series[str]
) -> pd.DataFrame:
    other = work.rename(columns={"day_or_week_end": "day"})
    both = pd.concat([table[["group", "person", "day"]] for table in (handed, other)])
    return both.assign(key=both["group"].map(key), day=to_days(both["day"]))


def _identify_people(done: pd.DataFrame) -> pd.DataFrame:
    """Return each person's first and last check-in and day count, by group."""
    by = done.groupby(["key", "person"])["day"]
    table = by.agg(first="min", last="max", items="size").reset_index()
    born = table.groupby("key")["first"].transform("min")
    return table.assign(after=table["first"] - born)


def _build_groups(listed: pd.DataFrame, done: pd.DataFrame) -> pd.DataFrame:
    last = listed["key"].map(done.groupby("key")["day"].max())
    origin = to_midnight(take_earlier(listed["born"], listed["made"]))
    end = to_midnight(listed["read_until"] + 1).where(listed["censored"], READ_US)
    return build_registry_columns(
        listed.assign(origin_us=origin, end_us=end, last_us=to_midnight(last))
    )


def _count_active_people(done: pd.DataFrame) -> pd.DataFrame:
    people = done.groupby(["key", "day"])["person"].nunique()
    return build_snapshots(people.rename("active").reset_index())


def _build_submission_lives(people: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Build spans of participation from first to last check-in.

    Open is who handed in within the last fortnight of a group still watched then.
    """
    end = people["key"].map(groups.set_index("key")["end_us"]) // DAY_US
    joined = pd.cut(people["after"], [-1, WEEK - 1, MONTH - 1, np.inf])
    names = ["first week", "weeks 2 to 4", "later"]
    return people.assign(
        measure="handing in",
        cohort=joined.cat.rename_categories(names).astype("str"),
        days=(people["last"] - people["first"]).astype("int64"),
        ending=np.where(people["last"] >= end - LAST_DAYS, "open", "stopped"),
    )


def _build_stays(roster: pd.DataFrame) -> pd.DataFrame:
    """Build memberships of check-in groups from the member lists they published."""
    stay = to_days(roster["to"]) - to_days(roster["from"])
    return roster.assign(
        measure="roster",
        cohort=roster["source"] + ": " + roster["state"],
        days=stay.astype("int64"),
        ending=np.where(roster["open"] == 1, "open", "left"),
    )


def _build_facts(
    listed: pd.DataFrame,
    people: pd.DataFrame,
    done: pd.DataFrame,
    rules: pd.DataFrame,
) -> pd.DataFrame:
    by = people.groupby("key")
    most = people.sort_values("items", ascending=False).groupby("key").head(3)
    top = most.groupby("key")["items"].sum() / by["items"].sum()
    daily = done.groupby(["key", "day"])["person"].nunique()
    two = daily[daily > 1].reset_index().groupby("key")["day"].max()
    several = people.groupby("person")["key"].transform("nunique") > 1
    measured = pd.DataFrame(
        {
            "people": by.size(),
            "people_first_week": (people["after"] < WEEK).groupby(people["key"]).sum(),
            "people_first_28_days": (people["after"] < MONTH)
            .groupby(people["key"])
            .sum(),
            "people_in_others_too": several.groupby(people["key"]).sum(),
            "top_3_share": top,
            "last_day_with_two": two,
            "wordings_of_rules": rules.groupby("key")["rules_hash"].nunique(),
            "watching_broken_off": listed.set_index("key")["censored"],
        }
    )
    return build_facts(measured.rename_axis("key").reset_index())


def list_rule_events(rules: pd.DataFrame) -> pd.DataFrame:
    """List rule changes: each new wording, and the first day of each kind of rule."""
    ordered = rules.sort_values(["key", "date"], kind="stable")
    changed = ordered["rules_hash"] != ordered.groupby("key")["rules_hash"].shift()
    worded = ordered[changed].assign(kind="rules", value=ordered["rule_lines"])
    first = [
        ordered[ordered[flag] == 1].drop_duplicates("key").assign(kind=name, value=None)
        for flag, name in FLAGS.items()
    ]
    events = pd.concat([worded, *(part for part in first if len(part))])
    at = to_midnight(to_days(events["date"]))
    return events.assign(time_us=at, nth=np.arange(len(events)))[
        ["key", "nth", "time_us", "kind", "value"]
    ]


CORPUS = load_description("zh_daka", count=count)
