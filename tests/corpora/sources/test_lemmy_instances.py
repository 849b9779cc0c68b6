"""The traps of Lemmy's servers: holes, absence at the end, servers of one."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.sources import lemmy_instances

HEAD = "host,date,users_active_month,new_communities_open,federated,adult,downvotes\n"
DAYS = HEAD + "\n".join(
    f"{host},{day},{users},Yes,Yes,No,Yes"
    for host, day, users in (
        ("ann.example", "2023-08-04", 1),
        ("ann.example", "2024-06-11", 2),
        ("ann.example", "2025-06-01", 3),
        ("bob.example", "2023-07-01", 1),
        ("bob.example", "2023-08-20", 7),
        ("bob.example", "2024-05-12", 7),
        ("eve.example", "2023-08-05", 30),
        ("eve.example", "2024-01-01", ""),
        ("eve.example", "2025-04-13", 30),
        ("eve.example", "2026-01-23", 30),
    )
)


@pytest.fixture
def found(counted):
    """Count three servers."""
    return counted(lemmy_instances, instance_days__csv__gz=DAYS)


def test_server_is_closed_only_if_absent_from_all_later_lists(found):
    """A server in a later list is not gone; the day is the last one seen."""
    groups = found.groups.set_index("key")["closed_kind"]
    assert groups.dropna().to_dict() == {
        "A/s0002": "unreachable",
        "B/s0001": "unreachable",
    }
    closed = found.groups.set_index("key").loc["A/s0002", "closed_us"]
    assert f"{pd.Timestamp(int(closed), unit='us'):%F}" == "2024-05-13"


def test_server_host_names_are_replaced_by_numbers(found):
    """A server of one can carry its owner's name."""
    text = found.groups.to_csv()
    assert "example" not in text
    assert found.groups["network"].nunique() == 3


def test_days_outside_the_observation_windows_are_excluded(found):
    """So are days without numbers."""
    assert found.became == {
        "a day outside both windows": 1,
        "a day without numbers": 1,
    }


def test_server_listed_at_the_start_is_not_counted_as_new(found):
    """Listed within three days of the start, or ever before the window."""
    told = found.tables["facts"].pivot_table("value", "key", "fact")
    assert told["listed_at_start"].to_dict() == {
        "A/s0001": 1,
        "A/s0002": 0,
        "A/s0003": 1,
        "B/s0001": 0,
        "B/s0003": 1,
    }
    assert told["seen_before_window"].tolist() == [0, 1, 0, 1, 1]
