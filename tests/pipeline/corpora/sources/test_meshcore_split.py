"""A server up to its split: threads without titles, times from message numbers."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import meshcore_split

MESSAGES = """channel,forum,parent_thread,ts,user,chars,links,question,reply
b7,regional-channels,regional-channels,1740960000,p,5,0,0,0
a1,regional-channels,regional-channels,1740970000,q,5,0,1,1
a1,regional-channels,regional-channels,1740960001,q,5,0,0,0
c2,General Chat,Other,1740970000,p,5,1,0,0
"""


@pytest.fixture
def server(written):
    """Write a server in miniature."""
    return written(messages__csv__gz=MESSAGES)


def test_thread_keys_are_forum_and_first_day(server, records):
    """Two of a day are told apart by their first message."""
    told = records(meshcore_split.read, server, "message")
    assert told["group"].tolist() == [
        "regional-channels/2025-03-03/1",
        "regional-channels/2025-03-03/2",
        "regional-channels/2025-03-03/2",
    ]
    assert told["time_us"].iloc[0] == 1_740_960_000_000_000


def test_single_topic_threads_are_excluded(server, records):
    """They are counted, and neither their messages nor they themselves are kept."""
    groups = records(meshcore_split.read, server, "group")
    assert groups["kind"].value_counts().to_dict() == {"regional-channels": 2}
    aside = meshcore_split.read_supplements(server).aside
    assert aside == {"in a thread of one topic": 1}
