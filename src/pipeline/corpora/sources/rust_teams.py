"""Rust's teams, 2018–2026: rosters, leads, and who wrote in a team's streams.

What people wrote in streams ends on 2021-08-07.
"""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.courses import count_steps
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import GONE, OPEN, build_facts, build_registry

TEAMS, SPELLS, ACTIVITY = "teams.csv", "spells.csv", "membership_activity.csv"
END_US = to_day_us(date(2026, 8, 23))  # the last version was of the day before
LAST_DAY = END_US // DAY_US - 1
PERMISSIONS = "marker-team"
LONG = 90  # days of a membership
LEFT = "left"


def build_stays(table: pd.DataFrame, gone: Collection[str], until: int) -> pd.DataFrame:
    """Build periods of a role from dated rosters, with anonymous member numbers."""
    ended = table["end"].notna()
    with_group = ended & table["end_reason"].isin(list(gone))
    dated = table.assign(
        from_day=to_days(table["start"]).astype("int64"),
        to_day=to_days(table["end"]).fillna(until).astype("int64"),
        ending=np.select([with_group, ended], [GONE, LEFT], OPEN),
    ).sort_values("from_day", kind="stable")
    numbered = dated.assign(member=pd.factorize(dated["person"])[0])
    left = numbered[numbered["ending"] == LEFT]
    crowd = left.groupby(["role", "to_day"])["key"].transform("nunique")
    return numbered.assign(crowd=crowd.reindex(numbered.index).fillna(0))


def count(raw: RawFolder) -> Counted:
    """Build tables of Rust's teams: role periods, and who wrote in team streams."""
    teams = raw.rows(TEAMS)
    key = teams.set_index("team_id")["name"][(teams["kind"] != PERMISSIONS).to_numpy()]
    read = {
        name: raw.rows(name).assign(key=lambda table: table["team_id"].map(key))
        for name in (SPELLS, ACTIVITY)
    }
    ours = {name: table.dropna(subset="key") for name, table in read.items()}
    listed = teams[teams["team_id"].isin(key.index)].assign(
        key=lambda table: table["name"], end_day=lambda table: to_days(table["end"])
    )
    spells = build_stays(ours[SPELLS], ("archive", "deleted"), LAST_DAY)
    lists = len(teams) - len(listed) + sum(map(len, read.values()))
    return Counted(
        _build_registry(listed),
        {
            "spells": spells,
            "funnels": _build_funnels(ours[ACTIVITY]),
            "facts": build_facts(listed, {"there_at_first": "left_truncated"}),
        },
        {"a list of permissions, not a team": lists - sum(map(len, ours.values()))},
        {
            "teams": len(listed),
            "stays in roles": len(spells),
            "members of streams": len(ours[ACTIVITY]),
        },
    )


def _build_registry(teams: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of teams; project groups that ended count as completed."""
    closed = to_midnight(teams["end_day"])
    return build_registry(
        teams,
        label="Rust " + teams["name"],
        network="rust",
        origin_us=to_midnight(to_days(teams["born"])),
        end_us=END_US,
        closed_us=closed,
        closed_kind=np.where(
            teams["kind"].eq("project-group"), "completed", "administrative"
        ),
    )


def _build_funnels(activity: pd.DataFrame) -> pd.DataFrame:
    """Count team members by role, and by whether they wrote in the team's stream."""
    watched = activity[(activity["matched"] == 1) & (activity["obs_days"] >= LONG)]
    wrote = watched["msgs_during"] > 0
    elsewhere = ~wrote & (watched["msgs_elsewhere_during"] > 0)
    steps = {
        "listed 90 days or more": wrote.notna(),
        "wrote in the stream": wrote,
        "wrote elsewhere only": elsewhere,
    }
    return count_steps(watched.assign(cohort=watched["role"]), steps)
