"""Which messages count."""

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest

from helpers.derive.measures import cleaning

RAW = pa.schema(
    {
        "group": pa.string(),
        "id": pa.string(),
        "sender": pa.string(),
        "time_us": pa.int64(),
        "kind": pa.string(),
        "bot": pa.bool_(),
        "text": pa.string(),
        "file": pa.string(),
        "position": pa.int64(),
    }
)
ANNOUNCED = pa.schema({name: RAW.field(name).type for name in cleaning.KEY})
GROUPS = pa.schema(
    {"group": pa.string(), "network": pa.string(), "closed_us": pa.int64()}
)


@pytest.fixture
def raw(lazy):
    """Return messages, each by default a human's in group g."""

    def make(*rows: dict):
        plain = {
            "group": "g",
            "sender": "ann",
            "kind": "text",
            "bot": False,
            "file": "f",
        }
        numbered = [plain | {"position": n} | row for n, row in enumerate(rows, 1)]
        return lazy(pd.DataFrame(numbered, columns=RAW.names), RAW)

    return make


@pytest.fixture
def listed(lazy):
    """Return groups: g closed at 50, h never, both of one network."""
    table = {"group": ["g", "h"], "network": "n", "closed_us": [50, None]}
    return lazy(pd.DataFrame(table), GROUPS)


def _reasons(run, lazy, messages, ends, announced=()) -> list:
    places = [{"group": "g", "file": "f", "position": at} for at in announced]
    told = lazy(pd.DataFrame(places, columns=ANNOUNCED.names), ANNOUNCED)
    known = messages.with_columns(unmarked=nw.col("sender") == "gate")
    copies = cleaning.find_duplicate_ids(known)
    marked = cleaning.mark_exclusion_reason(known, ends, copies, told)
    found = run.fetch(marked, "position")["reason"]
    return [None if pd.isna(reason) else reason for reason in found]


def test_a_network_ends_with_its_last_message(run, raw, listed):
    """A group is watched until its own closing or its network's last message."""
    messages = raw({"time_us": 10}, {"time_us": 70, "group": "h", "bot": True})
    ends = run.fetch(cleaning.find_observation_ends(messages, listed, None), "group")
    assert ends["end_us"].tolist() == [50, 70]
    known = run.fetch(cleaning.find_observation_ends(messages, listed, 60), "group")
    assert known["end_us"].tolist() == [50, 60]


def test_every_reason_is_reported_and_the_first_one_counts(run, lazy, raw, listed):
    """A bot's message after the closing is told as the bot's."""
    messages = raw(
        {"time_us": 1, "id": "a"},
        {"time_us": 1, "id": "a"},
        {"time_us": 2, "bot": True},
        {"time_us": 50, "kind": "notice"},
        {"time_us": 3, "kind": "system"},
        {"time_us": 4, "kind": "recalled"},
        {"time_us": 60},
        {"time_us": 61, "bot": True},
        {"time_us": 99, "group": "h"},
        {"time_us": 5, "text": " \n"},
        {"time_us": 6, "text": "(deleted)"},
        {"time_us": 7, "text": "hello"},
        {"time_us": 8, "text": "hello"},
    )
    ends = cleaning.find_observation_ends(messages, listed, 70)
    assert _reasons(run, lazy, messages, ends, announced=[13]) == [
        None,
        "duplicate id",
        "bot",
        "notice",
        "system line",
        "recalled",
        "after the group was closed",
        "bot",
        "dated after the archive's end",
        "nothing written",
        "nothing written",
        None,
        "sent to 20 groups or more within a day",
    ]


def test_equal_ids_in_two_groups_are_not_duplicates(run, lazy, raw, listed):
    """Ids are unique within a group at best."""
    messages = raw({"time_us": 1, "id": "a"}, {"time_us": 1, "id": "a", "group": "h"})
    ends = cleaning.find_observation_ends(messages, listed, 70)
    assert _reasons(run, lazy, messages, ends) == [None, None]


def test_people_are_numbered_by_first_appearance(run, raw):
    """Time decides, then the place in the source; bots have no number."""
    messages = raw(
        {"time_us": 9, "sender": "ann"},
        {"time_us": 5, "sender": "eve"},
        {"time_us": 5, "sender": "bob"},
        {"time_us": 1, "sender": "bot", "bot": True},
        {"time_us": 7, "sender": "bob"},
    )
    messages = cleaning.add_name_scope(messages)
    accounts = cleaning.count_by_account(messages)
    found = run.fetch(cleaning.number_authors(messages, accounts), "member")
    assert found["sender"].tolist() == ["eve", "bob", "ann"]
    assert found["member"].tolist() == [0, 1, 2]


def test_an_unmarked_bot_has_its_own_reason_in_the_ledger(run, lazy, raw, listed):
    """It has a reason of its own, before what the source marks."""
    rows = raw(
        {"sender": "gate", "time_us": 1}, {"time_us": 2}, {"bot": True, "time_us": 3}
    )
    ends = cleaning.find_observation_ends(rows, listed, 90)
    found = _reasons(run, lazy, rows, ends)
    assert found == ["bot without a mark", None, "bot"]
