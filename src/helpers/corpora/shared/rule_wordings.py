"""When a group's written rules changed, and when they first named what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.corpora.shared.dates import days, midnight

FLAGS = {
    "fine_redpacket": "a fine in red packets",
    "leaving_rule": "a rule on leaving",
    "no_second_entry": "no second entry",
    "leave_or_mercy": "days off",
    "entry_via_owner_or_invite": "entry through the owner",
    "child_of_parent": "members of the parent only",
}


def rule_events(rules: pd.DataFrame) -> pd.DataFrame:
    """Return each new wording, and the day on which each kind of rule first stood."""
    ordered = rules.sort_values(["key", "date"], kind="stable")
    changed = ordered["rules_hash"] != ordered.groupby("key")["rules_hash"].shift()
    worded = ordered[changed].assign(kind="rules", value=ordered["rule_lines"])
    first = [
        ordered[ordered[flag] == 1].drop_duplicates("key").assign(kind=name, value=None)
        for flag, name in FLAGS.items()
    ]
    events = pd.concat([worded, *(part for part in first if len(part))])
    at = midnight(days(events["date"]))
    return events.assign(time_us=at, nth=np.arange(len(events)))[
        ["key", "nth", "time_us", "kind", "value"]
    ]
