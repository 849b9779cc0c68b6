"""A bridge's messages are people's; those of an automatic sender are a bot's."""

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.formats import read_export
from helpers.own_groups.listing import list_named_groups
from helpers.store.ingest import Terms

SAID = 1_714_557_600
PAIRS = [("ann", "hi"), ("bob", "hello"), ("ann", "bye")]


def _slack(pairs):
    bot = {"type": "message", "subtype": "bot_message", "bot_id": "B1"}
    channel = {"id": "C1", "name": "c", "members": ["U1"]}
    return {
        "users.json": [{"id": "U1", "name": "x"}],
        "channels.json": [channel],
        "c/2024-05-01.json": [
            bot | {"username": name, "text": text, "ts": f"{SAID + n}.000100"}
            for n, (name, text) in enumerate(pairs)
        ],
    }


def _discord(pairs):
    return {
        "guild": {"id": "7", "name": "G"},
        "channel": {"id": "100", "type": "GuildTextChat", "name": "c"},
        "messages": [
            {
                "id": str(n), "timestamp": f"2024-05-01T12:00:0{n}+00:00",
                "content": text, "author": {"id": "9", "name": name, "isBot": True},
            }
            for n, (name, text) in enumerate(pairs)
        ],
    }  # fmt: skip


def _matrix(pairs, msgtype="m.notice"):
    return {
        "room_name": "r",
        "messages": [
            {
                "type": "m.room.message", "sender": "@bridge:x", "event_id": f"${n}",
                "room_id": "!r:x", "origin_server_ts": (SAID + n) * 1000,
                "content": {
                    "msgtype": msgtype, "body": text,
                    "com.beeper.per_message_profile": {"displayname": name},
                },
            }
            for n, (name, text) in enumerate(pairs)
        ],
    }  # fmt: skip


def _telegram(texts):
    entries = [
        {
            "id": n, "type": "message", "date_unixtime": str(SAID + n), "text": text,
            "from": "b", "from_id": "user9",
        }
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip
    return {"name": "g", "type": "private_supergroup", "id": 1, "messages": entries}


WRITERS = {"slack": _slack, "discord": _discord, "matrix": _matrix}


def _written(path, key):
    tables = [b.table for b in read_export(path, key=key) if b.kind == "message"]
    rows = [row for table in tables for row in table.to_pylist()]
    return [row["sender"] for row in rows], [bool(row["bot"]) for row in rows]


def _put(put, tmp_path, export):
    if "users.json" not in export:
        return put(export, "result.json")
    for name, content in export.items():
        put(content, f"export/{name}")
    return tmp_path / "export"


@pytest.mark.parametrize("form", WRITERS)
def test_names_that_differ_per_message_are_people(put, tmp_path, key, form):
    """A bridge of two people was one bot, and its messages nobody's."""
    path = _put(put, tmp_path, WRITERS[form](PAIRS))
    senders, bots = _written(path, key)
    assert (len(set(senders)), bots) == (2, [False] * 3)
    assert senders[0] == senders[2]
    (found,) = inspect_exports([path]).exports
    assert (found.messages, found.speakers, found.sums["bots"]) == (3, 2, 0)
    assert list_named_groups([path], Terms(key=key))[0]["messages"].tolist() == [3]


@pytest.mark.parametrize("form", WRITERS)
def test_an_automatic_sender_of_one_name_stays_a_bot(put, tmp_path, key, form):
    """A feed is no person."""
    path = _put(put, tmp_path, WRITERS[form]([("feed", "a"), ("feed", "b")]))
    senders, bots = _written(path, key)
    assert (len(set(senders)), bots) == (1, [True] * 2)


@pytest.mark.parametrize(
    ("texts", "people"),
    [
        (["<ann> hi", "[irc] <bob> hi", "<ann> bye"], 2),
        (["<ann> hi", "no", "<bob> said that", "yes"], 1),
        ([f"<ann> {n}" for n in range(3)], 1),
    ],
)
def test_texts_that_all_begin_with_a_name_are_relayed(put, key, texts, people):
    """Who quotes twice is no bridge."""
    senders, _ = _written(put(_telegram(texts), "result.json"), key)
    assert len(set(senders)) == people
