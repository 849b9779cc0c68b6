"""What `groups.csv` says goes into the tables that estimators read."""

import csv

import pytest

from helpers.errors import BrokenFileError
from helpers.own_groups.listing import list_named_groups
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import DAY_US, HOUR_US
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import WRITERS, Community, Person, Post

START = 19_723 * DAY_US - 8 * HOUR_US  # 2024-01-01 00:00 in Shanghai
PEOPLE = tuple(Person(f"wxid_{n}", f"成员{n}") for n in range(6))


def _group(name, first_day, writers):
    said = tuple(
        Post(
            id=f"{name}{n:04d}",
            time_us=START + first_day * DAY_US + (21 + 4 * n) * HOUR_US,
            sender=PEOPLE[writers[n % len(writers)]].id,
            text=f"消息{n}",
        )
        for n in range(60)
    )
    ids = tuple(person.id for person in PEOPLE)
    return Community(
        id=f"{name}@chatroom", name=name, people=PEOPLE, members=ids, happenings=said
    )


@pytest.fixture
def said(tmp_path):
    """Return what makes a study of two groups, with cells of theirs filled in."""
    exports = []
    for name, day, writers in (
        ("alt", 0, [0, 0, 1, 2, 3, 4]),
        ("neu", 8, [5, 4, 1, 2, 3]),
    ):
        room = tmp_path / name
        room.mkdir()
        exports.append(WRITERS["weflow"].write(_group(name, day, writers), room))
    names = list_named_groups(exports, Terms())[0].set_index("name")["key"]

    def study(**cells):
        table = tmp_path / "groups.csv"
        columns = sorted({column for row in cells.values() for column in row})
        with table.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, ["key", *columns], restval="")
            rows.writeheader()
            for name, row in cells.items():
                cell = {c: names[v] if c == "parent" else v for c, v in row.items()}
                rows.writerow({"key": names[name], **cell})
        return make_study(Plan(exports=exports, out=tmp_path / "out", groups=table))[0]

    return study


def _of(study, table, name):
    groups = study.table("groups").set_index("label")["group"]
    rows = study.table(table)
    return rows[rows["group"] == groups[name]].set_index("group")


def test_owner_named_in_groups_csv_is_found(said):
    """By the id in the export; nobody said who owns the other group."""
    study = said(alt={"label": "a", "owner": "wxid_0"}, neu={"label": "b"})
    assert study.table("shown")["owner_known"].tolist() == [True, False]


def test_unknown_owner_is_reported_by_row(said):
    """Or a slip of the pen would pass for a silent owner."""
    with pytest.raises(BrokenFileError, match="row 2, column owner"):
        said(alt={"owner": "wxid_99"})


def test_closing_before_the_first_message_is_reported_by_row(said):
    """The export knows better."""
    with pytest.raises(BrokenFileError, match="row 2, column closed"):
        said(alt={"closed": "2023-12-30"})


def test_parent_named_in_groups_csv_becomes_a_link(said):
    """With who came over, and what the parent wrote before and after."""
    study = said(alt={"label": "a"}, neu={"label": "b", "parent": "alt"})
    link = _of(study, "links", "b")
    assert link[["parent", "kind", "posters", "shared"]].to_numpy().tolist() == [
        [0, "stated", 5, 4]
    ]
    assert link[["before", "after"]].to_numpy().sum() == 60


def test_closing_day_ends_in_the_export_time_zone(said):
    """What was written on its last day counts, what came after it does not."""
    study = said(alt={"label": "a", "born": "2023-12-31", "closed": "2024-01-02"})
    group = _of(study, "groups", "a").iloc[0]
    assert group["created_us"] == START - DAY_US
    assert group["end_us"] == group["closed_us"] == START + 2 * DAY_US
    assert group["messages"] == 7  # at 21 o'clock, then every four hours


def test_fee_kind_cap_rules_and_the_rest_become_facts(said):
    """One row a fact; text becomes a fact of its own name."""
    cells = {
        "label": "a", "type": "fans", "fee": "9.9", "offline_first": "no", "cap": "500",
        "purpose": "sales", "rules": "2024-01-03", "platform": "wechat",
    }  # fmt: skip
    facts = _of(said(alt=cells), "facts", "a")
    assert dict(facts.to_numpy().tolist()) == {
        "paid": 1, "fee": 9, "offline_first": 0, "cap": 500, "rules": 1,
        "rules_day": 19_725, "type: fans": 1, "purpose: sales": 1,
        "platform: wechat": 1, "own_clock": 1,
    }  # fmt: skip
