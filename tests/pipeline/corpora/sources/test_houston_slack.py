"""The traps of one Slack workspace: archived channels, and files nobody recorded."""

import json

import pytest

from helpers.derive.tables.derive import Terms, derive_tables
from helpers.errors import BrokenFileError
from helpers.store.store import write_store
from pipeline.corpora import read_folder
from pipeline.corpora.shared.corpus import RawFolder

NAME = "houston_slack"
FILES = ["channels.json", "users.json", "a/2015-06-05.json"]
CHANNEL = {
    "id": "C1", "name": "a", "created": 1433500000, "creator": "U1",
    "is_archived": True, "members": [],
}  # fmt: skip
SAID = [
    {"ts": "1433500001.000001", "subtype": "channel_join", "user": "U1"},
    {"ts": "1433500002.000001", "subtype": "channel_join", "user": "U2"},
    {
        "ts": "1433500003.000001", "user": "U1", "text": "x",
        "reactions": [{"name": "+1", "count": 1, "users": ["U2"]}],
    },
    {"ts": "1433500004.000001", "subtype": "channel_leave", "user": "U2"},
    {"ts": "1433500005.000001", "subtype": "channel_join", "user": "U2"},
    {"ts": "1433500006.000001", "subtype": "channel_archive", "user": "U1"},
]  # fmt: skip


@pytest.fixture
def export(tmp_path):
    """Write an export of one archived channel."""
    return _written(tmp_path)


def _written(room):
    (room / "a").mkdir()
    users = [{"id": "U1"}, {"id": "U2"}]
    for name, rows in zip(FILES, ([CHANNEL], users, SAID), strict=True):
        (room / name).write_text(json.dumps(rows))
    return RawFolder(room, FILES)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Make its tables."""
    export = _written(tmp_path_factory.mktemp("export"))
    store = write_store(read_folder(NAME, export), export.path / "store", export.tally)
    wanted = ("memberships", "roster", "events")
    return derive_tables(store, Terms(further=wanted)), export.tally


def test_members_of_an_archived_channel_come_from_joins(tables):
    """Its list is empty; one who left and came back has not left."""
    members = tables[0].tables["memberships"].sort_values("member")
    assert members["messages"].tolist() == [1, 0]
    assert members["reactions"].tolist() == [0, 1]
    assert members["left_us"].isna().all()
    assert not members["listed"].any()
    assert members["joined_us"].tolist() == [1433500001000001, 1433500002000001]


def test_system_lines_are_not_counted_as_messages(tables):
    """The ledger counts the days' rows, and only a human's are kept."""
    derived, tally = tables
    assert dict(tally) == {FILES[0]: 0, FILES[1]: 0, FILES[2]: 6}
    assert derived.ledger.kept == {"": 1}
    assert derived.ledger.set_aside == {"system line": 5}


def test_a_group_is_of_this_workspace_and_ends_when_archived(tables):
    """The network has a name of its own."""
    (row,) = tables[0].tables["groups"].itertuples()
    assert (row.network, row.closed_kind) == ("houston", "archived")
    assert row.end_us == 1433500006000001


def test_only_recorded_files_are_read(export):
    """A day that somebody added is not in the checksums."""
    (export.path / "a" / "2015-06-06.json").write_text(json.dumps(SAID))
    rows = [batch for batch in read_folder(NAME, export) if batch.kind == "message"]
    assert sum(len(batch.table) for batch in rows) == 6


def test_unreadable_row_is_an_error(export):
    """Nothing is lost in silence."""
    (export.path / FILES[2]).write_text(json.dumps([*SAID, {"ts": 7}]))
    with pytest.raises(BrokenFileError, match="1 rows can't be read"):
        list(read_folder(NAME, export))
