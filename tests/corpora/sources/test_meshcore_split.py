"""A server up to its split: threads without titles, times from message numbers."""

from __future__ import annotations

import gzip

import pytest

from helpers.corpora.sources import meshcore_split
from helpers.study import open_study

MESSAGES = """channel,forum,parent_thread,ts,user,chars,links,question,reply
b7,regional-channels,regional-channels,1740960000,p,5,0,0,0
a1,regional-channels,regional-channels,1740970000,q,5,0,1,1
a1,regional-channels,regional-channels,1740960001,q,5,0,0,0
c2,General Chat,Other,1740970000,p,5,1,0,0
"""


@pytest.fixture
def server(tmp_path):
    """Write a server in miniature."""
    with gzip.open(tmp_path / "messages.csv.gz", "wt", encoding="utf-8") as file:
        file.write(MESSAGES)
    return tmp_path


def test_threads_go_by_forum_and_first_day(server, records):
    """Two of a day are told apart by their first message."""
    told = records(meshcore_split.read, server, [], "message")
    assert told["group"].tolist() == [
        "regional-channels/2025-03-03/1",
        "regional-channels/2025-03-03/2",
        "regional-channels/2025-03-03/2",
        "general-chat/2025-03-03/1",
    ]
    assert told["time_us"].iloc[0] == 1_740_960_000_000_000


def test_every_thread_is_listed_once(server, records):
    """With its forum as kind."""
    groups = records(meshcore_split.read, server, [], "group")
    assert groups["kind"].value_counts().to_dict() == {
        "regional-channels": 2,
        "general-chat": 1,
    }


def test_first_look_at_regional_groups():
    """142 were old enough, 40 ended within 105 days; nearly all of them small."""
    groups = open_study("meshcore_split").table("groups")
    day = 86_400_000_000
    own = groups[groups["kind"] == "regional-channels"]
    old = own[own["end_us"] - own["origin_us"] >= 105 * day]
    ended = old["last_us"] - old["origin_us"] <= 105 * day
    silent = ended & (old["end_us"] - old["last_us"] >= 60 * day)
    assert (len(old), silent.sum()) == (142, 40)
    assert ended[old["posters"] > 30].sum() == 0
