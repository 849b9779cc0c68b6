"""Rosters of Chinese interest groups, 2019–2026: owners and committers.

Three communities: openEuler, openHarmony and openGauss.
"""

import numpy as np
import pandas as pd

from helpers.files import read_description
from helpers.records import to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry

TEMPLATES = frozenset({"sig-template", "sig_template", "Template"})
READING = read_description("zh_sig_roles")["reading"]
SPELLS, CHARTERS = "role_spells.csv.gz", "charters.csv"
END_US = {name: to_day_us(day) for name, day in READING["ends"].items()}


def count(raw: RawFolder) -> Counted:
    """Build the registry of interest groups, and who had which role when."""
    tables = {name: raw.rows(name) for name in (SPELLS, CHARTERS)}
    real = {
        name: rows[~rows["sig"].isin(TEMPLATES)].assign(
            key=(rows["community"] + "/" + rows["sig"]).replace(READING["renamed"])
        )
        for name, rows in tables.items()
    }
    spells = _build_stays(real[SPELLS])
    read = sum(len(table) for table in tables.values())
    return Counted(
        _build_registry(spells, real[CHARTERS]),
        {"spells": spells},
        {"a row of a template": read - sum(len(table) for table in real.values())},
        {"stays in roles": len(spells), "files of charters": len(real[CHARTERS])},
    )


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
    return build_registry(
        table,
        label=table["key"].str.split("/").str[1],
        network=community,
        kind="sig",
        origin_us=np.fmin(to_midnight(table["first"]), to_midnight(table["seen"])),
        end_us=community.map(END_US),
        closed_us=closed,
        closed_kind="administrative",
    )
