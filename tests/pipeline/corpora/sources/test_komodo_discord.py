"""The traps of a server with robots: relays, feeds, commands, minutes."""

import pandas as pd
import pytest

from pipeline.corpora.sources import komodo_discord

HEAD = "category,channel,ts,user,chars,links,question,mentions,join_notice"
ROWS = [
    *(["feeds,feed-telegram,2018-06-10 11:47:00,relay,9,0,0,0,0"] * 400),
    *(["ecosystem-archive,equaliser,2018-06-11 11:47:00,relay,9,0,0,0,0"] * 700),
    "komodo-project,talk-general,2018-06-11 12:00:00,a,5,0,1,0,0",
    "komodo-project,talk-general,2018-06-11 12:00:00,a,4,0,0,0,0",
    "lobby,introductions,2019-08-22 12:00:00,b,18,0,0,0,1",
    "feeds,tip-bot,2018-10-10 12:00:00,a,8,0,0,0,0",
]
FEED_ROWS = 401
COMMANDS = """category,channel,ts,command,user,amount
komodo-project,talk-general,2018-06-11 12:00:00,rain,a,7.5
feeds,tip-bot,2018-10-10 12:00:00,rain,a,5
"""


@pytest.fixture
def server(written):
    """Write a server in miniature."""
    rows = "\n".join([HEAD, *ROWS, ""])
    return written(messages__csv__gz=rows, tip_commands__csv__gz=COMMANDS)


def test_a_relay_is_a_bot_wherever_it_writes(server, records):
    """It is known by its thousand messages and their share in feeds."""
    told = records(komodo_discord.read, server, "message")
    bots = told.groupby("sender", observed=True)["bot"].all()
    assert bots.to_dict() == {"relay": True, "a": False, "b": False}


def test_commands_and_joins_are_not_counted_as_messages(server, records):
    """As many lines of a minute as there were commands, not all of them."""
    told = records(komodo_discord.read, server, "message")
    mine = told[told["sender"].isin(["a", "b"])]
    assert mine["kind"].tolist() == ["system", "text", "system"]


def test_feed_channels_are_excluded(server, records):
    """Nor are packets strewn in them events; the ledger tells all their rows."""
    groups = records(komodo_discord.read, server, "group")
    assert groups["kind"].tolist() == ["archived", "general", "lobby"]
    events = records(komodo_discord.read, server, "event")
    assert len(events) == 1
    aside = komodo_discord.read_supplements(server).aside
    assert aside == {"in a feed, where bots post": FEED_ROWS}


def test_red_packets_are_events_of_their_channel(server, records):
    """Only money given away is one; keys carry no name of a channel."""
    events = records(komodo_discord.read, server, "event")
    told = events[["group", "kind", "value"]].to_numpy().tolist()
    assert told == [["general/2018-06-11/1", "red_packet", "7.5"]]
    groups = records(komodo_discord.read, server, "group")
    assert not groups["group"].str.contains("talk|equal|tip").any()


def test_every_row_outside_feeds_is_a_record(server, records):
    """Nothing is dropped, and rows keep their place in the raw file."""
    told = records(komodo_discord.read, server, "message")
    assert pd.Index(told["position"]).tolist() == [*range(401, 1104)]


def test_join_notice_does_not_make_a_member_active(server):
    """A notice of joining is no message, and nobody was there for twelve weeks yet."""
    roster = komodo_discord.read_supplements(server).tables["roster"]
    assert roster["key"].unique().tolist() == ["lobby/2019-08-22/1"]
    assert roster["members"].tolist() == [0, 0, 0]
