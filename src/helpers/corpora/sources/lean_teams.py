"""Lean's teams, 2022–2026, and what they wrote in the streams of the Lean Zulip.

Streams are those of `zulip_archives`, under the same keys. Teams exist on paper from
October 2022 on; most of what their people wrote is older.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, described
from helpers.corpora.shared.dates import days, midnight
from helpers.corpora.shared.registers import counted, facts, registry, snapshots
from helpers.corpora.shared.rosters import births, joined, stays
from helpers.records import DAY_US, day_us

TEAMS, SPELLS, SIZES = "groups.csv", "spells.csv", "sizes.csv"
EVENTS, MONTHS = "events.csv", "stream_month.csv"
END_US = day_us(date(2026, 7, 8))  # the last version was of the day before
LAST_DAY = END_US // DAY_US - 1
STREAMS_END_US = day_us(date(2026, 3, 1))  # the last month that was counted
SAID = {
    "messages": "msgs",
    "messages_by_teams": "any_team",
    "messages_by_former_teams": "former_team",
    "messages_by_later_teams": "future_team",
    "messages_by_others": "not_in_any_team",
}


def count(raw: RawFolder) -> Counted:
    """Return teams with their people, and streams with what teams wrote there."""
    teams = raw.rows(TEAMS)
    key = teams.set_index("group")["chain_id"]
    spells, sizes, events = (
        raw.rows(name).assign(key=lambda table: table["group"].map(key))
        for name in (SPELLS, SIZES, EVENTS)
    )
    months = raw.rows(MONTHS).assign(
        key=lambda table: "lean/" + table["stream_id"].astype("str")
    )
    role_stays = stays(joined(spells, 0), ("group ended",), LAST_DAY)
    newest = teams.drop_duplicates("chain_id", keep="last").assign(
        key=lambda table: table["chain_id"]
    )
    day = {"day": days(sizes["date"]), "members": sizes["persons"]}
    dated = sizes[["key"]].assign(**day)
    live = dated.drop_duplicates(["key", "day"], keep="last")
    return counted(
        pd.concat([_teams(newest), _streams(months)]),
        {
            "spells": role_stays,
            "snapshots": snapshots(live),
            "facts": pd.concat([_births(teams, role_stays), _message_facts(months)]),
        },
        {
            "an older name of a team": len(teams) - len(newest),
            "a roster that changed again that day": len(sizes) - len(live),
            "an event that stays and groups tell": len(events),
            "a stay under an older name": len(spells) - len(role_stays),
        },
        {
            "teams": len(newest),
            "stays in roles": len(role_stays),
            "sizes": len(live),
            "months of streams": len(months),
        },
    )


def _teams(teams: pd.DataFrame) -> pd.DataFrame:
    return registry(
        teams.assign(
            label="Lean " + teams["group"],
            network="lean",
            kind="team",
            origin_us=midnight(days(teams["chain_born"])),
            end_us=END_US,
        )
    )


def _streams(months: pd.DataFrame) -> pd.DataFrame:
    """Return the streams, each from the first month in which somebody wrote."""
    first = pd.to_datetime(months.groupby("key")["month"].min(), format="%Y-%m")
    origin = (first - pd.Timestamp(0)) // pd.Timedelta(microseconds=1)
    table = origin.rename("origin_us").reset_index()
    return registry(table.assign(network="lean", kind="stream", end_us=STREAMS_END_US))


def _births(teams: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of each team under its oldest name."""
    oldest = teams.drop_duplicates("chain_id").assign(
        key=lambda table: table["chain_id"]
    )
    return facts(
        oldest,
        {
            "there_at_first": "left_truncated",
            "members_at_birth": oldest["key"].map(births(spells, "member")),
            "purpose_chars_first": "desc_chars_first",
        },
    )


def _message_facts(months: pd.DataFrame) -> pd.DataFrame:
    sums = months.groupby("key", as_index=False)[list(SAID.values())].sum()
    return facts(sums, SAID)


CORPUS = described("lean_teams", count=count)
