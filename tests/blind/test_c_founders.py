"""Founders who give up their office, again: counted from the raw spells."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.shared.sig_names import RENAMED, TEMPLATES
from tests.blind.c_registries import raw

LEADS = ("maintainer", "leader")  # as the three communities call them

pytestmark = pytest.mark.shared


def _departures():
    """Return groups' days on which founders left: was it the last one, did it end."""
    spells = raw("zh_sig_roles", "role_spells.csv.gz")
    spells = spells[~spells["sig"].isin(TEMPLATES)]
    name = spells["community"] + "/" + spells["sig"]
    spells["group"] = name.replace(dict(RENAMED))
    gone = spells[spells["how_ended"] == "group_folder_gone"]
    still = spells.loc[spells["how_ended"] == "open", "group"]
    closed = gone[~gone["group"].isin(still)].groupby("group")["to"].max()
    leads = spells[spells["role"].isin(LEADS)]
    for group, own in leads.groupby("group"):
        first = own.loc[own["from"] == own["from"].min(), "person"]
        founders = own[own["person"].isin(first)]
        few = founders["groups_with_departures_that_day"] < 5
        left = founders[few & (founders["how_ended"] == "left")]
        for day in sorted(set(left["to"])):
            stays = (founders["from"] <= day) & (founders["to"] > day)
            if day < closed.get(group, "9999"):
                yield group, not stays.any(), group in closed.index


def test_too_few_groups_of_founders_were_closed(product):
    """Arms are groups; a group is closed in the arm of its last departure."""
    rows = pd.DataFrame(_departures(), columns=["group", "last", "closed"])
    arms = rows.groupby("last")["group"].nunique()
    ended = rows.drop_duplicates("group", keep="last").query("closed")
    found = product("s4-owner-indispensable", "zh_sig_roles")
    told = {gate.name: gate.detail for gate in found.gates}
    assert found.word == "UNTESTABLE"
    assert told["arms"].startswith(f"{arms[True]} exposed and {arms[False]} not")
    assert told["deaths"].startswith(f"{len(ended)} deaths, 30 needed")
