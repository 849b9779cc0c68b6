"""Rosters of Chinese interest groups, 2019–2026: owners, committers, charters.

The groups of openEuler and openHarmony are those of `sig_groups`, under the same keys;
openGauss is a third community.
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
    keep_if_present,
)
from helpers.corpora.shared.sig_names import RENAMED, TEMPLATES
from helpers.records import DAY_US, to_day_us

SPELLS, STATES = "role_spells.csv.gz", "sig_states.csv.gz"
CHARTERS, ITEMS = "charters.csv", "work_items.csv.gz"
END_US = {  # the last version read
    "openeuler": to_day_us(date(2026, 8, 21)),
    "openharmony": to_day_us(date(2026, 8, 6)),
    "opengauss": to_day_us(date(2026, 8, 21)),
}
FOUND = ("goal", "scope", "meeting", "rules", "contact", "plan", "offline")


def count(raw: RawFolder) -> Counted:
    """Build tables of interest groups: who had which role when, and repositories."""
    tables = {
        name: _add_keys(raw.rows(name)) for name in (SPELLS, STATES, CHARTERS, ITEMS)
    }
    real = {
        name: table[~table["sig"].isin(TEMPLATES)] for name, table in tables.items()
    }
    spells = _build_stays(real[SPELLS])
    read = sum(len(table) for table in tables.values())
    return build_counted(
        _build_registry(spells, real[CHARTERS]),
        {
            "spells": spells,
            "events": _list_repositories(real[ITEMS]),
            "facts": pd.concat(
                [_read_charters(real[CHARTERS]), _build_state_facts(real[STATES])]
            ),
        },
        {"a row of a template": read - sum(len(table) for table in real.values())},
        {
            "stays in roles": len(spells),
            "versions of rosters": len(real[STATES]),
            "files of charters": len(real[CHARTERS]),
            "days with new or removed repositories": len(real[ITEMS]),
        },
    )


def _add_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Add the newest name of each interest group as its key."""
    key = table["community"] + "/" + table["sig"]
    return table.assign(key=key.replace(RENAMED))


def _build_stays(table: pd.DataFrame) -> pd.DataFrame:
    """Build role periods with anonymous member numbers."""
    dated = table.assign(
        from_day=to_days(table["from"]).astype("int64"),
        to_day=to_days(table["to"]).astype("int64"),
        ending=table["how_ended"].replace("group_folder_gone", "group gone"),
        crowd=table["groups_with_departures_that_day"],
    ).sort_values("from_day", kind="stable")
    return dated.assign(member=pd.factorize(dated["person"])[0])


def _build_registry(spells: pd.DataFrame, charters: pd.DataFrame) -> pd.DataFrame:
    """Build the list of groups; a group ends with its folder and members."""
    seen = to_days(charters["sig_first_seen"]).groupby(charters["key"]).min()
    by = spells.groupby("key")
    table = pd.DataFrame({"seen": seen, "first": by["from_day"].min()})
    gone = spells["ending"].eq("group gone").groupby(spells["key"]).any()
    open_ = spells["ending"].eq("open").groupby(spells["key"]).any()
    table = table.assign(ended=gone & ~open_, last=by["to_day"].max())
    table = table.fillna({"ended": False}).rename_axis("key").reset_index()
    community = table["key"].str.split("/").str[0]
    closed = to_midnight(table["last"] + 1).where(table["ended"].astype(bool))
    return build_registry_columns(
        table.assign(
            label=table["key"].str.split("/").str[1],
            network=community,
            kind="sig",
            origin_us=to_midnight(take_earlier(table["first"], table["seen"])),
            end_us=closed.fillna(community.map(END_US)),
            closed_us=closed,
            closed_kind=keep_if_present(closed.notna(), "administrative"),
        )
    )


def _list_repositories(items: pd.DataFrame) -> pd.DataFrame:
    kinds = {"A": "repositories added", "D": "repositories removed"}
    return pd.DataFrame(
        {
            "key": items["key"],
            "nth": np.arange(len(items)),
            "time_us": to_days(items["date"]) * DAY_US,
            "kind": items["added_or_deleted"].map(kinds),
            "value": items["repos"],
        }
    )


def _read_charters(charters: pd.DataFrame) -> pd.DataFrame:
    """Return length and named subjects of each interest group's earliest charter."""
    at = to_days(charters["charter_first"])
    earliest = charters[at == at.groupby(charters["key"]).transform("min")]
    columns = [f"first_{name}" for name in FOUND]
    most = earliest.groupby("key")[["first_chars", "first_han", *columns]].max()
    day = at.groupby(charters["key"]).min()
    seen = to_days(charters["sig_first_seen"]).groupby(charters["key"]).min()
    measured = pd.DataFrame(
        {
            "charter_day": day,
            "charter_on_first_day": day <= seen,
            "charter_chars_first": most["first_chars"],
            "charter_han_first": most["first_han"],
            "charter_versions": charters.groupby("key")["distinct_versions"].sum(),
            **{f"charter_names_{name}": most[f"first_{name}"] for name in FOUND},
        }
    )
    return build_facts(measured.reset_index())


def _build_state_facts(states: pd.DataFrame) -> pd.DataFrame:
    ordered = states.sort_values("date", kind="stable")
    last = ordered.groupby("key").tail(1).set_index("key")
    meeting_pages = ordered[ordered["has_meeting_url"] == 1]
    by = ordered.groupby("key")
    measured = pd.DataFrame(
        {
            "organizations_most": by["maintainer_orgs"].max(),
            "repositories_last": last["repositories"],
            "mailing_list": by["has_mailing_list"].max(),
            "meeting_page_day": to_days(meeting_pages["date"])
            .groupby(meeting_pages["key"])
            .min(),
        }
    )
    return build_facts(measured.reset_index())


CORPUS = load_description("zh_sig_roles", count=count)
