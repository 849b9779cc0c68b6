"""Tables on content (long messages or links): by day, hour of week and member."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

import narwhals as nw
import pandas as pd

from helpers.measures import choices, content
from helpers.measures.content import DEFINITIONS
from helpers.measures.timetables import is_slot_kept
from helpers.records import DAY_US
from helpers.study.tables.derive.window_rows import ActivityCounts

CELL = ("people_class", "groups", "points")
WAYS = (  # other weeks for the deciding definition, other definitions for the next week
    *product(DEFINITIONS[:1], choices.LAGS),
    *product(DEFINITIONS[1:], choices.LAGS[:1]),
)


def build_content_rows(
    spoken: ActivityCounts,
    groups: pd.DataFrame,
    day_offset_us: int,
    without: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """Build tables of content (long messages or links): its volume, hours and posters.

    Nothing is returned of a source that tells no message's length.

    Parameters
    ----------
    spoken
        The messages that count, and who wrote them.
    groups
        The table of groups.
    day_offset_us
        From UTC to the study's own clock.
    without
        Tables that are not wanted, such as ``choices``.
    """
    run, spine = spoken.run, spoken.messages
    lengths = run.fetch(spine.select(known=nw.col("chars").count()), "known")
    if not lengths["known"].sum():
        return {}
    days = run.fetch(content.count_content_by_day(spine), "group", "age_day")
    if not spoken.centres_from:
        return {"content": days}
    tables = {"content": days, "supply": _count_supply(spoken, day_offset_us)}
    if "choices" not in without:
        tables["choices"] = _count_choices(spoken, groups, day_offset_us)
    return tables


def _count_supply(spoken: ActivityCounts, day_offset_us: int) -> pd.DataFrame:
    """Find groups that post content at fixed hours; count posters of other texts."""
    run, spine, tables = spoken.run, spoken.messages, []
    columns = ["group", "week", "weekday", "hour"]
    for definition in DEFINITIONS:
        slots = content.assign_slots(spine, definition, day_offset_us)
        times = is_slot_kept(run.fetch(slots, *columns).astype("int64"))
        late = run.fetch(content.count_other_posters(spine, definition), "group")
        both = times.merge(late, "outer", "group").assign(definition=definition)
        tables.append(both)
    table = pd.concat(tables, ignore_index=True)
    defaults = {"scheduled": False, "scheduled_narrow": False, "other_posters": 0}
    for name, none in defaults.items():
        table[name] = table[name].astype(object).where(table[name].notna(), none)
    return table.sort_values(["group", "definition"], ignore_index=True)


def _count_choices(
    spoken: ActivityCounts, groups: pd.DataFrame, day_offset_us: int
) -> pd.DataFrame:
    run = spoken.run
    weekly_counts = run.keep(choices.count_by_member_week(spoken.messages), "wrote")
    weekly = choices.sum_content_of_weeks(choices.count_by_group_week(spoken.messages))
    weekly = run.keep(weekly, "said_weekly")
    ends = (groups["end_us"].astype("int64") + day_offset_us) // DAY_US
    last = pd.DataFrame({"group": groups["group"], "last_week": ends // 7 - 1})
    last_weeks, tables, listed = run.frame(last), [], {}
    people = run.fetch(choices.count_multi_group_members(weekly_counts), CELL[0])
    member_groups = choices.list_groups_of_members(weekly_counts)
    member_groups = run.keep(member_groups, "member_groups")
    # without anyone in three groups all are empty, as the first then shows
    for definition, lag in WAYS if len(people) else WAYS[:1]:
        if lag not in listed:
            pairs = choices.list_choices(
                weekly_counts, member_groups, weekly, last_weeks, lag
            )
            listed[lag] = run.keep(pairs, f"choices_{lag}")
        rows = run.fetch(choices.summarise_choices(listed[lag], definition), *CELL)
        tables.append(rows.assign(definition=definition, lag=lag))
    table = pd.concat(tables, ignore_index=True)
    return table.merge(people, "left", CELL[0])
