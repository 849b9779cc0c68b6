"""The traps of W3C's monthly counts."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.records import to_day_us
from helpers.study import open_study
from pipeline.corpora.shared.corpus import RawFolder
from pipeline.corpora.sources.w3c_groups import (
    LISTINGS,
    PARTICIPANTS,
    UNION,
    place_evenly,
    read,
    read_supplements,
)

LAST = "2026-08-22"


@pytest.fixture
def group(tmp_path, records):
    """Read one group: created, first and last listed, mails by month."""

    def make(created, first, last, mails, path="community/x", **entry):
        lines = f"key,first_listed,last_listed\n{path},{first},{last}\n"
        (tmp_path / LISTINGS).write_text(lines)
        facts = {"id": 1, "name": "X", "keys": [path], "activity": {"lists": mails}}
        whole = facts | {"created": created} | entry
        union = {"last_snapshot": LAST, "groups": [whole]}
        (tmp_path / UNION).write_text(json.dumps(union))
        source = (read, RawFolder(tmp_path, [LISTINGS, UNION]))
        return records(*source, "group").iloc[0], records(*source, "message")

    return make


def _us(day: str) -> int:
    return to_day_us(date.fromisoformat(day))


@given(st.integers(0, 50), st.integers(0, 10**9), st.integers(1000, 10**9))
def test_mails_are_placed_within_their_month_in_order(n, low, length):
    """Placed instants rise strictly between the ends."""
    placed = place_evenly(n, low, low + length).tolist()
    assert len(placed) == n
    assert placed == sorted(set(placed))
    assert all(low < at < low + length for at in placed)


def test_mails_are_placed_between_launch_and_closing(group):
    """The part of a month before launch or after closing holds none."""
    counts = {"2020-01": 1, "2021-03": 1}
    entry, mails = group("2020-01-21T00:00:00Z", "2020-01-22", "2021-03-10", counts)
    assert mails["time_us"].tolist() == [
        _us("2020-01-26") + 43_200_000_000,
        _us("2021-03-06"),
    ]
    assert entry["closed_us"] == _us("2021-03-11")
    assert entry["closed_kind"] == "administrative"


def test_mails_after_the_last_snapshot_keep_their_month(group):
    """A wrong clock shows: such mails are dated after the archive's end."""
    _, mails = group("2020-01-05", "2020-01-06", LAST, {"2026-08": 1, "2026-09": 1})
    assert mails["time_us"].iloc[0] < _us(LAST) < mails["time_us"].iloc[1]


@pytest.mark.parametrize(
    ("created", "first", "mails"),
    [
        ("2017-05-01", "2018-12-06", {}),  # launched before the monitor
        ("2018-11-20", "2018-12-06", {}),  # just before it
        ("2019-05-01", "2020-02-01", {}),  # listed long after its launch
        ("2020-01-05", "2020-01-06", {"2011-03": 2}),  # an older list
        (None, "2020-01-06", {}),  # launch unknown
    ],
)
def test_group_not_observed_from_launch_is_left_truncated(group, created, first, mails):
    """Such a group is watched from its first listing."""
    entry, _ = group(created, first, LAST, mails)
    assert entry["seen_us"] == _us(first)


def test_group_listed_at_launch_is_not_left_truncated(group):
    """Listed within days of a launch since 2018-12, with no mail before."""
    entry, _ = group("2020-01-05", "2020-01-06", LAST, {"2020-01": 3})
    assert entry["seen_us"] is None or entry["seen_us"] != entry["seen_us"]


def test_working_groups_end_by_charter(group):
    """Their end is a purpose fulfilled, not an administrative closing."""
    old = ("2019-01-05", "2019-01-06", "2021-01-01", {})
    entry, _ = group(*old, path="groups/wg/x", type="wg")
    assert entry["closed_kind"] == "completed"


def test_missing_group_kind_is_read_from_its_address(group):
    """A community address is a community group's."""
    entry, _ = group("2020-01-05", "2020-01-06", LAST, {}, path="w3.org/community/x")
    assert entry["kind"] == "cg"
    assert entry["label"] == "X"


@pytest.mark.parametrize(
    ("path", "last", "kinds"),
    [
        ("community/x", "2023-04-20", ["text", "notice", "notice", "text"]),
        ("community/x", "2023-08-20", ["text"] * 4),  # closed later, one by one
        ("wg/x", "2023-04-20", ["text"] * 4),  # closed by its charter
    ],
)
def test_mails_of_the_bulk_closure_are_notices(group, path, last, kinds):
    """In groups closed in that round, what stands in its two months is a notice."""
    counts = {"2019-06": 1, "2023-03": 1, "2023-04": 1, "2023-05": 1}
    own = {"type": "wg"} if path.startswith("wg") else {}
    _, mails = group("2019-01-05", "2019-01-06", last, counts, path, **own)
    assert mails["kind"].tolist() == kinds


def test_participant_counts_are_read_as_member_counts(tmp_path):
    """The larger of two addresses counts; blanks and strangers are set aside, told."""
    union = {"groups": [{"id": 7, "keys": ["a", "b"]}]}
    (tmp_path / UNION).write_text(json.dumps(union))
    lines = ["key,snapshot,participants,chairs", "a,1970-01-02,5,1", "b,1970-01-02,9,1"]
    lines += ["a,1970-02-02,,1", "c,1970-01-02,3,1"]
    (tmp_path / PARTICIPANTS).write_text("\n".join(lines))
    found = read_supplements(RawFolder(tmp_path, [UNION, PARTICIPANTS]))
    counted = found.tables["snapshots"]

    assert counted[["key", "day", "members"]].to_numpy().tolist() == [["7", 1.0, 9.0]]
    assert sum(found.aside.values()) + sum(found.entered.values()) == 4


def test_group_keys_of_its_chairs_include_every_group_with_mail():
    """Every group of `w3c_groups` is in `w3c_chairs` under its key."""
    here = set(open_study("w3c_chairs").table("registry")["key"])
    assert set(open_study("w3c_groups").table("groups")["key"]) < here
