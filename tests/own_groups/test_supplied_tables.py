"""Tables that a user brings are read whole, or refused by row and column."""

import pandas as pd
import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.own_groups.group_facts import place_user_tables, read_user_tables
from helpers.own_groups.listing import list_named_groups
from helpers.own_groups.run import Plan, make_study
from helpers.study.store.ingest import Terms
from tests.communities import talk
from validation.export_writers import WRITERS

KEYS = {"a1", "b2"}
CODINGS = "key,fact,coder,day,value\na1,rules,me,2024-05-31,1\nb2,rules,me,,0\n"
EVENTS = "key,time_us,kind,value\na1,2024-05-31T09:00:00+08:00,perk,\n"


def given(folder, **files):
    """Write CSV files and read them."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_user_tables(folder, KEYS)


def test_supplied_table_is_read_with_its_column_types(tmp_path):
    """A date is a day, an empty cell where there may be none is missing."""
    rows = given(tmp_path, codings=CODINGS)["codings"]

    assert rows["key"].tolist() == ["a1", "b2"]
    assert (
        rows["day"].tolist()[0] == (pd.Timestamp("2024-05-31")).value // 864 // 10**11
    )
    assert pd.isna(rows["day"][1])
    assert rows["value"].tolist() == [1.0, 0.0]


def test_times_are_kept_in_their_zone(tmp_path):
    """Nine in the morning in Shanghai is one at night in Greenwich."""
    rows = given(tmp_path, events=EVENTS)["events"]
    at = pd.Timestamp("2024-05-31T01:00:00Z").value // 1000

    assert rows["time_us"].tolist() == [at]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CODINGS.replace("2024-05-31", "31.5.2024"), "row 2, column day"),
        (CODINGS.replace("b2", "c3"), "row 3, column key"),
        (CODINGS.replace(",0\n", ",no\n"), "row 3, column value"),
        (CODINGS.replace("me,,", ",,"), "row 3, column coder"),
        (CODINGS.replace("coder", "who"), "row 1"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, text, told):
    """By row and column, with what is allowed."""
    with pytest.raises(BrokenFileError, match=told):
        given(tmp_path, codings=text)


def test_an_unknown_table_is_refused(tmp_path):
    """The error names those that there are."""
    with pytest.raises(BrokenFileError, match="not the name of a table") as told:
        given(tmp_path, surveys="key\na1\n")
    assert "codings" in told.value.remedy


def test_an_empty_folder_is_refused(tmp_path):
    """Rather than a run without what the user meant to bring."""
    with pytest.raises(MissingSourceError):
        read_user_tables(tmp_path, KEYS)


def test_events_join_those_of_the_exports(tmp_path):
    """In order of time, numbered anew; others take the group's number for its key."""
    events = given(tmp_path, events=EVENTS, codings=CODINGS)
    early = pd.DataFrame({"group": [0], "time_us": 0, "kind": "join", "nth": 0})
    ordinal = pd.Series({"a1": 0})
    found = place_user_tables({"events": early.assign(value=None)}, events, ordinal)

    assert found["events"]["kind"].tolist() == ["join", "perk"]
    assert found["events"]["nth"].tolist() == [0, 1]
    assert found["codings"]["group"].tolist() == [0]  # b2 has no group here


def test_counted_members_are_counts_and_hours_of_an_own_clock(tmp_path):
    """Claims about sizes refuse members told from talk; hours need people's clock."""
    study, out = with_tables(
        tmp_path,
        snapshots="key,day,members,joined,readers,active,posts\n"
        "{key},2024-01-03,9,,,,\n",
        rhythm="key,weekday,hour,items\n{key},0,9,20\n",
    )
    facts = study.table("facts")

    assert study.observability.members_source == "count"
    assert study.table("snapshots")["members"].tolist() == [9]
    assert facts.loc[facts["fact"] == "own_clock", "value"].tolist() == [1]
    assert not (out / "tables" / "rhythm.csv").exists()  # it stays the user's


def with_tables(folder, **texts):
    """Return the study of one group that brings some tables, and where it is put."""
    exports = [one_group(folder)]
    key = list_named_groups(exports, Terms())["key"][0]
    tables = folder / "tables"
    tables.mkdir()
    for name, text in texts.items():
        (tables / f"{name}.csv").write_text(text.format(key=key), encoding="utf-8")
    plan = Plan(exports=exports, out=folder / "out", tables=tables)
    return make_study(plan)[0], plan.out


def one_group(folder):
    """Write the export of a group that begins on 2024-01-01."""
    start = int(pd.Timestamp("2024-01-01T09:00:00+08:00").timestamp())
    group = talk(
        "甲乙", 20, start=start, every=1000, said="话", id="g@chatroom", name="g"
    )
    return WRITERS["weflow"].write(group, folder)
