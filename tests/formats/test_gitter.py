"""Gitter's archives, JSON and tab-separated."""

import pytest

from helpers.formats import FORMATS
from helpers.formats.reading.source import Source
from tests.raw_corpora import SHARED

FCC = SHARED / "fcc_gitter"
ROOM, ANN, BOB = "55a0945a5e0d51bd787afdf4", "540a150e163965c9bc202eaf", "5" * 24
SENT = "2020-03-23T13:18:08.800Z"


def entry(number, **others):
    """One message as the API gave it."""
    user = {"id": ANN, "username": "ann", "displayName": "Ann"}
    return {
        "id": f"{number:024x}",
        "text": "hi",
        "sent": SENT,
        "fromUser": user,
    } | others


def test_read_counts_name_no_reader(read):
    """ReadBy says how many."""
    found = read("gitter", [entry(1, readBy=12), entry(2)])
    assert found.recognised
    assert found.column("read", "readers", "person") == [(12, None)]


def test_message_without_a_sender_is_kept(read):
    """FromUser is missing for ghosts."""
    ghost = entry(2)
    del ghost["fromUser"]
    found = read("gitter", [entry(1), ghost])
    assert found.column("message", "sender") == [ANN, None]


def test_threads_and_mentions_are_retained(read):
    """ParentId is the answered message; groups are mentioned without an id."""
    mentions = [{"screenName": "bob", "userId": BOB}, {"screenName": "all"}]
    found = read("gitter", [entry(1), entry(2, parentId="1", mentions=mentions)])
    assert found.column("message", "reply_to", "mentions")[1] == ("1", [BOB])


def test_a_table_keeps_line_ends_in_texts_and_dates_the_room(read):
    """Quoted fields hold line ends; the room's id holds its birth."""
    when = "2016-09-17T11:03:1"
    rows = [
        [ROOM, "FCC/Aichi", f"{when}8.929Z", BOB, "bob", "7" * 24, "@ann see"],
        [ROOM, "FCC/Aichi", f"{when}9Z", ANN, "ann", "8" * 24, '"a\n""b"""'],
    ]
    text = "".join("\t".join(row) + "\n" for row in rows)
    found = read("gitter", text, "Aichi.tsv")
    assert found.recognised
    assert found.column("message", "text", "mentions") == [
        ("@ann see", [ANN]), ('a\n"b"', None),
    ]  # fmt: skip
    assert found.column("group", "created_us") == [1_436_587_098_000_000]


def test_room_without_messages_is_listed(read):
    """Its file is empty, not broken."""
    line = "\t".join([ROOM, "r", SENT, ANN, "ann", "7" * 24, "hi"]) + "\n"
    found = read("gitter", {"a.tsv": line, "b.tsv": ""}, None)
    assert found.column("group", "label") == ["r", "b"]


@pytest.mark.shared
@pytest.mark.skipif(not FCC.exists(), reason="../shared is absent")
def test_the_freecodecamp_rooms_are_read_whole():
    """211,983 rows of 7,503 senders in 521 rooms."""
    source, rows, rooms, senders = Source(FCC), 0, set(), set()
    for batch in FORMATS["gitter"].read(source):
        if batch.kind == "message":
            rows += batch.table.num_rows
            rooms.update(batch.table["group"].to_pylist())
            senders.update(batch.table["sender"].to_pylist())
    assert (rows, len(rooms), len(senders)) == (211_983, 521, 7_503)
    assert list(source.losses) == []


def test_rooms_merged_into_one_file_are_distinguished(read):
    """Each message then names its room."""
    found = read("gitter", [entry(1, room="a"), entry(2, room="b")])
    assert found.column("message", "group") == ["a", "b"]
    assert found.column("group", "group") == ["a", "b"]
