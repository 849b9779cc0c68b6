"""Rust's teams, 2018–2026: rosters, leads, and messages in streams.

Streams are those of `zulip_archives` (fact `zulip_stream` is the number in its keys);
what people wrote there ends on 2021-08-07.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_funnel,
    build_registry_columns,
    build_snapshots,
    keep_if_present,
)
from helpers.corpora.shared.rosters import build_moments, build_stays, list_departures
from helpers.records import DAY_US, to_day_us

TEAMS, SPELLS, SIZES = "teams.csv", "spells.csv", "sizes.csv"
EVENTS, LEADS = "events.csv", "lead_departures.csv"
STREAMS, MONTHS = "team_stream.csv", "team_stream_month.csv"
ACTIVITY = "membership_activity.csv"
END_US = to_day_us(date(2026, 8, 23))  # the last version was of the day before
LAST_DAY = END_US // DAY_US - 1
PERMISSIONS = "marker-team"
LIVELY, LONG = 20, 90  # messages of a month, days of a membership
KINDS = {
    "rename": "renamed",
    "parent": "moved",
    "kind": "kind changed",
    "description": "description changed",
    "revived": "revived",
}
WRITERS = ("lead", "member", "alumni", "future_member", "never_member", "unidentified")


def count(raw: RawFolder) -> Counted:
    """Build tables of Rust's teams: role periods, departures, team properties."""
    teams = raw.rows(TEAMS)
    key = teams.set_index("team_id")["name"][(teams["kind"] != PERMISSIONS).to_numpy()]
    read = {
        name: raw.rows(name).assign(key=lambda table: table["team_id"].map(key))
        for name in (SPELLS, SIZES, EVENTS, LEADS, STREAMS, MONTHS, ACTIVITY)
    }
    ours = {name: table.dropna(subset="key") for name, table in read.items()}
    listed = teams[teams["team_id"].isin(key.index)].assign(
        key=lambda table: table["name"], end_day=lambda table: to_days(table["end"])
    )
    spells = build_stays(ours[SPELLS], ("archive", "deleted"), LAST_DAY)
    dated_events = build_moments(ours[EVENTS].assign(value=None), KINDS)
    lists = len(teams) - len(listed) + sum(map(len, read.values()))
    return build_counted(
        _build_registry(listed),
        {
            "spells": spells,
            "departures": _list_departures(spells, listed, ours[LEADS]),
            "snapshots": _count_sizes(ours[SIZES]),
            "events": dated_events,
            "funnels": _build_funnels(ours[ACTIVITY]),
            "facts": _build_facts(listed, ours[STREAMS], ours[MONTHS]),
        },
        {
            "a list of permissions, not a team": lists - sum(map(len, ours.values())),
            "an event that stays and groups tell": len(ours[EVENTS])
            - len(dated_events),
        },
        {
            "teams": len(listed),
            "stays in roles": len(spells),
            "sizes": len(ours[SIZES]),
            "events": len(dated_events),
            "departures with messages": len(ours[LEADS]),
            "streams of teams": len(ours[STREAMS]),
            "months of streams": len(ours[MONTHS]),
            "members of streams": len(ours[ACTIVITY]),
        },
    )


def _build_registry(teams: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of teams; project groups that ended count as completed."""
    closed = to_midnight(teams["end_day"])
    done = teams["kind"].eq("project-group") & closed.notna()
    ending = keep_if_present(done, "completed").fillna(
        keep_if_present(closed.notna(), "administrative")
    )
    return build_registry_columns(
        teams.assign(
            label="Rust " + teams["name"],
            network="rust",
            origin_us=to_midnight(to_days(teams["born"])),
            end_us=closed.fillna(END_US),
            closed_us=closed,
            closed_kind=ending,
        )
    )


def _list_departures(
    spells: pd.DataFrame, teams: pd.DataFrame, leads: pd.DataFrame
) -> pd.DataFrame:
    """List departures of leads, with team messages before and after."""
    ends = teams.set_index("key")["end_day"].dropna()
    gone = list_departures(spells, "lead", ends, LAST_DAY)
    columns = {"before": "msgs_180_before", "after": "msgs_180_after"}
    who = ["key", "person", "to_day"]
    both = (
        leads.assign(to_day=to_days(leads["end"]))
        .groupby(who)[list(columns.values())]
        .sum()
    )
    names = {column: name for name, column in columns.items()}
    lead_departures = gone.merge(both.rename(columns=names).reset_index(), "left", who)
    return lead_departures.assign(joined_before=np.nan, joined_after=np.nan)


def _count_sizes(sizes: pd.DataFrame) -> pd.DataFrame:
    live = sizes["members"].where(sizes["state"].eq("live"), 0)
    columns = {"day": to_days(sizes["date"]), "members": live}
    table = build_snapshots(sizes[["key"]].assign(**columns))
    return table.drop_duplicates(["key", "day"], keep="last")


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
    return build_funnel(watched.assign(cohort=watched["role"]), steps)


def _build_facts(
    teams: pd.DataFrame, streams: pd.DataFrame, months: pd.DataFrame
) -> pd.DataFrame:
    main = streams.sort_values("messages").groupby("key")["stream_id"].last()
    columns = ["msgs", *(f"msgs_{who}" for who in WRITERS)]
    messages = months.groupby("key")[columns].sum()
    lively = months[months["msgs"] >= LIVELY]
    led = lively["top_role"].eq("lead").groupby(lively["key"])
    measured = teams.set_index("key").assign(
        purpose=to_days(teams.set_index("key")["desc_first"]),
        stream=main,
        lively=led.size(),
        led=led.sum(),
        **{name: messages[name] for name in columns},
    )
    at_birth = measured["desc_first"] == measured["born"]
    return build_facts(
        measured.assign(at_birth=at_birth).reset_index(),
        {
            "there_at_first": "left_truncated",
            "members_at_birth": "members_first",
            "leads_at_birth": "leads_first",
            "members_most": "members_max",
            "alumni_at_end": "alumni_last",
            "purpose_day": "purpose",
            "purpose_stated_at_birth": "at_birth",
            "purpose_chars_first": "desc_first_chars",
            "zulip_stream": "stream",
            "messages_in_streams": "msgs",
            **{f"messages_by_{who}": f"msgs_{who}" for who in WRITERS},
            "lively_months": "lively",
            "lively_months_led": "led",
        },
    )


CORPUS = load_description("rust_teams", count=count)
