"""Lists brought from outside: what their columns are, and whom they name."""

import json
import tomllib

import pytest

import helpers as sq
from helpers.errors import BrokenFileError
from helpers.formats.reading.outside_lists import read_table
from helpers.own_groups import people
from helpers.own_groups.group_list import read_group_list
from helpers.paths import ROOT
from helpers.store.ingest import Terms
from helpers.store.people import read_names

ZONE = "UTC"
START = 1_704_103_200
NAMES = ("ann", "ben", "小雨", "+86 138 0013 8000")
SILENT = ("fay", "gus", "hal", "ivy")


@pytest.fixture
def talk(tmp_path):
    """Names of a Telegram group in which four people write."""
    messages = [
        {
            "id": n, "type": "message", "date_unixtime": str(START + 60 * n),
            "from": NAMES[n % 4], "from_id": f"user{11 + n % 4}", "text": "hi",
        }
        for n in range(8)
    ]  # fmt: skip
    chat = {"name": "g", "type": "private_group", "id": 1, "messages": messages}
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "result.json").write_text(json.dumps(chat), "utf-8")
    (tmp_path / "key").write_text("0" * 64)
    return read_names([tmp_path / "talk"], Terms(key=tmp_path / "key"))


def place(talk, tmp_path, text):
    """Return how many of a list there are, how many wrote, and what is said of it."""
    path = tmp_path / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    listed = people.read_member_list(path)
    keys = sorted(talk.groups)
    table = people.place_members(listed, talk, keys, path, ZONE)
    wrote = {person for one in NAMES for person in talk.find_people(one)}
    writers = {(keys[0], person) for person in wrote}
    people.check_overlap(table, writers, path)
    told = people.describe_overlap(table, writers)
    return len(table), int(table["person"].isin(wrote).sum()), str(told)


MADE = (ROOT / "tests" / "data" / "member_lists.toml").read_text("utf-8")
LISTS = tomllib.loads(MADE)["list"]


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one["text"][:30])
def test_four_of_eight_listed_members_wrote(talk, tmp_path, listed):
    """Ten of ten were said never to have written where four wrote daily."""
    text = listed["text"].encode(listed.get("encoding", "utf-8"))
    assert place(talk, tmp_path, text) == (
        *(8, 4),
        "list of members: 4 of 8 wrote; 0 who wrote are not on it",
    )


def test_an_export_is_no_list_of_members(talk, tmp_path):
    """Its messages are nobody's handles."""
    with pytest.raises(BrokenFileError, match="is JSON, not a table"):
        place(talk, tmp_path, (tmp_path / "talk" / "result.json").read_bytes())


def test_a_name_in_two_columns_is_one(tmp_path):
    """Whoever wrote under both had never written; their days were read by no column."""
    path = tmp_path / "list.csv"
    path.write_text("Vorname,Nachname,Eintritt\nAnn,Lee,13.02.2024\n雨,王,01.03.2024\n")
    table = people.read_member_list(path)
    assert table["handles"].tolist() == [("Ann Lee", "LeeAnn"), ("雨 王", "王雨")]
    assert [str(day) for day in table["joined"]] == ["2024-02-13", "2024-03-01"]


def test_days_that_can_be_read_in_two_ways_are_asked_for(tmp_path):
    """Rather than moved by months."""
    path = tmp_path / "list.csv"
    path.write_text("name,joined\nann,01/02/2024\nben,03/04/2024\n")
    with pytest.raises(BrokenFileError, match="row 2, column joined"):
        people.read_member_list(path)


def test_writers_who_are_not_on_the_list_are_counted(talk, tmp_path):
    """The overlap is told, whatever it is."""
    *_, told = place(talk, tmp_path, "ann\nfay\ngus\n")
    assert told == "list of members: 1 of 3 wrote; 3 who wrote are not on it"


def test_a_list_of_another_group_is_questioned(talk, tmp_path):
    """No number is printed of a list of which nobody wrote."""
    with pytest.raises(
        BrokenFileError, match="none of the 4 members on this list wrote"
    ):
        place(talk, tmp_path, "".join(f"{one}\n" for one in SILENT))


def test_columns_that_name_different_people_are_questioned(talk, tmp_path):
    """A list with two columns of ids, of which one is somebody else's."""
    text = "id,name\nuser11,ann\nuser12,小雨\n"
    with pytest.raises(BrokenFileError, match="row 3: its columns name different"):
        place(talk, tmp_path, text)


@pytest.mark.parametrize("one", ["8.61E+11", "8,61E+11", '"8,61E+11"'])
def test_ids_that_a_spreadsheet_rounded_are_refused_in_a_list(talk, tmp_path, one):
    """They are nobody's."""
    with pytest.raises(BrokenFileError, match="row 2: a spreadsheet has rounded"):
        place(talk, tmp_path, f"id\n{one}\n{one}\n")


def test_a_first_row_like_the_others_is_one_of_them(tmp_path):
    """A list without a header lost nobody."""
    path = tmp_path / "list.csv"
    path.write_text("@ann\n@ben\n@cyd\n", "utf-8")
    assert len(read_table(path).rows) == 3
    assert sq.read_members(path)["handle"].tolist() == ["@ann", "@ben", "@cyd"]


@pytest.mark.parametrize("header", ["founded,last message", "Founded , Last_Message"])
def test_headers_of_a_list_of_groups_are_compared_alike(tmp_path, header):
    """Case, blanks and underscores make no other column."""
    path = tmp_path / "groups.csv"
    path.write_text(f"name,{header}\ng,2024-01-01,2024-02-01\n", "utf-8")
    assert len(read_group_list(path)) == 1
