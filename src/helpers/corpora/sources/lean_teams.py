"""Lean's teams, 2022–2026, and their messages in Zulip streams.

Streams are those of `zulip_archives`, under the same keys. Teams exist on paper from
October 2022 on; most of what their people wrote is older.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
    build_snapshots,
)
from helpers.corpora.shared.rosters import build_stays, count_birth_holders, join_stays
from helpers.records import DAY_US, to_day_us

TEAMS, SPELLS, SIZES = "groups.csv", "spells.csv", "sizes.csv"
EVENTS, MONTHS = "events.csv", "stream_month.csv"
END_US = to_day_us(date(2026, 7, 8))  # the last version was of the day before
LAST_DAY = END_US // DAY_US - 1
STREAMS_END_US = to_day_us(date(2026, 3, 1))  # the last month that was counted
SAID = {
    "messages": "msgs",
    "messages_by_teams": "any_team",
    "messages_by_former_teams": "former_team",
    "messages_by_later_teams": "future_team",
    "messages_by_others": "not_in_any_team",
}


def count(raw: RawFolder) -> Counted:
    """Build tables of Lean's teams, their members and their chat streams."""
    teams = raw.rows(TEAMS)
    key = teams.set_index("group")["chain_id"]
    spells, sizes, events = (
        raw.rows(name).assign(key=lambda table: table["group"].map(key))
        for name in (SPELLS, SIZES, EVENTS)
    )
    months = raw.rows(MONTHS).assign(
        key=lambda table: "lean/" + table["stream_id"].astype("str")
    )
    role_stays = build_stays(join_stays(spells, 0), ("group ended",), LAST_DAY)
    newest = teams.drop_duplicates("chain_id", keep="last").assign(
        key=lambda table: table["chain_id"]
    )
    day = {"day": to_days(sizes["date"]), "members": sizes["persons"]}
    dated = sizes[["key"]].assign(**day)
    live = dated.drop_duplicates(["key", "day"], keep="last")
    return build_counted(
        pd.concat([_build_teams(newest), _build_streams(months)]),
        {
            "spells": role_stays,
            "snapshots": build_snapshots(live),
            "facts": pd.concat(
                [_describe_births(teams, role_stays), _count_message_facts(months)]
            ),
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


def _build_teams(teams: pd.DataFrame) -> pd.DataFrame:
    return build_registry_columns(
        teams.assign(
            label="Lean " + teams["group"],
            network="lean",
            kind="team",
            origin_us=to_midnight(to_days(teams["chain_born"])),
            end_us=END_US,
        )
    )


def _build_streams(months: pd.DataFrame) -> pd.DataFrame:
    """Build the list of chat streams; each begins in its first month of messages."""
    first = pd.to_datetime(months.groupby("key")["month"].min(), format="%Y-%m")
    origin = (first - pd.Timestamp(0)) // pd.Timedelta(microseconds=1)
    table = origin.rename("origin_us").reset_index()
    return build_registry_columns(
        table.assign(network="lean", kind="stream", end_us=STREAMS_END_US)
    )


def _describe_births(teams: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return properties of each team's founding, such as its first day's members."""
    oldest = teams.drop_duplicates("chain_id").assign(
        key=lambda table: table["chain_id"]
    )
    return build_facts(
        oldest,
        {
            "there_at_first": "left_truncated",
            "members_at_birth": oldest["key"].map(
                count_birth_holders(spells, "member")
            ),
            "purpose_chars_first": "desc_chars_first",
        },
    )


def _count_message_facts(months: pd.DataFrame) -> pd.DataFrame:
    sums = months.groupby("key", as_index=False)[list(SAID.values())].sum()
    return build_facts(sums, SAID)


CORPUS = load_description("lean_teams", count=count)
