"""Groups by month and who met: ids, bands, months before a group existed."""

from __future__ import annotations

import json

import pandas as pd

from helpers.corpora.shared.corpus import RawFolder
from helpers.corpora.sources import tpac2023
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

YEAR = [f"2022-{month:02d}" for month in range(9, 13)] + ["2023-01", "2023-02"]


def _count(tmp_path, entries, sessions):
    folder = tmp_path / "tpac2023"
    folder.mkdir()
    (tmp_path / "w3c_groups").mkdir()
    (folder / "sessions.csv").write_text("w3c_id,in_person_band\n" + sessions)
    union = {"groups": entries}
    (tmp_path / "w3c_groups" / "w3c_groups_union.json").write_text(json.dumps(union))
    raw = RawFolder(folder, ["../w3c_groups/w3c_groups_union.json", "sessions.csv"])
    made = tpac2023.count(raw)
    assert sum(made.became.values()) + sum(made.entered.values()) == raw.tally.total()
    return made


def _entry(number, created="2020-01", months=YEAR):
    return {
        "id": number,
        "created": f"{created}-01T00:00:00Z",
        "first_seen": "2020-01-01",
        "last_seen": "2026-08-22",
        "activity": {"lists": dict.fromkeys(months, 2)},
    }


def test_a_session_without_an_id_does_not_turn_ids_into_fractions(tmp_path):
    """With a blank among them, ids are read as 7.0 and matched no group."""
    made = _count(tmp_path, [_entry(7), _entry(8)], "7,16-30\n7,Less than 15\n,16-30\n")
    facts = made.tables["facts"].set_index("key")["value"].to_dict()
    assert facts == {"7": 2, "8": 0}


def test_months_before_founding_are_not_counted_as_silent(tmp_path):
    """It is counted from its founding on."""
    made = _count(tmp_path, [_entry(7, created="2022-09")], "7,16-30\n")
    panel = made.tables["group_months"]
    assert panel["month"].min() == 12 * (2022 - 1970) + 8
    assert panel["items"].sum() == 12


def test_group_with_five_months_of_mail_is_excluded(tmp_path):
    """Groups that hardly wrote before have nothing to rise from."""
    made = _count(tmp_path, [_entry(7, months=YEAR[1:]), _entry(8)], "7,16-30\n")
    assert made.groups["key"].tolist() == ["8"]
    assert made.became == {"little mail in the year before": 1}


@needs_raw
def test_mails_after_the_meeting_are_recomputed_from_raw_files():
    """Independent recomputation: sums of both arms before and after."""
    union = json.loads((SHARED / "w3c_groups" / "w3c_groups_union.json").read_text())
    sessions = pd.read_csv(SHARED / "tpac2023" / "sessions.csv").dropna(subset="w3c_id")
    met = set(sessions["w3c_id"].astype(int))
    before = [f"2022-{m:02d}" for m in range(9, 13)]
    before += [f"2023-{m:02d}" for m in range(1, 9)]
    sums = {True: [0, 0], False: [0, 0]}
    for entry in union["groups"]:
        lists = entry["activity"].get("lists") or {}
        born = (entry.get("created") or entry["first_seen"])[:7]
        listed = {m: n for m, n in lists.items() if born <= m <= entry["last_seen"][:7]}
        if sum(bool(listed.get(month)) for month in before) < 6:
            continue
        arm = sums[entry["id"] in met]
        arm[0] += sum(listed.get(month) or 0 for month in before)
        arm[1] += sum(listed.get(month) or 0 for month in ("2023-10", "2023-11"))
    study = open_study("tpac2023")
    facts = study.table("facts").set_index("group")["value"]
    panel = study.table("group_months").assign(
        met=lambda rows: rows["group"].map(facts) > 0
    )
    start = 12 * (2022 - 1970) + 8
    for arm, expected in sums.items():
        own = panel[panel["met"].eq(arm)].groupby("month")["items"].sum()
        found = [
            own.loc[start : start + 11].sum(),
            own.loc[[start + 13, start + 14]].sum(),
        ]
        assert found == expected
