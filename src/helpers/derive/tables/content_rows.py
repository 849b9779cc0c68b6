"""Tables on content (long messages or links): by day and hour of week."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from helpers.derive.measures import content
from helpers.derive.measures.content import DEFINITIONS
from helpers.derive.measures.timetables import is_slot_kept
from helpers.derive.tables.window_rows import ActivityCounts


def build_content_rows(
    spoken: ActivityCounts, day_offset_us: int
) -> dict[str, pd.DataFrame]:
    """Build tables of content (long messages or links): its volume, hours and posters.

    Nothing is returned of a source that tells no message's length.
    """
    run, spine = spoken.run, spoken.messages
    lengths = run.fetch(spine.select(known=nw.col("chars").count()), "known")
    if not lengths["known"].sum():
        return {}
    days = run.fetch(content.count_content_by_day(spine), "group", "age_day")
    if not spoken.centres_from:
        return {"content": days}
    return {
        "content": days,
        "supply": _count_supply(spoken, day_offset_us),
    }


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
