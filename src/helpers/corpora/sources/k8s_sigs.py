"""Kubernetes' groups, 2017–2026: leads, charters, missions.

The groups are those of `sig_groups`, under the same keys: how they worked and ended is
told there, who led them here.
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
    build_registry_columns,
)
from helpers.corpora.shared.rosters import (
    build_moments,
    build_stays,
    count_birth_holders,
    join_stays,
)
from helpers.corpora.shared.sig_names import MERGED, RENAMED
from helpers.records import DAY_US, to_day_us

GROUPS, SPELLS, SIZES = "groups.csv", "spells.csv", "sizes.csv"
EVENTS, LEADS = "events.csv", "lead_departures.csv"
END_US = to_day_us(date(2026, 8, 23))  # the last version was of 2026-08-19; read until
LAST_DAY = END_US // DAY_US - 1
NETWORK = "kubernetes"
ENDED = ("group ended",)
KINDS = {
    "charter": "charter",
    "mission_chars": "mission",
    "meetings": "meetings",
    "subprojects": "subprojects",
    "mailing_list": "mailing list",
    "reopened": "reopened",
}


def count(raw: RawFolder) -> Counted:
    """Build tables of Kubernetes groups: leads' terms, departures, group properties."""
    groups = raw.rows(GROUPS)
    key = groups.set_index("group")["chain_id"].map(_find_newest_names(groups))
    spells, sizes, events, leads = (
        raw.rows(name).assign(key=lambda table: table["group"].map(key))
        for name in (SPELLS, SIZES, EVENTS, LEADS)
    )
    listed = _merge_name_chains(groups.assign(key=groups["group"].map(key)))
    role_stays = build_stays(join_stays(spells, 0), ENDED, LAST_DAY)
    dated_events = build_moments(events.assign(value=events["new"]), KINDS)
    return build_counted(
        _build_registry(listed),
        {
            "spells": role_stays,
            "departures": _list_departures(leads, listed),
            "events": dated_events,
            "facts": _build_facts(listed, role_stays),
        },
        {
            "an older name of a group": len(groups) - len(listed),
            "a stay under an older name": len(spells) - len(role_stays),
            "a size, which stays tell": len(sizes),
            "an event that stays and groups tell": len(events) - len(dated_events),
        },
        {
            "groups": len(listed),
            "stays in roles": len(role_stays),
            "departures of leads": len(leads),
            "events": len(dated_events),
        },
    )


def _find_newest_names(groups: pd.DataFrame) -> pd.Series[str]:
    """Return each renamed group's newest name, as used in `sig_groups`."""
    last = groups.drop_duplicates("chain_id", keep="last").set_index("chain_id")
    return (NETWORK + "/" + last["group"]).replace(RENAMED)


def _merge_name_chains(groups: pd.DataFrame) -> pd.DataFrame:
    """Merge renamed groups: start of the oldest name, kind of the newest."""
    first = groups.drop_duplicates("key").set_index("key")
    last = groups.drop_duplicates("key", keep="last").set_index("key")
    dated = ("charter_first_date", "mission_chars_first_date")
    earliest = groups.groupby("key")[list(dated)].min()
    return first.assign(
        **{name: earliest[name] for name in dated},
        ended=last["ended"],
        label=last["group"],
        kind=last["group"].str.split("-").str[0],
    ).reset_index()


def _build_registry(groups: pd.DataFrame) -> pd.DataFrame:
    closed = to_midnight(to_days(groups["ended"]))
    kind = pd.Series("administrative", groups.index, dtype="str")
    kind = kind.mask(groups["kind"].eq("wg"), "completed")
    kind = kind.mask(groups["key"].isin(MERGED), "merged")
    return build_registry_columns(
        groups.assign(
            network=NETWORK,
            origin_us=to_midnight(to_days(groups["born"])),
            end_us=closed.fillna(END_US),
            closed_us=closed,
            closed_kind=kind.where(closed.notna()),
        )
    )


def _list_departures(leads: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """List departures of chairs and technical leads."""
    gone = to_days(leads["end"])
    last = leads["key"].map(to_days(groups.set_index("key")["ended"])).fillna(LAST_DAY)
    return pd.DataFrame(
        {
            "key": leads["key"],
            "nth": np.arange(len(leads)),
            "time_us": to_midnight(gone),
            "role": leads["role"],
            "others": leads["leads_left"],
            "successors": leads["new_leads_180d"],
            "before": leads["commits_180_before"],
            "after": leads["commits_180_after"],
            "joined_before": np.nan,
            "joined_after": np.nan,
            "followed_days": (last - gone).astype("int64"),
            "crowd": leads.groupby("end")["key"].transform("size"),
        }
    )


def _build_facts(groups: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    born, mission = to_days(groups["born"]), to_days(groups["mission_chars_first_date"])
    people = spells.groupby("key")["member"].nunique()
    return build_facts(
        groups,
        {
            "there_at_first": "left_truncated",
            "leads_at_birth": "first_roster_size",
            "chairs_at_birth": groups["key"].map(count_birth_holders(spells, "chair")),
            "leads_ever": groups["key"].map(people),
            "charter_day": to_days(groups["charter_first_date"]),
            "purpose_day": mission,
            "purpose_stated_at_birth": mission <= born,
            "purpose_chars_first": "mission_chars_first",
        },
    )


CORPUS = load_description("k8s_sigs", count=count)
